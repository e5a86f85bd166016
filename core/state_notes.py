"""Changes of single recordings, noted in a list that was read before: it is not read anew."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import numpy as np

from core.errors import storage_error
from core.progress import Progress, ignore

if TYPE_CHECKING:
    from pathlib import Path

    from core.progress import Report

MARKS_FILE = "reviewed.jsonl"
"""In the folder of a list: rows that were marked since, and how, one a line."""

REVIEWED_FLAG = 1 << 6
"""Of `core.recording_states.REVIEWED`; a test compares them."""

_FLAGS, _ANNOTATIONS = np.dtype("<u2"), np.dtype("<i4")


def note_reviewed(
    listing: Path,
    states: Path | None,
    row: int,
    is_reviewed: bool,  # noqa: FBT001  it is what is said
    *,
    report: Report = ignore,
) -> None:
    """Note that a recording is marked as reviewed, or no longer.

    Parameters
    ----------
    listing : Path
        Folder of the list.
    states : Path or None
        Folder of its states; None while they are not known.
    row : int
        Of the list.
    is_reviewed : bool
        How it is marked now.
    report : callable
        Called before; may raise `Cancelled`.

    Raises
    ------
    StorageError
        If it cannot be written.
    """
    report(Progress("note", text="Noting the mark"))
    try:
        with (listing / MARKS_FILE).open("a", encoding="utf-8") as file:
            file.write(json.dumps([row, is_reviewed]) + "\n")
        if states is not None:
            with (states / "flags").open("r+b") as file:
                flags = _read(file.fileno(), row, _FLAGS)
                if flags is not None:
                    changed = flags | REVIEWED_FLAG if is_reviewed else flags & ~REVIEWED_FLAG
                    _write(file.fileno(), row, changed, _FLAGS)
    except OSError as error:
        raise storage_error(error, listing) or error from error


def note_annotations(states: Path, row: int, n_more: int, *, report: Report = ignore) -> None:
    """Note that a recording has more annotations, or fewer.

    Parameters
    ----------
    states : Path
        Folder of a list's states.
    row : int
        Of the list.
    n_more : int
        So many more.
    report : callable
        Called before; may raise `Cancelled`.

    Raises
    ------
    StorageError
        If it cannot be written.
    """
    report(Progress("note", text="Counting"))
    try:
        with (states / "annotations").open("r+b") as file:
            before = _read(file.fileno(), row, _ANNOTATIONS)
            if before is not None:
                _write(file.fileno(), row, max(0, before + n_more), _ANNOTATIONS)
    except OSError as error:
        raise storage_error(error, states) or error from error


def noted_marks(listing: Path) -> dict[int, bool]:
    """Rows of a list that were marked since it was read.

    Parameters
    ----------
    listing : Path
        Its folder.

    Returns
    -------
    dict of int to bool
        Whether each is reviewed, by the row.
    """
    try:
        lines = (listing / MARKS_FILE).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    return dict(json.loads(line) for line in lines)


def _read(handle: int, row: int, kind: np.dtype[np.integer]) -> int | None:
    """The number of a row; None if it is not known yet."""
    raw = os.pread(handle, kind.itemsize, row * kind.itemsize)
    return int(np.frombuffer(raw, kind)[0]) if len(raw) == kind.itemsize else None


def _write(handle: int, row: int, number: int, kind: np.dtype[np.integer]) -> None:
    os.pwrite(handle, np.array([number], dtype=kind).tobytes(), row * kind.itemsize)
