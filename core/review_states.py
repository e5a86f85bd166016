"""What became of error spans: what is annotated there now, beside what the run was told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from core.annotations.matching import assign_annotations
from core.progress import Progress, ignore
from core.project import open_project
from core.project_annotations import ProjectAnnotations
from core.review import dataset_meta, errors_of_run
from core.review_marks import VERDICTS, verdicts_of
from core.timebase import seconds_to_samples

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from core.annotations.csv import Annotation
    from core.error_spans import SpanColumns
    from core.progress import Report
    from core.project import Project
    from core.review import Review
    from core.run_errors import RunErrors
    from core.table_meta import TableMeta

    IntArray = NDArray[np.int64]
    Intervals = tuple[IntArray, IntArray, IntArray, IntArray]

STATES = ("open", "confirmed", "corrected", "relabelled", "removed")
"""Annotated as it was; that, and marked as right; annotated as the model said; annotated otherwise;
no longer annotated."""

OPEN, CONFIRMED, CORRECTED, RELABELLED, REMOVED = range(len(STATES))

NOTHING, ANOTHER = -1, -2
"""In place of a class: nothing is annotated, or a class that the run does not know."""


def states_of(review: Review) -> NDArray[np.int8]:
    """Tell what became of each error.

    Parameters
    ----------
    review : Review
        The errors, what is annotated there now, and their marks.

    Returns
    -------
    ndarray of int8, shape (n_errors,)
        Place in `STATES`.
    """
    errors, now = review.errors, review.annotated_now
    is_confirmed = verdicts_of(review) == VERDICTS.index("right")
    states = np.full(len(errors), RELABELLED, dtype=np.int8)
    states[now == errors.predicted] = CORRECTED
    states[now == NOTHING] = REMOVED
    is_same = now == errors.annotated
    states[is_same] = OPEN
    states[is_same & is_confirmed] = CONFIRMED
    return states


def is_changed(states: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Whether the label of each error is another now.

    Parameters
    ----------
    states : ndarray of int8, shape (n_errors,)
        See `states_of`.

    Returns
    -------
    ndarray of bool, shape (n_errors,)
        True for what is corrected, relabelled or removed.
    """
    return states >= CORRECTED


def progress_in_words(states: NDArray[np.int8], verdicts: NDArray[np.int8]) -> str:
    """Tell how many errors were looked at, and with what outcome.

    Parameters
    ----------
    states, verdicts : ndarray of int8, shape (n_errors,)
        See `states_of` and `verdicts_of`.

    Returns
    -------
    str
        Such as ``"12 of 37 looked at: 5 corrected, 7 confirmed"``; empty without errors. What is
        marked as wrong or unsure, and still labelled as it was, was looked at, too.
    """
    if not len(states):
        return ""
    counts = {name: int((states == k).sum()) for k, name in enumerate(STATES) if k != OPEN}
    for verdict in ("wrong", "unsure"):
        is_left = (states == OPEN) & (verdicts == VERDICTS.index(verdict))
        counts[f"marked {verdict}"] = int(is_left.sum())
    n_looked = sum(counts.values())
    if not n_looked:
        return f"none of {len(states):,} looked at"
    told = ", ".join(f"{n:,} {name}" for name, n in counts.items() if n)
    return f"{n_looked:,} of {len(states):,} looked at: {told}"


def changed_frames(review: Review, states: NDArray[np.int8]) -> IntArray:
    """Count for each cell of the confusion matrix the frames whose label is another now.

    Parameters
    ----------
    review : Review
        The errors.
    states : ndarray of int8, shape (n_errors,)
        See `states_of`.

    Returns
    -------
    ndarray of int64, shape (2, n_classes, n_classes)
        As `RunErrors.confusion`, which stays what was evaluated.
    """
    errors, n = review.errors, len(review.keys.classes)
    chosen = is_changed(states)
    side = review.is_trained_on[errors.recording[chosen]].astype(np.int64)
    cells = (side * n + errors.annotated[chosen]) * n + errors.predicted[chosen]
    counts = np.bincount(cells, weights=errors.n_frames[chosen], minlength=2 * n * n)
    return counts.astype(np.int64).reshape(2, n, n)


def read_annotated_now(folder: Path, *, run: str, report: Report = ignore) -> NDArray[np.int16]:
    """Find out what is annotated now where a run errs.

    Parameters
    ----------
    folder : Path
        The project folder.
    run : str
        Name of the run's folder.
    report : callable
        Told what is being done; may raise `Cancelled`.

    Returns
    -------
    ndarray of int16, shape (n_errors,)
        See `annotated_now`; empty if the run's errors cannot be told any more.

    Raises
    ------
    AnnotationError
        If the table of annotations cannot be read.
    ProjectError
        If the project or its database cannot be read.
    """
    report(Progress("review", text="Reading the annotations"))
    project = open_project(folder)
    found = errors_of_run(project, project.runs / run)
    if found is None:
        return np.empty(0, dtype=np.int16)
    return _of_project(project, found, dataset_meta(project))


