"""What to annotate next: recordings in the order in which a run is unsure of them."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.left_out import LeftOut


@dataclass(frozen=True)
class QueueRow:
    """A recording that was ranked.

    Parameters
    ----------
    recording : str
        Its path in the database.
    uncertainty : float
        Mean of 1 - margin over its most uncertain 5 s, 0 to 1; see `core.learning.uncertainty`.
    start_s, end_s : float
        Its most uncertain stretch, in seconds from its start.
    length_s : float
        Its length in seconds.
    expected : dict of str to float
        The share of its frames that the run gives each class, in the order of the classes.
    n_annotations : int
        How many usable annotations it has now.
    is_reviewed : bool
        Whether it is marked as reviewed now.
    """

    recording: str
    uncertainty: float
    start_s: float
    end_s: float
    length_s: float
    expected: dict[str, float] = field(default_factory=dict[str, float])
    n_annotations: int = 0
    is_reviewed: bool = False


@dataclass(frozen=True)
class AnnotationQueue:
    """What is known of the recordings of a library, as far as there is something to annotate.

    Parameters
    ----------
    run : str
        Name of the run that ranked them; empty if none has.
    rows : tuple of QueueRow
        Every recording that was ranked, the most uncertain first; also those that were annotated
        or reviewed since.
    n_recordings : int
        Recordings of the library's list.
    n_annotated : int
        Of these, how many have an annotation.
    n_only_reviewed : int
        Of these, how many are marked as reviewed and have none.
    with_reviewed : bool
        Whether recordings that are marked as reviewed and have no annotation are to be annotated.
    newest : str
        Name of the run that would rank them now; empty if there is none.
    why_stale : str
        Why the order no longer counts; empty if it does.
    left_out : tuple of LeftOut
        Recordings that could not be ranked, and why.
    n_fresh : int
        How many of those that were ranked just now had been predicted before.
    """

    run: str = ""
    rows: tuple[QueueRow, ...] = ()
    n_recordings: int = 0
    n_annotated: int = 0
    n_only_reviewed: int = 0
    with_reviewed: bool = False
    newest: str = ""
    why_stale: str = ""
    left_out: tuple[LeftOut, ...] = ()
    n_fresh: int = 0

    @cached_property
    def items(self) -> tuple[QueueRow, ...]:
        """What is still to be annotated, the most uncertain first."""
        return tuple(row for row in self.rows if self._is_to_do(row))

    @property
    def n_to_do(self) -> int:
        """Recordings of the library that are still to be annotated, ranked or not."""
        done = self.n_annotated + (0 if self.with_reviewed else self.n_only_reviewed)
        return max(0, self.n_recordings - done)

    @property
    def n_unranked(self) -> int:
        """How many of these have no place in the order, those that were left out among them."""
        return max(0, self.n_to_do - len(self.items))

    def to_dict(self) -> dict[str, Any]:
        """What is to be annotated, and what is known of the rest.

        Returns
        -------
        dict
            Fit for JSON once it went through `core.storage.to_json`.
        """
        hidden = {"rows", "newest", "n_fresh"}
        values = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in hidden}
        of_rows = [
            f.name for f in fields(QueueRow) if f.name not in {"n_annotations", "is_reviewed"}
        ]
        items = [{name: getattr(row, name) for name in of_rows} for row in self.items]
        counts = {"n_to_do": self.n_to_do, "n_unranked": self.n_unranked}
        return {**values, **counts, "items": items}

    def knows(self, recording: str) -> bool:
        """Whether a recording was ranked.

        Parameters
        ----------
        recording : str
            Its path in the database.

        Returns
        -------
        bool
            Also where it is annotated by now.
        """
        return any(row.recording == recording for row in self.rows)

    def after(self, recording: str | None) -> QueueRow | None:
        """What comes next.

        Parameters
        ----------
        recording : str or None
            Path in the database of the recording that came last; None at the start.

        Returns
        -------
        QueueRow or None
            The first that is still to be annotated behind it, so that what was passed over is not
            offered again at once; behind the last, or if it is not ranked, the first of all. None
            if there is no other.
        """
        place = next((k for k, row in enumerate(self.rows) if row.recording == recording), -1)
        in_turn = (*self.rows[place + 1 :], *self.rows[: max(place, 0)])
        return next((row for row in in_turn if self._is_to_do(row)), None)

    def noted(self, recording: str, n_more: int) -> AnnotationQueue:
        """Take note of an edit.

        Parameters
        ----------
        recording : str
            Path in the database of a recording that was ranked.
        n_more : int
            How many more annotations it has now.

        Returns
        -------
        AnnotationQueue
            With its counts; the recording is out of the queue as soon as it has an annotation, and
            in its place again as soon as it has none.
        """
        return self._changed(recording, n_more=n_more)

    def marked(self, recording: str, *, is_reviewed: bool) -> AnnotationQueue:
        """Take note of a mark.

        Parameters
        ----------
        recording : str
            Path in the database of a recording that was ranked.
        is_reviewed : bool
            Whether it is marked as reviewed now.

        Returns
        -------
        AnnotationQueue
            With its counts.
        """
        return self._changed(recording, is_reviewed=is_reviewed)

    def _changed(
        self, recording: str, *, n_more: int = 0, is_reviewed: bool | None = None
    ) -> AnnotationQueue:
        rows: list[QueueRow] = []
        n_annotated, n_only_reviewed = self.n_annotated, self.n_only_reviewed
        for row in self.rows:
            if row.recording != recording:
                rows.append(row)
                continue
            mark = row.is_reviewed if is_reviewed is None else is_reviewed
            now = replace(row, n_annotations=max(0, row.n_annotations + n_more), is_reviewed=mark)
            n_annotated += _is_annotated(now) - _is_annotated(row)
            n_only_reviewed += _is_only_reviewed(now) - _is_only_reviewed(row)
            rows.append(now)
        return replace(
            self, rows=tuple(rows), n_annotated=n_annotated, n_only_reviewed=n_only_reviewed
        )

    def _is_to_do(self, row: QueueRow) -> bool:
        return not row.n_annotations and (self.with_reviewed or not row.is_reviewed)


def in_order(rows: Iterable[QueueRow]) -> tuple[QueueRow, ...]:
    """Sort recordings by what a run is unsure of.

    Parameters
    ----------
    rows : iterable of QueueRow
        In any order; each recording once.

    Returns
    -------
    tuple of QueueRow
        The most uncertain first; of those that are equally uncertain, by their paths.
    """
    return tuple(sorted(rows, key=lambda row: (-row.uncertainty, row.recording)))


def _is_annotated(row: QueueRow) -> bool:
    return row.n_annotations > 0


def _is_only_reviewed(row: QueueRow) -> bool:
    return row.is_reviewed and not row.n_annotations
