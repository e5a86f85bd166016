"""Proposals: what a run predicts of a recording, as it could be annotated.

A proposal is a stretch of one predicted class that nobody has annotated yet, and nobody has
dismissed. What is annotated or dismissed in part is proposed for the rest. Nothing of this is kept
but the dismissals: proposals follow from the predictions and the annotations, whatever is edited.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from core.annotations.bounds import TIME_DIGITS
from core.annotations.dismissals import read_dismissals
from core.predicted_frames import find_predicted
from core.prediction_rows import read_predictions
from core.progress import Progress, ignore
from core.project import open_project
from core.timebase import samples_to_seconds

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from numpy.typing import NDArray

    from core.annotations.dismissals import Dismissal
    from core.annotations.stored import Edit, StoredAnnotation
    from core.progress import Report

    FloatArray = NDArray[np.float64]
    IntArray = NDArray[np.int64]

ROUNDING_S = 1.5 * 10.0**-TIME_DIGITS
"""So much may be missing of a frame because annotations are whole microseconds."""


@dataclass(frozen=True)
class Proposal:
    """One proposal.

    Parameters
    ----------
    start_s, end_s : float
        Seconds from the start of the recording.
    label : str
        Name of the predicted class.
    score : float
        Mean probability of the class over the predicted interval that it is, or is a part of.
    """

    start_s: float
    end_s: float
    label: str
    score: float

    def __str__(self) -> str:
        return f"{self.label!r} {self.score:.2f}"


@dataclass(frozen=True)
class Intervals:
    """Predicted intervals or proposals of a recording, in columns, in the order of time.

    Parameters
    ----------
    classes : tuple of str
        Those of the project, from the quietest to the loudest.
    start_s, end_s : ndarray of float64, shape (n_intervals,)
        Seconds from the start of the recording; none overlaps another.
    targets : ndarray of int64, shape (n_intervals,)
        Place of each class in `classes`.
    scores : ndarray of float64, shape (n_intervals,)
        Mean probability of the class, 0 to 1.
    """

    classes: tuple[str, ...]
    start_s: FloatArray
    end_s: FloatArray
    targets: IntArray
    scores: FloatArray

    def __len__(self) -> int:
        return len(self.start_s)

    def __getitem__(self, index: int) -> Proposal:
        return Proposal(
            float(self.start_s[index]),
            float(self.end_s[index]),
            self.classes[int(self.targets[index])],
            float(self.scores[index]),
        )

    def take(self, indices: NDArray[np.int64] | NDArray[np.bool_]) -> Intervals:
        """Some of them.

        Parameters
        ----------
        indices : ndarray of int64 or bool
            Which.

        Returns
        -------
        Intervals
            In that order.
        """
        return Intervals(
            self.classes,
            self.start_s[indices],
            self.end_s[indices],
            self.targets[indices],
            self.scores[indices],
        )

    def at_least(self, score: float) -> list[Proposal]:
        """Those that the run is sure of.

        Parameters
        ----------
        score : float
            The least score that counts.

        Returns
        -------
        list of Proposal
            In the order of time.
        """
        return [self[k] for k in np.flatnonzero(self.scores >= score).tolist()]

    def below(self, score: float) -> list[Proposal]:
        """Those that the run is not sure of: all that `at_least` leaves.

        Parameters
        ----------
        score : float
            The least score that does not count.

        Returns
        -------
        list of Proposal
            In the order of time.
        """
        return [self[k] for k in np.flatnonzero(~(self.scores >= score)).tolist()]


@dataclass(frozen=True)
class PredictedRecording:
    """What a run predicts of a recording, and what of that was dismissed.

    Parameters
    ----------
    recording : str
        As the database names it.
    run : str
        Name of the run.
    intervals : Intervals
        Neighbouring frames of one predicted class, joined; those of no class of the project are
        left out.
    least_s : float
        What is shorter is no proposal, in seconds.
    dismissals : tuple of Dismissal
        Of this recording and run.
    """

    recording: str
    run: str
    intervals: Intervals
    least_s: float
    dismissals: tuple[Dismissal, ...] = ()

    def after(self, edit: Edit) -> PredictedRecording:
        """The same after an edit.

        Parameters
        ----------
        edit : Edit
            It may dismiss or restore proposals, also of other recordings and runs.

        Returns
        -------
        PredictedRecording
            With the dismissals that there are then.
        """
        gone = {_key(d) for d in (*edit.restored, *edit.dismissed)}
        kept = [d for d in self.dismissals if _key(d) not in gone]
        mine = (self.recording, self.run)
        new = [d for d in edit.dismissed if (d.recording, d.run) == mine]
        return replace(self, dismissals=(*kept, *new))


def read_predicted(
    folder: Path, recording: str, run: str, *, report: Report = ignore
) -> PredictedRecording | None:
    """Read what a run says of all frames of a recording, joined to intervals.

    Parameters
    ----------
    folder : Path
        The project folder.
    recording : str
        The recording, as the database names it.
    run : str
        Name of the run.
    report : callable
        Called before anything is read; may raise `Cancelled`.

    Returns
    -------
    PredictedRecording or None
        None if the run has not predicted all frames of it.

    Raises
    ------
    ProjectError, SettingsError
        If there is no project, or it cannot be read.
    TableError
        If the predictions are damaged.
    """
    report(Progress("proposals", text="Reading the predictions"))
    project = open_project(folder)
    frames = find_predicted(project.runs / run, recording)
    if frames is None:
        return None
    spec, classes = frames.spec, tuple(project.settings.annotations.classes)
    rows = read_predictions(frames.table, None, classes, hop_size=spec.hop_size)
    known = rows.targets >= 0
    probabilities = rows.probabilities[known]
    picked = probabilities[np.arange(len(probabilities)), rows.targets[known]]
    first, stop, targets = rows.runs().T
    lengths = stop - first
    scores = np.zeros(len(first))
    if len(first):
        places = np.cumsum(lengths) - lengths
        scores = np.add.reduceat(picked.astype(np.float64), places) / lengths
    # The last hop may be longer than what is left.
    edges = np.minimum(np.stack([first, stop]) * spec.hop_size, frames.n_samples)
    # As annotations have them: what is accepted then leaves nothing of it, and nothing beside it.
    start_s, end_s = samples_to_seconds(edges, sample_rate=spec.sample_rate).round(TIME_DIGITS)
    wanted_s = project.settings.proposals.minimum_duration
    frame_s = samples_to_seconds(spec.frame_size, sample_rate=spec.sample_rate)
    return PredictedRecording(
        recording,
        run,
        Intervals(classes, start_s, end_s, targets.astype(np.int64), scores),
        frame_s if wanted_s is None else wanted_s,
        read_dismissals(project.store, recording, run),
    )


def propose(predicted: PredictedRecording, start_s: FloatArray, end_s: FloatArray) -> Intervals:
    """What is proposed beside annotations.

    Parameters
    ----------
    predicted : PredictedRecording
        What a run says of a recording.
    start_s, end_s : ndarray of float64, shape (n_annotations,)
        Edges of all annotations of it, in any order; they may overlap.

    Returns
    -------
    Intervals
        The parts of the predicted intervals that are neither annotated nor dismissed, without
        those that are too short; the scores stay those of the whole intervals.
    """
    intervals = predicted.intervals
    parts: list[tuple[IntArray, FloatArray, FloatArray]] = []
    for target, label in enumerate(intervals.classes):
        mine = np.flatnonzero(intervals.targets == target)
        edges = [(d.start_s, d.end_s) for d in predicted.dismissals if d.label == label]
        gone = np.array(edges, dtype=np.float64).reshape(-1, 2)
        cover = np.append(start_s, gone[:, 0]), np.append(end_s, gone[:, 1])
        which, begin, end = uncovered(intervals.start_s[mine], intervals.end_s[mine], *cover)
        parts.append((mine[which], begin, end))
    if not parts:
        return intervals
    which, begin, end = (np.concatenate(column) for column in zip(*parts, strict=True))
    long_enough = end - begin >= predicted.least_s - ROUNDING_S
    # Also where any length will do, what rounding has left is no proposal.
    long_enough &= end - begin > ROUNDING_S
    order = np.flatnonzero(long_enough)
    order = order[np.argsort(begin[order], kind="stable")]
    return replace(intervals.take(which[order]), start_s=begin[order], end_s=end[order])


def uncovered(
    start_s: FloatArray, end_s: FloatArray, cover_start_s: FloatArray, cover_end_s: FloatArray
) -> tuple[IntArray, FloatArray, FloatArray]:
    """Parts of intervals that others leave free.

    Parameters
    ----------
    start_s, end_s : ndarray of float64, shape (n_intervals,)
        In the order of time; none overlaps another.
    cover_start_s, cover_end_s : ndarray of float64, shape (n_covers,)
        In any order; they may overlap.

    Returns
    -------
    which : ndarray of int64, shape (n_parts,)
        Of which interval each part is.
    start_s, end_s : ndarray of float64, shape (n_parts,)
        Its edges, in the order of time.
    """
    # Both are in the order of time: one search for each edge is enough for any number of them.
    begins_s, ends_s = _gaps(cover_start_s, cover_end_s)
    first = np.searchsorted(ends_s, start_s, side="right")
    stop = np.searchsorted(begins_s, end_s, side="left")
    n_gaps = np.maximum(stop - first, 0)
    which = np.repeat(np.arange(len(start_s)), n_gaps)
    gap = np.arange(len(which)) + np.repeat(first - np.cumsum(n_gaps) + n_gaps, n_gaps)
    return which, np.maximum(start_s[which], begins_s[gap]), np.minimum(end_s[which], ends_s[gap])


def edges_of(annotations: Collection[StoredAnnotation]) -> tuple[FloatArray, FloatArray]:
    """Edges of annotations as columns.

    Parameters
    ----------
    annotations : collection of StoredAnnotation
        Of one recording, of whatever class.

    Returns
    -------
    start_s, end_s : ndarray of float64, shape (n_annotations,)
        In seconds, in the same order.
    """
    n = len(annotations)
    return (
        np.fromiter((a.start_s for a in annotations), np.float64, n),
        np.fromiter((a.end_s for a in annotations), np.float64, n),
    )


def _key(dismissal: Dismissal) -> tuple[object, ...]:
    d = dismissal
    return d.recording, d.run, d.start_s, d.end_s, d.label


def _gaps(start_s: FloatArray, end_s: FloatArray) -> tuple[FloatArray, FloatArray]:
    """What is between intervals, and before and behind them, from minus to plus infinity."""
    order = np.argsort(start_s, kind="stable")
    start_s, covered_s = start_s[order], np.maximum.accumulate(end_s[order])
    begins, ends = np.append(-np.inf, covered_s), np.append(start_s, np.inf)
    # Whole microseconds, as what is accepted gets them, and never inside an annotation.
    step = 10.0**-TIME_DIGITS
    first, last = begins.round(TIME_DIGITS), ends.round(TIME_DIGITS)
    begins = np.where(first < begins, (first + step).round(TIME_DIGITS), first)
    ends = np.where(last > ends, (last - step).round(TIME_DIGITS), last)
    is_gap = ends > begins
    return begins[is_gap], ends[is_gap]
