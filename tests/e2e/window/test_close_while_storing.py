"""Closing while an edit is being stored: it is waited for, and none is lost unsaid."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox

from core.project import open_project
from core.project_annotations import ProjectAnnotations
from gui import closing
from tests.gui.edited_window import open_edited, relabel, wait_idle


@pytest.fixture
def window(open_window, project_folder, qtbot):
    window = open_edited(open_window, project_folder, qtbot)
    window.editing.submit(relabel(0, "audible"))
    wait_idle(window, qtbot)
    return window


def kept(folder):
    """Classes of what is on the disk of the first recording, by their start."""
    everything = ProjectAnnotations(open_project(folder)).store.everything()
    found = [a for a, _ in everything if "rec0" in a.file_name or "rec1" in a.file_name]
    first = min(a.file_name for a in found)
    return [a.label for a in sorted(found, key=lambda a: a.start_s) if a.file_name == first]


@pytest.mark.parametrize("how", ["quit", "close_project"])
def test_every_edit_that_was_asked_for_is_stored(window, qtbot, project_folder, how):
    for place in (0, 1, 2):
        window.editing.submit(relabel(place, "barely" if place < 2 else "inaudible"))
    window.actions_[how].trigger()
    assert window.editing.is_busy
    assert window.session.project is not None
    qtbot.waitUntil(lambda: not window.isVisible() or window.session.project is None)
    assert kept(project_folder) == ["barely", "barely", "inaudible"]


def pids_of_children():
    """Of those that compute, not of a screen that is none."""
    pids = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split()
    return [int(p) for p in pids if b"core.child" in Path(f"/proc/{p}/cmdline").read_bytes()]


def test_what_takes_long_is_asked_about(window, qtbot, monkeypatch, project_folder):
    window._last_edits._patience.setInterval(100)
    window.editing.submit(relabel(0, "barely"))
    # Nothing goes on: as on a disk that does not answer.
    for pid in pids_of_children():
        os.kill(pid, signal.SIGSTOP)
    try:
        window.close()
        qtbot.waitUntil(lambda: window.findChild(QMessageBox, closing.EDIT_BOX) is not None)
        assert window.isVisible()
    finally:
        for pid in pids_of_children():
            os.kill(pid, signal.SIGCONT)
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=20_000)
    assert kept(project_folder)[0] == "barely"
