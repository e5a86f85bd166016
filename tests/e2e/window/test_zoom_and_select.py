"""From the whole recording to the frames at an edge of an annotation, by mouse and key."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QTableView, QWidget

from core.labelling import UNLABELLED

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(open_window, finished_project, qtbot):
    """The recording has a tone at 2 to 4 s, which is annotated so; frames are 25 ms long."""
    window = open_window(finished_project)
    window.resize(1280, 800)
    time = window.session.time
    qtbot.waitUntil(lambda: time.duration_s == 8.0 and time.end_s == 8.0, timeout=15_000)
    qtbot.waitUntil(lambda: window.media.features is not None, timeout=15_000)
    return window


@pytest.fixture
def waveform(window):
    return window.findChild(QWidget, "waveform")


def _place(waveform, time_s):
    """Where a moment is in the widget, below the names of annotations."""
    rect = waveform.view.sceneBoundingRect()
    x_px = waveform.span().x_px(time_s)
    return QPoint(round(rect.left() + x_px), round(rect.center().y()))


def _wheel(waveform, place, steps, modifiers):
    event = QWheelEvent(
        QPointF(place),
        waveform.mapToGlobal(QPointF(place)),
        QPoint(),
        QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(waveform.viewport(), event)


def test_ctrl_and_wheel_zoom_to_the_frames_at_an_edge(window, waveform, qtbot):
    time = window.session.time
    assert not waveform.frame_item.is_shown
    while time.span_s > 0.4:
        before = waveform.time_at(_place(waveform, 2.0).x())
        _wheel(waveform, _place(waveform, 2.0), 1, CTRL)
        # What is under the mouse stays under the mouse.
        assert waveform.time_at(_place(waveform, before).x()) == pytest.approx(before, abs=0.02)
    assert time.start_s < 2.0 < time.end_s
    qtbot.waitUntil(lambda: waveform.frame_item.is_shown)
    frames = waveform.frame_item.frames
    # The annotation from 2 to 4 s takes in frames 80 to 159 of 200 samples at 8000 Hz; the one
    # before it ends at 1.9 s, with frame 75.
    assert (frames.spec.hop_size, frames.spec.sample_rate) == (200, 8000)
    assert frames.labels[[75, 76, 79, 80, 159, 160]].tolist() == [
        *(0, UNLABELLED, UNLABELLED, 2, 2, UNLABELLED)
    ]
    qtbot.keyClick(waveform, Qt.Key.Key_F)
    assert (time.start_s, time.end_s) == (0.0, 8.0)


def test_a_drag_selects_and_ctrl_e_zooms_to_it(window, waveform, qtbot):
    time, view = window.session.time, waveform.viewport()
    low, high = _place(waveform, 2.0), _place(waveform, 4.0)
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=low)
    qtbot.mouseMove(view, high)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=high)
    assert time.selection == pytest.approx((2.0, 4.0), abs=0.02)
    qtbot.keyClick(window, Qt.Key.Key_E, CTRL)
    assert time.start_s <= time.selection[0] < time.selection[1] <= time.end_s
    assert time.span_s < 3.0


def test_a_row_of_the_table_shows_its_annotation(window, waveform, qtbot):
    time = window.session.time
    time.set_range(7.0, 8.0)
    table = window.findChild(QTableView, "annotationsTable")
    rows = table.model().rowCount()
    row = next(k for k in range(rows) if table.model().index(k, 0).data() == "audible")
    place = table.visualRect(table.model().index(row, 0)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert time.selection == (2.0, 4.0)
    assert time.start_s <= 2.0
    assert time.end_s >= 4.0


def test_a_click_seeks_and_tab_goes_to_the_next_annotation(window, waveform, qtbot):
    time = window.session.time
    qtbot.mouseClick(waveform.viewport(), Qt.MouseButton.LeftButton, pos=_place(waveform, 4.5))
    assert time.playhead_s == pytest.approx(4.5, abs=0.02)
    assert time.selection is None
    qtbot.keyClick(waveform, Qt.Key.Key_Tab)
    assert time.selection == (5.0, 6.0)
    qtbot.keyClick(waveform, Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
    assert time.selection == (2.0, 4.0)
