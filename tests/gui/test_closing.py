from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow, QMessageBox

from gui.closing import BOX, may_close
from gui.stage_runs import StageRuns

LONG_MS = 60_000


@pytest.fixture
def window(application, qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    window.show()
    with qtbot.waitExposed(window):
        pass
    return window


@pytest.fixture
def runs(session, project_folder, qtbot):
    runs = StageRuns(session)
    session.open_project(project_folder)
    yield runs
    runs.close()


@pytest.fixture
def running(runs, qtbot):
    with qtbot.waitSignal(runs.progressed, timeout=LONG_MS):
        runs.run_all()
    yield runs
    if runs.is_running:
        with qtbot.waitSignal(runs.idle, timeout=LONG_MS):
            runs.cancel()


def box_of(window):
    return window.findChild(QMessageBox, BOX)


def press(window, qtbot, role):
    (button,) = [b for b in box_of(window).buttons() if box_of(window).buttonRole(b) == role]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_nothing_is_asked_while_nothing_runs(window, runs):
    assert may_close(window, runs)
    assert box_of(window) is None


def test_yes_cancels_and_then_closes(window, running, qtbot):
    done = []
    assert not may_close(window, running, lambda: done.append(running.is_running))
    assert "“Transcode” is running" in box_of(window).text()
    press(window, qtbot, QMessageBox.ButtonRole.AcceptRole)
    qtbot.waitUntil(lambda: bool(done), timeout=3000)
    assert done == [False]


def test_no_keeps_it_running(window, running, qtbot):
    done = []
    assert not may_close(window, running, lambda: done.append(1))
    press(window, qtbot, QMessageBox.ButtonRole.RejectRole)
    assert running.is_running
    assert not running.is_cancelling
    assert done == []


def test_escape_means_no(window, running, qtbot):
    may_close(window, running)
    qtbot.keyClick(box_of(window), Qt.Key.Key_Escape)
    assert not running.is_cancelling


def test_asks_once(window, running):
    may_close(window, running)
    may_close(window, running)
    assert len(window.findChildren(QMessageBox, BOX)) == 1


def test_a_yes_that_comes_after_the_end_closes_at_once(window, running, qtbot):
    done = []
    may_close(window, running, lambda: done.append(1))
    with qtbot.waitSignal(running.idle, timeout=LONG_MS):
        running.cancel()
    assert done == []
    press(window, qtbot, QMessageBox.ButtonRole.AcceptRole)
    assert done == [1]
