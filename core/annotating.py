"""What a window does to annotations, in a child: it edits them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.editing_right import editing
from core.progress import Progress, ignore
from core.project import open_project
from core.project_annotations import ProjectAnnotations

if TYPE_CHECKING:
    from pathlib import Path

    from core.annotations.stored import Edit
    from core.progress import Report


def confirm_edit(project_folder: Path, edit: Edit, *, report: Report = ignore) -> None:
    """Make an edit; when this returns it is on the disk.

    The first edit of a project imports its table of annotations, in the same transaction. Nothing
    is read afterwards: a window knows what it had, and what the edit does, and to read ten thousand
    annotations again would take longer than to make the edit.

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
    report(Progress("edit", text=edit.name))
    project = open_project(project_folder)
    annotations = ProjectAnnotations(project)
    with editing(project.folder):
        annotations.store.apply(edit, first=annotations.first_import)


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
