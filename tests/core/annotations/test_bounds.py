"""What edits keep to."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.annotations.bounds import Bounds, clip, compose, name_of
from tests.core.annotations.made_edits import ME, stored


@given(st.floats(-10, 100), st.floats(0, 100), st.floats(0.001, 50))
def test_clipped_is_within_and_in_microseconds(start_s, length_s, duration_s):
    clipped = clip(stored(1, start_s, start_s + length_s), Bounds(duration_s))
    for time_s in (clipped.start_s, clipped.end_s):
        assert 0 <= time_s <= duration_s
        assert time_s == round(time_s, 6)


def test_what_does_not_change_is_no_part_of_the_edit_and_is_not_signed():
    a, b = stored(1, 1, 2), stored(2, 3, 4)
    edit = compose("move", [a, b], [a, stored(2, 5, 6)], by=ME)
    assert edit.removed == (b,)
    assert [(x.id, x.author) for x in edit.added] == [(2, "Ada")]


def test_names_for_a_menu():
    assert name_of([stored(1, 1, 2, "barely")]) == "'barely'"
    assert name_of([stored(1, 1, 2), stored(2, 1, 2)]) == "2 annotations"
