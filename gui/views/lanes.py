"""Several lanes in one pane, one below the other, each with its own name and scale at the left.

One pane paints many lanes faster than many panes would, and none of them can be out of step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QImage

from gui.views.pane import LEFT_AXIS_PX, Pane
from gui.views.pane_notes import PaneNote, PictureItem

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QColor, QPainter

    from gui.session import Session
    from gui.theme import PlotColors

LABEL_MARGIN_PX = 3
TWO_LINES_PX = 26
THREE_LINES_PX = 36
DOT_PX = 3
TEXT_SHARE = 0.85


@dataclass(frozen=True)
class Lane:
    """What is written beside a lane, and where it lies in the view."""

    title: str
    top_px: int
    height_px: int
    high: str = ""
    low: str = ""

    @property
    def stop_px(self) -> int:
        """Where the next one begins."""
        return self.top_px + self.height_px


class LaneAxis(pg.AxisItem):
    """Names and scales of the lanes."""

    def __init__(self) -> None:
        super().__init__("left")
        self.lanes: tuple[Lane, ...] = ()
        self.setWidth(LEFT_AXIS_PX)

    def set_lanes(self, lanes: tuple[Lane, ...]) -> None:
        """Write others."""
        if lanes != self.lanes:
            self.lanes = lanes
            self.update()

    def paint(self, p: QPainter, opt: object, widget: object) -> None:  # noqa: ARG002  pyqtgraph's
        """Write them."""
        p.setPen(self.textPen())
        font = p.font()
        font.setPointSizeF(font.pointSizeF() * TEXT_SHARE)
        p.setFont(font)
        right = round(self.size().width()) - LABEL_MARGIN_PX
        p.setClipRect(QRectF(0, 0, self.size().width(), self.size().height()))
        align = Qt.AlignmentFlag
        for lane in self.lanes:
            box = QRect(LABEL_MARGIN_PX, lane.top_px, right - LABEL_MARGIN_PX, lane.height_px)
            has_room = lane.height_px >= THREE_LINES_PX
            p.drawText(box, align.AlignLeft | align.AlignVCenter, _elide(p, lane.title, box))
            if has_room:
                p.drawText(box, align.AlignRight | align.AlignTop, lane.high)
                p.drawText(box, align.AlignRight | align.AlignBottom, lane.low)
        p.setPen(self.pen())
        for lane in self.lanes[1:]:
            p.drawLine(0, lane.top_px, right + LABEL_MARGIN_PX, lane.top_px)


class LanePane(Pane):
    """A pane that is one picture, made of lanes; subclasses answer `draw_lanes`."""

    def __init__(self, session: Session, name: str) -> None:
        super().__init__(session.time, title="", colors=session.theme.colors)
        self.setObjectName(name)
        self.axis = LaneAxis()
        self.plot.setAxisItems({"left": self.axis})
        self.view.setYRange(0, 1, padding=0)
        self.item = PictureItem(self.view)
        self.empty = PaneNote(self.viewport(), f"{name}Empty", is_centred=True)
        self._has_lanes = True
        self.set_colors(session.theme.colors)

    def set_colors(self, colors: PlotColors) -> None:
        """Take the colours of the theme."""
        super().set_colors(colors)
        if hasattr(self, "_has_lanes"):
            self.empty.set_colors(colors)
            self.redraw()

    def room(self) -> QRect:
        """The part of the pane in which time runs."""
        return self.mapFromScene(self.view.sceneBoundingRect()).boundingRect()

    def redraw(self) -> None:
        """Draw what is in view."""
        rect = self.view.rect()
        width_px, height_px = max(1, round(rect.width())), max(1, round(rect.height()))
        background = self.colors.background.rgb()
        pixels = np.full((height_px, width_px), background, dtype=np.uint32)
        self.draw_lanes(pixels)
        # A copy: the image would not keep the array alive.
        image = QImage(pixels.data, width_px, height_px, QImage.Format.Format_RGB32).copy()
        self.item.show_image(image)

    def draw_lanes(self, pixels: NDArray[np.uint32]) -> None:
        """Draw into pixels of shape (height, width)."""

    def _on_range(self, start_s: float, end_s: float) -> None:  # noqa: ARG002  the axis knows
        if hasattr(self, "_has_lanes"):
            self.redraw()


def draw_band(
    pixels: NDArray[np.uint32],
    low: NDArray[np.float32],
    high: NDArray[np.float32],
    color: QColor,
    *,
    is_shown: NDArray[np.bool_] | None = None,
) -> None:
    """Draw a curve from its lowest to its highest in each column, joined with its neighbours.

    Parameters
    ----------
    pixels : ndarray of uint32, shape (height, width)
        Of the lane.
    low, high : ndarray of float32, shape (width,)
        From 0 (bottom) to 1 (top); what is beyond is drawn at the edge, NaN not at all.
    color : QColor
        Of the curve.
    is_shown : ndarray of bool, shape (width,), optional
        Columns that are drawn, for dashes.
    """
    height_px = len(pixels)
    top = rows_of(high, height_px)
    bottom = rows_of(low, height_px)
    joined_top, joined_bottom = top.copy(), bottom.copy()
    joined_top[1:] = np.fmin(top[1:], bottom[:-1])
    joined_bottom[1:] = np.fmax(bottom[1:], top[:-1])
    there = np.isfinite(top)
    if is_shown is not None:
        there &= is_shown
    rows = np.arange(height_px, dtype=np.float32)[:, np.newaxis]
    inside = (rows >= joined_top) & (rows <= joined_bottom) & there
    np.copyto(pixels, np.uint32(color.rgb()), where=inside)


def rows_of(shares: NDArray[np.float32], height_px: int) -> NDArray[np.float32]:
    """Rows of pixels for heights from 0 (bottom) to 1 (top); NaN stays NaN."""
    return np.rint((1 - np.clip(shares, 0, 1)) * (height_px - 1)).astype(np.float32)


def mix(color: QColor, background: QColor, share: float) -> int:
    """A colour laid over a background, as QImage has it."""
    r, g, b = (
        round(share * x + (1 - share) * y)
        for x, y in (
            (color.red(), background.red()),
            (color.green(), background.green()),
            (color.blue(), background.blue()),
        )
    )
    return 0xFF000000 | r << 16 | g << 8 | b


def _elide(p: QPainter, text: str, box: QRect) -> str:
    return p.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, box.width())
