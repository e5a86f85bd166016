from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.views.amplitude_axis import ROOM_PX, TEXT_PX, AmplitudeAxis, place_marks
from gui.views.wave_columns import Amplitude

AXES = (Amplitude(), Amplitude(is_decibel=True))


def lanes_of(n, height):
    return [(17 + k * (height + 3), height) for k in range(n)]


@given(st.integers(1, 16), st.integers(1, 300), st.sampled_from(AXES))
def test_numbers_stand_within_their_lane_and_not_on_each_other(n, height, amplitude):
    lanes = lanes_of(n, height)
    marks = place_marks(amplitude.ticks(), lanes)
    for mark in marks:
        assert any(top <= mark.top_px and mark.top_px + TEXT_PX <= top + height for top, _ in lanes)
        assert mark.top_px <= mark.y_px <= mark.top_px + TEXT_PX
    tops = sorted(mark.top_px for mark in marks)
    assert all(b - a >= ROOM_PX for a, b in pairwise(tops))


@pytest.mark.parametrize("n", [1, 2])
def test_both_ends_of_each_lane_are_told(n):
    texts = [mark.text for mark in place_marks(Amplitude().ticks(), lanes_of(n, 60))]
    for text in ("1", "0", "-1"):
        assert texts.count(text) == n


@given(st.integers(20, 300), st.sampled_from(AXES[:1]))
def test_what_stands_above_the_middle_stands_below(height, amplitude):
    texts = {mark.text for mark in place_marks(amplitude.ticks(), [(17, height)])}
    assert ("0.5" in texts) == ("-0.5" in texts)
    assert ("1" in texts) == ("-1" in texts)


def test_where_a_lane_is_low_the_most_important_number_is_left():
    assert [mark.text for mark in place_marks(Amplitude().ticks(), [(0, 20)])] == ["0"]


def test_the_axis_draws_a_tick_where_the_value_is(application):
    axis = AmplitudeAxis()
    axis.resize(64, 100)
    axis.set_marks(place_marks(Amplitude().ticks(), [(20, 81)]))
    _line, ticks, texts = axis.generateDrawSpecs(None)
    places = {text: start.y() for (_, start, _), (_, _, text) in zip(ticks, texts, strict=True)}
    assert (places["1"], places["0"], places["-1"]) == (20.5, 60.5, 100.5)
