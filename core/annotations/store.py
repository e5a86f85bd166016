"""The annotations that a project keeps itself: an edit is on the disk, or it is not there."""

from __future__ import annotations

import hashlib
import json
import zlib
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

from core.annotations.dismissals import change_dismissals
from core.annotations.stored import Edit, StoredAnnotation, sign
from core.errors import AnnotationError
from core.project_store import ProjectStore

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Generator, Iterable
    from pathlib import Path

    from core.annotations.stored import Signature

_SINCE = 3
_LEVEL = 1
"""Of compression: a table of text becomes a fifth in little time."""

# From one name to the next along the index, so that it takes no longer for many annotations.
_NAMES = """
WITH RECURSIVE name(x) AS (
    SELECT min(file_name) FROM annotation
    UNION ALL
    SELECT (SELECT min(file_name) FROM annotation WHERE file_name > x) FROM name
    WHERE x IS NOT NULL
)
SELECT x FROM name WHERE x IS NOT NULL
"""
_COLUMNS = "id, file_name, start_s, end_s, label, author, edited_at, listening_gain_db"


@dataclass(frozen=True)
class Source:
    """The table that the annotations were imported from the last time.

    Parameters
    ----------
    path : str
        Its full path; empty: there was none.
    sha256 : str
        Of its bytes.
    settings : dict
        How it was read, as `AnnotationConfig.to_dict` gives it.
    imported_at : str
        ISO 8601, UTC.
    content : bytes
        The table.
    ids : dict of int to int
        Of its rows that are annotations: the annotation's id, by the line.
    reasons : dict of int to str
        Of its other rows: why they are none, by the line.
    """

    path: str
    sha256: str
    settings: dict[str, object]
    imported_at: str
    content: bytes
    ids: dict[int, int]
    reasons: dict[int, str]


