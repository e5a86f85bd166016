"""The table of annotations as people have it: any separator, any column names, any mistake."""

from __future__ import annotations

import csv
import io
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.annotations.labels import parse_number
from core.errors import AnnotationError
from core.label_set import LabelSet
from core.left_out import LeftOut

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from core.settings import AnnotationConfig

SEPARATORS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class Annotation:
    """One annotated interval, as the table has it.

    Parameters
    ----------
    line : int
        Line of the table, the header being line 1; 0 for what is in no table yet.
    file_name : str
        Which recording, in the user's words.
    start_s, end_s : float
        Finite, ``start_s < end_s``; seconds from the start of the recording.
    target : int
        The class: its place in the order.
    id : int
        By which an edit names it: its line, until the project keeps the annotations itself.
    """

    line: int
    file_name: str
    start_s: float
    end_s: float
    target: int
    id: int = 0

    def __str__(self) -> str:
        where = f"{self.file_name}, {self.start_s:g} to {self.end_s:g} s"
        return f"line {self.line} ({where})" if self.line else where


@dataclass(frozen=True)
class AnnotationTable:
    """The annotations of a table, and its rows that are none.

    Parameters
    ----------
    annotations : tuple of Annotation
        In the order of the table.
    label_set : LabelSet
        The classes.
    left_out : tuple of LeftOut
        Rows that cannot be used, and why.
    """

    annotations: tuple[Annotation, ...]
    label_set: LabelSet
    left_out: tuple[LeftOut, ...] = ()

    @property
    def n_rows(self) -> int:
        """Rows of the table, usable or not."""
        return len(self.annotations) + len(self.left_out)


def read_annotations(path: Path, config: AnnotationConfig) -> AnnotationTable:
    """Read a table of annotations.

    Parameters
    ----------
    path : Path
        CSV; separated by comma, semicolon, tab or bar; UTF-8, UTF-16 or Latin-1.
    config : AnnotationConfig
        Names of its columns and classes.

    Returns
    -------
    AnnotationTable
        A row that makes no sense is listed there.

    Raises
    ------
    AnnotationError
        If the table cannot be read, has not the columns, or has no usable row.
    """
    return parse_annotations(decode_table(read_bytes(path)), config, path=path)


