"""Events sound where they are said to, in time and in frequency."""

from __future__ import annotations

import numpy as np
import pytest

from core.demo.events import EVENT_KINDS, make_event
from tests.core.demo.listening import band_power_by_spectrum


@pytest.mark.parametrize("kind", EVENT_KINDS, ids=lambda kind: kind.name)
@pytest.mark.parametrize("sample_rate", [8000, 44100])
def test_an_event_starts_and_ends_where_it_is_said_to(kind, sample_rate):
    rng = np.random.default_rng(11)
    for _ in range(5):
        event = make_event(kind.make_voice(rng), sample_rate=sample_rate, rng=rng)
        blocks = event[: event.size // (sample_rate // 200) * (sample_rate // 200)]
        power = np.mean(blocks.reshape(-1, sample_rate // 200) ** 2, axis=1)
        sounding = np.flatnonzero(power > 0.01 * power.max())
        # Blocks are 5 ms long: 20 ms at the start; an event may fade for longer than it rises.
        assert sounding[0] < 4
        assert power.size - sounding[-1] < 20
        assert 0.1 <= event.size / sample_rate <= 1.5


@pytest.mark.parametrize("kind", EVENT_KINDS, ids=lambda kind: kind.name)
def test_an_event_is_mostly_in_its_band(kind):
    rng = np.random.default_rng(12)
    shares = []
    for _ in range(10):
        event = make_event(kind.make_voice(rng), sample_rate=22050, rng=rng)
        padded = np.pad(event, 2205)
        in_band = band_power_by_spectrum(padded, 0, padded.size, kind.band_hz, 22050)
        shares.append(in_band / np.mean(padded**2))
    assert np.median(shares) > 0.7
    assert kind.band_hz[1] <= 3600
