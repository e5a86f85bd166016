"""Closing while a stage runs: asks; yes cancels, waits and closes, no lets it go on."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from tests.e2e.window.pipeline import (
    LONG_MS,
    PATIENT_MS,
    is_free,
    press,
    runs_of,
    wait_until_looked_at,
)


@pytest.fixture
def running(open_window, qtbot, project_folder):
    window = open_window(project_folder)
    wait_until_looked_at(window, qtbot)
    with qtbot.waitSignal(runs_of(window).progressed, timeout=LONG_MS):
        press(window, qtbot, "runAllButton")
    return window


def answer(window, qtbot, role):
    box = window.findChild(QMessageBox, "closeBox")
    (button,) = [b for b in box.buttons() if box.buttonRole(b) is role]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_yes_cancels_and_closes(running, qtbot, project_folder):
    running.close()
    assert running.isVisible()
    answer(running, qtbot, QMessageBox.ButtonRole.AcceptRole)
    qtbot.waitUntil(lambda: not running.isVisible(), timeout=PATIENT_MS)
    assert is_free(project_folder)


def test_no_goes_on(running, qtbot):
    running.close()
    answer(running, qtbot, QMessageBox.ButtonRole.RejectRole)
    assert running.isVisible()
    assert runs_of(running).is_running
    with qtbot.waitSignal(runs_of(running).idle, timeout=PATIENT_MS):
        press(running, qtbot, "cancelButton")


def test_closing_the_project_asks_too(running, qtbot):
    running.actions_["close_project"].trigger()
    assert running.session.project is not None
    answer(running, qtbot, QMessageBox.ButtonRole.AcceptRole)
    qtbot.waitUntil(lambda: running.session.project is None, timeout=PATIENT_MS)
    assert running.isVisible()


def test_nothing_is_asked_when_nothing_runs(open_window, qtbot, project_folder):
    window = open_window(project_folder)
    window.close()
    assert not window.isVisible()
