"""Who may change a project: one window or command at a time, until it ends, however it does."""

from __future__ import annotations

import fcntl
import json
import os
import platform
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from core.account import account_name
from core.errors import ProjectLockedError, storage_error

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from core.errors import StorageError

RIGHT_FILE = ".editing"
"""In the project's folder. It stays there: a file that is removed could be locked by two."""

EDITING, WRITING = "editing", "writing to"
"""What a holder does to the project: a window, and a command that runs its stages."""


@dataclass(frozen=True)
class Holder:
    """Who holds the right to edit.

    Parameters
    ----------
    user, host : str
        Names of the account and of the machine.
    process : int
        Its number there.
    since : str
        ISO 8601, local time.
    doing : str
        `EDITING` or `WRITING`.
    """

    user: str = ""
    host: str = ""
    process: int = 0
    since: str = ""
    doing: str = EDITING

    def is_ours(self) -> bool:
        """Whether it is this process, or the one that started it.

        Returns
        -------
        bool
            A window's edits are made by its children.
        """
        return self.host == platform.node() and self.process in {os.getpid(), os.getppid()}


class EditingRight:
    """The right to edit a project, if nobody else has it; a context manager.

    The lock is the operating system's: it goes with the process, however that ends.

    Parameters
    ----------
    folder : Path
        The project folder.
    doing : str
        `EDITING` or `WRITING`; others are told.
    """

    def __init__(self, folder: Path, *, doing: str = EDITING) -> None:
        self._path = folder / RIGHT_FILE
        self._doing = doing
        self._handle: int | None = None
        self.refusal = ""
        """Why the project can only be looked at; empty if it can be edited."""
        self.error: StorageError | None = None
        """What keeps the folder from being written, if that is why."""
        self.take()

    @property
    def is_held(self) -> bool:
        """Whether the project may be edited here."""
        return not self.refusal

    def take(self) -> bool:
        """Try to get the right; another window may have been closed, or a command have ended.

        Returns
        -------
        bool
            Whether it is held now.
        """
        if self._handle is not None:
            return True
        try:
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        except OSError as error:
            return self._refuse(error)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            self.refusal, self.error = _refusal(read_holder(self._path.parent)), None
            return False
        except OSError:
            # Where no file can be locked, going on is better than never to edit.
            pass
        now = datetime.now(UTC).astimezone().isoformat(timespec="seconds")
        me = Holder(account_name(), platform.node(), os.getpid(), now, self._doing)
        try:
            os.ftruncate(handle, 0)
            os.pwrite(handle, json.dumps(asdict(me)).encode(), 0)
        except OSError as error:
            # By who holds it, this program's own children know that they may write.
            os.close(handle)
            return self._refuse(error)
        self._handle, self.refusal, self.error = handle, "", None
        return True

    def _refuse(self, error: OSError) -> bool:
        folder = self._path.parent
        self.error = storage_error(error, folder)
        if self.error is None:
            why = f": {folder} cannot be written ({error.strerror})."
        else:
            why = f". {self.error.message}. {self.error.hint}"
        self.refusal = "This project can only be looked at" + why
        return False

    def release(self) -> None:
        """Let others edit."""
        if self._handle is not None:
            # On a full disk, or one that is gone, who had it stays there.
            with suppress(OSError):
                os.ftruncate(self._handle, 0)
            os.close(self._handle)
            self._handle = None
            self.refusal = "This project is not open for editing here any more."

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def read_holder(folder: Path) -> Holder:
    """Who holds the right to edit, or held it last and was killed.

    Parameters
    ----------
    folder : Path
        The project folder.

    Returns
    -------
    Holder
        Empty if that is not known.
    """
    try:
        return Holder(**json.loads((folder / RIGHT_FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return Holder()


@contextmanager
def editing(folder: Path, *, doing: str = EDITING) -> Generator[None]:
    """Edit a project: with the right of the window that asks for it, or with one's own.

    Parameters
    ----------
    folder : Path
        The project folder.
    doing : str
        `EDITING` or `WRITING`; others are told.

    Yields
    ------
    None
        While the right is held.

    Raises
    ------
    ProjectLockedError
        If another program holds it.
    StorageError
        If the disk is full, or the folder cannot be written.
    """
    with EditingRight(folder, doing=doing) as right:
        if not right.is_held and not read_holder(folder).is_ours():
            if right.error is not None:
                raise right.error
            raise ProjectLockedError(
                right.refusal.removesuffix("."),
                hint="Nothing was changed. Close it there, or wait until it is done there.",
            )
        yield


def _refusal(holder: Holder) -> str:
    if not holder.user:
        return "This project can only be looked at: another program is changing it."
    since = f" since {datetime.fromisoformat(holder.since):%H:%M}" if holder.since else ""
    return (
        f"This project can only be looked at: {holder.user} is {holder.doing} it{since}"
        f" (process {holder.process} on {holder.host})."
    )
