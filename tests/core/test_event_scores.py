from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.event_scores import Events, annotated_events, count_events, predicted_events, score_events

CLASSES = ("inaudible", "barely", "audible")
RATE = 1000
TRIPLES = st.lists(
    st.tuples(st.integers(0, 9000), st.integers(1, 3000), st.integers(0, 2)).map(
        lambda t: (t[0], t[0] + t[1], t[2])
    ),
    max_size=8,
)
FILES = st.lists(st.tuples(TRIPLES, TRIPLES), min_size=1, max_size=4)


def counted(files):
    """Of files, each a pair of annotated and predicted events."""
    names = [f"rec{k}" for k in range(len(files))]
    ours, theirs = (
        annotated_events({n: f[k] for n, f in zip(names, files, strict=True)}, names)
        for k in (0, 1)
    )
    return count_events(ours, theirs, n_recordings=len(files), n_classes=3, sample_rate=RATE)


def scored(files, chosen=None):
    mask = np.ones(len(files), dtype=bool) if chosen is None else np.asarray(chosen)
    return score_events(counted(files), mask, classes=CLASSES)


def short(scores):
    names = ("n_annotated", "n_predicted", "n_right", "substitutions", "deletions", "insertions")
    return [scores[name] for name in names]


def test_events_by_hand():
    annotated = [(1000, 2000, 2), (3000, 4000, 2), (5000, 5100, 1), (7000, 8000, 0)]
    predicted = [
        (1200, 2500, 2),  # the onset by just 200 ms, the offset by just half of the length: right
        (3201, 4000, 2),  # the onset by 201 ms: wrong
        (5000, 5300, 1),  # a short one may end 200 ms late: right
        (7000, 8000, 1),  # another class: a substitution
        (9000, 9500, 1),  # nothing there
    ]
    scores = scored([(annotated, predicted)])["event_based"]
    assert short(scores) == [4, 5, 2, 1, 1, 2]
    assert scores["f1"] == pytest.approx(2 * 2 / 9)
    assert scores["error_rate"] == pytest.approx((1 + 1 + 2) / 4)
    assert scores["per_class"]["barely"] == {
        "n_annotated": 1, "n_predicted": 3, "n_right": 1, "precision": pytest.approx(1 / 3),
        "recall": 1, "f1": 0.5, "deletions": 0, "insertions": 2, "error_rate": 2,
    }  # fmt: skip


@pytest.mark.parametrize(("end", "n_right"), [(2500, 1), (2501, 0), (1500, 1), (1499, 0)])
def test_the_offset_may_be_wrong_by_half_of_the_length(end, n_right):
    scores = scored([([(1000, 2000, 2)], [(1000, end, 2)])])
    assert scores["event_based"]["n_right"] == n_right


def test_as_many_events_are_matched_as_can_be():
    # Taken one by one from the left, the first would take the only partner of the second.
    annotated = [(1000, 1300, 2), (1150, 1450, 2)]
    predicted = [(1160, 1460, 2), (900, 1200, 2)]
    assert scored([(annotated, predicted)])["event_based"]["n_right"] == 2
    assert scored([(annotated, predicted[:1])])["event_based"]["n_right"] == 1


def test_segments_by_hand():
    # Of 4 s: audible in 0-2, 3; predicted audible in 0, barely in 1, inaudible in 2, audible in 3.
    annotated = [(0, 2001, 2), (3500, 4000, 2)]
    predicted = [(0, 1000, 2), (1000, 2000, 1), (2000, 3000, 0), (3000, 3200, 2), (4000, 4001, 0)]
    scores = scored([(annotated, predicted)])["segment_based"]
    assert short(scores) == [4, 5, 2, 2, 0, 1]
    assert scores["error_rate"] == pytest.approx(3 / 4)
    assert scores["f1"] == pytest.approx(4 / 9)


@given(files=FILES)
def test_what_is_predicted_as_annotated_is_perfect(files):
    scores = scored([(ours, ours) for ours, _ in files])
    for kind in ("event_based", "segment_based"):
        if any(ours for ours, _ in files):
            assert scores[kind]["f1"] == 1
            assert scores[kind]["error_rate"] == 0
        else:
            assert scores[kind]["f1"] is scores[kind]["error_rate"] is None


@given(files=FILES, data=st.data())
def test_the_order_of_events_and_of_recordings_does_not_matter(files, data):
    shuffled = [
        (data.draw(st.permutations(ours)), data.draw(st.permutations(theirs)))
        for ours, theirs in files
    ]
    before, after = counted(files), counted(shuffled)
    for field in fields(before):
        assert np.array_equal(getattr(before, field.name), getattr(after, field.name))
    turned = counted(files[::-1])
    assert np.array_equal(before.event, turned.event[::-1])
    assert np.array_equal(before.segment_errors, turned.segment_errors[::-1])


@given(files=FILES, later=st.integers(0, 5))
def test_events_that_all_come_later_by_seconds_score_the_same(files, later):
    moved = [
        tuple([(a + later * RATE, b + later * RATE, k) for a, b, k in events] for events in file)
        for file in files
    ]
    before, after = counted(files), counted(moved)
    for field in fields(before):
        assert np.array_equal(getattr(before, field.name), getattr(after, field.name)), field.name


@given(files=FILES)
def test_every_event_is_right_substituted_deleted_or_inserted(files):
    scores = scored(files)
    for kind in ("event_based", "segment_based"):
        n_annotated, n_predicted, n_right, replaced, missed, added = short(scores[kind])
        assert n_annotated == n_right + replaced + missed
        assert n_predicted == n_right + replaced + added
        assert min(short(scores[kind])) >= 0
        of_classes = scores[kind]["per_class"].values()
        assert sum(c["n_right"] for c in of_classes) == n_right


@given(files=FILES)
def test_recordings_are_counted_apart(files):
    for k in range(len(files)):
        chosen = np.arange(len(files)) == k
        alone = scored(files[k : k + 1])
        assert scored(files, chosen)["event_based"] == alone["event_based"]
        assert scored(files, chosen)["segment_based"] == alone["segment_based"]


def test_an_interval_needs_two_recordings():
    file = ([(0, 1000, 2)], [(0, 1000, 1)])
    assert scored([file])["event_based"]["intervals"] == {"f1": None, "error_rate": None}
    perfect = ([(0, 1000, 2)], [(0, 1000, 2)])
    interval = scored([file, perfect] * 5)["event_based"]["intervals"]["error_rate"]
    assert 0 < interval["low"] < 0.5 < interval["high"] < 1


def test_neighbouring_frames_of_one_class_are_an_event():
    starts = np.array([0, 100, 200, 400, 500, 0])
    found = predicted_events(
        np.array([0, 0, 0, 0, 0, 1]),
        starts,
        np.array([2, 2, 1, 1, 1, 1]),
        frame_size=150,
        hop_size=100,
    )
    rows = zip(found.recordings, found.starts, found.ends, found.targets, strict=True)
    assert [tuple(map(int, row)) for row in rows] == [
        (0, 0, 250, 2), (0, 200, 350, 1), (0, 400, 650, 1), (1, 0, 150, 1),
    ]  # fmt: skip
    nothing = np.empty(0, dtype=np.int64)
    assert len(predicted_events(nothing, nothing, nothing, frame_size=1, hop_size=1)) == 0


def test_annotations_of_recordings_that_are_not_meant_are_no_events():
    found = annotated_events({"a": [(5, 9, 1)], "b": [(7, 8, 0), (1, 2, 2)]}, ["b", "c"])
    assert isinstance(found, Events)
    assert found.recordings.tolist() == [0, 0]
    assert found.starts.tolist() == [1, 7]
