"""Precision and recall against a threshold, computed from all scores and told in a few points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    FloatArray = NDArray[np.float32]
    IntArray = NDArray[np.int64]

N_POINTS = 201
DIGITS = 6
"""Of what is told in points: more cannot be seen, and would double the file."""


def curves(
    targets: IntArray, probabilities: FloatArray, *, classes: Sequence[str]
) -> dict[str, Any]:
    """All curves of an evaluation.

    Parameters
    ----------
    targets : ndarray of int64, shape (n_frames,)
        Annotated class of each frame.
    probabilities : ndarray of float32, shape (n_frames, n_classes)
        Predicted for each frame.
    classes : sequence of str
        From the quietest to the loudest.

    Returns
    -------
    dict
        `precision_recall`: of each class by its own probability. `thresholds`: of each class but
        the quietest, by the probability of this class or a louder one, against frames that are
        annotated so. None for a class without frames, or without others.
    """
    one_by_one: dict[str, Any] = {}
    at_least: dict[str, Any] = {}
    # Class by class in memory: columns of a wide table are slow to go through.
    by_class = np.ascontiguousarray(probabilities.T)
    for k, name in enumerate(classes):
        is_class = targets == k
        scores = by_class[k]
        one_by_one[name] = precision_recall(scores[is_class], scores[~is_class])
        if k:
            is_louder = targets >= k
            scores = by_class[k:].sum(axis=0, dtype=np.float32)
            at_least[name] = threshold_curve(scores[is_louder], scores[~is_louder])
    return {"precision_recall": one_by_one, "thresholds": at_least}


def precision_recall(positive: FloatArray, negative: FloatArray) -> dict[str, Any] | None:
    """Precision against recall, as the threshold falls.

    Parameters
    ----------
    positive, negative : ndarray of float32, shapes (n_positive,) and (n_negative,)
        Scores of frames that are of the class, and of the others.

    Returns
    -------
    dict or None
        `threshold`, `recall` and `precision` at not more than `N_POINTS` thresholds that stand even
        in recall; `average_precision`, from all scores: precision at each threshold, weighted by
        the recall that it adds [1]_; `n_positive` and `share_positive`, which is the precision of
        guessing. None if there are none of one kind.

    References
    ----------
    .. [1] E. M. Voorhees, D. K. Harman, "TREC: Experiment and Evaluation in Information Retrieval"
       (2005), chapter 3: average precision without interpolation.
    """
    if not len(positive) or not len(negative):
        return None
    ours, others = np.sort(positive), np.sort(negative)
    n_ours = len(ours)
    # For each positive: how many of either kind score as high as it, or higher.
    first = np.concatenate([[True], ours[1:] != ours[:-1]])
    found = n_ours - np.maximum.accumulate(np.where(first, np.arange(n_ours), 0))
    wrong = len(others) - np.searchsorted(others, ours, side="left")
    precision = found / (found + wrong)
    points = np.unique(np.linspace(0, n_ours - 1, N_POINTS).astype(np.int64))[::-1]
    # Positives of one score are one point.
    points = points[np.concatenate([[True], np.diff(ours[points]) != 0])]
    return {
        "n_positive": n_ours,
        "share_positive": n_ours / (n_ours + len(others)),
        "average_precision": float(precision.mean()),
        "threshold": _few_digits(ours[points]),
        "recall": _few_digits(found[points] / n_ours),
        "precision": _few_digits(precision[points]),
    }


def threshold_curve(positive: FloatArray, negative: FloatArray) -> dict[str, Any] | None:
    """Precision, recall and F1 if what reaches a threshold is taken for positive.

    Parameters
    ----------
    positive, negative : ndarray of float32, shapes (n_positive,) and (n_negative,)
        Scores of the frames that are positive, and of those that are not.

    Returns
    -------
    dict or None
        `threshold`, 0 to 1 in even steps, with `precision` (None where nothing reaches the
        threshold), `recall` and `f1`; `best`: the threshold whose F1 is the highest, the middle of
        them if several are. None if there are none of one kind.
    """
    if not len(positive) or not len(negative):
        return None
    thresholds = np.linspace(0, 1, N_POINTS).astype(np.float32)
    found, wrong = (
        len(scores) - np.searchsorted(np.sort(scores), thresholds, side="left")
        for scores in (positive, negative)
    )
    recall = found / len(positive)
    f1 = 2 * found / (found + wrong + len(positive))
    taken = found + wrong
    precision = [
        round(float(hits / n), DIGITS) if n else None for hits, n in zip(found, taken, strict=True)
    ]
    highest = np.flatnonzero(f1 == f1.max())
    best = int(highest[len(highest) // 2])
    return {
        "threshold": _few_digits(thresholds),
        "precision": precision,
        "recall": _few_digits(recall),
        "f1": _few_digits(f1),
        "best": {"threshold": round(float(thresholds[best]), DIGITS), "f1": float(f1[best])},
    }


def _few_digits(values: NDArray[np.generic]) -> list[float]:
    return np.round(values.astype(np.float64), DIGITS).tolist()
