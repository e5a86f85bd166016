# pyarrow ships no type information.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
"""A table of features: one file for all recordings, or a folder with one Parquet file for each."""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import TableError
from core.table_meta import RecordingMeta, read_meta
from core.tables import is_parquet, opened, read_table, require_columns

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import pyarrow as pa
    import pyarrow.parquet
    from numpy.typing import NDArray

    from core.features.spec import FeatureSpec
    from core.table_meta import TableMeta

BLOCK_FRAMES = 16_384
BUFFER_BYTES = 1_000_000
KEY_COLUMNS = ("id", "path", "start_sample", "end_sample")

PART_KEY = b"loudness"
"""Under which a recording's own Parquet file tells what it was made from."""


def feature_schema(columns: Sequence[str]) -> pa.Schema:
    """Columns and types of a table of features.

    Parameters
    ----------
    columns : sequence of str
        Names of the features, in order.

    Returns
    -------
    pyarrow.Schema
        The key columns, then one float32 column for each feature.
    """
    import pyarrow as pa

    keys = [("id", pa.string()), ("path", pa.string())]
    edges = [("start_sample", pa.int64()), ("end_sample", pa.int64())]
    return pa.schema([*keys, *edges, *((c, pa.float32()) for c in columns)])


def feature_rows(
    name: str, path: str, matrix: NDArray[np.float32], *, spec: FeatureSpec, first_frame: int = 0
) -> pa.Table:
    """Rows of one recording.

    Parameters
    ----------
    name : str
        The recording's name: a row's id is ``<name>_f<n>``.
    path : str
        The transcoded file.
    matrix : ndarray of float32, shape (n_frames, n_features)
        The features.
    spec : FeatureSpec
        What they are, and on which grid of frames.
    first_frame : int
        Which frame of the recording the first row is.

    Returns
    -------
    pyarrow.Table
        Of `feature_schema`.
    """
    import pyarrow as pa

    frames = np.arange(first_frame, first_frame + len(matrix), dtype=np.int64)
    starts = frames * spec.hop_size
    # Tables hold UTF-8, file systems any bytes; the metadata has the path as it is.
    encodable = path.encode("utf-8", "backslashreplace").decode("utf-8")
    keys = [
        pa.array([f"{name}_f{n}" for n in frames.tolist()], pa.string()),
        pa.repeat(pa.scalar(encodable, pa.string()), len(matrix)),
        pa.array(starts),
        pa.array(starts + spec.frame_size),
    ]
    features = [pa.array(np.ascontiguousarray(matrix[:, k])) for k in range(matrix.shape[1])]
    return pa.Table.from_arrays([*keys, *features], schema=feature_schema(spec.columns))


def read_note(path: Path) -> dict[str, Any] | None:
    """What a recording's own Parquet file tells of itself.

    Parameters
    ----------
    path : Path
        The file; there need not be one.

    Returns
    -------
    dict or None
        What was kept under `PART_KEY`; None if there is nothing, or the file cannot be read.
    """
    import pyarrow.parquet

    try:
        with opened(path) as file:
            return json.loads(pyarrow.parquet.read_metadata(file).metadata[PART_KEY])
    except (OSError, KeyError, TypeError, ValueError):
        return None


def part_blocks(
    path: Path, *, block_size: int = BLOCK_FRAMES
) -> tuple[FeatureSpec, int, Iterator[NDArray[np.float32]]]:
    """Features of a recording that has a file of its own, in blocks: memory stays bounded.

    Parameters
    ----------
    path : Path
        The recording's Parquet file.
    block_size : int
        Most frames in a block, > 0.

    Returns
    -------
    spec : FeatureSpec
        What the features are.
    n_frames : int
        How many frames there are.
    blocks : iterator of ndarray of float32, shape (n, n_features)
        In the order of the frames, the columns in that of the spec.

    Raises
    ------
    TableError
        If there is no such file or it is damaged; the blocks raise it, too.
    """
    import pyarrow as pa
    import pyarrow.parquet

    from core.features.spec import FeatureSpec

    kept = read_note(path)
    if kept is None:
        raise _damaged(path, "it is missing or does not tell what it is of")
    spec = FeatureSpec.from_dict(kept["spec"])

    def blocks() -> Iterator[NDArray[np.float32]]:
        try:
            with opened(path) as file:
                table = pyarrow.parquet.ParquetFile(
                    file, pre_buffer=False, buffer_size=BUFFER_BYTES
                )
                for batch in table.iter_batches(block_size, columns=list(spec.columns)):
                    yield to_matrix(pa.Table.from_batches([batch]), spec.columns)
        except (pa.ArrowInvalid, KeyError, OSError) as error:
            raise _damaged(path, error) from error

    return spec, kept["recording"]["n_rows"], blocks()


def _damaged(path: Path, error: Exception | str) -> TableError:
    msg = f"{path} cannot be read as a table: {str(error).splitlines()[0]}"
    return TableError(msg, hint="Extract the features again.")


