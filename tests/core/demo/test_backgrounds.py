"""Backgrounds sound all the time."""

from __future__ import annotations

import numpy as np
import pytest

from core.demo.backgrounds import BACKGROUND_KINDS, make_background


@pytest.mark.parametrize("kind", BACKGROUND_KINDS, ids=lambda kind: kind.name)
@pytest.mark.parametrize("sample_rate", [8000, 44100])
def test_a_background_never_stops(kind, sample_rate):
    rng = np.random.default_rng(7)
    sound = make_background(kind, 3 * sample_rate, sample_rate=sample_rate, rng=rng)
    frames = sound[: 120 * (sample_rate // 40)].reshape(120, -1)
    assert sound.size == 3 * sample_rate
    assert np.mean(sound**2) == pytest.approx(1)
    assert 10 * np.log10(np.mean(frames**2, axis=1)).min() > -40
