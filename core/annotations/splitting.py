"""Edits that change how many annotations there are: split, merge, duplicate."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core.annotations.bounds import TIME_DIGITS, check_selection, clip, compose, shift
from core.annotations.stored import new_id
from core.errors import AnnotationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.annotations.bounds import Bounds
    from core.annotations.stored import Edit, Signature, StoredAnnotation


def split(annotation: StoredAnnotation, at_s: float, *, bounds: Bounds, by: Signature) -> Edit:
    """Split an annotation in two of the same class.

    Parameters
    ----------
    annotation : StoredAnnotation
        The annotation.
    at_s : float
        Where, in seconds from the start of the recording.
    bounds : Bounds
        Of the recording.
    by : Signature
        Who does it.

    Returns
    -------
    Edit
        The first part keeps the annotation's id.

    Raises
    ------
    AnnotationError
        If that is not inside the annotation.
    """
    at_s = clip(replace(annotation, start_s=at_s, end_s=at_s), bounds).start_s
    if not annotation.start_s < at_s < annotation.end_s:
        msg = f"{at_s:.3f} s is not inside {annotation}"
        raise AnnotationError(msg, hint="Put the playhead inside the annotation.")
    parts = [replace(annotation, end_s=at_s), replace(annotation, id=new_id(), start_s=at_s)]
    return compose("split", [annotation], parts, by=by, bounds=bounds)


def label_range(
    annotations: Sequence[StoredAnnotation],
    start_s: float,
    end_s: float,
    label: str,
    *,
    least_s: float = 0.0,
    bounds: Bounds,
    by: Signature,
) -> Edit:
    """Give what is annotated within a range another class, and leave the rest as it is.

    Parameters
    ----------
    annotations : sequence of StoredAnnotation
        Of one recording; those that do not reach into the range stay.
    start_s, end_s : float
        The range, in seconds.
    label : str
        Name of the class.
    least_s : float
        What would be left of an annotation before or behind the range, and is shorter, takes part;
        what reaches into the range by less stays. Less than a frame labels nothing.
    bounds : Bounds
        Of the recording.
    by : Signature
        Who does it.

    Returns
    -------
    Edit
        The first part of each annotation keeps its id.

    Raises
    ------
    AnnotationError
        If nothing within the range has another class.
    """
    cut: list[StoredAnnotation] = []
    parts: list[StoredAnnotation] = []
    start_s, end_s = round(start_s, TIME_DIGITS), round(end_s, TIME_DIGITS)
    # Nothing is shorter than a sample, nor than a sample that is rounded to microseconds.
    least_s = max(least_s, 1.0 / bounds.sample_rate + 10.0**-TIME_DIGITS)
    for a in annotations:
        if a.label == label or min(a.end_s, end_s) - max(a.start_s, start_s) < least_s:
            continue
        first_s = start_s if start_s - a.start_s >= least_s else a.start_s
        last_s = end_s if a.end_s - end_s >= least_s else a.end_s
        pieces = [
            (a.start_s, first_s, a.label),
            (first_s, last_s, label),
            (last_s, a.end_s, a.label),
        ]
        cut.append(a)
        ids = iter((a.id, *(new_id() for _ in pieces)))
        parts += [
            replace(a, id=next(ids), start_s=piece_start_s, end_s=piece_end_s, label=piece_label)
            for piece_start_s, piece_end_s, piece_label in pieces
            if piece_end_s > piece_start_s
        ]
    if not cut:
        msg = f"Nothing within {start_s:.3f} to {end_s:.3f} s has another class than {label!r}"
        raise AnnotationError(msg)
    edit = compose("change", cut, parts, by=by, bounds=bounds)
    return replace(edit, name=f"change of {start_s:.3f} to {end_s:.3f} s to {label!r}")


def merge(annotations: Sequence[StoredAnnotation], *, bounds: Bounds, by: Signature) -> Edit:
    """Merge neighbours of one class, and what is between them, into one annotation.

    Parameters
    ----------
    annotations : sequence of StoredAnnotation
        At least two of one recording.
    bounds : Bounds
        Of the recording.
    by : Signature
        Who does it.

    Returns
    -------
    Edit
        The first in time keeps its id.

    Raises
    ------
    AnnotationError
        If their classes differ, or another annotation lies in a gap between them.
    """
    check_selection(annotations)
    first, *others = sorted(annotations, key=lambda a: (a.start_s, a.end_s, a.id))
    if not others:
        msg = f"{first} cannot be merged with nothing"
        raise AnnotationError(msg, hint="Select two or more annotations.")
    for a in others:
        if a.label != first.label:
            msg = f"{first} and {a} are of different classes"
            raise AnnotationError(msg, hint="Give them one class first.")
    mine = {a.id for a in annotations}
    end_s = first.end_s
    for a in others:
        for b in bounds.annotations:
            if b.id not in mine and b.start_s < a.start_s and b.end_s > end_s < a.start_s:
                msg = f"{b} lies between them"
                raise AnnotationError(msg, hint="Only neighbours can be merged.")
        end_s = max(end_s, a.end_s)
    return compose("merging", annotations, [replace(first, end_s=end_s)], by=by, bounds=bounds)


def duplicate(
    annotations: Sequence[StoredAnnotation],
    *,
    by_s: float | None = None,
    bounds: Bounds,
    by: Signature,
) -> Edit:
    """Put copies of annotations beside them.

    Parameters
    ----------
    annotations : sequence of StoredAnnotation
        At least one.
    by_s : float, optional
        How much later, in seconds; right behind the last if left out.
    bounds : Bounds
        Of the recording; what goes beyond is clipped.
    by : Signature
        Who does it.

    Returns
    -------
    Edit
        It removes nothing.

    Raises
    ------
    AnnotationError
        If a copy would lie outside the recording, or overlap where that is not allowed.
    """
    check_selection(annotations)
    if by_s is None:
        by_s = max(a.end_s for a in annotations) - min(a.start_s for a in annotations)
    copies = [replace(a, id=new_id()) for a in shift(annotations, by_s, bounds=bounds)]
    return compose("duplicate", (), copies, by=by, bounds=bounds)
