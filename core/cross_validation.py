"""What models say of recordings that they have not seen: each judged by a model of the others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from core.learning.classify import probabilities_of
from core.learning.tensorflow_runtime import import_keras
from core.model_training import examples_of, train_model
from core.progress import Progress, ignore
from core.split import (
    MINIMUM_CLASSES,
    N_DRAWS,
    Split,
    audio_groups,
    class_counts,
    split_frames,
    split_recordings,
)

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from core.dataset import Dataset
    from core.progress import Report
    from core.settings import TrainConfig

    IntArray = NDArray[np.int64]

UNUSED = -1


@dataclass(frozen=True)
class OutOfSample:
    """Probabilities of frames by models that have not seen their recording.

    Parameters
    ----------
    probabilities : ndarray of float32, shape (n_frames, n_classes)
        Of each row of the dataset; not a number where nothing can be told.
    is_told : ndarray of bool, shape (n_frames,)
        Whether the frame was judged, by a model that has learnt its annotated class.
    n_folds : int
        Number of models.
    """

    probabilities: NDArray[np.float32]
    is_told: NDArray[np.bool_]
    n_folds: int


def draw_folds(counts: IntArray, groups: IntArray, *, n_folds: int, seed: int) -> IntArray:
    """Divide recordings into folds.

    Of many seeded draws that one is taken in which fewest folds have all of a class, which the
    others then could not learn, and whose classes are then the most evenly divided.

    Parameters
    ----------
    counts : ndarray of int64, shape (n_recordings, n_classes)
        Labelled frames of each class in each recording.
    groups : ndarray of int64, shape (n_recordings,)
        Recordings of one number are not parted.
    n_folds : int
        Number of folds, 2 or more; there are fewer where there are fewer groups.
    seed : int
        The same seed gives the same folds.

    Returns
    -------
    ndarray of int64, shape (n_recordings,)
        Fold of each recording, from 0; no fold is empty.
    """
    _, group = np.unique(groups, return_inverse=True)
    n_groups = int(group.max(initial=-1)) + 1
    n_folds = min(n_folds, n_groups)
    group_counts = np.zeros((n_groups, counts.shape[1]), dtype=np.int64)
    np.add.at(group_counts, group, counts)
    present = group_counts.sum(axis=0) > 0
    group_counts = group_counts[:, present]
    totals = group_counts.sum(axis=0)
    rng = np.random.default_rng([seed, 3])
    best: tuple[tuple[int, float], IntArray] | None = None
    for _ in range(N_DRAWS):
        folds = np.empty(n_groups, dtype=np.int64)
        folds[rng.permutation(n_groups)] = np.arange(n_groups) % n_folds
        sums = np.zeros((n_folds, len(totals)), dtype=np.int64)
        np.add.at(sums, folds, group_counts)
        score = int((sums == totals).sum()), float(np.abs(sums / totals - 1 / n_folds).sum())
        if best is None or score < best[0]:
            best = score, folds
    assert best is not None  # noqa: S101  there is at least one draw
    return best[1][group]


def judge_frames(
    data: Dataset,
    config: TrainConfig,
    *,
    rows: NDArray[np.bool_],
    n_folds: int,
    features: Path | None = None,
    report: Report = ignore,
) -> OutOfSample:
    """Have each fold classified by a model that is trained on the others.

    The epoch of each model is chosen on recordings that are drawn from those it may learn from,
    never on the fold that it judges.

    Parameters
    ----------
    data : Dataset
        The labelled frames.
    config : TrainConfig
        Which model, and how; recordings that it names for validation are folds as all others.
    rows : ndarray of bool, shape (n_frames,)
        Frames that take part.
    n_folds : int
        Number of folds, see `draw_folds`; the frames are of two recordings or more.
    features : Path, optional
        For a model that sees a context: the table of features, if it is no longer where the
        dataset says.
    report : Report
        Told the fold and its epoch; may raise `Cancelled`.

    Returns
    -------
    OutOfSample
        The same for the same seed.

    Raises
    ------
    DatasetError
        If the dataset cannot be learnt from, or the features that it needs are gone.
    SettingsError
        If a training fails for its settings.
    """
    report(Progress("label_errors", text="Reading the dataset"))
    examples = examples_of(data, config, features=features, report=_silent_total(report))
    report(Progress("label_errors", text="Starting TensorFlow"))
    import_keras()
    fold_of = _folds_of_recordings(data, rows, n_folds=n_folds, seed=config.seed)
    n_folds = int(fold_of.max()) + 1
    folds = np.where(rows, fold_of[data.recording_index], UNUSED)
    probabilities = np.full((len(data), len(data.meta.classes)), np.nan, dtype=np.float32)
    is_told = np.zeros(len(data), dtype=bool)
    for fold in range(n_folds):
        split = _inner_split(data, np.flatnonzero(rows & (folds != fold)), config)
        held_out = np.flatnonzero(folds == fold)
        if split is None:
            continue
        tell = _of_fold(report, fold, n_folds)
        trained = train_model(data, examples, split, config, report=tell)
        probabilities[held_out] = probabilities_of(
            trained.checkpoint, examples.take(held_out), report=_measuring(report, fold, n_folds)
        )
        learnt = np.unique(data.targets[split.training])
        is_told[held_out] = np.isin(data.targets[held_out], learnt)
    return OutOfSample(probabilities, is_told, n_folds)


def _folds_of_recordings(
    data: Dataset, rows: NDArray[np.bool_], *, n_folds: int, seed: int
) -> IntArray:
    counts = _counts(data, np.flatnonzero(rows))
    used = np.flatnonzero(counts.sum(axis=1))
    fold_of = np.full(len(counts), UNUSED, dtype=np.int64)
    groups = audio_groups(data, used)
    fold_of[used] = draw_folds(counts[used], groups, n_folds=n_folds, seed=seed)
    return fold_of


def _counts(data: Dataset, rows: IntArray) -> IntArray:
    """Frames of each class in each recording, of some of the rows."""
    return class_counts(
        replace(data, targets=data.targets[rows], recording_index=data.recording_index[rows])
    )


def _inner_split(data: Dataset, rows: IntArray, config: TrainConfig) -> Split | None:
    """Of the rows to learn from, those that the epoch is chosen by; None if nothing is learnt."""
    targets, recordings = data.targets[rows], data.recording_index[rows]
    classes = np.unique(targets)
    if len(classes) < MINIMUM_CLASSES:
        return None
    is_validation = np.zeros(len(rows), dtype=bool)
    if config.validation_split > 0:
        counts = _counts(data, rows)
        used = np.flatnonzero(counts.sum(axis=1))
        groups = audio_groups(data, used)
        if groups.max() > 0:
            chosen = split_recordings(
                counts[used], groups, share=config.validation_split, seed=config.seed
            )
            is_validation = np.isin(recordings, used[chosen])
        if not is_validation.any() or len(np.unique(targets[~is_validation])) < len(classes):
            # So few recordings that a class would not be learnt: only the epoch is flattered.
            is_validation = split_frames(targets, share=config.validation_split, seed=config.seed)
    sides = rows[~is_validation], rows[is_validation]
    return Split(*sides, *(_names(data, side) for side in sides))


def _names(data: Dataset, rows: IntArray) -> tuple[str, ...]:
    return tuple(data.meta.recordings[int(k)].name for k in np.unique(data.recording_index[rows]))


def _silent_total(report: Report) -> Report:
    """Reading is not counted: the bar counts folds."""
    return lambda p: report(Progress("label_errors", text=p.text, recording=p.recording))


def _of_fold(report: Report, fold: int, n_folds: int) -> Report:
    def tell(progress: Progress) -> None:
        done = fold + (progress.done / progress.total if progress.total else 0.0)
        text = f"Fold {fold + 1} of {n_folds}, {progress.text[:1].lower()}{progress.text[1:]}"
        report(Progress("label_errors", done, n_folds, "folds", text))

    return tell


def _measuring(report: Report, fold: int, n_folds: int) -> Report:
    text = f"Fold {fold + 1} of {n_folds}, classifying what was held out"
    told = Progress("label_errors", fold + 1, n_folds, "folds", text)
    return lambda _: report(told)
