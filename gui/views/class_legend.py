"""The classes by name, each with its colour and its kind of line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from gui.theme import class_color

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from gui.theme import PlotColors

DASHES_PX = ((1, 0), (6, 4), (2, 3))
"""Drawn and left out: the loudest class is a whole line, quieter ones are broken."""

_SWATCH_PX, _GAP_PX = 18, 8


class ClassLegend(QWidget):
    """The classes by name, with colour and kind of line."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("classLegend")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._classes: tuple[str, ...] = ()
        self._colors: PlotColors | None = None

    @property
    def classes(self) -> tuple[str, ...]:
        """What it lists."""
        return self._classes

    def show_classes(self, classes: tuple[str, ...], colors: PlotColors) -> None:
        """List others."""
        self._classes, self._colors = classes, colors
        self.resize(self.sizeHint())
        self.update()

    def sizeHint(self) -> QSize:
        """Room for all names."""
        metrics = self.fontMetrics()
        widths = [_SWATCH_PX + _GAP_PX * 2 + metrics.horizontalAdvance(c) for c in self._classes]
        return QSize(sum(widths) + _GAP_PX, metrics.height() + 4)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  all is drawn
        """Draw a piece of line and the name of each."""
        if self._colors is None:
            return
        painter = QPainter(self)
        background = QColor(self._colors.background)
        background.setAlpha(200)
        painter.fillRect(self.rect(), background)
        x, middle, metrics = _GAP_PX, self.height() // 2, painter.fontMetrics()
        for target, name in enumerate(self._classes):
            color = class_color(target, len(self._classes), self._colors)
            drawn, left_out = dash_of(target, len(self._classes))
            pen = QPen(color, 3)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            if left_out:
                pen.setDashPattern([drawn / 3, left_out / 3])
            painter.setPen(pen)
            painter.drawLine(x, middle, x + _SWATCH_PX, middle)
            painter.setPen(self._colors.foreground)
            x += _SWATCH_PX + _GAP_PX // 2
            painter.drawText(x, middle + metrics.ascent() // 2 - 1, name)
            x += metrics.horizontalAdvance(name) + _GAP_PX * 3 // 2
        painter.end()


def dash_of(target: int, n_classes: int) -> tuple[int, int]:
    """Pixels of a class's line that are drawn and left out, in turns."""
    return DASHES_PX[(n_classes - 1 - target) % len(DASHES_PX)]
