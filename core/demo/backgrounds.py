"""Backgrounds: places with a sound of their own, steady or swelling, that resemble the events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.demo.signals import (
    amplitude,
    buzz,
    convolved,
    resonances,
    shaped_noise,
    slope,
    unit_power,
    wander,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.demo.signals import SpectrumShape

    FloatArray = NDArray[np.float64]

Texture = Callable[[int, int, np.random.Generator], "FloatArray"]
"""Makes a background: takes its length in samples, the sample rate in Hz, a source of chance."""


@dataclass(frozen=True)
class BackgroundKind:
    """One kind of background.

    Parameters
    ----------
    name : str
        What sounds, such as ``"rain"``.
    site : str
        Where it is heard, such as ``"roof"``.
    texture : callable
        Makes the sound.
    swell_db : tuple of float
        Range of the depth of its slow swells.
    """

    name: str
    site: str
    texture: Texture
    swell_db: tuple[float, float]


def make_background(
    kind: BackgroundKind, n_samples: int, *, sample_rate: int, rng: np.random.Generator
) -> FloatArray:
    """Make a background.

    Parameters
    ----------
    kind : BackgroundKind
        What sounds.
    n_samples : int
        Length.
    sample_rate : int
        In Hz.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    ndarray of float64, shape (n_samples,)
        Of mean square 1; its swells take longer than an event does.
    """
    sound = unit_power(kind.texture(n_samples, sample_rate, rng))
    drone = _DRONES[rng.integers(len(_DRONES))](n_samples, sample_rate, rng)
    sound += 10 ** (rng.uniform(-8, 8) / 20) * unit_power(drone)
    # A floor of its own keeps the silence between drops or gusts from being digital.
    floor = shaped_noise(n_samples, _colour(rng, -3), sample_rate=sample_rate, rng=rng)
    swell = wander(n_samples, period_s=rng.uniform(1.5, 4), sample_rate=sample_rate, rng=rng)
    sound *= amplitude(rng.uniform(*kind.swell_db) / 2 * swell)
    sound += 10 ** (rng.uniform(-25, -12) / 20) * floor
    return unit_power(sound)


def _colour(rng: np.random.Generator, db_per_octave: float) -> SpectrumShape:
    """Draw a slope with bumps where the events have theirs, so that no spectrum tells a class."""
    tilt = slope(db_per_octave + rng.uniform(-1.5, 1.5), low_hz=rng.uniform(30, 90))
    n_bumps = int(rng.integers(1, 5))
    bumps = resonances(
        [_somewhere(rng, 300, 3400) for _ in range(n_bumps)],
        rng.uniform(-6, 14, n_bumps).tolist(),
        width_octaves=rng.uniform(0.2, 0.5),
    )
    return lambda hz: tilt(hz) * bumps(hz)


def _somewhere(rng: np.random.Generator, low_hz: float, high_hz: float) -> float:
    """Draw a frequency, no octave likelier than another."""
    return low_hz * (high_hz / low_hz) ** rng.uniform()


def _heath(n_samples: int, sample_rate: int, rng: np.random.Generator) -> FloatArray:
    colour = _colour(rng, rng.choice([-3.0, -4.5, -6.0]))
    return shaped_noise(n_samples, colour, sample_rate=sample_rate, rng=rng)


def _wind(n_samples: int, sample_rate: int, rng: np.random.Generator) -> FloatArray:
    rumble = shaped_noise(n_samples, slope(-7), sample_rate=sample_rate, rng=rng)
    leaves = shaped_noise(n_samples, _colour(rng, -1), sample_rate=sample_rate, rng=rng)
    gust = wander(n_samples, period_s=rng.uniform(1.2, 2.5), sample_rate=sample_rate, rng=rng)
    flutter = wander(n_samples, period_s=0.15, sample_rate=sample_rate, rng=rng)
    strength_db = 8 * gust + 2 * flutter
    # Leaves need more wind than the microphone does, so gusts grow brighter as they grow louder.
    return rumble * amplitude(strength_db) + 0.4 * leaves * amplitude(1.4 * strength_db)


def _rain(n_samples: int, sample_rate: int, rng: np.random.Generator) -> FloatArray:
    time_s = np.arange(round(0.03 * sample_rate)) / sample_rate
    rain = 0.5 * shaped_noise(n_samples, _colour(rng, 0), sample_rate=sample_rate, rng=rng)
    for _ in range(4):
        n_drops = round(rng.uniform(40, 160) * n_samples / sample_rate)
        impulses = np.zeros(n_samples)
        impulses[rng.integers(0, n_samples, n_drops)] = rng.lognormal(0, 0.7, n_drops)
        ringing_hz, decay_s = _somewhere(rng, 500, 3400), rng.uniform(0.001, 0.006)
        drop = np.sin(2 * np.pi * ringing_hz * time_s) * np.exp(-time_s / decay_s)
        drops = convolved(impulses, drop)
        rain += rng.uniform(0.5, 1.0) * unit_power(drops)
    return rain


def _engine(n_samples: int, sample_rate: int, rng: np.random.Generator) -> FloatArray:
    wobble = wander(n_samples, period_s=rng.uniform(0.4, 2), sample_rate=sample_rate, rng=rng)
    f0_hz = rng.uniform(90, 420) * (1 + rng.uniform(0.005, 0.04) * wobble)
    hum = buzz(f0_hz, _colour(rng, -5), sample_rate=sample_rate)
    turns = np.cumsum(f0_hz) / sample_rate / rng.integers(8, 20)
    throb = 1 + rng.uniform(0.1, 0.5) * np.sin(2 * np.pi * turns)
    noise = shaped_noise(n_samples, _colour(rng, -3), sample_rate=sample_rate, rng=rng)
    return hum * throb + rng.uniform(0.3, 0.8) * noise


def _stream(n_samples: int, sample_rate: int, rng: np.random.Generator) -> FloatArray:
    # Where the bands leave gaps, an event far too faint for its band would still be heard.
    water = 0.5 * shaped_noise(n_samples, _colour(rng, -1), sample_rate=sample_rate, rng=rng)
    for _ in range(6):
        centre_hz = _somewhere(rng, 300, 3400)
        shape = resonances([centre_hz], [30.0], width_octaves=rng.uniform(0.2, 0.5))
        band = shaped_noise(n_samples, shape, sample_rate=sample_rate, rng=rng)
        gurgle = wander(
            n_samples, period_s=rng.uniform(0.05, 0.4), sample_rate=sample_rate, rng=rng
        )
        water += rng.uniform(0.3, 1.0) * band * amplitude(5 * gurgle)
    return water


def _chorus(n_samples: int, sample_rate: int, rng: np.random.Generator) -> FloatArray:
    chorus = np.zeros(n_samples)
    for _ in range(8):
        low_hz, sweep, length_s = (
            rng.uniform(700, 3200),
            rng.uniform(-0.3, 0.3),
            rng.uniform(0.04, 0.15),
        )
        n_note = round(length_s * sample_rate)
        pitch = low_hz * (1 + sweep * np.linspace(-0.5, 0.5, n_note))
        note = np.sin(2 * np.pi * np.cumsum(pitch) / sample_rate) * np.hanning(n_note)
        n_notes = round(rng.uniform(8, 16) * n_samples / sample_rate)
        calls = np.zeros(n_samples)
        calls[rng.integers(0, n_samples, n_notes)] = rng.lognormal(0, 0.5, n_notes)
        chorus += convolved(calls, note)
    # Nor is a marsh silent between its callers: reeds fill the bands that they leave free.
    reeds = shaped_noise(n_samples, _colour(rng, -1), sample_rate=sample_rate, rng=rng)
    return unit_power(chorus) + rng.uniform(0.5, 0.9) * reeds


def _crowd(n_samples: int, sample_rate: int, rng: np.random.Generator) -> FloatArray:
    crowd = np.zeros(n_samples)
    for _ in range(7):
        wobble = wander(n_samples, period_s=0.25, sample_rate=sample_rate, rng=rng)
        f0_hz = rng.uniform(110, 420) * (1 + 0.15 * wobble)
        voice = buzz(f0_hz, _colour(rng, -6), sample_rate=sample_rate)
        syllables = wander(n_samples, period_s=0.12, sample_rate=sample_rate, rng=rng)
        crowd += voice * np.maximum(syllables + 0.6, 0)
    return crowd


def _buzzing(n_samples: int, sample_rate: int, rng: np.random.Generator) -> FloatArray:
    """Voice that never ends, a fan's or a fly's: a frame of it is a frame of a bark or a call."""
    wobble = wander(n_samples, period_s=0.5, sample_rate=sample_rate, rng=rng)
    tilt = slope(rng.uniform(-8, -4))
    formants = resonances(
        [rng.uniform(600, 1400), rng.uniform(1500, 3200)],
        rng.uniform(8, 20, 2).tolist(),
        width_octaves=0.25,
    )
    f0_hz = rng.uniform(220, 900) * (1 + 0.02 * wobble)
    return buzz(f0_hz, lambda hz: tilt(hz) * formants(hz), sample_rate=sample_rate)


def _ticking(n_samples: int, sample_rate: int, rng: np.random.Generator) -> FloatArray:
    """Blows that never end, a cricket's or a valve's: a frame of it is one of a knock."""
    time_s = np.arange(round(0.15 * sample_rate)) / sample_rate
    modes_hz, gains = rng.uniform(300, 3200, 4), rng.uniform(0.1, 1, 4)
    decays_s = rng.uniform(0.004, 0.03, 4)
    tick = gains @ (
        np.sin(2 * np.pi * np.outer(modes_hz, time_s)) * np.exp(-time_s / decays_s[:, None])
    )
    interval_s = 1 / _somewhere(rng, 8, 45)
    n_ticks = int(n_samples / sample_rate / interval_s)
    at_s = (np.arange(n_ticks) + rng.uniform(0, 0.2, n_ticks)) * interval_s
    impulses = np.zeros(n_samples)
    impulses[(at_s * sample_rate).astype(np.int64)] = rng.uniform(0.6, 1, n_ticks)
    return convolved(impulses, tick)


def _hissing(n_samples: int, sample_rate: int, rng: np.random.Generator) -> FloatArray:
    """Breath that never ends, a leaking pipe's: a frame of it is a frame of a cough."""
    return shaped_noise(n_samples, _colour(rng, -1), sample_rate=sample_rate, rng=rng)


_DRONES = (_buzzing, _ticking, _hissing)
"""One sounds in every place: steady, so that it is told from an event by what is around it only."""

BACKGROUND_KINDS = (
    BackgroundKind("noise", "heath", _heath, (2.0, 8.0)),
    BackgroundKind("wind", "ridge", _wind, (0.0, 3.0)),
    BackgroundKind("rain", "roof", _rain, (3.0, 10.0)),
    BackgroundKind("engine", "pump house", _engine, (3.0, 12.0)),
    BackgroundKind("stream", "brook", _stream, (2.0, 8.0)),
    BackgroundKind("chorus", "marsh", _chorus, (3.0, 10.0)),
    BackgroundKind("passing cars", "roadside", _heath, (14.0, 22.0)),
    BackgroundKind("voices", "market", _crowd, (2.0, 8.0)),
)
