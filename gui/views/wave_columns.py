"""What of a recording stands in which column of a picture, and at which height."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.timebase import samples_to_seconds, seconds_to_samples
from gui.views.pixels import ROUNDING_PX

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from core.peaks import PeakReader
    from gui.views.pixels import Span

EXACT_UP_TO = 64
"""Samples in a column up to which each is put where it belongs; above, its neighbour will do."""

LINE_UP_TO = 2.0
"""Samples in a column up to which a line is drawn from sample to sample."""

LOWEST_DB = -96.0
"""Where the decibel axis ends: one step of 16 bit."""

_LINEAR_TICKS = (1.0, 0.5, 0.0, -0.5, -1.0)
_DECIBEL_TICKS = (0.0, LOWEST_DB, -48.0, -24.0, -72.0)


@dataclass(frozen=True)
class Amplitude:
    """The amplitude axis, which changes only when somebody changes it.

    Parameters
    ----------
    is_decibel : bool
        From `LOWEST_DB` at the bottom to 0 dBFS at the top, of the sample's magnitude; else from
        -1 to 1.
    gain : float
        How much larger the linear axis is drawn than full scale would be.
    """

    is_decibel: bool = False
    gain: float = 1.0

    def heights(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Heights from -1 (bottom) to 1 (top) of samples of full scale -1 to 1; NaN stays NaN."""
        if not self.is_decibel:
            return np.clip(values * np.float32(self.gain), -1, 1)
        smallest = np.float32(10 ** (LOWEST_DB / 20))
        level_db = 20 * np.log10(np.maximum(np.abs(values), smallest))
        return np.clip(1 - 2 * level_db / LOWEST_DB, -1, 1).astype(np.float32)

    def column_heights(
        self, smallest: NDArray[np.float32], largest: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Where the bar of each column starts and ends, of shape (columns, channels).

        On the linear axis from the smallest sample to the largest, joined to the column before. In
        decibels from the bottom to the largest magnitude: the logarithm tears apart what swings
        through zero, and there the level is what is looked for.
        """
        if not self.is_decibel:
            low, high = joined(smallest, largest)
            return self.heights(low), self.heights(high)
        top = self.heights(np.fmax(np.abs(smallest), np.abs(largest)))
        return np.where(np.isnan(top), top, np.float32(-1)), top

    def ticks(self) -> list[tuple[float, str]]:
        """Heights from -1 to 1, and what is written there, the most important ones first."""
        if not self.is_decibel:
            return [(t, f"{t / self.gain:.3g}") for t in sorted(_LINEAR_TICKS, key=_rank)]
        return [(1 - 2 * db / LOWEST_DB, f"{db:.0f}") for db in _DECIBEL_TICKS]


def _rank(height: float) -> tuple[int, float]:
    return (0 if height == 0 else 1 if abs(height) == 1 else 2, height)


def samples_per_column(reader: PeakReader, span: Span) -> float:
    """How many samples a column has."""
    return reader.meta.sample_rate / span.px_per_s


def column_peaks(
    reader: PeakReader, span: Span, channels: Sequence[int] | None = None
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Smallest and largest sample of each column, of shape (columns, channels); NaN without any."""
    rate = reader.meta.sample_rate
    if samples_per_column(reader, span) <= EXACT_UP_TO:
        return _exact_peaks(reader, span, channels)
    first = seconds_to_samples(span.start_s, sample_rate=rate)
    stop = seconds_to_samples(span.end_s, sample_rate=rate)
    return reader.envelope(first, stop, span.width_px, channels)


def _exact_peaks(
    reader: PeakReader, span: Span, channels: Sequence[int] | None
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    rate = reader.meta.sample_rate
    borders_s = span.time_s(np.arange(span.width_px + 1) - ROUNDING_PX)
    edges = np.clip(np.ceil(borders_s * rate).astype(np.int64), 0, reader.n_samples)
    rows = reader.samples(int(edges[0]), int(edges[-1]))
    if channels is not None:
        rows = rows[:, list(channels)]
    smallest = np.full((span.width_px, rows.shape[1]), np.nan, dtype=np.float32)
    largest = smallest.copy()
    filled = edges[1:] > edges[:-1]
    if filled.any():
        # Columns without samples lie only before and behind the recording, or are passed over.
        starts = edges[:-1][filled] - edges[0]
        smallest[filled] = np.minimum.reduceat(rows, starts, axis=0)
        largest[filled] = np.maximum.reduceat(rows, starts, axis=0)
    return smallest, largest


def joined(
    smallest: NDArray[np.float32], largest: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Reach to the column before where there is a gap, as a line from sample to sample would."""
    low, high = smallest.copy(), largest.copy()
    low[1:] = np.fmin(smallest[1:], np.where(np.isnan(smallest[1:]), np.nan, largest[:-1]))
    high[1:] = np.fmax(largest[1:], np.where(np.isnan(largest[1:]), np.nan, smallest[:-1]))
    return low, high


def sample_points(
    reader: PeakReader, span: Span
) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """The samples in view and the next on both sides: places in pixels, values of all channels."""
    rate = reader.meta.sample_rate
    first = max(0, seconds_to_samples(span.start_s, sample_rate=rate) - 1)
    rows = reader.samples(first, seconds_to_samples(span.end_s, sample_rate=rate) + 2)
    numbers = np.arange(first, first + len(rows), dtype=np.int64)
    return span.x_px(samples_to_seconds(numbers, sample_rate=rate)), rows


def outline(inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Pixels of an area, of shape (height, columns), that have a neighbour outside of it."""
    kept = inside.copy()
    kept[1:] &= inside[:-1]
    kept[:-1] &= inside[1:]
    kept[0] = kept[-1] = False
    # Where the picture ends at the left and right, it goes on.
    kept[:, 1:] &= inside[:, :-1]
    kept[:, :-1] &= inside[:, 1:]
    return inside & ~kept


def rastered(
    low: NDArray[np.float32], high: NDArray[np.float32], height_px: int
) -> NDArray[np.bool_]:
    """Which pixels of a picture, of shape (height, columns), lie between two heights of -1 to 1."""
    middle = (height_px - 1) / 2
    top, bottom = np.rint(middle * (1 - high)), np.rint(middle * (1 - low))
    rows = np.arange(height_px, dtype=np.float32)[:, np.newaxis]
    # A comparison with NaN is false: nothing is drawn there.
    return (rows >= top) & (rows <= bottom)
