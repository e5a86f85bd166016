"""One writer at a time in a folder."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from core.errors import ProjectLockedError, storage_error

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def writing_to(folder: Path) -> Iterator[None]:
    """Hold a folder for writing; the folder is made where there is none.

    The lock is the operating system's on the folder itself: it leaves no file behind, and goes
    with the process, however that ends.

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
        If the folder cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise storage_error(error, folder) or error from error
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            msg = f"Another program is writing to {folder}"
            raise ProjectLockedError(msg, hint="Wait until it is done, or cancel it.") from error
        yield
    finally:
        os.close(handle)
