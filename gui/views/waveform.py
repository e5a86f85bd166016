"""The waveform with its annotations and frames: the original, the transcoded, or both."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QToolTip

from gui.views.amplitude_axis import AmplitudeAxis, place_marks
from gui.views.annotation_items import ROW_PX, AnnotationItem, Layout
from gui.views.frame_grid import FrameGridItem, Frames
from gui.views.pane import Pane
from gui.views.pixels import Span
from gui.views.wave_columns import Amplitude
from gui.views.wave_item import WaveItem

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QWheelEvent

    from core.peaks import PeakReader
    from gui.media import Media
    from gui.session import Session
    from gui.theme import PlotColors

LANE_GAP_PX = 3
LARGEST_GAIN = 4096.0
GRAB_PX = 3.0


class Waveform(Pane):
    """The recording's samples over time, one lane for each channel.

    Clicking a block of the strip along the top selects that annotation; elsewhere it seeks.
    """

    amplitude_changed = Signal()
    """The amplitude axis is another one."""

    def __init__(self, session: Session, media: Media) -> None:
        super().__init__(session.time, title="Waveform", colors=session.theme.colors)
        self.axis = AmplitudeAxis()
        self.plot.setAxisItems({"left": self.axis})
        super().set_colors(session.theme.colors)
        self.setObjectName("waveform")
        self.setMinimumHeight(90)
        self._media = media
        self._transcoded_alone = False
        self._overlay = False
        self._amplitude = Amplitude()
        self._version = 0
        self._is_timed = False
        self.annotation_item = AnnotationItem(self.view, self.span, self.colors)
        self.wave_item = WaveItem(self)
        self.frame_item = FrameGridItem(self.view, self.span, lambda: self.annotation_item.layout)
        self.frame_item.colors = self.colors
        self.annotation_item.left_free_px = lambda: self.frame_item.strip_px
        self.view.setYRange(0, 1, padding=0)
        media.audio_changed.connect(self._on_audio_changed)
        media.details_changed.connect(self._on_details_changed)
        self.time.duration_changed.connect(self._on_duration)
        self._on_details_changed(media.details)

    @property
    def layout_(self) -> Layout:
        """Where the annotations lie; empty while it is not known how long the recording is."""
        return self.annotation_item.layout

    @property
    def amplitude(self) -> Amplitude:
        """The amplitude axis."""
        return self._amplitude

    @property
    def base(self) -> PeakReader | None:
        """What is drawn: the original, unless it cannot be, or the transcoded is asked for."""
        if self._transcoded_alone or self._media.original_problem:
            return self._media.transcoded
        return self._media.original

    @property
    def overlay(self) -> PeakReader | None:
        """What is drawn over it."""
        over = self._media.transcoded if self._overlay else None
        return None if over is self.base else over

    def span(self) -> Span:
        """What is in view, and over how many pixels."""
        return Span(self.time.start_s, self.time.end_s, self.width_px())

    def lanes(self) -> list[QRectF]:
        """Where the channels are drawn, in pixels of the view box."""
        base = self.base
        n_lanes = base.meta.n_channels if base else 1
        top = self.annotation_item.strip_px if self.layout_.annotations else 0
        height = max(n_lanes, round(self.view.height()) - top - self.frame_item.strip_px)
        edges = [top + round(k * height / n_lanes) for k in range(n_lanes + 1)]
        return [
            QRectF(0, a, self.width_px(), max(1, b - a - (LANE_GAP_PX if n_lanes > 1 else 0)))
            for a, b in pairwise(edges)
        ]

    def set_amplitude(self, *, is_decibel: bool | None = None, gain: float | None = None) -> None:
        """Change the amplitude axis."""
        now = self._amplitude
        gain = min(max(now.gain if gain is None else gain, 1.0), LARGEST_GAIN)
        wanted = Amplitude(now.is_decibel if is_decibel is None else is_decibel, gain)
        if wanted != now:
            self._amplitude = wanted
            self._redraw()
            self.amplitude_changed.emit()

    def show_overlay(self, on: bool) -> None:  # noqa: FBT001  a slot of a checkable action
        """Draw the transcoded recording over the original."""
        self._overlay = on
        self._redraw()

    def show_transcoded(self, on: bool) -> None:  # noqa: FBT001  a slot of a checkable action
        """Draw the transcoded recording in place of the original."""
        self._transcoded_alone = on
        self._redraw()

    def annotation_at(self, position: QPointF) -> int | None:
        """The annotation whose block lies there in the widget."""
        place = self.view.mapFromScene(self.mapToScene(position.toPoint()))
        layout = self.layout_
        if not layout.annotations or not 0 <= place.y() < self.annotation_item.strip_px:
            return None
        span = self.span()
        return layout.at(span.time_s(place.x()), int(place.y()) // ROW_PX, GRAB_PX / span.px_per_s)

    def select_annotation(self, index: int) -> None:
        """Select what an annotation takes up."""
        annotation = self.layout_.annotations[index]
        self.time.select(annotation.start_s, annotation.end_s)

    def set_colors(self, colors: PlotColors) -> None:
        """Take the colours of the theme."""
        super().set_colors(colors)
        if hasattr(self, "frame_item"):
            self.annotation_item.set_colors(colors)
            self.frame_item.colors = colors
            self._redraw()

    @property
    def version(self) -> int:
        """Another number whenever the same range looks different."""
        return self._version

    def _redraw(self) -> None:
        self._version += 1
        self._show_ticks()
        for item in (self.annotation_item, self.wave_item, self.frame_item):
            item.update()

    def _on_range(self, start_s: float, end_s: float) -> None:  # noqa: ARG002  the axis knows
        if hasattr(self, "frame_item"):
            self._show_ticks()
            for item in (self.annotation_item, self.wave_item, self.frame_item):
                item.update()

    def _on_audio_changed(self) -> None:
        self._redraw()

    def _on_details_changed(self, _details: object) -> None:
        self._is_timed = self.time.duration_s > 0
        layout = Layout.of(self._media.details if self._is_timed else None)
        self.annotation_item.show_layout(layout)
        self.frame_item.frames = Frames.of(self._media.details, layout)
        self._redraw()

    def _on_duration(self, duration_s: float) -> None:
        # While a recording is decoded it grows ten times a second, and they stay where they are.
        if (duration_s > 0) != self._is_timed:
            self._on_details_changed(None)

    def _show_ticks(self) -> None:
        """Write the axis: it hangs on the lanes alone, not on what is in view."""
        lanes = [(lane.y(), lane.height()) for lane in self.lanes()]
        self.axis.set_marks(place_marks(self._amplitude.ticks(), lanes))
        self.axis.setLabel("Level in dBFS" if self._amplitude.is_decibel else "Amplitude")

    def wheelEvent(self, ev: QWheelEvent) -> None:
        """Shift and wheel magnify the linear axis."""
        if ev.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            steps = ev.angleDelta().y() or ev.angleDelta().x()
            self.set_amplitude(gain=self._amplitude.gain * (2.0 if steps > 0 else 0.5))
            ev.accept()
            return
        super().wheelEvent(ev)

    def mouseMoveEvent(self, ev: QMouseEvent) -> None:
        """Show by the mouse's shape what a click would do."""
        super().mouseMoveEvent(ev)
        over = self.annotation_at(ev.position()) is not None
        self.viewport().setCursor(
            Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor
        )

    def mouseReleaseEvent(self, ev: QMouseEvent) -> None:
        """Select the annotation whose block was clicked."""
        index = self.annotation_at(ev.position())
        is_click = self._pressed_at is not None and not self._is_drag(ev.position())
        if ev.button() == Qt.MouseButton.LeftButton and is_click and index is not None:
            self._pressed_at = None
            self.select_annotation(index)
            ev.accept()
            return
        super().mouseReleaseEvent(ev)

    def viewportEvent(self, event: QEvent) -> bool:
        """Tell about the annotation under the mouse."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            index = self.annotation_at(QPointF(event.pos()))
            if index is None:
                QToolTip.hideText()
            else:
                QToolTip.showText(event.globalPos(), self.layout_.tip(index), self)
            return True
        return bool(super().viewportEvent(event))
