"""Drawing over time in the pixels of the screen: images made by NumPy, and what shows them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QColor, QPainter
    from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

FARTHEST_PX = 1_000_000
ROUNDING_PX = 1e-6
"""What stands on the border of two columns belongs to the right one, whatever a float says."""


@dataclass(frozen=True)
class Span:
    """A stretch of time, and how many columns it is drawn in.

    Column k shows ``[start_s + k * seconds_per_px, start_s + (k + 1) * seconds_per_px)``.
    """

    start_s: float
    end_s: float
    width_px: int

    @property
    def px_per_s(self) -> float:
        """Columns in a second."""
        return self.width_px / (self.end_s - self.start_s)

    def x_px(self, time_s: Any) -> Any:  # noqa: ANN401  a number, or an array of them
        """Where a moment is drawn; its column is the whole part."""
        return (time_s - self.start_s) * self.px_per_s

    def time_s(self, x_px: Any) -> Any:  # noqa: ANN401  a number, or an array of them
        """What is drawn there; undoes `x_px`."""
        return self.start_s + x_px / self.px_per_s

    def columns(self, start_s: Any, end_s: Any) -> tuple[Any, Any]:  # noqa: ANN401  arrays
        """First column and the one behind the last, of intervals; each has one at least."""
        first = np.floor(self.x_px(start_s) + ROUNDING_PX)
        stop = np.maximum(np.ceil(self.x_px(end_s) - ROUNDING_PX), first + 1)
        return (
            np.clip(first, 0, self.width_px).astype(np.int64),
            np.clip(stop, 0, self.width_px).astype(np.int64),
        )


class PixelItem(pg.GraphicsObject):
    """Covers a view box and is drawn in its pixels, y downwards, behind lines and selection.

    Parameters
    ----------
    view : pyqtgraph.ViewBox
        What it covers.
    z : float
        Negative; the larger lies over the smaller.
    """

    def __init__(self, view: Any, z: float) -> None:  # noqa: ANN401  pyqtgraph has no types
        super().__init__()
        self._view = view
        self.setParentItem(view)
        self.setZValue(z)

    def boundingRect(self) -> QRectF:
        """All of the view box."""
        return QRectF(self._view.rect())

    def paint(
        self,
        painter: QPainter,
        _option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,  # noqa: ARG002  Qt gives it
    ) -> None:
        """Draw, cut off at the edges of the view box."""
        rect = self.boundingRect()
        painter.save()
        painter.setClipRect(rect)
        self.draw(painter, round(rect.width()), round(rect.height()))
        painter.restore()

    def draw(self, painter: QPainter, width_px: int, height_px: int) -> None:
        """Draw into the pixels."""
        raise NotImplementedError


def column_middle(x_px: float) -> float:
    """Middle of the column that a place lies in, near enough for a painter to draw."""
    return min(max(math.floor(x_px + ROUNDING_PX), -FARTHEST_PX), FARTHEST_PX) + 0.5


def premultiplied(color: QColor) -> np.uint32:
    """A colour as a pixel of an image of `to_image`."""
    alpha = color.alphaF()
    red, green, blue = (round(c * alpha) for c in (color.red(), color.green(), color.blue()))
    return np.uint32(color.alpha() << 24 | red << 16 | green << 8 | blue)


def to_image(pixels: NDArray[np.uint32]) -> QImage:
    """An image of premultiplied pixels, of shape (height, width)."""
    height, width = pixels.shape
    pixels = np.ascontiguousarray(pixels)
    image = QImage(pixels.data, width, height, QImage.Format.Format_ARGB32_Premultiplied)
    # The image does not keep the array alive.
    return image.copy()
