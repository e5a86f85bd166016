"""Events in noise at times that are known, and annotations of them."""

from __future__ import annotations

import numpy as np

from core.annotations.csv import Annotation

RATE_HZ = 8000


def event_times(rng, *, seconds, n_events):
    """Onsets and offsets, never two events within 0.6 s of each other."""
    slots = np.linspace(1.0, seconds - 1.0, n_events + 1)
    starts = slots[:-1] + rng.uniform(0.3, 0.5, n_events)
    longest = np.maximum(slots[1:] - starts - 0.3, 0.3)
    return [(s, s + rng.uniform(0.25, d)) for s, d in zip(starts, longest, strict=True)]


def made_sound(rng, times, *, seconds, gain=0.2):
    """Noise in noise: what is loud begins and ends at once."""
    sound = 0.02 * rng.standard_normal(int(seconds * RATE_HZ))
    for start_s, end_s in times:
        first, stop = (round(t * RATE_HZ) for t in (start_s, end_s))
        sound[first:stop] += gain * rng.standard_normal(stop - first)
    return sound.astype(np.float32)


def annotated(times, seconds, *, shift_s=0.0, drift=0.0):
    """Audible events, inaudible between them; shifted and stretched about the middle."""

    def place(time_s):
        return time_s + shift_s + drift * (time_s - seconds / 2)

    found = []
    last = 0.0
    for start_s, end_s in times:
        found.append(Annotation(0, "a.wav", last, place(start_s), 0))
        found.append(Annotation(0, "a.wav", place(start_s), place(end_s), 2))
        last = place(end_s)
    return (*found, Annotation(0, "a.wav", last, seconds, 0))
