"""Classes over time as runs: stretches of one class, found and reduced without a loop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.labelling import CONFLICT, UNLABELLED, FrameGrid, label_frames

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BITS = 64
_RUNS_PER_BLOCK = 64
_BLOCKS_PER_COLUMN = 4


@dataclass(frozen=True)
class ClassRuns:
    """Stretches that do not overlap, in their order; positions may be samples or frames.

    Parameters
    ----------
    first, stop : ndarray of int64, shape (n_runs,)
        Where each starts and ends, the end exclusive.
    labels : ndarray of int64, shape (n_runs,)
        Class, or `core.labelling.CONFLICT`.
    """

    first: NDArray[np.int64]
    stop: NDArray[np.int64]
    labels: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.first)

    def within(self, start: int, stop: int) -> ClassRuns:
        """Choose those that touch a range.

        Parameters
        ----------
        start, stop : int
            The range, its end exclusive.

        Returns
        -------
        ClassRuns
            With their whole length.
        """
        begin = int(np.searchsorted(self.stop, start, side="right"))
        end = int(np.searchsorted(self.first, stop, side="left"))
        part = slice(begin, max(begin, end))
        return ClassRuns(self.first[part], self.stop[part], self.labels[part])

    def label_at(self, position: int) -> int:
        """Tell the class at a position.

        Parameters
        ----------
        position : int
            Sample or frame.

        Returns
        -------
        int
            `core.labelling.UNLABELLED` between the runs.
        """
        run = int(np.searchsorted(self.stop, position, side="right"))
        is_in = run < len(self) and self.first[run] <= position
        return int(self.labels[run]) if is_in else UNLABELLED


def combine_intervals(
    starts: NDArray[np.int64], stops: NDArray[np.int64], labels: NDArray[np.int64]
) -> ClassRuns:
    """Make runs of intervals that may overlap: those of different classes are in conflict there.

    Parameters
    ----------
    starts, stops : ndarray of int64, shape (n_intervals,)
        Edges, the end exclusive; an interval that is empty does not count.
    labels : ndarray of int64, shape (n_intervals,)
        Classes, from 0.

    Returns
    -------
    ClassRuns
        By the rule by which frames are labelled; neighbours of one class are one run.
    """
    # Starts and stops are nearly sorted: 60 times as fast as np.unique, which hashes.
    edges = np.sort(np.concatenate([starts, stops]), kind="stable")
    if not len(edges):
        return ClassRuns(edges, edges, edges)
    edges = edges[np.append(True, edges[1:] != edges[:-1])]
    # What lies between two edges is one frame to the labelling rule.
    found, _ = label_frames(
        np.searchsorted(edges, starts).astype(np.int64),
        np.searchsorted(edges, np.maximum(starts, stops)).astype(np.int64),
        labels,
        grid=FrameGrid(1, 1, len(edges) - 1),
    )
    return _merge(edges[:-1], edges[1:], found.astype(np.int64))


def find_differences(truth: ClassRuns, other: ClassRuns) -> ClassRuns:
    """Where two differ, of what both tell.

    Parameters
    ----------
    truth, other : ClassRuns
        In frames from 0; where one has a conflict, nothing is compared.

    Returns
    -------
    ClassRuns
        Their labels are those of `other`.
    """
    n_frames = int(min(truth.stop[-1], other.stop[-1])) if len(truth) and len(other) else 0
    # Frame by frame, which for millions is faster than to merge hundreds of thousands of runs.
    a, b = _labels_of_frames(truth, n_frames), _labels_of_frames(other, n_frames)
    differ = (a >= 0) & (b >= 0) & (a != b)
    labels = np.where(differ, b, np.int16(UNLABELLED))
    edges = np.concatenate([[0], np.flatnonzero(labels[1:] != labels[:-1]) + 1, [n_frames]])
    if not n_frames:
        return ClassRuns(edges[:0], edges[:0], edges[:0])
    return _merge(edges[:-1], edges[1:], labels[edges[:-1]].astype(np.int64))


class PresenceFinder:
    """Tells which classes there are in each column of a picture, by all runs that touch it.

    Parameters
    ----------
    runs : ClassRuns
        Any number.
    n_classes : int
        Number of classes.
    """

    def __init__(self, runs: ClassRuns, n_classes: int) -> None:
        self.runs = runs
        self._n_labels = n_classes + 1
        n_words = -(-self._n_labels // _BITS)
        places = np.where(runs.labels == CONFLICT, n_classes, runs.labels).astype(np.uint64)
        self._bits = np.zeros((len(runs), n_words), dtype=np.uint64)
        words = (places // np.uint64(_BITS)).astype(np.int64)
        self._bits[np.arange(len(runs)), words] = np.uint64(1) << places % np.uint64(_BITS)
        starts = np.arange(0, len(runs), _RUNS_PER_BLOCK)
        self._blocks = np.bitwise_or.reduceat(self._bits, starts) if len(runs) else self._bits

    def presence(self, edges: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Find the classes of each column.

        Where a column has hundreds of runs, those of its neighbours may count by a quarter of it.

        Parameters
        ----------
        edges : ndarray of float64, shape (n_columns + 1,)
            Where the columns start and end, rising.

        Returns
        -------
        ndarray of bool, shape (n_columns, n_classes + 1)
            Whether a class is touched; in the last place, whether a conflict is.
        """
        runs, n_columns = self.runs, len(edges) - 1
        begin = np.searchsorted(runs.stop, edges[:-1], side="right")
        end = np.searchsorted(runs.first, edges[1:], side="left")
        found = np.zeros((n_columns, self._bits.shape[1]), dtype=np.uint64)
        touched = np.flatnonzero(begin < end)
        if len(touched):
            begin, end, bits = begin[touched], end[touched], self._bits
            if (end[-1] - begin[0]) / n_columns >= _RUNS_PER_BLOCK * _BLOCKS_PER_COLUMN:
                begin, end = begin // _RUNS_PER_BLOCK, -(-end // _RUNS_PER_BLOCK)
                bits = self._blocks
            ranges = np.stack([begin, end], axis=1).ravel()
            part = bits[begin[0] : end[-1] + 1]
            ranges -= begin[0]
            if ranges[-1] == len(part):
                part = np.concatenate([part, part[:1]])
            found[touched] = np.bitwise_or.reduceat(part, ranges)[::2]
        places = np.arange(self._n_labels, dtype=np.uint64)
        words = (places // np.uint64(_BITS)).astype(np.int64)
        return (found[:, words] >> places % np.uint64(_BITS) & np.uint64(1)).astype(bool)


def _labels_of_frames(runs: ClassRuns, n_frames: int) -> NDArray[np.int16]:
    lengths = np.stack([np.append(runs.first[:1], runs.first[1:] - runs.stop[:-1]), runs.stop])
    lengths[1] -= runs.first
    labels = np.stack([np.full(len(runs), UNLABELLED), runs.labels]).astype(np.int16)
    return np.repeat(labels.T.ravel(), lengths.T.ravel())[:n_frames]


def _merge(
    first: NDArray[np.int64], stop: NDArray[np.int64], labels: NDArray[np.int64]
) -> ClassRuns:
    """Join neighbours of one label, and leave out what has none."""
    if not len(labels):
        return ClassRuns(first, stop, labels)
    is_new = np.append(True, labels[1:] != labels[:-1])
    is_last = np.append(is_new[1:], True)
    first, stop, labels = first[is_new], stop[is_last], labels[is_new]
    told = labels != UNLABELLED
    return ClassRuns(first[told], stop[told], labels[told])
