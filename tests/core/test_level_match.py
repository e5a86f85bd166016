"""What is measured is what is played; what is matched is equal, and does not clip."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import level_match
from core.level_match import LevelMatch, StretchLevel, match_levels, measure_stretch
from core.listening import factor
from core.peak_writer import PeakWriter
from core.peaks import PeakMeta

RATE = 8000
LEVELS = st.floats(1e-6, 1.0)


def write(folder, samples):
    samples = np.asarray(samples, dtype=np.float32)
    samples = samples[:, np.newaxis] if samples.ndim == 1 else samples
    with PeakWriter(folder, PeakMeta(RATE, samples.shape[1], "float32")) as writer:
        writer.push(samples)
    return folder


def sine(seconds, level):
    return level * np.sin(2 * np.pi * 400 * np.arange(round(seconds * RATE)) / RATE)


@pytest.mark.parametrize("block", [1 << 20, 777])
def test_the_stretch_is_measured_without_its_context(tmp_path, monkeypatch, block):
    monkeypatch.setattr(level_match, "BLOCK_SAMPLES", block)
    samples = np.concatenate([sine(1.0, 0.8), sine(1.0, 0.1), sine(1.0, 0.6)])
    folder = write(tmp_path, samples)
    alone = measure_stretch(folder, 1.0, 2.0)
    assert (alone.rms, alone.peak) == pytest.approx((0.1 / math.sqrt(2), 0.1), rel=1e-4)
    beside = measure_stretch(folder, 1.0, 2.0, context_s=0.5)
    assert (beside.rms, beside.peak) == pytest.approx((alone.rms, 0.8), rel=1e-4)


def test_a_constant_part_is_not_heard(tmp_path):
    level = measure_stretch(write(tmp_path, sine(1.0, 0.1) + 0.5), 0.0, 1.0)
    assert (level.rms, level.peak) == pytest.approx((0.1 / math.sqrt(2), 0.6), rel=1e-4)


def test_two_ears_count_alike_and_more_channels_are_heard_in_the_middle(tmp_path):
    one = sine(1.0, 0.4)
    for n, columns in enumerate(([one, 0 * one], [one, one, -one, one])):
        (tmp_path / str(n)).mkdir()
        level = measure_stretch(write(tmp_path / str(n), np.stack(columns, axis=1)), 0.0, 1.0)
        expected = 0.4 / math.sqrt(2) * (math.sqrt(0.5) if n == 0 else 0.5)
        assert level.rms == pytest.approx(expected, rel=1e-4)


def test_what_lies_beyond_the_end_is_left_out(tmp_path):
    folder = write(tmp_path, sine(1.0, 0.4))
    assert measure_stretch(folder, 0.5, 9.0).rms == pytest.approx(0.4 / math.sqrt(2), rel=1e-4)
    assert measure_stretch(folder, 5.0, 9.0) == StretchLevel(0.0, 0.0)


@given(LEVELS, LEVELS, st.floats(1, 20), st.floats(1, 20), st.floats(-20, 20))
def test_both_are_equally_loud_and_raising_never_clips(one, other, crest, peak, base_db):
    error, example = StretchLevel(one, one * crest), StretchLevel(other, other * peak)
    match = match_levels(error, example, base_db=base_db)
    heard = one * factor(match.error_db)
    assert heard == pytest.approx(other * factor(match.example_db + match.left_db), rel=1e-6)
    assert match.error_db <= 0
    assert abs(match.example_db - match.error_db) <= 50 + 1e-9
    if match.example_db > 0:
        assert example.peak * factor(match.example_db + base_db) <= 1 + 1e-6


def test_where_there_is_room_only_the_example_changes():
    loud, quiet = StretchLevel(0.2, 0.5), StretchLevel(0.05, 0.1)
    assert match_levels(loud, quiet).example_db == pytest.approx(12.04, abs=0.01)
    assert match_levels(quiet, loud).example_db == pytest.approx(-12.04, abs=0.01)
    assert match_levels(loud, quiet).error_db == match_levels(quiet, loud).error_db == 0


def test_where_it_would_clip_the_error_is_lowered_for_the_rest():
    match = match_levels(StretchLevel(0.2, 0.5), StretchLevel(0.05, 0.5))
    assert (match.example_db, match.error_db) == pytest.approx((6.02, -6.02), abs=0.01)


def test_silence_is_left_alone():
    nothing = StretchLevel(0.0, 0.0)
    assert match_levels(nothing, StretchLevel(0.1, 0.2)) == LevelMatch(left_db=math.inf)
    assert match_levels(StretchLevel(0.1, 0.2), nothing) == LevelMatch(left_db=math.inf)


def test_no_more_than_50_db_are_made_up_for():
    match = match_levels(StretchLevel(0.1, 0.2), StretchLevel(1e-5, 2e-5))
    assert (match.example_db, match.left_db) == pytest.approx((50, 30))
