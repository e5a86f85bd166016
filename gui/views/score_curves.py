"""Precision and recall of each class, and what a threshold would change, as curves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyqtgraph as pg
from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QComboBox,
    QGraphicsView,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from gui.theme import class_color

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gui.theme import PlotColors

LINE_PX = 2
MARGIN = 0.05
TICKS = tuple((k / 5, f"{k / 5:g}") for k in range(6))
LEFT_AXIS_PX = 44
HALF_LETTER_PX = 6
GRID_ALPHA = 0.25
STYLES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine)
"""Of precision, recall and F1, so that they are told apart without colour."""
CLASS_STYLES = (*STYLES, Qt.PenStyle.DashDotLine, Qt.PenStyle.DashDotDotLine)
"""Of the classes, from the loudest to the quietest, so that they are, too."""
DASHES = dict(
    zip(
        CLASS_STYLES,
        (
            "\N{EM DASH}",
            "- -",
            "\N{MIDDLE DOT}\N{MIDDLE DOT}\N{MIDDLE DOT}",
            "- \N{MIDDLE DOT}",
            "- \N{MIDDLE DOT}\N{MIDDLE DOT}",
        ),
        strict=True,
    )
)
"""What they look like in a line of text."""


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
        self.plot.layout.setContentsMargins(1, HALF_LETTER_PX, 1, 1)
        view = self.plot.getViewBox()
        # Lines of our own: with pyqtgraph's, an axis leaves out what reaches beyond it.
        self.grid = [pg.InfiniteLine(at, angle) for at, _ in TICKS for angle in (0, 90)]
        for line in self.grid:
            line.setZValue(-1)
            view.addItem(line, ignoreBounds=True)
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
        faint = QColor(colors.foreground)
        faint.setAlphaF(GRID_ALPHA)
        for line in self.grid:
            line.setPen(faint)

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
        self.choice = QComboBox()
        self.choice.setObjectName("thresholdClass")
        self.choice.setAccessibleName("Class of the threshold")
        self.choice.setToolTip("What the threshold decides on: the probability of this or louder")
        self.choice.currentIndexChanged.connect(self._draw_thresholds)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(4, 2, 4, 2)
        layout.setSpacing(8)
        for key, plot in zip(self._keys, (self.precision_recall, self.thresholds), strict=True):
            key.setTextFormat(Qt.TextFormat.RichText)
            column = QVBoxLayout()
            column.setSpacing(1)
            row = QHBoxLayout()
            row.setSpacing(6)
            row.addWidget(key, 1)
            if plot is self.thresholds:
                row.insertWidget(0, self.choice)
            else:
                row.addStrut(self.choice.sizeHint().height())
            column.addLayout(row)
            column.addWidget(plot, 1)
            layout.addLayout(column, 1)
        self.set_colors(colors)

    def show_curves(self, classes: Sequence[str], curves: dict[str, Any]) -> None:
        """Show those of another split."""
        self._curves = curves
        if tuple(classes) != self._classes:
            self._classes = tuple(classes)
            self._offer_classes()
        self._draw()

    def choose_class(self, name: str) -> None:
        """Draw the threshold of another class."""
        self.choice.setCurrentIndex(self.choice.findData(name))

    @property
    def threshold_class(self) -> str:
        """The class whose threshold is drawn; empty without classes."""
        return str(self.choice.currentData() or "")

    def _offer_classes(self) -> None:
        """Offer all but the quietest, which everything is or is louder than; the loudest first."""
        with QSignalBlocker(self.choice):
            self.choice.clear()
            for name in reversed(self._classes[1:]):
                is_loudest = name == self._classes[-1]
                self.choice.addItem(name if is_loudest else f"{name} or louder", name)

    def make_picture(self) -> None:
        """Look as a picture does: with nothing that can be chosen."""
        self.choice.hide()
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
            style = CLASS_STYLES[(len(self._classes) - 1 - k) % len(CLASS_STYLES)]
            pen = pg.mkPen(color, width=LINE_PX, style=style)
            points.append((curve["recall"], curve["precision"], pen))
            told = f"{name} {curve['average_precision']:.3f}"
            words.append(f"{_colored(color.name(), told)} ({DASHES[style]})")
        self.precision_recall.draw(points)
        self._keys[0].setText("Average precision: " + ", ".join(words) if words else "")
        self._keys[0].setToolTip("The mean of the precision over all recalls, of each class")

    def _draw_thresholds(self) -> None:
        name = self.threshold_class
        curve = self._curves.get("thresholds", {}).get(name)
        points: list[Any] = []
        if curve is not None:
            place = self._classes.index(name)
            color = class_color(place, len(self._classes), self._colors)
            for key, style in zip(("precision", "recall", "f1"), STYLES, strict=True):
                # Nothing reaches the highest thresholds: there, precision ends.
                said = [
                    (t, v) for t, v in zip(curve["threshold"], curve[key], strict=True)
                    if v is not None
                ]  # fmt: skip
                pen = pg.mkPen(color, width=LINE_PX, style=style)
                points.append(([t for t, _ in said], [v for _, v in said], pen))
        self.thresholds.draw(points)
        words = _threshold_words(name, curve)
        # In a picture nothing can be chosen: what was chosen is said.
        is_said = bool(name) and self.choice.isHidden()
        self._keys[1].setText(f"{_safe(self.choice.currentText())}: {words}" if is_said else words)
        self._keys[1].setToolTip("If what reaches the threshold is taken for that")


def _threshold_words(name: str, curve: dict[str, Any] | None) -> str:
    if not name:
        return ""
    if curve is None:
        return "\N{EN DASH}"
    best = curve["best"]
    names = zip(("precision", "recall", "F1"), STYLES, strict=True)
    lines = ", ".join(f"{name} {DASHES[style]}" for name, style in names)
    return f"{lines}; best F1 {best['f1']:.3f} at {best['threshold']:.3f}"


def _colored(color: str, text: str) -> str:
    return f'<span style="color:{color}">\N{BLACK SQUARE}</span> {_safe(text)}'


def _safe(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
