"""The table of annotations as people have it: any separator, any column names, any mistake."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import AnnotationError
from core.label_set import LabelSet
from core.left_out import LeftOut

if TYPE_CHECKING:
    from pathlib import Path

    from core.settings import AnnotationConfig

SEPARATORS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class Annotation:
    """One annotated interval, as the table has it.

    Parameters
    ----------
    line : int
        Line of the table, the header being line 1.
    file_name : str
        Which recording, in the user's words.
    start_s, end_s : float
        Finite, ``start_s < end_s``; seconds from the start of the recording.
    target : int
        The class: its place in the order.
    """

    line: int
    file_name: str
    start_s: float
    end_s: float
    target: int

    def __str__(self) -> str:
        return f"line {self.line} ({self.file_name}, {self.start_s:g} to {self.end_s:g} s)"


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
    label_set = LabelSet(config.classes)
    columns = (config.file_column, config.start_column, config.end_column, config.class_column)
    text = _read_text(path)
    separator = _separator(text, columns, path)
    annotations: list[Annotation] = []
    left_out: list[LeftOut] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        header = [name.strip() for name in next(reader)]
        places = [header.index(c) for c in columns]
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            parsed = _parse(row, places, reader.line_num, config, label_set)
            if isinstance(parsed, Annotation):
                annotations.append(parsed)
            else:
                left_out.append(LeftOut(f"line {reader.line_num}", parsed))
    except csv.Error as error:
        msg = f"{path} is no table, from line {reader.line_num} on: {error}"
        raise AnnotationError(msg, hint="Is a quotation mark left open?") from error
    if not annotations:
        msg = f"{path} has no usable annotation"
        hint = f"{left_out[0].name}: {left_out[0].reason}." if left_out else "The table is empty."
        raise AnnotationError(msg, hint=hint)
    return AnnotationTable(tuple(annotations), label_set, tuple(left_out))


def _read_text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        msg = f"The annotations {path} cannot be read: {error.strerror}"
        raise AnnotationError(msg, hint="Check the path and your rights.") from error
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Every byte is a letter in Latin-1: at worst a name looks wrong and is listed as unknown.
        return raw.decode("latin-1")


def _separator(text: str, columns: tuple[str, ...], path: Path) -> str:
    """The separator that makes the header have the columns."""
    first = text.lstrip("\r\n").splitlines()[0] if text.strip() else ""
    headers = {
        s: [c.strip() for c in next(csv.reader([first], delimiter=s), [])] for s in SEPARATORS
    }
    for separator, header in headers.items():
        if all(c in header for c in columns):
            return separator
    best = max(headers.values(), key=len)
    missing = [c for c in columns if c not in best]
    msg = f"{path} has no column {', '.join(missing)}"
    hint = f"It has {', '.join(best) or 'none'}; name its own columns in the settings."
    raise AnnotationError(msg, hint=hint)


def _parse(
    row: list[str], places: list[int], line: int, config: AnnotationConfig, label_set: LabelSet
) -> Annotation | str:
    """The annotation of a row, or what is wrong with it."""
    if len(row) <= max(places):
        return f"it has {len(row)} columns, not those of the header"
    file_name, start, end, label = (row[p].strip() for p in places)
    start_s, end_s = _number(start), _number(end)
    if not file_name:
        return "it names no file"
    if start_s is None:
        return f"{config.start_column} is no number: {start!r}"
    if end_s is None:
        return f"{config.end_column} is no number: {end!r}"
    if start_s >= end_s:
        return f"it starts at {start_s:g} s and ends at {end_s:g} s"
    target = label_set.target(config.class_names.get(label, label))
    if target is None:
        return f"there is no class {label!r}"
    return Annotation(line, file_name, start_s, end_s, target)


def _number(text: str) -> float | None:
    """A finite number, with a point or a comma."""
    try:
        value = float(text.replace(",", ".") if text.count(",") == 1 else text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
