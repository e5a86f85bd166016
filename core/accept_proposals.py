"""Proposals of a run accepted by their score, without anybody looking at each."""

from __future__ import annotations

from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.annotating import confirm_edit
from core.annotations.bounds import Bounds
from core.annotations.matching import RecordingFinder
from core.annotations.stored import sign
from core.browsing import browse_query
from core.editing_right import editing
from core.errors import AnnotationError, NothingToDoError
from core.left_out import LeftOut
from core.library import Library, Recording
from core.predict_recordings import predict_recordings
from core.progress import ignore
from core.project import open_project
from core.proposal_edits import accept
from core.proposals import edges_of, propose, read_predicted
from core.recording_annotations import find_annotations, library_names, manifest_entries
from core.run_prediction import runs_to_predict_with
from core.runs import list_runs
from core.timebase import samples_to_seconds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from core.predicted_frames import PredictedFrames
    from core.progress import Report
    from core.project import Project


@dataclass(frozen=True)
class AcceptedProposals:
    """What was accepted, or would be.

    Parameters
    ----------
    run : str
        Name of the run whose proposals they are.
    least_score : float
        The least score that was accepted.
    preview : bool
        Whether nothing was changed.
    n_recordings : int
        Recordings that were looked at.
    n_accepted, n_left : int
        Proposals with that score, and without it.
    counts : dict of str to int
        How many of each class were accepted.
    left_out : tuple of LeftOut
        Names that mean no recording or several, and recordings that cannot be predicted
        or annotated.
    """

    run: str
    least_score: float
    preview: bool
    n_recordings: int
    n_accepted: int
    n_left: int
    counts: dict[str, int]
    left_out: tuple[LeftOut, ...] = ()


def accept_proposals(
    folder: Path,
    names: Sequence[str],
    *,
    run: str = "",
    least_score: float = 0.9,
    preview: bool = False,
    report: Report = ignore,
) -> AcceptedProposals:
    """Make annotations of what a run proposes and is sure of; each recording is one edit.

    Parameters
    ----------
    folder : Path
        The project folder.
    names : sequence of str
        Recordings of the library, by path, by name, or by name without extension.
    run : str
        Name of the run; if left out, the current one, or else the newest that was evaluated.
        Recordings that it has not predicted yet are predicted first.
    least_score : float
        The least score that is accepted, 0 to 1.
    preview : bool
        Only count, and change no annotation.
    report : callable
        Progress; may raise `Cancelled`, which leaves the recordings that are done.

    Returns
    -------
    AcceptedProposals
        A recording that cannot be predicted or annotated is listed there, and the others are done.

    Raises
    ------
    ProjectError, SettingsError
        If there is no project, or one of its settings is wrong.
    LibraryError
        If the database or its query is wrong.
    NothingToDoError
        If there is no run, or no recording is left.
    CheckpointError
        If the run is gone, or its model cannot be used.
    ProjectLockedError
        If another window edits the project.
    StorageError
        If the disk is full, or the folder cannot be written.
    """
    project = open_project(folder)
    run = run or _usual_run(project, report)
    recordings, left_out = _find(project, names, report)
    by_path = {r.database_path: r for r in recordings}
    counts: Counter[str] = Counter()
    n_recordings = n_left = 0
    # First of all: predicting may take hours, and would be in vain beside another window.
    with nullcontext() if preview else editing(project.folder):
        predicted = predict_recordings(folder, run, recordings, report=report)
        left_out += predicted.left_out
        for frames in predicted.frames:
            try:
                accepted, n_others = _accept(
                    project,
                    by_path[frames.database_path],
                    frames,
                    run=run,
                    least_score=least_score,
                    preview=preview,
                    report=report,
                )
            except AnnotationError as error:
                left_out += (LeftOut.because(frames.database_path, error),)
                continue
            counts += accepted
            n_recordings += 1
            n_left += n_others
    if not n_recordings:
        msg = "There is no recording whose proposals could be accepted"
        hint = f"The first: {left_out[0].name}: {left_out[0].reason}"
        raise NothingToDoError(msg, hint=hint, left_out=left_out)
    n_accepted = sum(counts.values())
    return AcceptedProposals(
        run,
        least_score,
        preview,
        n_recordings,
        n_accepted,
        n_left,
        dict(counts),
        left_out,
    )


def _accept(
    project: Project,
    recording: Recording,
    frames: PredictedFrames,
    *,
    run: str,
    least_score: float,
    preview: bool,
    report: Report,
) -> tuple[Counter[str], int]:
    """Classes of what is accepted of a recording, and how many proposals are left."""
    predicted = read_predicted(project.folder, frames.database_path, run, report=report)
    if predicted is None:
        return Counter(), 0
    found = find_annotations(project, recording, manifest_entries(project.transcoded))
    proposals = propose(predicted, *edges_of(found.stored))
    sure = proposals.at_least(least_score)
    if sure and not preview:
        rate = frames.spec.sample_rate
        length_s = samples_to_seconds(frames.n_samples, sample_rate=rate)
        overlaps = project.settings.annotations.allow_overlaps
        bounds = Bounds(length_s, rate, allow_overlaps=overlaps, annotations=found.stored)
        edit = accept(sure, file_name=found.name, bounds=bounds, by=sign())
        confirm_edit(project.folder, edit, report=report)
    return Counter(p.label for p in sure), len(proposals) - len(sure)


def _usual_run(project: Project, report: Report) -> str:
    runs = runs_to_predict_with(list_runs(project.folder, report=report))
    if not runs:
        msg = "The project has no run that could propose anything"
        raise NothingToDoError(msg, hint="Train a model first: loudness run PROJECT.")
    return runs[0].name


def _find(
    project: Project, names: Sequence[str], report: Report
) -> tuple[list[Recording], tuple[LeftOut, ...]]:
    """Recordings of the library, also of those that the pipeline's query does not select."""
    library = Library(project.settings.library)
    known = list(
        library_names(library, browse_query(library, report=report), report=report).items()
    )
    finder = RecordingFinder(known)
    recordings: dict[str, Recording] = {}
    left_out: list[LeftOut] = []
    for name in names:
        places = finder.find(name)
        if len(places) == 1:
            database_path = known[places[0]][1]
            recordings[database_path] = Recording(database_path, library.locate(database_path))
        else:
            meant = " and ".join(known[k][1] for k in places[:2])
            reason = f"it may mean {meant}" if places else "the library has no such recording"
            left_out.append(LeftOut(name, reason))
    return list(recordings.values()), tuple(left_out)
