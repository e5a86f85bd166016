"""The level of a sound stands at the time at which it sounds."""

from __future__ import annotations

import numpy as np
import pytest

from core.sound_level import FLOOR_DB, N_BANDS, band_levels, prominence

HOP_S = 0.005


@pytest.mark.parametrize("rate_hz", [4000, 8000, 11_025, 44_100, 48_000])
def test_a_step_stands_where_it_is_at_any_rate(rate_hz):
    noise = np.random.default_rng(0).standard_normal(4 * rate_hz).astype(np.float32)
    noise[: 3 * rate_hz] *= 0.01
    level_db = prominence(band_levels(noise, sample_rate=rate_hz, hop_s=HOP_S))
    assert len(level_db) == 800
    half = (level_db[:550].mean() + level_db[650:].mean()) / 2
    # Frames whose window reaches into what is 40 dB louder are louder, too.
    assert np.argmax(level_db > half) * HOP_S == pytest.approx(3.0, abs=0.011)
    assert level_db[650:].mean() - level_db[:550].mean() == pytest.approx(40, abs=1)


@pytest.mark.parametrize("tone_hz", [100, 440, 3000])
def test_a_tone_is_in_one_band(tone_hz):
    time_s = np.arange(16_000) / 8000
    tone = np.sin(2 * np.pi * tone_hz * time_s).astype(np.float32)
    levels = band_levels(tone, sample_rate=8000, hop_s=HOP_S)[100:-100].mean(axis=0)
    assert levels.shape == (N_BANDS,)
    assert np.sum(levels > levels.max() - 12) <= 3


def test_silence_is_no_event():
    noise = 0.1 * np.random.default_rng(0).standard_normal(16_000).astype(np.float32)
    noise[4000:5000] = 0.0
    level_db = prominence(band_levels(noise, sample_rate=8000, hop_s=HOP_S))
    assert level_db.min() == pytest.approx(-FLOOR_DB)
    silence = np.zeros(8000, dtype=np.float32)
    assert not prominence(band_levels(silence, sample_rate=8000, hop_s=HOP_S)).any()


@pytest.mark.parametrize("n_samples", [0, 1, 39, 40])
def test_less_than_a_frame_has_no_level(n_samples):
    levels = band_levels(np.zeros(n_samples, np.float32), sample_rate=8000, hop_s=HOP_S)
    assert levels.shape == (n_samples // 40, N_BANDS)
    assert prominence(levels).shape == (n_samples // 40,)
