"""How many errors have which score: bars, of which one can be chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QPainter
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent

    from gui.theme import PlotColors

SMALLEST = QSize(60, 22)
SHORTEST_PX = 2.0
"""Of a bar that counts anything: one error is seen beside ten thousand."""


class ScoreHistogram(QWidget):
    """Bars for the bins of a score from 0 to 1; a click chooses a bin, another one lets it go."""

    bin_chosen = Signal(int)
    """Its place, or -1."""

    def __init__(self, colors: PlotColors, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: tuple[int, ...] = ()
        self._chosen = -1
        self._colors = colors
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Errors by score")

    @property
    def counts(self) -> tuple[int, ...]:
        """Errors of each bin."""
        return self._counts

    @property
    def chosen(self) -> int:
        """The bin that is chosen, or -1."""
        return self._chosen

    def show_counts(self, counts: Sequence[int]) -> None:
        """Show other errors."""
        self._counts = tuple(counts)
        self.update()

    def choose(self, place: int) -> None:
        """Mark a bin, or with -1 none, without a word to anybody."""
        self._chosen = place
        self.update()

    def set_colors(self, colors: PlotColors) -> None:
        """Take the colours of a light or a dark window."""
        self._colors = colors
        self.update()

    def sizeHint(self) -> QSize:
        """As small as it may be."""
        return SMALLEST

    def minimumSizeHint(self) -> QSize:
        """As small as it may be."""
        return SMALLEST

    def in_words(self, place: int) -> str:
        """A bin as a sentence."""
        n, n_bins = self._counts[place], len(self._counts)
        low, high = place / n_bins, (place + 1) / n_bins
        return f"{n:,} error{'' if n == 1 else 's'} with a score from {low:.2f} to {high:.2f}"

    def event(self, event: QEvent) -> bool:
        """Tell what a bar counts."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            place = self._place(event.x())
            text = self.in_words(place) if place >= 0 else ""
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the bin below the mouse, or let it go."""
        place = self._place(event.position().x())
        if event.button() == Qt.MouseButton.LeftButton and place >= 0:
            self._tell(-1 if place == self._chosen else place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right choose a neighbour."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if not step or not self._counts:
            super().keyPressEvent(event)
            return
        start = self._chosen if self._chosen >= 0 else len(self._counts) - 1 - (step > 0)
        self._tell(min(max(start + step, 0), len(self._counts) - 1))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the bars over a line."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._colors.background)
        n_bins, most = len(self._counts), max(self._counts, default=0)
        width, height = self.width() / max(n_bins, 1), self.height() - 1
        for k, n in enumerate(self._counts):
            color = self._colors.playhead if k == self._chosen else self._colors.waveform
            if k == self._chosen:
                painter.fillRect(QRectF(k * width, 0, width, height), self._colors.selection)
            bar = max(SHORTEST_PX, n / most * (height - 1)) if n else 0.0
            painter.fillRect(QRectF(k * width + 0.5, height - bar, width - 1, bar), color)
        line = self._colors.cursor if self.hasFocus() else self._colors.grid
        painter.fillRect(QRectF(0, height, self.width(), 1), line)

    def _tell(self, place: int) -> None:
        self.choose(place)
        self.bin_chosen.emit(place)

    def _place(self, x: float) -> int:
        n_bins = len(self._counts)
        place = int(x / max(self.width(), 1) * n_bins)
        return place if 0 <= place < n_bins else -1
