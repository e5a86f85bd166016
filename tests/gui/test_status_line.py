from __future__ import annotations

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStatusBar

from gui import status_line
from gui.stage_progress import StageProgress
from gui.status_line import StatusLine


class Runs(QObject):
    progressed = Signal(object)
    idle = Signal()


@pytest.fixture
def line(session, qtbot, monkeypatch):
    monkeypatch.setattr(status_line, "SHOWN_MS", 50)
    bar = QStatusBar()
    qtbot.addWidget(bar)
    line = StatusLine(session, Runs(session), bar)
    line.runs, line.bar = session.findChild(Runs), bar
    return line


def test_what_is_said_is_shown_for_a_while(line, session, qtbot):
    session.say("That was the first annotation.")
    assert line._said.text() == "That was the first annotation."
    qtbot.waitUntil(lambda: line._said.text() == "", timeout=2000)


def test_another_project_makes_it_void(line, session, monkeypatch):
    session.say("Train: done in 3 s.")
    session.project_changed.emit(None)
    assert line._said.text() == ""


def test_what_runs_is_seen_until_nothing_does(line):
    line.runs.progressed.emit(StageProgress("train", 0.4, "Epoch 4", time_left="at most 20 s left"))
    assert line._running.text() == "Train, 40%, at most 20 s left"
    line.runs.progressed.emit(StageProgress("train", None, "Starting TensorFlow"))
    assert line._running.text() == "Train, Starting TensorFlow"
    line.runs.idle.emit()
    assert line._running.text() == ""


def test_what_is_said_once_the_session_has_ended_starts_nothing(line, session):
    session.closing.emit()
    session.say("An edit was stored.")
    assert line._said.text() == ""
    assert not line._timer.isActive()


def test_what_is_no_longer_so_is_taken_back_unless_something_else_was_said(line, session):
    session.say("The playhead is not inside an annotation.")
    session.unsay("The playhead is not inside an annotation.")
    assert line._said.text() == ""
    session.say("Train: done in 3 s.")
    session.unsay("The playhead is not inside an annotation.")
    assert line._said.text() == "Train: done in 3 s."
