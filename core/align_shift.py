"""Shift the annotations of one recording by numbers that somebody gives."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.annotations.bounds import Bounds
from core.annotations.edits import apply_offset_and_stretch, sign
from core.editing_right import editing
from core.errors import AnnotationError
from core.library import Recording
from core.progress import Progress, ignore
from core.project import open_project
from core.project_annotations import ProjectAnnotations
from core.recording_annotations import find_annotations, manifest_entries
from core.timebase import samples_to_seconds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.manifest import ManifestEntry
    from core.progress import Report


@dataclass(frozen=True)
class ShiftReport:
    """What was shifted.

    Parameters
    ----------
    recording : str
        The path as the database has it.
    n_annotations : int
        Of the recording.
    n_changed : int
        Those of them that lie elsewhere now.
    offset_s, stretch : float
        A time t became ``offset_s + stretch * t``.
    """

    recording: str
    n_annotations: int
    n_changed: int
    offset_s: float
    stretch: float


def shift_annotations(
    project_folder: Path,
    recording: str,
    *,
    offset_s: float,
    stretch: float = 1.0,
    report: Report = ignore,
) -> ShiftReport:
    """Shift and stretch all annotations of a recording, as one edit of the project.

    Parameters
    ----------
    project_folder : Path
        The project.
    recording : str
        A transcoded recording: its path in the database, its full path, or its base name.
    offset_s : float
        In seconds; positive is later.
    stretch : float
        Greater than 0; 1 leaves lengths as they are.
    report : callable
        Called before anything is changed; may raise `Cancelled`.

    Returns
    -------
    ShiftReport
        The edit is on the disk.

    Raises
    ------
    AnnotationError
        If there is no such recording, it has no annotations, or they would lie outside of it.
    ProjectLockedError
        If a window edits the project.
    ProjectError, StorageError
        If there is no project, or it cannot be written.
    """
    project = open_project(project_folder)
    with editing(project.folder):
        report(Progress("align", text="Reading the annotations"))
        entries = manifest_entries(project.transcoded)
        entry = _find(entries.values(), recording)
        known = Recording(entry.database_path, Path(entry.original))
        stored = find_annotations(project, known, entries, report=report).stored
        bounds = Bounds(
            samples_to_seconds(entry.n_samples, sample_rate=entry.sample_rate),
            entry.sample_rate,
            project.settings.annotations.allow_overlaps,
            stored,
        )
        edit = apply_offset_and_stretch(
            stored, offset_s=offset_s, stretch=stretch, bounds=bounds, by=sign()
        )
        annotations = ProjectAnnotations(project)
        annotations.store.apply(edit, first=annotations.first_import)
    return ShiftReport(entry.database_path, len(stored), len(edit.added), offset_s, stretch)


def _find(entries: Iterable[ManifestEntry], name: str) -> ManifestEntry:
    transcoded = [e for e in entries if e.status == "transcoded"]
    ways = (
        [e for e in transcoded if e.database_path == name],
        [e for e in transcoded if e.original == name],
        [e for e in transcoded if Path(e.database_path).name == name],
    )
    found = next((way for way in ways if way), ways[0])
    if not found:
        msg = f"No transcoded recording is called {name}"
        raise AnnotationError(msg, hint="Give its name as `loudness align` lists it.")
    if len(found) > 1:
        both = " and ".join(e.database_path for e in found[:2])
        msg = f"{name} may mean {both}"
        raise AnnotationError(msg, hint="Give its path as `loudness align` lists it.")
    return found[0]
