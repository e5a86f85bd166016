"""Closed and opened again, the window stands where it stood."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget

from gui.window_state import last_project


@pytest.fixture
def left(open_window, project_folder, qtbot):
    """A window with the third recording open, zoomed in, a part selected; then closed."""
    window = open_window(project_folder)
    qtbot.waitUntil(lambda: window.session.recording is not None, timeout=10_000)
    for name in ("rec1.wav", "rec2.flac"):
        qtbot.keyClick(window, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda n=name: window.session.recording.name == n, timeout=10_000)
    qtbot.waitUntil(window.actions_["zoom_in"].isEnabled, timeout=10_000)
    qtbot.waitUntil(lambda: window.session.time.duration_s == 8.0, timeout=10_000)
    waveform = window.findChild(QWidget, "waveform")
    waveform.setFocus()
    for _ in range(3):
        qtbot.keyClick(waveform, Qt.Key.Key_Plus)
    y = waveform.height() // 2
    places = [QPoint(waveform.width() // 3, y), QPoint(waveform.width() // 2, y)]
    target = waveform.viewport() if hasattr(waveform, "viewport") else waveform
    qtbot.mousePress(target, Qt.MouseButton.LeftButton, pos=places[0])
    qtbot.mouseMove(target, places[1])
    qtbot.mouseRelease(target, Qt.MouseButton.LeftButton, pos=places[1])
    time = window.session.time
    assert time.selection is not None
    kept = (time.start_s, time.end_s, time.selection)
    window.docks.every[1].close()
    window.close()
    return kept


def test_recording_zoom_selection_and_docks_come_back(left, open_window, project_folder, qtbot):
    assert last_project() == project_folder
    window = open_window(last_project())
    time = window.session.time
    qtbot.waitUntil(lambda: time.duration_s == 8.0, timeout=10_000)
    assert window.session.recording.name == "rec2.flac"
    assert (time.start_s, time.end_s, time.selection) == left
    assert [dock.isVisible() for dock in window.docks.every] == [
        True,
        False,
        *[True] * (len(window.docks.every) - 2),
    ]
