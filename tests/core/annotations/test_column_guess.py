from __future__ import annotations

import pytest

from core.annotations.column_guess import SYNONYMS, guess_columns
from core.settings import AnnotationConfig


@pytest.mark.parametrize(
    ("columns", "wanted"),
    [
        (["file_name", "start", "end", "class"], ["file_name", "start", "end", "class"]),
        (["Recording", "Onset (s)", "Offset (s)", "Label"], None),
        (
            ["Selection", "Begin Time (s)", "End Time (s)", "Begin File", "Annotation"],
            ["Begin File", "Begin Time (s)", "End Time (s)", "Annotation"],
        ),
        (["filename", "start_s", "end_s", "label"], None),
        (["id", "path", "FROM", "to", "tag"], ["path", "FROM", "to", "tag"]),
    ],
)
def test_the_likely_columns_are_found(columns, wanted):
    guess = guess_columns(columns, AnnotationConfig())
    assert [guess[key] for key in SYNONYMS] == (wanted or columns)


def test_no_column_is_guessed_from_nothing_or_twice():
    assert guess_columns(["start", "b", "c"], AnnotationConfig()) == {"start_column": "start"}
    guess = guess_columns(["file", "start"], AnnotationConfig(class_column="file"))
    assert guess == {"class_column": "file", "start_column": "start"}


def test_what_is_configured_decides():
    guess = guess_columns(["file", "label", "kind"], AnnotationConfig(class_column="kind"))
    assert guess == {"file_column": "file", "class_column": "kind"}


def test_no_name_is_likely_for_two():
    names = [name for names in SYNONYMS.values() for name in names]
    assert len(names) == len(set(names))
