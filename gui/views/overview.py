"""The whole recording in a strip, and in it the window through which all else looks."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QHelpEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from core.timebase import samples_to_seconds
from gui.views.annotation_items import Layout, strip_pixels
from gui.views.pane import LEFT_AXIS_PX, WHEEL_STEP, ZOOM_PER_STEP
from gui.views.pixels import Span, premultiplied, to_image
from gui.views.time_text import time_text
from gui.views.wave_columns import Amplitude, column_peaks, rastered

if TYPE_CHECKING:
    from PySide6.QtGui import QImage, QMouseEvent, QPaintEvent, QResizeEvent, QWheelEvent

    from core.peaks import PeakReader
    from gui.media import Media
    from gui.session import Session
    from gui.theme import PlotColors

HEIGHT_PX = 46
STRIP_PX = 10
EDGE_PX = 5
SMALLEST_WINDOW_PX = 6
SHADE_ALPHA = 90


class Grip(enum.Enum):
    """What of the window the mouse has."""

    NOTHING = enum.auto()
    START = enum.auto()
    END = enum.auto()
    BODY = enum.auto()


class Overview(QWidget):
    """Drag the window to go along, its edges to zoom; click elsewhere to go there."""

    def __init__(self, session: Session, media: Media) -> None:
        super().__init__()
        self.setObjectName("overview")
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("The whole recording")
        self.time = session.time
        self._media = media
        self.colors = session.theme.colors
        self._layout = Layout.of(media.details)
        self._transcoded_alone = False
        self._picture: QPixmap | None = None
        self._strip: QImage | None = None
        self._grip = Grip.NOTHING
        self._grip_offset_px = 0.0
        for signal in (
            self.time.range_changed,
            self.time.selection_changed,
            self.time.playhead_moved,
        ):
            signal.connect(self._repaint)
        self.time.duration_changed.connect(self._draw_anew)
        media.audio_changed.connect(self._draw_anew)
        media.details_changed.connect(self._on_details_changed)

    def sizeHint(self) -> QSize:
        """A strip."""
        return QSize(400, HEIGHT_PX)

    def set_colors(self, colors: PlotColors) -> None:
        """Take the colours of the theme."""
        self.colors = colors
        self._draw_anew()

    def show_transcoded(self, on: bool) -> None:  # noqa: FBT001  a slot of a checkable action
        """Draw the transcoded recording in place of the original."""
        self._transcoded_alone = on
        self._draw_anew()

    def span(self) -> Span:
        """All of the recording, and over how many pixels."""
        return Span(0.0, self.time.duration_s or 1.0, max(1, self.width() - LEFT_AXIS_PX))

    def window_rect(self) -> QRectF:
        """Where the window is drawn: what is in view, but never too narrow to be taken hold of."""
        span = self.span()
        left, right = (float(span.x_px(t)) for t in (self.time.start_s, self.time.end_s))
        if right - left < SMALLEST_WINDOW_PX:
            middle = (left + right) / 2
            left = min(max(middle - SMALLEST_WINDOW_PX / 2, 0), span.width_px - SMALLEST_WINDOW_PX)
            right = left + SMALLEST_WINDOW_PX
        return QRectF(LEFT_AXIS_PX + left, 0.5, right - left, self.height() - 1)

    def grip_at(self, position: QPointF) -> Grip:
        """What of the window lies there."""
        window, x = self.window_rect(), position.x()
        # A narrow window is for dragging: its edges are then taken from outside alone.
        inner = EDGE_PX if window.width() > 4 * EDGE_PX else 0
        if window.left() - EDGE_PX <= x < window.left() + inner:
            return Grip.START
        if window.right() - inner <= x < window.right() + EDGE_PX:
            return Grip.END
        return Grip.BODY if window.left() <= x < window.right() else Grip.NOTHING

    def _repaint(self, *_: object) -> None:
        self.update()

    def _draw_anew(self, *_: object) -> None:
        self._picture = self._strip = None
        self.update()

    def _on_details_changed(self, _details: object) -> None:
        self._layout = Layout.of(self._media.details)
        self._strip = None
        self.update()

    @property
    def _reader(self) -> PeakReader | None:
        media = self._media
        is_transcoded = self._transcoded_alone or media.original_problem
        return media.transcoded if is_transcoded else media.original

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the picture, which is kept, and what moves over it."""
        if self._picture is None:
            self._picture = self._draw()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        self._draw_annotations(painter)
        if self.time.duration_s:
            self._draw_window(painter)
        painter.end()

    def _draw(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(self.colors.background)
        painter = QPainter(picture)
        painter.setPen(self.colors.foreground)
        place = QRectF(0, 0, LEFT_AXIS_PX - 6, self.height())
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(place, flags, "Overview")
        painter.translate(LEFT_AXIS_PX, 0)
        reader, span = self._reader, self.span()
        height = self.height() - STRIP_PX
        if reader is not None and self.time.duration_s:
            low, high = Amplitude().column_heights(*column_peaks(reader, span))
            # Of several channels the widest counts.
            low, high = np.fmin.reduce(low, axis=1), np.fmax.reduce(high, axis=1)
            inside = rastered(low, high, height)
            pixels = np.where(inside, premultiplied(self.colors.waveform), np.uint32(0))
            painter.drawImage(QPointF(0, 0), to_image(pixels))
        self._draw_rest(painter, reader, span)
        painter.end()
        return picture

    def _draw_annotations(self, painter: QPainter) -> None:
        """A strip along the bottom, kept apart: an edit changes nothing else."""
        if not (self._layout.annotations and self.time.duration_s):
            return
        span = self.span()
        if self._strip is None:
            self._strip = to_image(strip_pixels(self._layout, span, self.colors, STRIP_PX))
        place = QRectF(LEFT_AXIS_PX, self.height() - STRIP_PX, span.width_px, STRIP_PX)
        painter.drawImage(place, self._strip)

    def _draw_rest(self, painter: QPainter, reader: PeakReader | None, span: Span) -> None:
        """Hatch what is not there yet."""
        if not self.time.duration_s or (reader is not None and reader.is_complete):
            return
        end_s = 0.0
        if reader is not None:
            end_s = samples_to_seconds(reader.n_samples, sample_rate=reader.meta.sample_rate)
        left = float(span.x_px(end_s))
        brush = QBrush(self.colors.cursor, Qt.BrushStyle.BDiagPattern)
        painter.fillRect(QRectF(left, 0, span.width_px - left, self.height() - STRIP_PX), brush)

    def _draw_window(self, painter: QPainter) -> None:
        window, span = self.window_rect(), self.span()
        shade = QColor(self.colors.grid)
        shade.setAlpha(SHADE_ALPHA + 60)
        left, right, height = round(window.left()), round(window.right()), self.height()
        painter.fillRect(LEFT_AXIS_PX, 0, left - LEFT_AXIS_PX, height, shade)
        painter.fillRect(right, 0, self.width() - right, height, shade)
        if self.time.selection is not None:
            start, end = (float(span.x_px(t)) for t in self.time.selection)
            place = QRectF(LEFT_AXIS_PX + start, 0, max(1.0, end - start), self.height())
            painter.fillRect(place, self.colors.selection)
        painter.setPen(QPen(self.colors.foreground, 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(left + 1, 1, right - left - 2, height - 2))
        painter.setPen(self.colors.playhead)
        x = LEFT_AXIS_PX + float(span.x_px(self.time.playhead_s))
        painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw anew for the new width."""
        super().resizeEvent(event)
        self._draw_anew()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the window, or have it come."""
        if event.button() != Qt.MouseButton.LeftButton or not self.time.duration_s:
            return
        grip = self.grip_at(event.position())
        x = event.position().x()
        if grip is Grip.NOTHING:
            middle_s = self.span().time_s(x - LEFT_AXIS_PX)
            half_s = self.time.span_s / 2
            self.time.set_range(middle_s - half_s, middle_s + half_s)
            grip = Grip.BODY
        span = self.span()
        edge_s = self.time.end_s if grip is Grip.END else self.time.start_s
        self._grip = grip
        self._grip_offset_px = x - LEFT_AXIS_PX - float(span.x_px(edge_s))
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move what is held."""
        span, time = self.span(), self.time
        time_s = span.time_s(event.position().x() - LEFT_AXIS_PX - self._grip_offset_px)
        if self._grip is Grip.BODY:
            time.set_range(time_s, time_s + time.span_s)
        elif self._grip is Grip.START:
            time.set_range(min(max(time_s, 0.0), time.end_s), time.end_s)
        elif self._grip is Grip.END:
            time.set_range(time.start_s, min(max(time_s, time.start_s), time.duration_s))
        else:
            self._show_grip(self.grip_at(event.position()))
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._grip = Grip.NOTHING
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom with Ctrl, else go along by a tenth of what is in view."""
        delta = event.angleDelta()
        steps = (delta.y() or delta.x()) / WHEEL_STEP
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.time.zoom(ZOOM_PER_STEP**steps)
        else:
            self.time.pan(-0.1 * steps * self.time.span_s)
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Tell the time under the mouse."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            time_s = self.span().time_s(event.pos().x() - LEFT_AXIS_PX)
            tip = "Drag the window to go along, its edges to zoom; click elsewhere to go there."
            if 0 <= time_s <= self.time.duration_s:
                tip = f"{time_text(time_s, 1)}\n{tip}"
            QToolTip.showText(event.globalPos(), tip, self)
            return True
        return super().event(event)

    def _show_grip(self, grip: Grip) -> None:
        shapes = {
            Grip.BODY: Qt.CursorShape.OpenHandCursor,
            Grip.NOTHING: Qt.CursorShape.ArrowCursor,
        }
        self.setCursor(shapes.get(grip, Qt.CursorShape.SizeHorCursor))
