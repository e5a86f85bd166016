"""Annotations in any format that is known: a table, a label track or a selection table."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from core.annotations.audacity import SPECTRAL, read_audacity
from core.annotations.csv import (
    Annotation,
    AnnotationTable,
    decode_table,
    guess_separator,
    parse_annotations,
    read_bytes,
    unknown_class,
)
from core.annotations.label_folder import recording_of
from core.annotations.labels import Label, LabelFile, parse_number, split_lines
from core.annotations.raven import is_raven, read_raven
from core.errors import AnnotationError
from core.label_set import LabelSet
from core.left_out import LeftOut

if TYPE_CHECKING:
    from pathlib import Path

    from core.settings import AnnotationConfig

Format = Literal["csv", "audacity", "raven"]

LOW_HZ, HIGH_HZ = "low_hz", "high_hz"
"""Columns of a table with the frequencies that labels of other programs have."""


def detect_format(text: str) -> Format:
    """Tell what a text is, by what it says and not by its name.

    Parameters
    ----------
    text : str
        The file.

    Returns
    -------
    str
        ``"raven"`` if its header is Raven's, ``"audacity"`` if it has no header but lines that
        begin with a time and a tab, else ``"csv"``.
    """
    if is_raven(text):
        return "raven"
    first = next((line for line in split_lines(text) if line.strip()), "")
    start, tab, _ = first.partition("\t")
    is_label = bool(tab) and (parse_number(start) is not None or start.strip() == SPECTRAL)
    return "audacity" if is_label else "csv"


def read_labels(path: Path, config: AnnotationConfig) -> LabelFile:
    """Read the labels of a file in any format.

    Parameters
    ----------
    path : Path
        UTF-8, UTF-16 or Latin-1.
    config : AnnotationConfig
        Names of columns and classes.

    Returns
    -------
    LabelFile
        Each label with the recording that it is of; from a table, the texts are the project's
        classes. What cannot be read is listed there.

    Raises
    ------
    AnnotationError
        If the file cannot be read, or has not the columns.
    """
    text = decode_table(read_bytes(path))
    kind = detect_format(text)
    if kind == "csv":
        return _read_csv(text, config, path) if text.strip() else LabelFile(())
    try:
        found = (
            read_audacity(text)
            if kind == "audacity"
            else read_raven(text, label_column=config.class_column)
        )
    except AnnotationError as error:
        msg = f"{path} cannot be used: {error.message[0].lower()}{error.message[1:]}"
        raise AnnotationError(msg, hint=error.hint) from error
    name = recording_of(path)
    labels = (replace(label, file_name=label.file_name or name) for label in found.labels)
    left_out = (LeftOut(f"{path.name}, {x.name}", x.reason) for x in found.left_out)
    return LabelFile(tuple(labels), tuple(left_out))


def to_annotations(labels: LabelFile, config: AnnotationConfig) -> AnnotationTable:
    """Take labels for annotations of the project's classes.

    Parameters
    ----------
    labels : LabelFile
        As `read_labels` gives them.
    config : AnnotationConfig
        The classes, and the names that stand for them.

    Returns
    -------
    AnnotationTable
        What was left out of the labels is listed there, and each label that is a point, ends
        before it starts, or is of no class.
    """
    label_set = LabelSet(config.classes)
    annotations: list[Annotation] = []
    left_out = list(labels.left_out)
    for label in labels.labels:
        target = label_set.target(config.class_names.get(label.text, label.text))
        reason = ""
        if label.start_s == label.end_s:
            reason = f"it is a point at {label.start_s:g} s, without length"
        elif label.start_s > label.end_s:
            reason = f"it starts at {label.start_s:g} s and ends at {label.end_s:g} s"
        elif target is None:
            reason = unknown_class(label.text, label_set) if label.text else "it has no text"
        if target is None or reason:
            left_out.append(LeftOut(str(label), reason))
        else:
            edges = (label.start_s, label.end_s)
            annotations.append(Annotation(label.line, label.file_name, *edges, target))
    return AnnotationTable(tuple(annotations), label_set, tuple(left_out))


def _read_csv(text: str, config: AnnotationConfig, path: Path) -> LabelFile:
    table = parse_annotations(text, config, path=path)
    ranges = _frequencies(text)
    labels = (
        Label(
            a.start_s,
            a.end_s,
            table.label_set.names[a.target],
            *ranges.get(a.line, (None, None)),
            file_name=a.file_name,
            line=a.line,
        )
        for a in table.annotations
    )
    left_out = (LeftOut(f"{path.name}, {x.name}", x.reason) for x in table.left_out)
    return LabelFile(tuple(labels), tuple(left_out))


def _frequencies(text: str) -> dict[int, tuple[float | None, float | None]]:
    """Frequencies by line, where the table has columns for them."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=guess_separator(text))
    header: list[str] = []
    found: dict[int, tuple[float | None, float | None]] = {}
    for row in reader:
        if not header:
            header = [cell.strip() for cell in row] if any(map(str.strip, row)) else []
            if header and not {LOW_HZ, HIGH_HZ} <= set(header):
                break
        elif len(row) >= len(header):
            low, high = (parse_number(row[header.index(c)]) for c in (LOW_HZ, HIGH_HZ))
            found[reader.line_num] = (low, high)
    return found
