"""Find a recording in the library by typing, open it, and go on to the next by key."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QTableView


def _names(table):
    return [table.model().index(row, 1).data() for row in range(table.model().rowCount())]


def _opened(window):
    recording = window.session.recording
    return recording.name if recording else None


def test_filter_select_and_go_on(open_window, project_folder, qtbot):
    window = open_window(project_folder)
    table = window.findChild(QTableView, "recordingsTable")
    field = window.findChild(QLineEdit, "recordingsFilter")
    qtbot.waitUntil(lambda: len(_names(table)) == 5, timeout=15_000)
    qtbot.waitUntil(lambda: _opened(window) == "rec0.flac", timeout=15_000)
    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert field.hasFocus()
    QTest.keyClicks(field, "wav")
    qtbot.waitUntil(lambda: _names(table) == ["rec1.wav", "rec3.wav"], timeout=15_000)
    place = table.visualRect(table.model().index(0, 1)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: _opened(window) == "rec1.wav", timeout=15_000)
    qtbot.waitUntil(window.actions_["next_recording"].isEnabled)
    QTest.keyClick(window, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: _opened(window) == "rec3.wav", timeout=15_000)
