"""What goes to the sound card: every sample once, fades that add up, loops with their period."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.peak_writer import PeakWriter
from core.peaks import PeakMeta, PeakReader
from core.playout import FADE_S, Playout
from core.tracks import Leg, Track

RATE = 8000
FADE = round(FADE_S * RATE)


@pytest.fixture(scope="module")
def ramp(tmp_path_factory):
    """A track whose sample n is n times 1e-5."""
    folder = tmp_path_factory.mktemp("ramp")
    samples = (np.arange(20_000, dtype=np.float32) * 1e-5)[:, np.newaxis]
    with PeakWriter(folder, PeakMeta(RATE, 1, "float32")) as writer:
        writer.push(samples)
    with PeakReader(folder) as reader:
        yield Track(reader)


def played(playout, n_samples, block_size):
    out = np.zeros((n_samples, playout.n_channels), dtype=np.float32)
    for at in range(0, n_samples, block_size):
        playout.fill(out[at : at + block_size])
    return out


@given(st.integers(1, 900), st.integers(0, 10_000), st.integers(200, 5000))
def test_a_leg_is_heard_sample_by_sample_whatever_the_blocks(ramp, block_size, start, length):
    playout = Playout(sample_rate=RATE, n_channels=2)
    playout.play(Leg(ramp, start, start + length), start)
    out = played(playout, length + 500, block_size)
    inner = slice(FADE, length - FADE)
    expected = np.arange(start, start + length, dtype=np.float32)[inner] * np.float32(1e-5)
    assert np.allclose(out[inner, 0], expected, atol=1e-7)
    assert np.array_equal(out[:, 0], out[:, 1])
    assert not out[length:].any()
    mark, time_s = playout.heard(length + 400)
    assert mark.is_end
    assert time_s == pytest.approx((start + length) / RATE)


@given(st.integers(1, 700), st.integers(0, 5000), st.integers(8, 3000))
def test_a_loop_has_its_period_to_the_sample(ramp, block_size, start, length):
    playout = Playout(sample_rate=RATE, n_channels=1)
    leg = Leg(ramp, start, start + length, is_last=False)
    leg.follow = leg
    playout.play(leg, start)
    n_samples = max(3 * length, length + 4 * FADE)
    out = played(playout, n_samples, block_size)[:, 0]
    assert np.allclose(out[FADE + length :], out[FADE:-length], atol=1e-7)
    _, time_s = playout.heard(2 * length + 3)
    assert time_s == pytest.approx((start + 3) / RATE)


@given(st.integers(1, 600), st.integers(200, 4000), st.integers(0, 9000))
def test_a_seek_fades_one_into_the_other(ramp, block_size, before, target):
    playout = Playout(sample_rate=RATE, n_channels=1)
    leg = Leg(ramp, 0, 20_000)
    playout.play(leg, 5000)
    first = played(playout, before, block_size)
    playout.play(leg, target)
    out = np.concatenate([first, played(playout, 300, block_size)])[:, 0]
    assert np.abs(np.diff(out)).max() < 0.13 * np.pi / 2 / FADE + 2e-5


def test_what_runs_out_fades_and_goes_on_when_there_is_more(tmp_path):
    samples = np.full((12_000, 1), 0.5, dtype=np.float32)
    with PeakWriter(tmp_path, PeakMeta(RATE, 1)) as writer:
        writer.push(samples[:1000])
        with PeakReader(tmp_path) as reader:
            playout = Playout(sample_rate=RATE, n_channels=1)
            playout.play(Leg(Track(reader), 0, 2**62), 0)
            out = played(playout, 2000, 160)[:, 0]
            assert not out[1000:].any()
            assert np.abs(np.diff(out)).max() < 0.02
            assert playout.heard(1500)[0].is_waiting
            writer.push(samples[1000:])
            reader.refresh()
            assert played(playout, 400, 160)[-1, 0] == pytest.approx(0.5)
