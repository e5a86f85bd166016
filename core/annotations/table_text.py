"""A table of annotations with every byte of it, so that what is not edited is written as it was."""

from __future__ import annotations

import codecs
import csv
import io
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from core.annotations.csv import (
    Interval,
    UnusableRowError,
    find_separator,
    parse_interval,
    read_header,
)
from core.errors import AnnotationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from core.settings import AnnotationConfig

    Content = tuple[str, float, float, str]
    """File, start and end in seconds, and class."""

_UTF_16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


@dataclass(frozen=True)
class Piece:
    """A row of the table, with its line's end.

    Parameters
    ----------
    text : str
        As it stands there; several lines if a cell has lines.
    line : int
        Its last line, the first of the table being 1; 0 for the header and for blank rows.
    interval : Interval or None
        What it says; None if it is no annotation.
    reason : str
        Why it is none.
    """

    text: str
    line: int = 0
    interval: Interval | None = None
    reason: str = ""

    @property
    def content(self) -> Content | None:
        """What an annotation has of it."""
        i = self.interval
        return None if i is None else (i.file_name, i.start_s, i.end_s, i.label)


@dataclass(frozen=True)
class TableText:
    """A table of annotations as it is written.

    Parameters
    ----------
    pieces : tuple of Piece
        All of it, one after the other.
    encoding : str
        Of its text.
    mark : bytes
        The byte order mark, if there is one.
    separator : str
        Between cells.
    n_columns : int
        Cells of the header.
    places : tuple of int
        Where file, start, end and class are among them.
    config : AnnotationConfig
        By which it was read.
    """

    pieces: tuple[Piece, ...]
    encoding: str
    mark: bytes
    separator: str
    n_columns: int
    places: tuple[int, ...]
    config: AnnotationConfig

    @cached_property
    def rows(self) -> dict[int, Piece]:
        """The rows below the header, by their line; nobody changes them."""
        return {piece.line: piece for piece in self.pieces if piece.line}

    def rewritten(
        self, changed: Mapping[int, Content | None], new: Iterable[Content]
    ) -> tuple[bytes, str]:
        """The table with some rows changed.

        Parameters
        ----------
        changed : mapping of int to content or None
            What the rows of these lines say now; None: they are deleted.
        new : iterable of content
            What comes at the end.

        Returns
        -------
        table : bytes
            Rows that say what they said, and all other cells of those that do not, are as they
            were.
        encoding : str
            Its own; UTF-8 where its own cannot write what is new.
        """
        has_comma = self._has_decimal_comma()
        texts: list[str] = []
        for piece in self.pieces:
            now = changed.get(piece.line, piece.content)
            if now is not None and now != piece.content:
                texts.append(self._changed(piece, now, has_comma=has_comma))
            elif now is not None or piece.interval is None:
                texts.append(piece.text)
        end = self._line_end()
        for content in new:
            if texts and not texts[-1].endswith(("\n", "\r")):
                texts[-1] += end
            cells = [""] * self.n_columns
            for place, text in zip(self.places, self._cells(content, has_comma), strict=True):
                cells[place] = _quoted(text, self.separator)
            texts.append(self.separator.join(cells) + end)
        text = "".join(texts)
        try:
            return self.mark + text.encode(self.encoding), self.encoding
        except UnicodeEncodeError:
            return text.encode("utf-8"), "utf-8"

    def _changed(self, piece: Piece, now: Content, *, has_comma: bool) -> str:
        """A row in which only the cells are new that say something else."""
        text = piece.text
        spans = cell_spans(text, self.separator)
        before = piece.content or ("", 0.0, 0.0, "")
        cells = zip(self.places, before, now, self._cells(now, has_comma), strict=True)
        for place, old, new, cell in sorted(cells, key=lambda c: -c[0]):
            if old != new:
                start, end = spans[place]
                is_quoted = text[start:end].startswith('"')
                text = text[:start] + _quoted(cell, self.separator, force=is_quoted) + text[end:]
        return text

    def _cells(self, content: Content, has_comma: bool) -> tuple[str, str, str, str]:  # noqa: FBT001
        file_name, start_s, end_s, label = content
        start, end = (format_time(t) for t in (start_s, end_s))
        if has_comma:
            start, end = start.replace(".", ","), end.replace(".", ",")
        return file_name, start, end, self._words_of(label)

    def _words_of(self, label: str) -> str:
        """What the table calls a class: a name that is read as this class."""
        names = self.config.class_names
        return next((name for name, known in names.items() if known == label), label)

    def _has_decimal_comma(self) -> bool:
        """Whether the first times that have a fraction have a comma in it."""
        for piece in self.pieces:
            if piece.interval is not None:
                spans = cell_spans(piece.text, self.separator)
                times = "".join(piece.text[slice(*spans[p])] for p in self.places[1:3])
                if "," in times or "." in times:
                    return "," in times
        return False

    def _line_end(self) -> str:
        text = next((piece.text for piece in self.pieces if piece.text.strip("\r\n")), "\n")
        end = text[len(text.rstrip("\r\n")) :]
        return ("\r\n" if end.startswith("\r\n") else end[:1]) or "\n"


