"""The lanes of a waveform: columns of peaks far out, the samples themselves near by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QPaintEngine, QPen, QPolygonF

from core.timebase import samples_to_seconds
from gui.views.pixels import PixelItem, premultiplied, to_image
from gui.views.wave_columns import (
    LINE_UP_TO,
    column_peaks,
    outline,
    rastered,
    sample_points,
    samples_per_column,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QImage, QPainter

    from core.peaks import PeakReader
    from gui.views.pixels import Span
    from gui.views.waveform import Waveform

DOTS_FROM_PX = 6.0
DOT_PX = 5
NAME_PX = 11
PLATE_ALPHA = 200
LEGEND_LEFT_PX = 20
STEREO = ("L", "R")
OVERLAY_ALPHA = 180
ORIGINAL, TRANSCODED = "original", "transcoded"


class WaveItem(PixelItem):
    """The lanes of a waveform; what was drawn last is kept while nothing has changed."""

    def __init__(self, waveform: Waveform) -> None:
        super().__init__(waveform.view, z=-10)
        self._waveform = waveform
        self._key: object = None
        self._images: list[QImage] = []

    def draw(self, painter: QPainter, width_px: int, height_px: int) -> None:
        """Draw the lanes."""
        wave = self._waveform
        base, over, span = wave.base, wave.overlay, wave.span()
        if base is None:
            return
        lanes = wave.lanes()
        painter.setPen(QPen(wave.colors.grid, 1))
        for lane in [] if wave.amplitude.is_decibel else lanes:
            middle = lane.y() + round((lane.height() - 1) / 2) + 0.5
            painter.drawLine(QPointF(0, middle), QPointF(width_px, middle))
        is_vector = painter.paintEngine().type() == QPaintEngine.Type.SVG
        overlay = QColor(wave.colors.overlay)
        overlay.setAlpha(OVERLAY_ALPHA)
        layers: list[tuple[PeakReader, QColor, list[int]]] = [
            (base, wave.colors.waveform, list(range(base.meta.n_channels)))
        ]
        if over is not None:
            layers.append((over, overlay, [0] * base.meta.n_channels))
        columns = [layer for layer in layers if samples_per_column(layer[0], span) > LINE_UP_TO]
        if columns:
            self._draw_columns(painter, columns, lanes, is_vector=is_vector)
        for reader, color, channels in layers:
            if samples_per_column(reader, span) <= LINE_UP_TO:
                self._draw_line(painter, reader, color, list(zip(channels, lanes, strict=True)))
        self._draw_rest(painter, base, span, height_px)
        for name, lane in zip(channel_names(base.meta.n_channels), lanes, strict=True):
            self._write(painter, name, wave.colors.foreground, lane.topLeft())
        if over is not None:
            corner = lanes[0].topLeft() + QPointF(LEGEND_LEFT_PX, 0)
            right = self._write(painter, ORIGINAL, wave.colors.waveform, corner)
            corner.setX(right)
            self._write(painter, TRANSCODED, wave.colors.overlay, corner)

    def _write(self, painter: QPainter, text: str, color: QColor, corner: QPointF) -> float:
        """Write on a plate that hides the waveform below; tell where the plate ends."""
        if not text:
            return corner.x()
        font = QFont(painter.font())
        font.setPixelSize(NAME_PX)
        metrics = QFontMetrics(font)
        plate = QRectF(corner, QSizeF(metrics.horizontalAdvance(text) + 6, metrics.height()))
        background = QColor(self._waveform.colors.background)
        background.setAlpha(PLATE_ALPHA)
        painter.fillRect(plate, background)
        painter.setFont(font)
        painter.setPen(color)
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)
        return plate.right()

    def _draw_columns(
        self,
        painter: QPainter,
        layers: Sequence[tuple[PeakReader, QColor, list[int]]],
        lanes: list[QRectF],
        *,
        is_vector: bool,
    ) -> None:
        """Draw a bar in each column, from the smallest sample to the largest."""
        wave = self._waveform
        key = (wave.span(), wave.version, tuple((lane.y(), lane.height()) for lane in lanes))
        if is_vector:
            for layer in layers:
                self._draw_outline(painter, layer, lanes)
            return
        if key != self._key:
            self._key = key
            self._images = [to_image(pixels) for pixels in self._pixels(layers, lanes)]
        for lane, image in zip(lanes, self._images, strict=True):
            painter.drawImage(lane.topLeft(), image)

    def _pixels(
        self, layers: Sequence[tuple[PeakReader, QColor, list[int]]], lanes: list[QRectF]
    ) -> list[Any]:
        wave = self._waveform
        result: list[Any] = [np.uint32(0)] * len(lanes)
        for reader, color, channels in layers:
            low, high = wave.amplitude.column_heights(*column_peaks(reader, wave.span()))
            value = premultiplied(color)
            for k, (lane, channel) in enumerate(zip(lanes, channels, strict=True)):
                inside = rastered(low[:, channel], high[:, channel], int(lane.height()))
                if reader is not wave.base:
                    inside = outline(inside)
                both = premultiplied(_mixed(wave.colors.waveform, color))
                there = np.where(np.equal(result[k], 0), value, both)
                result[k] = np.where(inside, there, result[k])
        return result

    def _draw_outline(
        self, painter: QPainter, layer: tuple[PeakReader, QColor, list[int]], lanes: list[QRectF]
    ) -> None:
        """Draw the same as lines, for pictures that can be magnified."""
        wave = self._waveform
        reader, color, channels = layer
        low, high = wave.amplitude.column_heights(*column_peaks(reader, wave.span()))
        painter.setPen(QPen(color, 1))
        for lane, channel in zip(lanes, channels, strict=True):
            there = np.flatnonzero(~np.isnan(low[:, channel])).tolist()
            if reader is not wave.base:
                for edge in (high, low):
                    points = [QPointF(x + 0.5, _y(lane, edge[x, channel])) for x in there]
                    painter.drawPolyline(QPolygonF(points))
                continue
            for x in there:
                top, bottom = (_y(lane, v) for v in (high[x, channel], low[x, channel]))
                painter.drawLine(QPointF(x + 0.5, top), QPointF(x + 0.5, bottom + 0.5))

    def _draw_line(
        self,
        painter: QPainter,
        reader: PeakReader,
        color: QColor,
        lanes: list[tuple[int, QRectF]],
    ) -> None:
        """Draw the samples themselves, as dots where there is room, and a line through them."""
        wave = self._waveform
        x_px, rows = sample_points(reader, wave.span())
        heights = wave.amplitude.heights(rows).astype(np.float64)
        with_dots = samples_per_column(reader, wave.span()) * DOTS_FROM_PX <= 1
        painter.setRenderHint(painter.RenderHint.Antialiasing, True)
        for channel, lane in lanes:
            y_px = lane.y() + (lane.height() - 1) * (1 - heights[:, channel]) / 2
            points: QPolygonF = pg.functions.arrayToQPolygonF(x_px, y_px + 0.5)
            # Of exactly this width, Qt draws a long line over a hundred times as fast.
            painter.setPen(QPen(color, 1))
            painter.drawPolyline(points)
            if with_dots:
                pen = QPen(color, DOT_PX)
                pen.setCapStyle(Qt.PenCapStyle.RoundCap)
                painter.setPen(pen)
                painter.drawPoints(points)
        painter.setRenderHint(painter.RenderHint.Antialiasing, False)

    def _draw_rest(self, painter: QPainter, reader: PeakReader, span: Span, height_px: int) -> None:
        """Hatch what is not there yet."""
        if reader.is_complete:
            return
        end_s = samples_to_seconds(reader.n_samples, sample_rate=reader.meta.sample_rate)
        left = max(0.0, float(span.x_px(end_s)))
        if left < span.width_px:
            brush = QBrush(self._waveform.colors.grid, Qt.BrushStyle.BDiagPattern)
            painter.fillRect(QRectF(left, 0, span.width_px - left, height_px), brush)


def channel_names(n_channels: int) -> tuple[str, ...]:
    """What is written in the lanes: nothing for one channel."""
    if n_channels <= len(STEREO):
        return STEREO if n_channels == len(STEREO) else ("",) * n_channels
    return tuple(str(k) for k in range(1, n_channels + 1))


def _mixed(below: QColor, above: QColor) -> QColor:
    """What is seen where one colour lies over another."""
    share = above.alphaF()
    pairs = zip(below.getRgb()[:3], above.getRgb()[:3], strict=True)  # pyright: ignore[reportIndexIssue, reportArgumentType]
    return QColor(*(round(a + share * (b - a)) for a, b in pairs))


def _y(lane: QRectF, height: float) -> float:
    return lane.y() + (lane.height() - 1) * (1 - float(height)) / 2
