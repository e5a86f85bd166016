"""Quick looks at what a project would work on, fit for a dialog that checks as one types.

Each stops looking after a time or a number and says so: an answer that is nearly right within a
second or two is worth more there than a right one in a minute.
"""

from __future__ import annotations

import csv
import io
import math
import os
import time
from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.annotations.column_guess import guess_columns
from core.annotations.csv import decode_table, guess_separator, parse_annotations
from core.annotations.matching import assign_annotations
from core.errors import AnnotationError, LoudnessError
from core.library import Library
from core.progress import Progress, ignore
from core.project import SETTINGS_FILE

if TYPE_CHECKING:
    from core.annotations.csv import AnnotationTable
    from core.left_out import LeftOut
    from core.progress import Report
    from core.settings import AnnotationConfig, LibraryConfig

LOOK_S = 2.0
"""No longer are recordings counted, or files looked for."""

MOST_MATCHED = 100_000
"""No more recordings are looked through for the annotations' own."""

N_FILES_SAMPLED = 300
N_NAMED = 5
LARGEST_TABLE_BYTES = 8_000_000
"""Of a larger table, only so much is read: about 200,000 annotations."""


@dataclass(frozen=True)
class LibraryCheck:
    """What a query selects.

    Parameters
    ----------
    n_recordings : int
        How many recordings, each file once.
    is_complete : bool
        False if counting was given up: there are more.
    columns : tuple of str
        The query's other columns.
    names : tuple of str
        The first few recordings.
    n_unusable : int
        Rows without a usable path.
    n_looked_for, n_there : int
        How many files were looked for, and how many of them exist.
    missing : tuple of str
        The first few that do not.
    """

    n_recordings: int
    is_complete: bool = True
    columns: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    n_unusable: int = 0
    n_looked_for: int = 0
    n_there: int = 0
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class AnnotationsCheck:
    """What a table of annotations holds.

    Parameters
    ----------
    columns : tuple of str
        Its header.
    guess : dict of str to str
        A likely column for each of the settings ``file_column``, ``start_column``, ``end_column``
        and ``class_column``; those without one are absent.
    class_counts : dict of str to int
        How often each class name stands in the class column, the commonest first.
    is_complete : bool
        False if only the first part of a large table was read.
    n_usable, n_left_out : int
        Rows that are annotations, and those that are not.
    left_out : tuple of LeftOut
        The first few that are not, with their reasons.
    n_matched : int
        Annotations of recordings that the query selects.
    n_recordings : int
        Recordings that have annotations.
    n_ambiguous : int
        Annotations that may be of several recordings.
    unmatched : tuple of (str, int)
        The first few files that the query does not select, with their annotations' number.
    n_unmatched_files : int
        How many such files there are.
    is_matched : bool
        Whether recordings were looked for at all.
    all_recordings_known : bool
        False if not all recordings were read.
    problem, hint : str
        Why it cannot be used as it is, and what can be done; empty if it can.
    """

    columns: tuple[str, ...] = ()
    guess: dict[str, str] = field(default_factory=dict[str, str])
    class_counts: dict[str, int] = field(default_factory=dict[str, int])
    is_complete: bool = True
    n_usable: int = 0
    n_left_out: int = 0
    left_out: tuple[LeftOut, ...] = ()
    n_matched: int = 0
    n_recordings: int = 0
    n_ambiguous: int = 0
    unmatched: tuple[tuple[str, int], ...] = ()
    n_unmatched_files: int = 0
    is_matched: bool = False
    all_recordings_known: bool = True
    problem: str = ""
    hint: str = ""


@dataclass(frozen=True)
class FolderCheck:
    """Whether a folder can become a project.

    Parameters
    ----------
    is_project : bool
        It is one already.
    problem : str
        Why it cannot; empty if it can.
    note : str
        What the user should know.
    """

    is_project: bool = False
    problem: str = ""
    note: str = ""


def check_library(config: LibraryConfig, *, report: Report = ignore) -> LibraryCheck:
    """Count what a query selects, and look for some of the files.

    Parameters
    ----------
    config : LibraryConfig
        Database and query.
    report : callable
        Called while the query runs; may raise `Cancelled`.

    Returns
    -------
    LibraryCheck
        After about `LOOK_S` seconds of counting at the most, and as many of looking for files.

    Raises
    ------
    LibraryError
        If the database or the query is wrong.
    """
    library = Library(config)
    known, columns, n_unusable, is_complete = _read_recordings(library, report)
    paths = list(known)
    # Spread over all: files go missing by folders.
    places = np.linspace(0, len(paths) - 1, min(len(paths), N_FILES_SAMPLED)).astype(np.int64)
    sample: list[int] = places.tolist()
    n_looked_for, missing = 0, list[str]()
    end_s = time.monotonic() + LOOK_S
    for k in sample:
        if time.monotonic() > end_s:
            break
        report(Progress("check", text="Looking for the files"))
        n_looked_for += 1
        if not _exists(paths[k]):
            missing.append(paths[k])
    return LibraryCheck(
        len(paths),
        is_complete=is_complete,
        columns=columns,
        names=tuple(Path(p).name for p in paths[:N_NAMED]),
        n_unusable=n_unusable,
        n_looked_for=n_looked_for,
        n_there=n_looked_for - len(missing),
        missing=tuple(missing[:N_NAMED]),
    )


