"""The waveform with its annotations and frames: the original, the transcoded, or both."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent
from PySide6.QtWidgets import QToolTip

from gui.views.amplitude_axis import AmplitudeAxis, place_marks
from gui.views.annotation_gestures import AnnotationGestures
from gui.views.annotation_items import ROW_PX, AnnotationItem, Layout
from gui.views.edit_item import EditItem
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

    Clicking a block of the strip along the top chooses that annotation; elsewhere it seeks. What
    dragging does there is up to `gestures`.
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
        self.choice = session.choice
        self.gestures = AnnotationGestures(self, session.choice)
        self.annotation_item = AnnotationItem(self.view, self.span, self.colors)
        self.wave_item = WaveItem(self)
        self.frame_item = FrameGridItem(self.view, self.span, lambda: self.annotation_item.layout)
        self.frame_item.colors = self.colors
        self.annotation_item.left_free_px = lambda: self.frame_item.strip_px
        self.edit_item = EditItem(self)
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

    @property
    def has_strip(self) -> bool:
        """Whether there is a strip of annotations: also an empty one, where some can be made."""
        return bool(self.layout_.annotations) or (
            self.gestures.is_enabled and bool(self.layout_.classes)
        )

    def lanes(self) -> list[QRectF]:
        """Where the channels are drawn, in pixels of the view box."""
        base = self.base
        n_lanes = base.meta.n_channels if base else 1
        top = self.annotation_item.strip_px if self.has_strip else 0
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
        """Choose an annotation, and select what it takes up."""
        self.choice.choose([self.layout_.annotations[index]])

    def allow_editing(self, on: bool) -> None:  # noqa: FBT001  as a signal has it
        """Say whether annotations can be made and changed here."""
        if on != self.gestures.is_enabled:
            self.gestures.cancel()
            self.gestures.is_enabled = on
            self._redraw()

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
        for item in (self.annotation_item, self.wave_item, self.frame_item, self.edit_item):
            item.update()

    def _on_range(self, start_s: float, end_s: float) -> None:  # noqa: ARG002  the axis knows
        if hasattr(self, "frame_item"):
            self._show_ticks()
            for item in (self.annotation_item, self.wave_item, self.frame_item, self.edit_item):
                item.update()

    def _on_audio_changed(self) -> None:
        self._redraw()

    def _on_details_changed(self, _details: object) -> None:
        self._is_timed = self.time.duration_s > 0
        layout = Layout.of(self._media.details if self._is_timed else None)
        self.annotation_item.show_layout(layout)
        self.frame_item.frames = Frames.of(self._media.details, layout)
        self.gestures.settle()
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

    def mousePressEvent(self, ev: QMouseEvent) -> None:
        """Take hold of an annotation, or begin a click or a drag."""
        if ev.button() == Qt.MouseButton.LeftButton and self.gestures.press(ev):
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            ev.accept()
            return
        super().mousePressEvent(ev)

    def mouseMoveEvent(self, ev: QMouseEvent) -> None:
        """Show by the mouse's shape what a click would do; with Alt, what is selected snaps."""
        if self.gestures.move(ev):
            self.time.move_cursor(self.time_at(ev.position().x()))
            ev.accept()
            return
        super().mouseMoveEvent(ev)
        is_selecting = self._pressed_at is not None and self._is_drag(ev.position())
        if is_selecting and ev.modifiers() & Qt.KeyboardModifier.AltModifier:
            ends = (self._pressed_s, self.time_at(ev.position().x()))
            self.time.select(*(self.gestures.snapped(t) for t in ends))

    def mouseReleaseEvent(self, ev: QMouseEvent) -> None:
        """Finish what was begun."""
        if ev.button() == Qt.MouseButton.LeftButton and self.gestures.release(ev):
            ev.accept()
            return
        super().mouseReleaseEvent(ev)

    def event(self, event: QEvent) -> bool:
        """While something is dragged, Escape lets it go, and stops nothing."""
        is_escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if is_escape and self.gestures.is_dragging:
            if event.type() == QEvent.Type.KeyPress:
                self.gestures.cancel()
            event.accept()
            return True
        return bool(super().event(event))

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
