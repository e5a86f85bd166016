"""The lag of transcoded audio is measured to the sample."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from core.transcode_lag import lag_between, measure_lag, read_beginning


def noise(n_samples, seed=0):
    return 0.1 * np.random.default_rng(seed).standard_normal(n_samples).astype(np.float32)


@given(st.integers(-400, 400))
def test_a_delay_is_found_to_the_sample(n_late):
    whole = noise(5000)
    first, second = whole[500:4000], whole[500 - n_late : 4000 - n_late]
    assert lag_between(first, second, sample_rate=1000) == pytest.approx(n_late / 1000)


def test_what_does_not_resemble_its_original_tells_no_lag():
    assert lag_between(noise(4000, 1), noise(4000, 2), sample_rate=1000) is None


@pytest.mark.parametrize("level", [0.0, 0.3])
def test_what_does_not_change_tells_no_lag(level):
    assert lag_between(np.full(100, level, np.float32), noise(100), sample_rate=1000) is None


@pytest.mark.parametrize("rate_hz", [8000, 11_025, 16_000, 44_100, 48_001])
@pytest.mark.parametrize("n_late", [0, 160])
def test_a_late_file_is_found_at_any_rate(tmp_path, rate_hz, n_late):
    import soxr

    # Slow enough to be heard at both rates.
    original = np.convolve(noise(3 * rate_hz), np.ones(rate_hz // 1000), "same")
    ours = soxr.resample(original, rate_hz, 8000)
    ours = np.concatenate([np.zeros(n_late, np.float32), ours])
    soundfile.write(tmp_path / "o.wav", np.stack([0 * original, original], 1), rate_hz)
    soundfile.write(tmp_path / "t.wav", ours, 8000)
    lag_s = measure_lag(tmp_path / "o.wav", tmp_path / "t.wav", channel=2)
    assert lag_s == pytest.approx(n_late / 8000, abs=1 / 8000)
    assert measure_lag(tmp_path / "o.wav", tmp_path / "t.wav", channel=1) is None


def test_only_the_beginning_is_read(tmp_path):
    soundfile.write(tmp_path / "a.wav", noise(200_000), 1000, subtype="FLOAT")
    samples, rate_hz = read_beginning(tmp_path / "a.wav", seconds=2.5)
    assert (len(samples), rate_hz) == (2500, 1000)
    assert np.array_equal(samples, noise(200_000)[:2500])
