# SciPy's sparse matrices have no types of their own.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
"""Annotated and predicted events beside each other: segment-based and event-based scores.

The definitions are those of the toolbox sed_eval, see docs/decisions/0008. An event is an
annotation of any class, or neighbouring frames that are predicted to be of one class. Frames are
predicted within annotations only: what a model would say elsewhere is not counted.

References
----------
.. [1] A. Mesaros, T. Heittola, T. Virtanen, "Metrics for polyphonic sound event detection", Applied
   Sciences 6 (2016), 162: sections 3 (segment-based and event-based) and 4 (error rate).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.learning.intervals import percentile_interval, resampled_sums
from core.timebase import seconds_to_samples

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    IntArray = NDArray[np.int64]
    BoolArray = NDArray[np.bool_]

COLLAR_S = 0.2
SHARE_OF_LENGTH = 0.5
"""An offset may be wrong by the collar, or by this share of the annotation's length."""

SEGMENT_S = 1.0


@dataclass(frozen=True)
class Events:
    """Intervals with a class, of many recordings.

    Parameters
    ----------
    recordings : ndarray of int64, shape (n_events,)
        Recording of each, from 0.
    targets : ndarray of int64, shape (n_events,)
        Class of each.
    starts, ends : ndarray of int64, shape (n_events,)
        First sample, and the one behind the last.
    """

    recordings: IntArray
    targets: IntArray
    starts: IntArray
    ends: IntArray

    def __len__(self) -> int:
        return len(self.targets)

    def in_order(self) -> Events:
        """The same events by recording, start, end and class.

        Returns
        -------
        Events
            What is counted does not depend on the order in which events come.
        """
        order = np.lexsort((self.targets, self.ends, self.starts, self.recordings))
        return Events(*(a[order] for a in (self.recordings, self.targets, self.starts, self.ends)))


@dataclass(frozen=True)
class EventCounts:
    """What was counted in each recording.

    Parameters
    ----------
    segment, event : ndarray of int64, shape (n_recordings, n_classes, 3)
        Annotated, predicted, and rightly predicted segments or events of each class.
    segment_errors, event_errors : ndarray of int64, shape (n_recordings, 3)
        Substitutions, deletions and insertions.
    """

    segment: IntArray
    event: IntArray
    segment_errors: IntArray
    event_errors: IntArray


def annotated_events(
    annotations: Mapping[str, Sequence[tuple[int, int, int]]], recordings: Sequence[str]
) -> Events:
    """Annotations as events.

    Parameters
    ----------
    annotations : mapping of str to sequence of (start_sample, end_sample, target)
        Of each recording.
    recordings : sequence of str
        Names; those without annotations have no event.

    Returns
    -------
    Events
        By recording, start, end and class.
    """
    rows = [(k, *a) for k, name in enumerate(recordings) for a in annotations.get(name, ())]
    table = np.array(rows, dtype=np.int64).reshape(-1, 4)
    return Events(table[:, 0], table[:, 3], table[:, 1], table[:, 2]).in_order()


def predicted_events(
    recording_index: IntArray,
    start_samples: IntArray,
    predicted: IntArray,
    *,
    frame_size: int,
    hop_size: int,
) -> Events:
    """Join neighbouring frames of one predicted class.

    Parameters
    ----------
    recording_index, start_samples, predicted : ndarray of int64, shape (n_frames,)
        Recording, first sample and class of each frame; by recording and time.
    frame_size, hop_size : int
        In samples.

    Returns
    -------
    Events
        From the first frame's start to the last one's end.
    """
    nothing = np.empty(0, dtype=np.int64)
    if not len(predicted):
        return Events(nothing, nothing, nothing, nothing)
    joined = (
        (np.diff(recording_index) == 0)
        & (np.diff(predicted) == 0)
        & (np.diff(start_samples) == hop_size)
    )
    breaks = np.flatnonzero(~joined)
    first = np.concatenate([[0], breaks + 1])
    last = np.concatenate([breaks, [len(predicted) - 1]])
    return Events(
        recording_index[first],
        predicted[first],
        start_samples[first],
        start_samples[last] + frame_size,
    ).in_order()


