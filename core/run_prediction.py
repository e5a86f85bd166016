"""Recordings through a run of a project: a table of predictions, and label tracks beside it."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.annotations.audacity import write_label_tracks
from core.annotations.labels import Label
from core.errors import CheckpointError, NothingToDoError
from core.left_out import LeftOut
from core.library import Library
from core.predict import predict
from core.progress import ignore
from core.project import open_project
from core.run_summary import MODEL_FILE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from core.predict import PredictResult
    from core.progress import Report
    from core.run_summary import RunSummary


@dataclass(frozen=True)
class RunPrediction:
    """What was predicted, and where it is.

    Parameters
    ----------
    result : PredictResult
        As `core.predict.predict` gave it.
    left_out : tuple of LeftOut
        Rows of the library without a usable path, and recordings that could not be classified.
    labels : Path or None
        Folder of the label tracks, if they were wanted.
    """

    result: PredictResult
    left_out: tuple[LeftOut, ...]
    labels: Path | None = None


def runs_to_predict_with(runs: Sequence[RunSummary]) -> tuple[RunSummary, ...]:
    """Tell which runs can be predicted with.

    Parameters
    ----------
    runs : sequence of RunSummary
        The newest first, as `core.runs.list_runs` gives them.

    Returns
    -------
    tuple of RunSummary
        Those that are whole: the current one first, then those that were evaluated, the newest
        first.
    """
    whole = [run for run in runs if not run.problem]
    return tuple(sorted(whole, key=lambda run: (not run.is_current, not run.is_evaluated)))


def labels_folder(out_csv: Path) -> Path:
    """Tell where the label tracks of a table of predictions go.

    Parameters
    ----------
    out_csv : Path
        The table.

    Returns
    -------
    Path
        A folder beside it, so that nobody's own text files are written over.
    """
    return out_csv.with_name(f"{out_csv.stem}_labels")


def predict_with_run(
    folder: Path,
    run: str,
    audio: Sequence[Path] | None,
    *,
    out_csv: Path,
    with_labels: bool = False,
    report: Report = ignore,
) -> RunPrediction:
    """Classify recordings with a run of a project.

    Parameters
    ----------
    folder : Path
        The project folder.
    run : str
        Name of the run.
    audio : sequence of Path, or None
        The recordings; None for those that the project's query selects.
    out_csv : Path
        The table to be written, as `core.predict.predict` writes it.
    with_labels : bool
        Whether label tracks for Audacity are written, too; see `labels_folder`.
    report : callable
        Progress; may raise `Cancelled`.

    Returns
    -------
    RunPrediction
        A recording that cannot be read is listed there, and the others are classified.

    Raises
    ------
    ProjectError, SettingsError
        If there is no project, or one of its settings is wrong.
    CheckpointError
        If the run is gone, or its model cannot be used.
    LibraryError
        If the database or the query is wrong.
    NothingToDoError
        If there is no recording, or all were left out.
    StorageError
        If the disk is full, or a folder cannot be written.
    """
    project = open_project(folder)
    model = project.runs / run / MODEL_FILE
    if not model.is_file():
        msg = f"The run {run} has no model any more"
        raise CheckpointError(msg, hint="Choose another run.")
    left_out: tuple[LeftOut, ...] = ()
    if audio is None:
        selection = Library(project.settings.library).select(report=report)
        audio = [recording.path for recording in selection.recordings]
        left_out = tuple(LeftOut(name, reason) for name, reason in selection.left_out)
        if not audio:
            msg = "The project's query selects no recording"
            raise NothingToDoError(msg, hint="Change the query in the project's settings.")
    result = predict(model, audio, out_csv=out_csv, report=report)
    labels = labels_folder(out_csv) if with_labels else None
    if labels is not None:
        write_label_tracks(_read_tracks(out_csv), labels, report=report)
    return RunPrediction(result, left_out + result.left_out, labels)


def _read_tracks(table: Path) -> dict[str, list[Label]]:
    tracks: dict[str, list[Label]] = {}
    with table.open(newline="", encoding="utf-8", errors="surrogateescape") as file:
        for row in csv.DictReader(file):
            label = Label(float(row["start"]), float(row["end"]), row["class"])
            tracks.setdefault(row["recording"], []).append(label)
    return tracks
