"""Marks of a reviewer and the error spans that they are about, also after another training."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from core.error_spans import SpanKeys
from core.naming import storable
from core.progress import ignore
from core.project import open_project
from core.project_store import Mark, ProjectStore

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from core.error_spans import SpanColumns
    from core.progress import Report
    from core.review import Review

VERDICTS = ("right", "wrong", "unsure")
"""Of the label, not of the prediction."""

UNMARKED = -1


def attach_marks(spans: SpanColumns, marks: Sequence[Mark], *, keys: SpanKeys) -> NDArray[np.int32]:
    """Find the mark of each span.

    A mark is of a span: of a recording, from a sample to a sample, annotated with a class. Another
    training makes other spans. A mark is about each span of its recording and its annotated class
    that it overlaps by more than half of the shorter of the two. Where several marks are about a
    span, the one that fits best counts (overlap divided by what the two cover together), and of
    equals the one that was made last.

    Parameters
    ----------
    spans : SpanColumns
        Of one evaluation, so that no two of a recording overlap.
    marks : sequence of Mark
        The oldest first.
    keys : SpanKeys
        What the spans' columns mean.

    Returns
    -------
    ndarray of int32, shape (n_spans,)
        Place of each span's mark in `marks`, or `UNMARKED`.
    """
    found = np.full(len(spans), UNMARKED, dtype=np.int32)
    known, recording, annotated, edges = _known(marks, keys)
    if not len(known) or not len(spans):
        return found
    order = np.lexsort((spans.start_sample, spans.recording))
    sorted_spans = spans.take(order)
    # Recordings one behind the other on one axis, so that one search is enough for all.
    room = int(max(edges.max(), spans.end_sample.max())) + 1
    offsets = sorted_spans.recording.astype(np.int64) * room
    starts, ends = offsets + sorted_spans.start_sample, offsets + sorted_spans.end_sample
    first = np.searchsorted(ends, recording * room + edges[:, 0], side="right")
    stop = np.searchsorted(starts, recording * room + edges[:, 1], side="left")
    n_near = np.maximum(stop - first, 0)
    mark = np.repeat(np.arange(len(known)), n_near)
    span = np.arange(len(mark)) + np.repeat(first - np.cumsum(n_near) + n_near, n_near)
    span_start, span_end = sorted_spans.start_sample[span], sorted_spans.end_sample[span]
    mark_start, mark_end = edges[mark].T
    overlap = np.minimum(span_end, mark_end) - np.maximum(span_start, mark_start)
    lengths = span_end - span_start, mark_end - mark_start
    is_about = (2 * overlap > np.minimum(*lengths)) & (
        sorted_spans.annotated[span] == annotated[mark]
    )
    fit = overlap / np.maximum(lengths[0] + lengths[1] - overlap, 1)
    # The last that is written counts: the best.
    best = np.lexsort((mark, fit))
    best = best[is_about[best]]
    found[order[span[best]]] = known[mark[best]]
    return found


def verdicts_of(review: Review) -> NDArray[np.int8]:
    """Tell the verdict about each error.

    Parameters
    ----------
    review : Review
        The errors and their marks.

    Returns
    -------
    ndarray of int8, shape (n_errors,)
        Place in `VERDICTS`, or `UNMARKED`.
    """
    of_marks = [VERDICTS.index(m.verdict) if m.verdict in VERDICTS else -1 for m in review.marks]
    # The last is for the errors without a mark, whose place is -1.
    return np.array([*of_marks, UNMARKED], dtype=np.int8)[review.mark_of]


def _known(
    marks: Sequence[Mark], keys: SpanKeys
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Marks of known recordings and classes: their places, recordings, classes and edges."""
    # Marks name their recordings as the database keeps them.
    place_of = {storable(name): k for k, name in enumerate(keys.recordings)}
    class_of = {name: k for k, name in enumerate(keys.classes)}
    rows = [
        (
            k,
            place_of[storable(m.recording)],
            class_of[m.annotated],
            _at(m.start_sample, m, keys),
            _at(m.end_sample, m, keys),
        )
        for k, m in enumerate(marks)
        if storable(m.recording) in place_of and m.annotated in class_of
    ]
    table = np.array(rows, dtype=np.int64).reshape(-1, 5)
    return table[:, 0], table[:, 1], table[:, 2], table[:, 3:]


def _at(sample: int, mark: Mark, keys: SpanKeys) -> int:
    """A sample at the spans' rate, should the project have changed its own."""
    return round(sample * keys.sample_rate / mark.sample_rate)


def set_mark(folder: Path, mark: Mark, *, report: Report = ignore) -> tuple[Mark, ...]:
    """Keep a mark; one of the very same span is replaced.

    The folder need not be held for writing: a mark is one transaction of the project's database,
    so that one can review while a stage runs.

    Parameters
    ----------
    folder : Path
        The project folder.
    mark : Mark
        Its time is set here.
    report : callable
        Not called: it takes no time.

    Returns
    -------
    tuple of Mark
        All that there are now, the oldest first.

    Raises
    ------
    ProjectError
        If the project's database cannot be written, or another program holds it.
    StorageError
        If the disk is full.
    """
    del report
    store = ProjectStore(open_project(folder).store)
    now = datetime.now(UTC).isoformat(timespec="microseconds")
    store.change_marks(add=[replace(mark, marked_at=now)])
    return tuple(store.marks())


def clear_mark(folder: Path, mark: Mark, *, report: Report = ignore) -> tuple[Mark, ...]:
    """Take away every mark that is about a span.

    Parameters
    ----------
    folder : Path
        The project folder.
    mark : Mark
        The span; its verdict and note do not count.
    report : callable
        Not called: it takes no time.

    Returns
    -------
    tuple of Mark
        All that are left, the oldest first.

    Raises
    ------
    ProjectError
        If the project's database cannot be written, or another program holds it.
    StorageError
        If the disk is full.
    """
    del report
    store = ProjectStore(open_project(folder).store)
    store.change_marks(remove=[m for m in store.marks() if is_about(m, mark)])
    return tuple(store.marks())


def is_about(mark: Mark, span: Mark) -> bool:
    """Whether a mark is about a span, by the rule of `attach_marks`.

    Parameters
    ----------
    mark : Mark
        The mark.
    span : Mark
        The span, as a mark of its own.

    Returns
    -------
    bool
        True if they overlap by more than half of the shorter one, and have the same class.
    """
    if storable(mark.recording) != storable(span.recording) or mark.annotated != span.annotated:
        return False
    keys = SpanKeys((), (), span.sample_rate)
    start, end = _at(mark.start_sample, mark, keys), _at(mark.end_sample, mark, keys)
    overlap = min(end, span.end_sample) - max(start, span.start_sample)
    return 2 * overlap > min(end - start, span.end_sample - span.start_sample)
