"""One writer at a time in a folder."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from core.errors import ProjectLockedError, storage_error

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

LOCK_FILE = ".lock"
"""Made only on file systems that can lock files but no folders, such as NFS."""


@contextmanager
def writing_to(folder: Path) -> Generator[None]:
    """Hold a folder for writing; the folder is made where there is none.

    The lock is the operating system's on the folder itself: it leaves no file behind where folders
    can be locked, and goes with the process, however that ends.

    Parameters
    ----------
    folder : Path
        The folder.

    Yields
    ------
    None
        While the lock is held.

    Raises
    ------
    ProjectLockedError
        If another program holds it.
    StorageError
        If the folder cannot be made or opened.
    """
    handles: list[int] = []
    try:
        _lock(folder, handles)
        yield
    finally:
        for handle in handles:
            os.close(handle)


def _lock(folder: Path, handles: list[int]) -> None:
    """Lock the folder, or a file in it; what was opened for that is added to the handles."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handles.append(os.open(folder, os.O_RDONLY))
        if not _is_locked(folder, handles[-1]):
            handles.append(os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT))
            # Where not even a file can be locked, going on is better than never to work.
            _is_locked(folder, handles[-1])
    except OSError as error:
        raise storage_error(error, folder) or error from error


def _is_locked(folder: Path, handle: int) -> bool:
    """Take the lock; False where the file system has no such locks."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        msg = f"Another program is writing to {folder}"
        raise ProjectLockedError(msg, hint="Wait until it is done, or cancel it.") from error
    except OSError:
        return False
    return True
