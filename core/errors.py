"""The errors that a user is shown: one clear sentence, and what can be done about it."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from core.left_out import LeftOut


class LoudnessError(Exception):
    """An error of the user's world, not of the program: shown without a traceback.

    Parameters
    ----------
    message : str
        One sentence that says what is wrong, with the names that tell where.
    hint : str, optional
        What the user can do about it.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[object, ...]:
        # Errors cross from a child process; keyword-only arguments need a way of their own.
        return _rebuild, (type(self), self.message, self.__dict__)


def _rebuild(kind: type[LoudnessError], message: str, state: dict[str, object]) -> LoudnessError:
    error = kind.__new__(kind, message)
    Exception.__init__(error, message)
    error.__dict__.update(state)
    return error


class SettingsError(LoudnessError):
    """A setting has a value that it cannot have."""


class LibraryError(LoudnessError):
    """The user's database cannot be read, or the query is not one that reads recordings."""


class LibraryLockedError(LibraryError):
    """Another program holds the database."""


class RecordingError(LoudnessError):
    """One recording cannot be used; the run goes on without it.

    Parameters
    ----------
    message : str
        What is wrong with the recording.
    path : Path or str
        The recording's file.
    hint : str, optional
        What the user can do about it.
    """

    def __init__(self, message: str, *, path: Path | str, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.path = str(path)


class AnnotationError(LoudnessError):
    """The table of annotations cannot be used."""


class FeatureError(LoudnessError):
    """What was asked of the features cannot be computed."""


class TableError(LoudnessError):
    """A table on disk is not what its name or its neighbour says."""


class DatasetError(LoudnessError):
    """Features and annotations do not make a dataset, or a dataset cannot be trained on."""


class CheckpointError(LoudnessError):
    """A model file cannot be used."""


class ProjectError(LoudnessError):
    """A project folder cannot be opened or written."""


class ProjectLockedError(ProjectError):
    """Another program is writing to the project."""


class NothingToDoError(LoudnessError):
    """Every input was left out, so that there is no result.

    Parameters
    ----------
    message : str
        What there is none of.
    hint : str, optional
        What the user can do about it.
    left_out : sequence of LeftOut, optional
        What was left out, and why.
    """

    def __init__(self, message: str, *, hint: str = "", left_out: Sequence[LeftOut] = ()) -> None:
        super().__init__(message, hint=hint)
        self.left_out = tuple(left_out)


class StorageError(LoudnessError):
    """The disk is full, or a folder cannot be written."""


class StageCrashedError(LoudnessError):
    """A stage's process ended without a word."""


_STORAGE_ERRORS = {
    errno.ENOSPC: (
        "The disk is full",
        "Free some space, then run the same again: what is done is kept.",
    ),
    errno.EDQUOT: ("The disk quota is used up", "Free some space, then run the same again."),
    errno.EFBIG: (
        "A file would become larger than is allowed",
        "Choose a folder on another file system, or raise the limit.",
    ),
    errno.EROFS: ("The file system is read-only", "Choose a folder that can be written."),
    errno.EACCES: (
        "Permission denied",
        "Choose a folder that you may write, or change its rights.",
    ),
    errno.EPERM: ("Permission denied", "Choose a folder that you may write, or change its rights."),
    errno.EEXIST: ("A file is in the way of a folder", "Choose another folder."),
    errno.ENOTDIR: ("A file is in the way of a folder", "Choose another folder."),
    errno.EISDIR: ("A folder is in the way of a file", "Choose another name."),
    errno.ENAMETOOLONG: ("The name is too long", "Choose a shorter one."),
    errno.EIO: ("The disk reports an error", "Is the drive still connected?"),
}


def storage_error(error: OSError, path: Path | str) -> StorageError | None:
    """The user's error for an operating system's error about storage.

    Parameters
    ----------
    error : OSError
        What the operating system said.
    path : Path or str
        What was being written.

    Returns
    -------
    StorageError or None
        None if `error` is not about storage, and therefore perhaps a bug.
    """
    if error.errno not in _STORAGE_ERRORS:
        return None
    what, hint = _STORAGE_ERRORS[error.errno]
    return StorageError(f"{what}: {path}", hint=hint)
