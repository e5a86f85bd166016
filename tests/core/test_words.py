"""Results in words."""

from __future__ import annotations

from core.words import in_words, table


def test_columns_are_even_and_numbers_short():
    assert table(["stage", "n"], [["a", 1.23456], ["extract", None]]) == [
        "stage        n",
        "a        1.235",
        "extract      -",
    ]


def test_a_dataset_is_told_by_its_classes():
    values = {
        "table": "d.csv",
        "n_frames": 5,
        "n_recordings": 2,
        "frames_per_class": {"no": 2, "yes": 3},
        "n_annotations": 4,
        "n_used": 3,
        "n_elsewhere": 1,
        "n_conflicting_frames": 7,
        "clipped": [{"name": "line 3", "reason": "clipped, since rec is 1.000 s long"}],
    }
    assert in_words("dataset", values) == [
        "5 labelled frames of 2 recordings in d.csv: 2 no, 3 yes",
        "3 of 4 annotations used, 1 are of other recordings",
        "7 frames left out for conflicting annotations",
        "clipped: line 3: clipped, since rec is 1.000 s long",
    ]


def test_a_stage_that_never_told_a_result_has_no_words():
    assert in_words("train", {}) == []
