"""Splitting, merging and duplicating annotations."""

from __future__ import annotations

import pytest

from core.annotations.edits import Bounds
from core.annotations.splitting import duplicate, merge, split
from core.errors import AnnotationError
from tests.core.annotations.made_edits import ME, stored, times

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
