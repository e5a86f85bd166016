"""Selection tables of Raven: columns between tabs, a row for each selection in each view."""

from __future__ import annotations

from collections import defaultdict
from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING

from core.annotations.column_guess import guess_columns
from core.annotations.labels import Label, LabelFile, on_one_line, parse_number, split_lines
from core.errors import AnnotationError
from core.left_out import LeftOut
from core.settings import AnnotationConfig

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SUFFIX = ".selections.txt"

BEGIN, END = "Begin Time (s)", "End Time (s)"
LOW, HIGH = "Low Freq (Hz)", "High Freq (Hz)"
SELECTION, VIEW, CHANNEL = "Selection", "View", "Channel"
BEGIN_FILE, END_FILE, FILE_OFFSET = "Begin File", "End File", "File Offset (s)"
ANNOTATION = "Annotation"
RECORDING = "Recording"
"""A column of ours: the recording's name, where it is more than the file's base name."""


class _UnusableRowError(Exception):
    """A row that is no selection; says why."""


def is_raven(text: str) -> bool:
    """Tell whether a text is a selection table.

    Parameters
    ----------
    text : str
        The file.

    Returns
    -------
    bool
        Whether its first line has Raven's columns for begin and end, between tabs.
    """
    header = {_plain(cell) for cell in text.lstrip().split("\n", 1)[0].split("\t")}
    return {_plain(BEGIN), _plain(END)} <= header


def read_raven(text: str, *, label_column: str = "") -> LabelFile:
    """Read a selection table as Raven saves it.

    Rows that show one selection in several views are one label. Times count from the start of the
    recording: `Begin Time` counts from that of the first of several recordings, so `File Offset`
    is read where it is there.

    Parameters
    ----------
    text : str
        The file.
    label_column : str
        Column with the text of each selection; the likeliest, if there is none of this name.

    Returns
    -------
    LabelFile
        A row that makes no sense is listed there.

    Raises
    ------
    AnnotationError
        If it is no selection table, has no column with texts, or has several recordings and no
        `File Offset (s)`.
    """
    if not is_raven(text):
        msg = f"It is no selection table: it has no columns {BEGIN} and {END}"
        raise AnnotationError(msg, hint="Save the selection table from Raven once more.")
    lines = split_lines(text)
    first = next(k for k, line in enumerate(lines) if line.strip())
    header = [cell.strip() for cell in lines[first].split("\t")]
    columns = _Columns(header, label_column)
    labels: list[Label] = []
    left_out: list[LeftOut] = []
    views: defaultdict[object, set[str]] = defaultdict(set)
    for number, line in enumerate(lines[first + 1 :], start=first + 2):
        if not line.strip():
            continue
        row = line.split("\t")
        try:
            label = columns.label(row, number)
        except _UnusableRowError as error:
            left_out.append(LeftOut(f"line {number}", str(error)))
            continue
        view = columns.cell(row, VIEW)
        # What stands for the same selection in another view is no second one.
        shown_in = views[columns.cell(row, SELECTION), label.file_name, label.start_s, label.end_s]
        is_another_view = bool(shown_in) and view not in shown_in
        shown_in.add(view)
        if not is_another_view:
            labels.append(label)
    _check_files(labels, columns)
    return LabelFile(tuple(labels), tuple(left_out))


