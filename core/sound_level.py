"""How far a sound stands out from its background, every few milliseconds."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from core.timebase import seconds_to_samples

if TYPE_CHECKING:
    from numpy.typing import NDArray

WINDOW_S = 0.025
N_BANDS = 16
LOWEST_HZ, HIGHEST_HZ = 60.0, 8000.0
FLOOR_DB = 20.0
"""Deeper below its median no band is heard: digital silence is no event."""

_LEAST_POWER = 1e-11  # of a band, re full scale; below the noise of 16 bit
_FRAMES_AT_ONCE = 2048


def band_levels(
    samples: NDArray[np.float32], *, sample_rate: int, hop_s: float
) -> NDArray[np.float32]:
    """Power of a stretch of sound in bands of equal width in mel.

    Parameters
    ----------
    samples : ndarray of float32, shape (n_samples,)
        Mono, full scale is -1 to 1.
    sample_rate : int
        In Hz.
    hop_s : float
        From one frame to the next, in seconds; frame k is centred on ``(k + 0.5) * hop_s``.

    Returns
    -------
    ndarray of float32, shape (n_frames, N_BANDS)
        In dB re full scale; frames whose centre lies within the stretch.
    """
    n_window = seconds_to_samples(WINDOW_S, sample_rate=sample_rate)
    n_fft = 1 << max(n_window - 1, 255).bit_length()
    n_frames = int(len(samples) / (hop_s * sample_rate))
    centres_s = (np.arange(n_frames, dtype=np.float64) + 0.5) * np.float64(hop_s)
    starts = seconds_to_samples(centres_s, sample_rate=sample_rate)
    # Half a window of nothing on both sides, so that windows are centred.
    padded = np.pad(samples, (n_window // 2, n_window))
    window = np.hanning(n_window).astype(np.float32)
    bands = _bands(n_fft, sample_rate) / np.float32(np.sum(window**2))
    levels = np.empty((n_frames, N_BANDS), dtype=np.float32)
    for first in range(0, n_frames, _FRAMES_AT_ONCE):
        frames = padded[starts[first : first + _FRAMES_AT_ONCE, None] + np.arange(n_window)]
        spectrum = np.fft.rfft(frames * window, n_fft)
        power = (spectrum.real**2 + spectrum.imag**2) @ bands
        levels[first : first + len(frames)] = 10.0 * np.log10(power + _LEAST_POWER)
    return levels


def prominence(levels: NDArray[np.float32]) -> NDArray[np.float64]:
    """How far frames stand out from the background of their stretch of sound.

    Parameters
    ----------
    levels : ndarray of float32, shape (n_frames, n_bands)
        What `band_levels` gives.

    Returns
    -------
    ndarray of float64, shape (n_frames,)
        Mean over the bands of the level above the band's median over time, in dB; what is more
        than `FLOOR_DB` below counts as if it were that.
    """
    if not len(levels):
        return np.empty(0)
    above = np.maximum(levels - np.median(levels, axis=0), -FLOOR_DB)
    return above.mean(axis=1, dtype=np.float64)


def _bands(n_fft: int, sample_rate: int) -> NDArray[np.float32]:
    """Which bin belongs to which band: columns of zeros and ones.

    Mel as in O'Shaughnessy, "Speech communication", 1987: 2595 log10(1 + f / 700).
    """
    highest_hz = min(HIGHEST_HZ, 0.4875 * sample_rate)
    low_mel, high_mel = (2595.0 * math.log10(1.0 + f / 700.0) for f in (LOWEST_HZ, highest_hz))
    edges_hz = 700.0 * (10.0 ** (np.linspace(low_mel, high_mel, N_BANDS + 1) / 2595.0) - 1.0)
    bins_hz = np.fft.rfftfreq(n_fft, 1.0 / sample_rate)
    is_in = (bins_hz[:, None] >= edges_hz[:-1]) & (bins_hz[:, None] < edges_hz[1:])
    # A band that is narrower than a bin has the nearest one.
    centres_hz = (edges_hz[:-1] + edges_hz[1:]) / 2
    nearest = np.abs(bins_hz[:, None] - centres_hz).argmin(axis=0)
    empty = np.flatnonzero(~is_in.any(axis=0))
    is_in[nearest[empty], empty] = True
    return is_in.astype(np.float32)
