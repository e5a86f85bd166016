"""Datasets in memory: what was written, or an error that says what is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from core.dataset import dataset_schema, load_dataset
from core.errors import TableError
from core.features.spec import FeatureSpec
from core.features.table import feature_rows
from core.table_meta import RecordingMeta, TableMeta, meta_path, read_meta, write_meta
from core.tables import TableWriter, is_parquet

SPEC = FeatureSpec(8000, 200, 200)
ROWS = {"a": [0, 2, 5], "b": [1], "c": [0, 1]}
TARGETS = {"a": [0, 2, 1], "b": [2], "c": [0, 0]}
ENDINGS = [".csv", ".parquet"]


def rows_of(name):
    rng = np.random.default_rng(ord(name))
    matrix = rng.standard_normal((6, len(SPEC.columns))).astype(np.float32)
    rows = feature_rows(name, f"/t/{name}.wav", matrix, spec=SPEC).take(ROWS[name])
    rows = rows.append_column("recording", pa.array([name] * len(rows)))
    rows = rows.append_column("target", pa.array(TARGETS[name], pa.int8()))
    return rows, matrix[ROWS[name]]


def meta_of(**changes):
    recordings = tuple(RecordingMeta(n, f"/t/{n}.wav", 1200, len(k)) for n, k in ROWS.items())
    classes = ("inaudible", "barely", "audible")
    meta = TableMeta("dataset", 8000, 200, 200, SPEC.to_dict(), recordings, classes=classes)
    return replace(meta, **changes)


def write(path, names="abc", **changes):
    with TableWriter(path, dataset_schema(SPEC.columns), parquet=is_parquet(path)) as writer:
        for name in names:
            writer.write(rows_of(name)[0])
    write_meta(path, meta_of(**changes))
    return path


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_dataset_is_what_was_written(tmp_path, ending):
    path = write(tmp_path / f"d{ending}")
    dataset = load_dataset(path)
    assert (dataset.path, dataset.meta, dataset.columns) == (path, meta_of(), SPEC.columns)
    assert len(dataset) == 6
    assert dataset.features.dtype == np.float32
    assert np.array_equal(dataset.features, np.concatenate([rows_of(n)[1] for n in "abc"]))
    assert dataset.targets.dtype == dataset.recording_index.dtype == np.int64
    assert dataset.targets.tolist() == [0, 2, 1, 2, 0, 0]
    assert dataset.recording_index.tolist() == [0, 0, 0, 1, 2, 2]
    assert dataset.start_samples.tolist() == [0, 400, 1000, 200, 0, 200]


def test_a_csv_that_another_program_wrote_anew(tmp_path):
    import pandas as pd

    path = write(tmp_path / "d.csv")
    before = load_dataset(path)
    pd.read_csv(path, dtype=dict.fromkeys(SPEC.columns, "float32")).to_csv(path, index=False)
    assert np.allclose(load_dataset(path).features, before.features)


@pytest.mark.parametrize("ending", ENDINGS)
def test_no_dataset(tmp_path, ending):
    path = tmp_path / f"d{ending}"
    with pytest.raises(TableError, match="There is no dataset"):
        load_dataset(path)
    write(path)
    meta_path(path).unlink()
    with pytest.raises(TableError, match="is missing"):
        load_dataset(path)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"names": "ab"}, "has 4 rows, but its metadata tells of 6"),
        ({"names": "abca"}, "has 9 rows, but its metadata tells of 6"),
        ({"names": "bac"}, "other recordings, or another order"),
        ({"recordings": meta_of().recordings[::-1]}, "other recordings, or another order"),
        ({"kind": "features"}, "is a table of features, not a dataset"),
        ({"classes": ("quiet", "loud")}, "none of the 2 classes"),
    ],
)
def test_other_rows_than_were_written(tmp_path, ending, changes, words):
    path = write(tmp_path / f"d{ending}", **changes)
    with pytest.raises(TableError, match=words):
        load_dataset(path)


def test_shuffled_rows(tmp_path):
    import pandas as pd

    path = write(tmp_path / "d.csv")
    rows = pd.read_csv(path)
    rows.iloc[[0, 3, 1, 2, 4, 5]].to_csv(path, index=False)
    with pytest.raises(TableError, match="another order"):
        load_dataset(path)


@pytest.mark.parametrize("column", ["target", "recording", "hpcp_11", "start_sample"])
def test_a_missing_column(tmp_path, column):
    path = write(tmp_path / "d.csv")
    path.write_text(path.read_text().replace(column, "x", 1))
    with pytest.raises(TableError, match=f"has no column {column}"):
        load_dataset(path)


def test_a_dataset_without_rows(tmp_path):
    path = write(tmp_path / "d.parquet", "", recordings=())
    dataset = load_dataset(path)
    assert len(dataset) == 0
    assert dataset.features.shape == (0, len(SPEC.columns))
    assert read_meta(path).n_rows == 0
