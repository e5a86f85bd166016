"""Seconds, samples, frames: the laws that they follow."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import timebase
from core.timebase import (
    count_frames,
    frame_starts,
    frames_at,
    frames_inside,
    owned_interval,
    samples_to_seconds,
    seconds_to_samples,
)

RATES = st.sampled_from([8000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000])
SIZES = st.integers(1, 40)
EDGES = st.integers(-50, 400)


def all_frames(n_samples, frame_size, hop_size):
    """Every complete frame as (start, end), found by walking."""
    frames, start = [], 0
    while start + frame_size <= n_samples:
        frames.append((start, start + frame_size))
        start += hop_size
    return frames


@given(st.floats(-1e5, 1e5), RATES)
def test_a_time_becomes_the_nearest_sample(seconds, rate):
    sample = seconds_to_samples(seconds, sample_rate=rate)
    assert type(sample) is int
    # The product is a float, as everybody else's program computes it; Python's round goes to even.
    assert sample == round(seconds * rate)
    assert abs(Fraction(sample) - Fraction(seconds) * rate) <= Fraction(1, 2) + Fraction(1, 10**5)


@given(st.integers(0, 10**10), st.floats(0.001, 0.999), RATES)
def test_a_sample_lasts_until_the_next(sample, part, rate):
    start_s, next_s = (samples_to_seconds(n, sample_rate=rate) for n in (sample, sample + 1))
    assert timebase.sample_under(start_s, sample_rate=rate) == sample
    time_s = start_s + part * (next_s - start_s)
    if time_s < next_s:
        assert timebase.sample_under(time_s, sample_rate=rate) == sample


@pytest.mark.parametrize(
    ("seconds", "sample"),
    [(0.5, 0), (1.5, 2), (2.5, 2), (3.5, 4), (-0.5, 0), (-1.5, -2), (0.4999, 0), (0.5001, 1)],
)
def test_a_half_goes_to_the_even_sample(seconds, sample):
    assert seconds_to_samples(seconds, sample_rate=1) == sample
    assert seconds_to_samples(np.array([seconds]), sample_rate=1).tolist() == [sample]


@given(st.lists(st.floats(0, 1e6)), RATES)
def test_many_times_at_once_are_the_same_times(seconds, rate):
    samples = seconds_to_samples(np.array(seconds, dtype=np.float64), sample_rate=rate)
    assert samples.dtype == np.int64
    assert samples.tolist() == [seconds_to_samples(s, sample_rate=rate) for s in seconds]


@given(st.integers(0, 24 * 3600 * 192_000), st.integers(1, 192_000))
def test_samples_survive_the_way_over_seconds(sample, rate):
    seconds = samples_to_seconds(sample, sample_rate=rate)
    assert type(seconds) is float
    assert seconds_to_samples(seconds, sample_rate=rate) == sample
    array = samples_to_seconds(np.array([sample, 0]), sample_rate=rate)
    assert array.dtype == np.float64
    assert array.tolist() == [seconds, 0.0]


@given(st.integers(-5, 400), SIZES, SIZES)
def test_frames_are_those_that_are_complete(n_samples, frame_size, hop_size):
    n_frames = count_frames(n_samples, frame_size=frame_size, hop_size=hop_size)
    frames = all_frames(n_samples, frame_size, hop_size)
    assert n_frames == len(frames)
    starts = frame_starts(n_frames, hop_size=hop_size)
    assert starts.dtype == np.int64
    assert starts.tolist() == [start for start, _ in frames]


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_frames_are_found_by_their_first_samples(n, hop_size):
    starts = np.array([n, 0, n + 1], dtype=np.int64) * hop_size
    assert frames_at(starts, hop_size=hop_size).tolist() == [n, 0, n + 1]


def test_a_sample_between_frames_is_no_frames_first():
    with pytest.raises(ValueError, match="sample 201"):
        frames_at([0, 200, 201], hop_size=200)


@given(st.integers(0, 300), SIZES, SIZES, st.lists(st.tuples(EDGES, EDGES), max_size=8))
def test_frames_inside_are_those_that_a_comparison_finds(
    n_samples, frame_size, hop_size, intervals
):
    frames = all_frames(n_samples, frame_size, hop_size)
    first, stop = frames_inside(
        [s for s, _ in intervals],
        [e for _, e in intervals],
        frame_size=frame_size,
        hop_size=hop_size,
        n_frames=len(frames),
    )
    for (start, end), f, s in zip(intervals, first.tolist(), stop.tolist(), strict=True):
        inside = [n for n, (a, b) in enumerate(frames) if start <= a and b <= end]
        assert list(range(f, s)) == inside
        assert 0 <= f <= s <= len(frames)


def test_long_recordings_do_not_overflow():
    # A week at 192 kHz.
    end = 7 * 24 * 3600 * 192_000
    first, stop = frames_inside([0], [end], frame_size=200, hop_size=1, n_frames=end - 199)
    assert (first[0], stop[0]) == (0, end - 199)


@given(st.lists(st.integers(1, 50), min_size=1, max_size=8), SIZES, RATES)
def test_frames_own_all_time_and_none_of_it_twice(run_lengths, hop_size, rate):
    edges = np.cumsum([0, *run_lengths]).tolist()
    owned = [owned_interval(a, b, hop_size=hop_size, sample_rate=rate) for a, b in pairwise(edges)]
    assert owned[0][0] == 0.0
    assert all(before[1] == after[0] for before, after in pairwise(owned))
    assert owned[-1][1] == edges[-1] * hop_size / rate


@pytest.mark.parametrize("value", [0, -1, float("nan")])
@pytest.mark.parametrize(
    ("function", "arguments", "name"),
    [
        ("seconds_to_samples", {"seconds": 1.0}, "sample_rate"),
        ("samples_to_seconds", {"samples": 1}, "sample_rate"),
        ("count_frames", {"n_samples": 9, "hop_size": 1}, "frame_size"),
        ("count_frames", {"n_samples": 9, "frame_size": 1}, "hop_size"),
        ("frame_starts", {"n_frames": 1}, "hop_size"),
        ("frames_at", {"start_samples": [0]}, "hop_size"),
        (
            "frames_inside",
            {"start_samples": [], "end_samples": [], "hop_size": 1, "n_frames": 1},
            "frame_size",
        ),
        (
            "frames_inside",
            {"start_samples": [], "end_samples": [], "frame_size": 1, "n_frames": 1},
            "hop_size",
        ),
        ("owned_interval", {"first_frame": 0, "stop_frame": 1, "sample_rate": 1}, "hop_size"),
        ("owned_interval", {"first_frame": 0, "stop_frame": 1, "hop_size": 1}, "sample_rate"),
    ],
)
def test_rates_and_sizes_are_positive(function, arguments, name, value):
    with pytest.raises(ValueError, match=f"{name} must be positive"):
        getattr(timebase, function)(**arguments, **{name: value})


@given(st.integers(0, 10**9), st.integers(1, 10**5))
def test_each_sample_is_owned_by_the_frame_whose_hop_it_is_in(sample, hop_size):
    (frame,) = timebase.owning_frames([sample], hop_size=hop_size).tolist()
    assert frame * hop_size <= sample < (frame + 1) * hop_size


def test_no_sample_is_owned_without_a_hop():
    with pytest.raises(ValueError, match="hop_size"):
        timebase.owning_frames([0], hop_size=0)
