"""Recordings through a run of a project: a table of predictions, and label tracks beside it."""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.annotations.audacity import write_label_tracks
from core.annotations.labels import Label
from core.errors import NothingToDoError
from core.left_out import LeftOut
from core.library import Library, Recording
from core.predict import (
    PredictResult,
    names_for_user,
    predict,
    write_predictions,
)
from core.predict_recordings import predict_recordings
from core.predicted_frames import predicted_intervals
from core.progress import Progress, ignore
from core.project import open_project
from core.run_summary import MODEL_FILE, require_model

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from core.learning.classify import Prediction
    from core.progress import Report
    from core.project import Project
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
    audio: Sequence[Path] | Sequence[Recording] | None,
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
    audio : sequence of Path or of Recording, or None
        Files, or recordings of the project's library; None for those that its query selects. What
        is said of the library's recordings is kept in the run, see
        `core.predict_recordings`, and what is kept already is not predicted again.
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
    home = project.runs / run
    require_model(home)
    left_out: tuple[LeftOut, ...] = ()
    if audio is None:
        selection = Library(project.settings.library).select(report=report)
        audio = selection.recordings
        left_out = tuple(LeftOut(name, reason) for name, reason in selection.left_out)
        if not audio:
            msg = "The project's query selects no recording"
            raise NothingToDoError(msg, hint="Change the query in the project's settings.")
    recordings = [r for r in audio if isinstance(r, Recording)]
    # A project that cannot be written can be predicted with all the same.
    if recordings and os.access(home, os.W_OK):
        result = _keep_and_write(project, run, recordings, out_csv, report)
    else:
        paths = [r.path if isinstance(r, Recording) else r for r in audio]
        result = predict(home / MODEL_FILE, paths, out_csv=out_csv, report=report)
    labels = labels_folder(out_csv) if with_labels else None
    if labels is not None:
        write_label_tracks(_read_tracks(out_csv), labels, report=report)
    return RunPrediction(result, left_out + result.left_out, labels)


def _keep_and_write(
    project: Project, run: str, recordings: Sequence[Recording], out_csv: Path, report: Report
) -> PredictResult:
    """Write the table from what is kept of the recordings in the run."""
    done = predict_recordings(project.folder, run, recordings, report=report)
    if not done.frames:
        first = done.left_out[0]
        msg = f"Not one of {len(recordings)} recordings could be predicted"
        hint = f"The first: {first.name}: {first.reason}"
        raise NothingToDoError(msg, hint=hint, left_out=done.left_out)
    paths = {r.database_path: str(r.path) for r in recordings}
    names = names_for_user([paths[frames.database_path] for frames in done.frames])
    predictions: dict[str, list[Prediction]] = {}
    for name, frames in zip(names, done.frames, strict=True):
        report(Progress("predict", text=f"Writing {out_csv.name}", recording=name))
        predictions[name] = predicted_intervals(frames)
    return write_predictions(
        out_csv, predictions, classes=done.frames[0].classes, left_out=done.left_out
    )


def _read_tracks(table: Path) -> dict[str, list[Label]]:
    tracks: dict[str, list[Label]] = {}
    with table.open(newline="", encoding="utf-8", errors="surrogateescape") as file:
        for row in csv.DictReader(file):
            label = Label(float(row["start"]), float(row["end"]), row["class"])
            tracks.setdefault(row["recording"], []).append(label)
    return tracks
