from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import average_precision_score, precision_recall_curve

from core.learning.curves import N_POINTS, curves, precision_recall, threshold_curve

SCORES = arrays(np.float32, st.integers(1, 60), elements=st.sampled_from(
    np.linspace(0, 1, 21).astype(np.float32).tolist()))  # fmt: skip


@given(positive=SCORES, negative=SCORES)
def test_the_points_are_those_of_scikit_learn(positive, negative):
    answers = np.repeat([1, 0], [len(positive), len(negative)])
    scores = np.concatenate([positive, negative])
    found = precision_recall(positive, negative)
    expected = average_precision_score(answers, scores)
    assert found["average_precision"] == pytest.approx(expected)
    precision, recall, thresholds = precision_recall_curve(answers, scores)
    known = {
        (round(float(t), 6), round(float(r), 6)): p
        for p, r, t in zip(precision, recall, thresholds, strict=False)
    }
    points = zip(found["threshold"], found["recall"], found["precision"], strict=True)
    for threshold, r, p in points:
        assert known[threshold, r] == pytest.approx(p, abs=1e-6)
    assert found["threshold"] == sorted(set(found["threshold"]), reverse=True)
    assert found["recall"][-1] == 1


@given(positive=SCORES, negative=SCORES)
def test_thresholds_count_what_reaches_them(positive, negative):
    found = threshold_curve(positive, negative)
    assert len(found["threshold"]) == N_POINTS
    for k in (0, 37, 100, 160, N_POINTS - 1):
        threshold = np.float32(found["threshold"][k])
        hits, wrong = (positive >= threshold).sum(), (negative >= threshold).sum()
        precision = hits / (hits + wrong) if hits + wrong else None
        assert found["precision"][k] == (
            None if precision is None else pytest.approx(precision, abs=1e-6)
        )
        assert found["recall"][k] == pytest.approx(hits / len(positive), abs=1e-6)
        f1 = 2 * hits / (hits + wrong + len(positive))
        assert found["f1"][k] == pytest.approx(f1, abs=1e-6)
    assert found["best"]["f1"] == pytest.approx(max(found["f1"]), abs=1e-6)
    assert found["recall"] == sorted(found["recall"], reverse=True)


@given(positive=SCORES, negative=SCORES)
def test_what_is_told_apart_wholly_has_a_perfect_curve(positive, negative):
    apart = (positive / 4 + np.float32(0.7)).astype(np.float32)
    low = (negative / 4).astype(np.float32)
    assert precision_recall(apart, low)["average_precision"] == 1
    best = threshold_curve(apart, low)["best"]
    assert best["f1"] == 1
    assert low.max() < best["threshold"] <= apart.min()


def test_ten_thousand_scores_are_told_in_a_few_points():
    rng = np.random.default_rng(0)
    found = precision_recall(*rng.random((2, 10_000)).astype(np.float32))
    assert len(found["recall"]) <= N_POINTS
    assert np.diff(found["recall"]).max() < 2 / N_POINTS
    assert found["share_positive"] == 0.5


def test_a_class_or_a_louder_one_is_taken_by_the_sum_of_their_probabilities():
    targets = np.array([0, 1, 2])
    probabilities = np.array([[0.8, 0.1, 0.1], [0.3, 0.4, 0.3], [0.2, 0.2, 0.6]], dtype=np.float32)
    found = curves(targets, probabilities, classes=("a", "b", "c"))
    assert list(found["precision_recall"]) == ["a", "b", "c"]
    assert list(found["thresholds"]) == ["b", "c"]
    # b or c: 0.2 against 0.7 and 0.8; c alone: 0.1 and 0.3 against 0.6.
    either, loudest = found["thresholds"]["b"], found["thresholds"]["c"]
    assert either["precision"][either["threshold"].index(0.2)] == pytest.approx(2 / 3, abs=1e-6)
    assert either["precision"][either["threshold"].index(0.205)] == 1
    assert loudest["recall"][loudest["threshold"].index(0.6)] == 1
    assert loudest["recall"][loudest["threshold"].index(0.605)] == 0
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_a_class_without_frames_or_without_others_has_no_curve():
    none = curves(np.array([1, 1]), np.full((2, 3), 1 / 3, dtype=np.float32), classes="abc")
    assert none["precision_recall"] == {"a": None, "b": None, "c": None}
    assert none["thresholds"] == {"b": None, "c": None}
