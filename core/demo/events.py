"""Events: barks, coughs, chirps and the like, each from a voice that sounds like itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.demo.signals import harmonics, resonances, shaped_noise, slope, unit_power

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.demo.signals import SpectrumShape

    FloatArray = NDArray[np.float64]

Voice = Callable[[int, np.random.Generator], "FloatArray"]
"""Makes one event anew: takes the sample rate in Hz and a source of chance."""

_SILENT_DB = -22.0
_TRIM_WINDOW_S = 0.004
_FADE_S = 0.003


@dataclass(frozen=True)
class EventKind:
    """One kind of event.

    Parameters
    ----------
    name : str
        Such as ``"bark"``.
    band_hz : tuple of float
        Where its energy is: the band in which its signal-to-noise ratio is measured. All of it is
        below 3.6 kHz, so that the ratio outlives transcoding to 8 kHz.
    make_voice : callable
        Draws a voice, which then makes events that resemble each other.
    """

    name: str
    band_hz: tuple[float, float]
    make_voice: Callable[[np.random.Generator], Voice]


def make_event(voice: Voice, *, sample_rate: int, rng: np.random.Generator) -> FloatArray:
    """One event, cut to where its sound is.

    Parameters
    ----------
    voice : callable
        From `EventKind.make_voice`.
    sample_rate : int
        In Hz.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    ndarray of float64, shape (n_samples,)
        Of mean square 1; it starts within 4 ms of its first sample, and ends where it has
        fallen 22 dB below its loudest.
    """
    event = voice(sample_rate, rng)
    window = max(1, round(_TRIM_WINDOW_S * sample_rate))
    power = np.convolve(event**2, np.full(window, 1 / window), mode="same")
    sounding = np.flatnonzero(power > power.max() * 10 ** (_SILENT_DB / 10))
    event = event[sounding[0] : sounding[-1] + 1].copy()
    fade = np.linspace(0, 1, max(2, round(_FADE_S * sample_rate)))
    event[: fade.size] *= fade
    event[-fade.size :] *= fade[::-1]
    return unit_power(event)


def _envelope(n_samples: int, *, attack_s: float, decay_s: float, sample_rate: int) -> FloatArray:
    """Rise in a straight line, then fall to 1/e every `decay_s`."""
    time_s = np.arange(n_samples) / sample_rate
    return np.minimum(time_s / attack_s, 1) * np.exp(-np.maximum(time_s - attack_s, 0) / decay_s)


def _hump(n_samples: int, *, sharpness: float = 1.0) -> FloatArray:
    """Rise and fall again in one arch; the higher the sharpness, the flatter its top."""
    arch = np.sin(np.pi * (np.arange(n_samples) + 0.5) / n_samples)
    return arch ** (1 / sharpness)


def _joined(parts: list[FloatArray], gaps_s: list[float], *, sample_rate: int) -> FloatArray:
    pieces: list[FloatArray] = []
    for part, gap_s in zip(parts, [0.0, *gaps_s], strict=True):
        pieces += [np.zeros(round(gap_s * sample_rate)), part]
    return np.concatenate(pieces)


def _combined(*shapes: SpectrumShape) -> SpectrumShape:
    def shape(hz: FloatArray) -> FloatArray:
        return np.prod([one(hz) for one in shapes], axis=0)

    return shape


def _bark(rng: np.random.Generator) -> Voice:
    f0_hz = rng.uniform(220, 480)
    formants = resonances(
        [rng.uniform(600, 1000), rng.uniform(1200, 2200), rng.uniform(2400, 3200)],
        rng.uniform(8, 20, 3).tolist(),
        width_octaves=0.22,
    )
    shape = _combined(slope(-5), formants)
    roughness = rng.uniform(0.1, 0.5)

    def one(sample_rate: int, rng: np.random.Generator) -> FloatArray:
        n = round(rng.uniform(0.13, 0.26) * sample_rate)
        pitch = f0_hz * rng.uniform(0.9, 1.1) * (0.75 + 0.35 * _hump(n))
        voice = unit_power(harmonics(pitch, shape, sample_rate=sample_rate))
        voice += roughness * shaped_noise(n, shape, sample_rate=sample_rate, rng=rng)
        attack_s, decay_s = rng.uniform(0.008, 0.02), rng.uniform(0.06, 0.12)
        return voice * _envelope(n, attack_s=attack_s, decay_s=decay_s, sample_rate=sample_rate)

    def bark(sample_rate: int, rng: np.random.Generator) -> FloatArray:
        parts = [one(sample_rate, rng) for _ in range(rng.integers(1, 4))]
        gaps_s = rng.uniform(0.01, 0.06, len(parts) - 1).tolist()
        return _joined(parts, gaps_s, sample_rate=sample_rate)

    return bark


def _cough(rng: np.random.Generator) -> Voice:
    burst = _combined(
        slope(rng.uniform(-4, 0)),
        resonances(
            [rng.uniform(500, 900), rng.uniform(1300, 2400)], [12.0, 10.0], width_octaves=0.35
        ),
    )
    breath = _combined(
        slope(rng.uniform(-5, -1)), resonances([rng.uniform(900, 2000)], [10.0], width_octaves=0.5)
    )
    f0_hz, voiced = rng.uniform(150, 300), rng.uniform(0.0, 0.8)

    def cough(sample_rate: int, rng: np.random.Generator) -> FloatArray:
        n = round(rng.uniform(0.28, 0.5) * sample_rate)
        explosion = shaped_noise(n, burst, sample_rate=sample_rate, rng=rng)
        explosion *= _envelope(
            n, attack_s=0.006, decay_s=rng.uniform(0.02, 0.05), sample_rate=sample_rate
        )
        outflow = shaped_noise(n, breath, sample_rate=sample_rate, rng=rng)
        outflow *= _envelope(
            n, attack_s=0.05, decay_s=rng.uniform(0.12, 0.2), sample_rate=sample_rate
        )
        close = harmonics(np.linspace(1.2, 0.8, n) * f0_hz, breath, sample_rate=sample_rate)
        close *= np.exp(-0.5 * ((np.linspace(0, 1, n) - rng.uniform(0.55, 0.75)) / 0.12) ** 2)
        return explosion + rng.uniform(0.3, 0.7) * outflow + 0.2 * voiced * unit_power(close)

    return cough


def _chirp(rng: np.random.Generator) -> Voice:
    centre_hz, span = rng.uniform(1900, 2900), rng.uniform(0.15, 0.5) * rng.choice([-1, 1])
    length_s, bend, n_notes = rng.uniform(0.05, 0.16), rng.uniform(-0.2, 0.2), rng.integers(2, 6)

    def note(sample_rate: int, rng: np.random.Generator) -> FloatArray:
        n = round(length_s * rng.uniform(0.8, 1.2) * sample_rate)
        sweep = np.linspace(-0.5, 0.5, n)
        pitch = centre_hz * rng.uniform(0.96, 1.04) * (1 + span * sweep + bend * _hump(n))
        pitch = np.clip(pitch, 1400, 3400)
        voice = harmonics(pitch, slope(-14), sample_rate=sample_rate)
        return voice * _hump(n, sharpness=2)

    def chirp(sample_rate: int, rng: np.random.Generator) -> FloatArray:
        parts = [note(sample_rate, rng) for _ in range(n_notes + rng.integers(0, 2))]
        gaps_s = rng.uniform(0.01, 0.04, len(parts) - 1).tolist()
        return _joined(parts, gaps_s, sample_rate=sample_rate)

    return chirp


def _knock(rng: np.random.Generator) -> Voice:
    modes_hz = np.sort(rng.uniform(300, 2600, 5))
    mode_gains = rng.uniform(0.2, 1.0, 5)
    decays_s = rng.uniform(0.02, 0.05, 5)
    n_blows, spacing_s = rng.integers(2, 6), rng.uniform(0.07, 0.14)

    def blow(sample_rate: int, rng: np.random.Generator) -> FloatArray:
        n = round(spacing_s * rng.uniform(0.9, 1.1) * sample_rate)
        time_s = np.arange(n) / sample_rate
        modes = np.sin(2 * np.pi * np.outer(modes_hz, time_s))
        ringing = (mode_gains * rng.uniform(0.6, 1.4, 5)) @ (
            modes * np.exp(-time_s / decays_s[:, None])
        )
        click = shaped_noise(n, slope(-2), sample_rate=sample_rate, rng=rng)
        return rng.uniform(0.7, 1.0) * (ringing + click * np.exp(-time_s / 0.003))

    def knock(sample_rate: int, rng: np.random.Generator) -> FloatArray:
        return np.concatenate([blow(sample_rate, rng) for _ in range(n_blows)])

    return knock


def _call(rng: np.random.Generator) -> Voice:
    f0_hz, drift = rng.uniform(350, 900), rng.uniform(-0.35, 0.35)
    vibrato_hz, depth = rng.uniform(5, 9), rng.uniform(0.02, 0.07)
    formants = resonances(
        [rng.uniform(700, 1400), rng.uniform(1800, 3000)], [14.0, 8.0], width_octaves=0.3
    )
    shape = _combined(slope(-7), formants)

    def call(sample_rate: int, rng: np.random.Generator) -> FloatArray:
        n = round(rng.uniform(0.45, 0.95) * sample_rate)
        time_s = np.arange(n) / sample_rate
        vibrato = depth * np.sin(2 * np.pi * vibrato_hz * time_s + rng.uniform(0, 2 * np.pi))
        glide = 1 + drift * np.linspace(-0.5, 0.5, n)
        voice = harmonics(
            f0_hz * rng.uniform(0.95, 1.05) * glide * (1 + vibrato), shape, sample_rate=sample_rate
        )
        return voice * _hump(n, sharpness=4)

    return call


def _croak(rng: np.random.Generator) -> Voice:
    centre_hz, overtone = rng.uniform(600, 1600), rng.uniform(0.2, 0.7)
    rate_hz, decay_s = rng.uniform(22, 45), rng.uniform(0.004, 0.01)
    breath = resonances([centre_hz], [24.0], width_octaves=0.4)

    def croak(sample_rate: int, rng: np.random.Generator) -> FloatArray:
        n = round(rng.uniform(0.3, 0.8) * sample_rate)
        pulse_hz = rate_hz * rng.uniform(0.9, 1.1)
        since_pulse_s = (np.arange(n) / sample_rate * pulse_hz) % 1 / pulse_hz
        ringing = np.sin(2 * np.pi * centre_hz * since_pulse_s)
        ringing += overtone * np.sin(2 * np.pi * 1.9 * centre_hz * since_pulse_s)
        ringing += 0.2 * shaped_noise(n, breath, sample_rate=sample_rate, rng=rng)
        return ringing * np.exp(-since_pulse_s / decay_s) * _hump(n, sharpness=8)

    return croak


EVENT_KINDS = (
    EventKind("bark", (250.0, 3400.0), _bark),
    EventKind("cough", (300.0, 3400.0), _cough),
    EventKind("chirp", (1300.0, 3500.0), _chirp),
    EventKind("knock", (250.0, 2800.0), _knock),
    EventKind("call", (300.0, 3200.0), _call),
    EventKind("croak", (500.0, 3200.0), _croak),
)
