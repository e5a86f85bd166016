"""A model trained on some rows of a dataset, in memory."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np

from core import __version__
from core.checkpoint import Checkpoint, CheckpointInfo
from core.class_balance import count_sides
from core.errors import DatasetError
from core.learning.context import Context, context_examples, find_features
from core.learning.examples import balanced_draw, frame_examples
from core.learning.fitting import Fit, Pace, fit
from core.models import build_cnn, build_fc, energy_floors, fit_scaler
from core.progress import ignore

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from core.dataset import Dataset
    from core.learning.examples import ExampleSet
    from core.learning.tensorflow_runtime import KerasModel
    from core.progress import Report
    from core.settings import TrainConfig
    from core.split import Split

# What goes unwatched takes either network about a tenth of a second.
FC_PACE = Pace(epoch_limit=None, unwatched_examples=12_800, validation_batch_size=8192)
CNN_PACE = Pace(epoch_limit=4096, unwatched_examples=400, validation_batch_size=256)

# Patches that the epochs are compared by; the final metrics take all.
CNN_VALIDATION_LIMIT = 8192

LIBRARIES = ("tensorflow", "keras", "numpy", "essentia")


@dataclass(frozen=True)
class TrainedModel:
    """A model, and how it came about.

    Parameters
    ----------
    checkpoint : Checkpoint
        The model with what is known of it.
    fit : Fit
        Its epochs.
    """

    checkpoint: Checkpoint
    fit: Fit


def examples_of(
    data: Dataset, config: TrainConfig, *, features: Path | None = None, report: Report = ignore
) -> ExampleSet:
    """A dataset as the model that is to be trained sees it.

    Parameters
    ----------
    data : Dataset
        The labelled frames.
    config : TrainConfig
        Which model.
    features : Path, optional
        For a model that sees a context: the table of features, if it is no longer where the
        dataset says.
    report : Report
        Told the recording whose context is read; may raise `Cancelled`.

    Returns
    -------
    ExampleSet
        One for each row of the dataset, in its order.

    Raises
    ------
    DatasetError
        If a feature is not finite, or the features that a context needs are gone or do not fit.
    TableError
        If the table of features is damaged.
    """
    _require_numbers(data)
    context = _context(data, config)
    if context is None:
        return frame_examples(data)
    table = find_features(data, features)
    return context_examples(data, table, context, report=report)


def train_model(
    data: Dataset, examples: ExampleSet, split: Split, config: TrainConfig, *, report: Report
) -> TrainedModel:
    """Train a model on one side of a split, and choose its epoch by the other.

    Parameters
    ----------
    data : Dataset
        The labelled frames.
    examples : ExampleSet
        The same, see `examples_of`.
    split : Split
        Rows to learn from and to choose the epoch by; rows on neither side are not looked at.
    config : TrainConfig
        Which model, and how.
    report : Report
        Told each epoch with its metrics; may raise `Cancelled`, or `StopTraining` to keep the best.

    Returns
    -------
    TrainedModel
        In memory; nothing is written.

    Raises
    ------
    SettingsError
        If the training fails for its settings.
    """
    context = _context(data, config)
    model = _build(data, split, examples, context, config)
    outcome = _fit(model, examples, split, data.meta.classes, config=config, report=report)
    info = _info(data, split, context, config, outcome=outcome)
    return TrainedModel(Checkpoint(model, info), outcome)


def _context(data: Dataset, config: TrainConfig) -> Context | None:
    return Context.of(data.columns) if config.model == "cnn" else None


def _require_numbers(data: Dataset) -> None:
    bad = ~np.isfinite(data.features)
    if not bad.any():
        return
    row, column = (int(k[0]) for k in np.nonzero(bad))
    name = data.meta.recordings[int(data.recording_index[row])].name
    msg = f"{data.path} holds something other than numbers: {data.columns[column]} of {name}"
    raise DatasetError(msg, hint="Extract the features again, then build the dataset again.")


def _build(
    data: Dataset, split: Split, examples: ExampleSet, context: Context | None, config: TrainConfig
) -> KerasModel:
    n_classes = len(data.meta.classes)
    if context is None:
        model = build_fc(n_features=len(data.columns), n_classes=n_classes, seed=config.seed)
        rows = data.features[split.training]
        fit_scaler(model, rows, floors=energy_floors(rows, data.columns))
        return model
    model = build_cnn(
        n_frames=context.n_frames,
        n_bands=len(context.columns),
        n_classes=n_classes,
        seed=config.seed,
    )
    fit_scaler(model, examples.values[examples.rows[split.training] + context.n_before])
    return model


def _fit(
    model: KerasModel,
    examples: ExampleSet,
    split: Split,
    classes: Sequence[str],
    *,
    config: TrainConfig,
    report: Report,
) -> Fit:
    validation = examples.take(split.validation)
    pace = FC_PACE
    if examples.n_context:
        pace = CNN_PACE
        chosen = balanced_draw(
            validation.targets, limit=CNN_VALIDATION_LIMIT, seed=config.seed, epoch=0
        )
        validation = validation.take(chosen)
    return fit(
        model,
        examples.take(split.training),
        validation,
        classes=classes,
        config=config,
        pace=pace,
        report=report,
    )


def _info(
    data: Dataset,
    split: Split,
    context: Context | None,
    config: TrainConfig,
    *,
    outcome: Fit,
) -> CheckpointInfo:
    names = {"training": split.training_recordings, "validation": split.validation_recordings}
    return CheckpointInfo(
        kind=config.model,
        classes=data.meta.classes,
        features=data.meta.features,
        context=context.to_dict() if context else None,
        transcode=data.meta.transcode,
        config=config.to_dict(),
        dataset={"name": data.path.name, "sha256": data.meta.sha256},
        split={side: list(recordings) for side, recordings in names.items()},
        class_counts=count_sides(data, split),
        n_epochs=len(outcome.history),
        best_epoch=outcome.best_epoch,
        stopped_by_hand=outcome.stopped_by_hand,
        versions={
            "loudness-classificator": __version__,
            "python": platform.python_version(),
            **{name: version(name) for name in LIBRARIES},
        },
    )
