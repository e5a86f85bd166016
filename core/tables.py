# pyarrow ships no type information.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
"""Tables on disk: CSV or Parquet by the name's ending, and the metadata that lies beside each.

Beside table ``X`` lies ``X.meta.json``. It says from what and how the table was made, so that no
later stage has to guess a rate or a hop.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from core.errors import TableError
from core.storage import write_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pyarrow as pa

META_FORMAT = 1
PARQUET_SUFFIXES = (".parquet", ".pq")
CSV_SUFFIXES = (".csv",)
TEXT_COLUMNS = ("id", "path", "recording", "class", "file_name")


@dataclass(frozen=True)
class RecordingMeta:
    """What a table knows of one of its recordings.

    Parameters
    ----------
    name : str
        Stem of the transcoded file; unique in the table, and the first part of each row's id.
    path : str
        The transcoded file.
    n_samples : int
        Its length, in samples at the table's rate.
    n_rows : int
        Rows of the table that belong to the recording; they stand together, in order.
    original : str
        Full path of the original.
    database_path : str
        The path as the user's database has it; empty if there was no database.
    sha256 : str
        Of the transcoded file.
    stamp : str
        Size and time stamp of audio that this program did not make; else empty.
    """

    name: str
    path: str
    n_samples: int
    n_rows: int
    original: str = ""
    database_path: str = ""
    sha256: str = ""
    stamp: str = ""

    @property
    def identity(self) -> str:
        """By what a change of the audio is noticed."""
        return self.stamp or self.sha256


@dataclass(frozen=True)
class TableMeta:
    """What lies beside a table of features or a dataset.

    Parameters
    ----------
    kind : str
        ``"features"`` or ``"dataset"``.
    sample_rate : int
        In Hz: what `start_sample` and `end_sample` count at.
    frame_size, hop_size : int
        In samples.
    features : dict
        The feature spec, as its `to_dict` gave it.
    recordings : tuple of RecordingMeta
        In the order of the rows.
    sha256 : str
        Of the table itself.
    config : dict
        The settings of the stage that made it.
    classes : tuple of str
        For a dataset: from the quietest to the loudest.
    annotations : dict
        For a dataset: recording -> list of [start_sample, end_sample, target], as used.
    source : dict
        For a dataset: `path` and `sha256` of the feature table, and of the annotations.
    transcode : dict
        How the audio was transcoded: settings that prediction has to repeat.
    absent : tuple of (str, str)
        Original and path in the database of recordings that are known but not in the table:
        an annotation of theirs must not be taken for that of a recording with a similar name.
    """

    kind: str
    sample_rate: int
    frame_size: int
    hop_size: int
    features: dict[str, Any]
    recordings: tuple[RecordingMeta, ...]
    sha256: str = ""
    config: dict[str, Any] = field(default_factory=dict[str, Any])
    classes: tuple[str, ...] = ()
    annotations: dict[str, list[tuple[int, int, int]]] = field(
        default_factory=dict[str, list[tuple[int, int, int]]]
    )
    source: dict[str, Any] = field(default_factory=dict[str, Any])
    transcode: dict[str, Any] = field(default_factory=dict[str, Any])
    absent: tuple[tuple[str, str], ...] = ()

    @property
    def n_rows(self) -> int:
        """Rows of the whole table."""
        return sum(r.n_rows for r in self.recordings)

    def to_dict(self) -> dict[str, Any]:
        """Everything, fit for JSON.

        Returns
        -------
        dict
            With the number of the format under ``"format"``.
        """
        return {"format": META_FORMAT, **dataclasses.asdict(self)}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> TableMeta:
        """Read what `to_dict` gave.

        Parameters
        ----------
        values : dict
            As read from JSON.

        Returns
        -------
        TableMeta
            The same metadata.

        Raises
        ------
        TableError
            If the format is a newer one.
        KeyError, TypeError
            If something is missing or of another type.
        """
        rest = dict(values)
        if rest.pop("format") > META_FORMAT:
            msg = "The table was made by a newer version of this program"
            raise TableError(msg, hint="Install the newer version.")
        rest["recordings"] = tuple(RecordingMeta(**r) for r in rest["recordings"])
        rest["classes"] = tuple(rest.get("classes", ()))
        rest["absent"] = tuple((str(o), str(d)) for o, d in rest.get("absent", ()))
        rest["annotations"] = {
            name: [(int(s), int(e), int(t)) for s, e, t in spans]
            for name, spans in rest.get("annotations", {}).items()
        }
        return cls(**rest)


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


def meta_path(table: Path) -> Path:
    """Where the metadata of a table lies.

    Parameters
    ----------
    table : Path
        The table's file or folder.

    Returns
    -------
    Path
        The file beside it.
    """
    return table.with_name(table.name + ".meta.json")


def read_meta(table: Path) -> TableMeta:
    """Read the metadata beside a table.

    Parameters
    ----------
    table : Path
        The table's file or folder.

    Returns
    -------
    TableMeta
        Checked for its form, not against the table.

    Raises
    ------
    TableError
        If there is none, or it is damaged.
    """
    path = meta_path(table)
    try:
        return TableMeta.from_dict(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        msg = f"{path.name} is missing beside {table}"
        hint = "The two belong together: copy both, or make the table again."
        raise TableError(msg, hint=hint) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        msg = f"{path} is damaged: {error}"
        raise TableError(msg, hint="Make the table again.") from error


def write_meta(table: Path, meta: TableMeta) -> None:
    """Write the metadata beside a table, in one step.

    Parameters
    ----------
    table : Path
        The table's file or folder.
    meta : TableMeta
        What to write.
    """
    write_json(meta_path(table), meta.to_dict())


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
        with path.open("rb") as file:
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
