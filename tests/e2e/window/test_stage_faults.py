"""What goes wrong while a stage runs: one clear sentence, nothing held, nothing lost."""

from __future__ import annotations

import json
import shlex
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

import psutil
import pytest
from PySide6.QtWidgets import QTabWidget

from tests.e2e.conftest import ROOT
from tests.e2e.window.pipeline import (
    LONG_MS,
    dismiss,
    is_free,
    log_of,
    press,
    runs_of,
    state_of,
    wait_until_looked_at,
)


@pytest.fixture
def window(open_window, qtbot, project_folder):
    window = open_window(project_folder)
    wait_until_looked_at(window, qtbot)
    return window


def run_and_fail(window, qtbot, folder, button="runAllButton"):
    """Press a button; what the user is told."""
    errors = window.session.errors
    with qtbot.waitSignal(errors.shown, timeout=LONG_MS) as told:
        press(window, qtbot, button)
    assert not runs_of(window).is_running
    assert is_free(folder)
    dismiss(window)
    return told.args


def test_the_child_is_killed_from_outside(window, qtbot, project_folder):
    runs = runs_of(window)

    def kill(progress):
        if progress.stage == "transcode" and progress.fraction is not None:
            runs.progressed.disconnect(kill)
            psutil.Process(window.session.stages._runner._child.pid).send_signal(signal.SIGKILL)

    runs.progressed.connect(kill)
    message, hint = run_and_fail(window, qtbot, project_folder)
    assert message == "The process of “Transcode” ended by signal SIGKILL"
    assert "what is done is kept" in hint
    assert state_of(window, "transcode").startswith("Failed: The process of “Transcode”")
    assert "Transcode: failed" in log_of(window)
    with qtbot.waitSignal(runs.idle, timeout=LONG_MS):
        press(window, qtbot, "stageRun_transcode")
    with qtbot.waitSignal(runs.overview_changed, timeout=LONG_MS):
        pass
    assert state_of(window, "transcode") == "Fresh"


def test_the_table_of_annotations_is_broken(window, qtbot, project_folder):
    (project_folder.parent / "annotations.csv").write_bytes(b"\x00\xff\xfenot a table")
    message, _hint = run_and_fail(window, qtbot, project_folder)
    assert "annotations.csv" in message
    assert state_of(window, "dataset").startswith("Failed:")
    assert len(list((project_folder / "transcoded").glob("*.wav"))) == 3


def test_another_program_locks_the_database(window, qtbot, project_folder):
    with closing(sqlite3.connect(project_folder.parent / "loudsense.db")) as other:
        other.execute("BEGIN EXCLUSIVE")
        message, hint = run_and_fail(window, qtbot, project_folder)
    assert "is locked by another program" in message
    assert "Close the other program" in hint


def test_a_recording_cannot_be_decoded(window, qtbot, project_folder):
    (project_folder.parent / "audio" / "rec1.wav").write_bytes(b"RIFF and no more")
    runs = runs_of(window)
    with qtbot.waitSignal(runs.idle, timeout=LONG_MS):
        press(window, qtbot, "stageRun_transcode")
    tabs = window.findChild(QTabWidget, "pipelineTabs")
    qtbot.waitUntil(lambda: tabs.tabText(1) == "Left out (1)", timeout=LONG_MS)
    assert "left out: audio/rec1.wav" in log_of(window)
    assert state_of(window, "transcode") == "Fresh"


def test_the_project_file_is_deleted(window, qtbot, project_folder):
    (project_folder / "project.toml").unlink()
    message, _hint = run_and_fail(window, qtbot, project_folder)
    assert "it has no project.toml" in message


def run_on(unshare, project_folder, size, then="true"):
    """What a user is told whose project lies on a small file system of its own."""
    kept, folder = project_folder.parent / "kept.toml", shlex.quote(str(project_folder))
    command = shlex.join([sys.executable, "-m", "tests.e2e.window.one_run", str(project_folder)])
    script = "\n".join(
        [
            f"cp {folder}/project.toml {shlex.quote(str(kept))}",
            f"mount -t tmpfs -o size={size} none {folder} || exit 99",
            f"trap 'umount {folder}' EXIT",
            f"cp {shlex.quote(str(kept))} {folder}/project.toml",
            then.format(folder=folder),
            command,
        ]
    )
    done = subprocess.run(
        [*unshare, "bash", "-c", script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_the_disk_becomes_full(unshare, project_folder):
    told = run_on(unshare, project_folder, "96k")
    assert len(told["shown"]) == 1, told["shown"]
    sentence, hint = told["shown"][0]
    assert sentence.startswith("The disk is full")
    assert "project" in sentence
    assert hint
    assert told["state"].startswith("Failed: The disk is full")
    assert told["is_free"]
    assert not told["sign"]


@pytest.mark.parametrize(
    ("size", "then", "told"),
    [
        ("1M", "mount -o remount,ro {folder}", ("The file system is read-only", "can be written")),
        ("16k", "head -c 12k /dev/zero > {folder}/other", ("The disk is full", "Free some space")),
    ],
)
def test_where_nothing_can_be_written_a_project_is_looked_at(
    unshare, project_folder, size, then, told
):
    message, hint = told
    shown = run_on(unshare, project_folder, size, then)
    why = shown["sign"].removeprefix("! ")
    assert why.startswith(f"This project can only be looked at. {message}: {project_folder}")
    assert hint in why
    # Nothing can be started that would fail, and the button says why.
    assert why in shown["why_not_run"]
    assert shown["shown"] == []
    assert not shown["state"].startswith("Failed")
