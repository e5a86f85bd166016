"""The scale beside the lanes of a waveform: each number within the lane that it is of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt

from gui.views.pane import LEFT_AXIS_PX

if TYPE_CHECKING:
    from collections.abc import Sequence

TEXT_PX = 14
ROOM_PX = TEXT_PX - 1e-6
TICK_PX = 4
TITLE_PX = 18


@dataclass(frozen=True)
class Mark:
    """A number beside a lane.

    Parameters
    ----------
    y_px : float
        Where the value lies.
    top_px : float
        Upper edge of the number, which at the edge of a lane stands further in.
    text : str
        The number.
    """

    y_px: float
    top_px: float
    text: str


def place_marks(
    ticks: Sequence[tuple[float, str]], lanes: Sequence[tuple[float, float]]
) -> tuple[Mark, ...]:
    """Place numbers beside lanes, none over another, the most important ones first.

    Parameters
    ----------
    ticks : sequence of (float, str)
        Heights from -1 (bottom) to 1 (top), and what is written there, by their importance.
    lanes : sequence of (float, float)
        Upper edge and height of each, in pixels.

    Returns
    -------
    tuple of Mark
        Those for which there is room.
    """
    marks: list[Mark] = []
    for value, text in ticks:
        for lane_px, height_px in lanes:
            y_px = lane_px + (height_px - 1) * (1 - value) / 2
            # One pixel less, so that above the middle there is as much room as below.
            lowest_px = lane_px + height_px - 1 - TEXT_PX
            top_px = min(max(y_px - TEXT_PX / 2, lane_px), lowest_px)
            is_free = all(abs(top_px - mark.top_px) >= ROOM_PX for mark in marks)
            if height_px > TEXT_PX and is_free:
                marks.append(Mark(y_px, top_px, text))
    return tuple(marks)


class AmplitudeAxis(pg.AxisItem):
    """A left axis with given marks."""

    def __init__(self) -> None:
        super().__init__("left")
        self.marks: tuple[Mark, ...] = ()
        self.setWidth(LEFT_AXIS_PX)

    def set_marks(self, marks: tuple[Mark, ...]) -> None:
        """Show others."""
        if marks != self.marks:
            self.marks = marks
            self.picture = None
            self.update()

    def generateDrawSpecs(self, p: object) -> Any:  # noqa: ANN401, ARG002  as pyqtgraph has it
        """Tell pyqtgraph what to draw: the line along the axis, ticks, numbers."""
        right, height = self.size().width(), self.size().height()
        line = (self.pen(), QPointF(right - 1, 0), QPointF(right - 1, height))
        ticks, texts = [], []
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for mark in self.marks:
            y = round(mark.y_px) + 0.5
            ticks.append((self.pen(), QPointF(right - TICK_PX, y), QPointF(right, y)))
            width = right - TITLE_PX - TICK_PX - 2
            box = QRectF(TITLE_PX, mark.top_px, width, TEXT_PX)
            texts.append((box, flags.value | Qt.TextFlag.TextDontClip.value, mark.text))
        return line, ticks, texts