def read_bytes(path: Path) -> bytes:
    """Read a file of annotations as it is.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    bytes
        All of it.

    Raises
    ------
    AnnotationError
        If it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        msg = f"The annotations {path} cannot be read: {error.strerror}"
        raise AnnotationError(msg, hint="Check the path and your rights.") from error


def parse_annotations(text: str, config: AnnotationConfig, *, path: Path) -> AnnotationTable:
    """Read a table of annotations that is in memory.

    Parameters
    ----------
    text : str
        The table.
    config : AnnotationConfig
        Names of its columns and classes.
    path : Path
        Where it is from, for people.

    Returns
    -------
    AnnotationTable
        A row that makes no sense is listed there.

    Raises
    ------
    AnnotationError
        If the table has not the columns, or has no usable row.
    """
    label_set = LabelSet(config.classes)
    columns = (config.file_column, config.start_column, config.end_column, config.class_column)
    separator = find_separator(text, columns, path)
    annotations: list[Annotation] = []
    left_out: list[LeftOut] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        header = read_header(reader)
        places = [header.index(c) for c in columns]
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            try:
                interval = parse_interval(row, places, config)
                target = find_target(interval.label, label_set)
                line = reader.line_num
                annotations.append(
                    Annotation(
                        line, interval.file_name, interval.start_s, interval.end_s, target, line
                    )
                )
            except UnusableRowError as error:
                left_out.append(LeftOut(f"line {reader.line_num}", str(error)))
    except csv.Error as error:
        msg = f"{path} is no table, from line {reader.line_num} on: {error}"
        raise AnnotationError(msg, hint="Is a quotation mark left open?") from error
    if not annotations:
        msg = f"{path} has no usable annotation"
        hint = f"{left_out[0].name}: {left_out[0].reason}." if left_out else "The table is empty."
        raise AnnotationError(msg, hint=hint)
    return AnnotationTable(tuple(annotations), label_set, tuple(left_out))


class UnusableRowError(Exception):
    """A row that is no annotation; says why."""


@dataclass(frozen=True)
class Interval:
    """What a row says, whether or not its class is known.

    Parameters
    ----------
    file_name : str
        Which recording, in the user's words.
    start_s, end_s : float
        Finite, ``start_s < end_s``; seconds from the start of the recording.
    label : str
        The class in the project's words, or as the table has it.
    """

    file_name: str
    start_s: float
    end_s: float
    label: str


def decode_table(raw: bytes) -> str:
    """The text of a table.

    Parameters
    ----------
    raw : bytes
        UTF-8, UTF-16 or Latin-1.

    Returns
    -------
    str
        The text; never fails.
    """
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Every byte is a letter in Latin-1: at worst a name looks wrong and is listed as unknown.
        return raw.decode("latin-1")


def guess_separator(text: str) -> str:
    """The separator of a table whose columns are not known.

    Parameters
    ----------
    text : str
        The table.

    Returns
    -------
    str
        The one that makes the most columns of the header.
    """

    def n_columns(separator: str) -> int:
        with suppress(csv.Error):
            return len(read_header(csv.reader(io.StringIO(text, newline=""), delimiter=separator)))
        return 0

    return max(SEPARATORS, key=n_columns)


def find_separator(text: str, columns: tuple[str, ...], path: Path) -> str:
    """The separator that makes the header have the columns.

    Parameters
    ----------
    text : str
        The table.
    columns : tuple of str
        Names of the columns that are needed.
    path : Path
        Where it is from, for people.

    Returns
    -------
    str
        One of `SEPARATORS`.

    Raises
    ------
    AnnotationError
        If none does.
    """
    headers: list[list[str]] = []
    for separator in SEPARATORS:
        with suppress(csv.Error):
            header = read_header(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
            if all(c in header for c in columns):
                return separator
            headers.append(header)
    best = max(headers, key=len, default=list[str]())
    missing = [c for c in columns if c not in best]
    msg = f"{path} has no column {', '.join(missing)}"
    there = ", ".join(best) or "none"
    hint = f"It has {there}. Say which of them are file, start, end and class (file_column …)."
    raise AnnotationError(msg, hint=hint)


def read_header(rows: Iterable[list[str]]) -> list[str]:
    """The first row that is not blank.

    Parameters
    ----------
    rows : iterable of list of str
        Cells; it is read on to the header and no further.

    Returns
    -------
    list of str
        Without the blanks around them; empty if there is none.
    """
    stripped = ([cell.strip() for cell in row] for row in rows)
    return next((row for row in stripped if any(row)), list[str]())


def parse_interval(row: list[str], places: list[int], config: AnnotationConfig) -> Interval:
    """What a row says.

    Parameters
    ----------
    row : list of str
        Its cells.
    places : list of int
        Where file, start, end and class are among them.
    config : AnnotationConfig
        Names of columns and classes.

    Returns
    -------
    Interval
        Its class need not be one of the project.

    Raises
    ------
    UnusableRowError
        If it is no annotation.
    """
    if len(row) <= max(places):
        msg = f"it has {len(row)} columns, not those of the header"
        raise UnusableRowError(msg)
    file_name, start, end, label = (row[p].strip() for p in places)
    if not file_name:
        msg = "it names no file"
        raise UnusableRowError(msg)
    start_s = _seconds(start, config.start_column)
    end_s = _seconds(end, config.end_column)
    if start_s >= end_s:
        msg = f"it starts at {start_s:g} s and ends at {end_s:g} s"
        raise UnusableRowError(msg)
    return Interval(file_name, start_s, end_s, config.class_names.get(label, label))


def find_target(label: str, label_set: LabelSet) -> int:
    """Place of a class in the order.

    Parameters
    ----------
    label : str
        Its name.
    label_set : LabelSet
        The classes.

    Returns
    -------
    int
        From 0 for the quietest.

    Raises
    ------
    UnusableRowError
        If there is no such class.
    """
    target = label_set.target(label)
    if target is None:
        raise UnusableRowError(unknown_class(label, label_set))
    return target


def unknown_class(label: str, label_set: LabelSet) -> str:
    """Say that there is no such class, and which may have been meant.

    Parameters
    ----------
    label : str
        As it stands in a table.
    label_set : LabelSet
        The classes.

    Returns
    -------
    str
        The reason for leaving the annotation out.
    """
    similar = label_set.similar(label)
    hint = f"; if {similar} is meant, say so by class_names: {label}={similar}" if similar else ""
    return f"there is no class {label!r}{hint}"


def _seconds(text: str, column: str) -> float:
    """A finite number, with a point or a comma."""
    value = parse_number(text)
    if value is None:
        msg = f"{column} is no number: {text!r}"
        raise UnusableRowError(msg)
    return value
