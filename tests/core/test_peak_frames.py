from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.peak_frames import loudest_samples, read_frames
from core.peak_writer import PeakWriter
from core.peaks import LEVEL_FACTORS, PeakMeta, PeakReader

N_SAMPLES = 70_003
FINEST = LEVEL_FACTORS[0]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("peaks")
    samples = np.random.default_rng(3).uniform(-0.5, 0.5, (N_SAMPLES, 2)).astype(np.float32)
    with PeakWriter(folder, PeakMeta(8000, 2, "float32")) as writer:
        writer.push(samples)
    with PeakReader(folder) as reader:
        yield samples, reader


@pytest.mark.parametrize("channel", [None, 0, 1])
def test_frames_are_the_samples_and_silence_outside(made, channel):
    samples, reader = made
    mono = samples.mean(axis=1) if channel is None else samples[:, channel]
    padded = np.pad(mono, 500)
    starts = np.array([-500, -128, 0, 1, 5000, N_SAMPLES - 256, N_SAMPLES - 255, N_SAMPLES])
    frames = read_frames(reader, starts, 256, channel=channel)
    expected = np.stack([padded[s + 500 : s + 756] for s in starts])
    np.testing.assert_allclose(frames, expected, atol=1e-7)
    inside = read_frames(reader, starts[2:6], 256, channel=channel)
    np.testing.assert_allclose(inside, expected[2:6], atol=1e-7)


def test_a_recording_without_samples_is_silent(tmp_path):
    with PeakWriter(tmp_path, PeakMeta(8000, 1)):
        pass
    with PeakReader(tmp_path) as reader:
        assert not read_frames(reader, np.array([0, 5]), 16, channel=None).any()


@settings(max_examples=60)
@given(st.integers(1, 40), st.data())
def test_the_loudest_sample_of_each_range_is_found(made, n_ranges, data):
    samples, reader = made
    start = data.draw(st.integers(0, N_SAMPLES - 10_000))
    stop = data.draw(st.integers(start + 128 * n_ranges, N_SAMPLES))
    edges = np.linspace(start, stop, n_ranges + 1).astype(np.int64)
    peaks = np.abs(samples).max(axis=1)
    # Louder than all others, so that there is no doubt which bin is meant.
    found = loudest_samples(reader, edges[:-1], edges[1:])
    for first, end, place in zip(edges[:-1], edges[1:], found, strict=True):
        begin = first // FINEST * FINEST
        loudest = peaks[begin : -(-end // FINEST) * FINEST].max()
        bin_start = place // FINEST * FINEST
        assert peaks[bin_start : bin_start + FINEST].max() == pytest.approx(loudest)


@pytest.mark.parametrize(
    "place", [0, FINEST - 1, FINEST, 63, 64, 40_000, 65_536, 69_951, N_SAMPLES - 1]
)
def test_a_click_is_found_wherever_it_is(tmp_path, place):
    samples = np.zeros((N_SAMPLES, 1), dtype=np.float32)
    samples[place] = -1
    with PeakWriter(tmp_path, PeakMeta(8000, 1)) as writer:
        writer.push(samples)
    with PeakReader(tmp_path) as reader:
        found = loudest_samples(reader, np.array([0]), np.array([N_SAMPLES]))
    assert abs(int(found[0]) - place) <= 32
