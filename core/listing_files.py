"""The list of recordings on disk: columns that only grow, mapped by the window while they do.

A folder holds, for each column, one raw file for each part of its values; texts are one after the
other in one file, their ends in another. A row counts only when all columns have it. The names of
the query's own columns stand in `listing.json` alone, so that none can be in another's way.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Self

import numpy as np

from core.errors import StorageError, storage_error
from core.storage import write_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

META_NAME = "listing.json"
FIXED_TEXTS = ("path", "located", "name", "search")
"""Path in the database, where the file is expected, base name, and what a filter looks into."""

NOTHING, INTEGER, REAL, TEXT, BLOB = range(5)
"""Kinds of values, as SQLite has them."""

LONGEST_TEXT = 10_000
"""Longer values are cut in the list, in characters; a filter sees them whole."""
EXACT_INTEGER = 2**53
"""Larger ones are kept as text, too: a floating point number would round them."""

_KINDS: dict[type, int] = {type(None): NOTHING, int: INTEGER, float: REAL, str: TEXT, bytes: BLOB}


@dataclass(frozen=True)
class ListingMeta:
    """What a list is of.

    Parameters
    ----------
    query : str
        The query that gave it.
    columns : tuple of str
        Its columns but the path, in their order.
    reviewed : str
        Name of the one, in capitals or not, that says which recordings are reviewed.
    """

    query: str
    columns: tuple[str, ...]
    reviewed: str = "reviewed"


class _Growing:
    """A file that only grows; each writing is whole or an error."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("xb", buffering=0)

    def add(self, data: bytes | memoryview) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) :]

    def close(self) -> None:
        self._file.close()


class TextWriter:
    """Writes a column of texts; a context manager.

    Parameters
    ----------
    folder : Path
        Where; it exists.
    name : str
        Of the files, without ending.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._bytes = _Growing(folder / f"{name}.text")
        self._ends = _Growing(folder / f"{name}.ends")
        self._end = 0

    def add(self, texts: Iterable[str]) -> None:
        """Write texts behind the others.

        Parameters
        ----------
        texts : iterable of str
            Bytes that are no UTF-8 come as surrogates, as in paths.
        """
        encoded = [t.encode("utf-8", "surrogateescape") for t in texts]
        ends = np.cumsum([len(e) for e in encoded], dtype=np.int64) + self._end
        if len(ends):
            self._end = int(ends[-1])
        self._bytes.add(b"".join(encoded))
        self._ends.add(ends.tobytes())

    def close(self) -> None:
        """Close the files."""
        self._bytes.close()
        self._ends.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class ListingWriter:
    """Writes a list; a context manager.

    Parameters
    ----------
    folder : Path
        A new folder.
    meta : ListingMeta
        What the list is of.

    Raises
    ------
    StorageError
        If the folder cannot be written, or the disk is full.
    """

    def __init__(self, folder: Path, meta: ListingMeta) -> None:
        self._folder = folder
        try:
            folder.mkdir(parents=True)
            self._values = [
                (_Growing(folder / f"{k}.kind"), _Growing(folder / f"{k}.number"))
                for k in range(len(meta.columns))
            ]
            self._texts = [TextWriter(folder, str(k)) for k in range(len(meta.columns))]
            self._fixed = [TextWriter(folder, name) for name in FIXED_TEXTS]
        except OSError as error:
            raise storage_error(error, folder) or error from error
        # The last, since it tells that all the others are there.
        write_json(folder / META_NAME, asdict(meta))

    def add(self, fixed: Sequence[Sequence[str]], columns: Sequence[Sequence[Any]]) -> None:
        """Write rows behind the others.

        Parameters
        ----------
        fixed : sequence of sequence of str
            For each of `FIXED_TEXTS` the texts of the rows.
        columns : sequence of sequence
            For each of the query's columns the values of the rows.

        Raises
        ------
        StorageError
            If the disk is full.
        """
        try:
            for (kind_file, number_file), text_file, values in zip(
                self._values, self._texts, columns, strict=True
            ):
                kinds, numbers, texts = _parts(values)
                kind_file.add(kinds)
                number_file.add(numbers.tobytes())
                text_file.add(texts)
            for file, texts in zip(self._fixed, fixed, strict=True):
                file.add(texts)
        except OSError as error:
            raise storage_error(error, self._folder) or error from error

    def close(self) -> None:
        """Close the files."""
        for pair in self._values:
            for file in pair:
                file.close()
        for file in (*self._texts, *self._fixed):
            file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class TextColumn:
    """Reads a column of texts that may still grow.

    Parameters
    ----------
    folder : Path
        What a `TextWriter` was given.
    name : str
        Of the files, without ending.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._files = [(folder / f"{name}{ending}").open("rb") for ending in (".text", ".ends")]
        self.data = np.zeros(0, dtype=np.uint8)
        self.ends = np.zeros(0, dtype=np.int64)

    def refresh(self) -> int:
        """Look how far the column has grown.

        Returns
        -------
        int
            Rows that it has.
        """
        # Ends first: bytes that come meanwhile are told of by none of them.
        self.ends = mapped(self._files[1], np.dtype(np.int64))
        self.data = mapped(self._files[0], np.dtype(np.uint8))
        return len(self.ends)

    def __getitem__(self, row: int) -> str:
        start = int(self.ends[row - 1]) if row else 0
        data = self.data[start : int(self.ends[row])].tobytes()
        return data.decode("utf-8", "surrogateescape")

    def close(self) -> None:
        """Let the files go."""
        self.data, self.ends = self.data[:0].copy(), self.ends[:0].copy()
        for file in self._files:
            file.close()


