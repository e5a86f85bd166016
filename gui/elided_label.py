"""A label that never asks for more room than it has: what does not fit ends in dots."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QSizePolicy, QWidget


class ElidedLabel(QWidget):
    """Text over a given number of lines; the whole of it is the tool-tip if it does not fit."""

    def __init__(self, text: str = "", *, n_lines: int = 1, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self._tip = ""
        self._n_lines = n_lines
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def text(self) -> str:
        """The whole text."""
        return self._text

    def setText(self, text: str, *, tip: str = "") -> None:
        """Show another text; the tool-tip, if another one is given, is shown in any case."""
        if (text, tip) == (self._text, self._tip):
            return
        self._text, self._tip = text, tip
        self.setToolTip(tip or text)
        self.setAccessibleName(text)
        self.update()

    def sizeHint(self) -> QSize:
        """The lines' height; the width is given by whoever lays it out."""
        return QSize(10, self._n_lines * QFontMetrics(self.font()).lineSpacing())

    def minimumSizeHint(self) -> QSize:
        """As `sizeHint`."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the lines."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        metrics = QFontMetrics(self.font())
        width, height = self.width(), metrics.lineSpacing()
        y, left = 0.0, self._n_lines
        for paragraph in self._text.split("\n")[: self._n_lines]:
            lines = _broken(paragraph, self, width)
            for k, (start, length) in enumerate(lines[:left]):
                is_last = left == 1 or k == len(lines) - 1
                rest = paragraph[start:] if is_last else paragraph[start : start + length]
                shown = metrics.elidedText(rest.rstrip(), Qt.TextElideMode.ElideRight, width)
                painter.drawText(QPointF(0, y + metrics.ascent()), shown)
                y += height
                left -= 1
            if not left:
                break


def _broken(text: str, widget: QWidget, width_px: int) -> list[tuple[int, int]]:
    """Start and length of each line of a paragraph."""
    layout = QTextLayout(text, widget.font())
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    lines: list[tuple[int, int]] = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width_px)
        lines.append((line.textStart(), line.textLength()))
    layout.endLayout()
    return lines or [(0, 0)]