def count_events(
    annotated: Events, predicted: Events, *, n_recordings: int, n_classes: int, sample_rate: float
) -> EventCounts:
    """Compare events, recording by recording.

    Parameters
    ----------
    annotated, predicted : Events
        In order, see `Events.in_order`.
    n_recordings, n_classes : int
        Number of recordings, and of classes.
    sample_rate : float
        In Hz.

    Returns
    -------
    EventCounts
        To be summed over recordings by `score_events`.
    """
    segment, segment_errors = _count_segments(
        annotated,
        predicted,
        n_recordings=n_recordings,
        n_classes=n_classes,
        length=max(1, seconds_to_samples(SEGMENT_S, sample_rate=sample_rate)),
    )
    event, event_errors = _count_matches(
        annotated,
        predicted,
        n_recordings=n_recordings,
        n_classes=n_classes,
        collar=seconds_to_samples(COLLAR_S, sample_rate=sample_rate),
    )
    return EventCounts(segment, event, segment_errors, event_errors)


def score_events(
    counts: EventCounts, chosen: BoolArray, *, classes: Sequence[str]
) -> dict[str, Any]:
    """Scores of some recordings.

    Parameters
    ----------
    counts : EventCounts
        Of all recordings.
    chosen : ndarray of bool, shape (n_recordings,)
        Which of them.
    classes : sequence of str
        From the quietest to the loudest.

    Returns
    -------
    dict
        `event_based` and `segment_based`, with the settings; each has `n_annotated`, `n_predicted`,
        `n_right`, `precision`, `recall`, `f1`, `substitutions`, `deletions`, `insertions`,
        `error_rate`, `intervals` of F1 and error rate, and `per_class`. None where something
        cannot be said.
    """
    return {
        "collar_s": COLLAR_S,
        "share_of_length": SHARE_OF_LENGTH,
        "segment_s": SEGMENT_S,
        "event_based": _scores(counts.event[chosen], counts.event_errors[chosen], classes),
        "segment_based": _scores(counts.segment[chosen], counts.segment_errors[chosen], classes),
    }


