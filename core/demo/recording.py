"""One recording of the demo: events set into a background at known signal-to-noise ratios."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.demo.backgrounds import BackgroundKind, make_background
from core.demo.events import EventKind, make_event
from core.demo.signals import band_passed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]

SNR_RANGES_DB = {"audible": (3.0, 15.0), "barely": (-9.0, 0.0), "inaudible": (-24.0, -15.0)}
"""Signal-to-noise ratio of the events of each class; the gaps keep the classes apart."""

LEVEL_RANGE_DBFS = (-54.0, -18.0)
"""Root mean square of a recording against full scale: level alone tells nothing."""

MARGIN_S = 0.15
"""Left without annotation on both sides of an event."""

_EDGE_S = 0.1
_LONGEST_SPAN_S = 2.5
_SHORTEST_SPAN_S = 0.3
_FILTER_PADDING_S = 0.1
# Lossy codings overshoot; this much room keeps what they decode to from clipping.
_HIGHEST_PEAK = 0.8


@dataclass(frozen=True)
class RecordingPlan:
    """What a recording is to be; the same plan gives the same sound.

    Parameters
    ----------
    file_name : str
        Base name with its extension.
    sample_rate : int
        In Hz.
    n_channels : int
        1 or 2.
    duration_s : float
        Length in seconds.
    background : BackgroundKind
        What sounds all the time.
    event_kinds : tuple of EventKind
        Which voices are heard, one of each.
    labels : tuple of str
        Class of each event, in time.
    seed : tuple of int
        Seed of everything left to chance.
    """

    file_name: str
    sample_rate: int
    n_channels: int
    duration_s: float
    background: BackgroundKind
    event_kinds: tuple[EventKind, ...]
    labels: tuple[str, ...]
    seed: tuple[int, ...]


@dataclass(frozen=True)
class PlacedEvent:
    """One event, and where it is.

    Parameters
    ----------
    kind : EventKind
        What it is.
    label : str
        Its class.
    snr_db : float
        Signal-to-noise ratio in its own band, see `in_band_power`.
    start_sample, end_sample : int
        Its place; the end is exclusive.
    """

    kind: EventKind
    label: str
    snr_db: float
    start_sample: int
    end_sample: int


@dataclass(frozen=True)
class RecordingParts:
    """A recording before it is mixed.

    Parameters
    ----------
    background, events : ndarray of float64, shape (n_samples,)
        What sounds all the time, and all events; their sum is the recording, mono.
    side : ndarray of float64, shape (n_samples,)
        Added to the left channel and taken from the right, if there are two.
    placed : tuple of PlacedEvent
        In time, none overlapping.
    quiet_samples : tuple of (int, int)
        Annotated stretches of background alone; the end is exclusive.
    """

    background: FloatArray
    events: FloatArray
    side: FloatArray
    placed: tuple[PlacedEvent, ...]
    quiet_samples: tuple[tuple[int, int], ...]


def in_band_power(
    signal: FloatArray, placed: tuple[int, int], band_hz: tuple[float, float], *, sample_rate: int
) -> float:
    """Mean power of a signal in one band, over one interval.

    The signal-to-noise ratio of an event is ``10 * log10(event / background)`` of this power, over
    the interval and in the band of the event: what lies in other bands does not mask it.

    Parameters
    ----------
    signal : ndarray of float64, shape (n_samples,)
        The events or the background of a whole recording.
    placed : tuple of int
        First sample and the one after the last.
    band_hz : tuple of float
        Lower and upper edge.
    sample_rate : int
        In Hz.

    Returns
    -------
    float
        Mean square.
    """
    start, end = placed
    padding = round(_FILTER_PADDING_S * sample_rate)
    first = max(0, start - padding)
    part = band_passed(signal[first : end + padding], band_hz, sample_rate=sample_rate)
    return float(np.mean(part[start - first : end - first] ** 2))


def make_parts(plan: RecordingPlan) -> RecordingParts:
    """Make a recording's background and events.

    Parameters
    ----------
    plan : RecordingPlan
        What it is to be.

    Returns
    -------
    RecordingParts
        Scaled to the recording's final level.
    """
    rng = np.random.default_rng(plan.seed)
    rate, n_samples = plan.sample_rate, round(plan.duration_s * plan.sample_rate)
    background = make_background(plan.background, n_samples, sample_rate=rate, rng=rng)
    voices = [kind.make_voice(rng) for kind in plan.event_kinds]
    chosen = [int(i) for i in rng.integers(0, len(voices), len(plan.labels))]
    sounds = [make_event(voices[i], sample_rate=rate, rng=rng) for i in chosen]
    starts = _starts(plan, [s.size for s in sounds], rng)
    events = np.zeros(n_samples)
    placed: list[PlacedEvent] = []
    for sound, start, label, i in zip(sounds, starts, plan.labels, chosen, strict=True):
        kind, where = plan.event_kinds[i], (start, start + sound.size)
        snr_db = round(float(rng.uniform(*SNR_RANGES_DB[label])), 2)
        events[slice(*where)] = sound
        noise = in_band_power(background, where, kind.band_hz, sample_rate=rate)
        signal = in_band_power(events, where, kind.band_hz, sample_rate=rate)
        events[slice(*where)] *= np.sqrt(noise / signal * 10 ** (snr_db / 10))
        placed.append(PlacedEvent(kind, label, snr_db, *where))
    side = np.zeros(n_samples)
    if plan.n_channels > 1:
        side = rng.uniform(0.2, 0.8) * make_background(
            plan.background, n_samples, sample_rate=rate, rng=rng
        )
    gain = _gain(background + events, side, rng)
    quiet = _quiet_spans(placed, n_samples, rate, rng)
    return RecordingParts(gain * background, gain * events, gain * side, tuple(placed), quiet)


def mixed(parts: RecordingParts, *, n_channels: int) -> FloatArray:
    """Mix a recording.

    Parameters
    ----------
    parts : RecordingParts
        From `make_parts`.
    n_channels : int
        1 or 2.

    Returns
    -------
    ndarray of float64, shape (n_samples, n_channels)
        Within -1 and 1; the mean of the channels is background plus events, whatever their number.
    """
    middle = parts.background + parts.events
    channels = [middle] if n_channels == 1 else [middle + parts.side, middle - parts.side]
    return np.stack(channels, axis=1)


def _starts(plan: RecordingPlan, lengths: list[int], rng: np.random.Generator) -> list[int]:
    """Places in order, with random gaps that leave none overlapping."""
    rate = plan.sample_rate
    least = round(0.04 * rate)
    edge = round((_EDGE_S + MARGIN_S + _SHORTEST_SPAN_S) * rate)
    free = round(plan.duration_s * rate) - sum(lengths) - least * (len(lengths) - 1) - 2 * edge
    # Weights this uneven make bouts: some events follow each other closely, others stand alone.
    shares = rng.dirichlet(np.full(len(lengths) + 1, 0.8))
    gaps = np.floor(shares * free).astype(np.int64)
    gaps[0] += edge
    gaps[1:-1] += least
    before = np.concatenate([[0], np.cumsum(lengths[:-1], dtype=np.int64)])
    return [int(start) for start in np.cumsum(gaps[:-1]) + before]


def _quiet_spans(
    placed: list[PlacedEvent], n_samples: int, sample_rate: int, rng: np.random.Generator
) -> tuple[tuple[int, int], ...]:
    """Part of each stretch between events, as long as it keeps its distance from them."""
    margin, edge = round(MARGIN_S * sample_rate), round(_EDGE_S * sample_rate)
    begins = [edge] + [event.end_sample + margin for event in placed]
    ends = [event.start_sample - margin for event in placed] + [n_samples - edge]
    spans: list[tuple[int, int]] = []
    for begin, end in zip(begins, ends, strict=True):
        longest = end - begin
        if longest < round(_SHORTEST_SPAN_S * sample_rate):
            continue
        length = min(longest, round(rng.uniform(0.8, _LONGEST_SPAN_S) * sample_rate))
        start = begin + int(rng.integers(0, longest - length + 1))
        spans.append((start, start + length))
    return tuple(spans)


def _gain(mono: FloatArray, side: FloatArray, rng: np.random.Generator) -> float:
    """Random, but never so much that a channel would clip."""
    level = float(np.sqrt(np.mean(mono**2)))
    wanted = 10 ** (rng.uniform(*LEVEL_RANGE_DBFS) / 20) / level
    peak = float(np.max(np.abs(mono) + np.abs(side)))
    return min(wanted, _HIGHEST_PEAK / peak)
