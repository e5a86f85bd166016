"""Rows come as they stand, whatever they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.annotations.rows import Row, read_rows
from core.errors import AnnotationError
from core.settings import AnnotationConfig


def rows(text):
    return list(read_rows(text, AnnotationConfig(), path=Path("table.csv")))


def test_rows_that_make_no_sense_come_too():
    text = 'file_name;start;end;class\n a ; x ;"1\n";B\n\n;;;\nb;1\n'
    assert rows(text) == [
        Row(3, 4, True, "a", "x", "1", "B"),
        Row(6, 2, False, "", "", "", ""),
    ]


def test_what_is_no_table_is_refused():
    with pytest.raises(AnnotationError, match="no column start"):
        rows("file_name,end,class\n")
    with pytest.raises(AnnotationError, match="from line 2 on"):
        rows(f"file_name,start,end,class\n{'x' * 200_000},0,1,barely\n")
