"""Edits: what each makes of annotations, what it refuses, and that all can be undone."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.annotations import edits
from core.annotations.edits import Bounds
from core.errors import AnnotationError
from tests.core.annotations.made_edits import ME, done, stored, times

A, B, C = stored(1, 1.0, 2.0), stored(2, 3.0, 4.0, "barely"), stored(3, 8.0, 9.5)
ALL = (A, B, C)
BOUNDS = Bounds(10.0, 8000.0, annotations=ALL)


def test_what_is_made_is_signed_clipped_and_new():
    edit = edits.make("a.wav", 12.0, 9.0, "barely", bounds=BOUNDS, by=ME)
    (new,) = edit.added
    assert edit.removed == ()
    assert new.content == ("a.wav", 9.0, 10.0, "barely")
    assert (new.author, new.edited_at, new.listening_gain_db) == ("Ada", ME.edited_at, -12.0)
    assert new.id > 2**32
    assert edit.name == "making of 'barely'"


@pytest.mark.parametrize("span", [(11.0, 12.0), (-2.0, -1.0), (1.0, 1.0), (1.0, 1.00001)])
def test_what_would_be_nothing_is_refused(span):
    with pytest.raises(AnnotationError, match=r"outside the recording|shorter than a sample"):
        edits.make("a.wav", *span, "barely", bounds=BOUNDS, by=ME)


def test_a_sample_is_long_enough():
    edit = edits.make("a.wav", 1.0, 1.0 + 1 / 44_100, "b", bounds=Bounds(9.0, 44_100.0), by=ME)
    assert times(edit.added) == [(1.0, 1.000023)]


def test_times_that_are_none_are_refused():
    with pytest.raises(AnnotationError):
        edits.make("a.wav", 1.0, math.inf, "barely", bounds=Bounds(), by=ME)


@pytest.mark.parametrize(
    ("by_s", "expected"), [(0.25, (1.25, 3.25)), (-5.0, (0.0, 2.0)), (50.0, (7.0, 9.0))]
)
def test_several_move_together_and_not_beyond_an_end(by_s, expected):
    edit = edits.move([A, B], by_s, bounds=BOUNDS, by=ME)
    assert tuple(a.start_s for a in edit.added) == expected
    assert [a.end_s - a.start_s for a in edit.added] == [1.0, 1.0]
    assert edit.name == "move of 2 annotations"


def test_moving_by_nothing_is_refused():
    for by_s in (0.0, 1e-9, 0.5):
        with pytest.raises(AnnotationError, match="changes no annotation"):
            edits.move([stored(1, 0.0, 10.0)], by_s, bounds=BOUNDS, by=ME)


def test_an_edge_moves_and_the_other_stays_to_the_last_digit():
    odd = stored(1, 1.123456789, 2.0)
    (new,) = edits.set_edges(odd, end_s=2.5000004, bounds=BOUNDS, by=ME).added
    assert (new.start_s, new.end_s) == (1.123456789, 2.5)
    (new,) = edits.set_edges(odd, start_s=-3.0, bounds=BOUNDS, by=ME).added
    assert (new.start_s, new.end_s) == (0.0, 2.0)
    with pytest.raises(AnnotationError, match="shorter than a sample"):
        edits.set_edges(odd, start_s=2.0, bounds=BOUNDS, by=ME)


def test_only_what_has_another_class_is_relabelled():
    edit = edits.relabel(ALL, "audible", by=ME)
    assert edit.removed == (B,)
    assert edit.name == "change of 'barely' to 'audible'"
    with pytest.raises(AnnotationError, match="changes no annotation"):
        edits.relabel([A], "audible", by=ME)


def test_deleting_adds_nothing():
    edit = edits.delete([A, C], by=ME)
    assert (edit.removed, edit.added) == ((A, C), ())
    assert edit.signature == ME
    for wrong in ([], [A, A]):
        with pytest.raises(AnnotationError):
            edits.delete(wrong, by=ME)


@pytest.mark.parametrize(
    ("edge", "expected"), [("both", (1.05, 2.05)), ("start", (1.05, 2.0)), ("end", (1.0, 2.05))]
)
def test_nudged_by_frames(edge, expected):
    edit = edits.nudge([A], 2, hop_s=0.025, edge=edge, bounds=BOUNDS, by=ME)
    assert times(edit.added) == [expected]
    assert edit.name == "nudge of 'audible'"


def test_all_are_shifted_and_stretched():
    edit = edits.apply_offset_and_stretch(ALL, offset_s=-0.5, stretch=1.001, bounds=BOUNDS, by=ME)
    assert times(edit.added) == [(0.501, 1.502), (2.503, 3.504), (7.508, 9.0095)]
    with pytest.raises(AnnotationError, match="outside the recording"):
        edits.apply_offset_and_stretch(ALL, offset_s=-5, stretch=1, bounds=BOUNDS, by=ME)
    with pytest.raises(AnnotationError, match="stretched by"):
        edits.apply_offset_and_stretch(ALL, offset_s=0, stretch=0, bounds=BOUNDS, by=ME)


def test_new_overlaps_are_refused_where_they_are_not_allowed():
    strict = Bounds(10.0, 8000.0, allow_overlaps=False, annotations=ALL)
    with pytest.raises(AnnotationError, match=r"'barely' at 1\.500 to 2.500 s would overlap"):
        edits.move([B], -1.5, bounds=strict, by=ME)
    assert edits.move([B], -1.5, bounds=BOUNDS, by=ME).added
    # Side by side is no overlap, and neither is what all move together.
    assert edits.move([B], -1.0, bounds=strict, by=ME).added
    assert edits.move(ALL, 0.5, bounds=strict, by=ME).added
    with pytest.raises(AnnotationError, match="would overlap"):
        edits.make("a.wav", 0.0, 10.0, "barely", bounds=strict, by=ME)


def test_an_overlap_that_is_there_already_hinders_nobody():
    there = (stored(1, 1.0, 3.0), stored(2, 2.0, 4.0), stored(3, 5.0, 6.0))
    strict = Bounds(10.0, 8000.0, allow_overlaps=False, annotations=there)
    assert edits.move([there[2]], 1.0, bounds=strict, by=ME).added


START = tuple(stored(k, k + 0.5, k + 1.25, "abc"[k % 3]) for k in range(8))
WISH = st.tuples(
    st.sampled_from(
        ["make", "move", "edges", "relabel", "delete", "split", "merge", "duplicate", "shift"]
    ),
    st.lists(st.integers(0, 30), min_size=1, max_size=3, unique=True),
    st.floats(-3, 12),
)


def edit_of(wish, now, bounds):
    kind, places, t = wish
    chosen = [now[k % len(now)] for k in places] if now else []
    chosen = list({a.id: a for a in chosen}.values())
    first = chosen[0] if chosen else None
    keep = {"bounds": bounds, "by": ME}
    return {
        "make": lambda: edits.make("a.wav", t, t + 0.3, "a", **keep),
        "move": lambda: edits.move(chosen, t - 4, **keep),
        "edges": lambda: edits.set_edges(first, start_s=t, **keep),
        "relabel": lambda: edits.relabel(chosen, "abc"[int(abs(t)) % 3], by=ME),
        "delete": lambda: edits.delete(chosen, by=ME),
        "split": lambda: edits.split(first, first.start_s + 0.1, **keep),
        "merge": lambda: edits.merge(chosen, **keep),
        "duplicate": lambda: edits.duplicate(chosen, **keep),
        "shift": lambda: edits.apply_offset_and_stretch(now, offset_s=t / 10, stretch=1.01, **keep),
    }[kind]()


@given(st.lists(WISH, max_size=12), st.booleans())
def test_undone_as_often_as_done_is_the_start_and_redone_the_end(wishes, allow_overlaps):
    now, made = list(START), []
    for wish in wishes:
        bounds = Bounds(20.0, 8000.0, allow_overlaps=allow_overlaps, annotations=tuple(now))
        try:
            edit = edit_of(wish, now, bounds)
        except (AnnotationError, AttributeError):
            continue
        made.append(edit)
        now = done(edit, now)
        assert all(0 <= a.start_s < a.end_s <= 20.0 for a in now)
        if not allow_overlaps:
            spans = sorted(times(now))
            assert all(a[1] <= b[0] for a, b in pairwise(spans))
    end = now
    for edit in reversed(made):
        now = done(edit.inverse(), now)
    assert now == list(START)
    for edit in made:
        now = done(edit.inverse().inverse(), now)
    assert now == end