def _count_segments(
    annotated: Events, predicted: Events, *, n_recordings: int, n_classes: int, length: int
) -> tuple[IntArray, IntArray]:
    """A class is active in a segment if an event of it touches the segment."""
    n_segments = np.zeros(n_recordings, dtype=np.int64)
    for events in (annotated, predicted):
        np.maximum.at(n_segments, events.recordings, -(-events.ends // length))
    offsets = np.concatenate([[0], np.cumsum(n_segments)])
    rolls = [_roll(events, offsets, n_classes, length) for events in (annotated, predicted)]
    counts = np.stack([*rolls, rolls[0] & rolls[1]], axis=2).astype(np.int64)
    n_annotated, n_predicted, n_right = counts.sum(axis=1).T
    errors = np.stack(
        [
            np.minimum(n_annotated, n_predicted) - n_right,
            np.maximum(0, n_annotated - n_predicted),
            np.maximum(0, n_predicted - n_annotated),
        ],
        axis=1,
    )
    return _sum_by_recording(counts, offsets), _sum_by_recording(errors, offsets)


def _roll(events: Events, offsets: IntArray, n_classes: int, length: int) -> BoolArray:
    steps = np.zeros((int(offsets[-1]) + 1, n_classes), dtype=np.int64)
    first = offsets[events.recordings] + events.starts // length
    behind = offsets[events.recordings] - (-events.ends // length)
    np.add.at(steps, (first, events.targets), 1)
    np.add.at(steps, (behind, events.targets), -1)
    return np.cumsum(steps, axis=0)[:-1] > 0


def _sum_by_recording(values: IntArray, offsets: IntArray) -> IntArray:
    sums = np.concatenate([np.zeros_like(values[:1], shape=(1, *values.shape[1:])),
                           np.cumsum(values, axis=0)])  # fmt: skip
    return np.diff(sums[offsets], axis=0)


def _count_matches(
    annotated: Events, predicted: Events, *, n_recordings: int, n_classes: int, collar: int
) -> tuple[IntArray, IntArray]:
    """Match as many events as can be, first of the same class, then of what is left any two."""
    ours, theirs = _near_pairs(annotated, predicted, collar)
    same = annotated.targets[ours] == predicted.targets[theirs]
    shape = len(annotated), len(predicted)
    right = _most_pairs(ours[same], theirs[same], shape)
    is_found, is_right = np.zeros(shape[0], dtype=bool), np.zeros(shape[1], dtype=bool)
    is_found[right[0]] = True
    is_right[right[1]] = True
    left = ~is_found[ours] & ~is_right[theirs]
    substituted = _most_pairs(ours[left], theirs[left], shape)

    def by_class(events: Events, rows: IntArray | slice) -> IntArray:
        place = events.recordings[rows] * n_classes + events.targets[rows]
        found = np.bincount(place, minlength=n_recordings * n_classes)
        return found.reshape(n_recordings, n_classes)

    everything = slice(None)
    counts = np.stack(
        [
            by_class(annotated, everything),
            by_class(predicted, everything),
            by_class(predicted, right[1]),
        ],
        axis=2,
    )
    n_annotated, n_predicted, n_right = counts.sum(axis=1).T
    n_substituted = by_class(predicted, substituted[1]).sum(axis=1)
    errors = np.stack(
        [
            n_substituted,
            n_annotated - n_right - n_substituted,
            n_predicted - n_right - n_substituted,
        ],
        axis=1,
    )
    return counts.astype(np.int64), errors.astype(np.int64)


def _near_pairs(annotated: Events, predicted: Events, collar: int) -> tuple[IntArray, IntArray]:
    """Pairs of one recording whose onsets and offsets are near enough."""
    ends = [int(e.ends.max(initial=0)) for e in (annotated, predicted)]
    # One axis for all recordings, on which none comes near another.
    apart = max(ends) + 2 * collar + 1
    ours = annotated.recordings * apart + annotated.starts
    theirs = predicted.recordings * apart + predicted.starts
    first = np.searchsorted(theirs, ours - collar, side="left")
    behind = np.searchsorted(theirs, ours + collar, side="right")
    n_near = behind - first
    left = np.repeat(np.arange(len(ours)), n_near)
    # The places from `first` to `behind`, one annotation after the other.
    within = np.arange(len(left)) - np.repeat(np.cumsum(n_near) - n_near, n_near)
    right = np.repeat(first, n_near) + within
    lengths = annotated.ends - annotated.starts
    allowed = np.maximum(collar, SHARE_OF_LENGTH * lengths)[left]
    is_near = np.abs(annotated.ends[left] - predicted.ends[right]) <= allowed
    return left[is_near], right[is_near]


def _most_pairs(
    left: IntArray, right: IntArray, shape: tuple[int, int]
) -> tuple[IntArray, IntArray]:
    """Choose as many of the pairs as can be, none of which share a member."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import maximum_bipartite_matching

    if not len(left):
        return left, right
    graph = csr_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=shape)
    partner = np.asarray(maximum_bipartite_matching(graph, perm_type="column"), dtype=np.int64)
    chosen = np.flatnonzero(partner >= 0)
    return chosen, partner[chosen]


def _scores(counts: IntArray, errors: IntArray, classes: Sequence[str]) -> dict[str, Any]:
    """Of what was counted in the recordings that were chosen."""
    totals, of_errors = counts.sum(axis=0), errors.sum(axis=0)
    whole = totals.sum(axis=0)
    names = ("substitutions", "deletions", "insertions")
    return {
        **_rates(*whole.tolist()),
        **dict(zip(names, of_errors.tolist(), strict=True)),
        "error_rate": float(of_errors.sum() / whole[0]) if whole[0] else None,
        "intervals": _intervals(counts.sum(axis=1), errors.sum(axis=1)),
        "per_class": {
            name: {
                **_rates(*own.tolist()),
                "deletions": int(own[0] - own[2]),
                "insertions": int(own[1] - own[2]),
                "error_rate": float((own[0] + own[1] - 2 * own[2]) / own[0]) if own[0] else None,
            }
            for name, own in zip(classes, totals, strict=True)
        },
    }


def _rates(n_annotated: int, n_predicted: int, n_right: int) -> dict[str, Any]:
    return {
        "n_annotated": n_annotated,
        "n_predicted": n_predicted,
        "n_right": n_right,
        "precision": n_right / n_predicted if n_predicted and n_annotated else None,
        "recall": n_right / n_annotated if n_annotated else None,
        "f1": 2 * n_right / (n_annotated + n_predicted) if n_annotated else None,
    }


def _intervals(counts: IntArray, n_errors: IntArray) -> dict[str, Any]:
    has_events = counts[:, :2].any(axis=1)
    if np.count_nonzero(has_events) < 2:  # noqa: PLR2004  one cannot be drawn in several ways
        return {"f1": None, "error_rate": None}
    own = np.column_stack([counts, n_errors])[has_events]
    n_annotated, n_predicted, n_right, wrong = resampled_sums(own).T
    with np.errstate(invalid="ignore", divide="ignore"):
        is_said = np.where(n_annotated > 0, 1.0, np.nan)
        f1 = is_said * 2 * n_right / (n_annotated + n_predicted)
        error_rate = is_said * wrong / n_annotated
    return {"f1": percentile_interval(f1), "error_rate": percentile_interval(error_rate)}
