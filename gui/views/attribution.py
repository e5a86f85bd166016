"""What moved a decision, over time: a row for each band or feature, toward a class or against."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, Signal

from core.timebase import owned_interval, owning_frames, sample_under
from gui.views.lanes import Lane, LanePane, mix
from gui.views.time_text import time_text

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QMouseEvent

    from core.explanation import Explanation
    from gui.session import Session

LEAST_PX = 46
LEAST_GROUP_PX = 15
"""Room for a group's name."""

ROUNDING = 1e-6
"""Of a frame: what stands where one begins belongs to it, whatever a float says."""

SHADES = 128
DASH_PX = 3
GROUPS = {
    "loudness": "Loudness",
    "mfcc": "MFCC",
    "melbands": "Mel bands",
    "onset": "Onset",
    "hpcp": "HPCP",
}


def group_columns(columns: tuple[str, ...]) -> list[tuple[str, list[int]]]:
    """Bring columns together that belong together: title, and places of the columns."""
    groups: dict[str, list[int]] = {}
    for k, column in enumerate(columns):
        groups.setdefault(column.partition("_")[0], []).append(k)
    return [(GROUPS.get(name, name), places) for name, places in groups.items()]


class AttributionPane(LanePane):
    """A lane for each group of features, in it a row for each, the first at the bottom."""

    pointed = Signal(str)
    """What there is under the mouse, in words; empty if nothing is."""

    def __init__(self, session: Session) -> None:
        self._explanation: Explanation | None = None
        self._columns: dict[int, int] = {}
        """Which column each row of pixels shows."""
        super().__init__(session, "attribution")
        self.setMinimumHeight(LEAST_PX)

    def show_explanation(self, explanation: Explanation | None, text: str) -> None:
        """Show another one, or say why there is none."""
        self._explanation = explanation
        self.redraw()
        self.empty.say(text, self.room())

    def _show_selection(self, selection: tuple[float, float] | None) -> None:
        """Tint nothing: the span that is explained has edges of its own."""

    def draw_lanes(self, pixels: NDArray[np.uint32]) -> None:
        """Draw what is in view."""
        found = self._explanation
        self._columns = {}
        if found is None:
            self.axis.set_lanes(())
            self.empty.say(self.empty.text(), self.room())
            return
        values = column_extremes(
            found, start_s=self.time.start_s, end_s=self.time.end_s, width_px=pixels.shape[1]
        )
        shades = self._shades()
        there = np.isfinite(values[:, 0])
        shares = np.clip(np.nan_to_num(values) / found.full_scale, -1, 1)
        codes = np.rint(shares * SHADES).astype(np.int64) + SHADES
        lanes: list[Lane] = []
        for title, places, top_px, height_px in _lanes(found.columns, len(pixels)):
            inner = pixels[top_px + 1 : top_px + height_px]
            rows = len(places) - 1 - np.arange(len(inner)) * len(places) // max(1, len(inner))
            np.copyto(inner, shades[codes[:, places].T[rows]], where=there)
            pixels[top_px] = self.colors.grid.rgb()
            edges = (str(len(places) - 1), "0") if len(places) > 1 else ("", "")
            lanes.append(Lane(title, top_px, height_px, *edges))
            self._columns |= {top_px + 1 + k: places[r] for k, r in enumerate(rows.tolist())}
        self._draw_edges(pixels, found)
        self.axis.set_lanes(tuple(lanes))

    def read_at(self, time_s: float, y_px: float) -> str:
        """What there is at a place of the picture, in words."""
        found = self._explanation
        if found is None:
            return ""
        sample = sample_under(time_s, sample_rate=found.sample_rate)
        frame = int(owning_frames([sample], hop_size=found.hop_size)[0])
        row = frame - found.first_frame
        column = self._columns.get(math.floor(y_px))
        if column is None or not 0 <= row < len(found.values):
            return ""
        value = float(found.values[row, column])
        if math.isnan(value):
            return ""
        toward = found.predicted if value >= 0 else found.other
        where = f"{found.columns[column]} in frame {frame} at {time_text(time_s, 3)}"
        return f"{where}: {value:+.4f} toward {toward}"

    def mouseMoveEvent(self, ev: QMouseEvent) -> None:
        """Read what is under the mouse, too."""
        super().mouseMoveEvent(ev)
        place = self.view.mapFromScene(QPointF(self.mapToScene(ev.position().toPoint())))
        self.pointed.emit(self.read_at(self.time_at(ev.position().x()), place.y()))

    def leaveEvent(self, ev: object) -> None:
        """The mouse has gone."""
        super().leaveEvent(ev)
        self.pointed.emit("")

    def _shades(self) -> NDArray[np.uint32]:
        """Colours from all against, over nothing, to all toward."""
        colors = self.colors
        shares = [k / SHADES for k in range(SHADES + 1)]
        against = [mix(colors.against, colors.background, s) for s in reversed(shares[1:])]
        toward = [mix(colors.toward, colors.background, s) for s in shares]
        return np.array(against + toward, dtype=np.uint32)

    def _draw_edges(self, pixels: NDArray[np.uint32], found: Explanation) -> None:
        """Dashed lines where the span begins and ends that is explained."""
        px_per_s = pixels.shape[1] / self.time.span_s
        for time_s in owned_interval(
            found.start_frame,
            found.stop_frame,
            hop_size=found.hop_size,
            sample_rate=found.sample_rate,
        ):
            x_px = math.floor((time_s - self.time.start_s) * px_per_s)
            if 0 <= x_px < pixels.shape[1]:
                dashes = np.arange(len(pixels)) // DASH_PX % 2 == 0
                pixels[dashes, x_px] = self.colors.foreground.rgb()


