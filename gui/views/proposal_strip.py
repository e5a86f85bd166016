"""Proposals over time, drawn apart from annotations: hatched, dashed, with a question mark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QToolTip

from gui.theme import class_color
from gui.views.annotation_items import block_height
from gui.views.annotation_spots import EDGE_PX, LEAST_HELD_PX
from gui.views.lanes import Lane, LanePane, mix
from gui.views.pixels import Span
from gui.views.proposal_columns import ProposalColumns
from gui.views.time_text import time_text

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QMouseEvent

    from gui.proposing import Proposing
    from gui.session import Session

STRIP_PX = 22
MOST_NAMED = 80
"""With more in view, there are neither names nor outlines."""

HATCH_PX = 3
FULL, FAINT = 0.5, 0.14
PLATE_ALPHA = 190
NAME_PX = 12
HANDLE_PX = 5
SHORTEST_S = 1e-3
"""A proposal cannot be drawn shorter."""

NOTHING_LEFT = "All that is predicted is annotated or dismissed"


@dataclass(frozen=True)
class _Drag:
    """Which edge was taken hold of, where, and what the edges were then."""

    edge: str
    pressed_s: float
    start_s: float
    end_s: float


class ProposalStrip(LanePane):
    """A click chooses a proposal; its edges can be dragged before it is accepted."""

    def __init__(self, session: Session, proposing: Proposing) -> None:
        self._proposing = proposing
        self._columns = ProposalColumns(proposing.proposals)
        self._is_wanted = True
        self._drag: _Drag | None = None
        super().__init__(session, "proposalStrip")
        self.setFixedHeight(STRIP_PX)
        proposing.changed.connect(self._on_changed)
        proposing.chosen_changed.connect(self.redraw)
        session.theme.changed.connect(self.set_colors)
        self._on_changed()

    def show_proposals(self, on: bool) -> None:  # noqa: FBT001  a slot of a checkable action
        """Show them, or take no room."""
        self._is_wanted = on
        self._on_changed()

    def span(self) -> Span:
        """What is in view, and over how many pixels."""
        return Span(self.time.start_s, self.time.end_s, self.width_px())

    def draw_lanes(self, pixels: NDArray[np.uint32]) -> None:
        """Draw what is in view."""
        proposals = self._proposing.proposals
        self.axis.set_lanes((Lane("Proposals", 0, len(pixels)),))
        self.empty.say("" if len(proposals) else NOTHING_LEFT, self.room())
        if not len(proposals):
            return
        height_px, width_px = pixels.shape
        edges_s = np.linspace(self.time.start_s, self.time.end_s, width_px + 1)
        targets = self._columns.targets(edges_s)
        n_classes = len(proposals.classes)
        y, x = np.ogrid[:height_px, :width_px]
        is_full = (x + y) // HATCH_PX % 2 == 0
        for target in range(n_classes):
            mine = targets == target
            if not mine.any():
                continue
            color = class_color(target, n_classes, self.colors)
            is_in = mine & (y >= height_px - block_height(target, n_classes, height_px) - 1)
            for share, where in ((FULL, is_full), (FAINT, ~is_full)):
                shade = np.uint32(mix(color, self.colors.background, share))
                np.copyto(pixels, shade, where=is_in & where)

    def drawForeground(self, painter: QPainter, rect: Any) -> None:  # noqa: ANN401
        """Outlines and names, where there are few; and what is chosen."""
        super().drawForeground(painter, rect)
        painter.save()
        painter.resetTransform()
        room = self.room()
        painter.setClipRect(room)
        first, stop = self._in_view()
        if stop - first <= MOST_NAMED:
            for index in range(first, stop):
                self._outline(painter, index, room)
        if self._proposing.chosen >= 0:
            self._outline_chosen(painter, room)
        painter.restore()

    def proposal_at(self, x_px: float) -> int:
        """The proposal at a place in the widget; -1 for none."""
        proposals, time_s = self._proposing.proposals, self.time_at(x_px)
        index = int(np.searchsorted(proposals.end_s, time_s, side="right"))
        # One that is narrower than a pixel is drawn as wide as one.
        slack_s = 1 / self.span().px_per_s
        is_there = index < len(proposals) and proposals.start_s[index] <= time_s + slack_s
        return index if is_there else -1

    def mousePressEvent(self, ev: QMouseEvent) -> None:
        """Take hold of an edge, or begin a click or a drag."""
        super().mousePressEvent(ev)
        edge = self._edge_at(ev.position().x())
        if ev.button() == Qt.MouseButton.LeftButton and edge:
            start_s, end_s = self._edges(self._proposing.chosen)
            self._drag = _Drag(edge, self.time_at(ev.position().x()), start_s, end_s)
            self._pressed_at = None

    def mouseMoveEvent(self, ev: QMouseEvent) -> None:
        """Draw the edge elsewhere; else show by the mouse's shape what can be done."""
        drag = self._drag
        if drag is None:
            super().mouseMoveEvent(ev)
            self._show_shape(ev.position().x())
            return
        time_s = self.time_at(ev.position().x())
        self.time.move_cursor(time_s)
        start_s, end_s, by_s = drag.start_s, drag.end_s, time_s - drag.pressed_s
        if drag.edge == "start":
            start_s = min(max(start_s + by_s, 0.0), end_s - SHORTEST_S)
        else:
            end_s = max(min(end_s + by_s, self.time.duration_s), start_s + SHORTEST_S)
        self._proposing.draw_edges(start_s, end_s)
        ev.accept()

    def mouseReleaseEvent(self, ev: QMouseEvent) -> None:
        """Choose what is there; what has been dragged stays as it is drawn."""
        if self._drag is not None:
            self._drag = None
            ev.accept()
            return
        is_click = self._pressed_at is not None and not self._is_drag(ev.position())
        index = self.proposal_at(ev.position().x())
        if ev.button() == Qt.MouseButton.LeftButton and is_click and index >= 0:
            self._pressed_at = None
            self.time.request_seek(float(self._proposing.proposals.start_s[index]))
            self._proposing.choose(index, reveals=False)
            ev.accept()
            return
        super().mouseReleaseEvent(ev)

    def event(self, event: QEvent) -> bool:
        """While an edge is dragged, Escape puts it back, and stops nothing."""
        is_escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if is_escape and self._drag is not None:
            self._drag = None
            self._proposing.choose(self._proposing.chosen, reveals=False)
            event.accept()
            return True
        return bool(super().event(event))

    def viewportEvent(self, event: QEvent) -> bool:
        """Tell about the proposal under the mouse."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            index = self.proposal_at(event.pos().x())
            QToolTip.showText(event.globalPos(), self._tip(index), self)
            return True
        return bool(super().viewportEvent(event))

    def _on_changed(self) -> None:
        self._columns = ProposalColumns(self._proposing.proposals)
        self.setVisible(self._is_wanted and self._proposing.predicted is not None)
        self.redraw()

    def _in_view(self) -> tuple[int, int]:
        """First proposal of which a part is in view, and the one behind the last."""
        proposals = self._proposing.proposals
        first = int(np.searchsorted(proposals.end_s, self.time.start_s, side="right"))
        return first, int(np.searchsorted(proposals.start_s, self.time.end_s, side="left"))

    def _edges(self, index: int) -> tuple[float, float]:
        proposing = self._proposing
        if index == proposing.chosen and proposing.edges is not None:
            return proposing.edges
        one = proposing.proposals[index]
        return one.start_s, one.end_s

    def _box(self, start_s: float, end_s: float, room: QRect, target: int) -> QRect:
        span = self.span()
        left, right = (float(span.x_px(t)) for t in (start_s, end_s))
        left_px, right_px = round(max(left, -10.0)), round(min(right, span.width_px + 10.0))
        height = block_height(target, len(self._proposing.proposals.classes), room.height())
        top = room.bottom() - height
        return QRect(room.left() + left_px, top, max(1, right_px - left_px), height)

    def _outline(self, painter: QPainter, index: int, room: QRect) -> None:
        proposals = self._proposing.proposals
        one, target = proposals[index], int(proposals.targets[index])
        box = self._box(one.start_s, one.end_s, room, target)
        color = class_color(target, len(proposals.classes), self.colors)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(color, 1, Qt.PenStyle.DashLine))
        painter.drawRect(box)
        font = painter.font()
        font.setPixelSize(NAME_PX)
        painter.setFont(font)
        shown = box.intersected(room).adjusted(4, 0, -4, 0)
        metrics = painter.fontMetrics()
        names = (f"{one.label} {one.score:.2f}?", f"{one.label}?", "?")
        name = next((n for n in names if metrics.horizontalAdvance(n) <= shown.width()), "")
        if not name:
            return
        align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        plate = QColor(self.colors.background)
        plate.setAlpha(PLATE_ALPHA)
        behind = painter.boundingRect(shown, align, name)
        painter.fillRect(behind.adjusted(-2, 1, 2, -1), plate)
        painter.setPen(self.colors.foreground)
        painter.drawText(shown, align, name)

    def _outline_chosen(self, painter: QPainter, room: QRect) -> None:
        proposing = self._proposing
        edges = self._edges(proposing.chosen)
        box = self._box(*edges, room, int(proposing.proposals.targets[proposing.chosen]))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self.colors.foreground, 2))
        painter.drawRect(box)
        if box.width() < LEAST_HELD_PX or proposing.why_not:
            return
        painter.setPen(QPen(self.colors.background, 1))
        painter.setBrush(self.colors.foreground)
        for x_px in (box.left(), box.right()):
            corner = QPoint(x_px - HANDLE_PX // 2, box.center().y() - HANDLE_PX)
            painter.drawRect(QRect(corner, corner + QPoint(HANDLE_PX, 2 * HANDLE_PX)))

    def _edge_at(self, x_px: float) -> str:
        """Which edge of the chosen proposal is there; empty if none can be taken hold of."""
        index = self._proposing.chosen
        if index < 0 or self._proposing.why_not:
            return ""
        left, right = (float(self.span().x_px(t)) for t in self._edges(index))
        if right - left < LEAST_HELD_PX:
            return ""
        x_px -= self.room().left()
        away, edge = min((abs(x_px - x), edge) for x, edge in ((left, "start"), (right, "end")))
        return edge if away <= EDGE_PX else ""

    def _show_shape(self, x_px: float) -> None:
        shape = Qt.CursorShape.ArrowCursor
        if self._edge_at(x_px):
            shape = Qt.CursorShape.SizeHorCursor
        elif self.proposal_at(x_px) >= 0:
            shape = Qt.CursorShape.PointingHandCursor
        self.viewport().setCursor(shape)

    def _tip(self, index: int) -> str:
        if index < 0:
            return ""
        one, predicted = self._proposing.proposals[index], self._proposing.predicted
        by = f" by {predicted.run}" if predicted else ""
        length_s = one.end_s - one.start_s
        return (
            f"{one.label}? Predicted{by}, score {one.score:.3f}\n"
            f"{time_text(one.start_s)} to {time_text(one.end_s)}, {length_s:.6g} s\n"
            "Click to choose it, Enter accepts, a digit gives another class, Del dismisses"
        )
