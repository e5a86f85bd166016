"""Bars of how many labelled frames of each class would be learnt from, and checked with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.class_balance import SIDES
from gui.theme import class_color

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from core.class_balance import ClassBalance
    from gui.theme import PlotColors

TITLES = ("Training", "Validation")
GAP_PX = 8
BAR_SHARE = 0.7
SHORTEST_BAR_PX = 2
LONGEST_NAME_PX = 110


class ClassBalanceView(QWidget):
    """A row for each class; in each a bar and a number for either side.

    The bars of a side are drawn in proportion to its most frequent class, so that the small side
    can be read, too.
    """

    def __init__(self, colors: PlotColors, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("classBalance")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._colors = colors
        self.balance: ClassBalance | None = None

    def show_balance(self, balance: ClassBalance | None) -> None:
        """Show other counts, or none."""
        self.balance = balance
        self.setAccessibleName(" ".join(self.sentences()))
        self.setToolTip("\n".join(self.sentences()))
        self.updateGeometry()
        self.update()

    def set_colors(self, colors: PlotColors) -> None:
        """Take the colours of the theme."""
        self._colors = colors
        self.update()

    def sentences(self) -> list[str]:
        """The counts in words, one side after the other."""
        if self.balance is None:
            return []
        lines: list[str] = []
        for side, title in zip(SIDES, TITLES, strict=True):
            counts = ", ".join(f"{n:,} {name}" for name, n in self.balance.counts[side].items())
            n = self.balance.n_recordings[side]
            lines.append(f"{title}: {n:,} recording{'' if n == 1 else 's'}, {counts}.")
        return lines

    def sizeHint(self) -> QSize:
        """A row for each class, and one above."""
        rows = 1 + len(self.balance.classes) if self.balance else 0
        return QSize(220, rows * self._row_px())

    def minimumSizeHint(self) -> QSize:
        """As high, but narrow."""
        return QSize(150, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw."""
        balance = self.balance
        if balance is None:
            return
        painter = QPainter(self)
        metrics, height = QFontMetrics(self.font()), self._row_px()
        names = max(metrics.horizontalAdvance(name) for name in balance.classes)
        left = min(names + 2, LONGEST_NAME_PX) + GAP_PX
        width = (self.width() - left - GAP_PX) / 2
        for k, name in enumerate(balance.classes):
            painter.setPen(self.palette().color(self.foregroundRole()))
            place = QRectF(0, (k + 1) * height, left - GAP_PX, height)
            text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, round(place.width()))
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, text)
        for k, side in enumerate(SIDES):
            self._draw_side(painter, k, side, QRectF(left + k * (width + GAP_PX), 0, width, height))
        painter.end()

    def _draw_side(self, painter: QPainter, k: int, side: str, head: QRectF) -> None:
        balance = self.balance
        assert balance is not None  # noqa: S101  asked before
        painter.setPen(self.palette().color(self.foregroundRole()))
        metrics, n_recordings = QFontMetrics(self.font()), f"{balance.n_recordings[side]:,}"
        title = f"{TITLES[k]}, {n_recordings} recordings"
        if metrics.horizontalAdvance(title) > head.width():
            title = f"{TITLES[k]} ({n_recordings})"
        title = metrics.elidedText(title, Qt.TextElideMode.ElideRight, round(head.width()))
        painter.drawText(head, Qt.AlignmentFlag.AlignVCenter, title)
        counts = list(balance.counts[side].values())
        most = max(1, *counts)
        numbers = max(metrics.horizontalAdvance(f"{n:,}") for n in counts) + GAP_PX / 2
        room = max(0.0, head.width() - numbers)
        thickness = BAR_SHARE * head.height()
        for row, n in enumerate(counts):
            top = (row + 1) * head.height()
            length = max(SHORTEST_BAR_PX, room * n / most) if n else 0.0
            bar = QRectF(head.left(), top + (head.height() - thickness) / 2, length, thickness)
            painter.fillRect(bar, class_color(row, len(counts), self._colors))
            place = QRectF(bar.right() + GAP_PX / 2, top, numbers, head.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, f"{n:,}")

    def _row_px(self) -> int:
        return QFontMetrics(self.font()).height() + 2
