from __future__ import annotations

import pytest

from core.annotations.csv import Annotation
from gui.annotation_columns import columns_of

ROWS = (Annotation(2, "a.wav", 0.5, 1.5, 1, 2), Annotation(0, "a.wav", 2.0, 3.0, 0, 2**52 + 1))


def test_columns_are_in_the_order_of_the_annotations():
    columns = columns_of(ROWS)
    assert columns.starts_s.tolist() == [0.5, 2.0]
    assert columns.ends_s.tolist() == [1.5, 3.0]
    assert columns.targets.tolist() == [1, 0]
    assert columns.keys.tolist() == [2, 2**52 + 1]


def test_they_are_made_once_and_cannot_be_changed():
    assert columns_of(ROWS) is columns_of(ROWS)
    assert columns_of(ROWS[:1]) is not columns_of(ROWS)
    with pytest.raises(ValueError, match="read-only"):
        columns_of(ROWS).keys[0] = 1


def test_of_none_there_are_none():
    assert len(columns_of(()).keys) == 0
