"""The project's own database: what stages did, a reviewer's marks, annotations, dismissals."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, contextmanager, suppress
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Any

from core.errors import ProjectError, ProjectLockedError, StorageError
from core.naming import storable
from core.storage import replacing

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable
    from pathlib import Path

STORE_VERSION = 4

PATIENCE_S = 10.0
"""So long another program's writing is waited for."""

_STAGES = """
CREATE TABLE stage (
    stage       TEXT PRIMARY KEY,
    finished_at TEXT NOT NULL,   -- ISO 8601, UTC
    seconds     REAL NOT NULL,
    result      TEXT NOT NULL    -- JSON
);
CREATE TABLE recording_stage (
    stage     TEXT NOT NULL,
    recording TEXT NOT NULL,     -- path of the original
    made_from TEXT NOT NULL,     -- identity of what the stage was given
    status    TEXT NOT NULL,     -- 'done' or 'left out'
    reason    TEXT NOT NULL,
    PRIMARY KEY (stage, recording)
);
"""
_MARKS = """
CREATE TABLE mark (
    recording    TEXT NOT NULL,     -- its name in tables
    start_sample INTEGER NOT NULL,
    end_sample   INTEGER NOT NULL,
    sample_rate  INTEGER NOT NULL,  -- in Hz: what the two count at
    annotated    TEXT NOT NULL,     -- name of the class
    verdict      TEXT NOT NULL,     -- 'right', 'wrong' or 'unsure'
    note         TEXT NOT NULL,
    marked_at    TEXT NOT NULL,     -- ISO 8601, UTC
    PRIMARY KEY (recording, start_sample, end_sample, sample_rate, annotated)
);
"""
_ANNOTATIONS = """
CREATE TABLE annotation (
    id                INTEGER PRIMARY KEY,
    file_name         TEXT NOT NULL,  -- as the table of annotations names the recording
    start_s           REAL NOT NULL,
    end_s             REAL NOT NULL,
    label             TEXT NOT NULL,  -- name of the class
    author            TEXT NOT NULL,
    edited_at         TEXT NOT NULL,  -- ISO 8601, UTC, empty: as imported
    listening_gain_db REAL
);
CREATE INDEX annotation_of_file ON annotation (file_name, start_s);
CREATE TABLE annotation_edit (
    number            INTEGER PRIMARY KEY AUTOINCREMENT,
    name              TEXT NOT NULL,
    author            TEXT NOT NULL,
    edited_at         TEXT NOT NULL,  -- ISO 8601, UTC
    listening_gain_db REAL,
    removed           TEXT NOT NULL,  -- JSON, rows of annotation
    added             TEXT NOT NULL   -- JSON, rows of annotation
);
CREATE TABLE annotation_source (
    number      INTEGER PRIMARY KEY CHECK (number = 1),
    path        TEXT NOT NULL,        -- of the table imported last, empty: there was none
    sha256      TEXT NOT NULL,
    settings    TEXT NOT NULL,        -- JSON, how it was read
    imported_at TEXT NOT NULL,        -- ISO 8601, UTC
    content     BLOB NOT NULL         -- its bytes, zlib
);
CREATE TABLE annotation_line (
    line   INTEGER PRIMARY KEY,       -- of the table imported last
    id     INTEGER UNIQUE,            -- of its annotation, which may be deleted by now
    reason TEXT NOT NULL              -- why it is none, or empty
);
"""
_DISMISSALS = """
CREATE TABLE dismissal (
    recording    TEXT NOT NULL,  -- as the user's database names it
    run          TEXT NOT NULL,  -- whose proposal it is
    start_s      REAL NOT NULL,
    end_s        REAL NOT NULL,
    label        TEXT NOT NULL,  -- name of the class that was predicted
    author       TEXT NOT NULL,
    dismissed_at TEXT NOT NULL,  -- ISO 8601, UTC
    PRIMARY KEY (recording, run, start_s, end_s, label)
);
"""
_MIGRATIONS = (_STAGES, _MARKS, _ANNOTATIONS, _DISMISSALS)
"""The k-th brings a database of version k to version k + 1."""

_MARKS_SINCE = 2


