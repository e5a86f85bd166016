"""How trainings go, epoch by epoch: loss, balanced accuracy, and the recall of each class."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QGraphicsView, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from core.runs import best_epoch_of
from gui.elided_label import ElidedLabel
from gui.theme import class_color
from gui.views.curve_legend import CurveLegend, Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray
    from PySide6.QtGui import QColor

    from gui.theme import PlotColors

EMPTY = "Train a model: loss, balanced accuracy and recall of each epoch are drawn here."
REDRAW_MS = 100
"""Epochs may take a few milliseconds; nobody sees more than this."""

LINE_PX = 2
AXIS_PX = 34
MOST_POINTS = 400
"""Of a line; more than there are pixels would be drawn for nobody."""

N_MARKERS = 8
MARKER_PX = 7
NARROWEST_PX = 110
LOWEST_PX = 70
RECALL = "recall_"
VALIDATION = "val_"
CLASS_STYLES = (
    Qt.PenStyle.SolidLine,
    Qt.PenStyle.DashLine,
    Qt.PenStyle.DotLine,
    Qt.PenStyle.DashDotLine,
    Qt.PenStyle.DashDotDotLine,
)
TRAINING_STYLE, VALIDATION_STYLE = Qt.PenStyle.DashLine, Qt.PenStyle.SolidLine
PLOTS = (
    ("loss", "Loss", "Cross entropy, lower is better"),
    ("balanced_accuracy", "Balanced accuracy", "Mean of the classes' recalls"),
    ("recall", "Recall of each class", "On the validation side, if there is one"),
)


class EpochColumns:
    """Metrics by epoch, turned into columns that grow."""

    def __init__(self, epochs: Iterable[Mapping[str, float]] = ()) -> None:
        self.n = 0
        self._columns: dict[str, array[float]] = {}
        for metrics in epochs:
            self.add(metrics)

    def add(self, metrics: Mapping[str, float]) -> None:
        """Take the next epoch."""
        for key in metrics:
            if key not in self._columns:
                self._columns[key] = array("d", [np.nan] * self.n)
        for key, column in self._columns.items():
            column.append(metrics.get(key, np.nan))
        self.n += 1

    def column(self, key: str) -> NDArray[np.float64]:
        """Values of a metric, nan where there is none; empty if there is nowhere one."""
        return np.array(self._columns.get(key, ()), dtype=np.float64)

    def with_prefix(self, prefix: str) -> list[str]:
        """Names of the metrics that begin so, less that."""
        return [key.removeprefix(prefix) for key in self._columns if key.startswith(prefix)]


@dataclass
class _Shown:
    """A run that is drawn."""

    name: str
    columns: EpochColumns
    best_epoch: int


@dataclass(frozen=True)
class _Line:
    values: NDArray[np.float64]
    color: QColor
    style: Qt.PenStyle
    marked: bool


class EpochAxis(pg.AxisItem):
    """Names whole epochs alone."""

    def tickSpacing(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, float]]:  # noqa: N803  pyqtgraph's
        """No step is shorter than an epoch."""
        steps = super().tickSpacing(minVal, maxVal, size)
        return [(step, offset) for step, offset in steps if step >= 1] or [(1.0, 0.0)]


class CurvePlot(pg.PlotWidget):
    """Lines over the epochs."""

    def __init__(self, key: str, title: str, tip: str, colors: PlotColors) -> None:
        axes = {"bottom": EpochAxis("bottom")}
        super().__init__(background=colors.background.name(), enableMenu=False, axisItems=axes)
        self.setObjectName(f"curves_{key}")
        self.setAccessibleName(title)
        self.setToolTip(f"{title} over the epochs. {tip}.")
        self.setMinimumSize(NARROWEST_PX, LOWEST_PX)
        # pyqtgraph's own types say less than is true.
        self.plot: Any = self.getPlotItem()
        self._curves: list[Any] = []
        self._markers: list[Any] = []
        self._bests: list[Any] = []
        self._is_share = key != "loss"
        self.plot.hideButtons()
        self.plot.layout.setContentsMargins(0, 0, 6, 0)
        self.plot.getAxis("left").setWidth(AXIS_PX)
        self.plot.setMouseEnabled(x=False, y=False)
        self.plot.getViewBox().disableAutoRange()
        self.set_colors(colors)

    def set_colors(self, colors: PlotColors) -> None:
        """Take the colours of the theme."""
        self._colors = colors
        self.setBackground(colors.background)
        for side in ("left", "bottom"):
            axis = self.plot.getAxis(side)
            axis.setPen(colors.grid)
            axis.setTextPen(colors.foreground)
        self.plot.showGrid(y=True, alpha=0.3)

    def draw(self, lines: Sequence[_Line], bests: Sequence[tuple[int, QColor]], n: int) -> None:
        """Draw other lines, and mark the epochs that were kept.

        Items are kept and given other data: making them anew takes several times as long.
        """
        self.plot.setXRange(1, max(2, n), padding=0.03)
        self.plot.setYRange(*self._range(lines), padding=0.03)
        for place, line in enumerate(lines):
            if place == len(self._curves):
                self._add_curve()
            self._draw_line(line, self._curves[place], self._markers[place])
        for item in (*self._curves[len(lines) :], *self._markers[len(lines) :]):
            item.hide()
        for place, (epoch, color) in enumerate(bests):
            if place == len(self._bests):
                self._bests.append(pg.InfiniteLine(angle=90))
                self.plot.addItem(self._bests[-1], ignoreBounds=True)
            best = self._bests[place]
            best.setPen(pg.mkPen(color, width=1, style=Qt.PenStyle.DashDotLine))
            best.setValue(epoch)
            best.show()
        for item in self._bests[len(bests) :]:
            item.hide()

    def curve_data(self, place: int) -> tuple[list[float], list[float]]:
        """Epochs and values that a line is drawn from."""
        epochs, values = self._curves[place].getData()
        return list(epochs), list(values)

    def _add_curve(self) -> None:
        self._curves.append(pg.PlotCurveItem(connect="finite", antialias=True))
        self._markers.append(pg.ScatterPlotItem(size=MARKER_PX, antialias=True))
        for item in (self._curves[-1], self._markers[-1]):
            self.plot.addItem(item)

    def _draw_line(self, line: _Line, curve: Any, markers: Any) -> None:  # noqa: ANN401  pyqtgraph
        epochs = np.arange(1.0, len(line.values) + 1)
        # A dense line that is dashed, thick and smoothed takes a tenth of a second to paint.
        is_dense = len(epochs) > MOST_POINTS
        width = 1 if is_dense else LINE_PX
        curve.setPen(pg.mkPen(line.color, width=width, style=line.style))
        curve.setData(*_thinned(epochs, line.values), antialias=not is_dense)
        curve.show()
        # A single epoch is no line yet.
        is_alone = len(epochs) == 1
        markers.setVisible(line.marked or is_alone)
        if line.marked or is_alone:
            few = np.unique(np.linspace(0, max(0, len(epochs) - 1), N_MARKERS).astype(int))
            few = few[np.isfinite(line.values[few])] if len(epochs) else few[:0]
            brush = self._colors.background if line.marked else line.color
            markers.setPen(pg.mkPen(line.color, width=1.5))
            markers.setBrush(pg.mkBrush(brush))
            markers.setData(epochs[few], line.values[few])

    def _range(self, lines: Sequence[_Line]) -> tuple[float, float]:
        if self._is_share:
            return 0.0, 1.0
        finite = np.concatenate([line.values[np.isfinite(line.values)] for line in lines] or [[]])
        return 0.0, float(finite.max(initial=0.0)) or 1.0

    def close(self) -> bool:  # pyright: ignore[reportIncompatibleMethodOverride]  as QWidget has it
        """As any widget does: pyqtgraph's own empties the scene under its items' feet."""
        return QGraphicsView.close(self)


class TrainingCurves(QWidget):
    """The epochs of a training that runs, of a run, or of two laid over each other.

    Training and validation, and the classes, are told apart by style as well as by colour; the
    second of two runs has circles on its lines.
    """

    def __init__(self, colors: PlotColors, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("trainingCurves")
        self._colors = colors
        self._runs: list[_Shown] = []
        self._is_live = False
        self._followed: list[Mapping[str, float]] = []
        self._timer = QTimer(self, interval=REDRAW_MS, singleShot=True)
        self._timer.timeout.connect(self._draw)
        self.legend = CurveLegend()
        self.plots = {key: CurvePlot(key, title, tip, colors) for key, title, tip in PLOTS}
        self._empty = QLabel(EMPTY)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._page = QWidget()
        row = QHBoxLayout()
        row.setSpacing(2)
        for key, title, _ in PLOTS:
            # Not the plot's own title: that would not let it be narrower than itself.
            heading = ElidedLabel(title)
            column = QVBoxLayout()
            column.setSpacing(0)
            column.addWidget(heading)
            column.addWidget(self.plots[key], 1)
            row.addLayout(column, 1)
        page = QVBoxLayout(self._page)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(1)
        page.addWidget(self.legend)
        page.addLayout(row, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 2, 4, 2)
        layout.addWidget(self._empty, 1)
        layout.addWidget(self._page, 1)
        self._draw()

    @property
    def is_live(self) -> bool:
        """Whether it follows a training that runs."""
        return self._is_live

    @property
    def run_names(self) -> tuple[str, ...]:
        """What is drawn."""
        return tuple(run.name for run in self._runs)

    @property
    def n_epochs(self) -> tuple[int, ...]:
        """How many epochs of each are drawn."""
        return tuple(run.columns.n for run in self._runs)

    @property
    def best_epochs(self) -> tuple[int, ...]:
        """Which epoch of each is marked; 0 if none is."""
        return tuple(run.best_epoch for run in self._runs)

    def follow(self, name: str, epochs: Sequence[Mapping[str, float]] = ()) -> None:
        """Draw a training that runs: `add_epoch` comes for each that is added to these."""
        self._is_live = True
        self._followed = list(epochs)
        self._runs = [_Shown(name, EpochColumns(epochs), 0)]
        self._draw()

    def add_epoch(self, metrics: Mapping[str, float]) -> None:
        """Draw one more epoch of the training that is followed, soon."""
        if not self._is_live:
            return
        self._followed.append(metrics)
        self._runs[0].columns.add(metrics)
        if not self._timer.isActive():
            self._timer.start()

    def show_runs(self, runs: Sequence[tuple[str, Sequence[Mapping[str, float]], int]]) -> None:
        """Draw runs, two at the most: of each name, epochs, and the epoch that was kept."""
        self.stop()
        self._runs = [_Shown(name, EpochColumns(epochs), best) for name, epochs, best in runs]
        self._draw()

    def stop(self) -> None:
        """Draw nothing any more of what is followed."""
        self._is_live = False
        self._timer.stop()

    def set_colors(self, colors: PlotColors) -> None:
        """Take the colours of the theme."""
        self._colors = colors
        for plot in self.plots.values():
            plot.set_colors(colors)
        self._draw()

    def lines_of(self, key: str) -> list[_Line]:
        """What is drawn in a plot."""
        return [line for k, run in enumerate(self._runs) for line in self._lines(key, run, k)]

    def _lines(self, key: str, run: _Shown, place: int) -> list[_Line]:
        colors, marked, columns = self._colors, place > 0, run.columns
        if key != "recall":
            color = colors.curves[place]
            sides = (("", TRAINING_STYLE), (VALIDATION, VALIDATION_STYLE))
            return [
                _Line(columns.column(side + key), color, style, marked) for side, style in sides
            ]
        side, classes = _recalls(columns)
        return [
            _Line(columns.column(f"{side}{RECALL}{name}"), color, style, marked)
            for name, color, style in self._looks(classes)
        ]

    def _looks(self, classes: Sequence[str]) -> list[tuple[str, QColor, Qt.PenStyle]]:
        """Colour and style of each class."""
        n = len(classes)
        return [
            (name, class_color(k, n, self._colors), CLASS_STYLES[k % len(CLASS_STYLES)])
            for k, name in enumerate(classes)
        ]

    def _draw(self) -> None:
        if self._is_live:
            self._runs[0].best_epoch = best_epoch_of(self._followed)
        n = max(self.n_epochs, default=0)
        self._empty.setVisible(not n and not self._is_live)
        self._page.setVisible(bool(n) or self._is_live)
        colors = self._colors.curves
        bests = [(run.best_epoch, colors[k]) for k, run in enumerate(self._runs) if run.best_epoch]
        for key, plot in self.plots.items():
            plot.draw(self.lines_of(key), bests, n)
        self.legend.show_entries(self._entries())

    def _entries(self) -> list[Entry]:
        """The legend: the runs if there are two, their sides, their classes."""
        colors = self._colors
        entries: list[Entry] = []
        if len(self._runs) > 1:
            entries = [
                Entry(run.name, colors.curves[k], marked=k > 0) for k, run in enumerate(self._runs)
            ]
        neutral = colors.curves[0] if len(self._runs) == 1 else colors.foreground
        entries.append(Entry("training", neutral, TRAINING_STYLE))
        entries.append(Entry("validation", neutral, VALIDATION_STYLE))
        names = dict.fromkeys(n for run in self._runs for n in _recalls(run.columns)[1])
        entries += [Entry(*look) for look in self._looks(list(names))]
        for k, run in enumerate(self._runs):
            if run.best_epoch:
                text = f"best epoch: {run.best_epoch}"
                entries.append(Entry(text, colors.curves[k], Qt.PenStyle.DashDotLine))
        return entries


def _recalls(columns: EpochColumns) -> tuple[str, list[str]]:
    """The side whose recalls are drawn, as a prefix, and the classes."""
    for side in (VALIDATION, ""):
        if classes := columns.with_prefix(side + RECALL):
            return side, classes
    return "", []


def _thinned(
    epochs: NDArray[np.float64], values: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A line of few points: of neighbours the lowest and the highest, so that no peak is lost."""
    if len(values) <= MOST_POINTS:
        return epochs, values
    n_joined = -(-2 * len(values) // MOST_POINTS)
    missing = -len(values) % n_joined
    joined = np.concatenate([values, np.full(missing, np.nan)]).reshape(-1, n_joined)
    ends = np.stack([np.fmin.reduce(joined, axis=1), np.fmax.reduce(joined, axis=1)], axis=1)
    return np.repeat(epochs[::n_joined], 2), ends.ravel()
