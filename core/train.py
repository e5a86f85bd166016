"""S5: labelled frames become a model file."""

from __future__ import annotations

import csv
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from core.checkpoint import Checkpoint, CheckpointInfo, save_checkpoint
from core.class_balance import balance_warnings
from core.dataset import load_dataset
from core.evaluate import measure_dataset
from core.learning.classify import probabilities_of
from core.learning.model_file import check_name
from core.learning.tensorflow_runtime import import_keras
from core.model_training import examples_of, train_model
from core.progress import Cancelled, Progress, StopTraining, ignore
from core.split import split_dataset
from core.storage import replacing, write_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from core.dataset import Dataset
    from core.learning.examples import ExampleSet
    from core.progress import Report
    from core.settings import TrainConfig
    from core.split import Split


@dataclass(frozen=True)
class TrainResult:
    """What a training made.

    Parameters
    ----------
    model_file, run_file, history_file : Path
        The model, a copy of what is known of it, and the metrics of each epoch.
    n_epochs, best_epoch : int
        Epochs trained, and the one (from 1) whose weights were kept.
    best_score : float or None
        Balanced accuracy by which that epoch was chosen; None without validation.
    stopped_by_hand : bool
        Whether the user ended it while it went on.
    validation : dict or None
        The model's metrics on all frames of the validation side, with the keys of an evaluation.
    class_counts : dict
        Labelled frames of each class, on the sides ``"training"`` and ``"validation"``.
    recordings : dict
        Number of recordings on each side.
    warnings : tuple of str
        What the user should know of the data.
    """

    model_file: Path
    run_file: Path
    history_file: Path
    n_epochs: int
    best_epoch: int
    best_score: float | None
    stopped_by_hand: bool
    validation: dict[str, Any] | None
    class_counts: dict[str, dict[str, int]]
    recordings: dict[str, int]
    warnings: tuple[str, ...] = field(default=())


def train(
    dataset: Path,
    model_file: Path,
    config: TrainConfig,
    *,
    features: Path | None = None,
    held: Sequence[str] = (),
    report: Report = ignore,
) -> TrainResult:
    """Train a model on a dataset.

    Parameters
    ----------
    dataset : Path
        The labelled frames, see `load_dataset`.
    model_file : Path
        Where the model goes; ends in .keras or .h5. Beside it lie `run.json` and `history.csv`,
        with the model's stem before them unless that is "model".
    config : TrainConfig
        Which model, and how.
    features : Path, optional
        For a model that sees a context: the table of features, if it is no longer where the
        dataset says.
    held : sequence of str
        Recordings to keep for validation, whatever `config` says: named as its
        `validation_recordings`. They are no setting: the run's `config` stays what is given, and
        its `split` tells them.
    report : Report
        Told each epoch with its metrics; may raise `Cancelled`, which leaves no file, or
        `StopTraining`, which keeps the best model so far.

    Returns
    -------
    TrainResult
        Where everything lies, and how good the model is.

    Raises
    ------
    DatasetError
        If the dataset cannot be learnt from, or the features that it needs are gone.
    TableError
        If the dataset or the features are missing or damaged.
    CheckpointError
        If the ending of `model_file` is another one.
    SettingsError
        If the training fails for its settings.
    StorageError
        If the disk is full, or the folder cannot be written.
    """
    check_name(model_file)
    begin, end = _before_fitting(report), _after_fitting(report)
    begin(Progress("train", 0, config.epochs, "epochs", f"Reading {dataset.name}"))
    data = load_dataset(dataset)
    split = split_dataset(
        data, replace(config, validation_recordings=tuple(held)) if held else config
    )
    examples = examples_of(data, config, features=features, report=begin)
    begin(Progress("train", 0, config.epochs, "epochs", "Starting TensorFlow"))
    import_keras()
    trained = train_model(data, examples, split, config, report=report)
    outcome, info = trained.fit, trained.checkpoint.info
    validation = _validate(trained.checkpoint, data, examples, split, end)
    info = CheckpointInfo.from_dict({**info.to_dict(), "validation": validation})
    run_file, history_file = _beside(model_file, "run.json"), _beside(model_file, "history.csv")
    # The model first: it holds everything, the other two are copies.
    save_checkpoint(trained.checkpoint.model, info, model_file)
    write_json(run_file, info.to_dict())
    _write_history(history_file, outcome.history)
    return TrainResult(
        model_file=model_file,
        run_file=run_file,
        history_file=history_file,
        n_epochs=len(outcome.history),
        best_epoch=outcome.best_epoch,
        best_score=outcome.best_score,
        stopped_by_hand=outcome.stopped_by_hand,
        validation=validation,
        class_counts=info.class_counts,
        recordings={side: len(names) for side, names in info.split.items()},
        warnings=balance_warnings(info.class_counts, config),
    )


def _before_fitting(report: Report) -> Report:
    """Stopping while there is nothing to keep is cancelling."""

    def tell(progress: Progress) -> None:
        try:
            report(replace(progress, stage="train"))
        except StopTraining:
            raise Cancelled from None

    return tell


def _after_fitting(report: Report) -> Report:
    """Stopping when training has ended changes nothing."""

    def tell(progress: Progress) -> None:
        with suppress(StopTraining):
            report(progress)

    return tell


def _validate(
    checkpoint: Checkpoint, data: Dataset, examples: ExampleSet, split: Split, report: Report
) -> dict[str, Any] | None:
    if not len(split.validation):
        return None
    n_epochs = checkpoint.info.n_epochs
    measuring = Progress("train", n_epochs, n_epochs, "epochs", "Measuring the model that was kept")
    probabilities = probabilities_of(
        checkpoint, examples.take(split.validation), report=lambda _: report(measuring)
    )
    return measure_dataset(data, probabilities, rows=split.validation)


def _beside(model_file: Path, name: str) -> Path:
    return model_file.with_name(name if model_file.stem == "model" else f"{model_file.stem}.{name}")


def _write_history(path: Path, history: list[dict[str, float]]) -> None:
    columns = ["epoch", *dict.fromkeys(key for row in history for key in row)]
    with replacing(path) as part, part.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows({"epoch": k, **row} for k, row in enumerate(history, start=1))