@dataclass(frozen=True)
class RecordingStatus:
    """What a stage did to a recording.

    Parameters
    ----------
    recording : str
        Path of the original.
    made_from : str
        Identity of what the stage was given: size and time stamp, or a hash.
    status : str
        ``"done"`` or ``"left out"``.
    reason : str
        Why it was left out.
    """

    recording: str
    made_from: str
    status: str
    reason: str = ""


@dataclass(frozen=True)
class StageRecord:
    """How a stage last ended.

    Parameters
    ----------
    stage : str
        Its name.
    finished_at : str
        ISO 8601, UTC.
    seconds : float
        How long it took.
    result : dict
        What it returned.
    """

    stage: str
    finished_at: str
    seconds: float
    result: dict[str, Any]


@dataclass(frozen=True)
class Mark:
    """What a reviewer thinks of the label of a span.

    Parameters
    ----------
    recording : str
        Its name in tables.
    start_sample, end_sample : int
        The span, its end exclusive, at `sample_rate`.
    sample_rate : int
        In Hz.
    annotated : str
        Name of the class that it is annotated with.
    verdict : str
        ``"right"``, ``"wrong"`` or ``"unsure"``: of the label, not of the prediction.
    note : str
        Anything.
    marked_at : str
        ISO 8601, UTC.
    """

    recording: str
    start_sample: int
    end_sample: int
    sample_rate: int
    annotated: str
    verdict: str
    note: str = ""
    marked_at: str = ""


def _row(mark: Mark) -> tuple[Any, ...]:
    return storable(mark.recording), *astuple(mark)[1:]


