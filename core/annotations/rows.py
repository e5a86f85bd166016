"""Rows of a table of annotations as texts, whatever they say."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.annotations.csv import find_separator, read_header
from core.errors import AnnotationError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from core.settings import AnnotationConfig


@dataclass(frozen=True)
class Row:
    """A row of a table, whether it makes sense or not.

    Parameters
    ----------
    line : int
        Line of the table, the header being line 1.
    n_cells : int
        Cells that it has.
    is_whole : bool
        Whether these are as many as the columns need; if not, the texts are empty.
    file_name, start, end, label : str
        As they stand there, without blanks around them.
    """

    line: int
    n_cells: int
    is_whole: bool
    file_name: str
    start: str
    end: str
    label: str


def read_rows(text: str, config: AnnotationConfig, *, path: Path) -> Iterator[Row]:
    """Read the rows of a table that are not blank.

    Parameters
    ----------
    text : str
        The table.
    config : AnnotationConfig
        Names of its columns.
    path : Path
        Where it is from, for people.

    Yields
    ------
    Row
        Each row.

    Raises
    ------
    AnnotationError
        If the table has not the columns, or cannot be cut into rows.
    """
    columns = (config.file_column, config.start_column, config.end_column, config.class_column)
    separator = find_separator(text, columns, path)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        header = read_header(reader)
        places = [header.index(c) for c in columns]
        for row in reader:
            if any(cell.strip() for cell in row):
                is_whole = len(row) > max(places)
                cells = [row[p].strip() for p in places] if is_whole else [""] * len(places)
                yield Row(reader.line_num, len(row), is_whole, *cells)
    except csv.Error as error:
        msg = f"{path} is no table, from line {reader.line_num} on: {error}"
        raise AnnotationError(msg, hint="Is a quotation mark left open?") from error
