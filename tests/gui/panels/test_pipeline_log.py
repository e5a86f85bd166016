from __future__ import annotations

import logging

import pytest
import shiboken6 as shiboken
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton

from core.errors import LoudnessError
from gui.errors import ErrorDoor
from gui.panels.pipeline_log import LOGGER, LogPage


@pytest.fixture
def log(application, qtbot):
    page = LogPage()
    qtbot.addWidget(page)
    page.show()
    return page


def test_shows_lines_with_their_time(log):
    logging.getLogger(LOGGER).info("transcode: done")
    time, _, text = log.text.toPlainText().partition("  ")
    assert text == "transcode: done"
    assert len(time.split(":")) == 3


def test_a_bug_is_there_with_its_traceback(log, qtbot):
    door = ErrorDoor(log)
    with pytest.raises(ZeroDivisionError) as caught:
        1 / 0  # noqa: B018  the error is what is wanted
    door.show(caught.value)
    assert "test_pipeline_log.py" in log.text.toPlainText()
    door.show(LoudnessError("The disk is full", hint="Free some space."))
    assert "The disk is full Free some space." in log.text.toPlainText()
    for box in door.boxes:
        box.close()


def test_can_be_copied(log, qtbot):
    logging.getLogger(LOGGER).info("a\udcff.wav")
    button = log.findChild(QPushButton, "logCopy")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert "a\\udcff.wav" in QGuiApplication.clipboard().text()


def test_listens_no_longer_than_it_lives(application):
    before = list(logging.getLogger(LOGGER).handlers)
    page = LogPage()
    assert len(logging.getLogger(LOGGER).handlers) == len(before) + 1
    shiboken.delete(page)
    assert logging.getLogger(LOGGER).handlers == before
