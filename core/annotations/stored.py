"""Annotations that can be edited, and edits: what goes, what comes, so that each can be undone."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from core.account import account_name
from core.annotations.csv import Annotation, UnusableRowError, find_target
from core.label_set import LabelSet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.annotations.dismissals import Dismissal
    from core.settings import AnnotationConfig

_ID_BITS = 52


@dataclass(frozen=True)
class StoredAnnotation:
    """An annotation that can be edited.

    Parameters
    ----------
    id : int
        By which it is known, through all edits; no two of a project are alike.
    file_name : str
        Which recording, in the words of the table of annotations.
    start_s, end_s : float
        ``start_s < end_s``; seconds from the start of the recording.
    label : str
        Name of its class; a class that the project does not know is kept.
    author : str
        Who edited it last; empty: it is as it was imported.
    edited_at : str
        When, ISO 8601, UTC; empty: it is as it was imported.
    listening_gain_db : float or None
        How loud it was played then; None if that is not known.
    """

    id: int
    file_name: str
    start_s: float
    end_s: float
    label: str
    author: str = ""
    edited_at: str = ""
    listening_gain_db: float | None = None

    @property
    def content(self) -> tuple[str, float, float, str]:
        """File, start, end and class: all that a table of annotations has of it."""
        return self.file_name, self.start_s, self.end_s, self.label

    def __str__(self) -> str:
        return f"{self.label!r} at {self.start_s:.3f} to {self.end_s:.3f} s"


@dataclass(frozen=True)
class Signature:
    """Who edits, when, and how loud it is played to them.

    Parameters
    ----------
    author : str
        A name.
    edited_at : str
        ISO 8601, UTC.
    listening_gain_db : float or None
        The player's gain; None if that is not known.
    """

    author: str
    edited_at: str
    listening_gain_db: float | None = None

    def put_on(self, annotation: StoredAnnotation) -> StoredAnnotation:
        """Sign an annotation.

        Parameters
        ----------
        annotation : StoredAnnotation
            As somebody else left it.

        Returns
        -------
        StoredAnnotation
            The same, edited by whoever this is.
        """
        return replace(annotation, **vars(self))


@dataclass(frozen=True)
class Edit:
    """A change of annotations, or of which proposals are dismissed.

    Parameters
    ----------
    name : str
        What it is, for a menu: ``"move of 'barely'"``.
    removed : tuple of StoredAnnotation
        What is there before and not after.
    added : tuple of StoredAnnotation
        What is there after and not before; what is changed stands in both, by one id.
    signature : Signature or None
        Whose edit it is; None: of whoever runs the program, now.
    dismissed, restored : tuple of Dismissal
        Proposals that are none afterwards, and those that are proposals again.
    """

    name: str
    removed: tuple[StoredAnnotation, ...]
    added: tuple[StoredAnnotation, ...]
    signature: Signature | None = field(default=None, compare=False)
    dismissed: tuple[Dismissal, ...] = ()
    restored: tuple[Dismissal, ...] = ()

    @property
    def leaves_annotations(self) -> bool:
        """Whether it is about proposals alone."""
        is_of_proposals = bool(self.dismissed or self.restored)
        return is_of_proposals and not (self.removed or self.added)

    def inverse(self) -> Edit:
        """The edit that undoes this one.

        Returns
        -------
        Edit
            What was removed is put back exactly as it was, its author and time, too.
        """
        return Edit(
            self.name,
            self.added,
            self.removed,
            dismissed=self.restored,
            restored=self.dismissed,
        )


def sign(author: str = "", listening_gain_db: float | None = None) -> Signature:
    """Tell who edits, and that it is now.

    Parameters
    ----------
    author : str
        A name; that of the account if it is empty.
    listening_gain_db : float, optional
        The player's gain.

    Returns
    -------
    Signature
        With the time in UTC, to the millisecond.
    """
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    return Signature(author or account_name(), now, listening_gain_db)


def new_id() -> int:
    """An id for a new annotation.

    Returns
    -------
    int
        Drawn at random, since an edit is made before it is stored; greater than any line number.
    """
    return secrets.randbits(_ID_BITS) | 1 << _ID_BITS


def to_annotation(
    stored: StoredAnnotation, line: int, config: AnnotationConfig, label_set: LabelSet
) -> Annotation:
    """What a dataset and a drawing take of an annotation.

    Parameters
    ----------
    stored : StoredAnnotation
        The annotation.
    line : int
        Of the table; 0 if it is in none.
    config : AnnotationConfig
        Names of classes.
    label_set : LabelSet
        Its classes.

    Returns
    -------
    Annotation
        With the annotation's id.

    Raises
    ------
    UnusableRowError
        If the project has no such class.
    """
    label = stored.label
    if label not in label_set.names:
        # It was imported before it was said what this name stands for.
        label = config.class_names.get(label, label)
    target = find_target(label, label_set)
    return Annotation(line, stored.file_name, stored.start_s, stored.end_s, target, stored.id)


def to_annotations(
    stored: Iterable[tuple[StoredAnnotation, int]], config: AnnotationConfig
) -> tuple[Annotation, ...]:
    """What can be drawn and heard of annotations.

    Parameters
    ----------
    stored : iterable of (StoredAnnotation, int)
        The annotations, each with its line of the table, 0 if it is in none.
    config : AnnotationConfig
        Names of classes.

    Returns
    -------
    tuple of Annotation
        In the same order, without those of classes that the project does not know.
    """
    label_set = LabelSet(config.classes)
    # Each class is looked up once: there are many annotations and few classes.
    targets: dict[str, int | None] = {}
    drawn: list[Annotation] = []
    for a, line in stored:
        if a.label not in targets:
            try:
                targets[a.label] = to_annotation(a, line, config, label_set).target
            except UnusableRowError:
                targets[a.label] = None
        target = targets[a.label]
        if target is not None:
            drawn.append(Annotation(line, a.file_name, a.start_s, a.end_s, target, a.id))
    return tuple(drawn)
