import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.views.time_axis import SHORTEST_VIEW_S, TimeAxis

TIMES = st.floats(-1e6, 1e6)
LENGTHS = st.floats(0.001, 1e6)


def axis(duration_s):
    time = TimeAxis()
    time.set_duration(duration_s)
    time.fit()
    return time


@given(
    LENGTHS, st.lists(st.tuples(st.sampled_from(["range", "zoom", "pan", "reveal"]), TIMES, TIMES))
)
def test_what_is_in_view_is_always_a_part_of_the_recording(duration_s, steps):
    time = axis(duration_s)
    for what, a, b in steps:
        if what == "range":
            time.set_range(a, b)
        elif what == "zoom":
            time.zoom(abs(a) / 1e5 + 1e-3, b)
        elif what == "pan":
            time.pan(a)
        else:
            time.reveal(*sorted((a, b)))
        assert time.start_s >= 0
        assert time.end_s <= duration_s * (1 + 1e-12)
        assert time.span_s >= min(SHORTEST_VIEW_S, duration_s) * (1 - 1e-6)


@given(st.floats(1, 1e5), st.floats(0.2, 0.8), st.floats(0.3, 0.9))
def test_zooming_in_keeps_its_anchor_in_its_place(duration_s, place, factor):
    time = axis(duration_s)
    anchor_s = place * duration_s
    time.zoom(factor, anchor_s)
    assert (anchor_s - time.start_s) / time.span_s == pytest.approx(place, abs=1e-9)


@given(LENGTHS, TIMES, TIMES)
def test_a_selection_is_in_order_and_in_the_recording_or_there_is_none(duration_s, a, b):
    time = axis(duration_s)
    time.select(a, b)
    if time.selection is not None:
        start_s, end_s = time.selection
        assert 0 <= start_s < end_s <= duration_s


@given(LENGTHS, TIMES)
def test_the_playhead_stays_in_the_recording(duration_s, time_s):
    time = axis(duration_s)
    time.request_seek(time_s)
    assert 0 <= time.playhead_s <= duration_s


def test_nothing_is_told_that_has_not_changed():
    time, told = axis(10.0), []
    time.range_changed.connect(lambda *range_s: told.append(range_s))
    time.selection_changed.connect(told.append)
    time.set_range(0, 10)
    time.clear_selection()
    time.set_range(float("nan"), 3)
    assert told == []
    time.set_range(2, 4)
    assert told == [(2.0, 4.0)]


def test_a_range_beyond_the_end_is_moved_and_keeps_its_length():
    time = axis(10.0)
    time.set_range(8, 12)
    assert (time.start_s, time.end_s) == (6.0, 10.0)


def test_another_recording_starts_from_nothing():
    time = axis(10.0)
    time.select(1, 2)
    time.move_playhead(3)
    time.move_cursor(4)
    time.reset()
    assert time.selection is None
    assert time.cursor_s is None
    assert (time.playhead_s, time.duration_s) == (0.0, 0.0)


def test_revealing_what_is_in_view_moves_nothing_and_else_brings_it_in():
    time = axis(100.0)
    time.set_range(10, 20)
    time.reveal(12, 13)
    assert time.start_s == 10
    time.reveal(50, 51)
    assert time.start_s < 50
    assert time.end_s > 51
    assert time.span_s == pytest.approx(10)
    time.reveal(60, 90)
    assert time.start_s < 60
    assert time.end_s > 90
