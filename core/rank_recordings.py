"""Ranks the recordings of a project that are not annotated yet, the most uncertain first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from core.annotation_queue import AnnotationQueue, QueueRow, in_order
from core.annotation_queue_table import KeptQueue, KeptRow, find_queue, write_queue
from core.browsing import browse_query
from core.errors import CheckpointError, NothingToDoError
from core.learning.uncertainty import recording_uncertainty
from core.left_out import LeftOut
from core.library import Library
from core.manifest import read_manifest
from core.predict_recordings import predict_recordings
from core.predicted_frames import model_hash
from core.prediction_rows import read_predictions
from core.progress import Progress, ignore
from core.project import open_project
from core.recording_products import count_annotations
from core.reviewed import is_true
from core.run_prediction import runs_to_predict_with
from core.run_summary import require_model
from core.runs import list_runs
from core.timebase import samples_to_seconds

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from core.library import Recording
    from core.predicted_frames import PredictedFrames
    from core.progress import Report
    from core.project import Project

READING = "Reading the library"
NO_RUN = "There is no model that could be unsure of anything"
ANOTHER_RUN = "There is a newer model, {run}, since {old} ranked the recordings"
ANOTHER_MODEL = "The run {run} has another model since it ranked the recordings"


def rank_recordings(
    folder: Path,
    run: str = "",
    recordings: Sequence[Recording] | None = None,
    *,
    with_reviewed: bool = False,
    report: Report = ignore,
) -> AnnotationQueue:
    """Have a run say which recordings to annotate next.

    Recordings that have an annotation are not looked at. What the run says of the others is kept in
    it, see `core.predict_recordings`: what was cancelled goes on where it was.

    Parameters
    ----------
    folder : Path
        The project folder.
    run : str
        Name of the run; empty for the current one, or the newest if none is current.
    recordings : sequence of Recording, optional
        Of the project's library; every one of its list if left out. What is known of others stays.
    with_reviewed : bool
        Whether recordings that are marked as reviewed and have no annotation are ranked, too.
    report : callable
        Progress; may raise `Cancelled`, which leaves the order that was kept before.

    Returns
    -------
    AnnotationQueue
        A recording that cannot be read is listed there, and the others are ranked.

    Raises
    ------
    ProjectError, SettingsError
        If there is no project, or one of its settings is wrong.
    CheckpointError
        If there is no run, or its model cannot be used.
    LibraryError
        If the database or the query is wrong.
    AnnotationError
        If the annotations cannot be read.
    NothingToDoError
        If the library lists no recording.
    ProjectLockedError
        If another program predicts with this run.
    StorageError
        If the disk is full, or the folder cannot be written.
    """
    project = open_project(folder)
    run = run or _newest_run(project, report)
    if not run:
        raise CheckpointError(NO_RUN, hint="Train a model first.")
    home = project.runs / run
    require_model(home)
    listed = _list(project, report)
    if not listed.recordings:
        msg = "The library lists no recording"
        raise NothingToDoError(msg, hint="Change the query in the project's settings.")
    wanted = None if recordings is None else {r.database_path for r in recordings}
    to_do = [
        r
        for r in listed.recordings
        if not listed.n_annotations.get(r.database_path)
        and (with_reviewed or r.database_path not in listed.reviewed)
        and (wanted is None or r.database_path in wanted)
    ]
    predicted = predict_recordings(folder, run, to_do, report=report)
    model = model_hash(home)
    before = find_queue(home)
    known = {k.row.recording: k for k in before.rows} if before.model == model else {}
    names = {r.database_path for r in to_do}
    kept = {name: row for name, row in known.items() if name not in names}
    for k, frames in enumerate(predicted.frames):
        report(Progress("queue", k, len(predicted.frames), "recordings", "Ranking"))
        old = known.get(frames.database_path)
        is_same = old is not None and old.original == frames.original
        kept[frames.database_path] = old if old and is_same else _ranked(frames)
    paths = {str(r.path) for r in to_do} | names
    still = [x for x in before.left_out if x.name not in paths and wanted is not None]
    queue = KeptQueue(
        tuple(kept[row.recording] for row in in_order(k.row for k in kept.values())),
        model,
        (*still, *predicted.left_out),
    )
    classes = predicted.frames[0].classes if predicted.frames else _classes_of(queue)
    write_queue(home, queue, classes)
    left_out = (*(listed.left_out if wanted is None else ()), *queue.left_out)
    newest = _newest_run(project, report)
    found = listed.queue(queue, run, with_reviewed=with_reviewed)
    return replace(
        found,
        newest=newest,
        why_stale=_why_stale(run, newest),
        left_out=left_out,
        n_fresh=predicted.n_fresh,
    )


def read_queue(
    folder: Path, run: str = "", *, with_reviewed: bool = False, report: Report = ignore
) -> AnnotationQueue:
    """Read the order that is kept, with what is annotated and reviewed by now.

    Parameters
    ----------
    folder : Path
        The project folder.
    run : str
        Name of the run; empty for the one that would rank recordings now, or else the newest that
        has ranked any.
    with_reviewed : bool
        Whether recordings that are marked as reviewed and have no annotation are to be annotated.
    report : callable
        Progress; may raise `Cancelled`.

    Returns
    -------
    AnnotationQueue
        Without rows if no run has ranked recordings.

    Raises
    ------
    ProjectError, SettingsError
        If there is no project, or one of its settings is wrong.
    LibraryError
        If the database or the query is wrong.
    AnnotationError
        If the annotations cannot be read.
    """
    project = open_project(folder)
    runs = [s.name for s in runs_to_predict_with(list_runs(folder, report=report))]
    newest = runs[0] if runs else ""
    kept, by = KeptQueue(), ""
    # The run that would rank now, else the newest that has done it.
    for name in [run] if run else [newest, *sorted(runs[1:], reverse=True)]:
        found = find_queue(project.runs / name) if name else kept
        if found.rows or found.left_out:
            kept, by = found, name
            break
    listed = _list(project, report)
    queue = listed.queue(kept, by, with_reviewed=with_reviewed)
    why = _why_stale(by, newest)
    if by and not why and kept.model != model_hash(project.runs / by):
        why = ANOTHER_MODEL.format(run=by)
    return replace(queue, newest=newest, why_stale=why, left_out=kept.left_out)


@dataclass(frozen=True)
class _Listed:
    """The recordings of a library's list, and what has become of them."""

    recordings: tuple[Recording, ...]
    n_annotations: dict[str, int]
    reviewed: frozenset[str]
    left_out: tuple[LeftOut, ...]

    def queue(self, kept: KeptQueue, run: str, *, with_reviewed: bool) -> AnnotationQueue:
        """What is kept of a run, as far as it is of the list, with what is annotated by now."""
        known = {r.database_path for r in self.recordings}
        rows = [
            replace(
                k.row,
                n_annotations=self.n_annotations.get(k.row.recording, 0),
                is_reviewed=k.row.recording in self.reviewed,
            )
            for k in kept.rows
            if k.row.recording in known
        ]
        annotated = {name for name, n in self.n_annotations.items() if n}
        return AnnotationQueue(
            run=run,
            rows=in_order(rows),
            n_recordings=len(self.recordings),
            n_annotated=len(annotated),
            n_only_reviewed=len(self.reviewed - annotated),
            with_reviewed=with_reviewed,
        )