class _Columns:
    """Where a table has what, and how a row is read.

    Parameters
    ----------
    header : list of str
        The table's columns.
    label_column : str
        Column with the text of each selection.
    """

    def __init__(self, header: list[str], label_column: str) -> None:
        self._places = {_plain(name): k for k, name in reversed([*enumerate(header)])}
        config = AnnotationConfig(class_column=label_column) if label_column else AnnotationConfig()
        self._text = guess_columns(header, config).get("class_column", "")
        if not self._text:
            msg = "The selection table has no column with the class of a selection"
            hint = f"It has {', '.join(header)}. Say which of them it is (class_column)."
            raise AnnotationError(msg, hint=hint)

    def has(self, column: str) -> bool:
        """Whether the table has a column."""
        return _plain(column) in self._places

    def cell(self, row: Sequence[str], column: str) -> str:
        """A cell, as it stands; empty if there is none."""
        place = self._places.get(_plain(column), len(row))
        return row[place].strip() if place < len(row) else ""

    def label(self, row: Sequence[str], number: int) -> Label:
        """The label of a row; raises `_UnusableRowError`."""
        begin_s, end_s = self._seconds(row, BEGIN), self._seconds(row, END)
        start_s = self._seconds(row, FILE_OFFSET) if self.cell(row, FILE_OFFSET) else begin_s
        begin_file, end_file = self.cell(row, BEGIN_FILE), self.cell(row, END_FILE)
        if end_file and end_file != begin_file:
            msg = f"it begins in {begin_file} and ends in {end_file}"
            raise _UnusableRowError(msg)
        if start_s != begin_s:
            # A difference of what was rounded to nanoseconds is no finer.
            end_s = round(start_s + (end_s - begin_s), 9)
        return Label(
            start_s,
            end_s,
            on_one_line(self.cell(row, self._text)),
            parse_number(self.cell(row, LOW)),
            parse_number(self.cell(row, HIGH)),
            file_name=self.cell(row, RECORDING) or begin_file,
            line=number,
        )

    def _seconds(self, row: Sequence[str], column: str) -> float:
        text = self.cell(row, column)
        value = parse_number(text)
        if value is None:
            msg = f"{column} is no number: {text!r}"
            raise _UnusableRowError(msg)
        return value


def format_raven(labels: Iterable[Label], file_name: str) -> str:
    """Write a selection table of one recording.

    Parameters
    ----------
    labels : iterable of Label
        In the order of time.
    file_name : str
        The recording's base name or path.

    Returns
    -------
    str
        As Raven opens it, times with 9 decimals. A label without frequencies is a selection in
        the waveform. The recording's name stands there in full where it is more than a base name.
    """
    labels = tuple(labels)
    name = file_name.translate(str.maketrans("\t\r\n", "   "))
    base_name = PurePosixPath(PureWindowsPath(name).as_posix()).name
    has_range = any(x.low_hz is not None or x.high_hz is not None for x in labels)
    header = [SELECTION, VIEW, CHANNEL, BEGIN, END]
    header += [LOW, HIGH] if has_range else []
    header += [BEGIN_FILE, FILE_OFFSET, ANNOTATION]
    header += [RECORDING] if name != base_name else []
    lines = ["\t".join(header)]
    for number, label in enumerate(labels, start=1):
        is_box = label.low_hz is not None or label.high_hz is not None
        view = "Spectrogram 1" if is_box else "Waveform 1"
        row = [str(number), view, "1", f"{label.start_s:.9f}", f"{label.end_s:.9f}"]
        row += [_hz(label.low_hz), _hz(label.high_hz)] if has_range else []
        row += [base_name, f"{label.start_s:.9f}", on_one_line(label.text)]
        row += [name] if name != base_name else []
        lines.append("\t".join(row))
    return "\n".join(lines) + "\n"


def _hz(frequency_hz: float | None) -> str:
    return "" if frequency_hz is None else f"{frequency_hz:.6f}"


def _check_files(labels: Sequence[Label], columns: _Columns) -> None:
    """Refuse times that count from another recording's start."""
    names = sorted({label.file_name for label in labels})
    if len(names) > 1 and not columns.has(FILE_OFFSET):
        msg = f"It has selections of {len(names)} recordings, but no column {FILE_OFFSET}"
        hint = f"{BEGIN} counts from the first one's start. Let Raven save {FILE_OFFSET}, too."
        raise AnnotationError(msg, hint=hint)


def _plain(column: str) -> str:
    return "".join(column.split()).casefold()
