"""The truth of a recording holds, and it takes more than a frame's level to find it."""

from __future__ import annotations

import numpy as np
import pytest

from core.demo.plan import plan_library
from core.demo.recording import SNR_RANGES_DB, in_band_power, make_parts, mixed
from core.demo.signals import band_passed
from tests.core.demo.listening import N_RECORDINGS, SEED, auc, band_power_by_spectrum


def test_events_are_as_far_above_the_background_as_their_class_says(recordings):
    for entry, parts in recordings:
        rate = entry.plan.sample_rate
        for event in parts.placed:
            where = (event.start_sample, event.end_sample, event.kind.band_hz, rate)
            signal = band_power_by_spectrum(parts.events, *where)
            noise = band_power_by_spectrum(parts.background, *where)
            assert 10 * np.log10(signal / noise) == pytest.approx(event.snr_db, abs=1.5)
            low_db, high_db = SNR_RANGES_DB[event.label]
            assert low_db <= event.snr_db <= high_db


def test_classes_keep_their_distance():
    assert SNR_RANGES_DB["audible"][0] >= 3
    assert -9 <= SNR_RANGES_DB["barely"][0] < SNR_RANGES_DB["barely"][1] <= 0
    assert SNR_RANGES_DB["inaudible"][1] <= -15


def test_nothing_sounds_outside_of_the_events(recordings):
    for _entry, parts in recordings:
        outside = np.ones(parts.events.size, dtype=bool)
        for event in parts.placed:
            outside[event.start_sample : event.end_sample] = False
        assert not parts.events[outside].any()
        for start, end in parts.quiet_samples:
            assert outside[start:end].all()


def test_power_in_a_band_is_that_of_the_tone_in_it():
    time_s = np.arange(16000) / 16000
    tone = 0.5 * np.sin(2 * np.pi * 1000 * time_s) + np.sin(2 * np.pi * 60 * time_s)
    power = in_band_power(tone, (4000, 12000), (500.0, 2000.0), sample_rate=16000)
    assert power == pytest.approx(0.125, rel=0.01)


def test_mean_of_the_channels_is_background_and_events(recordings):
    numbers_of_channels = set()
    for entry, parts in recordings:
        sound = mixed(parts, n_channels=entry.plan.n_channels)
        numbers_of_channels.add(sound.shape[1])
        np.testing.assert_allclose(sound.mean(axis=1), parts.background + parts.events, atol=1e-12)
        assert np.abs(sound).max() <= 0.8 + 1e-9
    assert numbers_of_channels == {1, 2}


def test_level_tells_little_and_level_over_the_surroundings_much(recordings):
    levels, differences, audible = [], [], []
    for entry, parts in recordings:
        sound = parts.background + parts.events
        frame = entry.plan.sample_rate // 40
        passed = band_passed(sound, (300.0, 3400.0), sample_rate=entry.plan.sample_rate)
        power = [
            np.mean(x[: x.size // frame * frame].reshape(-1, frame) ** 2, axis=1)
            for x in (sound, passed)
        ]
        level, in_band = 10 * np.log10(power)
        spans = [(e.start_sample, e.end_sample, e.label) for e in parts.placed]
        spans += [(start, end, "inaudible") for start, end in parts.quiet_samples]
        for start, end, label in spans:
            if label != "barely":
                inside = slice(-(-start // frame), end // frame)
                levels.append(level[inside])
                differences.append((in_band - np.median(in_band))[inside])
                audible.append(np.full(level[inside].size, label == "audible"))
    positive = np.concatenate(audible)
    assert auc(np.concatenate(levels), positive=positive) < 0.8
    assert auc(np.concatenate(differences), positive=positive) > 0.85


def test_another_seed_gives_another_sound(recordings):
    entry = plan_library(N_RECORDINGS, seed=SEED + 1)[0]
    assert entry.plan != recordings[0][0].plan
    other = make_parts(entry.plan)
    n_samples = min(other.background.size, recordings[0][1].background.size)
    same = np.corrcoef(other.background[:n_samples], recordings[0][1].background[:n_samples])
    assert abs(same[0, 1]) < 0.1
