"""Which error spans a reviewer wants to see, and in which order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.error_spans import name_ranks
from core.review_marks import UNMARKED, VERDICTS, verdicts_of
from core.review_states import OPEN, states_of
from core.timebase import seconds_to_samples

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.review import Review

HELD_OUT, TRAINED_ON = "held out", "trained on"
NO_MARK = "unmarked"
ORDERS = (
    "worst",
    "recording",
    "start",
    "length",
    "annotated",
    "predicted",
    "score",
    "edge",
    "mark",
    "state",
)


@dataclass(frozen=True)
class WantedErrors:
    """What is shown of the errors; what is left empty is not asked for.

    Parameters
    ----------
    annotated, predicted : int or None
        Classes.
    recording : str
        A part of its name, in any case.
    scores : tuple of (float, float)
        Least of the mean score, and what it stays below; 1 is below 1.
    least_length_s : float
        In seconds.
    away_from_edges : bool
        Whether those are left out all of whose frames are near an annotation's edge.
    mark : str
        A verdict, or `NO_MARK`.
    split : str
        `HELD_OUT` or `TRAINED_ON`: whether the model was trained on the recording.
    open_only : bool
        Whether only those are shown that are neither corrected nor confirmed.
    """

    annotated: int | None = None
    predicted: int | None = None
    recording: str = ""
    scores: tuple[float, float] = (0.0, 1.0)
    least_length_s: float = 0.0
    away_from_edges: bool = False
    mark: str = ""
    split: str = ""
    open_only: bool = False


def find_errors(review: Review, wanted: WantedErrors) -> NDArray[np.int64]:
    """Find the errors that are wanted.

    Parameters
    ----------
    review : Review
        All errors.
    wanted : WantedErrors
        Which.

    Returns
    -------
    ndarray of int64, shape (n_found,)
        Their places, worst first.
    """
    errors = review.errors
    keep = np.ones(len(errors), dtype=bool)
    if wanted.annotated is not None:
        keep &= errors.annotated == wanted.annotated
    if wanted.predicted is not None:
        keep &= errors.predicted == wanted.predicted
    if wanted.recording:
        part = wanted.recording.casefold()
        has_it = np.array([part in name.casefold() for name in review.keys.recordings], dtype=bool)
        keep &= has_it[errors.recording]
    keep &= _has_score(errors.score, wanted.scores)
    if wanted.least_length_s > 0:
        least_samples = seconds_to_samples(
            wanted.least_length_s, sample_rate=review.keys.sample_rate
        )
        keep &= errors.end_sample - errors.start_sample >= least_samples
    if wanted.away_from_edges:
        keep &= ~review.is_near_edge
    if wanted.mark:
        verdict = UNMARKED if wanted.mark == NO_MARK else VERDICTS.index(wanted.mark)
        keep &= verdicts_of(review) == verdict
    if wanted.split:
        keep &= review.is_trained_on[errors.recording] == (wanted.split == TRAINED_ON)
    if wanted.open_only:
        keep &= states_of(review) == OPEN
    return np.flatnonzero(keep)


def _has_score(scores: NDArray[np.float64], wanted: tuple[float, float]) -> NDArray[np.bool_]:
    least, most = wanted
    return (scores >= least) & ((scores < most) | (most >= 1))


def sort_errors(
    review: Review, rows: NDArray[np.int64], order_by: str, *, descending: bool
) -> NDArray[np.int64]:
    """Bring errors into an order; equals stay as they are.

    Parameters
    ----------
    review : Review
        All errors.
    rows : ndarray of int64, shape (n_rows,)
        Places of those to be sorted.
    order_by : str
        One of `ORDERS`.
    descending : bool
        Whether the largest comes first.

    Returns
    -------
    ndarray of int64, shape (n_rows,)
        The same places.
    """
    errors = review.errors
    match order_by:
        case "recording":
            # Within a recording by time.
            ranks = name_ranks(review.keys.recordings).astype(np.int64)
            room = int(errors.end_sample.max(initial=0))
            key = ranks[errors.recording[rows]] * room + errors.start_sample[rows]
        case "start":
            key = errors.start_sample[rows]
        case "length":
            key = errors.end_sample[rows] - errors.start_sample[rows]
        case "annotated":
            key = errors.annotated[rows]
        case "predicted":
            key = errors.predicted[rows]
        case "score":
            key = errors.score[rows]
        case "edge":
            key = review.edge_s[rows]
        case "mark":
            key = verdicts_of(review)[rows]
        case "state":
            key = states_of(review)[rows]
        case _:
            # They are kept worst first, which is the largest first.
            key = -rows
    return rows[np.argsort(-key if descending else key, kind="stable")]
