"""Frequencies up the height of a picture: even in Hz, in mel, or in octaves.

References: D. O'Shaughnessy, "Speech communication: human and machine" (1987), for the mel.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

FrequencyScale = Literal["linear", "mel", "log"]
SCALES: tuple[FrequencyScale, ...] = get_args(FrequencyScale)

LOWEST_LOG_HZ = 20.0
"""A logarithmic axis has no 0 Hz; below this nobody hears."""

_MEL_HZ = 700.0


@dataclass(frozen=True)
class FrequencyAxis:
    """The rows of a picture, from the lowest frequency on.

    Parameters
    ----------
    scale : str
        ``"linear"``, ``"mel"`` or ``"log"``.
    highest_hz : float
        Upper edge of the last row, over `LOWEST_LOG_HZ`.
    n_rows : int
        Number of rows, > 0.
    """

    scale: FrequencyScale
    highest_hz: float
    n_rows: int

    @property
    def lowest_hz(self) -> float:
        """Lower edge of the first row."""
        return LOWEST_LOG_HZ if self.scale == "log" else 0.0

    def edges_hz(self) -> NDArray[np.float64]:
        """Edges of the rows.

        Returns
        -------
        ndarray of float64, shape (n_rows + 1,)
            In Hz, rising.
        """
        low, high = self._warp(self.lowest_hz), self._warp(self.highest_hz)
        edges = self._unwarp(np.linspace(low, high, self.n_rows + 1))
        edges[[0, -1]] = self.lowest_hz, self.highest_hz
        return edges

    def place_of(self, frequency_hz: float) -> float:
        """Height at which a frequency stands.

        Parameters
        ----------
        frequency_hz : float
            Not below `lowest_hz`.

        Returns
        -------
        float
            0 for `lowest_hz`, 1 for `highest_hz`.
        """
        low, high = self._warp(self.lowest_hz), self._warp(self.highest_hz)
        return (self._warp(frequency_hz) - low) / (high - low)

    def frequency_at(self, place: float) -> float:
        """Frequency at a height; undoes `place_of`.

        Parameters
        ----------
        place : float
            0 for `lowest_hz`, 1 for `highest_hz`.

        Returns
        -------
        float
            In Hz.
        """
        low, high = self._warp(self.lowest_hz), self._warp(self.highest_hz)
        return float(self._unwarp(np.array([low + place * (high - low)]))[0])

    def ticks_hz(self, n_most: int) -> list[float]:
        """Choose round frequencies to be written beside the picture.

        Parameters
        ----------
        n_most : int
            So many fit, one below the other, if they were evenly spread.

        Returns
        -------
        list of float
            In Hz, rising; each is far enough from its neighbours.
        """
        gap = 1 / max(1, n_most)
        if self.scale == "linear":
            step = _round_step(self.highest_hz * gap)
            wanted = [k * step for k in range(int(self.highest_hz / step + 1e-9) + 1)]
        else:
            wanted = [digit * 10.0**power for power in range(1, 6) for digit in (1, 2, 5)]
            wanted = [0.0, *wanted] if self.scale == "mel" else wanted
        ticks: list[float] = []
        # Downwards: high frequencies are farther apart in Hz, and tell more of the range.
        for hz in reversed(wanted):
            if not self.lowest_hz <= hz <= self.highest_hz:
                continue
            if not ticks or self.place_of(ticks[-1]) - self.place_of(hz) >= gap * (1 - 1e-9):
                ticks.append(hz)
        return ticks[::-1]

    def _warp(self, hz: float) -> float:
        if self.scale == "mel":
            return 2595 * math.log10(1 + hz / _MEL_HZ)
        return math.log2(hz) if self.scale == "log" else hz

    def _unwarp(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        if self.scale == "mel":
            return _MEL_HZ * (10 ** (places / 2595) - 1)
        return 2**places if self.scale == "log" else places


def _round_step(smallest: float) -> float:
    """The next of 1, 2, 5, 10, 20, ..."""
    power = 10.0 ** math.floor(math.log10(smallest))
    return next(digit * power for digit in (1, 2, 5, 10) if digit * power >= smallest * (1 - 1e-9))