class ProjectStore:
    """Reads and writes `project.sqlite`; each call is one transaction.

    Parameters
    ----------
    path : Path
        The database; made at the first writing.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def record(self, stage: StageRecord, recordings: Iterable[RecordingStatus]) -> None:
        """Keep what a stage did, in place of what it did before.

        Parameters
        ----------
        stage : StageRecord
            The stage.
        recordings : iterable of RecordingStatus
            What became of each recording.

        Raises
        ------
        ProjectError
            If the database was made by a newer version, or is damaged.
        StorageError
            If the disk is full.
        """
        rows = [(stage.stage, r.recording, r.made_from, r.status, r.reason) for r in recordings]
        result = json.dumps(stage.result)
        with self.transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO stage VALUES (?, ?, ?, ?)",
                (stage.stage, stage.finished_at, stage.seconds, result),
            )
            connection.execute("DELETE FROM recording_stage WHERE stage = ?", (stage.stage,))
            connection.executemany("INSERT INTO recording_stage VALUES (?, ?, ?, ?, ?)", rows)

    def stage(self, name: str) -> StageRecord | None:
        """How a stage last ended.

        Parameters
        ----------
        name : str
            The stage.

        Returns
        -------
        StageRecord or None
            None if it never has.
        """
        with self.reading() as connection:
            if connection is None:
                return None
            found = connection.execute("SELECT * FROM stage WHERE stage = ?", (name,)).fetchone()
        if not found:
            return None
        stage, finished_at, seconds, result = found
        return StageRecord(stage, finished_at, seconds, json.loads(result))

    def recordings(self, stage: str) -> dict[str, RecordingStatus]:
        """What a stage did to each recording.

        Parameters
        ----------
        stage : str
            The stage.

        Returns
        -------
        dict
            By the path of the original; empty if the stage never ran.
        """
        query = "SELECT recording, made_from, status, reason FROM recording_stage WHERE stage = ?"
        with self.reading() as connection:
            if connection is None:
                return {}
            rows = connection.execute(query, (stage,)).fetchall()
        return {row[0]: RecordingStatus(*row) for row in rows}

    def marks(self) -> list[Mark]:
        """All marks.

        Returns
        -------
        list of Mark
            The oldest first.
        """
        with self.reading() as connection:
            if connection is None or self._version(connection) < _MARKS_SINCE:
                return []
            rows = connection.execute("SELECT * FROM mark ORDER BY marked_at").fetchall()
        return [Mark(*row) for row in rows]

    def change_marks(self, *, add: Iterable[Mark] = (), remove: Iterable[Mark] = ()) -> None:
        """Keep marks and forget others; a mark of the same span and class is replaced.

        Parameters
        ----------
        add : iterable of Mark
            To be kept.
        remove : iterable of Mark
            To be forgotten.

        Raises
        ------
        ProjectError
            If the database cannot be written, was made by a newer version, or is damaged.
        ProjectLockedError
            If another program holds it for too long.
        StorageError
            If the disk is full.
        """
        keys = [_row(mark)[:5] for mark in remove]
        where = "recording = ? AND start_sample = ? AND end_sample = ? AND sample_rate = ?"
        with self.transaction() as connection:
            connection.executemany(f"DELETE FROM mark WHERE {where} AND annotated = ?", keys)  # noqa: S608  a constant
            connection.executemany(
                "INSERT OR REPLACE INTO mark VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [_row(mark) for mark in add],
            )

    @contextmanager
    def reading(self) -> Generator[sqlite3.Connection | None]:
        """A connection that cannot write, so that a read-only folder will do.

        Yields
        ------
        Connection or None
            One state of the database for as long as it is open; None where there is no file.
        """
        if not self._path.exists():
            yield None
            return
        with self._explained():
            self._recover()
            uri = self._path.absolute().as_uri() + "?mode=ro"
            with closing(sqlite3.connect(uri, uri=True, timeout=PATIENCE_S)) as connection:
                connection.execute("BEGIN")
                self._version(connection)
                yield connection

    def _recover(self) -> None:
        """Undo what a killed program left half written, which a reader is not allowed to."""
        if self._path.with_name(f"{self._path.name}-journal").exists():
            with (
                suppress(sqlite3.OperationalError),
                closing(sqlite3.connect(self._path, timeout=PATIENCE_S)) as connection,
            ):
                self._version(connection)

    @contextmanager
    def transaction(self) -> Generator[sqlite3.Connection]:
        """A connection that holds the database for writing.

        Yields
        ------
        Connection
            What is written is on the disk afterwards, or none of it if the block raises.
        """
        with (
            self._explained(),
            closing(sqlite3.connect(self._path, timeout=PATIENCE_S)) as connection,
            connection,
        ):
            # Beyond FULL: that the journal is gone, too, which is what makes a change valid.
            connection.execute("PRAGMA synchronous = EXTRA")
            connection.execute("BEGIN IMMEDIATE")
            if (version := self._version(connection)) < STORE_VERSION:
                self._migrate(connection, version)
            yield connection

    def _migrate(self, connection: sqlite3.Connection, version: int) -> None:
        """Bring the database up to date, in the transaction that holds it; a copy is kept."""
        if version:
            with replacing(self._path.with_suffix(f".version{version}.sqlite")) as part:
                uri = self._path.absolute().as_uri() + "?mode=ro"
                with (
                    closing(sqlite3.connect(uri, uri=True, timeout=PATIENCE_S)) as now,
                    closing(sqlite3.connect(part)) as copy,
                ):
                    now.backup(copy)
        for migration in _MIGRATIONS[version:]:
            for statement in migration.split(";"):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {STORE_VERSION}")

    @contextmanager
    def _explained(self) -> Generator[None]:
        try:
            yield
        except sqlite3.Error as error:
            if "full" in str(error):
                msg = f"The disk is full: {self._path}"
                raise StorageError(msg, hint="Free some space, then run the same again.") from error
            if "locked" in str(error):
                msg = f"Another program is writing to {self._path}"
                hint = "Try again when it is done; nothing was changed."
                raise ProjectLockedError(msg, hint=hint) from error
            if "readonly" in str(error) or "unable to open" in str(error):
                msg = f"{self._path} cannot be written"
                hint = "Make the project's folder writable; nothing was changed."
                raise ProjectError(msg, hint=hint) from error
            msg = f"{self._path} cannot be used: {error}"
            raise ProjectError(
                msg, hint="Put a copy of it in its place, if you have one."
            ) from error

    def _version(self, connection: sqlite3.Connection) -> int:
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if version > STORE_VERSION:
            msg = f"{self._path} was made by a newer version of this program"
            raise ProjectError(msg, hint="Install the newer version; nothing was changed.")
        return version
