"""What all strips of the recording view share: time from left to right, selecting, seeking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtWidgets import QGraphicsRectItem, QGraphicsView

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QResizeEvent, QWheelEvent

    from gui.theme import PlotColors
    from gui.views.time_axis import TimeAxis

LEFT_AXIS_PX = 64
"""All panes have the same, so that a moment stands at the same place in each."""

DRAG_STARTS_PX = 4
ZOOM_PER_STEP = 0.8
PAN_PER_STEP = 0.1
WHEEL_STEP = 120.0

BEHIND, FRONT = -50.0, 50.0


class Pane(pg.PlotWidget):
    """A strip over the one time axis.

    The mouse: click to seek, drag to select, wheel to go along, Ctrl and wheel to zoom at the
    mouse. Subclasses draw into `plot` in seconds, answer `_on_range`, and `set_colors`.

    Parameters
    ----------
    time : TimeAxis
        The one time axis.
    title : str
        Written along the left axis.
    colors : PlotColors
        Light or dark.
    show_times : bool
        Whether the times are written below.
    """

    def __init__(
        self, time: TimeAxis, *, title: str, colors: PlotColors, show_times: bool = False
    ) -> None:
        super().__init__(background=colors.background.name(), enableMenu=False)
        self.time = time
        self.colors = colors
        self._pressed_at: QPointF | None = None
        self._pressed_s = 0.0
        # pyqtgraph's own types say less than is true.
        self.plot: Any = self.getPlotItem()
        self.view: Any = self.plot.getViewBox()
        plot = self.plot
        plot.hideButtons()
        plot.layout.setContentsMargins(0, 0, 0, 0)
        plot.getAxis("left").setWidth(LEFT_AXIS_PX)
        plot.setLabel("left", title)
        if not show_times:
            plot.hideAxis("bottom")
        view = self.view
        view.setMouseEnabled(x=False, y=False)
        view.disableAutoRange()
        view.setDefaultPadding(0.0)
        self.setMouseTracking(True)
        self._selection = QGraphicsRectItem()
        self._selection.setZValue(BEHIND)
        self._selection.setPen(pg.mkPen(None))
        self._selection.hide()
        plot.addItem(self._selection, ignoreBounds=True)
        self._playhead = pg.InfiniteLine(angle=90, movable=False)
        self._cursor = pg.InfiniteLine(angle=90, movable=False)
        self._cursor.hide()
        for line in (self._playhead, self._cursor):
            line.setZValue(FRONT)
            plot.addItem(line, ignoreBounds=True)
        time.range_changed.connect(self._show_range)
        time.selection_changed.connect(self._show_selection)
        time.playhead_moved.connect(self._playhead.setValue)
        time.cursor_moved.connect(self._show_cursor)
        self.set_colors(colors)
        self._show_range(time.start_s, time.end_s)
        self._show_selection(time.selection)
        self._playhead.setValue(time.playhead_s)

    def set_colors(self, colors: PlotColors) -> None:
        """Take the colours of the theme; subclasses colour what is theirs, too."""
        self.colors = colors
        self.setBackground(colors.background)
        for side in ("left", "bottom"):
            axis = self.plot.getAxis(side)
            axis.setPen(colors.grid)
            axis.setTextPen(colors.foreground)
        self._selection.setBrush(colors.selection)
        self._playhead.setPen(pg.mkPen(colors.playhead, width=1))
        self._cursor.setPen(pg.mkPen(colors.cursor, width=1, style=Qt.PenStyle.DotLine))

    def time_at(self, x_px: float) -> float:
        """Time at a place in the widget."""
        scene = self.mapToScene(round(x_px), 0)
        return float(self.view.mapSceneToView(scene).x())

    def width_px(self) -> int:
        """Width of what is drawn over time, at least 1."""
        return max(1, round(self.view.width()))

    def _on_range(self, start_s: float, end_s: float) -> None:
        """Draw what is in view now; also called when the width has changed."""

    def _show_range(self, start_s: float, end_s: float) -> None:
        self.view.setXRange(start_s, end_s, padding=0)
        self._show_selection(self.time.selection)
        self._on_range(start_s, end_s)

    def _show_selection(self, selection: tuple[float, float] | None) -> None:
        self._selection.setVisible(selection is not None)
        if selection is not None:
            (low, high) = self.view.viewRange()[1]
            self._selection.setRect(
                QRectF(selection[0], low, selection[1] - selection[0], high - low)
            )

    def _show_cursor(self, time_s: float | None) -> None:
        self._cursor.setVisible(time_s is not None)
        if time_s is not None:
            self._cursor.setValue(time_s)

    def close(self) -> bool:  # pyright: ignore[reportIncompatibleMethodOverride]  as QWidget has it
        """As any widget does: pyqtgraph's own empties the scene under its items' feet."""
        return QGraphicsView.close(self)

    def resizeEvent(self, ev: QResizeEvent) -> None:
        """Draw anew for the new width."""
        super().resizeEvent(ev)
        if hasattr(self, "time"):
            self._on_range(self.time.start_s, self.time.end_s)

    def wheelEvent(self, ev: QWheelEvent) -> None:
        """Zoom with Ctrl, else go along."""
        turn_wheel(self.time, ev, self.time_at(ev.position().x()))

    def mousePressEvent(self, ev: QMouseEvent) -> None:
        """Begin a click or a drag."""
        if ev.button() == Qt.MouseButton.LeftButton:
            self._pressed_at = ev.position()
            self._pressed_s = self.time_at(ev.position().x())
            self.setFocus(Qt.FocusReason.MouseFocusReason)
        ev.accept()

    def mouseMoveEvent(self, ev: QMouseEvent) -> None:
        """Move the cursor; dragging selects."""
        time_s = self.time_at(ev.position().x())
        self.time.move_cursor(time_s)
        if self._pressed_at is not None and self._is_drag(ev.position()):
            self.time.select(self._pressed_s, time_s)
        ev.accept()

    def mouseReleaseEvent(self, ev: QMouseEvent) -> None:
        """Seek, unless it was a drag."""
        if ev.button() == Qt.MouseButton.LeftButton and self._pressed_at is not None:
            if not self._is_drag(ev.position()):
                self.time.clear_selection()
                self.time.request_seek(self._pressed_s)
            self._pressed_at = None
        ev.accept()

    def mouseDoubleClickEvent(self, ev: QMouseEvent) -> None:
        """A second click is a click."""
        self.mousePressEvent(ev)

    def leaveEvent(self, ev: object) -> None:
        """The mouse has gone."""
        super().leaveEvent(ev)
        self.time.move_cursor(None)

    def _is_drag(self, position: QPointF) -> bool:
        pressed_at = self._pressed_at
        return pressed_at is not None and abs(position.x() - pressed_at.x()) >= DRAG_STARTS_PX


def turn_wheel(time: TimeAxis, event: QWheelEvent, at_s: float) -> None:
    """Zoom with Ctrl at the mouse, else go along by a tenth of what is in view."""
    delta = event.angleDelta()
    steps = (delta.y() or delta.x()) / WHEEL_STEP
    if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
        time.zoom(ZOOM_PER_STEP**steps, at_s)
    else:
        time.pan(-steps * PAN_PER_STEP * time.span_s)
    event.accept()
