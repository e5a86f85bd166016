"""At which level a recording is comfortable to listen to."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from core.peaks import PeakReader

COLUMNS = 4096
"""A recording is looked at in so many stretches of equal length."""

LOUD_SHARE = 0.99
"""The loudest hundredth of the stretches may exceed the target: a single knock decides nothing."""

TARGET_DB = -6.0
MOST_GAIN_DB = 50.0
"""Silence is not raised to noise without end."""

DB_PER_FACTOR = 20.0


@dataclass(frozen=True)
class Loudness:
    """How loud a recording is.

    Parameters
    ----------
    peak : float
        Its largest sample, without sign; full scale is 1.
    gain_db : float
        What brings all but the loudest hundredth of it to -6 dB below full scale.
    """

    peak: float = 1.0
    gain_db: float = 0.0


def measure(reader: PeakReader) -> Loudness:
    """Look at the peaks of a whole recording, as far as it is there.

    Parameters
    ----------
    reader : PeakReader
        The recording.

    Returns
    -------
    Loudness
        A silent recording is left as it is.
    """
    if not reader.n_samples:
        return Loudness()
    columns = min(COLUMNS, reader.n_samples)
    smallest, largest = reader.envelope(0, reader.n_samples, columns)
    peaks = np.maximum(np.abs(smallest), np.abs(largest)).max(axis=1)
    peak = float(peaks.max())
    loud = float(np.quantile(peaks, LOUD_SHARE)) or peak
    if not loud:
        return Loudness(peak=0.0)
    gain_db = TARGET_DB - DB_PER_FACTOR * math.log10(loud)
    return Loudness(peak, min(gain_db, MOST_GAIN_DB))


def factor(gain_db: float) -> float:
    """By what samples are multiplied.

    Parameters
    ----------
    gain_db : float
        In decibels.

    Returns
    -------
    float
        Greater than 0.
    """
    return 10 ** (gain_db / DB_PER_FACTOR)
