"""The list of recordings for the window, streamed by a child from the user's database."""

from __future__ import annotations

import os
import re
import reprlib
import shutil
import socket
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeGuard
from unicodedata import normalize

from core.browsing import browse_query
from core.errors import LibraryError, StorageError
from core.library import Library
from core.listing_files import ListingMeta, ListingWriter
from core.progress import Progress, ignore
from core.recording_files import RecordingFiles

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from core.progress import Report
    from core.settings import LibraryConfig

FIRST_PAGE = 500
"""Rows that are handed over at once, so that there is something to be seen."""

BATCH = 20_000
MOST_ROWS = 30_000_000
"""A query of the user's own that gives more has no end."""

_NAME = re.compile(r"(.+)-(\d+)-(\d+)")

FORGOTTEN_AFTER_S = 7 * 86_400
"""Lists made on other machines, of whose programs nothing can be known, are kept that long."""


@dataclass(frozen=True)
class Listing:
    """A list that is complete.

    Parameters
    ----------
    folder : Path
        Where it is; `core.listing_files.ListingReader` reads it.
    query : str
        The query that gave it.
    n_rows : int
        Recordings that it has.
    """

    folder: Path
    query: str
    n_rows: int


def listing_name(number: int) -> str:
    """Name a new list of this process, so that no other process has the same.

    Parameters
    ----------
    number : int
        Counts this process's lists.

    Returns
    -------
    str
        Fit for a folder.
    """
    return f"{socket.gethostname()}-{os.getpid()}-{number}"


def list_recordings(
    config: LibraryConfig,
    places: Sequence[Path],
    name: str,
    *,
    shown: str = "",
    is_selection: bool = False,
    report: Report = ignore,
) -> Listing:
    """List the recordings of a database; its first rows can be read at once.

    Parameters
    ----------
    config : LibraryConfig
        Database, queries and folders.
    places : sequence of Path
        Where the list can be kept; the first that can be written is taken.
    name : str
        Of the list's folder there, by `listing_name`; lists that nobody needs any longer go.
    shown : str
        Name of the list that is on the screen until this one is, and stays.
    is_selection : bool
        List what the pipeline's query selects, not what is to be browsed.
    report : callable
        Told the rows listed; may raise `Cancelled`.

    Returns
    -------
    Listing
        What was listed.

    Raises
    ------
    LibraryError
        If the database or a query is wrong; `LibraryLockedError` if another program holds it.
    StorageError
        If no place can be written, or the disk is full.
    """
    library = Library(config)
    query = config.query if is_selection else browse_query(library, report=report)
    with closing(library.rows(query, report=report)) as rows:
        batch = list(islice(rows, FIRST_PAGE))
        columns = tuple(c for c in (batch[0] if batch else ()) if c != "path")
        meta = ListingMeta(query, columns, config.reviewed_column)
        folder, writer = _open_writer(places, name, meta, shown=shown)
        with writer:
            files = RecordingFiles(library)
            n_rows = 0
            while batch:
                _write(writer, batch, columns, files)
                n_rows += len(batch)
                # A number to draw is never held back.
                told = {"first_page": 1.0} if n_rows == len(batch) else {}
                text = f"Listing the recordings: {n_rows:,}"
                report(Progress("list", n_rows, unit="recordings", text=text, metrics=told))
                if n_rows > MOST_ROWS:
                    msg = f"The list has no end: the query gives more than {MOST_ROWS:,} rows"
                    raise LibraryError(msg, hint="Change the query in the project's settings.")
                batch = list(islice(rows, BATCH))
    return Listing(folder, query, n_rows)


def is_usable(path: object) -> TypeGuard[str]:
    """Whether a row's path can be that of a file.

    Parameters
    ----------
    path : object
        What the query gave.

    Returns
    -------
    bool
        As `Library.select` sees it.
    """
    return isinstance(path, str) and bool(path.strip()) and "\0" not in path


def searchable(text: str) -> str:
    """Bring a text into the form in which it is looked into, and looked for.

    Parameters
    ----------
    text : str
        Any.

    Returns
    -------
    str
        Without case, accents encoded in one way.
    """
    return text.casefold() if text.isascii() else normalize("NFC", text.casefold())


def _write(
    writer: ListingWriter,
    batch: list[dict[str, Any]],
    columns: tuple[str, ...],
    files: RecordingFiles,
) -> None:
    paths = [row["path"] for row in batch]
    usable = [is_usable(p) for p in paths]
    located = [files.locate(p) if ok else "" for p, ok in zip(paths, usable, strict=True)]
    names = [
        path.rpartition("/")[2] or (known if ok else reprlib.repr(known))
        for path, known, ok in zip(located, paths, usable, strict=True)
    ]
    values = [[row[c] for row in batch] for c in columns]
    texts = [[v if isinstance(v, str) else "" for v in column] for column in values]
    search = [
        searchable("\n".join(filter(None, parts))) for parts in zip(names, *texts, strict=True)
    ]
    known = [p if ok else "" for p, ok in zip(paths, usable, strict=True)]
    writer.add([known, located, names, search], values)


def _open_writer(
    places: Sequence[Path], name: str, meta: ListingMeta, *, shown: str
) -> tuple[Path, ListingWriter]:
    """Begin a list in the first place that can be written."""
    for place in places[:-1]:
        with suppress(StorageError):
            _forget_old(place, name, shown)
            return place / name, ListingWriter(place / name, meta)
    _forget_old(places[-1], name, shown)
    return places[-1] / name, ListingWriter(places[-1] / name, meta)


def _forget_old(place: Path, name: str, shown: str) -> None:
    """Remove lists that no window shows: this process's earlier ones, and those of ended ones."""
    mine = name.rsplit("-", 2)
    for folder in place.iterdir() if place.is_dir() else ():
        known = _NAME.fullmatch(folder.name)
        if known and folder.name != shown and not _is_needed(folder, [*known.groups()], mine):
            shutil.rmtree(folder, ignore_errors=True)


def _is_needed(folder: Path, theirs: Sequence[str], mine: Sequence[str]) -> bool:
    if theirs[:2] == mine[:2]:
        return int(theirs[2]) >= int(mine[2])
    if theirs[0] == mine[0]:
        return _is_running(int(theirs[1]))
    try:
        return time.time() - folder.stat().st_mtime < FORGOTTEN_AFTER_S
    except OSError:
        return True


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
