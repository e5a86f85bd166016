from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QMainWindow, QMessageBox

from gui.closing import BOX, EDIT_BOX, LastEdits, may_close
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


class PretendedEditing(QObject):
    settled = Signal()
    is_busy = True

    def give_up(self):
        self.is_busy = False


def test_what_to_do_with_an_edit_is_asked_again_however_the_question_was_closed(
    window, session, qtbot
):
    editing, done = PretendedEditing(window), []
    last = LastEdits(window, session, editing)
    last._patience.setInterval(10)
    assert not last.are_stored(lambda: done.append(1))

    def asked():
        return window.findChild(QMessageBox, EDIT_BOX)

    qtbot.waitUntil(lambda: asked() is not None)
    first = SimpleNamespace(has_gone=False)
    asked().destroyed.connect(lambda: setattr(first, "has_gone", True))
    asked().close()
    qtbot.waitUntil(lambda: first.has_gone)
    qtbot.waitUntil(lambda: asked() is not None)
    (lose,) = [b for b in asked().buttons() if "without" in b.text()]
    qtbot.mouseClick(lose, Qt.MouseButton.LeftButton)
    assert done == [1]
    assert not last._patience.isActive()
