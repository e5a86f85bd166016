# pyarrow ships no type information.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
"""How many labelled frames of each class a training would learn from and be checked with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.errors import TableError
from core.progress import Progress, ignore
from core.project import open_project
from core.split import split_dataset
from core.table_meta import read_meta
from core.tables import read_table

if TYPE_CHECKING:
    from pathlib import Path

    from core.dataset import Dataset
    from core.progress import Report
    from core.settings import TrainConfig
    from core.split import Split

SIDES = ("training", "validation")


@dataclass(frozen=True)
class ClassBalance:
    """Labelled frames of each class on each side, before a training begins.

    Parameters
    ----------
    classes : tuple of str
        From the quietest to the loudest.
    counts : dict
        Labelled frames of each class, on the sides ``"training"`` and ``"validation"``.
    n_recordings : dict
        Number of recordings on each side.
    warnings : tuple of str
        What the user should know of the data.
    """

    classes: tuple[str, ...]
    counts: dict[str, dict[str, int]]
    n_recordings: dict[str, int]
    warnings: tuple[str, ...] = ()


def class_balance(folder: Path, config: TrainConfig, *, report: Report = ignore) -> ClassBalance:
    """Find out how a project's dataset would be split; nothing is trained, nothing is written.

    Parameters
    ----------
    folder : Path
        The project folder.
    config : TrainConfig
        How it would be trained; only what decides about the split is looked at.
    report : callable
        Called before the dataset is read; may raise `Cancelled`.

    Returns
    -------
    ClassBalance
        The counts that a training with these settings would have.

    Raises
    ------
    TableError
        If there is no dataset, or it is damaged.
    DatasetError
        If it cannot be split so.
    """
    project = open_project(folder)
    report(Progress("balance", text=f"Reading {project.dataset.name}"))
    data = _load_targets(project.dataset)
    report(Progress("balance", text="Splitting the recordings"))
    split = split_dataset(data, config)
    counts = count_sides(data, split)
    names = split.training_recordings, split.validation_recordings
    return ClassBalance(
        classes=data.meta.classes,
        counts=counts,
        n_recordings={side: len(n) for side, n in zip(SIDES, names, strict=True)},
        warnings=balance_warnings(counts, config),
    )


def count_sides(data: Dataset, split: Split) -> dict[str, dict[str, int]]:
    """Count the labelled frames of each class on each side.

    Parameters
    ----------
    data : Dataset
        The labelled frames.
    split : Split
        Their sides.

    Returns
    -------
    dict
        Frames by class, by the sides ``"training"`` and ``"validation"``.
    """
    classes = data.meta.classes
    rows = zip(SIDES, (split.training, split.validation), strict=True)
    counts = {s: np.bincount(data.targets[r], minlength=len(classes)) for s, r in rows}
    return {s: dict(zip(classes, c.tolist(), strict=True)) for s, c in counts.items()}


def balance_warnings(counts: dict[str, dict[str, int]], config: TrainConfig) -> tuple[str, ...]:
    """Tell what a user should know of a split.

    Parameters
    ----------
    counts : dict
        See `count_sides`.
    config : TrainConfig
        How it is split.

    Returns
    -------
    tuple of str
        Sentences.
    """
    found: list[str] = []
    for side, what in zip(SIDES, ("be learnt", "be checked"), strict=True):
        absent = [name for name, n in counts[side].items() if n == 0]
        if absent and sum(counts[side].values()):
            found.append(f"No frame of {', '.join(absent)} for {side}: it cannot {what}.")
    if config.validation_recordings:
        return tuple(found)
    if config.validation_split == 0:
        found.append(
            "No recordings are kept for validation: all epochs are trained, and the last is kept."
        )
    if config.split_by == "frame" and config.validation_split > 0:
        found.append("Split by frame: the validation figures flatter the model.")
    return tuple(found)


def _load_targets(path: Path) -> Dataset:
    """A dataset without its features, which take a hundred times as long to read."""
    from core.dataset import Dataset

    if not path.exists():
        msg = f"There is no dataset {path}"
        raise TableError(msg, hint="Build the dataset first.")
    meta = read_meta(path)
    targets = read_table(path, ["target"]).column("target").to_numpy().astype(np.int64)
    wrong = len(targets) != meta.n_rows
    if wrong or np.any((targets < 0) | (targets >= len(meta.classes))):
        msg = f"{path} has not the rows that its metadata tells of"
        raise TableError(msg, hint="Build the dataset again.")
    counts = [r.n_rows for r in meta.recordings]
    return Dataset(
        path=path,
        meta=meta,
        columns=(),
        features=np.empty((len(targets), 0), dtype=np.float32),
        targets=targets,
        recording_index=np.repeat(np.arange(len(counts), dtype=np.int64), counts),
        start_samples=np.empty(0, dtype=np.int64),
    )