def read_table_text(raw: bytes, config: AnnotationConfig, *, path: Path) -> TableText:
    """Read a table of annotations with every byte of it.

    Parameters
    ----------
    raw : bytes
        The table; separated by comma, semicolon, tab or bar; UTF-8, UTF-16 or Latin-1.
    config : AnnotationConfig
        Names of its columns and classes.
    path : Path
        Where it is from, for people.

    Returns
    -------
    TableText
        It need not have a usable row.

    Raises
    ------
    AnnotationError
        If it has not the columns, or is no table.
    """
    text, encoding, mark = _decode(raw, path)
    columns = (config.file_column, config.start_column, config.end_column, config.class_column)
    separator = find_separator(text, columns, path)
    lines = list(io.StringIO(text, newline=""))
    reader = csv.reader(lines, delimiter=separator)
    try:
        header = read_header(reader)
        places = [header.index(c) for c in columns]
        pieces = [Piece("".join(lines[: reader.line_num]))]
        done = reader.line_num
        for row in reader:
            whole = "".join(lines[done : reader.line_num])
            pieces.append(_piece(whole, row, reader.line_num, places, config))
            done = reader.line_num
    except csv.Error as error:
        msg = f"{path} is no table, from line {reader.line_num} on: {error}"
        raise AnnotationError(msg, hint="Is a quotation mark left open?") from error
    return TableText(tuple(pieces), encoding, mark, separator, len(header), tuple(places), config)


def empty_table(config: AnnotationConfig) -> bytes:
    """A table without annotations.

    Parameters
    ----------
    config : AnnotationConfig
        Names of its columns.

    Returns
    -------
    bytes
        The header, separated by commas, in UTF-8.
    """
    columns = (config.file_column, config.start_column, config.end_column, config.class_column)
    return (",".join(_quoted(c, ",") for c in columns) + "\n").encode("utf-8")


def format_time(time_s: float) -> str:
    """A time as tables have it.

    Parameters
    ----------
    time_s : float
        In seconds.

    Returns
    -------
    str
        With up to 6 decimals; more where the number has more, since it must be read the same.
    """
    text = f"{time_s:.6f}".rstrip("0").rstrip(".")
    return text if float(text) == time_s else repr(time_s)


def cell_spans(row: str, separator: str) -> list[tuple[int, int]]:
    """Where the cells of a row stand, by the rules by which Python's `csv` reads it.

    Parameters
    ----------
    row : str
        One row.
    separator : str
        Between cells.

    Returns
    -------
    list of (int, int)
        Start and end of each, quotation marks included, the line's end excluded.
    """
    spans: list[tuple[int, int]] = []
    start, closed = 0, -1
    is_quoted = False
    for k, char in enumerate(row):
        if is_quoted:
            if char == '"':
                is_quoted, closed = False, k
        elif char == '"':
            # At a cell's start it opens, doubled it opens again; elsewhere it is only a letter.
            is_quoted = k == start or k == closed + 1 > start + 1
        elif char == separator:
            spans.append((start, k))
            start = k + 1
        elif char in "\r\n":
            return [*spans, (start, k)]
    return [*spans, (start, len(row))]


def _piece(
    text: str, row: list[str], line: int, places: list[int], config: AnnotationConfig
) -> Piece:
    if not any(cell.strip() for cell in row):
        return Piece(text)
    try:
        return Piece(text, line, parse_interval(row, places, config))
    except UnusableRowError as error:
        return Piece(text, line, reason=str(error))


def _decode(raw: bytes, path: Path) -> tuple[str, str, bytes]:
    """The text, its encoding and its byte order mark."""
    if raw[:2] in _UTF_16:
        mark, encoding = raw[:2], _UTF_16[raw[:2]]
        try:
            return raw[2:].decode(encoding), encoding, mark
        except UnicodeDecodeError as error:
            msg = f"{path} is no proper UTF-16: {error.reason}"
            raise AnnotationError(msg, hint="Save it as UTF-8.") from error
    mark = codecs.BOM_UTF8 if raw.startswith(codecs.BOM_UTF8) else b""
    try:
        return raw[len(mark) :].decode("utf-8"), "utf-8", mark
    except UnicodeDecodeError:
        return raw.decode("latin-1"), "latin-1", b""


def _quoted(cell: str, separator: str, *, force: bool = False) -> str:
    if force or any(char in cell for char in f'{separator}"\r\n'):
        doubled = cell.replace('"', '""')
        return f'"{doubled}"'
    return cell
