from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import (
    accuracy_score,
    cohen_kappa_score,
    precision_recall_fscore_support,
    recall_score,
    roc_auc_score,
)

from core.learning.metrics import (
    auc,
    balanced_accuracy,
    confusion_counts,
    measure,
    near_edges,
    quadratic_kappa,
    recalls,
    recording_confusions,
)

CLASSES = ("inaudible", "barely", "audible")
PAIRS = arrays(np.int64, st.tuples(st.integers(1, 120), st.just(2)), elements=st.integers(0, 2))


def sure_of(predicted, n_classes=3):
    return np.eye(n_classes, dtype=np.float32)[predicted]


def measured(targets, probabilities, recordings=None, near=None):
    n = len(targets)
    recordings = recordings or ["a"] * n
    names = list(dict.fromkeys(recordings))
    return measure(
        np.asarray(targets, dtype=np.int64),
        np.asarray(probabilities, dtype=np.float32),
        classes=CLASSES,
        recordings=names,
        recording_index=np.array([names.index(r) for r in recordings], dtype=np.int64),
        is_near_edge=np.zeros(n, dtype=bool) if near is None else np.asarray(near),
    )


@given(pairs=PAIRS)
def test_the_numbers_are_those_of_scikit_learn(pairs):
    targets, predicted = pairs.T
    metrics = measured(targets, sure_of(predicted))
    labels = [0, 1, 2]
    precision, recall, f1, counts = precision_recall_fscore_support(
        targets, predicted, labels=labels, zero_division=0
    )
    assert metrics["accuracy"] == pytest.approx(accuracy_score(targets, predicted))
    present = np.unique(targets)
    mean = recall_score(targets, predicted, labels=present, average="macro", zero_division=0)
    assert metrics["balanced_accuracy"] == pytest.approx(mean)
    for k, name in enumerate(CLASSES):
        row = metrics["per_class"][name]
        assert row["n_frames"] == counts[k]
        if counts[k]:
            assert row["recall"] == pytest.approx(recall[k])
            assert row["f1"] == pytest.approx(f1[k])
            assert row["precision"] == (
                pytest.approx(precision[k]) if (predicted == k).any() else None
            )
    assert json.loads(json.dumps(metrics, allow_nan=False)) == metrics


def test_kappa_and_auc_by_hand():
    # Observed disagreement 1 + 4 over expected: rows (2, 1, 1) and columns (1, 2, 1), in 16ths.
    metrics = measured([0, 0, 1, 2], sure_of([0, 1, 1, 2]))
    observed, expected = 1 / 4, (2 * 2 * 1 + 2 * 1 * 4 + 1 * 1 + 1 * 1 + 1 * 1 * 4 + 1 * 2 * 1) / 16
    assert metrics["quadratic_kappa"] == pytest.approx(1 - observed / expected)
    # Scores p_audible - p_inaudible: 0.1 and 0.4 of inaudible, 0.3 and 0.6 of audible frames;
    # by p_audible alone it would be 1/2.
    probabilities = [[0.4, 0.1, 0.5], [0.2, 0.2, 0.6], [0.1, 0.5, 0.4], [0.1, 0.2, 0.7]]
    metrics = measured([0, 0, 2, 2], probabilities)
    assert metrics["auc_audible_over_inaudible"] == pytest.approx(3 / 4)


def test_what_is_absent_is_null():
    metrics = measured([2, 2], sure_of([2, 1]))
    assert metrics["balanced_accuracy"] == 0.5
    assert metrics["quadratic_kappa"] is None
    assert metrics["auc_audible_over_inaudible"] is None
    assert metrics["per_class"]["barely"] == {
        "n_frames": 0, "n_predicted": 1, "precision": None, "recall": None, "f1": None,
    }  # fmt: skip
    assert metrics["near_edge"] == {"n_frames": 0, "accuracy": None, "balanced_accuracy": None}
    empty = measured([], np.empty((0, 3)))
    assert empty["n_frames"] == empty["n_recordings"] == 0
    assert empty["accuracy"] is empty["balanced_accuracy"] is None


def test_keys_and_parts():
    metrics = measured(
        [0, 1, 2, 2], sure_of([0, 0, 2, 2]), ["b", "b", "a", "a"], [True, False, False, True]
    )
    assert list(metrics) == [
        "n_frames", "n_recordings", "accuracy", "balanced_accuracy", "quadratic_kappa",
        "auc_audible_over_inaudible", "confusion", "per_class", "per_recording", "near_edge",
        "inside",
    ]  # fmt: skip
    assert metrics["confusion"] == [[1, 0, 0], [1, 0, 0], [0, 0, 2]]
    assert list(metrics["per_class"]) == list(CLASSES)
    assert metrics["per_recording"] == {
        "b": {"n_frames": 2, "accuracy": 0.5, "balanced_accuracy": 0.5},
        "a": {"n_frames": 2, "accuracy": 1.0, "balanced_accuracy": 1.0},
    }
    assert metrics["near_edge"] == {"n_frames": 2, "accuracy": 1.0, "balanced_accuracy": 1.0}
    assert metrics["inside"] == {"n_frames": 2, "accuracy": 0.5, "balanced_accuracy": 0.5}


def test_recalls_of_a_confusion():
    confusion = confusion_counts(np.array([0, 0, 1]), np.array([0, 1, 1]), 3)
    assert confusion.tolist() == [[1, 1, 0], [0, 1, 0], [0, 0, 0]]
    assert recalls(confusion) == [0.5, 1.0, None]
    assert balanced_accuracy(confusion) == 0.75
    assert balanced_accuracy(np.zeros((3, 3), dtype=np.int64)) is None


@given(
    centres=st.lists(st.integers(0, 5000), min_size=1, max_size=40),
    edges=st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 5000)), max_size=6),
    within=st.integers(0, 900),
)
def test_near_is_a_distance_to_any_end(centres, edges, within):
    spans = [(min(e), max(e), 0) for e in edges]
    near = near_edges(np.array(centres, dtype=np.float64), spans, within=within)
    expected = [any(abs(c - e) <= within for span in edges for e in span) for c in centres]
    assert near.tolist() == expected


@given(pairs=PAIRS)
def test_kappa_is_that_of_scikit_learn(pairs):
    targets, predicted = pairs.T
    kappa = quadratic_kappa(confusion_counts(targets, predicted, 3))
    if len(np.unique(targets)) < 2:
        assert kappa is None
    else:
        expected = cohen_kappa_score(targets, predicted, labels=[0, 1, 2], weights="quadratic")
        assert kappa == pytest.approx(expected)


@given(pairs=PAIRS)
def test_the_auc_is_that_of_scikit_learn_with_ties(pairs):
    is_positive, scores = pairs[:, 0] > 0, pairs[:, 1].astype(np.float32)
    found = auc(scores[is_positive], scores[~is_positive])
    if len(np.unique(is_positive)) < 2:
        assert found is None
    else:
        assert found == pytest.approx(roc_auc_score(is_positive, scores))


@given(pairs=PAIRS, seed=st.integers(0, 99))
def test_recordings_are_counted_apart(pairs, seed):
    targets, predicted = pairs.T
    index = np.random.default_rng(seed).integers(0, 4, len(targets))
    found = recording_confusions(targets, predicted, index, n_recordings=5, n_classes=3)
    for k in range(5):
        rows = index == k
        expected = confusion_counts(targets[rows], predicted[rows], 3)
        assert np.array_equal(found[k], expected)
