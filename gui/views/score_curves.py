"""Precision and recall of each class, and what a threshold would change, as curves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGraphicsView, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gui.theme import class_color

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gui.theme import PlotColors

LINE_PX = 2
MARGIN = 0.05
TICKS = tuple((k / 5, f"{k / 5:g}") for k in range(6))
LEFT_AXIS_PX = 44
STYLES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine)
"""Of precision, recall and F1, so that they are told apart without colour."""


class CurvePlot(pg.PlotWidget):
    """Curves from 0 to 1 over 0 to 1; the mouse moves nothing."""

    def __init__(self, *, x: str, y: str, colors: PlotColors) -> None:
        super().__init__(background=colors.background.name(), enableMenu=False)
        # pyqtgraph's own types say less than is true.
        self.plot: Any = self.getPlotItem()
        self.plot.hideButtons()
        self.plot.setLabel("bottom", x)
        self.plot.setLabel("left", y)
        self.plot.getAxis("left").setWidth(LEFT_AXIS_PX)
        for side in ("left", "bottom"):
            self.plot.getAxis(side).setTicks([TICKS])
            # In a low dock, 0 and 1 reach beyond the axis by half of their height.
            self.plot.getAxis(side).setStyle(hideOverlappingLabels=False)
        self.plot.showGrid(x=True, y=True, alpha=0.25)
        view = self.plot.getViewBox()
        view.setMouseEnabled(x=False, y=False)
        view.disableAutoRange()
        view.setRange(xRange=(0, 1), yRange=(0, 1), padding=MARGIN)

    def set_colors(self, colors: PlotColors) -> None:
        """Take the colours of the theme."""
        self.setBackground(colors.background)
        for side in ("left", "bottom"):
            axis = self.plot.getAxis(side)
            axis.setPen(colors.foreground)
            axis.setTextPen(colors.foreground)

    def draw(self, points: Sequence[tuple[list[float], list[float], Any]]) -> None:
        """Draw curves: of each the places along and up, and its pen."""
        self.plot.clear()
        for along, up, pen in points:
            self.plot.plot(along, up, pen=pen, antialias=True)

    def close(self) -> bool:  # pyright: ignore[reportIncompatibleMethodOverride]  as QWidget has it
        """As any widget does: pyqtgraph's own empties the scene under its items' feet."""
        return QGraphicsView.close(self)


class ScoreCurves(QWidget):
    """Both plots of a split, side by side, each with a line that tells its colours."""

    def __init__(self, colors: PlotColors, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("scoreCurves")
        self._colors = colors
        self._classes: tuple[str, ...] = ()
        self._curves: dict[str, Any] = {}
        self.precision_recall = CurvePlot(x="Recall", y="Precision", colors=colors)
        self.thresholds = CurvePlot(x="Threshold", y="Score", colors=colors)
        self._keys = QLabel(), QLabel()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(4, 2, 4, 2)
        layout.setSpacing(8)
        for key, plot in zip(self._keys, (self.precision_recall, self.thresholds), strict=True):
            key.setTextFormat(Qt.TextFormat.RichText)
            column = QVBoxLayout()
            column.setSpacing(1)
            column.addWidget(key)
            column.addWidget(plot, 1)
            layout.addLayout(column, 1)
        self.set_colors(colors)

    def show_curves(self, classes: Sequence[str], curves: dict[str, Any]) -> None:
        """Show those of another split."""
        self._classes, self._curves = tuple(classes), curves
        self._draw()

    def set_colors(self, colors: PlotColors) -> None:
        """Take the colours of a light or a dark window."""
        self._colors = colors
        for plot in (self.precision_recall, self.thresholds):
            plot.set_colors(colors)
        self._draw()

    @property
    def texts(self) -> tuple[str, str]:
        """What the lines above the plots tell."""
        return self._keys[0].text(), self._keys[1].text()

    def _draw(self) -> None:
        self._draw_precision_recall()
        self._draw_thresholds()

    def _draw_precision_recall(self) -> None:
        points: list[Any] = []
        words: list[str] = []
        known = self._curves.get("precision_recall", {})
        for k, name in enumerate(self._classes):
            curve = known.get(name)
            if curve is None:
                words.append(f"{_safe(name)} \N{EN DASH}")
                continue
            color = class_color(k, len(self._classes), self._colors)
            points.append((curve["recall"], curve["precision"], pg.mkPen(color, width=LINE_PX)))
            words.append(_colored(color.name(), f"{name} {curve['average_precision']:.3f}"))
        self.precision_recall.draw(points)
        self._keys[0].setText("Average precision: " + ", ".join(words) if words else "")
        self._keys[0].setToolTip("The mean of the precision over all recalls, of each class")

    def _draw_thresholds(self) -> None:
        """Of the loudest class: who is sure of what is heard asks for no other."""
        name = self._classes[-1] if self._classes else ""
        curve = self._curves.get("thresholds", {}).get(name)
        points: list[Any] = []
        if curve is not None:
            color = class_color(len(self._classes) - 1, len(self._classes), self._colors)
            for key, style in zip(("precision", "recall", "f1"), STYLES, strict=True):
                # Nothing reaches the highest thresholds: there, precision ends.
                said = [
                    (t, v) for t, v in zip(curve["threshold"], curve[key], strict=True)
                    if v is not None
                ]  # fmt: skip
                pen = pg.mkPen(color, width=LINE_PX, style=style)
                points.append(([t for t, _ in said], [v for _, v in said], pen))
        self.thresholds.draw(points)
        self._keys[1].setText(_threshold_words(name, curve))
        self._keys[1].setToolTip("If what reaches the threshold is taken for the class")


def _threshold_words(name: str, curve: dict[str, Any] | None) -> str:
    if not name:
        return ""
    if curve is None:
        return f"{_safe(name)}: \N{EN DASH}"
    best = curve["best"]
    lines = "precision \N{EM DASH}, recall - -, F1 \N{MIDDLE DOT}\N{MIDDLE DOT}\N{MIDDLE DOT}"
    return f"{_safe(name)}: {lines}; best F1 {best['f1']:.3f} at {best['threshold']:.3f}"


def _colored(color: str, text: str) -> str:
    return f'<span style="color:{color}">\N{BLACK SQUARE}</span> {_safe(text)}'


def _safe(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
