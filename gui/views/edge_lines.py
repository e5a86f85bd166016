"""Edges of annotations as thin lines, put straight into the pixels of a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.timebase import samples_to_seconds, seconds_to_samples
from gui.annotation_columns import columns_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.recording_details import RecordingDetails

LEAST_GAP_PX = 8
"""Edges closer than that on average would hide the picture: they are marks at its top then."""

MOST_MARKED = 0.5
"""With marks in a larger share of the columns they would be a bar, and none is drawn."""

MARK_PX = 8
DASH_PX = 4
WHITE, BLACK = 0xFFFFFFFF, 0xFF000000


def edge_times_s(details: RecordingDetails) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Starts and ends of all annotations, to the sample, and their classes; sorted by time."""
    columns, rate = columns_of(details.annotations), details.transcoded_rate or details.sample_rate
    times = np.stack([columns.starts_s, columns.ends_s], axis=1).reshape(-1)
    targets = np.repeat(columns.targets, 2)
    if rate:
        times = samples_to_seconds(seconds_to_samples(times, sample_rate=rate), sample_rate=rate)
    order = np.argsort(times, kind="stable")
    return times[order], targets[order]


def draw_edges(
    pixels: NDArray[np.uint32],
    times_s: NDArray[np.float64],
    colors: NDArray[np.uint32],
    *,
    start_s: float,
    end_s: float,
) -> None:
    """Draw into pixels of shape (height, width), as QImage has them."""
    height_px, width_px = pixels.shape
    begin, end = np.searchsorted(times_s, [start_s, end_s])
    places = np.floor((times_s[begin:end] - start_s) / (end_s - start_s) * width_px)
    x = np.clip(places.astype(np.int64), 0, width_px - 1)
    if len(x) * LEAST_GAP_PX > width_px:
        if len(np.unique(x)) <= MOST_MARKED * width_px:
            pixels[:MARK_PX, x] = colors[begin:end]
        return
    # Dashed with black and white, a line is seen on any colour.
    y = np.arange(height_px)
    pixels[:, x] = colors[begin:end]
    pixels[np.ix_(y[y // DASH_PX % 4 == 1], x)] = BLACK
    pixels[np.ix_(y[y // DASH_PX % 4 == 3], x)] = WHITE  # noqa: PLR2004  the last of four dashes
