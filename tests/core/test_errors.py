"""Errors that users see: what they say, and that they survive the way out of a child process."""

from __future__ import annotations

import errno
import os
import pickle
from pathlib import Path

import pytest

from core import errors
from core.errors import LoudnessError, RecordingError, StorageError, storage_error


def all_errors():
    return [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, LoudnessError)
    ]


def test_an_error_is_its_message():
    error = LoudnessError("It rains.", hint="Wait.")
    assert str(error) == error.message == "It rains."
    assert error.args == ("It rains.",)
    assert error.hint == "Wait."
    assert LoudnessError("It rains.").hint == ""


@pytest.mark.parametrize("kind", all_errors())
def test_an_error_can_be_sent_from_process_to_process(kind):
    more = {"path": Path("a.wav")} if issubclass(kind, RecordingError) else {}
    error = kind("It rains.", hint="Wait.", **more)
    error.add_note("on Monday")
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301  our own
    assert type(copy) is kind
    assert str(copy) == "It rains."
    assert copy.args == error.args
    assert copy.hint == "Wait."
    assert vars(copy) == vars(error)
    assert copy.__notes__ == ["on Monday"]


def test_a_recording_error_knows_its_file():
    assert RecordingError("broken", path=Path("x/a.wav")).path == "x/a.wav"


@pytest.mark.parametrize(
    ("code", "word"),
    [
        (errno.ENOSPC, "full"),
        (errno.EDQUOT, "quota"),
        (errno.EFBIG, "larger"),
        (errno.EROFS, "read-only"),
        (errno.EACCES, "denied"),
        (errno.EPERM, "denied"),
        (errno.EEXIST, "in the way"),
        (errno.ENOTDIR, "in the way"),
        (errno.EISDIR, "in the way"),
        (errno.ENAMETOOLONG, "too long"),
        (errno.EIO, "error"),
    ],
)
def test_storage_problems_are_told_in_words(code, word):
    known = storage_error(OSError(code, os.strerror(code)), "some/file")
    assert isinstance(known, StorageError)
    assert word in known.message
    assert known.message.endswith(": some/file")
    assert known.hint


@pytest.mark.parametrize("error", [OSError("?"), OSError(errno.EBADF, "a bug")])
def test_what_is_not_about_storage_may_be_a_bug(error):
    assert storage_error(error, "some/file") is None
