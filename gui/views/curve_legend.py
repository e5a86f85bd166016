"""What the lines beside it mean: a sample of each, in its colour and its style."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent, QResizeEvent

SAMPLE_PX = 30
GAP_PX = 5
BETWEEN_PX = 14
MARKER_PX = 3.0
LINE_WIDTH_PX = 2


@dataclass(frozen=True)
class Entry:
    """A line and its meaning."""

    text: str
    color: QColor
    style: Qt.PenStyle = Qt.PenStyle.SolidLine
    marked: bool = False
    """Whether circles lie on the line."""


class CurveLegend(QWidget):
    """Entries one after the other, over as many rows as they need."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("curveLegend")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.entries: tuple[Entry, ...] = ()

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Explain other lines."""
        if tuple(entries) == self.entries:
            return
        self.entries = tuple(entries)
        self.setAccessibleName(", ".join(entry.text for entry in entries))
        self._fit()
        self.update()

    def sizeHint(self) -> QSize:
        """As many rows as the width makes necessary."""
        rows = 1 + max((row for row, _ in self._places()), default=0)
        return QSize(100, rows * self._row_px())

    def minimumSizeHint(self) -> QSize:
        """As `sizeHint`."""
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the rows anew."""
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the samples and their texts."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height = self._row_px()
        for entry, (row, x) in zip(self.entries, self._places(), strict=True):
            middle = (row + 0.5) * height
            painter.setPen(QPen(entry.color, LINE_WIDTH_PX, entry.style))
            painter.drawLine(QPointF(x, middle), QPointF(x + SAMPLE_PX, middle))
            if entry.marked:
                painter.setPen(QPen(entry.color, 1.5))
                painter.setBrush(self.palette().color(self.backgroundRole()))
                painter.drawEllipse(QPointF(x + SAMPLE_PX / 2, middle), MARKER_PX, MARKER_PX)
            painter.setPen(self.palette().color(self.foregroundRole()))
            place = QRectF(x + SAMPLE_PX + GAP_PX, row * height, self.width(), height)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, entry.text)
        painter.end()

    def _places(self) -> list[tuple[int, float]]:
        """Row and left edge of each entry."""
        metrics = QFontMetrics(self.font())
        places: list[tuple[int, float]] = []
        row, x = 0, 0.0
        for entry in self.entries:
            width = SAMPLE_PX + GAP_PX + metrics.horizontalAdvance(entry.text)
            if x and x + width > self.width():
                row, x = row + 1, 0.0
            places.append((row, x))
            x += width + BETWEEN_PX
        return places

    def _row_px(self) -> int:
        return QFontMetrics(self.font()).height() + 2

    def _fit(self) -> None:
        self.setFixedHeight(self.sizeHint().height())
