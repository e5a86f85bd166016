"""Edits that accept proposals as annotations, or dismiss them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from core.annotations.bounds import clip, compose
from core.annotations.dismissals import Dismissal
from core.annotations.stored import Edit, StoredAnnotation, new_id
from core.errors import AnnotationError
from core.proposals import ROUNDING_S, edges_of, uncovered

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from core.annotations.bounds import Bounds
    from core.annotations.stored import Signature
    from core.proposals import PredictedRecording, Proposal

ACCEPTING = "accepting of "
DISMISSAL = "dismissal of "
"""How the edits are called."""


def accept(
    proposals: Sequence[Proposal],
    *,
    file_name: str,
    bounds: Bounds,
    by: Signature,
    label: str = "",
) -> Edit:
    """Make annotations of proposals.

    Parameters
    ----------
    proposals : sequence of Proposal
        At least one.
    file_name : str
        Which recording, in the words of the table of annotations.
    bounds : Bounds
        Of the recording, with its annotations.
    by : Signature
        Who accepts them.
    label : str
        Name of the class that they get; if left out, that which is predicted.

    Returns
    -------
    Edit
        Named after the class and the score, which the project's log of edits keeps so. What is
        annotated by now from start to end is left out.

    Raises
    ------
    AnnotationError
        If nothing is left, or an annotation would overlap another where that is not allowed.
    """
    open_ = _still_open(proposals, bounds.annotations)
    if not open_:
        msg = "That is annotated already" if proposals else "There is no proposal to be accepted"
        raise AnnotationError(msg, hint="Choose another proposal.")
    new = [
        clip(StoredAnnotation(new_id(), file_name, p.start_s, p.end_s, label or p.label), bounds)
        for p in open_
    ]
    name = ACCEPTING + _name_of(open_)
    if label and any(p.label != label for p in open_):
        name += f" as {label!r}"
    return replace(compose("accepting", (), new, by=by, bounds=bounds), name=name)


def dismiss(proposals: Sequence[Proposal], predicted: PredictedRecording, *, by: Signature) -> Edit:
    """Have proposals be none any more.

    Parameters
    ----------
    proposals : sequence of Proposal
        At least one.
    predicted : PredictedRecording
        Whose they are.
    by : Signature
        Who dismisses them.

    Returns
    -------
    Edit
        It leaves the annotations as they are.

    Raises
    ------
    AnnotationError
        If there is none.
    """
    if not proposals:
        msg = "There is no proposal to be dismissed"
        raise AnnotationError(msg, hint="Choose one.")
    of, who = (predicted.recording, predicted.run), (by.author, by.edited_at)
    dismissed = [Dismissal(*of, p.start_s, p.end_s, p.label, *who) for p in proposals]
    return Edit(DISMISSAL + _name_of(proposals), (), (), by, dismissed=tuple(dismissed))


def restore(predicted: PredictedRecording) -> Edit:
    """Have all that was dismissed be proposed again.

    Parameters
    ----------
    predicted : PredictedRecording
        Whose dismissals they are.

    Returns
    -------
    Edit
        It leaves the annotations as they are.

    Raises
    ------
    AnnotationError
        If nothing was dismissed.
    """
    n = len(predicted.dismissals)
    if not n:
        msg = "Nothing that this run proposes was dismissed"
        raise AnnotationError(msg)
    noun = "dismissed proposal" if n == 1 else "dismissed proposals"
    return Edit(f"return of {n} {noun}", (), (), restored=predicted.dismissals)


def _still_open(
    proposals: Sequence[Proposal], annotations: Iterable[StoredAnnotation]
) -> list[Proposal]:
    """Those of which a part is not annotated."""
    ordered = sorted(proposals, key=lambda p: p.start_s)
    edges = np.array([(p.start_s, p.end_s) for p in ordered], np.float64).reshape(-1, 2)
    cover = edges_of(list(annotations))
    which, begin, end = uncovered(edges[:, 0], edges[:, 1], *cover)
    return [ordered[k] for k in np.unique(which[end - begin > ROUNDING_S]).tolist()]


def _name_of(proposals: Sequence[Proposal]) -> str:
    return str(proposals[0]) if len(proposals) == 1 else f"{len(proposals)} proposals"
