"""What an edit has to keep to: the recording's ends, a sample's length, overlaps if not allowed."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.annotations.stored import Edit
from core.errors import AnnotationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from core.annotations.stored import Signature, StoredAnnotation

TIME_DIGITS = 6
"""Edited times are whole microseconds: a table of annotations then has them exactly."""


@dataclass(frozen=True)
class Bounds:
    """What an edit of a recording's annotations has to keep to.

    Parameters
    ----------
    duration_s : float
        Length of the recording; infinite if it is not known.
    sample_rate : float
        Of the recording, in Hz: nothing is shorter than a sample.
    allow_overlaps : bool
        Whether annotations may overlap.
    annotations : sequence of StoredAnnotation
        All of the recording.
    """

    duration_s: float = math.inf
    sample_rate: float = 48_000.0
    allow_overlaps: bool = True
    annotations: Sequence[StoredAnnotation] = ()


def clip(annotation: StoredAnnotation, bounds: Bounds) -> StoredAnnotation:
    """Clip an annotation to its recording, and round its times to microseconds.

    Parameters
    ----------
    annotation : StoredAnnotation
        Its times are any numbers.
    bounds : Bounds
        Of the recording.

    Returns
    -------
    StoredAnnotation
        Not longer than it was; it may have no length.
    """
    start_s, end_s = (
        to_microseconds(min(max(t, 0.0), bounds.duration_s), bounds.duration_s)
        for t in (annotation.start_s, annotation.end_s)
    )
    return replace(annotation, start_s=start_s, end_s=end_s)


def shift(
    annotations: Iterable[StoredAnnotation],
    offset_s: float,
    *,
    stretch: float = 1.0,
    bounds: Bounds,
) -> list[StoredAnnotation]:
    """Let a time t of annotations become offset_s + stretch * t, and clip them to their recording.

    Parameters
    ----------
    annotations : iterable of StoredAnnotation
        Of one recording.
    offset_s : float
        In seconds.
    stretch : float
        1 leaves lengths as they are.
    bounds : Bounds
        Of the recording.

    Returns
    -------
    list of StoredAnnotation
        In the same order.
    """
    return [
        clip(
            replace(a, start_s=offset_s + stretch * a.start_s, end_s=offset_s + stretch * a.end_s),
            bounds,
        )
        for a in annotations
    ]


def compose(
    verb: str,
    removed: Sequence[StoredAnnotation],
    added: Iterable[StoredAnnotation],
    *,
    by: Signature,
    bounds: Bounds | None = None,
) -> Edit:
    """Make an edit of what really changes, and check it.

    Parameters
    ----------
    verb : str
        What is done, such as ``"move"``.
    removed, added : sequence of StoredAnnotation
        Before and after; what is the same in both is left out.
    by : Signature
        Who does it: put on all that is added.
    bounds : Bounds, optional
        Of the recording; if it is left out, no time is changed by the edit.

    Returns
    -------
    Edit
        Named after what is edited.

    Raises
    ------
    AnnotationError
        If it changes nothing, or breaks the bounds.
    """
    before = {a.id: a for a in removed}
    same: set[int] = set()
    after: list[StoredAnnotation] = []
    for a in added:
        if a.id in before and a.content == before[a.id].content:
            same.add(a.id)
        else:
            after.append(by.put_on(a))
    gone = tuple(a for a in before.values() if a.id not in same)
    if not gone and not after:
        msg = "That changes no annotation"
        raise AnnotationError(msg, hint="Select the annotations that are meant.")
    if bounds is not None:
        for a in after:
            _check_length(a, bounds)
        if not bounds.allow_overlaps:
            _check_overlaps(gone, after, bounds)
    return Edit(f"{verb} of {name_of(gone or after)}", gone, tuple(after), by)


def name_of(annotations: Sequence[StoredAnnotation]) -> str:
    """What to call annotations in a menu.

    Parameters
    ----------
    annotations : sequence of StoredAnnotation
        At least one.

    Returns
    -------
    str
        Such as ``"'barely'"`` or ``"3 annotations"``.
    """
    if len(annotations) == 1:
        return repr(annotations[0].label)
    return f"{len(annotations)} annotations"


def check_selection(annotations: Sequence[StoredAnnotation]) -> None:
    """Refuse what no single edit can be about.

    Parameters
    ----------
    annotations : sequence of StoredAnnotation
        What is to be edited together.

    Raises
    ------
    AnnotationError
        If there is none, or one stands there twice.
    """
    if not annotations:
        msg = "There is no annotation to be edited"
        raise AnnotationError(msg, hint="Select at least one.")
    if max(Counter(a.id for a in annotations).values()) > 1:
        msg = "An annotation cannot be edited twice at once"
        raise AnnotationError(msg, hint="Select each of them once.")


def to_microseconds(time_s: float, duration_s: float) -> float:
    """Round a time to whole microseconds, but not past the end for that.

    Parameters
    ----------
    time_s : float
        At most `duration_s`.
    duration_s : float
        Length of the recording.

    Returns
    -------
    float
        In seconds.
    """
    rounded = round(time_s, TIME_DIGITS)
    step = 10.0**-TIME_DIGITS
    return rounded if rounded <= duration_s else round(rounded - step, TIME_DIGITS)


def _check_length(a: StoredAnnotation, bounds: Bounds) -> None:
    if not (math.isfinite(a.start_s) and math.isfinite(a.end_s)):
        msg = "An annotation needs a start and an end"
        raise AnnotationError(msg, hint="Give both in seconds.")
    # Half a microsecond is what rounding may take.
    shortest_s = 1.0 / bounds.sample_rate - 1.5 * 10.0**-TIME_DIGITS
    if a.end_s <= a.start_s or a.end_s - a.start_s < shortest_s:
        msg = f"{a} would be shorter than a sample"
        if min(a.start_s, a.end_s) >= bounds.duration_s or max(a.start_s, a.end_s) <= 0.0:
            msg = f"{a.label!r} would lie outside the recording"
        raise AnnotationError(msg, hint="It must start before it ends, within the recording.")


def _check_overlaps(
    gone: Sequence[StoredAnnotation], after: Sequence[StoredAnnotation], bounds: Bounds
) -> None:
    """Refuse new overlaps; those that are there already are no matter of this edit."""
    left = {a.id for a in gone} | {a.id for a in after}
    kept = [(a.start_s, a.end_s, False, a) for a in bounds.annotations if a.id not in left]
    rows = sorted([*kept, *((a.start_s, a.end_s, True, a) for a in after)], key=lambda r: r[:3])
    last_kept: StoredAnnotation | None = None
    last_new: StoredAnnotation | None = None
    for start_s, end_s, is_new, a in rows:
        for last in (last_kept, last_new) if is_new else (last_new,):
            if last is not None and last.end_s > start_s:
                msg = f"{a} would overlap {last}"
                hint = "This project allows no overlaps (allow_overlaps in its settings)."
                raise AnnotationError(msg, hint=hint)
        if is_new:
            last_new = a if last_new is None or end_s > last_new.end_s else last_new
        else:
            last_kept = a if last_kept is None or end_s > last_kept.end_s else last_kept