def column_extremes(
    found: Explanation, *, start_s: float, end_s: float, width_px: int
) -> NDArray[np.float32]:
    """Values of shape (width, n_columns), the farthest from 0 in each pixel; NaN beyond them."""
    per_frame = found.sample_rate / found.hop_size
    edges = np.linspace(start_s, end_s, width_px + 1) * per_frame - found.first_frame + ROUNDING
    n_frames = len(found.values)
    first = np.floor(edges[:-1]).astype(np.int64)
    stop = np.maximum(first + 1, np.floor(edges[1:]).astype(np.int64))
    if edges[1] - edges[0] <= 1:
        # As in all panes, a pixel shows what lasts in its middle.
        first = np.floor((edges[:-1] + edges[1:]) / 2).astype(np.int64)
        stop = first + 1
    drawn = np.full((width_px, found.values.shape[1]), np.nan, dtype=np.float32)
    there = (stop > 0) & (first < n_frames)
    if there.any():
        starts = np.clip(first[there], 0, n_frames - 1)
        low = np.fmin.reduceat(found.values[: int(stop[there].max())], starts, axis=0)
        high = np.fmax.reduceat(found.values[: int(stop[there].max())], starts, axis=0)
        drawn[there] = np.where(np.abs(low) > np.abs(high), low, high)
    return drawn


def _lanes(columns: tuple[str, ...], height_px: int) -> list[tuple[str, list[int], int, int]]:
    """Title, columns, top and height of each group: of equal rows, with room for its name."""
    groups = group_columns(columns)
    least_px = min(LEAST_GROUP_PX, height_px // max(1, len(groups)))
    left_px = height_px - least_px * len(groups)
    n_more = sum(len(places) - 1 for _, places in groups)
    lanes: list[tuple[str, list[int], int, int]] = []
    top_px = n_before = 0
    for k, (title, places) in enumerate(groups):
        n_before += len(places) - 1
        bottom_px = least_px * (k + 1) + left_px * n_before // max(1, n_more)
        bottom_px = min(bottom_px if k < len(groups) - 1 else height_px, height_px)
        if bottom_px - top_px > 1:
            lanes.append((title, places, top_px, bottom_px - top_px))
        top_px = bottom_px
    return lanes