class FeatureTable:
    """Features on disk, read one recording at a time.

    Parameters
    ----------
    path : Path
        The table: a CSV or Parquet file, or a folder with ``<recording>.parquet`` for each.

    Raises
    ------
    TableError
        If there is no such table, or its metadata is missing or damaged.
    """

    def __init__(self, path: Path) -> None:
        if not path.exists():
            msg = f"There is no table of features {path}"
            hint = "Extract the features first, or name their table with --input_features."
            raise TableError(msg, hint=hint)
        self.path = path
        self.meta: TableMeta = read_meta(path)
        self._place = {r.name: k for k, r in enumerate(self.meta.recordings)}
        ends = np.cumsum([r.n_rows for r in self.meta.recordings])
        self._offsets = ends - [r.n_rows for r in self.meta.recordings]

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the features, in order."""
        from core.features.spec import FeatureSpec

        return FeatureSpec.from_dict(self.meta.features).columns

    def read(self, recording: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Rows of one recording.

        Parameters
        ----------
        recording : str
            Its name in the table.
        columns : sequence of str, optional
            Which columns; all if left out.

        Returns
        -------
        pyarrow.Table
            In the order of the frames.

        Raises
        ------
        TableError
            If there is no such recording, or the table is damaged.
        """
        if recording not in self._place:
            msg = f"{self.path} has no recording {recording}"
            raise TableError(msg, hint="Extract the features again.")
        place = self._place[recording]
        names = list(columns) if columns is not None else [*KEY_COLUMNS, *self.columns]
        if self.path.is_dir():
            rows = self._read_part(self.meta.recordings[place], names)
        elif (groups := self._row_groups) is not None:
            rows = self._read_row_groups(*groups, place=place, columns=names)
        else:
            n_rows = self.meta.recordings[place].n_rows
            require_columns(self._whole, names, self.path)
            rows = self._whole.slice(int(self._offsets[place]), n_rows).select(names)
        if len(rows) != self.meta.recordings[place].n_rows:
            msg = f"{self.path} has {len(rows)} rows of {recording}, not those that were written"
            raise TableError(msg, hint="Extract the features again.")
        return rows

    def matrix(self, recording: str, columns: Sequence[str]) -> NDArray[np.float32]:
        """Some features of one recording.

        Parameters
        ----------
        recording : str
            Its name in the table.
        columns : sequence of str
            Names of the features.

        Returns
        -------
        ndarray of float32, shape (n_frames, n_columns)
            Row n is frame n.

        Raises
        ------
        TableError
            If there is no such recording, or the table is damaged.
        """
        return to_matrix(self.read(recording, columns), columns)

    def _read_part(self, recording: RecordingMeta, columns: list[str]) -> pa.Table:
        """Rows of a recording that has a file of its own."""
        path = self.path / f"{recording.name}.parquet"
        rows = read_table(path, columns)
        kept = read_note(path)
        if kept and (
            kept["spec"] != self.meta.features
            or RecordingMeta(**kept["recording"]).identity != recording.identity
        ):
            # The folder's metadata is written last.
            msg = f"{self.path} has features of {recording.name} from a run that was cut short"
            raise TableError(msg, hint="Extract the features again: what is done is kept.")
        return rows

    def _read_row_groups(
        self,
        file: pyarrow.parquet.ParquetFile,
        groups: list[list[int]],
        *,
        place: int,
        columns: list[str],
    ) -> pa.Table:
        import pyarrow as pa

        try:
            rows = file.read_row_groups(groups[place], columns=columns)
        except (pa.ArrowInvalid, OSError) as error:
            raise _damaged(self.path, error) from error
        require_columns(rows, columns, self.path)
        return rows.select(columns)

    @cached_property
    def _row_groups(self) -> tuple[pyarrow.parquet.ParquetFile, list[list[int]]] | None:
        """The Parquet file, and the row groups of each recording, if none holds rows of two."""
        import pyarrow as pa
        import pyarrow.parquet

        if not is_parquet(self.path):
            return None
        try:
            file = pyarrow.parquet.ParquetFile(opened(self.path))
        except (pa.ArrowInvalid, OSError) as error:
            raise _damaged(self.path, error) from error
        sizes = [file.metadata.row_group(k).num_rows for k in range(file.metadata.num_row_groups)]
        stops = np.cumsum(sizes)
        ends = np.cumsum([r.n_rows for r in self.meta.recordings])
        last = np.searchsorted(stops, ends)
        if not np.isin(ends, stops).all():
            return None
        first = np.concatenate([[0], last[:-1] + 1])
        return file, [list(range(a, b + 1)) for a, b in zip(first, last, strict=True)]

    @cached_property
    def _whole(self) -> pa.Table:
        return read_table(self.path, schema=feature_schema(self.columns))


def to_matrix(table: pa.Table, columns: Sequence[str]) -> NDArray[np.float32]:
    """Columns of numbers side by side.

    Parameters
    ----------
    table : pyarrow.Table
        With `columns` among its columns.
    columns : sequence of str
        Which, in which order.

    Returns
    -------
    ndarray of float32, shape (n_rows, n_columns)
        One row for each row of the table.
    """
    matrix = np.empty((len(table), len(columns)), dtype=np.float32)
    for k, column in enumerate(columns):
        matrix[:, k] = table.column(column).to_numpy()
    return matrix
