"""What is asked of the sound card, and which stretches are made to be heard."""

from __future__ import annotations

import pytest

from core.peaks import PeakReader
from tests.gui.playing import noise, write


@pytest.fixture
def wanted(tmp_path, application):
    from gui.sounding import Wanted

    with PeakReader(write(tmp_path / "a", noise(200))) as reader:
        yield lambda **how: Wanted(
            **{
                "reader": reader,
                "region": None,
                "loops": False,
                "speed": 1.0,
                "keeps_pitch": True,
                "device_name": "",
                **how,
            }
        )


def test_what_goes_faster_with_its_pitch_needs_more_samples_a_second(wanted):
    assert wanted(speed=2.0).sample_rate == 8000
    assert wanted(speed=2.0, keeps_pitch=False).sample_rate == 16_000
    assert wanted(speed=0.5, keeps_pitch=False).sample_rate == 8000


def test_chunks_cover_everything_once(wanted):
    it = wanted(speed=0.5)
    chunk = it.chunk_from(10.0)
    edges = [chunk.start_s]
    while not chunk.is_last:
        following = it.chunk_after(chunk)
        assert following.start_s == chunk.stop_s
        chunk = following
        edges.append(chunk.start_s)
    assert chunk.stop_s == 200
    assert len(edges) == 7


def test_a_short_loop_is_one_chunk_and_a_long_one_begins_again(wanted):
    short = wanted(loops=True, region=(5.0, 7.0), speed=0.5).chunk_from(6.0)
    assert (short.start_s, short.stop_s, short.is_loop) == (5.0, 7.0, True)
    long = wanted(loops=True, speed=2.0)
    last = long.chunk_from(150.0)
    assert not last.is_last
    assert long.chunk_after(last).start_s == 0