def _list(project: Project, report: Report) -> _Listed:
    """Read what the window's list has, and which of it is annotated or reviewed."""
    report(Progress("queue", text=READING))
    config = project.settings.library
    library = Library(config)
    query = browse_query(library, report=report)
    listed = Library(replace(config, query=query)).select(report=report)
    pipelines = {r.path for r in library.select(report=report).recordings}
    entries = {e.original for e in read_manifest(project.transcoded)}
    rows = [
        (k, str(r.path), r.database_path, r.path in pipelines or str(r.path) in entries)
        for k, r in enumerate(listed.recordings)
    ]
    counts = count_annotations(project, rows)
    names = [r.database_path for r in listed.recordings]
    return _Listed(
        listed.recordings,
        {names[k]: n for k, n in counts.items() if n},
        frozenset(_reviewed(listed.recordings, config.reviewed_column)),
        tuple(LeftOut(name, reason) for name, reason in listed.left_out),
    )


def _reviewed(recordings: Iterable[Recording], column: str) -> set[str]:
    wanted = column.lower()
    return {
        r.database_path
        for r in recordings
        if any(name.lower() == wanted and is_true(value) for name, value in r.columns.items())
    }


def _newest_run(project: Project, report: Report) -> str:
    """The run that is asked: the current one, or the newest that is whole."""
    runs = runs_to_predict_with(list_runs(project.folder, report=report))
    return runs[0].name if runs else ""


def _why_stale(run: str, newest: str) -> str:
    return ANOTHER_RUN.format(run=newest, old=run) if run and newest not in {"", run} else ""


def _classes_of(kept: KeptQueue) -> tuple[str, ...]:
    return tuple(kept.rows[0].row.expected) if kept.rows else ()


def _ranked(frames: PredictedFrames) -> KeptRow:
    """Say how unsure the run is of a recording."""
    spec, classes = frames.spec, frames.classes
    rows = read_predictions(frames.table, None, classes, hop_size=spec.hop_size)
    found = recording_uncertainty(
        rows.probabilities, hop_size=spec.hop_size, sample_rate=spec.sample_rate
    )
    length_s = samples_to_seconds(frames.n_samples, sample_rate=spec.sample_rate)
    counts = np.bincount(rows.targets, minlength=len(classes))
    shares = counts / max(1, len(rows.targets))
    row = QueueRow(
        frames.database_path,
        found.score,
        # The last hop may be longer than what is left.
        min(found.start_s, length_s),
        min(found.end_s, length_s),
        length_s,
        dict(zip(classes, shares.tolist(), strict=True)),
    )
    return KeptRow(row, frames.original)
