"""Two models on the same frames."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.assessment import ScoredFrames
from core.error_spans import SpanColumns
from core.paired_models import compare_models, what_became
from core.review_states import CORRECTED, OPEN, REMOVED
from tests.core.labelled_tables import dataset_of

N = 12
"""Frames of each class in each recording."""


def scored(data, wrong=()):
    """A model that is right save in rows of the dataset, which it takes for the next class."""
    predicted = data.targets.copy()
    predicted[list(wrong)] = (predicted[list(wrong)] + 1) % 3
    probabilities = np.full((len(data), 3), 0.1, dtype=np.float32)
    probabilities[np.arange(len(data)), predicted] = 0.8
    return ScoredFrames(
        classes=data.meta.classes,
        recordings=tuple(r.name for r in data.meta.recordings),
        recording_index=data.recording_index,
        start_samples=data.start_samples,
        targets=data.targets,
        probabilities=probabilities,
        is_trained_on=np.zeros(len(data.meta.recordings), dtype=bool),
        meta=None,
    )


@pytest.fixture(scope="module")
def data():
    return dataset_of([[N] * 3] * 6)


ALL = np.ones(6, dtype=bool)


def test_errors_that_went_and_came_are_counted_by_frame_and_by_span(data):
    first, second = scored(data, range(2, 8)), scored(data, [2, *range(40, 43)])
    errors = compare_models(first, second, ALL, meta=data.meta)["errors"]
    assert errors["frames"] == {"n_first": 6, "n_second": 4, "n_gone": 5, "n_new": 3}
    # What is left of the first one is too little of it to be the same error.
    assert errors["spans"] == {"n_first": 1, "n_second": 2, "n_gone": 1, "n_new": 1}


def test_a_difference_is_the_second_less_the_first_and_has_an_interval(data):
    n = 3 * N
    first, second = scored(data, [k * n + j for k in range(6) for j in range(k + 1)]), scored(data)
    found = compare_models(first, second, ALL, meta=data.meta)
    gain = found["differences"]["balanced_accuracy"]
    assert gain["difference"] == pytest.approx(
        found["second"]["balanced_accuracy"] - found["first"]["balanced_accuracy"]
    )
    assert 0 < gain["interval"]["low"] < gain["difference"] < gain["interval"]["high"]
    recall = found["differences"]["recall"][data.meta.classes[0]]
    assert recall["difference"] == pytest.approx(21 / 72)


def test_a_model_beside_itself_gains_nothing_whatever_is_drawn(data):
    model = scored(data, range(5, 30))
    differences = compare_models(model, model, ALL, meta=data.meta)["differences"]
    for key in ("balanced_accuracy", "quadratic_kappa", "auc_audible_over_inaudible"):
        assert differences[key]["interval"] == {"low": 0.0, "high": 0.0, "n_left_out": 0}


def test_other_recordings_do_not_count(data):
    chosen = np.arange(6) == 1
    found = compare_models(scored(data, range(30)), scored(data), chosen, meta=data.meta)
    assert found["first"]["n_frames"] == 3 * N
    assert found["errors"]["frames"]["n_first"] == 0
    # Nothing can be drawn of one recording.
    assert found["differences"]["accuracy"] == {"difference": 0.0, "interval": None}


def test_agreement_with_corrected_labels_is_told_apart_by_side(data):
    spans = SpanColumns(
        recording=np.array([0, 1, 1, 7], dtype=np.int32),
        start_sample=np.array([0, 0, 99_000, 0]),
        end_sample=np.array([1000, 1000, 99_400, 400]),
        annotated=np.zeros(4, dtype=np.int16),
        predicted=np.ones(4, dtype=np.int16),
        n_frames=np.array([5, 5, 2, 2], dtype=np.int32),
        score=np.ones(4),
    )
    states = np.array([CORRECTED, CORRECTED, REMOVED, OPEN], dtype=np.int8)
    names = [f"rec{k}" for k in range(7)] + ["gone"]
    second = scored(data, [3 * N, 3 * N + 1, 3 * N + 2])
    found = what_became(
        spans, states, names=names, second=second, chosen=np.arange(6) == 0, frame_size=200
    )
    assert found["corrected"] == {
        "n": 2, "n_labelled": 2, "n_right": 1, "n_held_out": 1, "n_held_out_right": 1,
    }  # fmt: skip
    assert found["removed"] == dict.fromkeys(found["removed"], 0) | {"n": 1}
    assert found["open"]["n_labelled"] == 0


def test_a_frame_that_ends_behind_an_error_does_not_count():
    data = dataset_of([[N] * 3])
    # A frame of the error alone, and another half a frame on, in which the model is wrong.
    second = scored(data, [1])
    second = replace(second, start_samples=1000 + 100 * np.arange(len(data)))
    spans = SpanColumns(
        recording=np.array([0, 0], dtype=np.int32),
        start_sample=np.array([1000, 1050]),
        end_sample=np.array([1200, 1149]),
        annotated=np.zeros(2, dtype=np.int16),
        predicted=np.ones(2, dtype=np.int16),
        n_frames=np.ones(2, dtype=np.int32),
        score=np.ones(2),
    )
    states = np.array([CORRECTED, OPEN], dtype=np.int8)
    found = what_became(
        spans, states, names=["rec0"], second=second, chosen=np.ones(1, dtype=bool), frame_size=200
    )
    assert (found["corrected"]["n_labelled"], found["corrected"]["n_right"]) == (1, 1)
    # A span that is shorter than a frame has none.
    assert found["open"]["n_labelled"] == 0
