"""What is made to be heard at another speed has its length, its pitch, and its place in time."""

from __future__ import annotations

import numpy as np
import pytest

from core.peak_writer import PeakWriter
from core.peaks import PeakMeta, PeakReader
from core.rendition import RenditionSpec, render

RATE = 8000


def made(tmp_path, samples, *, speed, keeps_pitch=True, rate=RATE, start=0):
    source, folder = tmp_path / "source", tmp_path / "made"
    with PeakWriter(source, PeakMeta(RATE, samples.shape[1])) as writer:
        writer.push(samples)
    folder.mkdir()
    spec = RenditionSpec(source, start, len(samples), speed, keeps_pitch, rate)
    assert render(spec, folder)
    with PeakReader(folder) as reader:
        return reader.samples(0, reader.n_samples).copy()


def pitch_of(samples, rate):
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return np.argmax(spectrum) * rate / len(samples)


@pytest.mark.parametrize("keeps_pitch", [True, False])
@pytest.mark.parametrize("speed", [0.25, 0.5, 0.8, 1.5, 2])
def test_length_and_pitch(tmp_path, speed, keeps_pitch):
    times = np.arange(2 * RATE) / RATE
    tone = (0.3 * np.sin(2 * np.pi * 440 * times)).astype(np.float32)[:, np.newaxis]
    result = made(tmp_path, tone, speed=speed, keeps_pitch=keeps_pitch)
    assert len(result) == pytest.approx(2 * RATE / speed, abs=1)
    inner = result[RATE // 5 : -RATE // 5, 0]
    assert pitch_of(inner, RATE) == pytest.approx(440 if keeps_pitch else 440 * speed, abs=2)
    assert np.abs(inner).max() == pytest.approx(0.3, abs=0.02)


@pytest.mark.parametrize("speed", [0.25, 0.5, 0.8, 1.5, 2])
def test_a_moment_lies_where_the_speed_says(tmp_path, speed):
    samples = np.zeros((3 * RATE, 1), dtype=np.float32)
    burst = np.hanning(240) * np.random.default_rng(0).standard_normal(240) * 0.3
    samples[2 * RATE : 2 * RATE + 240, 0] = burst
    power = made(tmp_path, samples, speed=speed, start=RATE)[:, 0] ** 2
    middle = (np.arange(len(power)) * power).sum() / power.sum()
    assert middle * speed / RATE == pytest.approx(1.015, abs=0.025)


def test_the_cards_own_rate(tmp_path):
    times = np.arange(RATE) / RATE
    both = np.stack([np.sin(2 * np.pi * hz * times) * 0.3 for hz in (300, 500)], axis=1)
    result = made(tmp_path, both.astype(np.float32), speed=1, rate=44_100)
    assert len(result) == 44_100
    for channel, hz in enumerate((300, 500)):
        assert pitch_of(result[:, channel], 44_100) == pytest.approx(hz, abs=2)


def test_what_nobody_wants_any_more_ends(tmp_path):
    source, folder = tmp_path / "source", tmp_path / "gone"
    with PeakWriter(source, PeakMeta(RATE, 1)) as writer:
        writer.push(np.zeros((RATE, 1), dtype=np.float32))
        folder.mkdir()
        spec = RenditionSpec(source, 0, 2**40, 2, keeps_pitch=True, sample_rate=RATE)

        def report(_progress):
            for file in (*folder.iterdir(),):
                file.unlink()
            if folder.exists():
                folder.rmdir()

        assert not render(spec, folder, report=report)
