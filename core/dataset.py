# pyarrow ships no type information.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
"""Features and annotations joined into labelled frames."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.errors import TableError
from core.features.spec import FeatureSpec
from core.features.table import feature_schema, to_matrix
from core.table_meta import read_meta
from core.tables import read_table, require_columns

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa
    from numpy.typing import NDArray

    from core.table_meta import TableMeta


@dataclass(frozen=True)
class Dataset:
    """Labelled frames, in memory.

    Parameters
    ----------
    path : Path
        The table that they were read from.
    meta : TableMeta
        Its metadata: classes, feature spec, recordings, annotations, source.
    columns : tuple of str, length n_features
        Names of the features.
    features : ndarray of float32, shape (n_frames, n_features)
        One row for each labelled frame.
    targets : ndarray of int64, shape (n_frames,)
        Class of each frame: its place in `meta.classes`.
    recording_index : ndarray of int64, shape (n_frames,)
        Recording of each frame: its place in `meta.recordings`.
    start_samples : ndarray of int64, shape (n_frames,)
        First sample of each frame.
    """

    path: Path
    meta: TableMeta
    columns: tuple[str, ...]
    features: NDArray[np.float32]
    targets: NDArray[np.int64]
    recording_index: NDArray[np.int64]
    start_samples: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.targets)


def dataset_schema(columns: tuple[str, ...]) -> pa.Schema:
    """Columns and types of a dataset.

    Parameters
    ----------
    columns : tuple of str
        Names of the features, in order.

    Returns
    -------
    pyarrow.Schema
        That of the features, then `recording` and `target`.
    """
    import pyarrow as pa

    schema = feature_schema(columns)
    return schema.append(pa.field("recording", pa.string())).append(pa.field("target", pa.int8()))


def load_dataset(path: Path) -> Dataset:
    """Read a dataset that `build_dataset` wrote.

    Parameters
    ----------
    path : Path
        CSV or Parquet, with its metadata beside it.

    Returns
    -------
    Dataset
        All its rows.

    Raises
    ------
    TableError
        If it is missing, damaged, or not a dataset.
    """
    if not path.exists():
        msg = f"There is no dataset {path}"
        raise TableError(msg, hint="Check the path, or build the dataset first.")
    meta = read_meta(path)
    if meta.kind != "dataset":
        msg = f"{path} is a table of {meta.kind}, not a dataset"
        raise TableError(msg, hint="Build a dataset from it with the annotations.")
    columns = FeatureSpec.from_dict(meta.features).columns
    schema = dataset_schema(columns)
    table = read_table(path, schema=schema)
    require_columns(table, schema.names, path)
    if len(table) != meta.n_rows:
        msg = f"{path} has {len(table)} rows, but its metadata tells of {meta.n_rows}"
        raise TableError(msg, hint="Build the dataset again.")
    counts = [r.n_rows for r in meta.recordings]
    recording_index = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
    _check_rows(table, meta, path)
    return Dataset(
        path=path,
        meta=meta,
        columns=columns,
        features=to_matrix(table, columns),
        targets=table.column("target").to_numpy().astype(np.int64),
        recording_index=recording_index,
        start_samples=table.column("start_sample").to_numpy().astype(np.int64),
    )


def _check_rows(table: pa.Table, meta: TableMeta, path: Path) -> None:
    """Check that the rows are those that the metadata tells of, in their order."""
    found = table.column("recording").combine_chunks().dictionary_encode()
    names = found.dictionary.to_pylist()
    in_order = names == [r.name for r in meta.recordings if r.n_rows]
    if not in_order or np.any(np.diff(found.indices.to_numpy()) < 0):
        msg = f"{path} has not the rows that were written: other recordings, or another order"
        raise TableError(msg, hint="Build the dataset again.")
    targets = table.column("target").to_numpy()
    if np.any((targets < 0) | (targets >= len(meta.classes))):
        msg = f"{path} has a target that is none of the {len(meta.classes)} classes"
        raise TableError(msg, hint="Build the dataset again.")
