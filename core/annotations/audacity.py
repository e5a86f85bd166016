"""Label tracks of Audacity: a text file for each recording, a line for each label."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core.annotations.label_folder import write_label_files
from core.annotations.labels import (
    Label,
    LabelFile,
    on_one_line,
    parse_number,
    split_lines,
)
from core.left_out import LeftOut
from core.progress import ignore

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from core.progress import Report

SUFFIX = ".txt"
SPECTRAL = "\\"
"""Begins the line of a label's frequencies."""


def read_audacity(text: str) -> LabelFile:
    r"""Read a label track as Audacity exports it.

    A line is ``start, end, text``, between tabs; a line ``\, low, high`` below it gives the
    frequencies of a spectral selection. A line of one time and a text is a point, as the first
    versions wrote it.

    Parameters
    ----------
    text : str
        The file.

    Returns
    -------
    LabelFile
        Points and labels without text are among the labels; a line that is none is listed.
    """
    labels: list[Label] = []
    left_out: list[LeftOut] = []
    is_open = False
    for number, line in enumerate(split_lines(text), start=1):
        fields = line.split("\t")
        if not line.strip():
            continue
        if fields[0].strip() == SPECTRAL:
            if is_open:
                labels[-1] = _with_frequencies(labels[-1], fields[1:])
            else:
                left_out.append(LeftOut(f"line {number}", "it has frequencies, but of no label"))
            is_open = False
            continue
        label = _parse(fields, number)
        is_open = label is not None
        if label is None:
            reason = f"it does not begin with a time in seconds: {line[:60]!r}"
            left_out.append(LeftOut(f"line {number}", reason))
        else:
            labels.append(label)
    return LabelFile(tuple(labels), tuple(left_out))


def _parse(fields: list[str], number: int) -> Label | None:
    start_s = parse_number(fields[0])
    if start_s is None:
        return None
    end_s = parse_number(fields[1]) if len(fields) > 1 else None
    if end_s is None:
        return Label(start_s, start_s, on_one_line(" ".join(fields[1:])), line=number)
    return Label(start_s, end_s, on_one_line(" ".join(fields[2:])), line=number)


def _with_frequencies(label: Label, fields: list[str]) -> Label:
    """Audacity writes -1 for a side that is open."""
    low_hz, high_hz = (
        value if value is not None and value >= 0 else None
        for value in (parse_number(fields[k]) if k < len(fields) else None for k in range(2))
    )
    return replace(label, low_hz=low_hz, high_hz=high_hz)


def format_labels(labels: Iterable[Label]) -> str:
    """Write labels as Audacity reads them.

    Parameters
    ----------
    labels : iterable of Label
        In the order of time.

    Returns
    -------
    str
        For each a line: start and end in seconds with 6 decimals, and the text, between tabs; a
        second line where it has frequencies.
    """
    return "".join(map(_format, labels))


def _format(label: Label) -> str:
    line = f"{label.start_s:.6f}\t{label.end_s:.6f}\t{on_one_line(label.text)}\n"
    if label.low_hz is None and label.high_hz is None:
        return line
    low_hz, high_hz = (-1.0 if f is None else f for f in (label.low_hz, label.high_hz))
    return f"{line}{SPECTRAL}\t{low_hz:.6f}\t{high_hz:.6f}\n"


def write_label_tracks(
    tracks: Mapping[str, Sequence[Label]], folder: Path, *, report: Report = ignore
) -> dict[str, Path]:
    """Write a label track for each recording.

    Parameters
    ----------
    tracks : mapping of str to sequence of Label
        By the recording's base name or path.
    folder : Path
        Where they go; it is made. A file of the same name is replaced.
    report : callable
        Told the recordings done; may raise `Cancelled`.

    Returns
    -------
    dict of str to Path
        The file of each recording: its stem, and more where several recordings share that.

    Raises
    ------
    StorageError
        If the disk is full, or the folder cannot be written.
    """
    return write_label_files(
        tracks,
        folder,
        formatted=lambda _name, labels: format_labels(labels),
        suffix=SUFFIX,
        report=report,
    )
