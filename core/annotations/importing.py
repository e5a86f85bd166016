"""What an import changes: a table beside the one that was imported before, and the edits since."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from core.annotations.stored import Edit, StoredAnnotation, new_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from core.annotations.table_text import Content, TableText


@dataclass
class ImportPlan:
    """What an import would do.

    Parameters
    ----------
    new : list of StoredAnnotation
        To be added.
    changed : list of (StoredAnnotation or None, StoredAnnotation)
        Before and after; None: it was deleted here, and comes back.
    gone : list of StoredAnnotation
        To be removed.
    n_same : int
        Rows of the table that change nothing.
    n_edited_here : int
        Annotations edited here that the table does not say anything else of: the edits stay.
    n_overridden : int
        Annotations edited here that the table changes or has no more: the table counts.
    ids : dict of int to int
        Ids of the table's annotations, by their line.
    """

    new: list[StoredAnnotation] = field(default_factory=list[StoredAnnotation])
    changed: list[tuple[StoredAnnotation | None, StoredAnnotation]] = field(
        default_factory=list["tuple[StoredAnnotation | None, StoredAnnotation]"]
    )
    gone: list[StoredAnnotation] = field(default_factory=list[StoredAnnotation])
    n_same: int = 0
    n_edited_here: int = 0
    n_overridden: int = 0
    ids: dict[int, int] = field(default_factory=dict[int, int])

    def edit(self, name: str) -> Edit:
        """The import as an edit.

        Parameters
        ----------
        name : str
            What to call it.

        Returns
        -------
        Edit
            It may change nothing.
        """
        before = [old for old, _ in self.changed if old is not None]
        after = [new for _, new in self.changed]
        return Edit(name, (*before, *self.gone), (*after, *self.new))


def plan_import(
    table: TableText, base: Mapping[int, Content], ours: Mapping[int, StoredAnnotation]
) -> ImportPlan:
    """Find out what an import would change.

    What the table changes since the last import is taken over, and nothing else: what was edited
    here and is in the table as it was before keeps its edit. A row is taken for the annotation

    1. that was imported from a row which says the same,
    2. that says the same by now,
    3. whose row had the same file, start and end (the class changed),
    4. whose row overlapped it most, of the same file (by length of overlap over length of both).

    What is left over in the table is new, what is left over of the last import is gone.

    Parameters
    ----------
    table : TableText
        The table.
    base : mapping of int to content
        What the rows of the last import said, by their annotations' ids.
    ours : mapping of int to StoredAnnotation
        The annotations as they are, by their ids.

    Returns
    -------
    ImportPlan
        Nothing is written.
    """
    rows = {line: p.content for line, p in table.rows.items() if p.content is not None}
    said = _match(rows, base.items())
    rest = {line: content for line, content in rows.items() if line not in said}
    taken = set(said.values())
    now = _match(rest, ((id_, a.content) for id_, a in ours.items() if id_ not in taken))
    rest = {line: content for line, content in rest.items() if line not in now}
    taken.update(now.values())
    left = {id_: content for id_, content in base.items() if id_ not in taken}
    changed = _match_times(rest, left)
    rest = {line: content for line, content in rest.items() if line not in changed}
    taken.update(changed.values())
    overlapping = _match_overlaps(rest, {i: c for i, c in left.items() if i not in taken})
    changed |= overlapping
    taken.update(overlapping.values())

    plan = ImportPlan(n_same=len(said) + len(now), ids={**said, **now, **changed})
    for line, id_ in changed.items():
        plan.changed.append((ours.get(id_), StoredAnnotation(id_, *rows[line])))
        plan.n_overridden += id_ not in ours or ours[id_].content != base[id_]
    for line, content in rest.items():
        if line not in changed:
            plan.ids[line] = id_ = new_id() if ours or base else line
            plan.new.append(StoredAnnotation(id_, *content))
    for id_ in left:
        if id_ not in taken and id_ in ours:
            plan.gone.append(ours[id_])
            plan.n_overridden += ours[id_].content != base[id_]
    kept = set(said.values())
    plan.n_edited_here = sum(
        1 for id_ in kept if id_ not in ours or ours[id_].content != base[id_]
    ) + sum(1 for id_ in ours if id_ not in base and id_ not in taken)
    return plan


def _match(rows: Mapping[int, Content], known: Iterable[tuple[int, Content]]) -> dict[int, int]:
    """Ids by line, of what says exactly the same; what is there several times in its order."""
    ids: defaultdict[Content, list[int]] = defaultdict(list)
    for id_, content in known:
        ids[content].append(id_)
    for same in ids.values():
        same.reverse()
    return {line: ids[content].pop() for line, content in rows.items() if ids.get(content)}


def _match_times(rows: Mapping[int, Content], known: Mapping[int, Content]) -> dict[int, int]:
    ids: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
    for id_, content in known.items():
        ids[content[:3]].append(id_)
    return {line: ids[c[:3]].pop(0) for line, c in rows.items() if ids.get(c[:3])}


def _match_overlaps(rows: Mapping[int, Content], known: Mapping[int, Content]) -> dict[int, int]:
    """Ids by line, of the pairs that overlap most, each once."""
    by_file: defaultdict[str, list[tuple[float, float, int]]] = defaultdict(list)
    for id_, (file_name, start_s, end_s, _) in known.items():
        by_file[file_name].append((start_s, end_s, id_))
    longest_s: dict[str, float] = {}
    for file_name, spans in by_file.items():
        spans.sort()
        longest_s[file_name] = max(end_s - start_s for start_s, end_s, _ in spans)
    pairs: list[tuple[float, int, int]] = []
    for line, (file_name, start_s, end_s, _) in rows.items():
        spans = by_file.get(file_name, [])
        # What starts earlier than this has ended by then, so that not all need be looked at.
        first = bisect_left(spans, (start_s - longest_s.get(file_name, 0.0),))
        for other_start_s, other_end_s, id_ in islice(spans, first, None):
            if other_start_s >= end_s:
                break
            overlap_s = min(end_s, other_end_s) - max(start_s, other_start_s)
            if overlap_s > 0:
                both_s = max(end_s, other_end_s) - min(start_s, other_start_s)
                pairs.append((-overlap_s / both_s, line, id_))
    matched: dict[int, int] = {}
    taken: set[int] = set()
    for _, line, id_ in sorted(pairs):
        if line not in matched and id_ not in taken:
            matched[line] = id_
            taken.add(id_)
    return matched
