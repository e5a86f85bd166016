"""One window at a time edits a project."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys

import pytest

from core.editing_right import RIGHT_FILE, WRITING, EditingRight, editing, read_holder
from core.errors import ProjectLockedError, StorageError

HOLD = """
import sys
from pathlib import Path
from core.editing_right import EditingRight
right = EditingRight(Path(sys.argv[1]))
print(right.is_held, flush=True)
sys.stdin.read()
"""
EDIT = """
import sys
from pathlib import Path
from core.editing_right import editing
with editing(Path(sys.argv[1])):
    print("edited")
"""


@pytest.fixture
def other(tmp_path):
    """Another program that holds the right."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline() == "True\n"
        yield process
        process.stdin.close()


def test_the_second_can_only_look_and_is_told_by_whom(tmp_path, other):
    with EditingRight(tmp_path) as right:
        assert not right.is_held
        holder = read_holder(tmp_path)
        assert holder.process == other.pid
        assert right.refusal.startswith("This project can only be looked at: ")
        assert f"{holder.user} is editing it since " in right.refusal
        assert right.refusal.endswith(f"(process {other.pid} on {holder.host}).")
        with pytest.raises(ProjectLockedError, match="can only be looked at"), editing(tmp_path):
            pass


@pytest.mark.parametrize("how", [signal.SIGKILL, None])
def test_released_however_the_first_ends(tmp_path, other, how):
    with EditingRight(tmp_path) as right:
        assert not right.is_held
        if how:
            other.send_signal(how)
        else:
            other.stdin.close()
        other.wait()
        assert right.take()
        assert right.is_held
        assert read_holder(tmp_path).process == os.getpid()


def test_edits_are_made_by_the_right_of_whoever_started_the_process(tmp_path):
    with EditingRight(tmp_path) as right:
        assert right.take()
        with editing(tmp_path):
            pass
        done = subprocess.run(
            [sys.executable, "-c", EDIT, tmp_path], capture_output=True, text=True, check=True
        )
        assert done.stdout == "edited\n"
        # The child has not let go of what is not its own.
        assert read_holder(tmp_path).process == os.getpid()
        assert right.is_held
    with editing(tmp_path):
        pass


def test_released_it_is_said_that_it_cannot_be_edited_any_more(tmp_path):
    right = EditingRight(tmp_path)
    right.release()
    assert not right.is_held
    assert right.take()
    right.release()
    assert read_holder(tmp_path).user == ""


def test_a_folder_that_cannot_be_written_can_be_looked_at(tmp_path):
    right = EditingRight(tmp_path / "none")
    assert not right.is_held
    assert "cannot be written (No such file or directory)" in right.refusal


def test_on_a_full_disk_it_is_not_had_until_there_is_room(tmp_path):
    no_room = (0, resource.getrlimit(resource.RLIMIT_FSIZE)[1])
    before = (
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN),
        resource.getrlimit(resource.RLIMIT_FSIZE),
    )
    resource.setrlimit(resource.RLIMIT_FSIZE, no_room)
    try:
        right = EditingRight(tmp_path)
        with pytest.raises(StorageError, match="A file would become larger"), editing(tmp_path):
            pass
    finally:
        signal.signal(signal.SIGXFSZ, before[0])
        resource.setrlimit(resource.RLIMIT_FSIZE, before[1])
    assert not right.is_held
    assert right.refusal.startswith("This project can only be looked at. A file would become")
    assert right.take()
    # What a window starts may write now, which an empty file of the holder would forbid.
    done = subprocess.run(
        [sys.executable, "-c", EDIT, tmp_path], capture_output=True, text=True, check=True
    )
    assert done.stdout == "edited\n"
    right.release()


def test_others_are_told_what_the_holder_does(tmp_path):
    with EditingRight(tmp_path, doing=WRITING), EditingRight(tmp_path) as other:
        assert " is writing to it since " in other.refusal


@pytest.mark.parametrize("text", ["", "{", '{"a": 1}', json.dumps([1])])
def test_a_holder_that_is_not_known_is_another_program(tmp_path, other, text):
    (tmp_path / RIGHT_FILE).write_text(text)
    with EditingRight(tmp_path) as right:
        assert right.refusal == (
            "This project can only be looked at: another program is changing it."
        )