def check_annotations(
    config: AnnotationConfig, library: LibraryConfig | None = None, *, report: Report = ignore
) -> AnnotationsCheck:
    """Look at a table of annotations: its columns, classes, and whose annotations they are.

    Parameters
    ----------
    config : AnnotationConfig
        The table, and what its columns and classes are called.
    library : LibraryConfig, optional
        Database and query of the recordings; none are looked for if it is left out or wrong.
    report : callable
        Called while the query runs; may raise `Cancelled`.

    Returns
    -------
    AnnotationsCheck
        Also of a table that cannot be used: then with the problem.

    Raises
    ------
    AnnotationError
        If there is no such file, or it cannot be read.
    """
    path = Path(config.annotations)
    report(Progress("check", text="Reading the annotations"))
    text, is_complete = _read_start(path)
    columns, counts = _look_at_columns(text, config.class_column)
    check = AnnotationsCheck(
        columns, guess_columns(columns, config), counts, is_complete=is_complete
    )
    try:
        table = parse_annotations(text, config, path=path)
    except LoudnessError as error:
        return replace(check, problem=error.message, hint=error.hint)
    check = replace(
        check,
        n_usable=len(table.annotations),
        n_left_out=len(table.left_out),
        left_out=table.left_out[:N_NAMED],
    )
    if library is None:
        return check
    with suppress(LoudnessError):
        known, _, _, all_known = _read_recordings(Library(library), report, MOST_MATCHED)
        return _matched(check, table, list(known.items()), all_known=all_known)
    return check


def check_folder(folder: str, *, report: Report = ignore) -> FolderCheck:
    """Find out whether a project can be made in a folder.

    Parameters
    ----------
    folder : str
        It need not exist.
    report : callable
        Called once; may raise `Cancelled`.

    Returns
    -------
    FolderCheck
        Nothing is written.
    """
    report(Progress("check", text="Looking at the folder"))
    if not folder.strip() or "\0" in folder:
        return FolderCheck(problem="Name the folder of the project")
    try:
        return _look_at_folder(Path(folder).absolute())
    except OSError as error:
        return FolderCheck(problem=f"The folder cannot be looked at: {error.strerror}")


def _look_at_folder(path: Path) -> FolderCheck:
    if (path / SETTINGS_FILE).exists():
        return FolderCheck(is_project=True, problem="This folder is a project already")
    there = next(p for p in (path, *path.parents) if p.exists())
    if not there.is_dir():
        return FolderCheck(problem=f"{there} is a file, no folder")
    if not os.access(there, os.W_OK | os.X_OK):
        return FolderCheck(problem=f"You may not write in {there}")
    if there != path:
        return FolderCheck(note="The folder will be made")
    is_empty = next(path.iterdir(), None) is None
    return FolderCheck(note="" if is_empty else "What is in the folder already stays as it is")


def _read_recordings(
    library: Library, report: Report, limit: float = math.inf
) -> tuple[dict[str, str], tuple[str, ...], int, bool]:
    """Path in the database by full path, other columns, unusable rows, whether that is all."""
    known: dict[str, str] = {}
    columns: tuple[str, ...] = ()
    n_unusable = 0
    end_s = time.monotonic() + LOOK_S
    with closing(library.rows(library.config.query, report=report)) as rows:
        for row in rows:
            columns = columns or tuple(name for name in row if name != "path")
            path = row["path"]
            if isinstance(path, str) and path.strip() and "\0" not in path:
                known.setdefault(str(library.locate(path)), path)
            else:
                n_unusable += 1
            if time.monotonic() > end_s or len(known) >= limit:
                return known, columns, n_unusable, False
    return known, columns, n_unusable, True


def _exists(path: str) -> bool:
    # Path.exists raises for names that no file can have.
    return os.path.isfile(path)  # noqa: PTH113


def _read_start(path: Path) -> tuple[str, bool]:
    """The text of a table, up to a line's end; whether that is all of it."""
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST_TABLE_BYTES + 1)
    except (OSError, ValueError) as error:
        msg = f"The annotations {path} cannot be read: {getattr(error, 'strerror', error)}"
        raise AnnotationError(msg, hint="Check the path and your rights.") from error
    text = decode_table(raw[:LARGEST_TABLE_BYTES])
    if len(raw) <= LARGEST_TABLE_BYTES:
        return text, True
    return text[: text.rfind("\n") + 1], False


def _look_at_columns(text: str, class_column: str) -> tuple[tuple[str, ...], dict[str, int]]:
    """The header, and how often each class stands there."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=guess_separator(text))
    columns: list[str] = []
    counts: Counter[str] = Counter()
    # What is no table is said by the reading proper.
    with suppress(csv.Error):
        columns = next(
            ([c.strip() for c in row] for row in reader if any(map(str.strip, row))), columns
        )
        if class_column in columns:
            place = columns.index(class_column)
            counts.update(row[place].strip() for row in reader if len(row) > place)
    return tuple(columns), dict(counts.most_common())


def _matched(
    check: AnnotationsCheck,
    table: AnnotationTable,
    known: list[tuple[str, str]],
    *,
    all_known: bool,
) -> AnnotationsCheck:
    assignment = assign_annotations(table.annotations, known)
    matched = {a.line for annotations in assignment.by_recording.values() for a in annotations}
    ambiguous = {annotation.line for annotation, _ in assignment.ambiguous}
    elsewhere = Counter(
        a.file_name for a in table.annotations if a.line not in matched and a.line not in ambiguous
    )
    return replace(
        check,
        n_matched=len(matched),
        n_recordings=len(assignment.by_recording),
        n_ambiguous=len(ambiguous),
        unmatched=tuple(elsewhere.most_common(N_NAMED)),
        n_unmatched_files=len(elsewhere),
        is_matched=True,
        all_recordings_known=all_known,
    )
