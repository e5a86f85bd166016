"""Keeps a cache of folders small: what was not used for longest goes first."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

from core.errors import ProjectLockedError, StorageError
from core.folder_lock import writing_to

if TYPE_CHECKING:
    from pathlib import Path

LARGEST_BYTES = 20_000_000_000
LARGEST_SHARE = 0.5
"""Of the disk's free space, what the cache itself takes counted as free."""


def make_room(keep: Path, *, limit_bytes: float | None = None) -> int:
    """Remove what was not used for longest, until the cache is within its limit.

    Parameters
    ----------
    keep : Path
        A folder of the cache that is wanted now, however large.
    limit_bytes : float, optional
        What the cache may take; if left out, as the constants of this module say.

    Returns
    -------
    int
        How many bytes were removed.
    """
    entries = sorted(_entries(keep.parent))
    total = left = sum(n_bytes for _, n_bytes, _ in entries)
    if limit_bytes is None:
        limit_bytes = _limit(keep.parent, total)
    for _, n_bytes, folder in entries:
        if left <= limit_bytes:
            break
        if folder != keep and _is_removed(folder):
            left -= n_bytes
    return total - left


def mark_used(folder: Path) -> None:
    """Say that a folder of the cache is wanted now.

    Parameters
    ----------
    folder : Path
        The folder.
    """
    # A cache that cannot be written is not made smaller either.
    with suppress(OSError):
        os.utime(folder)


def forget(folder: Path) -> None:
    """Remove a folder of the cache; whoever has it mapped can still draw it.

    Parameters
    ----------
    folder : Path
        The folder; the caller holds it for writing.
    """
    with suppress(OSError):
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()


def _limit(cache: Path, taken_bytes: int) -> float:
    try:
        free_bytes = shutil.disk_usage(cache).free
    except OSError:
        return LARGEST_BYTES
    return min(LARGEST_BYTES, LARGEST_SHARE * (free_bytes + taken_bytes))


def _entries(cache: Path) -> list[tuple[int, int, Path]]:
    """When each folder was last used, its size in bytes, and the folder."""
    found: list[tuple[int, int, Path]] = []
    with suppress(OSError):
        for folder in cache.iterdir():
            with suppress(OSError):
                n_bytes = sum(p.stat().st_size for p in folder.iterdir())
                found.append((folder.stat().st_mtime_ns, n_bytes, folder))
    return found


def _is_removed(folder: Path) -> bool:
    """Remove a folder, unless it is being made."""
    try:
        with writing_to(folder):
            forget(folder)
    except (ProjectLockedError, StorageError, OSError):
        return False
    return not folder.exists()
