from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.class_runs import ClassRuns, PresenceFinder, combine_intervals, find_differences
from core.labelling import CONFLICT, UNLABELLED, FrameGrid, label_frames

LENGTH = 40
INTERVALS = st.lists(
    st.tuples(st.integers(0, LENGTH), st.integers(0, LENGTH), st.integers(0, 2)), max_size=8
)


def _runs(intervals):
    columns = np.array(intervals, dtype=np.int64).reshape(-1, 3).T
    return combine_intervals(*columns)


def _positions(runs):
    return np.array([runs.label_at(k) for k in range(LENGTH)])


@given(INTERVALS)
def test_runs_label_each_position_as_the_labelling_rule_does(intervals):
    runs = _runs(intervals)
    columns = np.array([i for i in intervals if i[0] < i[1]], dtype=np.int64).reshape(-1, 3).T
    expected, _ = label_frames(*columns, grid=FrameGrid(1, 1, LENGTH))
    np.testing.assert_array_equal(_positions(runs), expected)
    # In order, apart, and as long as they can be.
    assert np.all(runs.first[1:] >= runs.stop[:-1])
    touching = runs.first[1:] == runs.stop[:-1]
    assert np.all(runs.labels[1:][touching] != runs.labels[:-1][touching])


@given(INTERVALS, INTERVALS)
def test_differences_are_where_both_tell_and_differ(intervals, others):
    a, b = _runs(intervals), _runs(others)
    differing = _positions(find_differences(a, b))
    left, right = _positions(a), _positions(b)
    expected = np.where((left >= 0) & (right >= 0) & (left != right), right, UNLABELLED)
    np.testing.assert_array_equal(differing, expected)


@given(INTERVALS, st.integers(1, 60))
def test_presence_is_every_class_that_a_column_touches(intervals, n_columns):
    runs = _runs(intervals)
    edges = np.linspace(0, LENGTH, n_columns + 1)
    found = PresenceFinder(runs, 3).presence(edges)
    for k in range(n_columns):
        there = (runs.first < edges[k + 1]) & (runs.stop > edges[k])
        labels = set(np.where(runs.labels == CONFLICT, 3, runs.labels)[there].tolist())
        assert set(np.flatnonzero(found[k]).tolist()) == labels


def test_a_hundred_classes_and_very_many_runs():
    n_runs, n_classes = 200_000, 100
    edges = np.arange(n_runs + 1, dtype=np.int64)
    labels = np.full(n_runs, 70, dtype=np.int64)
    labels[123_456] = 99
    runs = ClassRuns(edges[:-1], edges[1:], labels)
    found = PresenceFinder(runs, n_classes).presence(np.linspace(0, n_runs, 101))
    assert found[:, 70].all()
    # By a block of runs the neighbour may be told of it, too.
    assert found[61, 99]
    assert found[:, 99].sum() <= 2
    assert not np.delete(found, [70, 99], axis=1).any()


def test_runs_within_a_range():
    runs = _runs([(0, 10, 0), (10, 20, 1), (30, 40, 2)])
    assert runs.within(10, 30).labels.tolist() == [1]
    assert runs.within(9, 31).labels.tolist() == [0, 1, 2]
    assert len(runs.within(20, 30)) == 0
    assert len(_runs([]).within(0, 10)) == 0