class AnnotationStore:
    """Reads and writes the annotations in a `project.sqlite`.

    Parameters
    ----------
    path : Path
        The database; made at the first writing.
    """

    def __init__(self, path: Path) -> None:
        self._store = ProjectStore(path)

    def is_kept(self) -> bool:
        """Whether the project keeps its annotations itself.

        Returns
        -------
        bool
            False until the first edit or import: then the table is read.
        """
        with self._reading() as connection:
            return connection is not None

    def revision(self) -> int:
        """A number that grows with each change.

        Returns
        -------
        int
            0 if the project does not keep its annotations.
        """
        with self._reading() as connection:
            return 0 if connection is None else _revision(connection)

    def names(self) -> list[str]:
        """What recordings are called that have annotations.

        Returns
        -------
        list of str
            File names, each once.
        """
        with self._reading() as connection:
            return [name for (name,) in connection.execute(_NAMES)] if connection else []

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
        """
        with self._reading() as connection:
            return _of(connection, names) if connection else []

    def everything(self) -> list[tuple[StoredAnnotation, int]]:
        """All annotations.

        Returns
        -------
        list of (StoredAnnotation, int)
            In the order of the table, the new ones behind; with the line of the table.
        """
        query = (
            f"SELECT {_COLUMNS}, line FROM annotation LEFT JOIN annotation_line USING (id)"  # noqa: S608  a constant
            " ORDER BY line IS NULL, line, file_name, start_s, end_s, id"
        )
        with self._reading() as connection:
            rows = connection.execute(query).fetchall() if connection else []
        return [(StoredAnnotation(*row[:-1]), row[-1] or 0) for row in rows]

    def source(self) -> Source | None:
        """What was imported last.

        Returns
        -------
        Source or None
            None if the project does not keep its annotations.
        """
        with self._reading() as connection:
            if connection is None:
                return None
            query = "SELECT path, sha256, settings, imported_at, content FROM annotation_source"
            path, sha256, settings, imported_at, content = connection.execute(query).fetchone()
            lines = connection.execute("SELECT line, id, reason FROM annotation_line").fetchall()
        return Source(
            path,
            sha256,
            json.loads(settings),
            imported_at,
            zlib.decompress(content),
            {line: id_ for line, id_, _ in lines if id_ is not None},
            {line: reason for line, id_, reason in lines if id_ is None},
        )

    def source_stamp(self) -> tuple[str, str]:
        """Which table was imported last.

        Returns
        -------
        path, sha256 : str
            Empty if there was none.
        """
        with self._reading() as connection:
            if connection is None:
                return "", ""
            return connection.execute("SELECT path, sha256 FROM annotation_source").fetchone()

    def reasons(self) -> dict[int, str]:
        """Rows of the table that are no annotations.

        Returns
        -------
        dict of int to str
            Why, by the line.
        """
        query = "SELECT line, reason FROM annotation_line WHERE id IS NULL ORDER BY line"
        with self._reading() as connection:
            return dict(connection.execute(query).fetchall()) if connection else {}

    def apply(
        self, edit: Edit, *, first: Callable[[], tuple[Source, list[StoredAnnotation]]]
    ) -> None:
        """Make an edit, in one transaction.

        One that only dismisses proposals leaves the annotations where they are, in their table.

        Parameters
        ----------
        edit : Edit
            The edit.
        first : callable
            Gives what is to be imported before the very first edit.

        Raises
        ------
        AnnotationError
            If what it removes is not there as it was.
        ProjectError
            If the database cannot be written, was made by a newer version, or is damaged.
        StorageError
            If the disk is full.
        """
        with self._store.transaction() as connection:
            change_dismissals(connection, add=edit.dismissed, remove=edit.restored)
            if edit.leaves_annotations:
                return
            if not _is_kept(connection):
                source, annotations = first()
                _insert(connection, annotations)
                _put_source(connection, source)
                _log(connection, Edit("import", (), ()), sign())
            _change(connection, edit)
            _log(connection, edit, edit.signature or sign())

    def replace(self, edit: Edit, source: Source, *, revision: int) -> None:
        """Make the edit that an import is, and keep the table that it is from.

        Parameters
        ----------
        edit : Edit
            What the import changes; nothing is an edit, too.
        source : Source
            The table.
        revision : int
            At which the edit was found.

        Raises
        ------
        AnnotationError
            If something was edited meanwhile.
        """
        with self._store.transaction() as connection:
            if _revision(connection) != revision:
                msg = "The annotations were edited meanwhile"
                raise AnnotationError(msg, hint="Look at what the import would change once more.")
            is_first = not _is_kept(connection)
            _change(connection, edit)
            _put_source(connection, source)
            # The table is kept: it says what the first import added.
            _log(connection, Edit(edit.name, (), ()) if is_first else edit, sign())

    @contextmanager
    def _reading(self) -> Generator[sqlite3.Connection | None]:
        with self._store.reading() as connection:
            yield connection if connection is not None and _is_kept(connection) else None


def content_hash(contents: Iterable[tuple[str, float, float, str]]) -> str:
    """What annotations say, whatever order or table they are in.

    Parameters
    ----------
    contents : iterable of (str, float, float, str)
        File, start and end in seconds, class.

    Returns
    -------
    str
        SHA-256 in hexadecimal.
    """
    digest = hashlib.sha256()
    for content in sorted(contents):
        digest.update(repr(content).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _is_kept(connection: sqlite3.Connection) -> bool:
    if connection.execute("PRAGMA user_version").fetchone()[0] < _SINCE:
        return False
    return connection.execute("SELECT 1 FROM annotation_source").fetchone() is not None


def _revision(connection: sqlite3.Connection) -> int:
    return connection.execute("SELECT max(number) FROM annotation_edit").fetchone()[0] or 0


def _of(connection: sqlite3.Connection, names: Iterable[str]) -> list[tuple[StoredAnnotation, int]]:
    query = (
        f"SELECT {_COLUMNS}, line FROM annotation LEFT JOIN annotation_line USING (id)"  # noqa: S608  a constant
        " WHERE file_name = ? ORDER BY start_s"
    )
    rows = [row for name in names for row in connection.execute(query, (name,))]
    rows.sort(key=lambda row: (row[2], row[3], row[0]))
    return [(StoredAnnotation(*row[:-1]), row[-1] or 0) for row in rows]


def _change(connection: sqlite3.Connection, edit: Edit) -> None:
    for a in edit.added:
        _check_name(a.file_name)
    query = f"SELECT {_COLUMNS} FROM annotation WHERE id = ?"  # noqa: S608  a constant
    for a in edit.removed:
        row = connection.execute(query, (a.id,)).fetchone()
        if row is None or StoredAnnotation(*row) != a:
            msg = f"{a} was changed meanwhile"
            raise AnnotationError(msg, hint="Nothing was edited. Look at it as it is now.")
    connection.executemany("DELETE FROM annotation WHERE id = ?", [(a.id,) for a in edit.removed])
    for a in edit.added:
        if connection.execute("SELECT 1 FROM annotation WHERE id = ?", (a.id,)).fetchone():
            msg = f"{a} is there already"
            raise AnnotationError(msg, hint="Nothing was edited. Look at it as it is now.")
    _insert(connection, edit.added)


def _check_name(file_name: str) -> None:
    """Refuse what would be read as something else from a table."""
    try:
        file_name.encode("utf-8")
        is_proper = bool(file_name) and file_name == file_name.strip()
    except UnicodeEncodeError:
        is_proper = False
    if not is_proper:
        msg = f"The name {file_name!r} cannot be written in a table of annotations"
        hint = "Give the file a name that is proper UTF-8, without blanks at its ends."
        raise AnnotationError(msg, hint=hint)


def _insert(connection: sqlite3.Connection, annotations: Iterable[StoredAnnotation]) -> None:
    connection.executemany(
        f"INSERT INTO annotation ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608  a constant
        map(_row, annotations),
    )


def _row(a: StoredAnnotation) -> tuple[object, ...]:
    # Ten times as quick as `astuple`, which copies each value.
    return (*(a.id, *a.content), a.author, a.edited_at, a.listening_gain_db)


def _put_source(connection: sqlite3.Connection, source: Source) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO annotation_source VALUES (1, ?, ?, ?, ?, ?)",
        (
            source.path,
            source.sha256,
            json.dumps(source.settings),
            source.imported_at,
            zlib.compress(source.content, _LEVEL),
        ),
    )
    connection.execute("DELETE FROM annotation_line")
    lines = [(line, id_, "") for line, id_ in source.ids.items()]
    lines += [(line, None, reason) for line, reason in source.reasons.items()]
    connection.executemany("INSERT INTO annotation_line VALUES (?, ?, ?)", sorted(lines))


def _log(connection: sqlite3.Connection, edit: Edit, by: Signature) -> None:
    removed, added = (json.dumps([_row(a) for a in x]) for x in (edit.removed, edit.added))
    connection.execute(
        "INSERT INTO annotation_edit (name, author, edited_at, listening_gain_db, removed, added)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (edit.name, *astuple(by), removed, added),
    )
