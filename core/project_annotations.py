"""A project's annotations: those it keeps itself, or those of its table until the first edit."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.annotations.csv import (
    AnnotationTable,
    UnusableRowError,
    decode_table,
    parse_annotations,
    read_annotations,
    read_bytes,
)
from core.annotations.store import AnnotationStore, Source, content_hash
from core.annotations.stored import StoredAnnotation, sign, to_annotation
from core.annotations.table_text import TableText, empty_table, read_table_text
from core.drawing_cache import file_stamp
from core.errors import AnnotationError
from core.label_set import LabelSet
from core.left_out import LeftOut
from core.remembered import remembered
from core.storage import sha256_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.annotations.csv import Annotation
    from core.project import Project
    from core.settings import AnnotationConfig


@dataclass(frozen=True)
class ReadAnnotations:
    """Annotations as a dataset is made from.

    Parameters
    ----------
    table : AnnotationTable
        The annotations, and what cannot be used.
    path : str
        Where they are from.
    sha256 : str
        Of that file's bytes; empty if the project keeps the annotations itself.
    content : str
        Hash of what the usable annotations say.
    """

    table: AnnotationTable
    path: str
    sha256: str
    content: str


class ProjectAnnotations:
    """The annotations that count for a project, wherever they are.

    Parameters
    ----------
    project : Project
        The project.
    """

    def __init__(self, project: Project) -> None:
        self.config = project.settings.annotations
        self.path = Path(self.config.annotations) if self.config.annotations else None
        self._database = project.store
        self.store = AnnotationStore(project.store)
        self.is_kept = self.store.is_kept()

    @property
    def title(self) -> str:
        """What to call them in a sentence."""
        return "the annotations" if self.is_kept or self.path is None else self.path.name

    @property
    def key(self) -> object:
        """All that the annotations depend on, to be compared."""
        where = self.store.revision() if self.is_kept else file_stamp(self.path)
        return str(self._database), where, json.dumps(self.config.to_dict())

    def names(self) -> list[str]:
        """What recordings are called that have annotations.

        Returns
        -------
        list of str
            File names, each once.

        Raises
        ------
        AnnotationError
            If the table cannot be read.
        """
        return self.store.names() if self.is_kept else list(self._of_table())

    def of(self, names: Iterable[str]) -> list[tuple[StoredAnnotation, int]]:
        """Annotations of a recording.

        Parameters
        ----------
        names : iterable of str
            What it is called.

        Returns
        -------
        list of (StoredAnnotation, int)
            By their start; with the line of the table, 0 for those that are not in it.

        Raises
        ------
        AnnotationError
            If the table cannot be read.
        """
        if self.is_kept:
            return self.store.of(names)
        table = self._of_table()
        found = [pair for name in names for pair in table.get(name, ())]
        return sorted(found, key=lambda pair: (pair[0].start_s, pair[0].end_s, pair[0].id))

    def has_any(self) -> bool:
        """Whether there is a usable annotation at all.

        Returns
        -------
        bool
            Of a recording that is known or not.
        """
        if self.is_kept:
            return bool(self.store.names())
        return any(
            stored.label in self.config.classes
            for pairs in self._of_table().values()
            for stored, _ in pairs
        )

    def counts(self) -> Counter[str]:
        """How many usable annotations there are, by the name of their recording.

        Returns
        -------
        Counter
            By file name.

        Raises
        ------
        AnnotationError
            If the table cannot be read.
        """
        return Counter(a.file_name for a in self.table().annotations)

    def table(self) -> AnnotationTable:
        """All annotations, and what cannot be used.

        Returns
        -------
        AnnotationTable
            Of the table it may raise what `read_annotations` does.
        """
        if not self.is_kept:
            if self.path is None:
                return AnnotationTable((), LabelSet(self.config.classes))
            return read_annotations(self.path, self.config)
        return remembered("kept annotations", self.key, self._kept_table)

    def read(self) -> ReadAnnotations:
        """Read all that a dataset is made from.

        Returns
        -------
        ReadAnnotations
            Now.

        Raises
        ------
        AnnotationError
            If the table cannot be read, or there is none.
        """
        if self.is_kept:
            table = self.table()
            if not table.annotations:
                msg = "The project has no usable annotation"
                first = next(iter(table.left_out), None)
                hint = f"{first.name}: {first.reason}." if first else "Annotate something."
                raise AnnotationError(msg, hint=hint)
            return ReadAnnotations(table, str(self._database), "", _content(table))
        if self.path is None:
            msg = "The project names no table of annotations"
            raise AnnotationError(msg, hint="Name one in its settings, or annotate something.")
        return read_from_table(self.path, self.config)

    def changed_since(self, source: dict[str, Any]) -> bool:
        """Whether a dataset was made from other annotations.

        Parameters
        ----------
        source : dict
            What the dataset's metadata says of what it was made from.

        Returns
        -------
        bool
            An edit that was undone is no change.
        """
        if not self.is_kept:
            path = self.path or Path()
            return not path.is_file() or source["annotations_sha256"] != sha256_of(path)
        known = source.get("annotations_content")
        if known is None:
            # Made by a version that knew tables only.
            known = self._content_of_table(source["annotations_sha256"])
        return known != remembered("content", self.key, lambda: _content(self.table()))

    def table_changed(self) -> str:
        """Say that the table is no longer the one that was imported.

        Returns
        -------
        str
            A sentence; empty if it is the same, or no table counts.
        """
        if not self.is_kept or self.path is None:
            return ""
        table, stamp = self.path, file_stamp(self.path)
        path, sha256 = self.store.source_stamp()
        if not stamp:
            return f"{table.name} is gone; the project keeps the annotations itself."
        if remembered("sha256 of table", stamp, lambda: sha256_of(table)) == sha256:
            return ""
        is_same = path == str(table)
        how = "changed since it was imported" if is_same else "is not the table that was imported"
        return f"{table.name} {how}. Import it to take that over."

    def first_import(self) -> tuple[Source, list[StoredAnnotation]]:
        """What is imported before the first edit: the table as it is.

        Returns
        -------
        source : Source
            The table.
        annotations : list of StoredAnnotation
            Each with its line as its id.

        Raises
        ------
        AnnotationError
            If the table cannot be read.
        """
        raw, text = self.read_text(self.path)
        annotations = [pair[0] for pair in _annotations_of(text)]
        return make_source(raw, text, self.path, {a.id: a.id for a in annotations}), annotations

    def read_text(self, path: Path | None) -> tuple[bytes, TableText]:
        """Read a table with every byte of it.

        Parameters
        ----------
        path : Path or None
            The table; None for an empty one.

        Returns
        -------
        raw : bytes
            The file.
        text : TableText
            What is in it.

        Raises
        ------
        AnnotationError
            If it cannot be read, or has not the columns.
        """
        if path is None:
            raw = empty_table(self.config)
            return raw, read_table_text(raw, self.config, path=Path("annotations"))
        raw = read_bytes(path)
        return raw, read_table_text(raw, self.config, path=path)

    def _of_table(self) -> dict[str, list[tuple[StoredAnnotation, int]]]:
        def read() -> dict[str, list[tuple[StoredAnnotation, int]]]:
            _, text = self.read_text(self.path)
            table: dict[str, list[tuple[StoredAnnotation, int]]] = {}
            for pair in _annotations_of(text):
                table.setdefault(pair[0].file_name, []).append(pair)
            return table

        return remembered("annotations of the table", self.key, read)

    def _kept_table(self) -> AnnotationTable:
        label_set = LabelSet(self.config.classes)
        annotations: list[Annotation] = []
        left_out = [LeftOut(f"line {n}", reason) for n, reason in self.store.reasons().items()]
        for stored, line in self.store.everything():
            try:
                annotations.append(to_annotation(stored, line, self.config, label_set))
            except UnusableRowError as error:
                left_out.append(LeftOut(f"line {line}" if line else str(stored), str(error)))
        return AnnotationTable(tuple(annotations), label_set, tuple(left_out))

    def _content_of_table(self, sha256: str) -> str:
        """What the imported table said; empty if it is not the one with this hash."""
        source = self.store.source()
        if source is None or source.sha256 != sha256:
            return ""
        text = read_table_text(source.content, self.config, path=Path(source.path))
        rows = _annotations_of(text)
        return content_hash(a.content for a, _ in rows if a.label in self.config.classes)


def read_from_table(path: Path, config: AnnotationConfig) -> ReadAnnotations:
    """Read a table of annotations for a dataset.

    Parameters
    ----------
    path : Path
        The table.
    config : AnnotationConfig
        Names of its columns and classes.

    Returns
    -------
    ReadAnnotations
        All of it.

    Raises
    ------
    AnnotationError
        If the table cannot be read, has not the columns, or has no usable row.
    """
    # The hash is of what was read, also if the table is saved anew meanwhile.
    raw = read_bytes(path)
    table = parse_annotations(decode_table(raw), config, path=path)
    sha256 = hashlib.sha256(raw).hexdigest()
    return ReadAnnotations(table, str(path.absolute()), sha256, _content(table))


def make_source(raw: bytes, text: TableText, path: Path | None, ids: dict[int, int]) -> Source:
    """What is kept of a table that is imported.

    Parameters
    ----------
    raw : bytes
        The table.
    text : TableText
        What is in it.
    path : Path or None
        Where it is.
    ids : dict of int to int
        Ids of its annotations, by their line.

    Returns
    -------
    Source
        Imported now.
    """
    return Source(
        path=str(path or ""),
        sha256=hashlib.sha256(raw).hexdigest(),
        settings=text.config.to_dict(),
        imported_at=sign().edited_at,
        content=raw,
        ids=ids,
        reasons={line: piece.reason for line, piece in text.rows.items() if piece.reason},
    )


def _annotations_of(text: TableText) -> list[tuple[StoredAnnotation, int]]:
    return [
        (StoredAnnotation(line, *piece.content), line)
        for line, piece in text.rows.items()
        if piece.content is not None
    ]


def _content(table: AnnotationTable) -> str:
    names = table.label_set.names
    return content_hash(
        (a.file_name, a.start_s, a.end_s, names[a.target]) for a in table.annotations
    )
