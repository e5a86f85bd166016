"""Which labels are probably wrong, by confident learning, as spans that one can listen to.

References
----------
.. [1] C. G. Northcutt, L. Jiang, I. L. Chuang, "Confident Learning: Estimating Uncertainty in
   Dataset Labels", Journal of Artificial Intelligence Research 70 (2021).
.. [2] A. Mesaros, T. Heittola, T. Virtanen, "Metrics for Polyphonic Sound Event Detection",
   Applied Sciences 6 (2016): segments of one second.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.error_spans import SpanColumns, name_ranks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.dataset import Dataset

    IntArray = NDArray[np.int64]
    FloatArray = NDArray[np.float64]

PIECE_S = 1.0
"""Longest piece, in seconds: what segment-based metrics of sound events count by."""


@dataclass(frozen=True)
class Pieces:
    """Stretches of annotations that are judged as a whole.

    Parameters
    ----------
    rows : ndarray of int64, shape (n_frames,)
        Rows of the dataset that are in a piece, ascending.
    first : ndarray of int64, shape (n_pieces,)
        Place in `rows` of each piece's first frame.
    n_frames : ndarray of int64, shape (n_pieces,)
        Its frames: neighbours, a hop apart, of one recording, one annotation and one class.
    annotation : ndarray of int64, shape (n_pieces,)
        Number of the stretch that it is cut from; rising.
    recording, target : ndarray of int64, shape (n_pieces,)
        Its recording, and the class that it is annotated with.
    """

    rows: IntArray
    first: IntArray
    n_frames: IntArray
    annotation: IntArray
    recording: IntArray
    target: IntArray

    def __len__(self) -> int:
        return len(self.first)

    def means(self, probabilities: NDArray[np.float32]) -> FloatArray:
        """Average over each piece.

        Parameters
        ----------
        probabilities : ndarray of float32, shape (n_rows, n_classes)
            Of all rows of the dataset.

        Returns
        -------
        ndarray of float64, shape (n_pieces, n_classes)
            Mean over the frames of each piece.
        """
        own = probabilities[self.rows].astype(np.float64)
        if not len(self):
            return own
        return np.add.reduceat(own, self.first, axis=0) / self.n_frames[:, None]


def cut_pieces(data: Dataset, rows: NDArray[np.bool_]) -> Pieces:
    """Cut annotations into pieces of one second at the most.

    A label is given to a stretch, and frames of a stretch are nearly copies of each other: counted
    one by one, a long annotation would outweigh a hundred short ones, and one odd frame would
    accuse a label. An annotation that is longer than a second may be wrong in a part of it only.

    Parameters
    ----------
    data : Dataset
        The labelled frames, with the annotations that they were labelled by.
    rows : ndarray of bool, shape (n_rows,)
        Which of them.

    Returns
    -------
    Pieces
        In the order of the rows; those of one annotation are equally long, to a frame.
    """
    meta, chosen = data.meta, np.flatnonzero(rows)
    recording, target = data.recording_index[chosen], data.targets[chosen]
    starts = data.start_samples[chosen]
    is_new = np.ones(len(chosen), dtype=bool)
    is_new[1:] = np.diff(starts) != meta.hop_size
    for column in (recording, target, _cells(data, chosen)):
        is_new[1:] |= column[1:] != column[:-1]
    first_of_run = np.flatnonzero(is_new)
    n_of_run = np.diff(np.append(first_of_run, len(chosen)))
    longest = max(1, round(PIECE_S * meta.sample_rate / meta.hop_size))
    n_parts = -(-n_of_run // longest)
    run = np.repeat(np.arange(len(first_of_run)), n_of_run)
    place = np.arange(len(chosen)) - first_of_run[run]
    part = place * n_parts[run] // n_of_run[run]
    is_new[1:] |= part[1:] != part[:-1]
    first = np.flatnonzero(is_new)
    return Pieces(
        rows=chosen,
        first=first,
        n_frames=np.diff(np.append(first, len(chosen))),
        annotation=run[first],
        recording=recording[first],
        target=target[first],
    )


def _cells(data: Dataset, rows: IntArray) -> IntArray:
    """Between which edges of annotations each frame starts."""
    cells = np.zeros(len(rows), dtype=np.int64)
    recording = data.recording_index[rows]
    order = np.argsort(recording, kind="stable")
    known, begins = np.unique(recording[order], return_index=True)
    # Cut once: asking each recording for its rows would read all of them as often.
    for k, own in zip(known, np.split(order, begins[1:]), strict=False):
        annotations = data.meta.annotations.get(data.meta.recordings[int(k)].name, [])
        edges = np.unique([edge for start, end, _ in annotations for edge in (start, end)])
        cells[own] = np.searchsorted(edges, data.start_samples[rows[own]], side="right")
    return cells


def find_spans(data: Dataset, pieces: Pieces, probabilities: FloatArray) -> SpanColumns:
    """Find the pieces whose label is probably wrong, and join neighbours.

    Parameters
    ----------
    data : Dataset
        The labelled frames.
    pieces : Pieces
        Those that can be judged.
    probabilities : ndarray of float64, shape (n_pieces, n_classes)
        By models that have not seen the piece's recording; classes that no piece has do not count.

    Returns
    -------
    SpanColumns
        Neighbouring pieces of one annotation with one suggested class, as the predicted one;
        surest first. The score is 1 less the mean probability of the annotated class, so that it
        does not grow with the length.
    """
    classes, labels = np.unique(pieces.target, return_inverse=True)
    given = probabilities[:, classes]
    given = given / given.sum(axis=1, keepdims=True)
    is_wrong, quality = confident_learning(labels, given)
    suggested = classes[given.argmax(axis=1)]
    flagged = np.flatnonzero(is_wrong & (suggested != pieces.target))
    is_new = np.ones(len(flagged), dtype=bool)
    is_new[1:] = np.diff(flagged) != 1
    for column in (pieces.annotation[flagged], suggested[flagged]):
        is_new[1:] |= column[1:] != column[:-1]
    begins = np.flatnonzero(is_new)
    n_of_piece = pieces.n_frames[flagged]
    n_frames = np.add.reduceat(n_of_piece, begins) if len(begins) else n_of_piece
    sums = quality[flagged] * n_of_piece
    sums = np.add.reduceat(sums, begins) if len(begins) else sums
    start = data.start_samples[pieces.rows[pieces.first[flagged[begins]]]]
    spans = SpanColumns(
        recording=pieces.recording[flagged[begins]].astype(np.int32),
        start_sample=start,
        end_sample=start + (n_frames - 1) * data.meta.hop_size + data.meta.frame_size,
        annotated=pieces.target[flagged[begins]].astype(np.int16),
        predicted=suggested[flagged[begins]].astype(np.int16),
        n_frames=n_frames.astype(np.int32),
        score=np.clip(1 - sums / n_frames, 0.0, 1.0),
    )
    ranks = name_ranks([r.name for r in data.meta.recordings])[spans.recording]
    return spans.take(np.lexsort((spans.start_sample, ranks, -spans.score)))


def confident_learning(
    labels: IntArray, probabilities: FloatArray
) -> tuple[NDArray[np.bool_], FloatArray]:
    """Ask cleanlab which labels are wrong, and how good each is.

    Parameters
    ----------
    labels : ndarray of int64, shape (n,)
        Classes from 0, each of which occurs.
    probabilities : ndarray of float64, shape (n, n_classes)
        Out of sample; each row sums to 1.

    Returns
    -------
    is_wrong : ndarray of bool, shape (n,)
        By the noise that is estimated for each pair of classes ("prune by noise rate"), and never
        where the label is the most probable class.
    quality : ndarray of float64, shape (n,)
        Probability of the label (self-confidence), 0 to 1.
    """
    # A second, and scikit-learn with it.
    from cleanlab.filter import (
        find_label_issues,  # pyright: ignore[reportUnknownVariableType]  half of it has types
    )
    from cleanlab.rank import get_label_quality_scores

    if len(np.unique(labels)) < 2:  # noqa: PLR2004  two classes are needed to mistake one
        return np.zeros(len(labels), dtype=bool), np.ones(len(labels))
    with warnings.catch_warnings():
        # That a class has few examples is said by whoever calls.
        warnings.simplefilter("ignore")
        # More processes would take longer to start than this takes.
        is_wrong = find_label_issues(
            labels, probabilities, filter_by="prune_by_noise_rate", n_jobs=1
        )
        quality = get_label_quality_scores(labels, probabilities, method="self_confidence")
    return np.asarray(is_wrong, dtype=bool), np.asarray(quality, dtype=np.float64)