def _of_project(project: Project, found: RunErrors, meta: TableMeta | None) -> NDArray[np.int16]:
    kept = ProjectAnnotations(project)
    if not kept.is_kept and kept.path is None:
        # There never was an annotation that could have changed.
        return found.errors.annotated.copy()
    table = kept.table()
    assignment = assign_annotations(
        table.annotations, _known(found, meta), n_present=len(found.originals)
    )
    places: list[int] = []
    annotations: list[Annotation] = []
    for place, own in assignment.by_recording.items():
        places += [place] * len(own)
        annotations += own
    intervals = _intervals(places, annotations, table.label_set.names, found)
    return annotated_now(found.errors, intervals, n_classes=len(found.keys.classes))


def restate(
    review: Review, recording: int, annotations: Sequence[Annotation], classes: Sequence[str]
) -> Review:
    """Look again at the errors of one recording, whose annotations are known.

    Parameters
    ----------
    review : Review
        The errors.
    recording : int
        Place of the recording in the run's list.
    annotations : sequence of Annotation
        All of the recording.
    classes : sequence of str
        Names of the project's classes, which the annotations' targets mean.

    Returns
    -------
    Review
        The very same if nothing is another.
    """
    rows = np.flatnonzero(review.errors.recording == recording)
    if not len(rows):
        return review
    intervals = _intervals([recording] * len(annotations), annotations, classes, review)
    own = annotated_now(review.errors.take(rows), intervals, n_classes=len(review.keys.classes))
    if np.array_equal(own, review.annotated_now[rows]):
        return review
    now = review.annotated_now.copy()
    now[rows] = own
    return replace(review, annotated_now=now)


def annotated_now(spans: SpanColumns, intervals: Intervals, *, n_classes: int) -> NDArray[np.int16]:
    """Tell which class is annotated over most of each span.

    Parameters
    ----------
    spans : SpanColumns
        Error spans.
    intervals : tuple of ndarray of int64, each of shape (n_annotations,)
        Recording, first sample, sample behind the last, and class of each annotation; the class is
        from 0, or `n_classes` for any that the run does not know.
    n_classes : int
        Classes of the run.

    Returns
    -------
    ndarray of int16, shape (n_spans,)
        A class, `ANOTHER` or `NOTHING`. The class that the run was told holds while it covers more
        than half of the span, whatever else is annotated there, too.
    """
    recordings, starts, ends, targets = intervals
    # Recordings one behind the other on one axis, so that one search is enough for all.
    room = int(max(ends.max(initial=0), spans.end_sample.max(initial=0))) + 1
    offsets = spans.recording.astype(np.int64) * room
    from_, to = offsets + spans.start_sample, offsets + spans.end_sample
    length = to - from_
    covered = np.zeros((len(spans), n_classes + 2), dtype=np.float64)
    begin, stop = recordings * room + starts, recordings * room + ends
    for target in np.unique(targets):
        mine = targets == target
        covered[:, target] = _covered(begin[mine], stop[mine], from_, to)
    covered[:, -1] = length - _covered(begin, stop, from_, to)
    rows = np.arange(len(spans))
    told, predicted = spans.annotated.astype(np.int64), spans.predicted.astype(np.int64)
    is_told = 2 * covered[rows, told] > length
    # Of what covers as much, what the run was told counts first, then what it said.
    covered[rows, told] += 0.5
    covered[rows, predicted] += 0.25
    names = np.array([*range(n_classes), ANOTHER, NOTHING], dtype=np.int16)
    return np.where(is_told, spans.annotated, names[covered.argmax(axis=1)]).astype(np.int16)


def _covered(begin: IntArray, stop: IntArray, from_: IntArray, to: IntArray) -> IntArray:
    """How many samples of ranges are covered by intervals, which may overlap."""
    if not len(begin):
        return np.zeros(len(from_), dtype=np.int64)
    order = np.argsort(begin, kind="stable")
    begin, last = begin[order], np.maximum.accumulate(stop[order])
    is_first = np.append(True, begin[1:] > last[:-1])
    begin = begin[is_first]
    last = last[np.append(np.flatnonzero(is_first)[1:] - 1, len(last) - 1)]
    total = np.append(0, np.cumsum(last - begin))

    def before(x: IntArray) -> IntArray:
        n = np.searchsorted(begin, x, side="right")
        return total[n] - np.where(n > 0, np.maximum(last[np.maximum(n - 1, 0)] - x, 0), 0)

    return before(to) - before(from_)


def _intervals(
    places: Iterable[int],
    annotations: Sequence[Annotation],
    classes: Sequence[str],
    found: RunErrors,
) -> Intervals:
    """Annotations as columns, in the run's own samples and classes."""
    known, rate = found.keys.classes, found.keys.sample_rate
    of_run = [known.index(name) if name in known else len(known) for name in classes]
    targets = np.array([of_run[a.target] for a in annotations], dtype=np.int64)
    seconds = np.array([(a.start_s, a.end_s) for a in annotations], dtype=np.float64)
    samples = np.asarray(seconds_to_samples(seconds.reshape(-1, 2), sample_rate=rate))
    starts, ends = np.maximum(samples, 0).astype(np.int64).T
    return np.array(list(places), dtype=np.int64), starts, ends, targets


def _known(found: RunErrors, meta: TableMeta | None) -> list[tuple[str, str]]:
    """The run's recordings, and behind them others that an annotation may mean."""
    recordings = {r.name: (r.original, r.database_path) for r in meta.recordings} if meta else {}
    own = [
        recordings.pop(name, (original, original))
        for name, original in zip(found.keys.recordings, found.originals, strict=True)
    ]
    return [*own, *recordings.values(), *(meta.absent if meta else ())]
