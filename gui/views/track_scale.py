"""Scales of feature tracks, set from the whole recording, so that panning never changes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.peaks import PeakReader
    from gui.views.track_list import Track

N_COLUMNS = 512
FEWEST_DIGITS, MOST_DIGITS = 3, 9
"""Nine tell any two numbers of single precision apart."""

LOWEST_ENERGY = 1e-12
OUTLIER_PERCENTILE = 99.0
OUTLIER_SPANS = 3.0
"""A lone value that lies this many spans beyond nearly all others does not set the scale."""


@dataclass(frozen=True)
class TrackScale:
    """Lowest and highest value of each row, of shape (n_rows,)."""

    low: NDArray[np.float32]
    high: NDArray[np.float32]

    def shares(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Values from 0 (lowest) to 1 (highest), of shape (n, n_rows)."""
        span: NDArray[np.float32] = np.maximum(self.high - self.low, np.float32(1e-20))
        return (values - self.low) / span


def in_unit(track: Track, values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Values as they are drawn: energies in dB."""
    if not track.is_decibel:
        return values
    return (10 * np.log10(np.maximum(values, LOWEST_ENERGY))).astype(np.float32)


def measure_scale(reader: PeakReader, track: Track, channels: list[int]) -> TrackScale:
    """Find a track's scale from all that there is of the recording."""
    low, high = reader.envelope(0, max(1, reader.n_samples), N_COLUMNS, channels)
    low, high = in_unit(track, low), in_unit(track, high)
    lows, highs = _robust(low, -1), _robust(high, 1)
    if not track.is_row_scaled:
        lows, highs = np.full_like(lows, lows.min()), np.full_like(highs, highs.max())
    is_flat = highs <= lows
    return TrackScale(np.where(is_flat, lows - 1, lows), np.where(is_flat, highs + 1, highs))


def limit_texts(high: float, low: float) -> tuple[str, str]:
    """Both ends of a scale, with as many digits as tell them apart."""
    texts = "", ""
    for digits in range(FEWEST_DIGITS, MOST_DIGITS + 1):
        texts = f"{high:.{digits}g}", f"{low:.{digits}g}"
        if texts[0] != texts[1]:
            break
    return texts


def _robust(values: NDArray[np.float32], sign: int) -> NDArray[np.float32]:
    """The largest of each row (the smallest for -1), unless that is far from nearly all others."""
    there = sign * values[np.isfinite(values).all(axis=1)]
    if not len(there):
        return np.zeros(values.shape[1], dtype=np.float32)
    largest = there.max(axis=0)
    low, high = np.percentile(there, [100 - OUTLIER_PERCENTILE, OUTLIER_PERCENTILE], axis=0)
    limit = high + OUTLIER_SPANS * (high - low)
    is_lone = (largest > limit) & (high > low)
    return (sign * np.where(is_lone, high, largest)).astype(np.float32)
