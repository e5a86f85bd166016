from __future__ import annotations

from core.text_table import table, with_interval


def test_columns_are_even_and_numbers_short():
    assert table(["stage", "n"], [["a", 1.23456], ["extract", None]]) == [
        "stage        n",
        "a        1.235",
        "extract      -",
    ]


def test_a_number_is_told_with_its_interval():
    assert with_interval(0.77266, {"low": 0.628, "high": 0.864}) == "0.773 [0.63, 0.86]"
    assert with_interval(0.77266, None) == "0.773"
    assert with_interval(None, None) == "-"
