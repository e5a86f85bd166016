"""Extending the neighbour over a span, and cutting a span out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.annotations.correcting import cut_out, extend_over
from core.annotations.edits import Bounds
from core.errors import AnnotationError
from tests.core.annotations.made_edits import ME, done, stored

BARELY, AUDIBLE, LATER = (
    stored(1, 1.0, 2.0, "barely"),
    stored(2, 2.0, 4.0),
    stored(3, 4.5, 5.0, "barely"),
)


def bounds(*annotations, **settings):
    return Bounds(12.0, 8000.0, annotations=annotations, **settings)


def told(annotations):
    return sorted((a.start_s, a.end_s, a.label) for a in annotations)


def extended(start_s, end_s, annotations=(BARELY, AUDIBLE, LATER), label="barely", **options):
    whole = bounds(*annotations, allow_overlaps=False)
    edit = extend_over(annotations, start_s, end_s, label, bounds=whole, by=ME, **options)
    return edit, done(edit, annotations)


def test_the_neighbour_takes_what_the_other_gives():
    edit, after = extended(2.0, 2.5)
    assert told(after) == [(1.0, 2.5, "barely"), (2.5, 4.0, "audible"), (4.5, 5.0, "barely")]
    assert edit.name == "extension of 'barely' over 2.000 to 2.500 s"
    assert {a.id for a in edit.added} == {1, 2}
    assert LATER not in edit.removed


def test_in_the_middle_of_the_other_it_takes_what_lies_between_within_reach_alone():
    _, after = extended(2.02, 2.5, reach_s=0.05)
    assert told(after)[:2] == [(1.0, 2.5, "barely"), (2.5, 4.0, "audible")]
    with pytest.raises(
        AnnotationError, match=r"No annotation 'barely' lies beside 2\.100"
    ) as error:
        extended(2.1, 2.5, reach_s=0.05)
    assert "by its digit instead" in error.value.hint


def test_the_nearer_of_two_neighbours_is_extended():
    _, after = extended(3.5, 4.0, reach_s=0.5)
    assert told(after) == [(1.0, 2.0, "barely"), (2.0, 3.5, "audible"), (3.5, 5.0, "barely")]


def test_what_would_label_no_frame_is_taken_in():
    _, after = extended(2.0, 3.99, least_s=0.025)
    assert told(after) == [(1.0, 4.0, "barely"), (4.5, 5.0, "barely")]


def test_what_has_the_class_already_is_not_extended():
    with pytest.raises(AnnotationError, match="is annotated 'barely' already"):
        extended(1.2, 1.8)


def cut(start_s, end_s, annotations=(BARELY, AUDIBLE, LATER), **options):
    edit = cut_out(annotations, start_s, end_s, bounds=bounds(*annotations), by=ME, **options)
    return edit, done(edit, annotations)


def test_an_end_is_trimmed_the_middle_is_split_and_the_whole_is_deleted():
    edit, after = cut(3.5, 4.0)
    assert told(after)[1] == (2.0, 3.5, "audible")
    assert edit.name == "cut of 3.500 to 4.000 s"
    edit, after = cut(2.5, 3.0)
    assert told(after)[1:3] == [(2.0, 2.5, "audible"), (3.0, 4.0, "audible")]
    assert min(edit.added, key=lambda a: a.start_s).id == AUDIBLE.id
    assert told(cut(4.4, 5.0)[1]) == told((BARELY, AUDIBLE))
    # A sliver that labels no frame goes, too.
    assert told(cut(2.01, 4.0, least_s=0.025)[1]) == told((BARELY, LATER))
    with pytest.raises(AnnotationError, match=r"Nothing is annotated within 4\.000"):
        cut(4.0, 4.5)


SPANS = st.tuples(st.integers(0, 90), st.integers(1, 30)).map(lambda s: (s[0], s[0] + s[1]))
LABELS = st.sampled_from(["audible", "barely", "inaudible"])
ANNOTATIONS = st.lists(st.tuples(SPANS, LABELS), min_size=1, max_size=6).map(
    lambda made: [stored(k, a / 10, b / 10, label) for k, ((a, b), label) in enumerate(made)]
)
APART = st.lists(st.integers(0, 120), min_size=4, max_size=12, unique=True).flatmap(
    lambda edges: st.tuples(
        st.just(sorted(edges)), st.lists(LABELS, min_size=len(edges), max_size=len(edges))
    ).map(
        lambda made: [
            stored(k, a / 10, b / 10, label)
            for k, (a, b, label) in enumerate(zip(made[0], made[0][1:], made[1], strict=False))
            if k % 3 != 1
        ]
    )
)


def _labels_at(annotations, t):
    return sorted(a.label for a in annotations if a.start_s <= t < a.end_s)


@given(annotations=ANNOTATIONS, chosen=SPANS)
def test_a_cut_leaves_nothing_in_the_span_and_all_else_as_it_is(annotations, chosen):
    start_s, end_s = chosen[0] / 10, chosen[1] / 10
    try:
        edit = cut_out(annotations, start_s, end_s, bounds=bounds(*annotations), by=ME)
    except AnnotationError:
        assert not any(_labels_at(annotations, (k + 0.5) / 10) for k in range(*chosen))
        return
    after = done(edit, annotations)
    for k in range(120):
        t = (k + 0.5) / 10
        expected = [] if chosen[0] <= k < chosen[1] else _labels_at(annotations, t)
        assert _labels_at(after, t) == expected
    assert done(edit.inverse(), after) == annotations


@given(annotations=APART, chosen=SPANS)
def test_an_extension_labels_the_span_and_no_overlap_comes_of_it(annotations, chosen):
    start_s, end_s = chosen[0] / 10, chosen[1] / 10
    whole = bounds(*annotations, allow_overlaps=False)
    try:
        edit = extend_over(annotations, start_s, end_s, "barely", bounds=whole, by=ME)
    except AnnotationError:
        beside = [a for a in annotations if a.start_s <= end_s and a.end_s >= start_s]
        inside = [_labels_at(annotations, (k + 0.5) / 10) for k in range(*chosen)]
        assert "barely" not in {a.label for a in beside} or inside == [["barely"]] * len(inside)
        return
    after = done(edit, annotations)
    for k in range(120):
        t = (k + 0.5) / 10
        inside = chosen[0] <= k < chosen[1]
        assert _labels_at(after, t) == (["barely"] if inside else _labels_at(annotations, t))
    # An annotation that does not reach to the span is the very same.
    apart = [a for a in annotations if a.start_s > end_s or a.end_s < start_s]
    assert set(apart) <= set(after)
    assert done(edit.inverse(), after) == annotations
