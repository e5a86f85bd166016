"""What may be wrong with the annotations of one recording: one pass over them in time's order."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from core.annotations.bounds import TIME_DIGITS, to_microseconds
from core.annotations.findings import SHORTEST_GAP_S, Change, Finding, Fix, Kind
from core.label_set import LabelSet
from core.timebase import count_frames, frames_inside, samples_to_seconds, seconds_to_samples

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from core.annotations.findings import Interval


@dataclass(frozen=True)
class Rules:
    """What is looked for.

    Parameters
    ----------
    label_set : LabelSet
        The classes.
    class_names : dict of str to str
        Names that stand for classes.
    frame_size, hop_size : int
        In samples, at the recordings' transcoded rate.
    shortest_gap_s : float
        Gaps and overlaps up to this, in seconds, are taken for slips.
    """

    label_set: LabelSet = field(default_factory=LabelSet)
    class_names: dict[str, str] = field(default_factory=dict[str, str])
    frame_size: int = 200
    hop_size: int = 200
    shortest_gap_s: float = SHORTEST_GAP_S

    def name(self, label: str) -> str:
        """The class that a label stands for.

        Parameters
        ----------
        label : str
            As an annotation has it.

        Returns
        -------
        str
            The label itself, if it stands for no other.
        """
        return self.class_names.get(label, label)


@dataclass(frozen=True)
class Subject:
    """A recording that annotations may be of.

    Parameters
    ----------
    original : str
        Full path.
    database_path : str
        The path as the database has it.
    n_samples, sample_rate : int
        Length and rate, in Hz, when transcoded; 0 while that is not known.
    is_selected : bool
        Whether the project's query selects it.
    """

    original: str
    database_path: str
    n_samples: int = 0
    sample_rate: int = 0
    is_selected: bool = True

    @property
    def duration_s(self) -> float:
        """Its length in seconds, to the microsecond below; infinite while it is not known."""
        if not self.sample_rate:
            return float("inf")
        length_s = samples_to_seconds(self.n_samples, sample_rate=self.sample_rate)
        return to_microseconds(length_s, length_s)


@dataclass(frozen=True, slots=True)
class _Span:
    """An annotation as far as it lies within its recording."""

    entry: Interval
    start_s: float
    end_s: float
    label: str
    is_known: bool

    @property
    def key(self) -> tuple[float, float, str]:
        """What duplicates share."""
        return self.start_s, self.end_s, self.label

    def __str__(self) -> str:
        return f"{self.label!r} at {self.start_s:.3f} to {self.end_s:.3f} s"


def lint_recording(entries: Iterable[Interval], subject: Subject, rules: Rules) -> list[Finding]:
    """Look at the annotations of one recording.

    Parameters
    ----------
    entries : iterable of Interval
        All of its annotations.
    subject : Subject
        The recording.
    rules : Rules
        What is looked for.

    Returns
    -------
    list of Finding
        By kind of look, then by time.
    """
    return _Look(subject, rules).findings_of(list(entries))


class _Look:
    """Looks at one recording.

    Parameters
    ----------
    subject : Subject
        The recording.
    rules : Rules
        What is looked for.
    """

    def __init__(self, subject: Subject, rules: Rules) -> None:
        self._subject, self._rules = subject, rules
        self._duration_s = subject.duration_s
        self._found: list[Finding] = []
        self._keys: Counter[tuple[float, float, str]] = Counter()

    def findings_of(self, entries: Sequence[Interval]) -> list[Finding]:
        """All of them."""
        spans = self._spans(entries)
        if not spans:
            if self._subject.is_selected:
                self._found.append(
                    Finding(
                        Kind.NO_ANNOTATION,
                        "The recording has no annotation that can be used",
                        self._subject.original,
                        self._subject.database_path,
                    )
                )
            return self._found
        spans.sort(key=lambda s: (s.start_s, s.end_s, s.label, s.entry.id))
        self._keys = Counter(span.key for span in spans)
        self._look_for_frames(spans)
        self._sweep(spans)
        return self._found

    def _say(
        self,
        kind: Kind,
        text: str,
        *entries: Interval,
        at: tuple[float, float],
        fix: Fix | None = None,
    ) -> None:
        ids = tuple(entry.id for entry in entries)
        place = (self._subject.original, entries[0].file_name, *at)
        self._found.append(Finding(kind, text, *place, ids, fix))

    def _spans(self, entries: Sequence[Interval]) -> list[_Span]:
        """What lies within the recording; the rest is a finding."""
        rules, spans = self._rules, list[_Span]()
        edges_s = [(_rounded(e.start_s), _rounded(e.end_s)) for e in entries]
        outside = self._outside(edges_s)
        for entry, at, (is_outside, is_before, is_beyond) in zip(
            entries, edges_s, outside, strict=True
        ):
            label = rules.name(entry.label)
            is_known = rules.label_set.target(label) is not None
            if not is_known:
                self._say_unknown(entry, label)
            if at[0] == at[1]:
                fix = Fix("delete", deleted=(entry.id,))
                text = f"{label!r} at {entry.start_s:.3f} s has no length"
                self._say(Kind.ZERO_LENGTH, text, entry, at=at, fix=fix)
            elif at[0] > at[1]:
                swap = Change(entry.id, entry.end_s, entry.start_s)
                text = f"{label!r} starts at {at[0]:.3f} s and ends at {at[1]:.3f} s"
                fix = Fix("swap start and end", (swap,))
                self._say(Kind.REVERSED, text, entry, at=(at[1], at[0]), fix=fix)
            elif is_outside:
                self._say_outside(entry, label)
            else:
                if is_before:
                    text = f"{label!r} starts {-entry.start_s:.3f} s before the recording"
                    fix = Fix("start at the recording's start", (Change(entry.id, start_s=0.0),))
                    self._say(Kind.BEFORE_THE_START, text, entry, at=at, fix=fix)
                if is_beyond:
                    self._say_beyond(entry, label)
                start_s, end_s = max(at[0], 0.0), min(at[1], self._duration_s)
                spans.append(_Span(entry, start_s, end_s, label, is_known))
        return spans

    def _outside(self, edges_s: Sequence[tuple[float, float]]) -> list[tuple[bool, bool, bool]]:
        """Whether each lies outside, starts before the start, ends beyond the end: by samples."""
        subject = self._subject
        if all(start_s >= 0 and end_s < self._duration_s for start_s, end_s in edges_s):
            # Nearly all recordings: no need to count samples.
            return [(False, False, False)] * len(edges_s)
        if not subject.sample_rate:
            return [(end_s <= 0, start_s < 0, False) for start_s, end_s in edges_s]
        # Far outside of a recording, a time need not fit into an integer.
        near_s = np.clip(np.array(edges_s), -1.0, self._duration_s + 1.0)
        edges = seconds_to_samples(near_s, sample_rate=subject.sample_rate)
        starts, ends = edges[:, 0], edges[:, 1]
        # By its time: what is shorter than a sample may come to lie on an end.
        is_outside = (near_s[:, 1] <= 0) | (near_s[:, 0] >= self._duration_s)
        return list(
            zip(
                is_outside.tolist(),
                (starts < 0).tolist(),
                (ends > subject.n_samples).tolist(),
                strict=True,
            )
        )

    def _say_unknown(self, entry: Interval, label: str) -> None:
        similar = self._rules.label_set.similar(label)
        text = f"There is no class {label!r}"
        fix = Fix(f"make it {similar}", (Change(entry.id, label=similar),)) if similar else None
        at = (min(entry.start_s, entry.end_s), max(entry.start_s, entry.end_s))
        self._say(Kind.UNKNOWN_CLASS, text, entry, at=at, fix=fix)

    def _say_outside(self, entry: Interval, label: str) -> None:
        place = f"{label!r} at {entry.start_s:.3f} to {entry.end_s:.3f} s"
        where = f"after the recording, which is {self._duration_s:.3f} s long"
        text = f"{place} lies {'before the recording' if entry.start_s < 0 else where}"
        fix = Fix("delete", deleted=(entry.id,))
        self._say(Kind.OUTSIDE, text, entry, at=(entry.start_s, entry.end_s), fix=fix)

    def _say_beyond(self, entry: Interval, label: str) -> None:
        duration_s = self._duration_s
        text = (
            f"{label!r} ends at {entry.end_s:.3f} s, but the recording is {duration_s:.3f} s long"
        )
        fix = Fix("end at the recording's end", (Change(entry.id, end_s=duration_s),))
        at = (entry.start_s, entry.end_s)
        self._say(Kind.BEYOND_THE_END, text, entry, at=at, fix=fix)

    def _look_for_frames(self, spans: Sequence[_Span]) -> None:
        # What is longer than a frame and a hop takes in a frame, wherever it lies.
        sizes = self._rules.frame_size + self._rules.hop_size + 1
        rate = self._subject.sample_rate
        surely_s = samples_to_seconds(sizes, sample_rate=rate) if rate else 0.0
        until_s = self._duration_s - surely_s
        short = [s for s in spans if s.end_s - s.start_s < surely_s or s.end_s > until_s]
        if not short:
            return
        counts = self._count_frames([(s.start_s, s.end_s) for s in short])
        for span, count in zip(short, counts, strict=True):
            if not count:
                text = (
                    f"{span} takes in no frame whole (a frame has {self._rules.frame_size} samples)"
                )
                self._say(Kind.NO_FRAME, text, span.entry, at=(span.start_s, span.end_s))

    def _count_frames(self, edges_s: Sequence[tuple[float, float]]) -> list[int]:
        """Frames that lie whole inside each; as if there were some while that is not known."""
        subject, rules = self._subject, self._rules
        if not subject.sample_rate:
            return [1] * len(edges_s)
        edges = seconds_to_samples(np.array(edges_s), sample_rate=subject.sample_rate)
        sizes = {"frame_size": rules.frame_size, "hop_size": rules.hop_size}
        n_frames = count_frames(subject.n_samples, **sizes)
        first, stop = frames_inside(edges[:, 0], edges[:, 1], **sizes, n_frames=n_frames)
        return (stop - first).tolist()

    def _sweep(self, spans: Iterable[_Span]) -> None:
        """Compare each with what reaches furthest of each class: overlaps stay few."""
        seen: dict[tuple[float, float, str], _Span] = {}
        furthest: dict[str, _Span] = {}
        last: _Span | None = None
        for span in spans:
            if (twin := seen.setdefault(span.key, span)) is not span:
                text = f"{span} is there twice"
                fix = Fix("delete one of them", deleted=(span.entry.id,))
                at = (span.start_s, span.end_s)
                self._say(Kind.DUPLICATE, text, twin.entry, span.entry, at=at, fix=fix)
                continue
            for other in furthest.values():
                if other.end_s > span.start_s:
                    self._compare(other, span)
            if last is not None and span.start_s > last.end_s:
                self._look_at_gap(last, span)
            before = furthest.get(span.label)
            if before is None or span.end_s > before.end_s:
                furthest[span.label] = span
            if last is None or span.end_s > last.end_s:
                last = span

    def _compare(self, first: _Span, second: _Span) -> None:
        end_s = min(first.end_s, second.end_s)
        at = (second.start_s, end_s)
        text = f"{first} and {second} overlap by {end_s - second.start_s:.3f} s"
        if first.label == second.label:
            one, other = first.entry, second.entry
            edges = (min(one.start_s, other.start_s), max(one.end_s, other.end_s))
            fix = Fix("make them one", (Change(one.id, *edges),), (other.id,))
            self._say(Kind.OVERLAP, text, one, other, at=at, fix=fix)
        elif first.is_known and second.is_known:
            fix = self._parted(first, second)
            self._say(Kind.CONFLICT, text, first.entry, second.entry, at=at, fix=fix)

    def _parted(self, first: _Span, second: _Span) -> Fix | None:
        """A slip of an edge is halved; of a longer overlap, a person decides whose it is."""
        overlap_s = first.end_s - second.start_s
        if overlap_s > self._rules.shortest_gap_s or second.end_s <= first.end_s:
            return None
        middle_s = _rounded((second.start_s + first.end_s) / 2)
        edges = ((first.start_s, middle_s), (middle_s, second.end_s))
        keys = ((*edges[0], first.label), (*edges[1], second.label))
        if any(key in self._keys for key in keys) or not all(self._count_frames(edges)):
            return None
        return self._met(first, second, middle_s)

    def _met(self, first: _Span, second: _Span, middle_s: float) -> Fix | None:
        """Of what is there twice, one is deleted first: else the two would differ, and overlap."""
        if self._keys[first.key] > 1 or self._keys[second.key] > 1:
            return None
        ends = Change(first.entry.id, end_s=middle_s)
        starts = Change(second.entry.id, start_s=middle_s)
        return Fix("let them meet in the middle", (ends, starts))

    def _look_at_gap(self, first: _Span, second: _Span) -> None:
        gap_s = second.start_s - first.end_s
        if gap_s >= self._rules.shortest_gap_s:
            return
        fix = self._met(first, second, _rounded((first.end_s + second.start_s) / 2))
        text = f"There are {gap_s:.3f} s between {first} and {second}"
        at = (first.end_s, second.start_s)
        self._say(Kind.SHORT_GAP, text, first.entry, second.entry, at=at, fix=fix)


def _rounded(time_s: float) -> float:
    """No program writes times more finely; what is rounded can be compared."""
    return round(time_s, TIME_DIGITS)
