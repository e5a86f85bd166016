"""Which labelled frames a model learns from, and which it is checked with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.annotations.matching import RecordingFinder
from core.errors import DatasetError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.dataset import Dataset
    from core.settings import TrainConfig

    IntArray = NDArray[np.int64]

N_DRAWS = 200
MINIMUM_CLASSES = 2


@dataclass(frozen=True)
class Split:
    """Rows of a dataset on two sides.

    Parameters
    ----------
    training, validation : ndarray of int64, shape (n_rows,)
        Rows of the dataset, ascending; no row on both sides. `validation` may be empty.
    training_recordings, validation_recordings : tuple of str
        Their recordings; the same name stands on both sides only in a split by frame.
    """

    training: IntArray
    validation: IntArray
    training_recordings: tuple[str, ...]
    validation_recordings: tuple[str, ...]


def split_dataset(dataset: Dataset, config: TrainConfig) -> Split:
    """Divide a dataset for training.

    Parameters
    ----------
    dataset : Dataset
        The labelled frames.
    config : TrainConfig
        Its `validation_recordings`; without them its `validation_split` (0: no validation),
        `split_by` and `seed`.

    Returns
    -------
    Split
        The same for the same seed.

    Raises
    ------
    DatasetError
        If there is nothing to tell apart, too few recordings for two sides, or recordings named
        for validation are not in the dataset, or have no frame there.
    """
    counts = class_counts(dataset)
    if np.count_nonzero(counts.sum(axis=0)) < MINIMUM_CLASSES:
        msg = f"{dataset.path} has frames of fewer than two classes: there is nothing to tell apart"
        raise DatasetError(msg, hint="Annotate another class, then build the dataset again.")
    if config.validation_recordings:
        is_validation = _named(dataset, config.validation_recordings)[dataset.recording_index]
    elif config.validation_split == 0:
        is_validation = np.zeros(len(dataset), dtype=bool)
    elif config.split_by == "frame":
        is_validation = split_frames(
            dataset.targets, share=config.validation_split, seed=config.seed
        )
    else:
        chosen = _split_by_recording(dataset, counts, config)
        is_validation = chosen[dataset.recording_index]
    training, validation = np.flatnonzero(~is_validation), np.flatnonzero(is_validation)
    if len(np.unique(dataset.targets[training])) < MINIMUM_CLASSES:
        msg = "No split leaves frames of two classes to learn from"
        hint = "Annotate each class in several recordings, or train with --validation_split=0."
        if config.validation_recordings:
            hint = "Name fewer recordings for validation."
        raise DatasetError(msg, hint=hint)
    sides = training, validation
    return Split(*sides, *(_recordings_of(dataset, rows) for rows in sides))


def _recordings_of(dataset: Dataset, rows: IntArray) -> tuple[str, ...]:
    used = np.unique(dataset.recording_index[rows])
    return tuple(dataset.meta.recordings[int(k)].name for k in used)


def class_counts(dataset: Dataset) -> IntArray:
    """Labelled frames of each class in each recording.

    Parameters
    ----------
    dataset : Dataset
        The labelled frames.

    Returns
    -------
    ndarray of int64, shape (n_recordings, n_classes)
        In the order of the recordings and of the classes.
    """
    shape = (len(dataset.meta.recordings), len(dataset.meta.classes))
    place = dataset.recording_index * shape[1] + dataset.targets
    return np.bincount(place, minlength=shape[0] * shape[1]).reshape(shape)


def audio_groups(dataset: Dataset, recordings: IntArray) -> IntArray:
    """Tell which recordings are the same audio: it must not be learnt from and checked with.

    Parameters
    ----------
    dataset : Dataset
        The labelled frames.
    recordings : ndarray of int64, shape (n,)
        Places in `dataset.meta.recordings`.

    Returns
    -------
    ndarray of int64, shape (n,)
        A number for each, from 0; equal where the audio is.
    """
    audio = [dataset.meta.recordings[int(k)].sha256 or f"#{k}" for k in recordings]
    return np.unique(audio, return_inverse=True)[1].astype(np.int64)


def split_recordings(
    counts: IntArray, groups: IntArray, *, share: float, seed: int
) -> NDArray[np.bool_]:
    """Choose the recordings of the validation side.

    Of many seeded draws that one is taken whose sides have all classes, if any has, and whose
    classes are then the most evenly divided.

    Parameters
    ----------
    counts : ndarray of int64, shape (n_recordings, n_classes)
        Labelled frames of each class in each recording.
    groups : ndarray of int64, shape (n_recordings,)
        Recordings of one number are not parted; two numbers or more.
    share : float
        Part of the recordings wanted for validation, 0 to 1.
    seed : int
        The same seed gives the same choice.

    Returns
    -------
    ndarray of bool, shape (n_recordings,)
        True for validation. At least one group is on each side.

    Raises
    ------
    ValueError
        If all recordings are one group.
    """
    _, group = np.unique(groups, return_inverse=True)
    n_groups = int(group.max(initial=-1)) + 1
    if n_groups < MINIMUM_CLASSES:
        msg = "One group of recordings has no two sides"
        raise ValueError(msg)
    sizes = np.bincount(group)
    group_counts = np.zeros((n_groups, counts.shape[1]), dtype=np.int64)
    np.add.at(group_counts, group, counts)
    totals = group_counts.sum(axis=0)
    # Python's round goes to the even side at a half, as everywhere in this program.
    wanted = round(share * len(groups))
    rng = np.random.default_rng([seed, 0])
    best: tuple[tuple[int, int, float], IntArray] | None = None
    for _ in range(N_DRAWS):
        order = rng.permutation(n_groups)
        n_recordings = np.cumsum(sizes[order])[:-1]
        chosen = order[: int(np.argmin(np.abs(n_recordings - wanted))) + 1]
        score = _unevenness(group_counts[chosen].sum(axis=0), totals, share)
        if best is None or score < best[0]:
            best = score, chosen
    assert best is not None  # noqa: S101  there is at least one draw
    return np.isin(group, best[1])


def _unevenness(validation: IntArray, totals: IntArray, share: float) -> tuple[int, int, float]:
    """How far a choice is from the best one can think of; smaller is better."""
    present = totals > 0
    part = validation[present] / totals[present]
    return int((part == 1).sum()), int((part == 0).sum()), float(np.abs(part - share).sum())


def split_frames(targets: IntArray, *, share: float, seed: int) -> NDArray[np.bool_]:
    """Choose frames for validation, class by class, whatever their recording.

    Neighbouring frames are nearly alike, so that this flatters the model.

    Parameters
    ----------
    targets : ndarray of int64, shape (n_frames,)
        Class of each frame.
    share : float
        Part of each class's frames wanted for validation, 0 to 1.
    seed : int
        The same seed gives the same choice.

    Returns
    -------
    ndarray of bool, shape (n_frames,)
        True for validation; a class with one frame alone is learnt from.
    """
    rng = np.random.default_rng([seed, 1])
    is_validation = np.zeros(len(targets), dtype=bool)
    for target in np.unique(targets):
        rows = np.flatnonzero(targets == target)
        wanted = min(max(1, round(share * len(rows))), len(rows) - 1)
        is_validation[rng.permutation(rows)[:wanted]] = True
    return is_validation


def _named(dataset: Dataset, names: tuple[str, ...]) -> NDArray[np.bool_]:
    """Recordings that were named, by the rules for names in a table of annotations."""
    recordings = dataset.meta.recordings
    finder = RecordingFinder([(r.original or r.path, r.database_path) for r in recordings])
    chosen = np.zeros(len(recordings), dtype=bool)
    for name in names:
        places = finder.find(name)
        if len(places) != 1:
            what = "several recordings" if places else "no recording"
            msg = f"{name!r}, named for validation, is {what} of the dataset"
            hint = "Name recordings that are annotated, by full path where names are alike."
            raise DatasetError(msg, hint=hint)
        chosen[places[0]] = True
    if not any(r.n_rows for r, is_chosen in zip(recordings, chosen, strict=True) if is_chosen):
        msg = "No recording named for validation has a labelled frame"
        raise DatasetError(msg, hint="Name recordings that are annotated.")
    by_audio = {r.sha256: r for r, is_chosen in zip(recordings, chosen, strict=True) if is_chosen}
    for recording, is_chosen in zip(recordings, chosen, strict=True):
        twin = by_audio.get(recording.sha256) if recording.sha256 else None
        if twin is not None and not is_chosen and recording.n_rows:
            msg = (
                f"{recording.name} is the same audio as {twin.name}, which is named for validation"
            )
            raise DatasetError(msg, hint="Name both or neither: it would be learnt by heart.")
    return chosen


def _split_by_recording(
    dataset: Dataset, counts: IntArray, config: TrainConfig
) -> NDArray[np.bool_]:
    used = np.flatnonzero(counts.sum(axis=1))
    groups = audio_groups(dataset, used)
    if len(used) == 0 or groups.max() == 0:
        msg = f"{dataset.path} has annotations in one recording only, none is left to validate"
        hint = "Annotate more recordings, or train with --validation_split=0."
        raise DatasetError(msg, hint=hint)
    chosen = np.zeros(len(counts), dtype=bool)
    chosen[used] = split_recordings(
        counts[used], groups, share=config.validation_split, seed=config.seed
    )
    return chosen
