"""Edits that correct annotations where a model disagrees: extend over a span, cut a span out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core.annotations.bounds import TIME_DIGITS, clip, compose
from core.annotations.stored import new_id
from core.errors import AnnotationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from core.annotations.bounds import Bounds
    from core.annotations.stored import Edit, Signature, StoredAnnotation


def extend_over(
    annotations: Sequence[StoredAnnotation],
    start_s: float,
    end_s: float,
    label: str,
    *,
    reach_s: float = 0.0,
    least_s: float = 0.0,
    bounds: Bounds,
    by: Signature,
) -> Edit:
    """Extend the neighbour of a class over a span; what is annotated otherwise there gives way.

    The neighbour is the nearest annotation of the class that ends or starts within the span, or at
    most `reach_s` beside it; of equals the longest. What lies between it and the span is taken in.

    Parameters
    ----------
    annotations : sequence of StoredAnnotation
        Of one recording.
    start_s, end_s : float
        The span, in seconds.
    label : str
        Name of the class.
    reach_s : float
        How far beside the span the neighbour may be: the frames at an edge have no label.
    least_s : float
        What would be left of another annotation beside the span, and is shorter, is taken in, too.
        Less than a frame labels nothing.
    bounds : Bounds
        Of the recording.
    by : Signature
        Who does it.

    Returns
    -------
    Edit
        The neighbour keeps its id.

    Raises
    ------
    AnnotationError
        If there is no such neighbour, or the span has the class already.
    """
    start_s, end_s = round(start_s, TIME_DIGITS), round(end_s, TIME_DIGITS)
    reach_s, least_s = reach_s + 10.0**-TIME_DIGITS, _least(least_s, bounds)
    alike = [a for a in annotations if a.label == label and _gap(a, start_s, end_s) <= reach_s]
    if not alike:
        msg = f"No annotation {label!r} lies beside {start_s:.3f} to {end_s:.3f} s"
        raise AnnotationError(msg, hint=f"Give the span the class {label!r} by its digit instead.")
    mine = min(alike, key=lambda a: (_gap(a, start_s, end_s), a.start_s - a.end_s, a.id))
    others = [a for a in annotations if a.label != label]
    from_s, to_s = _with_what_is_too_short(
        others, min(start_s, mine.end_s), max(end_s, mine.start_s), least_s=least_s
    )
    gone = [a for a in others if a.start_s < to_s and a.end_s > from_s]
    kept = _outside(gone, from_s, to_s, least_s=least_s)
    longer = replace(mine, start_s=min(mine.start_s, from_s), end_s=max(mine.end_s, to_s))
    # Those of the class itself that lie in the span become one with it.
    joined = [a for a in annotations if a.label == label and a.start_s < to_s and a.end_s > from_s]
    joined = [mine, *(a for a in joined if a.id != mine.id)]
    longer = replace(
        longer,
        start_s=min(longer.start_s, *(a.start_s for a in joined)),
        end_s=max(longer.end_s, *(a.end_s for a in joined)),
    )
    if longer != mine:
        longer = _clipped(mine, longer, bounds)
    if longer == mine and not gone and len(joined) == 1:
        msg = f"{start_s:.3f} to {end_s:.3f} s is annotated {label!r} already"
        raise AnnotationError(msg)
    edit = compose("extension", [*joined, *gone], [longer, *kept], by=by, bounds=bounds)
    return replace(edit, name=f"extension of {label!r} over {start_s:.3f} to {end_s:.3f} s")


def cut_out(
    annotations: Sequence[StoredAnnotation],
    start_s: float,
    end_s: float,
    *,
    least_s: float = 0.0,
    bounds: Bounds,
    by: Signature,
) -> Edit:
    """Take a span out of what is annotated there.

    Parameters
    ----------
    annotations : sequence of StoredAnnotation
        Of one recording; those that do not reach into the span stay.
    start_s, end_s : float
        The span, in seconds.
    least_s : float
        What would be left of an annotation beside the span, and is shorter, goes with it.
    bounds : Bounds
        Of the recording.
    by : Signature
        Who does it.

    Returns
    -------
    Edit
        At its end an annotation is trimmed, in its middle it is split, and within it is deleted;
        the first part keeps the id.

    Raises
    ------
    AnnotationError
        If nothing is annotated there.
    """
    start_s, end_s = round(start_s, TIME_DIGITS), round(end_s, TIME_DIGITS)
    least_s = _least(least_s, bounds)
    gone = [a for a in annotations if a.start_s < end_s and a.end_s > start_s]
    if not gone:
        msg = f"Nothing is annotated within {start_s:.3f} to {end_s:.3f} s"
        raise AnnotationError(msg)
    kept = _outside(gone, start_s, end_s, least_s=least_s)
    edit = compose("cut", gone, kept, by=by, bounds=bounds)
    return replace(edit, name=f"cut of {start_s:.3f} to {end_s:.3f} s")


def _gap(a: StoredAnnotation, start_s: float, end_s: float) -> float:
    """From an annotation to a span, in seconds; 0 if they touch."""
    return max(a.start_s - end_s, start_s - a.end_s, 0.0)


def _least(least_s: float, bounds: Bounds) -> float:
    """Nothing is shorter than a sample, nor than a sample that is rounded to microseconds."""
    return max(least_s, 1.0 / bounds.sample_rate + 10.0**-TIME_DIGITS)


def _with_what_is_too_short(
    others: Iterable[StoredAnnotation], start_s: float, end_s: float, *, least_s: float
) -> tuple[float, float]:
    """A span with the ends of annotations that would be too short without it."""
    reaching = [a for a in others if a.start_s < end_s and a.end_s > start_s]
    starts = [a.start_s for a in reaching if 0 < start_s - a.start_s < least_s]
    ends = [a.end_s for a in reaching if 0 < a.end_s - end_s < least_s]
    return min(start_s, *starts, start_s), max(end_s, *ends, end_s)


def _outside(
    annotations: Iterable[StoredAnnotation], start_s: float, end_s: float, *, least_s: float
) -> list[StoredAnnotation]:
    """What is left of annotations before and behind a span."""
    parts: list[StoredAnnotation] = []
    for a in annotations:
        pieces = [(a.start_s, min(a.end_s, start_s)), (max(a.start_s, end_s), a.end_s)]
        ids = iter((a.id, new_id()))
        parts += [
            replace(a, id=next(ids), start_s=piece_start_s, end_s=piece_end_s)
            for piece_start_s, piece_end_s in pieces
            if piece_end_s - piece_start_s >= least_s
        ]
    return parts


def _clipped(before: StoredAnnotation, after: StoredAnnotation, bounds: Bounds) -> StoredAnnotation:
    """Within the recording; an edge that did not move stays to the last digit."""
    within = clip(after, bounds)
    return replace(
        after,
        start_s=before.start_s if after.start_s == before.start_s else within.start_s,
        end_s=before.end_s if after.end_s == before.end_s else within.end_s,
    )
