"""The pipeline panel as a user has it: found by name, pressed by mouse."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QPlainTextEdit, QPushButton, QToolButton, QWidget

from core.errors import ProjectLockedError
from core.folder_lock import writing_to

LONG_MS = 90_000
PATIENT_MS = 3_000


def press(window, qtbot, name):
    """Click a button by its name."""
    for kind in (QPushButton, QToolButton):
        button = window.findChild(kind, name)
        if button is not None:
            break
    assert button.isEnabled(), name
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def runs_of(window):
    return window.findChild(QWidget, "pipelinePanel").runs


def wait_until_looked_at(window, qtbot):
    """Until the stages of the open project are known."""
    qtbot.waitUntil(lambda: runs_of(window).overview is not None, timeout=LONG_MS)


def state_of(window, stage):
    return window.findChild(QWidget, "pipelinePanel").cards[stage].state_text


def log_of(window):
    return window.findChild(QPlainTextEdit, "pipelineLog").toPlainText()


def is_free(folder):
    """Whether nobody holds the project."""
    try:
        with writing_to(folder):
            return True
    except ProjectLockedError:
        return False


def dismiss(window):
    """Close the boxes of errors; what they said."""
    boxes = [b for b in window.findChildren(QMessageBox) if b.objectName() != "closeBox"]
    texts = [box.text() for box in boxes if box.isVisible()]
    for box in boxes:
        box.close()
    return texts
