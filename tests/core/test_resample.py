"""Resampling: length, place, passband and aliases."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.resample import Resampler
from tests.core.audio_files import clicks, level_at, tone

PAIRS = [(44_100, 8000), (48_000, 8000), (16_000, 8000), (11_025, 8000), (4000, 8000)]
PAIRS += [(384_000, 8000), (8000, 44_100), (22_050, 16_000), (44_100, 48_000), (8000, 8000)]


def resample(samples, rate_in, rate_out, block_size=10_000):
    resampler = Resampler(rate_in=rate_in, rate_out=rate_out)
    starts = range(0, len(samples), block_size)
    blocks = [resampler.push(samples[i : i + block_size]) for i in starts]
    return np.concatenate([*blocks, resampler.finish()])


@given(
    n_samples=st.integers(0, 20_000),
    rates=st.sampled_from(PAIRS),
    block_size=st.integers(100, 9000),
)
@settings(max_examples=60, deadline=None)
def test_the_length_is_the_nearest_and_blocks_do_not_matter(n_samples, rates, block_size):
    rate_in, rate_out = rates
    sent = np.random.default_rng(0).uniform(-1, 1, n_samples).astype(np.float32)
    received = resample(sent, rate_in, rate_out, block_size)
    # Exactly, in integers: the half goes up.
    assert len(received) == (2 * n_samples * rate_out + rate_in) // (2 * rate_in)
    np.testing.assert_array_equal(received, resample(sent, rate_in, rate_out, max(1, n_samples)))


@pytest.mark.parametrize(("rate_in", "rate_out"), PAIRS)
def test_a_click_stays_at_its_time(rate_in, rate_out):
    sent = clicks(rate=rate_in, seconds=3, at_s=(1.0, 2.0))
    received = resample(sent, rate_in, rate_out)
    middle = len(received) // 2
    assert np.argmax(received[:middle]) == rate_out
    assert middle + np.argmax(received[middle:]) == 2 * rate_out


@pytest.mark.parametrize(("rate_in", "rate_out"), PAIRS)
def test_the_passband_is_flat_to_092_of_nyquist(rate_in, rate_out):
    nyquist = min(rate_in, rate_out) / 2
    for hz in (0.01 * nyquist, 0.5 * nyquist, 0.92 * nyquist):
        received = resample(tone(rate=rate_in, seconds=1, hz=hz), rate_in, rate_out)
        middle = received[rate_out // 5 : -rate_out // 5]
        level_db = 20 * np.log10(level_at(middle, rate=rate_out, hz=hz) / 0.5)
        assert abs(level_db) < 0.1


@pytest.mark.parametrize(("rate_in", "rate_out"), [p for p in PAIRS if p[0] > p[1]])
def test_aliases_lie_below_minus_100_db(rate_in, rate_out):
    for factor in (1.08, 1.125, 1.3, 1.9):
        hz = factor * rate_out / 2
        if hz < rate_in / 2:
            sent = tone(rate=rate_in, seconds=1, hz=hz, level=1.0)
            received = resample(sent, rate_in, rate_out)[rate_out // 5 : -rate_out // 5]
            assert np.abs(received).max() < 1e-5


def test_the_same_rate_changes_nothing():
    sent = tone(rate=8000, seconds=1)
    np.testing.assert_array_equal(resample(sent, 8000, 8000), sent)
