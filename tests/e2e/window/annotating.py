"""Annotating as a user does it: by mouse and key, in a window with a recording of 8 s.

It is annotated at 0.1 to 1.9 s (inaudible), 2 to 4 s (audible) and 5 to 6 s (barely).
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTableView

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
STRIP_Y = 8
WAVE_Y = 60
A_PIXEL_S = 0.02


class Annotator:
    """A window, and hands."""

    def __init__(self, window, qtbot):
        self.window, self.qtbot = window, qtbot
        self.waveform = window.recording.waveform
        self.table = window.findChild(QTableView, "annotationsTable")

    @property
    def annotations(self):
        """Start, end and class of what is drawn, rounded to what a pixel can tell."""
        details = self.window.media.details
        found = details.annotations if details else ()
        return [(round(a.start_s, 6), round(a.end_s, 6), details.classes[a.target]) for a in found]

    @property
    def chosen(self):
        return [(a.start_s, a.end_s) for a in self.window.session.choice.annotations]

    def place(self, time_s, y=STRIP_Y):
        rect = self.waveform.view.sceneBoundingRect()
        x = self.waveform.span().x_px(time_s)
        return QPoint(round(rect.left() + x), round(rect.top() + y))

    def press(self, time_s, modifiers=NONE, y=STRIP_Y):
        QTest.mousePress(self.waveform.viewport(), LEFT, modifiers, self.place(time_s, y))

    def move(self, time_s, modifiers=NONE, y=STRIP_Y):
        place = QPointF(self.place(time_s, y))
        where = self.waveform.viewport().mapToGlobal(place)
        button = Qt.MouseButton.NoButton
        event = QMouseEvent(QEvent.Type.MouseMove, place, where, button, LEFT, modifiers)
        QApplication.sendEvent(self.waveform.viewport(), event)

    def release(self, time_s, modifiers=NONE, y=STRIP_Y):
        QTest.mouseRelease(self.waveform.viewport(), LEFT, modifiers, self.place(time_s, y))

    def drag(self, start_s, end_s, modifiers=NONE, y=STRIP_Y):
        self.press(start_s, modifiers, y)
        self.move((start_s + end_s) / 2, modifiers, y)
        self.move(end_s, modifiers, y)
        self.release(end_s, modifiers, y)

    def click(self, time_s, modifiers=NONE, y=STRIP_Y):
        QTest.mouseClick(self.waveform.viewport(), LEFT, modifiers, self.place(time_s, y))

    def key(self, key, modifiers=NONE):
        if not self.window.isActiveWindow():
            # A dialog was in front.
            with self.qtbot.waitActive(self.window):
                self.window.activateWindow()
        QTest.keyClick(self.waveform, key, modifiers)

    def wait(self, until):
        self.qtbot.waitUntil(until, timeout=15_000)

    def wait_for(self, n):
        """Until there are so many annotations, and nothing is on its way."""
        self.wait(lambda: len(self.annotations) == n and not self.window.editing.is_busy)

    def settle(self):
        self.wait(lambda: not self.window.editing.is_busy)


def open_annotator(open_window, project_folder, qtbot):
    """Open the first recording."""
    window = open_window(project_folder)
    time, media = window.session.time, window.media
    qtbot.waitUntil(lambda: time.end_s == 8.0 and media.details is not None, timeout=15_000)
    qtbot.waitUntil(lambda: media.original is not None, timeout=15_000)
    window.recording.waveform.setFocus()
    return Annotator(window, qtbot)
