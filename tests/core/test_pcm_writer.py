"""Sixteen bits: rounding, clipping, containers."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

import core.pcm_writer
from core.pcm_writer import PcmWriter, TooLongError, to_pcm16

EVERY_SAMPLE = np.arange(-32_768, 32_768, dtype=np.int16)


def test_sixteen_bit_samples_come_out_as_they_were():
    pcm, n_clipped = to_pcm16(EVERY_SAMPLE.astype(np.float32) / 32_768)
    np.testing.assert_array_equal(pcm, EVERY_SAMPLE)
    assert n_clipped == 0


@pytest.mark.parametrize(
    ("steps", "expected", "n_clipped"),
    [
        (0.5, 0, 0),
        (1.5, 2, 0),
        (2.5, 2, 0),
        (-0.5, 0, 0),
        (-1.5, -2, 0),
        (32_767.25, 32_767, 0),
        (32_767.5, 32_767, 1),
        (32_768.0, 32_767, 1),
        (-32_768.0, -32_768, 0),
        (-32_768.5, -32_768, 0),
        (-32_769.0, -32_768, 1),
        (1e30, 32_767, 1),
        (-3e38, -32_768, 1),
    ],
)
def test_halves_go_to_the_even_one_and_the_rest_is_clipped(steps, expected, n_clipped):
    sample = np.array([steps], dtype=np.float32) / np.float32(32_768)
    pcm, clipped = to_pcm16(sample)
    assert (pcm.tolist(), clipped) == ([expected], n_clipped)


def test_no_float_overflows():
    pcm, n_clipped = to_pcm16(np.array([3.4e38, -3.4e38, 0.5], dtype=np.float32))
    assert (pcm.tolist(), n_clipped) == ([32_767, -32_768, 16_384], 2)


@given(st.lists(st.floats(-3, 3, width=32)))
def test_no_sample_is_off_by_more_than_half_a_step_unless_clipped(values):
    samples = np.array(values, dtype=np.float32)
    pcm, n_clipped = to_pcm16(samples)
    off = np.abs(pcm - samples.astype(np.float64) * 32_768) > 0.5
    assert off.sum() == n_clipped


@pytest.mark.parametrize(
    ("container", "start"),
    [("WAV", b"RIFF"), ("RF64", b"RF64"), ("FLAC", b"fLaC"), ("AIFF", b"FORM")],
)
def test_every_container_holds_every_sample(tmp_path, container, start):
    path = tmp_path / "a.part"
    with PcmWriter(path, sample_rate=8000, container=container) as writer:
        for block in np.split(EVERY_SAMPLE, 16):
            writer.write(block.astype(np.float32) / 32_768)
    assert path.read_bytes()[:4] == start
    samples, rate = soundfile.read(path, dtype="int16")
    np.testing.assert_array_equal(samples, EVERY_SAMPLE)
    assert (rate, writer.n_samples, writer.n_clipped) == (8000, 65_536, 0)


def test_a_wav_file_has_the_plainest_header(tmp_path):
    with PcmWriter(tmp_path / "a", sample_rate=8000, container="WAV") as writer:
        writer.write(np.zeros(100, dtype=np.float32))
    data = (tmp_path / "a").read_bytes()
    assert len(data) == 44 + 200
    assert data[8:20] == b"WAVEfmt " + (16).to_bytes(4, "little")
    assert data[36:44] == b"data" + (200).to_bytes(4, "little")


@pytest.mark.parametrize("container", ["WAV", "AIFF"])
def test_sizes_of_32_bits_are_not_overrun(tmp_path, monkeypatch, container):
    monkeypatch.setattr(core.pcm_writer, "LARGEST_RIFF_BYTES", 400)
    with PcmWriter(tmp_path / "a", sample_rate=8000, container=container) as writer:
        writer.write(np.zeros(200, dtype=np.float32))
        with pytest.raises(TooLongError):
            writer.write(np.zeros(1, dtype=np.float32))


@pytest.mark.parametrize("container", ["WAV", "RF64", "FLAC", "AIFF"])
def test_what_the_operating_system_said_is_kept(tmp_path, container):
    noise = np.random.default_rng(0).uniform(-1, 1, 100_000).astype(np.float32)
    path = tmp_path / "full"
    path.symlink_to("/dev/full")
    with (
        pytest.raises(OSError, match="No space left"),
        PcmWriter(path, sample_rate=8000, container=container) as writer,
    ):
        writer.write(noise)
