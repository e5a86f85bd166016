"""Noise, curves and tones: what events and backgrounds are made of."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# SciPy ships no types.

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, cast

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]
    SpectrumShape = Callable[[FloatArray], FloatArray]
    """Gain over frequency: takes Hz, returns amplitude (1 leaves as it is)."""

HIGHEST_PARTIAL_HZ = 7000.0
"""No harmonic lies higher, so that events at 48 kHz sound like those at 16 kHz."""

_PERIOD_POINTS = 8192
_POINTS_PER_KNOT = 32
_SPECTRUM_POINTS = 1024


def unit_power(signal: FloatArray) -> FloatArray:
    """Scale a signal to a mean square of 1.

    Parameters
    ----------
    signal : ndarray of float64, shape (n_samples,)
        Not all zero.

    Returns
    -------
    ndarray of float64, shape (n_samples,)
        The same, louder or softer.
    """
    return signal / float(np.sqrt(np.mean(signal**2)))


def amplitude(level_db: FloatArray) -> FloatArray:
    """Factor that changes a level by so many decibels.

    Parameters
    ----------
    level_db : ndarray of float64
        Change of level.

    Returns
    -------
    ndarray of float64
        1 where the level stays.
    """
    return np.exp(level_db * (math.log(10) / 20))


def shaped_noise(
    n_samples: int, shape: SpectrumShape, *, sample_rate: int, rng: np.random.Generator
) -> FloatArray:
    """Gaussian noise with a spectrum of one's choice.

    Parameters
    ----------
    n_samples : int
        Length, > 0.
    shape : callable
        Takes an ndarray of float64 in Hz, returns the amplitude at each.
    sample_rate : int
        In Hz.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    ndarray of float64, shape (n_samples,)
        Of mean square 1.
    """
    from scipy import fft

    length = cast("int", fft.next_fast_len(max(n_samples, 256), real=True))
    frequencies_hz = np.arange(length // 2 + 1, dtype=np.float64) * (sample_rate / length)
    # Shapes are smooth and costly: a thousand points say as much as a million.
    grid_hz = np.geomspace(1, sample_rate / 2, _SPECTRUM_POINTS)
    gains = np.interp(frequencies_hz, grid_hz, shape(grid_hz))
    # Single precision is exact to 24 bits, and takes half the time.
    white = rng.standard_normal((frequencies_hz.size, 2), dtype=np.float32)
    spectrum = white.view(np.complex64)[:, 0] * gains.astype(np.float32)
    spectrum[0] = 0
    noise = np.asarray(fft.irfft(spectrum, length), dtype=np.float64)[:n_samples]
    return unit_power(noise)


def slope(db_per_octave: float, *, low_hz: float = 40.0) -> SpectrumShape:
    """Spectrum that falls (or rises) evenly over the octaves.

    Parameters
    ----------
    db_per_octave : float
        -3 is pink, -6 brown.
    low_hz : float
        Below, the spectrum falls to nothing, as any microphone's does.

    Returns
    -------
    callable
        See `SpectrumShape`.
    """

    def shape(hz: FloatArray) -> FloatArray:
        relative = np.maximum(hz, 1.0) / 1000
        high_pass = (hz / low_hz) ** 2 / (1 + (hz / low_hz) ** 2)
        return relative ** (db_per_octave / 20 / np.log10(2)) * high_pass

    return shape


def resonances(
    centres_hz: Sequence[float], gains_db: Sequence[float], *, width_octaves: float
) -> SpectrumShape:
    """Bumps on the spectrum: the formants of a voice, or the colour of a place.

    Parameters
    ----------
    centres_hz, gains_db : sequence of float
        Where each bump is and how high.
    width_octaves : float
        Standard deviation of a bump.

    Returns
    -------
    callable
        See `SpectrumShape`.
    """

    def shape(hz: FloatArray) -> FloatArray:
        octaves = np.log2(np.maximum(hz, 20.0))
        gain_db = np.zeros_like(octaves)
        for centre_hz, bump_db in zip(centres_hz, gains_db, strict=True):
            gain_db += bump_db * np.exp(
                -0.5 * ((octaves - np.log2(centre_hz)) / width_octaves) ** 2
            )
        return amplitude(gain_db)

    return shape


def wander(
    n_samples: int, *, period_s: float, sample_rate: int, rng: np.random.Generator
) -> FloatArray:
    """Smooth random curve.

    Parameters
    ----------
    n_samples : int
        Length.
    period_s : float
        Time from one random value to the next.
    sample_rate : int
        In Hz.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    ndarray of float64, shape (n_samples,)
        Between -1 and 1.
    """
    n_knots = int(n_samples / (period_s * sample_rate)) + 3
    knots = rng.uniform(-1, 1, n_knots)
    part = np.linspace(0, 1, _POINTS_PER_KNOT, endpoint=False)
    part = part * part * (3 - 2 * part)
    curve = (knots[:-1, None] * (1 - part) + knots[1:, None] * part).ravel()
    position = np.arange(n_samples) * (_POINTS_PER_KNOT / (period_s * sample_rate))
    position += rng.uniform(0, _POINTS_PER_KNOT)
    return np.interp(position, np.arange(curve.size), curve)


def harmonics(f0_hz: FloatArray, shape: SpectrumShape, *, sample_rate: int) -> FloatArray:
    """Voice: a fundamental that moves, and its harmonics under a fixed spectrum.

    Parameters
    ----------
    f0_hz : ndarray of float64, shape (n_samples,)
        Fundamental at each sample.
    shape : callable
        See `SpectrumShape`; the harmonics pass through it as they move.
    sample_rate : int
        In Hz.

    Returns
    -------
    ndarray of float64, shape (n_samples,)
        Harmonics below 0.45 of the sample rate and `HIGHEST_PARTIAL_HZ`.
    """
    top_hz = min(0.45 * sample_rate, HIGHEST_PARTIAL_HZ)
    phase = 2 * np.pi * np.cumsum(f0_hz) / sample_rate
    voice = np.zeros_like(f0_hz)
    for k in range(1, int(top_hz / float(f0_hz.max())) + 1):
        voice += shape(k * f0_hz) * np.sin(k * phase)
    return voice


def buzz(f0_hz: FloatArray, shape: SpectrumShape, *, sample_rate: int) -> FloatArray:
    """Voice whose fundamental moves little: one period, drawn once and read at the moving pitch.

    Parameters
    ----------
    f0_hz : ndarray of float64, shape (n_samples,)
        Fundamental at each sample.
    shape : callable
        See `SpectrumShape`; each harmonic keeps the gain of its mean frequency.
    sample_rate : int
        In Hz.

    Returns
    -------
    ndarray of float64, shape (n_samples,)
        Of root mean square about 1.
    """
    top_hz = min(0.45 * sample_rate, HIGHEST_PARTIAL_HZ)
    orders = np.arange(1, int(top_hz / float(f0_hz.max())) + 1)
    gains = shape(np.asarray(orders * float(f0_hz.mean()), dtype=np.float64))
    # Phases that grow with the square of the order keep the harmonics from adding up to clicks.
    phases = np.pi * orders**2 / orders.size
    turn = 2 * np.pi * np.arange(_PERIOD_POINTS) / _PERIOD_POINTS
    period = gains @ np.sin(np.outer(orders, turn) + phases[:, None])
    position = np.cumsum(f0_hz) * (_PERIOD_POINTS / sample_rate)
    voice = period[position.astype(np.int64) % _PERIOD_POINTS]
    return voice / np.sqrt(np.mean(period**2))


def convolved(signal: FloatArray, kernel: FloatArray) -> FloatArray:
    """Pass a signal through a filter that is known by its impulse response.

    Parameters
    ----------
    signal, kernel : ndarray of float64, shape (n_samples,) and (n_taps,)
        What is filtered, and the impulse response.

    Returns
    -------
    ndarray of float64, shape (n_samples,)
        As long as `signal`; nothing comes before its cause.
    """
    from scipy.signal import oaconvolve

    return np.asarray(oaconvolve(signal, kernel), dtype=np.float64)[: signal.size]


def band_passed(
    signal: FloatArray, band_hz: tuple[float, float], *, sample_rate: int
) -> FloatArray:
    """Keep what lies in one band, not shifted in time.

    Parameters
    ----------
    signal : ndarray of float64, shape (n_samples,)
        What is filtered.
    band_hz : tuple of float
        Lower and upper edge, where half the amplitude passes.
    sample_rate : int
        In Hz.

    Returns
    -------
    ndarray of float64, shape (n_samples,)
        Through a Butterworth filter of order 4, forwards and backwards.
    """
    from scipy.signal import sosfiltfilt

    sections = _band_pass(band_hz, sample_rate)
    return np.asarray(sosfiltfilt(sections, signal), dtype=np.float64)


@cache
def _band_pass(band_hz: tuple[float, float], sample_rate: int) -> FloatArray:
    from scipy.signal import butter

    sections = butter(4, band_hz, "bandpass", fs=sample_rate, output="sos")
    return np.asarray(sections, dtype=np.float64)
