"""One writer at a time."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import ProjectLockedError, StorageError
from core.folder_lock import LOCK_FILE, writing_to

ROOT = Path(__file__).parents[2]


def held(folder):
    with (
        pytest.raises(ProjectLockedError, match="Another program is writing to"),
        writing_to(folder),
    ):
        pass


def test_a_second_writer_is_refused_until_the_first_is_done(tmp_path):
    folder = tmp_path / "new" / "folder"
    with writing_to(folder):
        held(folder)
        with writing_to(tmp_path / "other"):
            pass
    with writing_to(folder):
        assert list(folder.iterdir()) == []
    assert list(folder.iterdir()) == []


def test_an_error_lets_go(tmp_path):
    def fail():
        with writing_to(tmp_path):
            msg = "a bug"
            raise ValueError(msg)

    with pytest.raises(ValueError, match="a bug"):
        fail()
    with writing_to(tmp_path):
        pass


def test_a_killed_writer_lets_go(tmp_path):
    code = f"""
import sys, pathlib
from core.folder_lock import writing_to
with writing_to(pathlib.Path({str(tmp_path)!r})):
    print("held", flush=True)
    sys.stdin.read()
"""
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    ) as other:
        assert other.stdout.readline() == b"held\n"
        held(tmp_path)
        other.kill()
    with writing_to(tmp_path):
        pass


def test_a_file_in_the_way_of_the_folder(tmp_path):
    (tmp_path / "file").write_text("mine")
    for folder in (tmp_path / "file", tmp_path / "file" / "folder"):
        with pytest.raises(StorageError), writing_to(folder):
            pass


def test_a_folder_that_may_not_be_opened(tmp_path, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise PermissionError(errno.EACCES, "no")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(StorageError, match="Permission denied"), writing_to(tmp_path):
        pass


def test_another_error_of_the_system_stays_what_it_is(tmp_path, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise OSError(errno.EMFILE, "too many")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(OSError, match="too many"), writing_to(tmp_path):
        pass


def test_where_folders_cannot_be_locked_a_file_is(tmp_path, monkeypatch):
    lock = fcntl.flock

    def flock(handle, operation):
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(errno.EBADF, "NFS locks no folders")
        lock(handle, operation)

    monkeypatch.setattr(fcntl, "flock", flock)
    with writing_to(tmp_path):
        assert [p.name for p in tmp_path.iterdir()] == [LOCK_FILE]
        held(tmp_path)
    with writing_to(tmp_path):
        pass


def test_where_nothing_can_be_locked_the_work_goes_on(tmp_path, monkeypatch):
    def flock(_handle, _operation):
        raise OSError(errno.ENOTSUP, "no locks")

    monkeypatch.setattr(fcntl, "flock", flock)
    with writing_to(tmp_path), writing_to(tmp_path):
        pass
