"""Numbers and lines are read as people and programs write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.annotations.labels import Label, on_one_line, parse_number, split_lines


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.5", 1.5), (" 1,5 ", 1.5), ("-2", -2.0), ("1e-3", 0.001)]
    + [(text, None) for text in ("", "x", "1_000", "nan", "inf", "1,000.5", "\\")],
)
def test_a_number_has_a_point_or_a_comma(text, value):
    assert parse_number(text) == value


def test_lines_end_as_on_any_system_and_nowhere_else():
    assert split_lines("a\r\nb\nc\rd\x0be\u2028f") == ["a", "b", "c", "d\x0be\u2028f"]


@given(st.text())
def test_a_text_on_one_line_is_one_column(text):
    line = on_one_line(text)
    assert split_lines(line) == [line]
    assert "\t" not in line
    assert on_one_line(line) == line


def test_a_label_says_where_it_is():
    assert str(Label(0.5, 1, "x", file_name="a.wav", line=3)) == "line 3 (a.wav, 0.5 to 1 s)"
    assert str(Label(0.5, 1, "x", line=3)) == "line 3 (0.5 to 1 s)"
