"""How far a metric can be trusted: intervals by the bootstrap over recordings.

Frames of one recording are nearly copies of each other, so that whole recordings are drawn, with
all their frames. Metrics of a draw are computed from counts that each recording has once and for
all: a draw is then a sum of counts, however many frames there are.

References
----------
.. [1] B. Efron, R. J. Tibshirani, "An Introduction to the Bootstrap" (1993), section 13.3: the
   percentile interval.
.. [2] C. A. Field, A. H. Welsh, "Bootstrapping clustered data", Journal of the Royal Statistical
   Society B 69 (2007): the cluster bootstrap, which draws whole clusters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    IntArray = NDArray[np.int64]
    FloatArray = NDArray[np.float64]
    Interval = dict[str, float | int]

LEVEL = 0.95
N_RESAMPLES = 1000
SEED = 0

DECIDED = ("accuracy", "balanced_accuracy", "quadratic_kappa")
"""Metrics that a confusion matrix decides."""

MINIMUM_RECORDINGS = 2
MINIMUM_RESAMPLES = 40
"""The 2.5th percentile of fewer is none of their own."""

MOST_WEIGHTS = 4_000_000
"""Draws are worked on in parts of so many numbers, 32 MB."""

MOST_BINS = 2048
MOST_CELLS = 16_000_000
"""Of recordings times bins, 128 MB for each of two tables: with very many recordings there are
fewer bins."""


def _weights(n_recordings: int, n_resamples: int, seed: int) -> Iterator[FloatArray]:
    """How often each recording (column) is in each draw (row), a part of the draws at a time."""
    rng = np.random.default_rng(seed)
    at_once = max(1, MOST_WEIGHTS // n_recordings)
    for start in range(0, n_resamples, at_once):
        n = min(at_once, n_resamples - start)
        drawn = rng.integers(0, n_recordings, size=(n, n_recordings))
        drawn += n_recordings * np.arange(n)[:, None]
        counts = np.bincount(drawn.ravel(), minlength=n * n_recordings)
        yield counts.reshape(n, n_recordings).astype(np.float64)


def resampled_sums(
    counts: IntArray | FloatArray, *, n_resamples: int = N_RESAMPLES, seed: int = SEED
) -> FloatArray:
    """Draw as many recordings as there are, with replacement, and sum what they count.

    Parameters
    ----------
    counts : ndarray of int64 or float64, shape (n_recordings, n_counts)
        What each recording counts; one recording or more.
    n_resamples : int
        Number of draws.
    seed : int
        The same seed draws the same recordings, whatever is counted.

    Returns
    -------
    ndarray of float64, shape (n_resamples, n_counts)
        One row for each draw.
    """
    own = counts.astype(np.float64)
    return np.concatenate([w @ own for w in _weights(len(own), n_resamples, seed)])


def percentile_interval(values: FloatArray, *, level: float = LEVEL) -> Interval | None:
    """Where the middle of the draws lies.

    Parameters
    ----------
    values : ndarray of float64, shape (n_resamples,)
        The metric of each draw; NaN where it cannot be said.
    level : float
        Share of the draws that the interval holds, 0 to 1.

    Returns
    -------
    dict or None
        `low`, `high`, and `n_left_out`, the number of draws in which the metric cannot be said;
        None if fewer than `MINIMUM_RESAMPLES` remain.
    """
    said = values[~np.isnan(values)]
    if len(said) < MINIMUM_RESAMPLES:
        return None
    low, high = np.quantile(said, [(1 - level) / 2, (1 + level) / 2])
    return {"low": float(low), "high": float(high), "n_left_out": int(len(values) - len(said))}


def confusion_intervals(
    confusions: IntArray, *, level: float = LEVEL, n_resamples: int = N_RESAMPLES, seed: int = SEED
) -> dict[str, Interval | None]:
    """Intervals of the metrics that a confusion matrix decides.

    Parameters
    ----------
    confusions : ndarray of int64, shape (n_recordings, n_classes, n_classes)
        One for each recording that has frames.
    level : float
        Share of the draws that an interval holds.
    n_resamples, seed : int
        See `resampled_sums`.

    Returns
    -------
    dict
        `accuracy`, `balanced_accuracy` and `quadratic_kappa`: see `percentile_interval`; None with
        fewer than two recordings. A draw without a class that all recordings together have is
        left out of balanced accuracy, one with a single annotated class out of kappa.
    """
    if len(confusions) < MINIMUM_RECORDINGS:
        return dict.fromkeys(DECIDED)
    draws = _confusion_draws(confusions, n_resamples=n_resamples, seed=seed)
    return {key: percentile_interval(draws[key], level=level) for key in DECIDED}


def confusion_difference_intervals(
    first: IntArray,
    second: IntArray,
    *,
    level: float = LEVEL,
    n_resamples: int = N_RESAMPLES,
    seed: int = SEED,
) -> dict[str, Interval | None]:
    """Intervals of how much better a second model is, both on the same frames.

    Each draw takes the same recordings for both, so that what is hard for both does not count.

    Parameters
    ----------
    first, second : ndarray of int64, shape (n_recordings, n_classes, n_classes)
        What each model made of the recordings, in the same order.
    level : float
        Share of the draws that an interval holds.
    n_resamples, seed : int
        See `resampled_sums`.

    Returns
    -------
    dict
        As `confusion_intervals`, and `recall_0`, `recall_1` … of the classes, of the second less
        the first.
    """
    keys = (*DECIDED, *(f"recall_{k}" for k in range(first.shape[1])))
    if len(first) < MINIMUM_RECORDINGS:
        return dict.fromkeys(keys)
    draws = [_confusion_draws(c, n_resamples=n_resamples, seed=seed) for c in (first, second)]
    return {k: percentile_interval(draws[1][k] - draws[0][k], level=level) for k in keys}


def _confusion_draws(confusions: IntArray, *, n_resamples: int, seed: int) -> dict[str, FloatArray]:
    """Of each draw the metrics; NaN where one cannot be said."""
    n_recordings, n_classes = confusions.shape[:2]
    flat = confusions.reshape(n_recordings, -1)
    drawn = resampled_sums(flat, n_resamples=n_resamples, seed=seed)
    drawn = drawn.reshape(-1, n_classes, n_classes)
    annotated, predicted = drawn.sum(axis=2), drawn.sum(axis=1)
    hits = np.diagonal(drawn, axis1=1, axis2=2)
    total = annotated.sum(axis=1)
    present = confusions.sum(axis=(0, 2)) > 0
    place = np.arange(n_classes, dtype=np.float64)
    squares = np.square(np.subtract.outer(place, place))
    with np.errstate(invalid="ignore", divide="ignore"):
        recalls = hits / annotated
        observed = (drawn * squares).sum(axis=(1, 2))
        expected = np.einsum("bi,ij,bj->b", annotated, squares, predicted) / total
        kappa = 1 - observed / expected
    kappa[np.count_nonzero(annotated, axis=1) < MINIMUM_RECORDINGS] = np.nan
    return {
        "accuracy": hits.sum(axis=1) / total,
        "balanced_accuracy": recalls[:, present].mean(axis=1),
        "quadratic_kappa": kappa,
        **{f"recall_{k}": recalls[:, k] for k in range(n_classes)},
    }


def auc_interval(
    scores: NDArray[np.float32],
    is_positive: NDArray[np.bool_],
    recording_index: IntArray,
    *,
    n_recordings: int,
    level: float = LEVEL,
    n_resamples: int = N_RESAMPLES,
    seed: int = SEED,
) -> Interval | None:
    """Interval of the chance that a positive scores above a negative.

    Each recording's scores are counted in bins that hold as many scores each, at most `MOST_BINS`;
    two scores in one bin count as a tie. That is exact while there are no more distinct scores than
    bins. Else the error of a draw is at most half of the share of pairs within a bin: some 1e-4
    with 2048 bins, against intervals of some 1e-2.

    Parameters
    ----------
    scores : ndarray of float32, shape (n_frames,)
        Of the positives and the negatives, and of no other frames.
    is_positive : ndarray of bool, shape (n_frames,)
        Which they are.
    recording_index : ndarray of int64, shape (n_frames,)
        Recording of each, from 0.
    n_recordings : int
        Number of recordings to draw from; some may have no such frame.
    level : float
        Share of the draws that the interval holds.
    n_resamples, seed : int
        See `resampled_sums`.

    Returns
    -------
    dict or None
        See `percentile_interval`; None with fewer than two recordings.
    """
    if n_recordings < MINIMUM_RECORDINGS or not len(scores):
        return None
    draws = _auc_draws(
        scores,
        is_positive,
        recording_index,
        n_recordings=n_recordings,
        n_resamples=n_resamples,
        seed=seed,
    )
    return percentile_interval(draws, level=level)


def auc_difference_interval(
    first: NDArray[np.float32],
    second: NDArray[np.float32],
    is_positive: NDArray[np.bool_],
    recording_index: IntArray,
    *,
    n_recordings: int,
) -> Interval | None:
    """Interval of how much better a second model's scores order the same frames.

    Parameters
    ----------
    first, second : ndarray of float32, shape (n_frames,)
        Scores of both models.
    is_positive, recording_index : ndarray, shape (n_frames,)
        See `auc_interval`.
    n_recordings : int
        Number of recordings to draw from.

    Returns
    -------
    dict or None
        See `auc_interval`; the same recordings are drawn for both.
    """
    if n_recordings < MINIMUM_RECORDINGS or not len(first):
        return None
    draws = [
        _auc_draws(
            scores,
            is_positive,
            recording_index,
            n_recordings=n_recordings,
            n_resamples=N_RESAMPLES,
            seed=SEED,
        )
        for scores in (first, second)
    ]
    return percentile_interval(draws[1] - draws[0])


def _auc_draws(
    scores: NDArray[np.float32],
    is_positive: NDArray[np.bool_],
    recording_index: IntArray,
    *,
    n_recordings: int,
    n_resamples: int,
    seed: int,
) -> FloatArray:
    edges = _bin_edges(scores, max(1, min(MOST_BINS, MOST_CELLS // n_recordings)))
    place = np.searchsorted(edges, scores, side="right") - 1 + recording_index * len(edges)
    size = n_recordings * len(edges)
    both = np.bincount(place, minlength=size)
    ours = np.bincount(place[is_positive], minlength=size)
    shape = (n_recordings, len(edges))
    positive = ours.reshape(shape).astype(np.float64)
    negative = (both - ours).reshape(shape).astype(np.float64)
    values: list[FloatArray] = []
    for weights in _weights(n_recordings, n_resamples, seed):
        above, below = weights @ positive, weights @ negative
        lower = np.cumsum(below, axis=1) - below / 2
        with np.errstate(invalid="ignore", divide="ignore"):
            values.append((above * lower).sum(axis=1) / (above.sum(axis=1) * below.sum(axis=1)))
    return np.concatenate(values)


def _bin_edges(scores: NDArray[np.float32], n_bins: int) -> NDArray[np.float32]:
    """Lowest score of each bin, rising; each distinct score is a bin if there are few."""
    ordered = np.sort(scores)
    first = np.concatenate([[True], ordered[1:] != ordered[:-1]])
    if np.count_nonzero(first) <= n_bins:
        return ordered[first]
    return np.unique(ordered[np.arange(n_bins) * len(ordered) // n_bins])
