# pyarrow ships no type information.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
"""Filtering, sorting and finding in a list of recordings; for the child that does nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import storage_error
from core.listing import searchable
from core.listing_files import BLOB, EXACT_INTEGER, INTEGER, NOTHING, REAL, TEXT, ListingReader
from core.manifest import read_manifest
from core.progress import Progress, ignore
from core.recording_states import StatesReader, quick_rows, reviewed_rows, state_ranks

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from core.listing_files import TextColumn
    from core.progress import Report

    Rows = NDArray[np.int32]

DIGITS = 20
"""Numbers in names compare as numbers up to so many digits."""

_NUMBER = re.compile(rb"[0-9]+")


@dataclass(frozen=True)
class Wanted:
    """What of a list is wanted, and in which order.

    Parameters
    ----------
    words : str
        A recording's name and texts must have them all, in any case; a word with a slash may
        stand in its path, too.
    quick : str
        One of `QUICK_FILTERS`; where states are not known, nothing but "all" has any.
    order_by : str or int or None
        ``"state"``, ``"name"``, ``"annotations"``, ``"errors"`` or ``"reviewed"``, or the place
        of one of the query's columns; None for the query's own order.
    descending : bool
        Whether the largest come first; what is empty comes last in any case.
    """

    words: str = ""
    quick: str = "all"
    order_by: str | int | None = None
    descending: bool = False


def find_rows(
    listing: Path, states: Path | None, wanted: Wanted, *, report: Report = ignore
) -> Rows:
    """Filter and sort a list, as far as it has grown.

    Parameters
    ----------
    listing : Path
        Folder of the list.
    states : Path or None
        Folder of its states, if there is one.
    wanted : Wanted
        Which rows, in which order.
    report : callable
        Not called: it takes no time.

    Returns
    -------
    ndarray of int32, shape (n_found,)
        Rows of the list. Where the order leaves them equal, they are in the list's order.

    Raises
    ------
    StorageError
        If the list is gone.
    """
    del report
    with ListingReader(listing) as reader:
        state = StatesReader(states) if states is not None else None
        try:
            rows = np.flatnonzero(_matches(reader, state, wanted)).astype(np.int32)
            if wanted.order_by is None:
                return rows
            keys = _keys(reader, state, wanted.order_by)[rows]
        finally:
            if state is not None:
                state.close()
    # Stable in both directions, so that what is equal keeps its order.
    empty = np.isnan(keys)
    order = np.argsort(-keys if wanted.descending else keys, kind="stable")
    return np.concatenate([rows[order][~empty[order]], rows[empty]])


def prepare_search(*, report: Report = ignore) -> None:
    """Import what a search needs, before anybody waits for it.

    Parameters
    ----------
    report : callable
        Not called.
    """
    del report
    _compute()


def rank_texts(listing: Path, *, report: Report = ignore) -> None:
    """Sort every column of texts beforehand, since that takes longer than one wants to wait.

    Parameters
    ----------
    listing : Path
        Folder of a list that is complete.
    report : callable
        Told the columns; may raise `Cancelled`.

    Raises
    ------
    StorageError
        If the list is gone, or the disk is full.
    """
    with ListingReader(listing) as reader:
        columns = [("name", reader.text("name"))]
        columns += [
            (str(k), reader.texts(k))
            for k, kinds in enumerate(reader.kinds)
            if (kinds[: reader.n_rows] == TEXT).any()
        ]
        for name, column in columns:
            report(Progress("rank", text="Sorting"))
            path, part = listing / f"{name}.rank", listing / f".{name}.rank.part"
            try:
                part.write_bytes(_text_ranks(column, reader.n_rows).tobytes())
                part.replace(path)
            except OSError as error:
                raise storage_error(error, path) or error from error


def find_recording(
    listing: Path, transcoded: Path, name: str, *, report: Report = ignore
) -> int | None:
    """Find the row of a recording.

    Parameters
    ----------
    listing : Path
        Folder of the list.
    transcoded : Path
        Folder of transcoded files, whose stems are names, too.
    name : str
        Full path, path in the database, base name, base name without extension, or stem of the
        transcoded file: the first of these that fits any recording decides.
    report : callable
        Not called: it takes no time.

    Returns
    -------
    int or None
        The first such row, as far as the list has grown; None if there is none.

    Raises
    ------
    StorageError
        If the list is gone.
    TableError
        If no recording fits, and the manifest of the transcoded files is damaged.
    """
    del report
    if not name:
        return None
    with ListingReader(listing) as reader:
        n_rows = reader.n_rows
        for column in ("located", "path", "name"):
            if (row := _row_of(reader.text(column), n_rows, name)) is not None:
                return row
        names = reader.text("name")
        for row in np.flatnonzero(_contains(names, n_rows, name)).tolist():
            if PurePath(names[row]).stem == name:
                return row
        for entry in read_manifest(transcoded):
            if entry.file and entry.stem == name:
                return _row_of(reader.text("located"), n_rows, entry.original)
    return None


def _row_of(column: TextColumn, n_rows: int, text: str) -> int | None:
    wanted = text.encode("utf-8", "surrogateescape")
    # Lengths first: they leave few to be read.
    starts = np.concatenate([[0], column.ends[: n_rows - 1]]) if n_rows else column.ends[:0]
    for row in np.flatnonzero(column.ends[:n_rows] - starts == len(wanted)).tolist():
        if column.data[starts[row] : column.ends[row]].tobytes() == wanted:
            return row
    return None


def _matches(
    reader: ListingReader, state: StatesReader | None, wanted: Wanted
) -> NDArray[np.bool_]:
    n_rows = reader.n_rows
    result = np.ones(n_rows, dtype=bool)
    for word in wanted.words.split():
        found = _contains(reader.text("search"), n_rows, searchable(word))
        if "/" in word:
            found |= _contains(reader.text("located"), n_rows, word, any_case=True)
        result &= found
    if wanted.quick != "all":
        chosen = np.zeros(n_rows, dtype=bool)
        n_known = min(n_rows, state.n_rows) if state is not None else 0
        if state is not None and n_known:
            chosen[:n_known] = quick_rows(state, wanted.quick)[:n_known]
        result &= chosen
    return result


def _contains(
    column: TextColumn, n_rows: int, word: str, *, any_case: bool = False
) -> NDArray[np.bool_]:
    pc = _compute()
    pattern = word.encode("utf-8", "surrogateescape")
    found: Any = pc.match_substring(_arrow(column, n_rows), pattern, ignore_case=any_case)
    return found.to_numpy(zero_copy_only=False)


def _compute() -> Any:  # noqa: ANN401  pyarrow has no types
    import pyarrow.compute as pc

    return pc


def _arrow(column: TextColumn, n_rows: int) -> Any:  # noqa: ANN401  pyarrow has no types
    """The texts as they are mapped, as an Arrow array."""
    import pyarrow as pa

    starts = np.zeros(n_rows + 1, dtype=np.int64)
    starts[1:] = column.ends[:n_rows]
    buffers = [None, pa.py_buffer(starts), pa.py_buffer(column.data)]
    return pa.Array.from_buffers(pa.large_binary(), n_rows, buffers)


def _keys(
    reader: ListingReader, state: StatesReader | None, order_by: str | int
) -> NDArray[np.float64]:
    """What rows are sorted by; NaN where there is nothing."""
    n_rows = reader.n_rows
    if order_by == "name":
        return _ranks_of(reader, "name", reader.text("name"))
    if isinstance(order_by, int):
        return _column_keys(reader, order_by)
    keys = np.full(n_rows, np.nan)
    if order_by == "reviewed":
        return reviewed_rows(reader).astype(np.float64)
    if state is not None:
        values = {
            "annotations": state.annotations,
            "errors": state.errors,
            "state": state_ranks(state.flags),
        }[order_by]
        n_known = min(n_rows, len(values))
        keys[:n_known] = values[:n_known]
    return keys


def _column_keys(reader: ListingReader, column: int) -> NDArray[np.float64]:
    n_rows = reader.n_rows
    kinds, numbers = reader.kinds[column][:n_rows], reader.numbers[column][:n_rows]
    keys = np.full(n_rows, np.nan)
    is_number = (kinds == INTEGER) | (kinds == REAL)
    is_other = ~is_number & (kinds != NOTHING)
    keys[is_number] = numbers[is_number]
    texts = reader.texts(column)
    large = is_number & (np.abs(numbers) >= EXACT_INTEGER)
    if large.any() or is_other.any():
        # As SQLite does: numbers, then texts, then blobs.
        keys[is_number] = _number_ranks(reader, column, np.flatnonzero(is_number), large)
        keys[is_other] = n_rows + _ranks_of(reader, str(column), texts)[is_other]
        keys[kinds == BLOB] = 3.0 * n_rows + numbers[kinds == BLOB]
    return keys


def _number_ranks(
    reader: ListingReader, column: int, rows: NDArray[np.int64], large: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Numbers as places in their order, exactly, which is what large integers need."""
    if not large.any():
        return np.unique(reader.numbers[column][rows], return_inverse=True)[1]
    values = [reader.value(row, column) for row in rows.tolist()]
    exact = [v for v in values if isinstance(v, int | float)]
    ranks = {v: k for k, v in enumerate(sorted(set(exact)))}
    return np.array([ranks[v] for v in exact], dtype=np.int64)


