# scikit-learn ships no type information.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
"""How good predictions are; what cannot be said is None, never a made-up number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    IntArray = NDArray[np.int64]
    FloatArray = NDArray[np.float32]
    BoolArray = NDArray[np.bool_]

MINIMUM_CLASSES = 2


def confusion_counts(targets: IntArray, predicted: IntArray, n_classes: int) -> IntArray:
    """Frames of each class, by the class that they were given.

    Parameters
    ----------
    targets, predicted : ndarray of int64, shape (n_frames,)
        Annotated and predicted class of each frame.
    n_classes : int
        Number of classes.

    Returns
    -------
    ndarray of int64, shape (n_classes, n_classes)
        Annotated class by row, predicted class by column.
    """
    flat = np.bincount(targets * n_classes + predicted, minlength=n_classes**2)
    return flat.reshape(n_classes, n_classes).astype(np.int64)


def recalls(confusion: IntArray) -> list[float | None]:
    """Share of each class's frames that were given it.

    Parameters
    ----------
    confusion : ndarray of int64, shape (n_classes, n_classes)
        See `confusion_counts`.

    Returns
    -------
    list of float or None
        One for each class, 0 to 1; None for a class without frames.
    """
    counts = confusion.sum(axis=1)
    return [
        float(hits / n) if n else None for hits, n in zip(np.diag(confusion), counts, strict=True)
    ]


def balanced_accuracy(confusion: IntArray) -> float | None:
    """Mean recall of the classes that are present.

    Parameters
    ----------
    confusion : ndarray of int64, shape (n_classes, n_classes)
        See `confusion_counts`.

    Returns
    -------
    float or None
        0 to 1; None if there is no frame.
    """
    present = [r for r in recalls(confusion) if r is not None]
    return float(np.mean(present)) if present else None


def summary(targets: IntArray, predicted: IntArray, n_classes: int) -> dict[str, Any]:
    """The three numbers for a part of the frames.

    Parameters
    ----------
    targets, predicted : ndarray of int64, shape (n_frames,)
        Annotated and predicted class of each frame.
    n_classes : int
        Number of classes.

    Returns
    -------
    dict
        `n_frames`, `accuracy` and `balanced_accuracy`, the last two None without frames.
    """
    confusion = confusion_counts(targets, predicted, n_classes)
    n_frames = len(targets)
    return {
        "n_frames": n_frames,
        "accuracy": float(np.trace(confusion) / n_frames) if n_frames else None,
        "balanced_accuracy": balanced_accuracy(confusion),
    }


def measure(
    targets: IntArray,
    probabilities: FloatArray,
    *,
    classes: Sequence[str],
    recordings: Sequence[str],
    is_near_edge: BoolArray,
) -> dict[str, Any]:
    """All the metrics of an evaluation.

    Parameters
    ----------
    targets : ndarray of int64, shape (n_frames,)
        Annotated class of each frame.
    probabilities : ndarray of float32, shape (n_frames, n_classes)
        Predicted for each frame.
    classes : sequence of str
        From the quietest to the loudest.
    recordings : sequence of str, length n_frames
        Recording of each frame.
    is_near_edge : ndarray of bool, shape (n_frames,)
        See `near_edges`.

    Returns
    -------
    dict
        Fit for JSON, with the keys of `metrics.json`.

    References
    ----------
    .. [1] J. Cohen, "Weighted kappa", Psychological Bulletin 70 (1968), with quadratic weights.
    .. [2] T. Fawcett, "An introduction to ROC analysis", Pattern Recognition Letters 27 (2006).
    """
    n_classes = len(classes)
    predicted = probabilities.argmax(axis=1).astype(np.int64) if len(targets) else targets
    confusion = confusion_counts(targets, predicted, n_classes)
    whole = summary(targets, predicted, n_classes)
    names = np.asarray(recordings, dtype=object)
    parts = {str(name): names == name for name in dict.fromkeys(recordings)}
    return {
        "n_frames": whole["n_frames"],
        "n_recordings": len(parts),
        "accuracy": whole["accuracy"],
        "balanced_accuracy": whole["balanced_accuracy"],
        "quadratic_kappa": _quadratic_kappa(targets, predicted, n_classes),
        "auc_audible_over_inaudible": _auc_of_extremes(targets, probabilities),
        "confusion": confusion.tolist(),
        "per_class": _per_class(confusion, classes),
        "per_recording": {
            name: summary(targets[rows], predicted[rows], n_classes) for name, rows in parts.items()
        },
        "near_edge": summary(targets[is_near_edge], predicted[is_near_edge], n_classes),
        "inside": summary(targets[~is_near_edge], predicted[~is_near_edge], n_classes),
    }


def near_edges(
    centres: NDArray[np.float64], edges: Sequence[tuple[int, int, int]], *, within: float
) -> BoolArray:
    """Which frames lie near an end of an annotation, where annotators disagree the most.

    Parameters
    ----------
    centres : ndarray of float64, shape (n_frames,)
        Middle of each frame, in samples.
    edges : sequence of (start_sample, end_sample, target)
        The annotations of the recording.
    within : float
        Distance that still counts as near, in samples.

    Returns
    -------
    ndarray of bool, shape (n_frames,)
        True if the nearest start or end of any annotation is at most `within` away.
    """
    ends = np.unique([e for start, end, _ in edges for e in (start, end)]).astype(np.float64)
    if not len(ends):
        return np.zeros(len(centres), dtype=bool)
    after = np.searchsorted(ends, centres)
    left = np.abs(centres - ends[np.maximum(after - 1, 0)])
    right = np.abs(ends[np.minimum(after, len(ends) - 1)] - centres)
    return np.minimum(left, right) <= within


def _quadratic_kappa(targets: IntArray, predicted: IntArray, n_classes: int) -> float | None:
    from sklearn.metrics import cohen_kappa_score

    # With one annotated class kappa is 0 or undefined, whatever the model does.
    if len(np.unique(targets)) < MINIMUM_CLASSES:
        return None
    labels = list(range(n_classes))
    return float(cohen_kappa_score(targets, predicted, labels=labels, weights="quadratic"))


def _auc_of_extremes(targets: IntArray, probabilities: FloatArray) -> float | None:
    from sklearn.metrics import roc_auc_score

    highest = probabilities.shape[1] - 1
    rows = (targets == 0) | (targets == highest)
    if len(np.unique(targets[rows])) < MINIMUM_CLASSES:
        return None
    scores = probabilities[rows, highest] - probabilities[rows, 0]
    return float(roc_auc_score(targets[rows] == highest, scores))


def _per_class(confusion: IntArray, classes: Sequence[str]) -> dict[str, dict[str, Any]]:
    annotated, predicted = confusion.sum(axis=1), confusion.sum(axis=0)
    hits, recall = np.diag(confusion), recalls(confusion)
    table: dict[str, dict[str, Any]] = {}
    for k, name in enumerate(classes):
        present = bool(annotated[k])
        both = annotated[k] + predicted[k]
        table[name] = {
            "n_frames": int(annotated[k]),
            "n_predicted": int(predicted[k]),
            "precision": float(hits[k] / predicted[k]) if present and predicted[k] else None,
            "recall": recall[k],
            "f1": float(2 * hits[k] / both) if present else None,
        }
    return table
