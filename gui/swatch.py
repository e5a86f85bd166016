"""A small square of a class's colour, for lists and tables."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

SWATCH_PX = 12


def swatch(color: QColor) -> QPixmap:
    """A small square of a class's colour."""
    pixmap = QPixmap(QSize(SWATCH_PX, SWATCH_PX))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setPen(color.darker(130))
    painter.setBrush(color)
    painter.drawRoundedRect(1, 1, SWATCH_PX - 3, SWATCH_PX - 3, 2, 2)
    painter.end()
    return pixmap
