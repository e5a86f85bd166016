"""All that is said of a model's predictions: for each split, with intervals, curves and events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.event_scores import annotated_events, count_events, predicted_events, score_events
from core.learning.curves import curves
from core.learning.intervals import (
    LEVEL,
    N_RESAMPLES,
    SEED,
    auc_interval,
    confusion_intervals,
)
from core.learning.metrics import (
    METRICS,
    confusion_counts,
    loudest_scores,
    measure,
    near_edges,
    predicted_classes,
    recording_confusions,
)
from core.progress import Progress, ignore
from core.timebase import seconds_to_samples

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.event_scores import EventCounts
    from core.progress import Report
    from core.table_meta import TableMeta

    IntArray = NDArray[np.int64]
    BoolArray = NDArray[np.bool_]

NEAR_EDGE_S = 0.1

ALL, HELD_OUT, TRAINED_ON = "all", "held_out", "trained_on"
SPLITS = (HELD_OUT, TRAINED_ON, ALL)
"""Recordings that the model was not trained on, those that it was, and both."""


@dataclass(frozen=True)
class ScoredFrames:
    """Annotated frames with what a model says of them.

    Parameters
    ----------
    classes : tuple of str
        From the quietest to the loudest.
    recordings : tuple of str
        Names of the recordings.
    recording_index, start_samples, targets : ndarray of int64, shape (n_frames,)
        Recording, first sample and annotated class of each frame; by recording and time.
    probabilities : ndarray of float32, shape (n_frames, n_classes)
        Predicted for each frame.
    is_trained_on : ndarray of bool, shape (n_recordings,)
        Which recordings the model was trained on.
    meta : TableMeta or None
        Of the dataset: frames, rate and annotations. None if it is not known any more; then nothing
        is said of edges and events.
    """

    classes: tuple[str, ...]
    recordings: tuple[str, ...]
    recording_index: IntArray
    start_samples: IntArray
    targets: IntArray
    probabilities: NDArray[np.float32]
    is_trained_on: BoolArray
    meta: TableMeta | None


def assess(frames: ScoredFrames, *, report: Report = ignore) -> dict[str, Any]:
    """Say how good the predictions are.

    Parameters
    ----------
    frames : ScoredFrames
        What was predicted.
    report : Report
        Told what is computed; may raise `Cancelled`.

    Returns
    -------
    dict
        Fit for JSON. `bootstrap` tells how intervals are computed, `near_edge_s` what is near an
        edge, `by_split` has one dict for each of `SPLITS`, with the keys `METRICS` and, beside
        them, `confusion_percent`, `recordings`, `steps`, `intervals`, `events` and `curves`.
    """
    predicted = predicted_classes(frames.probabilities)
    is_near = near_edge_frames(frames)
    events = _count_events(frames, predicted)
    parts: dict[str, Any] = {}
    for split in SPLITS:
        report(Progress("", text="Computing metrics and their intervals"))
        chosen = _chosen(frames, split)
        twin = next((k for k in parts if np.array_equal(_chosen(frames, k), chosen)), "")
        # Without recordings of one kind, all are those of the other.
        parts[split] = parts[twin] if twin else _assess_part(
            frames, chosen, predicted=predicted, is_near=is_near, events=events
        )  # fmt: skip
    return {
        "bootstrap": {
            "unit": "recording",
            "level": LEVEL,
            "n_resamples": N_RESAMPLES,
            "seed": SEED,
            "interval": "percentile",
        },
        "near_edge_s": NEAR_EDGE_S,
        "by_split": parts,
    }


def near_edge_frames(frames: ScoredFrames) -> BoolArray | None:
    """Which frames lie near an end of an annotation.

    Parameters
    ----------
    frames : ScoredFrames
        All frames.

    Returns
    -------
    ndarray of bool, shape (n_frames,), or None
        True if the frame's middle is at most `NEAR_EDGE_S` away; None if annotations are unknown.
    """
    meta = frames.meta
    if meta is None:
        return None
    within = seconds_to_samples(NEAR_EDGE_S, sample_rate=meta.sample_rate)
    centres = frames.start_samples.astype(np.float64) + meta.frame_size / 2
    result = np.zeros(len(centres), dtype=bool)
    counts = np.bincount(frames.recording_index, minlength=len(frames.recordings))
    ends = np.cumsum(counts)
    for name, n, end in zip(frames.recordings, counts.tolist(), ends.tolist(), strict=True):
        rows = slice(end - n, end)
        edges = meta.annotations.get(name, [])
        result[rows] = near_edges(centres[rows], edges, within=within)
    return result


def measure_frames(frames: ScoredFrames, *, rows: IntArray | None = None) -> dict[str, Any]:
    """The metrics alone, without intervals.

    Parameters
    ----------
    frames : ScoredFrames
        All frames.
    rows : ndarray of int64, shape (n_rows,), optional
        Which of them to measure; all if left out.

    Returns
    -------
    dict
        With the keys `METRICS`.
    """
    is_near = near_edge_frames(frames)
    chosen = slice(None) if rows is None else rows
    return measure(
        frames.targets[chosen],
        frames.probabilities[chosen],
        classes=frames.classes,
        recordings=frames.recordings,
        recording_index=frames.recording_index[chosen],
        is_near_edge=None if is_near is None else is_near[chosen],
    )


def metrics_of(part: dict[str, Any]) -> dict[str, Any]:
    """What `metrics.json` has of a split.

    Parameters
    ----------
    part : dict
        One of `by_split`, see `assess`.

    Returns
    -------
    dict
        With the keys `METRICS`.
    """
    return {key: part[key] for key in METRICS}


def _chosen(frames: ScoredFrames, split: str) -> BoolArray:
    if split == ALL:
        return np.ones_like(frames.is_trained_on)
    return frames.is_trained_on if split == TRAINED_ON else ~frames.is_trained_on


def _count_events(frames: ScoredFrames, predicted: IntArray) -> EventCounts | None:
    meta = frames.meta
    if meta is None:
        return None
    # A recording without a frame is none that was evaluated, whatever is annotated in it.
    used = np.unique(frames.recording_index)
    annotated = annotated_events(
        {
            name: meta.annotations.get(name, [])
            for name in (frames.recordings[int(k)] for k in used)
        },
        frames.recordings,
    )
    found = predicted_events(
        frames.recording_index,
        frames.start_samples,
        predicted,
        frame_size=meta.frame_size,
        hop_size=meta.hop_size,
    )
    return count_events(
        annotated,
        found,
        n_recordings=len(frames.recordings),
        n_classes=len(frames.classes),
        sample_rate=meta.sample_rate,
    )


def _assess_part(
    frames: ScoredFrames,
    chosen: BoolArray,
    *,
    predicted: IntArray,
    is_near: BoolArray | None,
    events: EventCounts | None,
) -> dict[str, Any]:
    """One split: its recordings are chosen."""
    n_classes = len(frames.classes)
    rows = slice(None) if chosen.all() else np.flatnonzero(chosen[frames.recording_index])
    targets, taken = frames.targets[rows], predicted[rows]
    probabilities, index = frames.probabilities[rows], frames.recording_index[rows]
    near = None if is_near is None else is_near[rows]
    metrics = measure(
        targets,
        probabilities,
        classes=frames.classes,
        recordings=frames.recordings,
        recording_index=index,
        is_near_edge=near,
    )
    apart = recording_confusions(
        targets, taken, index, n_recordings=len(chosen), n_classes=n_classes
    )
    used = np.flatnonzero(apart.any(axis=(1, 2)))
    place = np.cumsum(apart.any(axis=(1, 2))) - 1
    scores, is_extreme = loudest_scores(probabilities), (targets == 0) | (targets == n_classes - 1)
    confusion = apart.sum(axis=0)
    intervals = confusion_intervals(apart[used])
    intervals["auc_audible_over_inaudible"] = auc_interval(
        scores[is_extreme],
        targets[is_extreme] == n_classes - 1,
        place[index[is_extreme]],
        n_recordings=len(used),
    )
    return {
        **metrics,
        "confusion_percent": _row_percentages(confusion),
        "recordings": {
            frames.recordings[k]: {
                "is_trained_on": bool(frames.is_trained_on[k]),
                "errors_by_step": _by_step(apart[k])[1:],
            }
            for k in used.tolist()
        },
        "steps": _steps(confusion, targets=targets, predicted=taken, is_near=near),
        "intervals": intervals,
        "events": None if events is None else score_events(events, chosen, classes=frames.classes),
        "curves": curves(targets, probabilities, classes=frames.classes),
    }


def _row_percentages(confusion: IntArray) -> list[list[float | None]]:
    """Of each annotated class, what it was taken for; None for a class without frames."""
    return [
        [100 * int(n) / int(row.sum()) if row.any() else None for n in row] for row in confusion
    ]


def _by_step(confusion: IntArray) -> list[int]:
    """Frames that are right, one class off, two classes off, and so on."""
    n_classes = len(confusion)
    both = confusion + confusion.T
    off = [int(np.trace(both, offset=k)) for k in range(1, n_classes)]
    return [int(np.trace(confusion)), *off]


def _steps(
    confusion: IntArray, *, targets: IntArray, predicted: IntArray, is_near: BoolArray | None
) -> dict[str, Any]:
    """How far errors are off, everywhere, near edges and inside."""
    near = inside = None
    if is_near is not None:
        near = confusion_counts(targets[is_near], predicted[is_near], len(confusion))
        inside = confusion - near
    parts = {"all": confusion, "near_edge": near, "inside": inside}
    return {name: None if own is None else _steps_of(own) for name, own in parts.items()}


def _steps_of(confusion: IntArray) -> list[dict[str, Any]]:
    n_frames = int(confusion.sum())
    rows: list[dict[str, Any]] = []
    for step, n in enumerate(_by_step(confusion)):
        too_loud = int(np.trace(confusion, offset=step)) if step else 0
        rows.append(
            {
                "steps": step,
                "n_frames": n,
                "share": n / n_frames if n_frames else None,
                "n_too_loud": too_loud,
                "n_too_quiet": n - too_loud if step else 0,
            }
        )
    return rows
