"""Annotating by mouse in the waveform: dragging makes, moves and trims annotations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QPointF, Qt, QTimer, Signal

from core.annotations.edits import snap
from core.timebase import samples_to_seconds
from gui.annotation_columns import columns_of
from gui.views.annotation_items import ROW_PX
from gui.views.annotation_spots import Spot, Zone, spot_at
from gui.views.pane import DRAG_STARTS_PX

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent

    from core.annotations.csv import Annotation
    from gui.annotation_choice import AnnotationChoice
    from gui.views.waveform import Waveform

SNAP_PX = 8.0
"""Edges of annotations draw an edge to them from so near; edges of frames from anywhere."""

SHORTEST_S = 1e-3
"""While the sample rate is not known."""

SCROLL_MS = 40
SCROLL_SHARE = 0.03
"""Beyond an edge of the view, it goes on by so much of itself each time."""

_CURSORS = {
    Zone.FREE: Qt.CursorShape.CrossCursor,
    Zone.BODY: Qt.CursorShape.PointingHandCursor,
    Zone.START: Qt.CursorShape.SizeHorCursor,
    Zone.END: Qt.CursorShape.SizeHorCursor,
    Zone.NARROW: Qt.CursorShape.PointingHandCursor,
}


@dataclass(frozen=True)
class Block:
    """What an annotation will be when the mouse is let go."""

    start_s: float
    end_s: float
    target: int
    row: int = 0
    is_apart: bool = False
    """It is no more than an idea: nobody holds it."""


@dataclass
class _Drag:
    """What the mouse was pressed on."""

    spot: Spot
    at: QPointF
    time_s: float
    here: QPointF
    modifiers: Qt.KeyboardModifier
    has_begun: bool = False


class AnnotationGestures(QObject):
    """What the mouse does to annotations; says what is wanted, and shows it meanwhile."""

    make_wanted = Signal(float, float)
    """Start and end of a new annotation, of the class that was given last."""
    edges_wanted = Signal(object, float, float)
    """An annotation, and its new start and end."""
    move_wanted = Signal(float)
    """By so many seconds: the chosen annotations."""
    preview_changed = Signal()

    def __init__(self, waveform: Waveform, choice: AnnotationChoice) -> None:
        super().__init__(waveform)
        self._waveform, self._choice = waveform, choice
        self._drag: _Drag | None = None
        self._scrolling = QTimer(self, interval=SCROLL_MS)
        self._scrolling.timeout.connect(self._scroll)
        self.is_enabled = False
        """Whether annotations may be edited; they may be chosen in any case."""
        self.new_target = 0
        """The class of what is made now."""
        self.preview: tuple[Block, ...] = ()
        self._placed_of: tuple[object, object] = (None, None)
        self._places: list[int] = []

    @property
    def is_dragging(self) -> bool:
        """Whether something is being made, moved or trimmed."""
        return self._drag is not None and self._drag.has_begun

    def press(self, event: QMouseEvent) -> bool:
        """Take hold of what is there; whether that is anything of ours."""
        place = self._place(event.position())
        spot = self._spot(place)
        is_shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if spot is None and self.is_enabled and is_shift and self._waveform.layout_.classes:
            spot = Spot(Zone.FREE)
        is_free = spot is not None and spot.zone is Zone.FREE
        if is_free and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            spot = Spot(Zone.BAND)
        if spot is None or (spot.zone is Zone.FREE and not self.is_enabled):
            return False
        at = event.position()
        self._drag = _Drag(spot, at, self._time(place), at, event.modifiers())
        return True

    def move(self, event: QMouseEvent) -> bool:
        """Go on with a drag; whether there is one."""
        drag = self._drag
        if drag is None:
            self._show_cursor(event.position())
            return False
        drag.here, drag.modifiers = event.position(), event.modifiers()
        far = abs(event.position().x() - drag.at.x()) >= DRAG_STARTS_PX
        if not drag.has_begun and far:
            drag.has_begun = self._begin(drag, event.modifiers())
        if drag.spot.zone is Zone.BAND:
            self._choose_touched(drag, event)
        elif drag.has_begun:
            self._show(self._blocks(drag))
            if self._beyond(drag) and not self._scrolling.isActive():
                self._scrolling.start()
        elif far:
            # What can only be chosen is no obstacle to selecting.
            self._waveform.time.select(drag.time_s, self._time(self._place(event.position())))
        return True

    def release(self, event: QMouseEvent) -> bool:
        """Say what is wanted, of a drag or a click; whether it was one of ours."""
        drag, self._drag = self._drag, None
        self._scrolling.stop()
        if drag is None:
            return False
        drag.here, drag.modifiers = event.position(), event.modifiers()
        if drag.has_begun and drag.spot.zone is not Zone.BAND:
            self._finish(drag)
            return True
        if abs(event.position().x() - drag.at.x()) >= DRAG_STARTS_PX:
            return True
        if drag.spot.index < 0:
            self._choice.clear()
            self._waveform.time.clear_selection()
            self._waveform.time.request_seek(drag.time_s)
        else:
            self._click(self._annotation(drag.spot.index), event.modifiers())
        return True

    def cancel(self) -> bool:
        """Let go without changing anything; whether there was a drag."""
        was_dragging = self._drag is not None
        self._drag = None
        self._scrolling.stop()
        self.settle()
        return was_dragging

    def settle(self) -> None:
        """Show what is, in place of what was wanted."""
        if not self.is_dragging:
            self._show(())

    def show(self, *blocks: Block) -> None:
        """Show what would be."""
        self._show(blocks)

    def snapped(self, time_s: float, *, without: tuple[int, ...] = ()) -> float:
        """A time drawn to an edge of an annotation nearby, or else to that of the nearest frame."""
        waveform = self._waveform
        layout = waveform.layout_
        within_s = SNAP_PX / waveform.span().px_per_s
        edges_s: list[float] = []
        for shown_s, name in ((layout.start_s, "start_s"), (layout.end_s, "end_s")):
            near = np.flatnonzero(np.abs(shown_s - time_s) <= within_s).tolist()
            edges_s += [getattr(layout.annotations[k], name) for k in near if k not in without]
        return snap(time_s, edges_s or self._frame_edges(time_s))

    def _frame_edges(self, time_s: float) -> list[float]:
        """Starts and ends of the frames around a time; none without features."""
        frames = self._waveform.frame_item.frames
        if frames is None:
            return []
        number = int(time_s / frames.hop_s)
        n_around = -(-frames.spec.frame_size // frames.spec.hop_size) + 1
        first, stop = max(0, number - n_around), min(frames.n_frames, number + n_around + 1)
        starts_s, ends_s = frames.edges_s(np.arange(first, stop, dtype=np.int64))
        return [*starts_s.tolist(), *ends_s.tolist()]

    def chosen_places(self) -> list[int]:
        """Where the chosen annotations are in the layout."""
        layout, keys = self._waveform.layout_, self._choice.keys
        if self._placed_of[0] is not layout or self._placed_of[1] is not keys:
            self._placed_of = (layout, keys)
            all_keys = columns_of(layout.annotations).keys
            is_chosen = np.isin(all_keys, np.fromiter(keys, np.int64, len(keys)))
            self._places = np.flatnonzero(is_chosen).tolist() if keys else []
        return self._places

    def _place(self, position: QPointF) -> QPointF:
        waveform = self._waveform
        return waveform.view.mapFromScene(waveform.mapToScene(position.toPoint()))

    def _time(self, place: QPointF) -> float:
        return float(self._waveform.span().time_s(place.x()))

    def _spot(self, place: QPointF) -> Spot | None:
        waveform = self._waveform
        layout = waveform.layout_
        if not waveform.has_strip or not 0 <= place.y() < waveform.annotation_item.strip_px:
            return None
        chosen = self.chosen_places()
        return spot_at(layout, waveform.span(), place.x(), place.y(), chosen=chosen)

    def _show_cursor(self, position: QPointF) -> None:
        spot = self._spot(self._place(position))
        shape = Qt.CursorShape.ArrowCursor
        if spot is not None and (self.is_enabled or spot.zone is not Zone.FREE):
            shape = _CURSORS[spot.zone if self.is_enabled else Zone.BODY]
        self._waveform.viewport().setCursor(shape)

    def _annotation(self, index: int) -> Annotation:
        return self._waveform.layout_.annotations[index]

    def _click(self, annotation: Annotation, modifiers: Qt.KeyboardModifier) -> None:
        chosen = self._choice.annotations
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            self._choice.toggle(annotation)
        elif modifiers & Qt.KeyboardModifier.ShiftModifier and chosen:
            first = min(annotation.start_s, *(a.start_s for a in chosen))
            last = max(annotation.start_s, *(a.start_s for a in chosen))
            found = [a for a in self._waveform.layout_.annotations if first <= a.start_s <= last]
            self._choice.choose(found)
        else:
            self._choice.choose([annotation])

    def _choose_touched(self, drag: _Drag, event: QMouseEvent) -> None:
        """Choose what lies between where the mouse was pressed and where it is."""
        here_s = self._time(self._place(event.position()))
        start_s, end_s = sorted((drag.time_s, here_s))
        layout = self._waveform.layout_
        touched = np.flatnonzero((layout.start_s < end_s) & (layout.end_s > start_s))
        self._choice.choose(layout.annotations[k] for k in touched.tolist())

    def _begin(self, drag: _Drag, modifiers: Qt.KeyboardModifier) -> bool:
        """Whether this is a drag: what is narrow, or may not be edited, stays where it is."""
        if drag.spot.zone in {Zone.FREE, Zone.BAND}:
            return True
        if not self.is_enabled or drag.spot.zone is Zone.NARROW:
            return False
        annotation = self._annotation(drag.spot.index)
        if annotation not in self._choice or drag.spot.zone is not Zone.BODY:
            is_more = modifiers & Qt.KeyboardModifier.ControlModifier
            if is_more and annotation not in self._choice:
                self._choice.toggle(annotation)
            else:
                self._choice.choose([annotation])
        return True

    def _beyond(self, drag: _Drag) -> int:
        """-1 where the mouse is before what is in view, 1 behind it, else 0."""
        x = self._place(drag.here).x()
        return int(x > self._waveform.span().width_px) - int(x < 0)

    def _scroll(self) -> None:
        """Go on with the view as long as the mouse is held beyond it."""
        drag = self._drag
        way = self._beyond(drag) if drag is not None and drag.has_begun else 0
        if drag is None or not way:
            self._scrolling.stop()
            return
        time = self._waveform.time
        time.pan(way * SCROLL_SHARE * time.span_s)
        self._show(self._blocks(drag))

    def _blocks(self, drag: _Drag) -> tuple[Block, ...]:
        """What there would be, were the mouse let go here."""
        waveform = self._waveform
        layout, index = waveform.layout_, drag.spot.index
        duration_s = waveform.time.duration_s
        snaps = bool(drag.modifiers & Qt.KeyboardModifier.AltModifier)
        here_s = min(max(self._time(self._place(drag.here)), 0.0), duration_s)
        if drag.spot.zone is Zone.FREE:
            start_s, end_s = sorted((min(max(drag.time_s, 0.0), duration_s), here_s))
            if snaps:
                start_s, end_s = self.snapped(start_s), self.snapped(end_s)
            row = min(int(self._place(drag.at).y()) // ROW_PX, layout.n_rows - 1)
            return (Block(start_s, end_s, self.new_target, max(0, row)),)
        annotation = self._annotation(index)
        row = int(layout.rows[index])
        if drag.spot.zone is Zone.BODY:
            return self._moved(here_s - drag.time_s, snaps=snaps)
        least_s = self._shortest_s()
        if drag.spot.zone is Zone.START:
            edge_s = annotation.start_s + here_s - drag.time_s
            edge_s = self.snapped(edge_s, without=(index,)) if snaps else edge_s
            start_s = min(max(edge_s, 0.0), annotation.end_s - least_s)
            return (Block(start_s, annotation.end_s, annotation.target, row),)
        edge_s = annotation.end_s + here_s - drag.time_s
        edge_s = self.snapped(edge_s, without=(index,)) if snaps else edge_s
        end_s = max(min(edge_s, duration_s), annotation.start_s + least_s)
        return (Block(annotation.start_s, end_s, annotation.target, row),)

    def _moved(self, by_s: float, *, snaps: bool) -> tuple[Block, ...]:
        """The chosen annotations elsewhere, within the recording."""
        layout, duration_s = self._waveform.layout_, self._waveform.time.duration_s
        places = self.chosen_places()
        chosen = [layout.annotations[k] for k in places]
        if not chosen:
            return ()
        first_s, last_s = min(a.start_s for a in chosen), max(a.end_s for a in chosen)
        if snaps:
            without = tuple(places)
            ways = [self.snapped(t + by_s, without=without) - t for t in (first_s, last_s)]
            by_s = min(ways, key=lambda way: abs(way - by_s))
        by_s = min(max(by_s, min(0.0, -first_s)), max(0.0, duration_s - last_s))
        return tuple(
            Block(a.start_s + by_s, a.end_s + by_s, a.target, int(layout.rows[k]))
            for k, a in zip(places, chosen, strict=True)
        )

    def _shortest_s(self) -> float:
        rate = self._waveform.layout_.sample_rate
        return float(samples_to_seconds(1, sample_rate=rate)) if rate else SHORTEST_S

    def _finish(self, drag: _Drag) -> None:
        blocks = self._blocks(drag)
        if not blocks:
            self._show(())
            return
        # It stays on the screen until what has become of it is drawn.
        self._show(blocks)
        block = blocks[0]
        if drag.spot.zone is Zone.FREE:
            if block.end_s > block.start_s:
                self.make_wanted.emit(block.start_s, block.end_s)
            else:
                self._show(())
            return
        if drag.spot.zone is Zone.BODY:
            first = self._annotation(self.chosen_places()[0])
            by_s = block.start_s - first.start_s
            if by_s:
                self.move_wanted.emit(by_s)
            else:
                self._show(())
            return
        annotation = self._annotation(drag.spot.index)
        if (block.start_s, block.end_s) == (annotation.start_s, annotation.end_s):
            self._show(())
        else:
            self.edges_wanted.emit(annotation, block.start_s, block.end_s)

    def _show(self, blocks: tuple[Block, ...]) -> None:
        if blocks != self.preview:
            self.preview = blocks
            self.preview_changed.emit()
