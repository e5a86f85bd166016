"""Values of frames in each pixel of a view: their envelope from far, each by itself from near."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from core.peaks import PeakReader

LEAST_DOT_PX = 7
"""Where a frame is as wide as this, its value is a dot in its middle, too."""

MOST_OVERLAPPING = 16


@dataclass
class ColumnValues:
    """Smallest and largest in each pixel, shape (width, n_channels); NaN where no frame is.

    Where only the largest were asked for, `low` is them, too.

    `centres_px` and `values` are those of the frames that are wide enough to be told apart.
    """

    low: NDArray[np.float32]
    high: NDArray[np.float32]
    centres_px: NDArray[np.int64]
    values: NDArray[np.float32]

    def dots(self, channel: int) -> Iterator[tuple[int, float]]:
        """Where the dots are: pixel and value."""
        yield from zip(self.centres_px.tolist(), self.values[:, channel].tolist(), strict=True)


def column_values(
    reader: PeakReader,
    channels: Sequence[int],
    *,
    start_s: float,
    end_s: float,
    width_px: int,
    hop_size: int,
    frame_size: int,
    sample_rate: int,
    only_largest: bool = False,
) -> ColumnValues:
    """Values of frames, each drawn over the samples ``[n * hop, n * hop + frame_size)``."""
    start, end = start_s * sample_rate, end_s * sample_rate
    n_in_view = (end - start) / hop_size
    if n_in_view > width_px:
        first, stop = math.floor(start / hop_size), math.ceil(end / hop_size)
        where = (first, max(stop, first + 1), width_px, channels)
        if only_largest:
            low = high = reader.largest(*where)
        else:
            low, high = reader.envelope(*where)
        none = np.zeros(0, dtype=np.int64)
        return ColumnValues(low, high, none, np.zeros((0, len(channels)), dtype=np.float32))
    # The frames that reach into the view, by the samples at the middle of each pixel.
    samples = start + (np.arange(width_px) + 0.5) * (end - start) / width_px
    begin = np.floor((samples - frame_size) / hop_size).astype(np.int64) + 1
    last = np.floor(samples / hop_size).astype(np.int64)
    first = max(0, int(begin[0]))
    rows = reader.samples(first, int(last[-1]) + 1)[:, list(channels)]
    low = np.full((width_px, len(channels)), np.nan, dtype=np.float32)
    high = low.copy()
    begin, last = begin - first, np.minimum(last - first, len(rows) - 1)
    n_most = min(int((last - begin).max()) + 1, MOST_OVERLAPPING) if len(rows) else 0
    for k in range(n_most):
        # Of very many that overlap, the newest.
        there = np.flatnonzero(last - k >= np.maximum(begin, 0))
        found = rows[last[there] - k]
        low[there] = np.fmin(low[there], found)
        high[there] = np.fmax(high[there], found)
    centres = (first + np.arange(len(rows))) * hop_size + frame_size / 2
    pixels_per_sample = width_px / (end - start)
    if hop_size * pixels_per_sample < LEAST_DOT_PX:
        centres, rows = centres[:0], rows[:0]
    places = np.floor((centres - start) * pixels_per_sample).astype(np.int64)
    is_seen = (places >= 0) & (places < width_px)
    return ColumnValues(low, high, places[is_seen], rows[is_seen])
