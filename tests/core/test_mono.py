"""Mono from any number of channels, and no sample that is none."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile

from core.audio import open_audio
from core.errors import RecordingError
from core.mono import mono_blocks

RATE = 8000


def mono_of(tmp_path, samples, *, subtype="FLOAT", **options):
    path = tmp_path / "a.wav"
    soundfile.write(path, samples, RATE, subtype=subtype)
    with open_audio(path) as reader:
        return np.concatenate(list(mono_blocks(reader, **options)))


@pytest.mark.parametrize("n_channels", [1, 2, 3, 8])
def test_mono_is_the_mean(tmp_path, n_channels):
    samples = np.random.default_rng(0).uniform(-1, 1, (5000, n_channels)).astype(np.float32)
    mono = mono_of(tmp_path, samples, block_size=999)
    assert mono.dtype == np.float32
    np.testing.assert_allclose(mono, samples.mean(axis=1), atol=1e-6)


@pytest.mark.parametrize("channel", [1, 2, 3])
def test_a_channel_counts_from_one(tmp_path, channel):
    samples = np.random.default_rng(0).uniform(-1, 1, (50, 3)).astype(np.float32)
    np.testing.assert_array_equal(
        mono_of(tmp_path, samples, channel=channel), samples[:, channel - 1]
    )


def test_a_channel_that_is_not_there(tmp_path):
    with pytest.raises(RecordingError, match="has 1 channel, so there is no channel 2"):
        mono_of(tmp_path, np.zeros(50), channel=2)
    with pytest.raises(RecordingError, match="has 3 channels, so there is no channel 4"):
        mono_of(tmp_path, np.zeros((50, 3)), channel=4)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("place", [0, 1234, 3999])
def test_a_sample_that_is_no_number_is_found(tmp_path, value, place):
    samples = np.zeros((4000, 2), dtype=np.float32)
    samples[place, 1] = value
    with pytest.raises(RecordingError) as caught:
        mono_of(tmp_path, samples, block_size=1000)
    assert f"sample {place} ({place / RATE:.3f} s) is not a finite number" in caught.value.message


def test_other_channels_do_not_matter(tmp_path):
    samples = np.zeros((40, 2), dtype=np.float32)
    samples[7, 1] = np.nan
    assert not mono_of(tmp_path, samples, channel=1).any()


def test_a_sample_beyond_all_measure_is_found(tmp_path):
    samples = np.zeros(4000, dtype=np.float32)
    samples[99] = 3e38
    with pytest.raises(RecordingError, match=r"sample 99 \(0.012 s\) is 3e\+38"):
        mono_of(tmp_path, samples)


def test_floats_in_the_scale_of_integers_pass(tmp_path):
    samples = np.full(40, -(2.0**31), dtype=np.float32)
    np.testing.assert_array_equal(mono_of(tmp_path, samples), samples)


def test_many_channels_come_in_smaller_blocks(tmp_path):
    path = tmp_path / "a.wav"
    soundfile.write(path, np.zeros((9000, 100)), RATE)
    with open_audio(path) as reader:
        sizes = [len(b) for b in mono_blocks(reader, block_size=100_000)]
    assert max(sizes) == 2000
    assert sum(sizes) == 9000
