# pyarrow ships no type information.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
"""Tables on disk: CSV or Parquet, by the ending of the name."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Self

from core.errors import TableError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pyarrow as pa

PARQUET_SUFFIXES = (".parquet", ".pq")
CSV_SUFFIXES = (".csv",)
TEXT_COLUMNS = ("id", "path", "recording", "class", "file_name")


def is_parquet(path: Path) -> bool:
    """Whether a table's name says that it is Parquet.

    Parameters
    ----------
    path : Path
        The table's file.

    Returns
    -------
    bool
        True for Parquet, False for CSV.

    Raises
    ------
    TableError
        If the ending is neither's.
    """
    suffix = path.suffix.lower()
    if suffix in PARQUET_SUFFIXES:
        return True
    if suffix in CSV_SUFFIXES:
        return False
    msg = f"The ending of {path.name} says neither CSV nor Parquet"
    raise TableError(msg, hint="Use a name that ends in .csv or .parquet.")


class TableWriter:
    """Writes a table in pieces, so that it need not fit into memory; a context manager.

    Parameters
    ----------
    path : Path
        Where the table goes, as CSV or Parquet by its ending; used as it is (see `replacing`).
    schema : pyarrow.Schema
        Columns and their types.
    parquet : bool
        Which of the two.
    """

    def __init__(self, path: Path, schema: pa.Schema, *, parquet: bool) -> None:
        import pyarrow.csv
        import pyarrow.parquet

        self.schema = schema
        # pyarrow itself opens no file whose name is not UTF-8.
        self._file = path.open("wb")
        if parquet:
            # Floats of audio do not repeat: a dictionary only costs time (measured).
            repeated: Any = [c for c in ("path", "recording") if c in schema.names]
            self._writer = pyarrow.parquet.ParquetWriter(
                self._file, schema, compression="zstd", use_dictionary=repeated or False
            )
        else:
            options = pyarrow.csv.WriteOptions(quoting_style="needed")
            self._writer = pyarrow.csv.CSVWriter(self._file, schema, write_options=options)

    def write(self, table: pa.Table) -> None:
        """Append rows.

        Parameters
        ----------
        table : pyarrow.Table
            Of the writer's schema; in Parquet one row group.
        """
        if isinstance(self._writer, _parquet_writer()):
            self._writer.write_table(table, row_group_size=max(1, table.num_rows))
        else:
            self._writer.write_table(table)

    def annotate(self, key: bytes, text: str) -> None:
        """Keep a text inside the file; only Parquet can.

        Parameters
        ----------
        key : bytes
            Under which it is found in the file's metadata.
        text : str
            What to keep.
        """
        self._writer.add_key_value_metadata({key: text.encode()})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._file:
            self._writer.close()


def _parquet_writer() -> type:
    import pyarrow.parquet

    return pyarrow.parquet.ParquetWriter


def opened(path: Path) -> pa.NativeFile:
    """Open a table to be read by pyarrow.

    Given a file of Python's, pyarrow reads it in threads that need the interpreter, and a process
    that ends in that moment is aborted: of 250 that had read a table, 23 were (apache/arrow
    issue 34314).

    Parameters
    ----------
    path : Path
        The table; its name need not be UTF-8.

    Returns
    -------
    pyarrow.NativeFile
        A context manager.

    Raises
    ------
    OSError
        If it cannot be opened.
    """
    import pyarrow as pa

    return pa.OSFile(os.fsencode(path))


def read_table(
    path: Path, columns: Sequence[str] | None = None, *, schema: pa.Schema | None = None
) -> pa.Table:
    """Read a table, or some of its columns.

    Parameters
    ----------
    path : Path
        CSV or Parquet, by its ending.
    columns : sequence of str, optional
        Names of the columns; all if left out.
    schema : pyarrow.Schema, optional
        Types of columns that a CSV has; what it does not name is taken from the text.

    Returns
    -------
    pyarrow.Table
        In the order of the file.

    Raises
    ------
    TableError
        If there is no such file, it is damaged, or a column is missing.
    """
    import pyarrow as pa
    import pyarrow.csv
    import pyarrow.parquet

    wanted = list(columns) if columns is not None else None
    try:
        with opened(path) as file:
            if is_parquet(path):
                return pyarrow.parquet.read_table(file, columns=wanted)
            types = {f.name: f.type for f in schema} if schema is not None else {}
            convert = pyarrow.csv.ConvertOptions(
                include_columns=wanted,
                column_types={**dict.fromkeys(TEXT_COLUMNS, pa.string()), **types},
            )
            parse = pyarrow.csv.ParseOptions(newlines_in_values=True)
            return pyarrow.csv.read_csv(file, convert_options=convert, parse_options=parse)
    except FileNotFoundError as error:
        msg = f"There is no table {path}"
        raise TableError(msg, hint="Check the path, or make the table first.") from error
    except (pa.ArrowInvalid, pa.ArrowKeyError, OSError) as error:
        msg = f"{path} cannot be read as a table: {str(error).splitlines()[0]}"
        raise TableError(msg, hint="Make the table again.") from error


def require_columns(table: pa.Table, columns: Sequence[str], path: Path | str) -> None:
    """Check that a table has what it should have.

    Parameters
    ----------
    table : pyarrow.Table
        The table.
    columns : sequence of str
        Names that must be there.
    path : Path or str
        The table's file, for the message.

    Raises
    ------
    TableError
        If a column is missing; all that are missing are named.
    """
    missing = [c for c in columns if c not in table.column_names]
    if missing:
        msg = f"{path} has no column {', '.join(missing)}"
        raise TableError(msg, hint="It has " + ", ".join(table.column_names[:12]) + ".")
