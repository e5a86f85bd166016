from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gui.views.proposal_columns import NONE, ProposalColumns
from tests.gui.shown_proposals import intervals

TIMES = st.lists(st.integers(0, 1_000), min_size=2, max_size=20, unique=True).map(sorted)


def test_a_column_is_of_the_class_that_covers_most_of_it():
    columns = ProposalColumns(
        intervals([(1.0, 2.0, 0, 0.9), (2.0, 2.5, 2, 0.9), (4.0, 4.01, 1, 1)])
    )
    edges_s = np.array([0.0, 1.0, 1.7, 2.2, 2.4, 2.9, 3.5, 4.5])
    assert columns.targets(edges_s).tolist() == [NONE, 0, 0, 2, 2, NONE, 1]
    # Of equals, it is the louder one.
    assert columns.targets(np.array([1.5, 2.5])).tolist() == [2]


def test_nothing_is_drawn_of_nothing():
    edges_s = np.linspace(0.0, 1.0, 5)
    assert ProposalColumns(intervals([])).targets(edges_s).tolist() == [NONE] * 4
    assert ProposalColumns(intervals([], classes=())).targets(edges_s).tolist() == [NONE] * 4


@given(TIMES, st.data(), TIMES)
def test_all_columns_are_as_counting_has_it(times, data, edges):
    """Times are whole, so that each second is in one interval or in none."""
    rows = [
        (a, b, data.draw(st.integers(0, 2)), 0.5)
        for a, b in itertools.pairwise(times)
        if data.draw(st.booleans())
    ]
    seconds = np.full(1_001, NONE)
    for a, b, target, _ in rows:
        seconds[a:b] = target
    found = ProposalColumns(intervals(rows)).targets(np.array(edges, dtype=np.float64))
    for first, stop, target in zip(edges, edges[1:], found, strict=False):
        counts = [np.count_nonzero(seconds[first:stop] == k) for k in range(3)]
        if max(counts) == 0:
            assert target == NONE
        else:
            assert target == 2 - int(np.argmax(counts[::-1]))
