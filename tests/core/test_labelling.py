"""The labelling rule, against a comparison of every frame with every annotation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.labelling import CONFLICT, UNLABELLED, FrameGrid, label_frames

ANNOTATIONS = st.lists(
    st.tuples(st.integers(-20, 320), st.integers(-20, 320), st.sampled_from([0, 1, 2, 125])),
    max_size=12,
)
GRIDS = st.builds(FrameGrid, st.integers(1, 30), st.integers(1, 30), st.integers(0, 40))


def label(annotations, grid):
    columns = np.array(annotations, dtype=np.int64).reshape(-1, 3).T
    return label_frames(*columns, grid=grid)


def by_comparison(annotations, grid):
    """A frame has the class of the annotations that contain it whole."""
    labels, counts = [], [0] * len(annotations)
    for n in range(grid.n_frames):
        first, end = n * grid.hop_size, n * grid.hop_size + grid.frame_size
        classes = set()
        for k, (a, b, target) in enumerate(annotations):
            if a <= first and end <= b:
                classes.add(target)
                counts[k] += 1
        if len(classes) > 1:
            labels.append(CONFLICT)
        else:
            labels.append(classes.pop() if classes else UNLABELLED)
    return labels, counts


@given(ANNOTATIONS, GRIDS)
def test_labels_are_those_that_a_comparison_gives(annotations, grid):
    labels, counts = label(annotations, grid)
    assert labels.dtype == np.int8
    assert counts.dtype == np.int64
    assert (labels.tolist(), counts.tolist()) == by_comparison(annotations, grid)


@given(ANNOTATIONS, GRIDS, st.randoms(use_true_random=False))
def test_the_order_of_annotations_does_not_matter(annotations, grid, random):
    labels, _ = label(annotations, grid)
    random.shuffle(annotations)
    assert np.array_equal(label(annotations, grid)[0], labels)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0, 200, [1, -1, -1]),
        (1, 200, [-1, -1, -1]),
        (0, 199, [-1, -1, -1]),
        (1, 400, [-1, 1, -1]),
        (0, 599, [1, 1, -1]),
        (0, 600, [1, 1, 1]),
    ],
)
def test_a_frame_is_labelled_only_as_a_whole(start, end, expected):
    assert label([(start, end, 1)], FrameGrid(200, 200, 3))[0].tolist() == expected


def test_three_classes_in_one_frame_are_a_conflict():
    labels, counts = label([(0, 400, 0), (0, 200, 1), (0, 200, 2)], FrameGrid(200, 200, 2))
    assert labels.tolist() == [CONFLICT, 0]
    assert counts.tolist() == [2, 1, 1]


def test_the_same_class_twice_is_none():
    labels, counts = label([(0, 400, 1), (0, 200, 1)], FrameGrid(200, 200, 2))
    assert labels.tolist() == [1, 1]
    assert counts.tolist() == [2, 1]


def test_no_annotations():
    labels, counts = label([], FrameGrid(200, 200, 2))
    assert labels.tolist() == [UNLABELLED, UNLABELLED]
    assert counts.tolist() == []
