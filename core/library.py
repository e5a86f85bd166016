"""The user's own database of recordings, opened for reading only."""

from __future__ import annotations

import os
import reprlib
import shutil
import sqlite3
import tempfile
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import LibraryError, LibraryLockedError, storage_error
from core.progress import Progress, ignore

if TYPE_CHECKING:
    from collections.abc import Generator

    from core.progress import Report
    from core.settings import LibraryConfig

TIME_LIMIT_S = 30.0
"""A query that takes longer is stopped: most such queries have no end."""

LONGEST_VALUE_BYTES = 10_000_000
INSTRUCTIONS_BETWEEN_LOOKS = 20_000
SQLITE_MAGIC = b"SQLite format 3\0"
WAL_VERSION = 2
PRIMARY_CODE = 0xFF
"""SQLite's extended error codes keep the primary one in their lowest byte."""

_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE}
_READ_ONLY_HINT = (
    "The query must be one SELECT with a column named path; it cannot change anything."
)


@dataclass(frozen=True)
class Recording:
    """One recording of the library.

    Parameters
    ----------
    database_path : str
        The path as the database has it.
    path : Path
        Where the file is expected: absolute, moved folders taken into account.
    columns : dict
        The query's other columns.
    """

    database_path: str
    path: Path
    columns: dict[str, Any] = field(default_factory=dict[str, Any], compare=False)

    @property
    def name(self) -> str:
        """Base name of the original file."""
        return self.path.name


@dataclass(frozen=True)
class Selection:
    """What a query selected.

    Parameters
    ----------
    recordings : tuple of Recording
        In the query's order, each file once.
    left_out : tuple of (str, str)
        What a row had as its path, and why it is no recording.
    """

    recordings: tuple[Recording, ...]
    left_out: tuple[tuple[str, str], ...] = ()


