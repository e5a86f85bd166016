"""What of the annotations lies under the mouse: an edge, a body, or free ground."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gui.views.annotation_items import ROW_PX

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from gui.views.annotation_items import Layout
    from gui.views.pixels import Span

EDGE_PX = 5.0
"""An edge is taken hold of from so near."""

LEAST_HELD_PX = 4 * EDGE_PX
"""What is narrower can be chosen, but neither moved nor changed by the mouse: zoomed far out,
nobody means to move by seconds what they click at."""


class Zone(enum.Enum):
    """A part of the strip of annotations."""

    FREE = enum.auto()
    BODY = enum.auto()
    START = enum.auto()
    END = enum.auto()
    NARROW = enum.auto()
    """An annotation that is too narrow to be taken hold of."""
    BAND = enum.auto()
    """Free ground, from which annotations are chosen by dragging over them."""


@dataclass(frozen=True)
class Spot:
    """A part, and of which annotation: its place in the layout, or -1 on free ground."""

    zone: Zone
    index: int = -1


def spot_at(
    layout: Layout, span: Span, x_px: float, y_px: float, *, chosen: Collection[int] = ()
) -> Spot:
    """What lies at a place of the strip.

    Where edges of several annotations are near, one that is chosen comes first, then the one that
    the place lies in, then the nearest.
    """
    if not len(layout.start_s):
        return Spot(Zone.FREE)
    starts_px, ends_px = span.x_px(layout.start_s), span.x_px(layout.end_s)
    in_row = layout.rows == min(int(y_px) // ROW_PX, layout.n_rows - 1)
    near = np.flatnonzero(in_row & (starts_px - EDGE_PX <= x_px) & (x_px <= ends_px + EDGE_PX))
    held = near[ends_px[near] - starts_px[near] >= LEAST_HELD_PX]
    found = _edge_at(held, starts_px, ends_px, x_px, chosen)
    if found is not None:
        return found
    inside = near[(starts_px[near] <= x_px) & (x_px < ends_px[near])]
    if not len(inside):
        # A block is drawn one column wide at least.
        slender = near[ends_px[near] - starts_px[near] < LEAST_HELD_PX]
        inside = slender[
            (starts_px[slender] - EDGE_PX / 2 <= x_px) & (x_px < ends_px[slender] + EDGE_PX / 2)
        ]
    if not len(inside):
        return Spot(Zone.FREE)
    index = int(inside[np.argmin(ends_px[inside] - starts_px[inside])])
    is_narrow = ends_px[index] - starts_px[index] < LEAST_HELD_PX
    return Spot(Zone.NARROW if is_narrow else Zone.BODY, index)


def _edge_at(
    held: NDArray[np.int64],
    starts_px: NDArray[np.float64],
    ends_px: NDArray[np.float64],
    x_px: float,
    chosen: Collection[int],
) -> Spot | None:
    """The edge there, of the annotations that can be taken hold of; None if there is none."""
    edges: list[tuple[bool, bool, float, Spot]] = []
    for index in held.tolist():
        start, end = float(starts_px[index]), float(ends_px[index])
        for zone, edge in ((Zone.START, start), (Zone.END, end)):
            if abs(x_px - edge) <= EDGE_PX:
                is_in = start <= x_px < end
                key = (index not in chosen, not is_in, abs(x_px - edge))
                edges.append((*key, Spot(zone, index)))
    return min(edges, key=lambda edge: edge[:3])[3] if edges else None
