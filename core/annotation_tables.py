"""Import of a project's table of annotations, and export to it."""

from __future__ import annotations

import hashlib
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.annotations.importing import plan_import
from core.annotations.stored import Edit
from core.annotations.table_text import read_table_text
from core.drawing_cache import file_stamp
from core.editing_right import editing
from core.errors import AnnotationError
from core.left_out import LeftOut
from core.progress import Progress, ignore
from core.project import open_project
from core.project_annotations import ProjectAnnotations, make_source
from core.settings import AnnotationConfig
from core.storage import replacing, sha256_of, to_json

if TYPE_CHECKING:
    from core.annotations.store import Source
    from core.annotations.stored import StoredAnnotation
    from core.annotations.table_text import Content, TableText
    from core.progress import Report

MOST_LISTED = 1000
"""Of each kind: nobody reads more, and a window must not wait for it."""


@dataclass(frozen=True)
class ImportReport:
    """What an import does, or would do.

    Parameters
    ----------
    table : str
        What is imported.
    n_new, n_changed, n_gone, n_same : int
        Annotations of each kind; of the same the table says nothing else than before.
    n_edited_here : int
        Annotations edited in the project that stay as they are.
    n_overridden : int
        Annotations edited in the project that the table changes or removes.
    new, gone : tuple of StoredAnnotation
        The first `MOST_LISTED` of them.
    changed : tuple of (StoredAnnotation or None, StoredAnnotation)
        Before and after; None: it was deleted in the project, and comes back.
    left_out : tuple of LeftOut
        Rows that are no annotations.
    edit : Edit or None
        By which it can be undone, once it is done; None for the first import.
    """

    table: str
    n_new: int
    n_changed: int
    n_gone: int
    n_same: int
    n_edited_here: int
    n_overridden: int
    new: tuple[StoredAnnotation, ...] = ()
    gone: tuple[StoredAnnotation, ...] = ()
    changed: tuple[tuple[StoredAnnotation | None, StoredAnnotation], ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    edit: Edit | None = None

    def to_dict(self) -> dict[str, Any]:
        """The report for people.

        Returns
        -------
        dict
            Without the edit, which lists everything once more.
        """
        return {key: to_json(value) for key, value in vars(self).items() if key != "edit"}


@dataclass(frozen=True)
class ExportReport:
    """What an export wrote.

    Parameters
    ----------
    table : str
        The table.
    n_rows : int
        Its annotations.
    n_changed, n_deleted, n_new : int
        How many differ from the table that was imported.
    encoding : str
        Of its text.
    """

    table: str
    n_rows: int
    n_changed: int
    n_deleted: int
    n_new: int
    encoding: str


def preview_import(
    project_folder: Path, path: Path | None = None, *, report: Report = ignore
) -> ImportReport:
    """Say what an import would change.

    Parameters
    ----------
    project_folder : Path
        The project.
    path : Path, optional
        The table; the project's own if it is left out.
    report : callable
        Called between the steps; may raise `Cancelled`.

    Returns
    -------
    ImportReport
        Nothing is written.

    Raises
    ------
    AnnotationError
        If the table cannot be read, or has not the columns.
    ProjectError
        If there is no project, or its database cannot be read.
    """
    return _Import(project_folder, path, report).report


def import_table(
    project_folder: Path, path: Path | None = None, *, report: Report = ignore
) -> ImportReport:
    """Take over what a table changes since the last import; edits of anything else stay.

    Parameters
    ----------
    project_folder : Path
        The project.
    path : Path, optional
        The table; the project's own if it is left out.
    report : callable
        Called between the steps; may raise `Cancelled`, and then nothing was changed.

    Returns
    -------
    ImportReport
        With the edit that undoes it.

    Raises
    ------
    AnnotationError
        If the table cannot be read, has not the columns, or an edit was made meanwhile.
    ProjectLockedError
        If another window edits the project, or a program holds its database.
    ProjectError
        If the project cannot be written.
    StorageError
        If the disk is full.
    """
    with editing(open_project(project_folder).folder):
        found = _Import(project_folder, path, report)
        return found.carry_out()


def export_table(
    project_folder: Path,
    path: Path | None = None,
    *,
    overwrite: bool = False,
    report: Report = ignore,
) -> ExportReport:
    """Write the annotations as a table: the one that was imported, with the edits in it.

    Rows that are not edited keep their text, their order and their line's end; of edited rows only
    the cells change that say something else, deleted rows are left out, new ones come at the end.

    Parameters
    ----------
    project_folder : Path
        The project.
    path : Path, optional
        Where to; the project's own table if it is left out.
    overwrite : bool
        Also over a table that is not the one that was imported.
    report : callable
        Called between the steps; may raise `Cancelled`.

    Returns
    -------
    ExportReport
        What differs from the table that was imported.

    Raises
    ------
    AnnotationError
        If the table there is another one, and `overwrite` is not given.
    ProjectLockedError
        If it is the project's own table, and another window edits the project.
    StorageError
        If the table cannot be written, or the disk is full.
    """
    project = open_project(project_folder)
    annotations = ProjectAnnotations(project)
    path = _place(path, annotations)
    own = annotations.path
    # Another table is no part of the project: nothing in it changes.
    changes_project = own is not None and path.resolve() == own.resolve()
    with editing(project.folder) if changes_project else nullcontext():
        report(Progress("export", text=f"Writing {path.name}"))
        if annotations.is_kept:
            return _export(annotations, path, overwrite=overwrite)
        raw, text = annotations.read_text(annotations.path)
        _check_place(path, hashlib.sha256(raw).hexdigest(), overwrite=overwrite)
        _write(path, raw)
        n_rows = sum(piece.interval is not None for piece in text.pieces)
        return ExportReport(str(path), n_rows, 0, 0, 0, text.encoding)


class _Import:
    """An import that is found out, and can be carried out."""

    def __init__(self, project_folder: Path, path: Path | None, report: Report) -> None:
        self._annotations = annotations = ProjectAnnotations(open_project(project_folder))
        self._path = path = _place(path, annotations)
        report(Progress("import", text=f"Reading {path.name}"))
        self._revision = annotations.store.revision()
        self._raw, self._text = annotations.read_text(path)
        source = annotations.store.source()
        self._is_first = source is None
        report(Progress("import", text=f"Comparing {path.name}"))
        base = {} if source is None else _said(source)
        ours = {stored.id: stored for stored, _ in annotations.store.everything()}
        self._plan = plan_import(self._text, base, ours)

    @property
    def report(self) -> ImportReport:
        """What it changes."""
        plan, rows = self._plan, self._text.rows
        return ImportReport(
            str(self._path),
            len(plan.new),
            len(plan.changed),
            len(plan.gone),
            plan.n_same,
            plan.n_edited_here,
            plan.n_overridden,
            tuple(plan.new[:MOST_LISTED]),
            tuple(plan.gone[:MOST_LISTED]),
            tuple(plan.changed[:MOST_LISTED]),
            tuple(LeftOut(f"line {n}", p.reason) for n, p in rows.items() if p.reason),
        )

    def carry_out(self) -> ImportReport:
        """Import, unless an edit came between."""
        edit = self._plan.edit(f"import of {self._path.name}")
        source = make_source(self._raw, self._text, self._path, self._plan.ids)
        self._annotations.store.replace(edit, source, revision=self._revision)
        return replace(self.report, edit=None if self._is_first else edit)


def _said(source: Source) -> dict[int, Content]:
    """What the rows of the last import said, by their annotations' ids."""
    rows = _read(source).rows
    contents = {id_: rows[line].content for line, id_ in source.ids.items()}
    return {id_: content for id_, content in contents.items() if content is not None}


def _read(source: Source) -> TableText:
    config = AnnotationConfig.from_dict(source.settings)
    return read_table_text(source.content, config, path=Path(source.path))


def _export(annotations: ProjectAnnotations, path: Path, *, overwrite: bool) -> ExportReport:
    store = annotations.store
    revision, source = store.revision(), store.source()
    if source is None:
        msg = "The project keeps no annotations"
        raise AnnotationError(msg, hint="Nothing was written.")
    _check_place(path, source.sha256, overwrite=overwrite)
    text = _read(source)
    ours = {stored.id: stored for stored, _ in store.everything()}
    by_line = {line: ours.get(id_) for line, id_ in source.ids.items()}
    linked = set(source.ids.values())
    new = [stored for id_, stored in ours.items() if id_ not in linked]
    changed = {line: None if a is None else a.content for line, a in by_line.items()}
    raw, encoding = text.rewritten(changed, [a.content for a in new])
    _write(path, raw)
    if path == annotations.path:
        # From now on it is what edits are compared with.
        again = read_table_text(raw, text.config, path=path)
        ids = [*(a.id for a in by_line.values() if a is not None), *(a.id for a in new)]
        lines = [line for line, piece in again.rows.items() if piece.interval is not None]
        source = make_source(raw, again, path, dict(zip(lines, ids, strict=True)))
        store.replace(Edit(f"export to {path.name}", (), ()), source, revision=revision)
    return ExportReport(
        str(path),
        len(ours),
        sum(changed[n] not in {None, text.rows[n].content} for n in changed),
        sum(content is None for content in changed.values()),
        len(new),
        encoding,
    )


def _place(path: Path | None, annotations: ProjectAnnotations) -> Path:
    if path is not None:
        return path.absolute()
    if annotations.path is None:
        msg = "The project names no table of annotations"
        raise AnnotationError(msg, hint="Name one here, or in the project's settings.")
    return annotations.path


def _check_place(path: Path, sha256: str, *, overwrite: bool) -> None:
    """Refuse to write over a table that has something else in it."""
    if overwrite or not file_stamp(path):
        return
    if path.is_dir() or sha256_of(path) != sha256:
        msg = f"{path} is not the table that was imported, or was changed since"
        hint = "Import it first, export to another file, or overwrite it (--overwrite)."
        raise AnnotationError(msg, hint=hint)


def _write(path: Path, raw: bytes) -> None:
    # What links to the table goes on doing so.
    with replacing(path.resolve()) as part:
        part.write_bytes(raw)
