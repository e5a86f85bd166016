"""Edits of annotations: each function gives an edit, or refuses it in one sentence."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from core.annotations.bounds import Bounds, check_selection, clip, compose, name_of, shift
from core.annotations.snapping import snap
from core.annotations.splitting import duplicate, label_range, merge, split
from core.annotations.stored import Edit, Signature, StoredAnnotation, new_id, sign
from core.errors import AnnotationError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "Bounds",
    "Edit",
    "Signature",
    "StoredAnnotation",
    "apply_offset_and_stretch",
    "delete",
    "duplicate",
    "label_range",
    "make",
    "merge",
    "move",
    "nudge",
    "relabel",
    "set_edges",
    "sign",
    "snap",
    "split",
]


def make(
    file_name: str,
    start_s: float,
    end_s: float,
    label: str,
    *,
    bounds: Bounds,
    by: Signature,
) -> Edit:
    """Make an annotation.

    Parameters
    ----------
    file_name : str
        Which recording, in the words of the table of annotations.
    start_s, end_s : float
        In either order; clipped to the recording.
    label : str
        Name of its class.
    bounds : Bounds
        Of the recording.
    by : Signature
        Who does it.

    Returns
    -------
    Edit
        It adds one annotation.

    Raises
    ------
    AnnotationError
        If nothing of it lies within the recording, or it overlaps where that is not allowed.
    """
    new = StoredAnnotation(new_id(), file_name, min(start_s, end_s), max(start_s, end_s), label)
    return compose("making", (), [clip(new, bounds)], by=by, bounds=bounds)


def move(
    annotations: Sequence[StoredAnnotation], by_s: float, *, bounds: Bounds, by: Signature
) -> Edit:
    """Move annotations, together and no further than to an end of the recording.

    Parameters
    ----------
    annotations : sequence of StoredAnnotation
        At least one.
    by_s : float
        So far, in seconds; negative is earlier.
    bounds : Bounds
        Of the recording.
    by : Signature
        Who does it.

    Returns
    -------
    Edit
        Each keeps its length.

    Raises
    ------
    AnnotationError
        If they cannot move there.
    """
    check_selection(annotations)
    if by_s < 0:
        by_s = max(by_s, min(0.0, -min(a.start_s for a in annotations)))
    else:
        by_s = min(by_s, max(0.0, bounds.duration_s - max(a.end_s for a in annotations)))
    moved = shift(annotations, by_s, bounds=bounds)
    return compose("move", annotations, moved, by=by, bounds=bounds)


def nudge(
    annotations: Sequence[StoredAnnotation],
    n_frames: int,
    *,
    hop_s: float,
    edge: str = "both",
    bounds: Bounds,
    by: Signature,
) -> Edit:
    """Move annotations, or one of their edges, by frames.

    Parameters
    ----------
    annotations : sequence of StoredAnnotation
        At least one.
    n_frames : int
        So many frames; negative is earlier.
    hop_s : float
        From one frame to the next, in seconds.
    edge : str
        ``"both"``, ``"start"`` or ``"end"``.
    bounds : Bounds
        Of the recording.
    by : Signature
        Who does it.

    Returns
    -------
    Edit
        Whole annotations move no further than to an end of the recording.

    Raises
    ------
    AnnotationError
        If they cannot move there.
    """
    by_s = n_frames * hop_s
    if edge == "both":
        edit = move(annotations, by_s, bounds=bounds, by=by)
    else:
        check_selection(annotations)
        key = f"{edge}_s"
        moved = [clip(replace(a, **{key: getattr(a, key) + by_s}), bounds) for a in annotations]
        edit = compose("nudge", annotations, moved, by=by, bounds=bounds)
    return replace(edit, name=f"nudge of {name_of(edit.removed)}")


def set_edges(
    annotation: StoredAnnotation,
    *,
    start_s: float | None = None,
    end_s: float | None = None,
    bounds: Bounds,
    by: Signature,
) -> Edit:
    """Give an annotation another start, another end, or both.

    Parameters
    ----------
    annotation : StoredAnnotation
        The annotation.
    start_s, end_s : float, optional
        In seconds, clipped to the recording; what is left out stays.
    bounds : Bounds
        Of the recording.
    by : Signature
        Who does it.

    Returns
    -------
    Edit
        Of this annotation.

    Raises
    ------
    AnnotationError
        If it would end before it starts, or overlap where that is not allowed.
    """
    moved = clip(
        replace(
            annotation,
            start_s=annotation.start_s if start_s is None else start_s,
            end_s=annotation.end_s if end_s is None else end_s,
        ),
        bounds,
    )
    # What is not asked for stays to the last digit, also where it lies outside.
    changed = replace(
        annotation,
        start_s=annotation.start_s if start_s is None else moved.start_s,
        end_s=annotation.end_s if end_s is None else moved.end_s,
    )
    return compose("change", [annotation], [changed], by=by, bounds=bounds)


def relabel(annotations: Sequence[StoredAnnotation], label: str, *, by: Signature) -> Edit:
    """Give annotations another class.

    Parameters
    ----------
    annotations : sequence of StoredAnnotation
        Those that have it already stay as they are.
    label : str
        Name of the class.
    by : Signature
        Who does it.

    Returns
    -------
    Edit
        Named after the class.

    Raises
    ------
    AnnotationError
        If they all have this class.
    """
    others = [a for a in annotations if a.label != label]
    edit = compose("change", others, [replace(a, label=label) for a in others], by=by)
    return replace(edit, name=f"change of {name_of(others)} to {label!r}")


def delete(annotations: Sequence[StoredAnnotation], *, by: Signature) -> Edit:
    """Delete annotations.

    Parameters
    ----------
    annotations : sequence of StoredAnnotation
        At least one.
    by : Signature
        Who does it.

    Returns
    -------
    Edit
        It adds nothing.

    Raises
    ------
    AnnotationError
        If there is none.
    """
    check_selection(annotations)
    return compose("deletion", annotations, (), by=by)


def apply_offset_and_stretch(
    annotations: Sequence[StoredAnnotation],
    *,
    offset_s: float,
    stretch: float,
    bounds: Bounds,
    by: Signature,
) -> Edit:
    """Shift and stretch all annotations of a recording: a time t becomes offset_s + stretch * t.

    Parameters
    ----------
    annotations : sequence of StoredAnnotation
        At least one.
    offset_s : float
        In seconds.
    stretch : float
        Greater than 0; 1 leaves lengths as they are.
    bounds : Bounds
        Of the recording; what goes beyond is clipped.
    by : Signature
        Who does it.

    Returns
    -------
    Edit
        Of those that change.

    Raises
    ------
    AnnotationError
        If the numbers make no sense, or an annotation would lie outside the recording.
    """
    if not (math.isfinite(offset_s) and math.isfinite(stretch) and stretch > 0):
        msg = f"Annotations cannot be shifted by {offset_s} s and stretched by {stretch}"
        raise AnnotationError(msg, hint="Give a finite shift, and a stretch greater than 0.")
    check_selection(annotations)
    moved = shift(annotations, offset_s, stretch=stretch, bounds=bounds)
    return compose("shift", annotations, moved, by=by, bounds=bounds)
