from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import balanced_accuracy_score, cohen_kappa_score

from core.learning import intervals as module
from core.learning.intervals import (
    auc_interval,
    confusion_intervals,
    percentile_interval,
    resampled_sums,
)
from core.learning.metrics import auc, balanced_accuracy, quadratic_kappa

TABLES = arrays(np.int64, st.tuples(st.integers(2, 8), st.just(3), st.just(3)),
                elements=st.integers(0, 30))  # fmt: skip


def drawn_recordings(n_recordings, n_resamples):
    """Which recordings each draw has, found by counting each recording apart."""
    weights = resampled_sums(np.eye(n_recordings), n_resamples=n_resamples)
    return [np.repeat(np.arange(n_recordings), row.astype(int)) for row in weights]


def test_a_draw_has_as_many_recordings_as_there_are():
    sums = resampled_sums(np.ones((7, 1)), n_resamples=50)
    assert (sums == 7).all()
    assert len(np.unique(resampled_sums(np.eye(7), n_resamples=50), axis=0)) > 40


def test_the_seed_decides_the_draws(monkeypatch):
    counts = np.arange(20).reshape(10, 2)
    assert np.array_equal(resampled_sums(counts, seed=3), resampled_sums(counts, seed=3))
    assert not np.array_equal(resampled_sums(counts, seed=3), resampled_sums(counts, seed=4))


@given(table=TABLES)
def test_draws_of_a_table_are_metrics_of_the_drawn_recordings(table):
    if not table.sum(axis=(1, 2)).all():
        table = table + np.eye(3, dtype=np.int64)
    n_resamples = 60
    found = confusion_intervals(table, n_resamples=n_resamples)
    whole = table.sum(axis=(0, 2)) > 0
    accuracies, kappas, balanced = [], [], []
    for chosen in drawn_recordings(len(table), n_resamples):
        drawn = table[chosen].sum(axis=0)
        accuracies.append(np.trace(drawn) / drawn.sum())
        kappa = quadratic_kappa(drawn)
        kappas.append(np.nan if kappa is None else kappa)
        has_all = np.array_equal(drawn.sum(axis=1) > 0, whole)
        balanced.append(balanced_accuracy(drawn) if has_all else np.nan)
    for key, values in (
        ("accuracy", accuracies), ("quadratic_kappa", kappas), ("balanced_accuracy", balanced)
    ):  # fmt: skip
        expected = percentile_interval(np.array(values, dtype=np.float64))
        assert found[key] == pytest.approx(expected), key


@given(own=arrays(np.int64, (3, 3), elements=st.integers(1, 50)), n=st.integers(2, 12))
def test_recordings_that_are_alike_leave_no_doubt(own, n):
    found = confusion_intervals(np.stack([own] * n))
    targets, predicted = (np.repeat(a, own.ravel()) for a in np.indices((3, 3)).reshape(2, -1))
    expected = {
        "accuracy": (targets == predicted).mean(),
        "balanced_accuracy": balanced_accuracy_score(targets, predicted),
        "quadratic_kappa": cohen_kappa_score(targets, predicted, weights="quadratic"),
    }
    for key, value in expected.items():
        assert found[key]["low"] == pytest.approx(value), key
        assert found[key]["high"] == pytest.approx(value), key


def test_recordings_that_are_good_and_bad_alike_have_an_even_interval():
    good, bad = np.diag([10, 10, 10]), np.fliplr(np.diag([10, 10, 10]))
    found = confusion_intervals(np.stack([good, bad] * 20))["accuracy"]
    middle = (1 + 1 / 3) / 2
    assert found["low"] < middle < found["high"]
    assert middle - found["low"] == pytest.approx(found["high"] - middle, abs=0.02)
    # The spread of a mean of 40 such recordings.
    assert found["high"] - found["low"] == pytest.approx(2 * 1.96 * (1 / 3) / np.sqrt(40), rel=0.1)


def test_more_recordings_give_a_narrower_interval():
    pair = [np.array([[8, 2], [3, 7]]), np.array([[5, 5], [1, 9]])]
    few, many = (confusion_intervals(np.stack(pair * n))["accuracy"] for n in (2, 50))
    assert many["high"] - many["low"] < few["high"] - few["low"]


def test_one_recording_has_no_interval():
    alone = confusion_intervals(np.ones((1, 3, 3), dtype=np.int64))
    assert set(alone.values()) == {None}
    scores = np.array([0.1, 0.9], dtype=np.float32)
    index = np.zeros(2, dtype=np.int64)
    assert auc_interval(scores, np.array([False, True]), index, n_recordings=1) is None


def test_a_draw_that_cannot_be_said_is_left_out_and_counted():
    # One recording in four has the second class.
    table = np.stack([np.diag([5, 0])] * 3 + [np.diag([0, 5])])
    found = confusion_intervals(table)
    without = sum(1 for chosen in drawn_recordings(4, 1000) if 3 not in chosen)
    alone = sum(1 for chosen in drawn_recordings(4, 1000) if set(chosen) == {3})
    assert 0 < alone < without < 1000
    assert found["accuracy"]["n_left_out"] == 0
    assert found["balanced_accuracy"]["n_left_out"] == without + alone
    assert found["quadratic_kappa"]["n_left_out"] == without + alone
    index = np.arange(4)
    is_positive = np.array([False, False, False, True])
    scores = np.array([0.1, 0.2, 0.3, 0.4], dtype=np.float32)
    interval = auc_interval(scores, is_positive, index, n_recordings=4)
    assert interval == {"low": 1, "high": 1, "n_left_out": without + alone}


def test_too_few_draws_are_no_interval():
    values = np.full(1000, np.nan)
    values[:39] = 0.5
    assert percentile_interval(values) is None
    values[39] = 0.5
    assert percentile_interval(values) == {"low": 0.5, "high": 0.5, "n_left_out": 960}


@given(data=st.data())
def test_aucs_of_draws_are_exact_for_few_scores(data):
    n_recordings, n = data.draw(st.integers(2, 5)), 40
    rng = np.random.default_rng(data.draw(st.integers(0, 1000)))
    scores = rng.integers(0, 12, n).astype(np.float32)
    is_positive, index = rng.random(n) < 0.5, rng.integers(0, n_recordings, n)
    found = auc_interval(scores, is_positive, index, n_recordings=n_recordings, n_resamples=60)
    values = []
    for chosen in drawn_recordings(n_recordings, 60):
        rows = np.concatenate([np.flatnonzero(index == k) for k in chosen])
        ours = scores[rows]
        value = auc(ours[is_positive[rows]], ours[~is_positive[rows]])
        values.append(np.nan if value is None else value)
    assert found == pytest.approx(percentile_interval(np.array(values)))


def test_many_scores_are_near_enough_in_bins(monkeypatch):
    rng = np.random.default_rng(0)
    index = np.repeat(np.arange(20), 1000)
    is_positive = rng.random(20_000) < 0.3
    scores = (rng.normal(0, 1, 20_000) + is_positive).astype(np.float32)
    binned = auc_interval(scores, is_positive, index, n_recordings=20)
    monkeypatch.setattr(module, "MOST_BINS", 50_000)
    exact = auc_interval(scores, is_positive, index, n_recordings=20)
    assert binned == pytest.approx(exact, abs=2e-4)
    assert binned != exact