def _ranks_of(reader: ListingReader, name: str, column: TextColumn) -> NDArray[np.float64]:
    """Ranks of texts, from the file if they were sorted beforehand."""
    path = reader.folder / f"{name}.rank"
    if path.exists() and path.stat().st_size == 4 * reader.n_rows and reader.n_rows:
        return np.fromfile(path, dtype=np.int32).astype(np.float64)
    return _text_ranks(column, reader.n_rows).astype(np.float64)


def _text_ranks(column: TextColumn, n_rows: int) -> NDArray[np.int32]:
    """Places of texts in their order; those that differ by case alone have the same."""
    pc = _compute()
    # Columns of many recordings have few different texts, and those need be read but once.
    encoded = pc.dictionary_encode(_arrow(column, n_rows))
    keys = [sort_key(text) for text in encoded.dictionary.to_pylist()]
    ranks = {key: rank for rank, key in enumerate(sorted(set(keys)))}
    of_text = np.array([ranks[key] for key in keys], dtype=np.int32)
    return of_text[encoded.indices.to_numpy()] if n_rows else of_text


def sort_key(text: bytes) -> bytes:
    """By what texts are sorted: without case, numbers in them as numbers.

    Parameters
    ----------
    text : bytes
        UTF-8, or nearly.

    Returns
    -------
    bytes
        ``rec2`` comes before ``rec10``.
    """
    folded = searchable(text.decode("utf-8", "surrogateescape"))
    encoded = folded.encode("utf-8", "surrogateescape")
    return _NUMBER.sub(lambda number: number[0].zfill(DIGITS), encoded)
