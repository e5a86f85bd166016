from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.project_store import Mark
from core.review import read_review
from core.review_marks import set_mark
from core.review_rows import (
    HELD_OUT,
    NO_MARK,
    ORDERS,
    TRAINED_ON,
    WantedErrors,
    find_errors,
    sort_errors,
    verdicts_of,
)
from tests.made_review import make_tables_project

WRONG = (
    ("rec0", 2, 6, 2),  # inaudible, 4 frames
    ("rec0", 10, 12, 0, 0.6),  # barely, 2 frames
    ("rec1", 9, 10, 2),  # barely, 1 frame
    ("rec2", 15, 20, 1, 0.8),  # inaudible, 5 frames
)
REC2, LONG, SHORT, REC1 = range(4)


@pytest.fixture(scope="module")
def review(tmp_path_factory):
    project = make_tables_project(tmp_path_factory.mktemp("made") / "project", WRONG)
    set_mark(project, Mark("rec0", 2 * 200, 6 * 200, 8000, "inaudible", "wrong"))
    # The label of the worst error is mended.
    return replace(read_review(project), annotated_now=np.array([1, 0, 1, 1], dtype=np.int16))


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, [REC2, LONG, SHORT, REC1]),
        ({"annotated": 0}, [REC2, LONG]),
        ({"annotated": 0, "predicted": 2}, [LONG]),
        ({"predicted": 0}, [SHORT]),
        ({"recording": "C0"}, [LONG, SHORT]),
        ({"recording": "elsewhere"}, []),
        ({"scores": (0.7, 1.0)}, [REC2, LONG, REC1]),
        ({"scores": (0.0, 0.85)}, [REC2, SHORT]),
        ({"least_length_s": 0.1}, [REC2, LONG]),
        ({"away_from_edges": True}, [REC2, LONG]),
        ({"mark": "wrong"}, [LONG]),
        ({"mark": "right"}, []),
        ({"mark": NO_MARK}, [REC2, SHORT, REC1]),
        ({"split": TRAINED_ON}, [LONG, SHORT]),
        ({"split": HELD_OUT}, [REC2, REC1]),
    ],
)
def test_finds_what_is_wanted_worst_first(review, wanted, expected):
    found = find_errors(review, WantedErrors(**wanted)).tolist()
    assert found == [k for k in expected if k in found]
    assert sorted(found) == sorted(expected)


@pytest.mark.parametrize(
    ("order_by", "expected"),
    [
        ("recording", [LONG, SHORT, REC1, REC2]),
        ("start", [LONG, REC1, SHORT, REC2]),
        ("length", [REC1, SHORT, LONG, REC2]),
        ("annotated", [REC2, LONG, SHORT, REC1]),
        ("predicted", [SHORT, REC2, LONG, REC1]),
        ("score", [SHORT, REC2, LONG, REC1]),
        ("mark", [REC2, SHORT, REC1, LONG]),
        ("worst", [REC1, SHORT, LONG, REC2]),
    ],
)
def test_sorts_by_a_column_and_equals_stay(review, order_by, expected):
    rows = np.arange(4)
    if order_by == "score":
        # 0.9 is the mean of four, and of one: equal but for rounding.
        review.errors.score[:] = review.errors.score.round(6)
    assert sort_errors(review, rows, order_by, descending=False).tolist() == expected


@pytest.mark.parametrize("order_by", ORDERS)
def test_every_order_goes_both_ways(review, order_by):
    rows = np.arange(4)
    up = sort_errors(review, rows, order_by, descending=False)
    down = sort_errors(review, rows, order_by, descending=True)
    assert sorted(up.tolist()) == sorted(down.tolist()) == [0, 1, 2, 3]
    assert up[0] != down[0]


def test_verdicts_are_told_of_marked_errors_alone(review):
    assert verdicts_of(review).tolist() == [-1, 1, -1, -1]