class LimitedConnection(sqlite3.Connection):
    """A connection whose queries end at a deadline, in seconds of `time.monotonic`.

    Parameters
    ----------
    *args, **kwargs : object
        As for `sqlite3.Connection`.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.deadline_s = time.monotonic() + TIME_LIMIT_S


class Library:
    """A database of recordings.

    Parameters
    ----------
    config : LibraryConfig
        Database, query, root and moved folders.

    Raises
    ------
    LibraryError
        If there is no such file or it is not an SQLite database.
    """

    def __init__(self, config: LibraryConfig) -> None:
        if not config.database:
            msg = "No database is named"
            raise LibraryError(msg, hint="Name the SQLite database that lists the recordings.")
        self.config = config
        self.database = Path(config.database).absolute()
        self.root = Path(config.root).absolute() if config.root else self.database.parent
        _check_is_database(self.database)

    def select(self, *, report: Report = ignore) -> Selection:
        """The recordings that the configured query selects.

        Parameters
        ----------
        report : callable
            Called while the query runs; may raise `Cancelled`.

        Returns
        -------
        Selection
            Every row of the query, in its order; a file that is listed twice comes once.

        Raises
        ------
        LibraryError
            If the query is not one SELECT with a column named path, fails, or takes too long.
        """
        query = self.config.query
        # Once for nothing: to find out whether the query has an end, without filling the memory.
        for _ in self.rows(query, report=report):
            pass
        recordings: dict[Path, Recording] = {}
        left_out: list[tuple[str, str]] = []
        for row in self.rows(query, report=report):
            path = row.pop("path")
            if not isinstance(path, str) or not path.strip() or "\0" in path:
                reason = "the database has no usable path in this row"
                left_out.append((reprlib.repr(path), reason))
                continue
            recording = Recording(path, self.locate(path), row)
            recordings.setdefault(recording.path, recording)
        return Selection(tuple(recordings.values()), tuple(left_out))

    def rows(self, query: str, *, report: Report = ignore) -> Generator[dict[str, Any]]:
        """Rows of a query, one by one, so that a million of them need no memory.

        Parameters
        ----------
        query : str
            One SELECT.
        report : callable
            Called while the query runs; may raise `Cancelled`.

        Yields
        ------
        dict
            Value by column name; the path's column is named ``path`` however it was written.

        Raises
        ------
        LibraryError
            If the query is not one SELECT with a column named path, fails, or takes too long.
        """
        with self.connect(report) as connection, closing(_execute(connection, query)) as cursor:
            names = [d[0] for d in cursor.description or ()]
            names = ["path" if n.lower() == "path" else n for n in names]
            if names.count("path") != 1:
                how_many = "several columns" if "path" in names else "no column"
                msg = f"The query has {how_many} named path"
                listed = ", ".join(names) or "nothing"
                raise LibraryError(msg, hint=f"It gives {listed}. Write SELECT ... AS path.")
            for row in cursor:
                paused_at_s = time.monotonic()
                yield dict(zip(names, row, strict=True))
                # The limit is the query's, not that of whoever works with its rows.
                connection.deadline_s += time.monotonic() - paused_at_s

    def locate(self, database_path: str) -> Path:
        """Where a recording's file is expected.

        Parameters
        ----------
        database_path : str
            The path as the database has it.

        Returns
        -------
        Path
            Absolute. A relative path starts from the root; folders that moved are followed where
            the file is not in its old place.
        """
        path = self.root / database_path
        # Path.exists raises for names that no file can have.
        if self.config.relinked and not os.path.exists(path):  # noqa: PTH110
            for old, new in sorted(self.config.relinked.items(), key=lambda m: -len(m[0])):
                if path.is_relative_to(old):
                    return Path(new) / path.relative_to(old)
        return path

    @contextmanager
    def connect(self, report: Report = ignore) -> Generator[LimitedConnection]:
        """Open the database for questions that are no query of recordings; reading alone works.

        Parameters
        ----------
        report : callable
            Called while a query runs; may raise `Cancelled`.

        Yields
        ------
        LimitedConnection
            It is closed afterwards.

        Raises
        ------
        LibraryError
            If a query fails or takes too long; `LibraryLockedError` if another program holds it.
        """
        failure: list[BaseException] = []

        def look_up() -> bool:
            try:
                report(Progress("query", text="Reading the database"))
            except BaseException as error:  # noqa: BLE001  raised again below, outside of SQLite
                failure.append(error)
            return bool(failure) or time.monotonic() > connection.deadline_s

        _check_is_database(self.database)
        try:
            with (
                _read_only_uri(self.database) as uri,
                closing(
                    sqlite3.connect(uri, uri=True, timeout=2.0, factory=LimitedConnection)
                ) as connection,
            ):
                connection.text_factory = _decode
                connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
                connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE_BYTES)
                connection.set_authorizer(allow_reading)
                connection.set_progress_handler(look_up, INSTRUCTIONS_BETWEEN_LOOKS)
                yield connection
        except sqlite3.Error as error:
            if failure:
                raise failure[0] from error
            raise self._explain(error) from error

    def _explain(self, error: sqlite3.Error) -> LibraryError:
        text = str(error)
        code = getattr(error, "sqlite_errorcode", 0) & PRIMARY_CODE
        if code == sqlite3.SQLITE_INTERRUPT:
            msg = f"The query was stopped after {TIME_LIMIT_S:.0f} s"
            return LibraryError(msg, hint="Does it have an end? Perhaps an index or a LIMIT helps.")
        if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            msg = f"{self.database} is locked by another program"
            return LibraryLockedError(msg, hint="Close the other program, or try again later.")
        if code in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}:
            msg = f"{self.database} cannot be read as it is: {text}"
            hint = "Open it once with the program that writes it: it may not have ended properly."
            return LibraryError(msg, hint=hint)
        if code == sqlite3.SQLITE_AUTH or text.startswith("not authorized"):
            msg = f"The query is refused, since it does more than read: {text}"
            return LibraryError(msg, hint=_READ_ONLY_HINT)
        msg = f"The database or the query is wrong: {text}"
        return LibraryError(msg, hint=_READ_ONLY_HINT)


def moved_folder(path: Path, folder: Path) -> tuple[str, str] | None:
    """What a moved file tells about the folder that moved.

    Parameters
    ----------
    path : Path
        Where a file was, and is no more.
    folder : Path
        The folder that the user names as its new place, or one above it.

    Returns
    -------
    tuple of str or None
        Old folder and new folder, to be added to `LibraryConfig.relinked`; None if the file is not
        there.
    """
    # The longest common end is the surest: archive/site1/a.wav rather than any a.wav.
    for parent in reversed(path.parents):
        tail = path.relative_to(parent)
        if os.path.isfile(folder / tail):  # noqa: PTH113  Path.is_file raises for long names
            return str(parent), str(folder)
    return None


def _execute(connection: sqlite3.Connection, query: str) -> sqlite3.Cursor:
    try:
        return connection.execute(query)
    except (sqlite3.ProgrammingError, sqlite3.Warning, ValueError, UnicodeEncodeError) as error:
        # Two statements, a NUL or half a character in the text: wrong before SQLite reads it.
        msg = f"The query is refused: {error}"
        raise LibraryError(msg, hint=_READ_ONLY_HINT) from error


def allow_reading(action: int, _first: str | None, second: str | None, *_: str | None) -> int:
    """SQLite's authorizer: allow reading, and functions that do no more than compute.

    Parameters
    ----------
    action : int
        What a statement would do.
    _first, second : str or None
        With what; of a function, the second is its name.
    *_ : str or None
        Where.

    Returns
    -------
    int
        ``SQLITE_OK`` or ``SQLITE_DENY``.
    """
    if action in _ALLOWED:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_FUNCTION and second != "load_extension":
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def _decode(text: bytes) -> str:
    """Paths are bytes to the file system: those that are no UTF-8 must survive."""
    return text.decode("utf-8", "surrogateescape")


def _check_is_database(path: Path) -> None:
    try:
        with path.open("rb") as file:
            magic = file.read(len(SQLITE_MAGIC))
    except (OSError, ValueError) as error:
        msg = f"The database {path} cannot be opened: {getattr(error, 'strerror', error)}"
        raise LibraryError(msg, hint="Check the path and your rights.") from error
    if magic != SQLITE_MAGIC:
        msg = f"{path} is not an SQLite database"
        raise LibraryError(msg, hint="Name the database file that lists the recordings.")


@contextmanager
def _read_only_uri(path: Path) -> Generator[str]:
    """Where to open the database, so that nothing appears beside it."""
    with path.open("rb") as file:
        header = file.read(20)
    is_wal = header[18:20] == bytes([WAL_VERSION] * 2)
    wal, shm = Path(f"{path}-wal"), Path(f"{path}-shm")
    if is_wal and not wal.exists():
        # Left in WAL mode by a program that has closed it: it cannot be read without making files
        # beside it, unless it is declared unchanging. Any other is opened with locking.
        yield path.as_uri() + "?mode=ro&immutable=1"
    elif is_wal and not shm.exists():
        # A copy of what a killed program left: nobody has it open.
        with tempfile.TemporaryDirectory() as folder:
            try:
                for file in (path, wal):
                    shutil.copy(file, folder)
            except OSError as error:
                raise storage_error(error, folder) or error from error
            yield (Path(folder) / path.name).as_uri() + "?mode=ro"
    else:
        yield path.as_uri() + "?mode=ro"
