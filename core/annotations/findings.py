"""What may be wrong with annotations, and what would mend it."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Iterable

SHORTEST_GAP_S = 0.05
"""Annotations that are so near to each other were mostly meant to touch."""


class Severity(enum.StrEnum):
    """How much it matters, the worst first."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Kind(enum.StrEnum):
    """What may be wrong, the worst first."""

    UNREADABLE = "unreadable row"
    UNKNOWN_FILE = "unknown file"
    AMBIGUOUS_FILE = "ambiguous file"
    UNKNOWN_CLASS = "unknown class"
    REVERSED = "reversed"
    ZERO_LENGTH = "zero length"
    OUTSIDE = "outside the recording"
    CONFLICT = "conflict"
    BEYOND_THE_END = "beyond the end"
    BEFORE_THE_START = "before the start"
    DUPLICATE = "duplicate"
    NO_FRAME = "no frame"
    OVERLAP = "overlap"
    SHORT_GAP = "short gap"
    NO_ANNOTATION = "no annotation"

    @property
    def severity(self) -> Severity:
        """Errors are left out of a dataset; warnings change it; notes are only odd."""
        return _SEVERITIES[self]


_SEVERITIES = {
    **dict.fromkeys(Kind, Severity.ERROR),
    Kind.CONFLICT: Severity.WARNING,
    Kind.BEYOND_THE_END: Severity.WARNING,
    Kind.BEFORE_THE_START: Severity.WARNING,
    Kind.DUPLICATE: Severity.WARNING,
    Kind.NO_FRAME: Severity.WARNING,
    Kind.OVERLAP: Severity.NOTE,
    Kind.SHORT_GAP: Severity.NOTE,
    Kind.NO_ANNOTATION: Severity.NOTE,
}

HARMLESS_FIXES = frozenset(
    {
        *(Kind.ZERO_LENGTH, Kind.OUTSIDE, Kind.CONFLICT, Kind.BEYOND_THE_END),
        *(Kind.BEFORE_THE_START, Kind.DUPLICATE, Kind.OVERLAP, Kind.SHORT_GAP),
    }
)
"""Their fixes bring no finding of another kind; others bring to light what was not looked at."""


class Interval(Protocol):
    """What is looked at: an annotation, right or wrong."""

    @property
    def id(self) -> int:
        """Unlike that of any other; the line, if it is from a table."""
        ...

    @property
    def file_name(self) -> str:
        """Which recording, in the user's words."""
        ...

    @property
    def start_s(self) -> float:
        """Seconds, finite."""
        ...

    @property
    def end_s(self) -> float:
        """Seconds, finite."""
        ...

    @property
    def label(self) -> str:
        """The class, known or not."""
        ...


AnInterval = TypeVar("AnInterval", bound=Interval)


@dataclass(frozen=True)
class Entry:
    """An annotation as a table has it, right or wrong.

    Parameters
    ----------
    id : int
        Its line.
    file_name : str
        Which recording, in the user's words.
    start_s, end_s : float
        Finite.
    label : str
        The class, known or not.
    """

    id: int
    file_name: str
    start_s: float
    end_s: float
    label: str


@dataclass(frozen=True)
class Change:
    """What becomes of one annotation; what is None stays.

    Parameters
    ----------
    id : int
        Which.
    start_s, end_s : float, optional
        New edges in seconds.
    label : str, optional
        Another class.
    file_name : str, optional
        Another recording.
    """

    id: int
    start_s: float | None = None
    end_s: float | None = None
    label: str | None = None
    file_name: str | None = None


@dataclass(frozen=True)
class Fix:
    """What would mend a finding.

    Parameters
    ----------
    name : str
        What it does, for a button or a menu: ``"end at the recording's end"``.
    changes : tuple of Change
        Annotations that are changed.
    deleted : tuple of int
        Ids of annotations that are deleted.
    """

    name: str
    changes: tuple[Change, ...] = ()
    deleted: tuple[int, ...] = ()


@dataclass(frozen=True)
class Finding:
    """Something that may be wrong.

    Parameters
    ----------
    kind : Kind
        What.
    text : str
        One sentence.
    recording : str
        Full path of the original; empty if it is of no recording that is known.
    file_name : str
        The recording in the user's words.
    start_s, end_s : float or None
        Where, in seconds; None if it is at no place.
    ids : tuple of int
        Annotations that it is about.
    fix : Fix or None
        None if a person has to decide.
    """

    kind: Kind
    text: str
    recording: str = ""
    file_name: str = ""
    start_s: float | None = None
    end_s: float | None = None
    ids: tuple[int, ...] = ()
    fix: Fix | None = None

    @property
    def severity(self) -> Severity:
        """That of its kind."""
        return self.kind.severity


def fixed(
    fix: Fix, intervals: Iterable[AnInterval]
) -> tuple[tuple[AnInterval, ...], tuple[AnInterval, ...]]:
    """Apply a fix to annotations.

    Parameters
    ----------
    fix : Fix
        The fix.
    intervals : iterable of Interval
        Frozen dataclasses; those that the fix does not name are passed over.

    Returns
    -------
    removed, added : tuple of Interval
        As an edit has them: what is changed stands in both, with one id.
    """
    changes = {change.id: change for change in fix.changes}
    deleted = set(fix.deleted)
    removed = tuple(x for x in intervals if x.id in changes or x.id in deleted)
    added = tuple(_changed(x, changes[x.id]) for x in removed if x.id in changes)
    return removed, added


def _changed(interval: AnInterval, change: Change) -> AnInterval:
    keys = ("start_s", "end_s", "label", "file_name")
    values = {key: getattr(change, key) for key in keys if getattr(change, key) is not None}
    # That it is a dataclass cannot be said of what is any interval.
    frozen: Any = interval
    return cast("AnInterval", replace(frozen, **values))
