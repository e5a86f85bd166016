"""The times below the strips."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.views.pane import LEFT_AXIS_PX, turn_wheel
from gui.views.pixels import Span
from gui.views.time_text import decimals_for, tick_step_s, time_text

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QPaintEvent, QWheelEvent

    from gui.theme import PlotColors
    from gui.views.time_axis import TimeAxis

TICK_PX = 5
ROOM_PX = 24
PARTS = 5


class TimeRuler(QWidget):
    """Round times at the places at which all strips show them; the mouse does as in those."""

    def __init__(self, time: TimeAxis, colors: PlotColors) -> None:
        super().__init__()
        self.setObjectName("timeRuler")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.time = time
        self.colors = colors
        time.range_changed.connect(lambda *_: self.update())

    def set_colors(self, colors: PlotColors) -> None:
        """Take the colours of the theme."""
        self.colors = colors
        self.update()

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(400, QFontMetrics(self.font()).height() + TICK_PX + 3)

    def span(self) -> Span:
        """What is in view, and over how many pixels."""
        width = max(1, self.width() - LEFT_AXIS_PX)
        return Span(self.time.start_s, self.time.end_s, width)

    def time_at(self, x_px: float) -> float:
        """Time at a place in the widget."""
        return float(self.span().time_s(x_px - LEFT_AXIS_PX))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom with Ctrl, else go along."""
        turn_wheel(self.time, event, self.time_at(event.position().x()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Seek."""
        x_px = event.position().x()
        if event.button() == Qt.MouseButton.LeftButton and x_px >= LEFT_AXIS_PX:
            self.time.clear_selection()
            self.time.request_seek(self.time_at(x_px))
        event.accept()

    def ticks_s(self) -> tuple[list[float], float]:
        """Times that are written, and their step."""
        span = self.span()
        metrics = QFontMetrics(self.font())
        step_s = 1.0
        for decimals in (0, 6):
            # How many fit hangs on how long they are, and that on how many there are.
            if decimals:
                decimals = decimals_for(step_s)  # noqa: PLW2901  it is only a first guess
            room_px = metrics.horizontalAdvance(time_text(span.end_s, decimals)) + ROOM_PX
            step_s = tick_step_s(span.end_s - span.start_s, span.width_px // room_px)
        first = math.ceil(span.start_s / step_s - 1e-9)
        last = math.floor(span.end_s / step_s + 1e-9)
        return [k * step_s for k in range(first, last + 1)], step_s

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw ticks and times."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.colors.background)
        if not self.time.duration_s:
            painter.end()
            return
        span = self.span()
        ticks, step_s = self.ticks_s()
        decimals = decimals_for(step_s)
        metrics = QFontMetrics(self.font())
        base = TICK_PX + metrics.ascent() + 1
        painter.setPen(self.colors.foreground)
        for time_s in ticks:
            x = LEFT_AXIS_PX + math.floor(float(span.x_px(time_s))) + 0.5
            painter.drawLine(QPointF(x, 0), QPointF(x, TICK_PX))
            text = time_text(time_s, decimals)
            width = metrics.horizontalAdvance(text)
            left = min(max(x - width / 2, LEFT_AXIS_PX), self.width() - width - 2)
            painter.drawText(QPointF(left, base), text)
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(0, 0, LEFT_AXIS_PX - 6, self.height(), flags, "Time")
        painter.end()
