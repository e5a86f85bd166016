"""What a window does to annotations, in a child: read them, edit them, import and export them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.editing_right import editing
from core.progress import Progress, ignore
from core.project import open_project
from core.project_annotations import ProjectAnnotations
from core.recording_annotations import find_annotations, manifest_entries

if TYPE_CHECKING:
    from pathlib import Path

    from core.annotations.stored import Edit, StoredAnnotation
    from core.library import Recording
    from core.progress import Report
    from core.project import Project


def annotations_of(
    project_folder: Path, recording: Recording, *, report: Report = ignore
) -> tuple[StoredAnnotation, ...]:
    """Read the annotations of a recording as they can be edited.

    Parameters
    ----------
    project_folder : Path
        The project.
    recording : Recording
        One of its recordings.
    report : callable
        Called while a database is read; may raise `Cancelled`.

    Returns
    -------
    tuple of StoredAnnotation
        By their start; until the first edit those of the table.

    Raises
    ------
    AnnotationError
        If the table cannot be read or is none.
    ProjectError
        If there is no project, or its database cannot be read.
    LibraryError
        If the recording is not in the manifest, and the database cannot be read.
    """
    project = open_project(project_folder)
    entries = manifest_entries(project.transcoded)
    return find_annotations(project, recording, entries, report=report).stored


def apply_edit(
    project_folder: Path,
    edit: Edit,
    *,
    recording: Recording | None = None,
    report: Report = ignore,
) -> tuple[StoredAnnotation, ...]:
    """Make an edit; when this returns it is on the disk.

    The first edit of a project imports its table of annotations, in the same transaction.

    Parameters
    ----------
    project_folder : Path
        The project.
    edit : Edit
        The edit.
    recording : Recording, optional
        Whose annotations are asked for.
    report : callable
        Called before the edit is made; may raise `Cancelled`. Afterwards it cannot be cancelled.

    Returns
    -------
    tuple of StoredAnnotation
        Of the recording, by their start, as `annotations_of` gives them; if none is named, those of
        the files that the edit names.

    Raises
    ------
    AnnotationError
        If what is edited was changed meanwhile, or the table cannot be imported.
    ProjectLockedError
        If another window edits the project, or a program holds its database.
    ProjectError
        If the project cannot be written, or was made by a newer version.
    StorageError
        If the disk is full.
    """
    project, annotations = _apply(project_folder, edit, report)
    if recording is not None:
        entries = manifest_entries(project.transcoded)
        return find_annotations(project, recording, entries).stored
    names = {a.file_name for a in (*edit.removed, *edit.added)}
    return tuple(stored for stored, _ in annotations.store.of(sorted(names)))


def confirm_edit(project_folder: Path, edit: Edit, *, report: Report = ignore) -> None:
    """Make an edit as `apply_edit` does, and read nothing afterwards.

    A window knows what it had, and what the edit does: for ten thousand annotations it would take
    longer to read them again than to make the edit.

    Parameters
    ----------
    project_folder : Path
        The project.
    edit : Edit
        The edit.
    report : callable
        Called before the edit is made; may raise `Cancelled`. Afterwards it cannot be cancelled.

    Raises
    ------
    AnnotationError
        If what is edited was changed meanwhile, or the table cannot be imported.
    ProjectLockedError
        If another window edits the project, or a program holds its database.
    ProjectError
        If the project cannot be written, or was made by a newer version.
    StorageError
        If the disk is full.
    """
    _apply(project_folder, edit, report)


def prepare_editing(project_folder: Path, *, report: Report = ignore) -> None:
    """Load and read what the first edit needs, so that it takes no longer than those after it.

    Parameters
    ----------
    project_folder : Path
        The project.
    report : callable
        Called before anything is read; may raise `Cancelled`.

    Raises
    ------
    ProjectError
        If there is no project, or it cannot be read.
    """
    report(Progress("edit", text="Reading the annotations"))
    ProjectAnnotations(open_project(project_folder))


def _apply(project_folder: Path, edit: Edit, report: Report) -> tuple[Project, ProjectAnnotations]:
    report(Progress("edit", text=edit.name))
    project = open_project(project_folder)
    annotations = ProjectAnnotations(project)
    with editing(project.folder):
        annotations.store.apply(edit, first=annotations.first_import)
    return project, annotations
