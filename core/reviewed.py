"""The mark `reviewed` of a recording in the user's own database: all that is written there."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.browsing import column_names, find_table, is_path, quoted
from core.errors import LibraryError, LibraryLockedError, StorageError
from core.library import PRIMARY_CODE, Library
from core.progress import Progress, ignore
from core.project import open_project

if TYPE_CHECKING:
    from pathlib import Path

    from core.library import Recording
    from core.progress import Report

PATIENCE_S = 2.0
"""So long another program's writing is waited for."""

FALSE_WORDS = {"", "0", "no", "n", "false", "f"}
"""Texts in a column `reviewed` that stand for: not reviewed."""

_PAIRS = (("yes", "no"), ("y", "n"), ("true", "false"), ("t", "f"))
_UNCHANGED = "Nothing was changed."
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_TRANSACTION}


@dataclass(frozen=True)
class ReviewedMark:
    """How a recording is marked now.

    Parameters
    ----------
    database_path : str
        The recording's path in the database.
    is_reviewed : bool
        Whether it is marked as reviewed.
    """

    database_path: str
    is_reviewed: bool


@dataclass(frozen=True)
class _Column:
    """Where the mark is."""

    table: str
    path: str
    reviewed: str


def is_true(value: object) -> bool:
    """Whether a value of the column `reviewed` stands for: reviewed.

    Parameters
    ----------
    value : object
        As the database has it.

    Returns
    -------
    bool
        Of numbers, whether they are not 0; of texts, whether they are none of `FALSE_WORDS`.
    """
    if isinstance(value, str):
        return value.strip().lower() not in FALSE_WORDS
    return isinstance(value, (int, float)) and value != 0


def mark_reviewed(
    project_folder: Path,
    recording: Recording,
    is_reviewed: bool | None = None,  # noqa: FBT001  it is what is said
    *,
    report: Report = ignore,
) -> ReviewedMark:
    """Mark a recording as reviewed, or as not, in the user's database.

    The database is opened for writing for this one value in one short transaction, and SQLite is
    allowed to write nothing else.

    Parameters
    ----------
    project_folder : Path
        The project.
    recording : Recording
        One of its recordings.
    is_reviewed : bool, optional
        What to mark it as; the opposite of what it is if left out.
    report : callable
        Called while the database is read; may raise `Cancelled`, and then nothing was changed.

    Returns
    -------
    ReviewedMark
        As it is now.

    Raises
    ------
    LibraryLockedError
        If another program holds the database.
    LibraryError
        If the database cannot be written, has no such column or recording, or what the query reads
        is no table.
    StorageError
        If the disk is full.
    """
    project = open_project(project_folder)
    library = Library(project.settings.library)
    column = _find_column(library, report)
    report(Progress("reviewed", text=f"Marking {recording.name}"))
    if not library.database.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH):
        # The rights of root are no permission to change what is write-protected.
        raise _cannot_be_written(library.database)
    try:
        with closing(
            sqlite3.connect(
                f"{library.database.as_uri()}?mode=rw",
                uri=True,
                timeout=PATIENCE_S,
                isolation_level=None,
            )
        ) as connection:
            return _mark(connection, column, recording.database_path, is_reviewed)
    except sqlite3.Error as error:
        raise _explained(error, library.database, column) from error


def _find_column(library: Library, report: Report) -> _Column:
    name = library.config.reviewed_column
    found = find_table(library, report=report)
    if found is None:
        msg = "The query reads no table whose recordings could be marked as reviewed"
        raise LibraryError(msg, hint="It must read the paths from a table as they are.")
    table, path = found
    with library.connect(report) as connection:
        kind = connection.execute("SELECT type FROM sqlite_schema WHERE name = ?", (table,))
        if kind.fetchone() != ("table",):
            msg = f"{table} is a view, in which no recording can be marked as reviewed"
            raise LibraryError(msg, hint="Let the query read the table itself.")
        names = column_names(connection, table)
    for there in names:
        if there.lower() == name.lower() and there.lower() != path.lower():
            return _Column(table, path, there)
    msg = f"The table {table} has no column {name}"
    raise LibraryError(msg, hint="Name it in the settings: reviewed_column.")


def _mark(
    connection: sqlite3.Connection,
    column: _Column,
    database_path: str,
    is_reviewed: bool | None,  # noqa: FBT001  it is what is said
) -> ReviewedMark:
    """Change the one value; a file that is listed twice is marked in both rows."""

    def allow(action: int, first: str | None, second: str | None, *_: str | None) -> int:
        is_allowed = action == sqlite3.SQLITE_UPDATE and (first, second) == (
            column.table,
            column.reviewed,
        )
        is_allowed |= (action, second) == (sqlite3.SQLITE_FUNCTION, "typeof")
        return sqlite3.SQLITE_OK if is_allowed or action in _ALLOWED else sqlite3.SQLITE_DENY

    where = is_path(column.path, database_path)
    mark, table = quoted(column.reviewed), quoted(column.table)
    connection.set_authorizer(allow)
    connection.execute("BEGIN IMMEDIATE")
    query = f"SELECT {mark} FROM {table} WHERE {where}"  # noqa: S608  it is quoted
    values = [value for (value,) in connection.execute(query)]
    if not values:
        msg = f"The table {column.table} has no recording {database_path}"
        raise LibraryError(msg, hint="Reload the list; it may have been removed.")
    if is_reviewed is None:
        is_reviewed = not all(map(is_true, values))
    if any(is_true(value) != is_reviewed for value in values):
        query = f"SELECT {mark} FROM {table} WHERE typeof({mark}) = 'text' LIMIT 1"  # noqa: S608  it is quoted
        text = next((v for v in values if isinstance(v, str)), None)
        if text is None and all(v is None for v in values):
            text = (connection.execute(query).fetchone() or (None,))[0]
        connection.execute(
            f"UPDATE {table} SET {mark} = ? WHERE {where}",  # noqa: S608  it is quoted
            (_written(text, is_reviewed),),
        )
    connection.execute("COMMIT")
    return ReviewedMark(database_path, is_reviewed)


def _written(text: str | None, is_reviewed: bool) -> Any:  # noqa: ANN401, FBT001
    """The value in the words that the column has: 1 and 0, or yes and no."""
    for pair in _PAIRS:
        if text is not None and text.strip().lower() in pair:
            word = pair[0] if is_reviewed else pair[1]
            return word.upper() if text.isupper() else word.title() if text.istitle() else word
    return int(is_reviewed)


def _explained(error: sqlite3.Error, database: Path, column: _Column) -> Exception:
    code = getattr(error, "sqlite_errorcode", 0) & PRIMARY_CODE
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        msg = f"{database} is locked by another program"
        return LibraryLockedError(msg, hint=f"{_UNCHANGED} Try again when it is done.")
    if code in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}:
        return _cannot_be_written(database)
    if code == sqlite3.SQLITE_FULL:
        msg = f"The disk is full: {database}"
        return StorageError(msg, hint=f"{_UNCHANGED} Free some space, then mark it again.")
    if code == sqlite3.SQLITE_AUTH:
        msg = f"Marking in {column.table} would change more than {column.reviewed}"
        return LibraryError(msg, hint=f"{_UNCHANGED} The table has a trigger or a key that does.")
    msg = f"{column.reviewed} cannot be written in {database}: {error}"
    return LibraryError(msg, hint=_UNCHANGED)


def _cannot_be_written(database: Path) -> LibraryError:
    msg = f"{database} cannot be written"
    hint = f"{_UNCHANGED} Make the file and its folder writable to mark recordings as reviewed."
    return LibraryError(msg, hint=hint)
