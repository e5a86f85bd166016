"""Times drawn to what lies near: edges of annotations, and starts of frames."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def snap(
    time_s: float,
    edges_s: Iterable[float],
    *,
    hop_s: float | None = None,
    within_s: float = math.inf,
) -> float:
    """Draw a time to the nearest edge, or to the nearest start of a frame.

    Parameters
    ----------
    time_s : float
        In seconds.
    edges_s : iterable of float
        Edges of the other annotations.
    hop_s : float, optional
        From one frame to the next, in seconds; frames are no matter if it is left out.
    within_s : float
        What is further away draws nothing.

    Returns
    -------
    float
        An edge rather than a frame where both are in reach: frames are everywhere. The time itself
        where nothing is.
    """
    edge_s = min(edges_s, key=lambda edge_s: abs(edge_s - time_s), default=math.inf)
    if math.isfinite(edge_s) and abs(edge_s - time_s) <= within_s:
        return edge_s
    if hop_s is not None:
        frame_s = round(time_s / hop_s) * hop_s
        if abs(frame_s - time_s) <= within_s:
            return frame_s
    return time_s
