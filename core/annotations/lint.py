"""What may be wrong with the annotations of a project: a list, from the worst to what is odd."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from pathlib import PurePath
from typing import TYPE_CHECKING

from core.annotations.findings import Change, Entry, Finding, Fix, Kind
from core.annotations.labels import parse_number
from core.annotations.lint_recording import lint_recording
from core.annotations.matching import RecordingFinder
from core.annotations.rows import read_rows
from core.progress import Progress, ignore

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from core.annotations.findings import Interval
    from core.annotations.lint_recording import Rules, Subject
    from core.progress import Report
    from core.settings import AnnotationConfig

LOOKS_BETWEEN_REPORTS = 200


def lint(
    entries: Iterable[Interval],
    subjects: Sequence[Subject],
    rules: Rules,
    *,
    others: Sequence[Subject] = (),
    report: Report = ignore,
) -> list[Finding]:
    """Look at annotations.

    Parameters
    ----------
    entries : iterable of Interval
        All annotations of a project, with finite times.
    subjects : sequence of Subject
        Recordings that the project works on: an annotation means one of these, if it can.
    rules : Rules
        What is looked for.
    others : sequence of Subject
        Recordings that the library has besides: their annotations are looked at, too.
    report : callable
        Told the recordings; may raise `Cancelled`.

    Returns
    -------
    list of Finding
        First names that mean no recording or several; then by recording, in their order.
    """
    by_name: defaultdict[str, list[Interval]] = defaultdict(list)
    for entry in entries:
        by_name[entry.file_name].append(entry)
    everyone = [*subjects, *others]
    finders = (_finder(subjects), _finder(everyone))
    found: list[Finding] = []
    mine: defaultdict[int, list[Interval]] = defaultdict(list)
    nearly = _nearly(everyone)
    for name, theirs in by_name.items():
        places = finders[0].find(name) or finders[1].find(name)
        if len(places) == 1:
            mine[places[0]] += theirs
        else:
            paths = [everyone[k].original for k in places]
            found.append(
                _ambiguous(name, theirs, paths) if paths else _unknown(name, theirs, nearly)
            )
    for k, subject in enumerate(everyone):
        if not k % LOOKS_BETWEEN_REPORTS:
            report(Progress("lint", k, len(everyone), "recordings", subject.original))
        if mine[k] or subject.is_selected:
            found += lint_recording(mine[k], subject, rules)
    return found


def read_entries(
    text: str, config: AnnotationConfig, *, path: Path
) -> tuple[list[Entry], list[Finding]]:
    """Read a table of annotations with all that is wrong in it.

    Parameters
    ----------
    text : str
        The table.
    config : AnnotationConfig
        Names of its columns.
    path : Path
        Where it is from, for people.

    Returns
    -------
    entries : list of Entry
        Rows with a file and two times.
    findings : list of Finding
        The other rows.

    Raises
    ------
    AnnotationError
        If the table has not the columns, or cannot be cut into rows.
    """
    entries: list[Entry] = []
    findings: list[Finding] = []
    for row in read_rows(text, config, path=path):
        start_s, end_s = parse_number(row.start), parse_number(row.end)
        if row.file_name and start_s is not None and end_s is not None:
            entries.append(Entry(row.line, row.file_name, start_s, end_s, row.label))
            continue
        if not row.is_whole:
            problem = f"has {row.n_cells} columns, not those of the header"
        elif not row.file_name:
            problem = "names no file"
        else:
            column, cell = (
                (config.start_column, row.start)
                if start_s is None
                else (config.end_column, row.end)
            )
            problem = f"has no number as {column}: {cell!r}"
        text = f"Line {row.line} {problem}"
        findings.append(Finding(Kind.UNREADABLE, text, "", row.file_name, ids=(row.line,)))
    return entries, findings


def _finder(subjects: Sequence[Subject]) -> RecordingFinder:
    return RecordingFinder([(s.original, s.database_path) for s in subjects])


def _ambiguous(name: str, theirs: Sequence[Interval], paths: Sequence[str]) -> Finding:
    text = f"{name} may mean {' and '.join(paths)}: {_counted(theirs)} left out"
    return Finding(Kind.AMBIGUOUS_FILE, text, "", name, ids=tuple(x.id for x in theirs))


def _unknown(
    name: str, theirs: Sequence[Interval], nearly: dict[str, Sequence[Subject]]
) -> Finding:
    text = f"The library has no recording {name}: {_counted(theirs)} left out"
    near = nearly.get(_loosely(PurePath(name).stem), ())
    ids = tuple(x.id for x in theirs)
    if len(near) != 1:
        return Finding(Kind.UNKNOWN_FILE, text, "", name, ids=ids)
    meant = near[0]
    is_bare = PurePath(name).name == name
    new_name = PurePath(meant.original).name if is_bare else meant.database_path
    changes = tuple(Change(x, file_name=new_name) for x in ids)
    fix = Fix(f"let them be of {new_name}", changes)
    return Finding(Kind.UNKNOWN_FILE, text, "", name, ids=ids, fix=fix)


def _nearly(subjects: Iterable[Subject]) -> dict[str, Sequence[Subject]]:
    """Recordings by what is left of their names without case, accents' encoding and blanks."""
    found: defaultdict[str, list[Subject]] = defaultdict(list)
    for subject in subjects:
        found[_loosely(PurePath(subject.original).stem)].append(subject)
    return dict(found)


def _loosely(stem: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", stem).casefold()).strip()


def _counted(theirs: Sequence[Interval]) -> str:
    return "1 annotation is" if len(theirs) == 1 else f"{len(theirs)} annotations are"