class ListingReader:
    """Reads a list that may still grow; a context manager.

    Parameters
    ----------
    folder : Path
        What a `ListingWriter` makes or made.

    Raises
    ------
    StorageError
        If there is no list, or it is damaged.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.n_rows = 0
        self._files: list[BinaryIO] = []
        try:
            values = json.loads((folder / META_NAME).read_text(encoding="utf-8"))
            self.meta = ListingMeta(values["query"], tuple(values["columns"]), values["reviewed"])
            places = range(len(self.meta.columns))
            self._texts = [TextColumn(folder, str(k)) for k in places]
            self._fixed = {name: TextColumn(folder, name) for name in FIXED_TEXTS}
            self._kind_files = [self._open(f"{k}.kind") for k in places]
            self._number_files = [self._open(f"{k}.number") for k in places]
        except (OSError, ValueError, KeyError, TypeError) as error:
            msg = f"The list of recordings in {folder} cannot be read: {error}"
            raise StorageError(msg, hint="Reload the list: it is made again.") from error
        self.refresh()

    def refresh(self) -> int:
        """Look how far the list has grown.

        Returns
        -------
        int
            Rows that it has.
        """
        lengths = [column.refresh() for column in (*self._texts, *self._fixed.values())]
        self.kinds = [mapped(file, np.dtype(np.uint8)) for file in self._kind_files]
        self.numbers = [mapped(file, np.dtype(np.float64)) for file in self._number_files]
        self.n_rows = min(lengths + [len(part) for part in (*self.kinds, *self.numbers)])
        return self.n_rows

    def text(self, name: str) -> TextColumn:
        """Give one of `FIXED_TEXTS`.

        Parameters
        ----------
        name : str
            Which.

        Returns
        -------
        TextColumn
            It may have more rows than the list.
        """
        return self._fixed[name]

    def texts(self, column: int) -> TextColumn:
        """Texts of one of the query's columns.

        Parameters
        ----------
        column : int
            Place in `meta.columns`.

        Returns
        -------
        TextColumn
            Empty where a value is no text.
        """
        return self._texts[column]

    def value(self, row: int, column: int) -> str | int | float | None:
        """Give a value of the query's.

        Parameters
        ----------
        row : int
            Which recording.
        column : int
            Place in `meta.columns`.

        Returns
        -------
        str, int, float or None
            Long texts are cut; of a blob, its size in words.
        """
        kind = self.kinds[column][row]
        if kind == NOTHING:
            return None
        if kind in {TEXT, BLOB}:
            return self._texts[column][row]
        number = float(self.numbers[column][row])
        if kind == REAL:
            return number
        exact = self._texts[column][row]
        return int(exact) if exact else int(number)

    def close(self) -> None:
        """Let the files go."""
        self.n_rows = 0
        self.kinds, self.numbers = [], []
        for column in (*self._texts, *self._fixed.values(), *self._files):
            column.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open(self, name: str) -> BinaryIO:
        file = (self.folder / name).open("rb")
        self._files.append(file)
        return file


def mapped(file: BinaryIO, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Map whole values of a file, as far as it has grown.

    Parameters
    ----------
    file : binary file
        Raw values.
    dtype : dtype
        Of the values.

    Returns
    -------
    ndarray, shape (n_values,)
        Read-only.
    """
    n_values = os.fstat(file.fileno()).st_size // dtype.itemsize
    if not n_values:
        # Nothing cannot be mapped.
        return np.zeros(0, dtype=dtype)
    return np.asarray(np.memmap(file, dtype=dtype, mode="r", shape=(n_values,)))


def _parts(values: Sequence[Any]) -> tuple[bytes, NDArray[np.float64], list[str]]:
    """Kinds, numbers and texts of a column's values."""
    kinds = bytes(map(_KINDS.__getitem__, map(type, values)))
    present = set(kinds)
    if present <= {TEXT}:
        return kinds, np.zeros(len(values)), [_cut(v) for v in values]
    if present <= {REAL}:
        return kinds, np.asarray(values, dtype=np.float64), [""] * len(values)
    numbers = np.zeros(len(values))
    texts = [""] * len(values)
    for k, (kind, value) in enumerate(zip(kinds, values, strict=True)):
        if kind in {INTEGER, REAL}:
            numbers[k] = value
            if kind == INTEGER and abs(value) > EXACT_INTEGER:
                texts[k] = str(value)
        elif kind == TEXT:
            texts[k] = _cut(value)
        elif kind == BLOB:
            numbers[k] = len(value)
            texts[k] = f"{len(value):,} bytes"
    return kinds, numbers, texts


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT] + " …"
