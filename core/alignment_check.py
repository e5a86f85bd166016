"""Whether a project's annotations lie where its recordings change: all of them, worst first."""

from __future__ import annotations

import json
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from core.align_recording import AlignmentItem, RecordingAlignment, align_recording
from core.annotations.matching import assign_annotations
from core.errors import NothingToDoError
from core.executor import Execution, map_recordings
from core.left_out import LeftOut
from core.progress import Progress, ignore
from core.project import open_project
from core.project_annotations import ProjectAnnotations
from core.recording_annotations import manifest_entries

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from core.progress import Report
    from core.project import Project

SECONDS_PER_S = 100.0
"""How much audio is checked in a second, roughly; decides on workers only."""

_ORDER = {"suspicious": 0, "aligned": 1, "cannot tell": 2}


@dataclass(frozen=True)
class AlignmentCheck:
    """What a check of a project's alignment gave.

    Parameters
    ----------
    recordings : tuple of RecordingAlignment
        Those that have annotations, the most suspicious first.
    typical_shift_s : float or None
        Median shift of those of which it can be told: a habit of whoever annotated, or an error
        that all have in common. None if it can be told of none.
    left_out : tuple of LeftOut
        Recordings that could not be checked, and why.
    """

    recordings: tuple[RecordingAlignment, ...]
    typical_shift_s: float | None
    left_out: tuple[LeftOut, ...] = ()

    @property
    def n_suspicious(self) -> int:
        """Recordings whose annotations, or whose transcoded audio, seem to be shifted."""
        return sum(r.is_suspicious for r in self.recordings)

    @property
    def n_unknown(self) -> int:
        """Recordings whose sound does not tell."""
        return sum(r.alignment.verdict == "cannot tell" for r in self.recordings)


def check_alignment(
    folder: Path,
    *,
    only: str | None = None,
    execution: Execution | None = None,
    report: Report = ignore,
) -> AlignmentCheck:
    """Find out how the annotations of a project lie to its recordings.

    Parameters
    ----------
    folder : Path
        The project folder.
    only : str, optional
        Path in the database of the one recording that is to be checked.
    execution : Execution, optional
        How many processes.
    report : callable
        Progress; may raise `Cancelled`.

    Returns
    -------
    AlignmentCheck
        A recording that cannot be read is listed there. Nothing is written.

    Raises
    ------
    ProjectError, SettingsError
        If there is no project, or one of its settings is wrong.
    AnnotationError
        If the annotations cannot be read.
    NothingToDoError
        If no transcoded recording has annotations.
    """
    report(Progress("align", text="Reading the annotations"))
    items = _items(open_project(folder), only)
    if not items:
        msg = "No transcoded recording has annotations"
        raise NothingToDoError(msg, hint="Run the pipeline: transcode, and check the annotations.")
    cost_s = sum(i.n_samples / i.sample_rate for i in items) / SECONDS_PER_S
    found: list[RecordingAlignment] = []
    left_out: list[LeftOut] = []
    for outcome in map_recordings(
        align_recording,
        items,
        name=lambda item: item.database_path,
        stage="align",
        cost_s=cost_s,
        execution=execution or Execution(),
        report=report,
    ):
        if outcome.result is None:
            left_out.append(LeftOut.because(outcome.item.database_path, outcome.error))
        else:
            found.append(outcome.result)
    return AlignmentCheck(rank(found), _typical(found), tuple(sorted(left_out, key=_name)))


def renewed(check: AlignmentCheck, found: AlignmentCheck) -> AlignmentCheck:
    """Put recordings that were checked again in the place of what was known of them.

    Parameters
    ----------
    check : AlignmentCheck
        What was known.
    found : AlignmentCheck
        Of some of these recordings, or of others.

    Returns
    -------
    AlignmentCheck
        Of all.
    """
    names = {r.recording for r in found.recordings} | {x.name for x in found.left_out}
    kept = [r for r in check.recordings if r.recording not in names]
    recordings = rank([*kept, *found.recordings])
    left_out = [x for x in check.left_out if x.name not in names]
    every = tuple(sorted([*left_out, *found.left_out], key=_name))
    return AlignmentCheck(recordings, _typical(recordings), every)


def rank(recordings: Iterable[RecordingAlignment]) -> tuple[RecordingAlignment, ...]:
    """Sort recordings by suspicion.

    Parameters
    ----------
    recordings : iterable of RecordingAlignment
        In any order.

    Returns
    -------
    tuple of RecordingAlignment
        Suspicious ones, then aligned ones, then those of which nothing can be told; among these
        those that are less likely to be right, and those that are shifted further, first.
    """

    def suspicion(found: RecordingAlignment) -> tuple[object, ...]:
        alignment = found.alignment
        right = alignment.probability_aligned
        return (
            not found.is_late,
            _ORDER[alignment.verdict],
            # What is out of the question is so alike.
            1.0 if right is None else round(right, 4),
            -abs(alignment.shift_s or 0.0),
            found.recording,
        )

    return tuple(sorted(recordings, key=suspicion))


def _items(project: Project, only: str | None) -> list[AlignmentItem]:
    """Transcoded recordings that have annotations."""
    entries = list(manifest_entries(project.transcoded).values())
    table = ProjectAnnotations(project).table()
    known = [(entry.original, entry.database_path) for entry in entries]
    by_recording = assign_annotations(table.annotations, known).by_recording
    return [
        AlignmentItem(
            original=entry.original,
            database_path=entry.database_path,
            transcoded=str(project.transcoded / entry.file),
            n_samples=entry.n_samples,
            sample_rate=entry.sample_rate,
            channel=int(json.loads(entry.settings or "{}").get("channel", 0)),
            annotations=tuple(by_recording[k]),
        )
        for k, entry in enumerate(entries)
        if entry.status == "transcoded"
        and k in by_recording
        and only in (None, entry.database_path)
    ]


def _typical(recordings: Iterable[RecordingAlignment]) -> float | None:
    shifts = [
        r.alignment.shift_s
        for r in recordings
        if r.alignment.verdict != "cannot tell" and r.alignment.shift_s is not None
    ]
    return median(shifts) if shifts else None


def _name(item: LeftOut) -> str:
    return item.name
