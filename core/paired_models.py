"""Two models on the very same frames: what each is worth, and which errors went and came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from core.assessment import measure_frames
from core.error_spans import EvaluatedFrames, join_frames
from core.learning.intervals import auc_difference_interval, confusion_difference_intervals
from core.learning.metrics import loudest_scores, predicted_classes, recording_confusions
from core.review_states import STATES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from core.assessment import ScoredFrames
    from core.error_spans import SpanColumns
    from core.table_meta import TableMeta

    IntArray = NDArray[np.int64]

NUMBERS = ("balanced_accuracy", "accuracy", "quadratic_kappa", "auc_audible_over_inaudible")


def compare_models(
    first: ScoredFrames, second: ScoredFrames, chosen: NDArray[np.bool_], *, meta: TableMeta
) -> dict[str, Any]:
    """Measure two models on the same frames with the same labels.

    Parameters
    ----------
    first, second : ScoredFrames
        All frames of a dataset, with what each of the models says of them.
    chosen : ndarray of bool, shape (n_recordings,)
        Recordings that neither model was trained on: the others flatter one of them.
    meta : TableMeta
        Of the dataset.

    Returns
    -------
    dict
        Fit for JSON. `first` and `second` are as `in_brief` gives them; `differences` has for each
        metric the second less the first, with a 95 % interval by drawing recordings, the same for
        both; `errors` counts the frames and the spans that each gets wrong, how many of the first's
        are gone, and how many of the second's are new.
    """
    rows = np.flatnonzero(chosen[first.recording_index])
    brief = [in_brief(measure_frames(frames, rows=rows)) for frames in (first, second)]
    return {
        "first": brief[0],
        "second": brief[1],
        "differences": _differences(first, second, rows, brief),
        "errors": _errors(first, second, rows, meta),
    }


def in_brief(metrics: dict[str, Any]) -> dict[str, Any]:
    """What two models are compared by.

    Parameters
    ----------
    metrics : dict
        With the keys of `core.learning.metrics.METRICS`.

    Returns
    -------
    dict
        `n_frames`, `n_recordings`, the metrics that are one number, and `recall` by class.
    """
    return {
        **{key: metrics[key] for key in ("n_frames", "n_recordings", *NUMBERS)},
        "recall": {name: values["recall"] for name, values in metrics["per_class"].items()},
    }


def what_became(
    spans: SpanColumns,
    states: NDArray[np.int8],
    *,
    names: Sequence[str],
    second: ScoredFrames,
    chosen: NDArray[np.bool_],
    frame_size: int,
) -> dict[str, dict[str, int]]:
    """Tell whether a new model agrees with the labels of the errors that were dealt with.

    Parameters
    ----------
    spans : SpanColumns
        Error spans of the first model.
    states : ndarray of int8, shape (n_spans,)
        See `core.review_states.states_of`.
    names : sequence of str
        Names of the recordings that the spans mean.
    second : ScoredFrames
        All frames of the dataset as it is now, with what the new model says of them.
    chosen : ndarray of bool, shape (n_recordings,)
        Recordings that neither model was trained on.
    frame_size : int
        Samples in a frame of the dataset.

    Returns
    -------
    dict
        For each of `STATES` `n`, the spans; `n_labelled`, those that the dataset has frames of;
        `n_right`, those of these in most of whose frames the model agrees with the label; and
        `n_held_out` and `n_held_out_right`, the same of recordings that it did not learn from.
    """
    place = {name: k for k, name in enumerate(second.recordings)}
    of_names = np.array([place.get(name, -1) for name in names], dtype=np.int64)
    recordings = of_names[spans.recording]
    # Recordings one behind the other on one axis, so that one search is enough for all.
    room = int(max(second.start_samples.max(initial=0), spans.end_sample.max(initial=0))) + 1
    axis = second.recording_index * room + second.start_samples
    first = np.searchsorted(axis, recordings * room + spans.start_sample)
    # A frame that begins in a span and ends behind it, as where frames overlap, is not of it.
    stop = np.searchsorted(axis, recordings * room + spans.end_sample - frame_size + 1)
    stop = np.maximum(first, stop)
    is_right = predicted_classes(second.probabilities) == second.targets
    before = np.append(0, np.cumsum(is_right))
    n, n_right = stop - first, before[stop] - before[first]
    is_labelled = (n > 0) & (recordings >= 0)
    agrees = is_labelled & (2 * n_right > n)
    is_held = is_labelled & chosen[recordings] if len(chosen) else is_labelled
    return {
        name: {
            "n": int((mine := states == k).sum()),
            "n_labelled": int((mine & is_labelled).sum()),
            "n_right": int((mine & agrees).sum()),
            "n_held_out": int((mine & is_held).sum()),
            "n_held_out_right": int((mine & is_held & agrees).sum()),
        }
        for k, name in enumerate(STATES)
    }


def _differences(
    first: ScoredFrames, second: ScoredFrames, rows: IntArray, brief: list[dict[str, Any]]
) -> dict[str, Any]:
    n_classes, targets = len(first.classes), first.targets[rows]
    used, index = np.unique(first.recording_index[rows], return_inverse=True)
    apart = [
        recording_confusions(
            targets,
            predicted_classes(frames.probabilities[rows]),
            index,
            n_recordings=len(used),
            n_classes=n_classes,
        )
        for frames in (first, second)
    ]
    intervals = confusion_difference_intervals(*apart)
    is_extreme = (targets == 0) | (targets == n_classes - 1)
    scores = [loudest_scores(f.probabilities[rows])[is_extreme] for f in (first, second)]
    intervals["auc_audible_over_inaudible"] = auc_difference_interval(
        scores[0],
        scores[1],
        targets[is_extreme] == n_classes - 1,
        index[is_extreme],
        n_recordings=len(used),
    )
    old, new = brief
    recalls = {
        name: _difference(old["recall"][name], new["recall"][name], intervals[f"recall_{k}"])
        for k, name in enumerate(first.classes)
    }
    numbers = {key: _difference(old[key], new[key], intervals[key]) for key in NUMBERS}
    return {**numbers, "recall": recalls}


def _difference(
    first: float | None, second: float | None, interval: dict[str, float | int] | None
) -> dict[str, Any]:
    value = None if first is None or second is None else second - first
    return {"difference": value, "interval": None if value is None else interval}


def _errors(
    first: ScoredFrames, second: ScoredFrames, rows: IntArray, meta: TableMeta
) -> dict[str, dict[str, int]]:
    frames = [_evaluated(f, rows) for f in (first, second)]
    wrong = [f.is_wrong for f in frames]
    of_spans = [
        _spans(frames[k], wrong[1 - k], hop_size=meta.hop_size, frame_size=meta.frame_size)
        for k in range(2)
    ]
    return {
        "frames": {
            "n_first": int(wrong[0].sum()),
            "n_second": int(wrong[1].sum()),
            "n_gone": int((wrong[0] & ~wrong[1]).sum()),
            "n_new": int((wrong[1] & ~wrong[0]).sum()),
        },
        "spans": {
            "n_first": of_spans[0][0],
            "n_second": of_spans[1][0],
            "n_gone": of_spans[0][1],
            "n_new": of_spans[1][1],
        },
    }


def _evaluated(frames: ScoredFrames, rows: IntArray) -> EvaluatedFrames:
    probabilities = frames.probabilities[rows]
    return EvaluatedFrames(
        frames.recording_index[rows],
        frames.start_samples[rows],
        frames.targets[rows],
        predicted_classes(probabilities),
        probabilities.max(axis=1),
    )


def _spans(
    frames: EvaluatedFrames, other_is_wrong: NDArray[np.bool_], *, hop_size: int, frame_size: int
) -> tuple[int, int]:
    """How many error spans there are, and in how many the other model is mostly right."""
    spans = join_frames(frames, hop_size=hop_size, frame_size=frame_size)
    stops = np.cumsum(spans.n_frames)
    before = np.append(0, np.cumsum(other_is_wrong))
    n_wrong = before[stops] - before[stops - spans.n_frames]
    is_right_there = 2 * n_wrong <= spans.n_frames
    return int(spans.is_wrong.sum()), int((spans.is_wrong & is_right_there).sum())
