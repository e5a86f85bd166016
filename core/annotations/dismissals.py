"""What a user does not want to annotate of what a run proposes; kept in the project's database."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

from core.naming import storable
from core.project_store import ProjectStore

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from pathlib import Path

_SINCE = 4
_KEY = ("recording", "run", "start_s", "end_s", "label")


@dataclass(frozen=True)
class Dismissal:
    """A stretch of a recording in which a class that a run predicted is no proposal.

    Parameters
    ----------
    recording : str
        As the database names it.
    run : str
        Name of the run: what another one says is another proposal.
    start_s, end_s : float
        ``start_s < end_s``; seconds from the start of the recording.
    label : str
        Name of the class that was predicted.
    author : str
        Who dismissed it.
    dismissed_at : str
        When, ISO 8601, UTC.
    """

    recording: str
    run: str
    start_s: float
    end_s: float
    label: str
    author: str = ""
    dismissed_at: str = ""


def read_dismissals(path: Path, recording: str, run: str) -> tuple[Dismissal, ...]:
    """What was dismissed of what a run says of a recording.

    Parameters
    ----------
    path : Path
        The project's database; there need not be one.
    recording : str
        As the database of recordings names it.
    run : str
        Name of the run.

    Returns
    -------
    tuple of Dismissal
        By their start.

    Raises
    ------
    ProjectError
        If the database was made by a newer version, or is damaged.
    """
    query = "SELECT * FROM dismissal WHERE recording = ? AND run = ? ORDER BY start_s"
    with ProjectStore(path).reading() as connection:
        if connection is None or _version(connection) < _SINCE:
            return ()
        rows = connection.execute(query, (storable(recording), run)).fetchall()
    return tuple(Dismissal(recording, *row[1:]) for row in rows)


def change_dismissals(
    connection: sqlite3.Connection, *, add: Iterable[Dismissal], remove: Iterable[Dismissal]
) -> None:
    """Keep dismissals and forget others, in a transaction of `ProjectStore`.

    Parameters
    ----------
    connection : Connection
        That of the transaction.
    add : iterable of Dismissal
        To be kept.
    remove : iterable of Dismissal
        To be forgotten.
    """
    where = " AND ".join(f"{name} = ?" for name in _KEY)
    keys = [_row(one)[: len(_KEY)] for one in remove]
    connection.executemany(f"DELETE FROM dismissal WHERE {where}", keys)  # noqa: S608  constants
    connection.executemany(
        "INSERT OR REPLACE INTO dismissal VALUES (?, ?, ?, ?, ?, ?, ?)", map(_row, add)
    )


def _row(dismissal: Dismissal) -> tuple[object, ...]:
    return (storable(dismissal.recording), *astuple(dismissal)[1:])


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
