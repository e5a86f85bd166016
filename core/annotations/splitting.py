"""Edits that change how many annotations there are: split, merge, duplicate."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core.annotations.bounds import check_selection, clip, compose, shift
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
