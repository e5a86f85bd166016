"""Splitting, merging and duplicating annotations."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.annotations.edits import Bounds
from core.annotations.splitting import duplicate, label_range, merge, split
from core.errors import AnnotationError
from tests.core.annotations.made_edits import ME, done, stored, times

A, B, C = stored(1, 1.0, 2.0), stored(2, 3.0, 4.0), stored(3, 2.2, 2.8, "barely")


def bounds(*annotations, **settings):
    return Bounds(10.0, 8000.0, annotations=annotations, **settings)


def test_split_in_two_that_touch():
    edit = split(A, 1.25, bounds=bounds(A, allow_overlaps=False), by=ME)
    assert edit.removed == (A,)
    assert times(edit.added) == [(1.0, 1.25), (1.25, 2.0)]
    assert edit.added[0].id == A.id != edit.added[1].id
    assert {a.label for a in edit.added} == {"audible"}


@pytest.mark.parametrize("at_s", [0.5, 1.0, 2.0, 1.0000001, 3.0])
def test_split_only_inside(at_s):
    with pytest.raises(AnnotationError, match=r"is not inside 'audible' at 1.000 to 2.000 s"):
        split(A, at_s, bounds=bounds(A), by=ME)


def test_merged_are_neighbours_of_one_class_in_any_order():
    edit = merge([B, A], bounds=bounds(A, B), by=ME)
    assert set(edit.removed) == {A, B}
    assert [(a.id, a.start_s, a.end_s) for a in edit.added] == [(1, 1.0, 4.0)]
    inside = stored(4, 1.2, 1.5)
    # What the first takes in whole only goes.
    edit = merge([A, inside], bounds=bounds(A, inside), by=ME)
    assert (edit.removed, edit.added) == ((inside,), ())


def test_not_merged_across_another_nor_with_another_class():
    with pytest.raises(AnnotationError, match=r"'barely' at 2.200 to 2.800 s lies between"):
        merge([A, B], bounds=bounds(A, B, C), by=ME)
    with pytest.raises(AnnotationError, match="different classes"):
        merge([A, C], bounds=bounds(A, C), by=ME)
    with pytest.raises(AnnotationError, match="merged with nothing"):
        merge([A], bounds=bounds(A), by=ME)
    # What ends before the gap, or begins after it, does not lie between.
    beside = stored(4, 1.1, 2.0, "barely"), stored(5, 3.0, 3.5, "barely")
    assert merge([A, B], bounds=bounds(A, B, *beside), by=ME).added


def test_duplicates_stand_right_behind():
    edit = duplicate([A, B], bounds=bounds(A, B), by=ME)
    assert edit.removed == ()
    assert times(edit.added) == [(4.0, 5.0), (6.0, 7.0)]
    assert len({a.id for a in (A, B, *edit.added)}) == 4
    assert times(duplicate([A], by_s=0.5, bounds=bounds(A), by=ME).added) == [(1.5, 2.5)]
    with pytest.raises(AnnotationError, match="outside the recording"):
        duplicate([stored(1, 5.0, 10.0)], bounds=bounds(), by=ME)


def test_a_range_within_an_annotation_gets_another_class():
    edit = label_range([A, B], 1.25, 1.5, "barely", bounds=bounds(A, B), by=ME)
    parts = sorted((a.start_s, a.end_s, a.label) for a in edit.added)
    assert parts == [(1.0, 1.25, "audible"), (1.25, 1.5, "barely"), (1.5, 2.0, "audible")]
    assert edit.removed == (A,)
    assert edit.name == "change of 1.250 to 1.500 s to 'barely'"
    assert len({a.id for a in edit.added}) == 3
    assert A.id in {a.id for a in edit.added}


def test_what_would_label_no_frame_takes_part():
    edit = label_range([A], 1.02, 1.99, "barely", least_s=0.025, bounds=bounds(A), by=ME)
    assert [(a.id, a.start_s, a.end_s, a.label) for a in edit.added] == [(1, 1.0, 2.0, "barely")]
    with pytest.raises(AnnotationError, match="has another class than 'audible'"):
        label_range([A, C], 0.5, 2.21, "audible", least_s=0.025, bounds=bounds(A, C), by=ME)


SPANS = st.tuples(st.integers(0, 900), st.integers(1, 300)).map(lambda s: (s[0], s[0] + s[1]))


def _label_at(annotations, t):
    return sorted(a.label for a in annotations if a.start_s <= t < a.end_s)


@given(
    spans=st.lists(
        st.tuples(SPANS, st.sampled_from(["audible", "barely"])), min_size=1, max_size=6
    ),
    chosen=SPANS,
)
def test_within_the_range_all_has_the_class_and_elsewhere_nothing_changes(spans, chosen):
    annotations = [stored(k, a / 100, b / 100, label) for k, ((a, b), label) in enumerate(spans)]
    start_s, end_s = chosen[0] / 100, chosen[1] / 100
    whole = bounds(*annotations)
    try:
        edit = label_range(annotations, start_s, end_s, "audible", bounds=whole, by=ME)
    except AnnotationError:
        assert all(
            set(_label_at(annotations, (k + 0.5) / 100)) <= {"audible"} for k in range(*chosen)
        )
        return
    after = done(edit, annotations)
    for k in range(1200):
        t = (k + 0.5) / 100
        before = _label_at(annotations, t)
        expected = ["audible"] * len(before) if chosen[0] <= k < chosen[1] else before
        assert _label_at(after, t) == expected
    assert done(edit.inverse(), after) == annotations
