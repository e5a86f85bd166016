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

METRICS = (
    "n_frames",
    "n_recordings",
    "accuracy",
    "balanced_accuracy",
    "quadratic_kappa",
    "auc_audible_over_inaudible",
    "confusion",
    "per_class",
    "per_recording",
    "near_edge",
    "inside",
)
"""Keys of what `measure` gives, in their order."""


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


def recording_confusions(
    targets: IntArray,
    predicted: IntArray,
    recording_index: IntArray,
    *,
    n_recordings: int,
    n_classes: int,
) -> IntArray:
    """Confusion matrix of each recording.

    Parameters
    ----------
    targets, predicted : ndarray of int64, shape (n_frames,)
        Annotated and predicted class of each frame.
    recording_index : ndarray of int64, shape (n_frames,)
        Recording of each frame, from 0.
    n_recordings, n_classes : int
        Number of recordings, and of classes.

    Returns
    -------
    ndarray of int64, shape (n_recordings, n_classes, n_classes)
        See `confusion_counts`.
    """
    place = (recording_index * n_classes + targets) * n_classes + predicted
    flat = np.bincount(place, minlength=n_recordings * n_classes**2)
    return flat.reshape(n_recordings, n_classes, n_classes).astype(np.int64)


def summary(confusion: IntArray) -> dict[str, Any]:
    """The three numbers for a part of the frames.

    Parameters
    ----------
    confusion : ndarray of int64, shape (n_classes, n_classes)
        Of these frames; see `confusion_counts`.

    Returns
    -------
    dict
        `n_frames`, `accuracy` and `balanced_accuracy`, the last two None without frames.
    """
    n_frames = int(confusion.sum())
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
    recording_index: IntArray,
    is_near_edge: BoolArray | None,
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
    recordings : sequence of str
        Names; those without a frame are not told of.
    recording_index : ndarray of int64, shape (n_frames,)
        Recording of each frame: its place among the names.
    is_near_edge : ndarray of bool, shape (n_frames,), or None
        See `near_edges`; None if that is not known.

    Returns
    -------
    dict
        Fit for JSON, with the keys `METRICS`.

    References
    ----------
    .. [1] J. Cohen, "Weighted kappa", Psychological Bulletin 70 (1968), with quadratic weights.
    .. [2] T. Fawcett, "An introduction to ROC analysis", Pattern Recognition Letters 27 (2006).
    """
    n_classes = len(classes)
    predicted = predicted_classes(probabilities)
    apart = recording_confusions(
        targets,
        predicted,
        recording_index,
        n_recordings=len(recordings),
        n_classes=n_classes,
    )
    confusion = apart.sum(axis=0)
    whole = summary(confusion)
    parts = {name: summary(own) for name, own in zip(recordings, apart, strict=True) if own.any()}
    near = inside = None
    if is_near_edge is not None:
        near_counts = confusion_counts(targets[is_near_edge], predicted[is_near_edge], n_classes)
        near, inside = summary(near_counts), summary(confusion - near_counts)
    return {
        "n_frames": whole["n_frames"],
        "n_recordings": len(parts),
        "accuracy": whole["accuracy"],
        "balanced_accuracy": whole["balanced_accuracy"],
        "quadratic_kappa": quadratic_kappa(confusion),
        "auc_audible_over_inaudible": _auc_of_extremes(targets, probabilities),
        "confusion": confusion.tolist(),
        "per_class": _per_class(confusion, classes),
        "per_recording": parts,
        "near_edge": near,
        "inside": inside,
    }


def predicted_classes(probabilities: FloatArray) -> IntArray:
    """Most probable class of each frame.

    Parameters
    ----------
    probabilities : ndarray of float32, shape (n_frames, n_classes)
        Of each frame.

    Returns
    -------
    ndarray of int64, shape (n_frames,)
        The quieter class of two that are as probable.
    """
    return probabilities.argmax(axis=1).astype(np.int64)


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


def quadratic_kappa(confusion: IntArray) -> float | None:
    """Agreement beyond chance, a confusion counting by the square of its steps.

    Parameters
    ----------
    confusion : ndarray of int64, shape (n_classes, n_classes)
        See `confusion_counts`.

    Returns
    -------
    float or None
        1 for full agreement, 0 for chance; None with fewer than two annotated classes, where it is
        0 or undefined whatever the model does.
    """
    annotated, predicted = confusion.sum(axis=1), confusion.sum(axis=0)
    if np.count_nonzero(annotated) < MINIMUM_CLASSES:
        return None
    classes = np.arange(len(confusion))
    weights = np.square(classes[:, None] - classes[None, :])
    expected = np.outer(annotated, predicted.astype(np.float64)) / confusion.sum()
    return float(1 - (weights * confusion).sum() / (weights * expected).sum())


def loudest_scores(probabilities: FloatArray) -> FloatArray:
    """How much more probable the loudest class is than the quietest.

    Parameters
    ----------
    probabilities : ndarray of float32, shape (n_frames, n_classes)
        Of each frame.

    Returns
    -------
    ndarray of float32, shape (n_frames,)
        -1 to 1; what the AUC is computed from.
    """
    return probabilities[:, -1] - probabilities[:, 0]


def auc(positive: FloatArray, negative: FloatArray) -> float | None:
    """How often a positive scores higher than a negative; a tie counts half.

    Parameters
    ----------
    positive, negative : ndarray of float32, shapes (n_positive,) and (n_negative,)
        Scores.

    Returns
    -------
    float or None
        0 to 1, exact; None if there are none of one kind.
    """
    if not len(positive) or not len(negative):
        return None
    positive, negative = np.sort(positive), np.sort(negative)
    below = np.searchsorted(negative, positive, side="left").sum(dtype=np.int64)
    not_above = np.searchsorted(negative, positive, side="right").sum(dtype=np.int64)
    return (int(below) + int(not_above)) / (2 * len(positive) * len(negative))


def _auc_of_extremes(targets: IntArray, probabilities: FloatArray) -> float | None:
    scores = loudest_scores(probabilities)
    return auc(scores[targets == probabilities.shape[1] - 1], scores[targets == 0])


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
