"""Neighbouring frames joined into spans that one can listen to: by columns, without a loop."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    IntArray = NDArray[np.int64]
    FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class EvaluatedFrames:
    """What was annotated and predicted of frames, as columns.

    Parameters
    ----------
    recordings : ndarray of int, shape (n_frames,)
        Place of each frame's recording in the list of recordings; those of one stand together.
    start_samples : ndarray of int64, shape (n_frames,)
        First sample of each frame, rising within a recording.
    annotated, predicted : ndarray of int, shape (n_frames,)
        Classes, from 0.
    scores : ndarray of float, shape (n_frames,)
        Probability of the predicted class, 0 to 1.
    """

    recordings: NDArray[np.integer]
    start_samples: IntArray
    annotated: NDArray[np.integer]
    predicted: NDArray[np.integer]
    scores: NDArray[np.floating]

    @property
    def is_wrong(self) -> NDArray[np.bool_]:
        """Which frames were given another class than they are annotated with."""
        return self.predicted != self.annotated


@dataclass(frozen=True)
class SpanColumns:
    """Spans as columns.

    Parameters
    ----------
    recording : ndarray of int32, shape (n_spans,)
        Place in the list of recordings.
    start_sample, end_sample : ndarray of int64, shape (n_spans,)
        Start of the first frame and end of the last.
    annotated, predicted : ndarray of int16, shape (n_spans,)
        Classes, from 0.
    n_frames : ndarray of int32, shape (n_spans,)
        Number of frames.
    score : ndarray of float64, shape (n_spans,)
        Mean probability of the predicted class, 0 to 1.
    """

    recording: NDArray[np.int32]
    start_sample: IntArray
    end_sample: IntArray
    annotated: NDArray[np.int16]
    predicted: NDArray[np.int16]
    n_frames: NDArray[np.int32]
    score: FloatArray

    def __len__(self) -> int:
        return len(self.recording)

    @property
    def is_wrong(self) -> NDArray[np.bool_]:
        """Which are errors."""
        return self.predicted != self.annotated

    def take(self, places: NDArray[np.integer] | NDArray[np.bool_]) -> SpanColumns:
        """Choose some, in an order.

        Parameters
        ----------
        places : ndarray of int, shape (n_chosen,), or of bool, shape (n_spans,)
            Which.

        Returns
        -------
        SpanColumns
            Those.
        """
        return SpanColumns(*(getattr(self, f.name)[places] for f in fields(self)))

    def worst_first(self, names: Sequence[str]) -> IntArray:
        """Order by the sum of the frames' scores: the longest and surest come first.

        Parameters
        ----------
        names : sequence of str
            Of the recordings; equals are in the order of their names, then of time.

        Returns
        -------
        ndarray of int64, shape (n_spans,)
            Places of the spans.
        """
        ranks = name_ranks(names)[self.recording]
        return np.lexsort((self.start_sample, ranks, -self.n_frames * self.score))


@dataclass(frozen=True)
class SpanKeys:
    """What is to be known of spans in order to find their marks.

    Parameters
    ----------
    recordings, classes : tuple of str
        Names that the columns of the spans mean.
    sample_rate : int
        In Hz: what the spans count at.
    """

    recordings: tuple[str, ...]
    classes: tuple[str, ...]
    sample_rate: int


def join_frames(frames: EvaluatedFrames, *, hop_size: int, frame_size: int) -> SpanColumns:
    """Join neighbours of one recording, one annotated and one predicted class, a hop apart.

    Parameters
    ----------
    frames : EvaluatedFrames
        The frames, right and wrong.
    hop_size, frame_size : int
        Step from one frame to the next, and length of a frame, in samples.

    Returns
    -------
    SpanColumns
        In the order of the frames; `SpanColumns.is_wrong` tells errors from the others.
    """
    is_same = np.diff(frames.start_samples) == hop_size
    for column in (frames.recordings, frames.annotated, frames.predicted):
        is_same &= column[1:] == column[:-1]
    n_all = len(frames.scores)
    starts = np.append(np.zeros(min(n_all, 1), dtype=np.int64), np.flatnonzero(~is_same) + 1)
    n_frames = np.diff(np.append(starts, n_all))
    scores = frames.scores.astype(np.float64)
    sums = np.add.reduceat(scores, starts) if n_all else scores
    return SpanColumns(
        recording=frames.recordings[starts].astype(np.int32),
        start_sample=frames.start_samples[starts],
        end_sample=frames.start_samples[starts + n_frames - 1] + frame_size,
        annotated=frames.annotated[starts].astype(np.int16),
        predicted=frames.predicted[starts].astype(np.int16),
        n_frames=n_frames.astype(np.int32),
        score=sums / n_frames,
    )


def name_ranks(names: Sequence[str]) -> NDArray[np.int32]:
    """Place of each name in their order.

    Parameters
    ----------
    names : sequence of str
        Any.

    Returns
    -------
    ndarray of int32, shape (n_names,)
        From 0.
    """
    ranks = np.empty(len(names), dtype=np.int32)
    ranks[sorted(range(len(names)), key=lambda k: names[k])] = np.arange(len(names))
    return ranks


class EdgeFinder:
    """Tells how far places of recordings are from the nearest edge of an annotation.

    Parameters
    ----------
    names : sequence of str
        Of the recordings.
    annotations : mapping of str to sequence of (start_sample, end_sample, target)
        By recording.
    """

    def __init__(
        self, names: Sequence[str], annotations: Mapping[str, Sequence[tuple[int, int, int]]]
    ) -> None:
        known = [np.array(annotations.get(name) or np.empty((0, 3)))[:, :2] for name in names]
        counts = [part.size for part in known]
        edges = np.concatenate([part.ravel() for part in known] or [np.empty(0)])
        of_edges = np.repeat(np.arange(len(names)), counts)
        order = np.lexsort((edges, of_edges))
        self._edges = edges[order].astype(np.float64)
        self._recordings = of_edges
        # Recordings one behind the other on one axis, so that one search is enough for all.
        self._room = 2.0 * float(edges.max(initial=0.0)) + 2.0

    def distances(
        self, recordings: NDArray[np.integer], samples: NDArray[np.floating]
    ) -> FloatArray:
        """Find the distances of places.

        Parameters
        ----------
        recordings : ndarray of int, shape (n_places,)
            Place of each one's recording in the list of names.
        samples : ndarray of float64, shape (n_places,)
            Positions in the recording.

        Returns
        -------
        ndarray of float64, shape (n_places,)
            In samples; infinite in a recording without annotations.
        """
        found = np.full(len(samples), np.inf)
        if not len(self._edges):
            return found
        axis = self._recordings * self._room + self._edges
        after = np.searchsorted(axis, recordings * self._room + np.minimum(samples, self._room / 2))
        for place in (after - 1, after):
            near = np.clip(place, 0, len(axis) - 1)
            distance = np.abs(samples - self._edges[near])
            is_own = self._recordings[near] == recordings
            found = np.minimum(found, np.where(is_own, distance, np.inf))
        return found
