"""Tables of features: one file or a folder of files, read one recording at a time."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from core.errors import TableError
from core.features.spec import FeatureSpec
from core.features.table import (
    PART_KEY,
    FeatureTable,
    feature_rows,
    feature_schema,
    part_blocks,
    to_matrix,
)
from core.table_meta import RecordingMeta, TableMeta, write_meta
from core.tables import TableWriter, read_table

SPEC = FeatureSpec(8000, 200, 100)
N_FRAMES = {"a": 5, "b": 1, "c": 7}
RECORDINGS = tuple(
    RecordingMeta(n, f"/t/{n}.wav", 100 * k + 100, k, sha256=f"hash of {n}")
    for n, k in N_FRAMES.items()
)
META = TableMeta("features", 8000, 200, 100, SPEC.to_dict(), RECORDINGS)
KINDS = ["t.csv", "t.parquet", "t"]


def matrix_of(name):
    rng = np.random.default_rng(ord(name))
    return rng.standard_normal((N_FRAMES[name], len(SPEC.columns))).astype(np.float32)


def rows_of(name):
    return feature_rows(name, f"/t/{name}.wav", matrix_of(name), spec=SPEC)


def write(path, *, meta=META, blocks=None):
    """Write all recordings; `blocks` puts rows into other groups than recordings."""
    schema = feature_schema(SPEC.columns)
    if path.suffix:
        with TableWriter(path, schema, parquet=path.suffix == ".parquet") as writer:
            for rows in blocks or map(rows_of, N_FRAMES):
                writer.write(rows)
    else:
        path.mkdir()
        for name, recording in zip(N_FRAMES, RECORDINGS, strict=True):
            with TableWriter(path / f"{name}.parquet", schema, parquet=True) as writer:
                writer.write(rows_of(name))
                kept = {"recording": vars(recording), "spec": SPEC.to_dict()}
                writer.annotate(PART_KEY, json.dumps(kept))
    write_meta(path, meta)
    return path


def test_rows_are_frames_on_the_grid():
    rows = feature_rows("a", "/t/a.wav", matrix_of("a"), spec=SPEC, first_frame=3)
    assert rows.schema.equals(feature_schema(SPEC.columns))
    assert rows.schema.names == ["id", "path", "start_sample", "end_sample", *SPEC.columns]
    assert rows["id"].to_pylist() == ["a_f3", "a_f4", "a_f5", "a_f6", "a_f7"]
    assert set(rows["path"].to_pylist()) == {"/t/a.wav"}
    assert rows["start_sample"].to_pylist() == [300, 400, 500, 600, 700]
    assert rows["end_sample"].to_pylist() == [500, 600, 700, 800, 900]
    assert np.array_equal(to_matrix(rows, SPEC.columns), matrix_of("a"))


def test_no_rows_and_odd_memory():
    empty = np.empty((0, len(SPEC.columns)), np.float32)
    assert len(feature_rows("a", "/t/a.wav", empty, spec=SPEC)) == 0
    turned = np.asfortranarray(matrix_of("a"))
    assert feature_rows("a", "/t/a.wav", turned, spec=SPEC).equals(rows_of("a"))
    assert rows_of("a")["id"].to_pylist()[0] == "a_f0"


def test_a_path_that_is_no_utf_8_can_be_written():
    rows = feature_rows("a", "/t\udcff/a.wav", matrix_of("b"), spec=SPEC)
    assert rows["path"].to_pylist() == ["/t\\udcff/a.wav"]


@pytest.mark.parametrize("kind", KINDS)
def test_each_recording_by_itself(tmp_path, kind):
    table = FeatureTable(write(tmp_path / kind))
    assert table.columns == SPEC.columns
    for name in reversed(N_FRAMES):
        assert table.read(name).equals(rows_of(name))
        some = ("hpcp_3", "loudness")
        expected = matrix_of(name)[:, [SPEC.columns.index(c) for c in some]]
        assert np.array_equal(table.matrix(name, some), expected)
        assert table.read(name, some).column_names == list(some)


@pytest.mark.parametrize("sizes", [(13,), (6, 7), (1, 4, 1, 3, 4), (5, 8), (2, 11)])
def test_row_groups_need_not_be_recordings(tmp_path, sizes):
    """A table that another program wrote anew."""
    everything = pa.concat_tables(map(rows_of, N_FRAMES))
    starts = np.cumsum([0, *sizes[:-1]]).tolist()
    blocks = [everything.slice(a, n) for a, n in zip(starts, sizes, strict=True)]
    table = FeatureTable(write(tmp_path / "t.parquet", blocks=blocks))
    for name in N_FRAMES:
        assert np.array_equal(table.matrix(name, SPEC.columns), matrix_of(name))


@pytest.mark.parametrize("kind", KINDS)
def test_an_unknown_recording_or_column_is_an_error(tmp_path, kind):
    table = FeatureTable(write(tmp_path / kind))
    with pytest.raises(TableError, match="has no recording d"):
        table.read("d")
    with pytest.raises(TableError, match="pitch"):
        table.read("a", ["loudness", "pitch"])


@pytest.mark.parametrize("kind", KINDS)
def test_no_table_is_an_error(tmp_path, kind):
    with pytest.raises(TableError, match="There is no table of features"):
        FeatureTable(tmp_path / kind)
    path = write(tmp_path / kind)
    (tmp_path / f"{kind}.meta.json").unlink()
    with pytest.raises(TableError, match="is missing"):
        FeatureTable(path)


@pytest.mark.parametrize("kind", KINDS)
def test_missing_rows_are_an_error(tmp_path, kind):
    more = (*RECORDINGS[:2], replace(RECORDINGS[2], n_rows=9))
    table = FeatureTable(write(tmp_path / kind, meta=replace(META, recordings=more)))
    with pytest.raises(TableError, match="7 rows of c"):
        table.read("c")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "damage", [lambda b: b[:-30] + b'\n"', lambda _: b"", lambda _: b"rubbish"]
)
def test_a_damaged_table_is_an_error(tmp_path, kind, damage):
    path = write(tmp_path / kind)
    file = path if path.suffix else path / "a.parquet"
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(TableError, match=r"cannot be read as a table|has no column"):
        FeatureTable(path).read("a")


def test_damage_within_a_parquet_file_is_an_error(tmp_path):
    path = write(tmp_path / "t.parquet")
    content = bytearray(path.read_bytes())
    content[4:3000] = bytes(2996)
    path.write_bytes(content)
    with pytest.raises(TableError, match="cannot be read as a table"):
        FeatureTable(path).read("a")


@pytest.mark.parametrize(
    "changed",
    [
        replace(META, features=FeatureSpec(8000, 400, 100).to_dict()),
        replace(META, recordings=(replace(RECORDINGS[0], sha256="other"), *RECORDINGS[1:])),
    ],
)
def test_a_folder_that_a_killed_run_left_half_new_is_an_error(tmp_path, changed):
    table = FeatureTable(write(tmp_path / "t", meta=changed))
    with pytest.raises(TableError, match="features of a from a run that was cut short"):
        table.read("a")


def test_a_folder_of_files_without_a_note_will_do(tmp_path):
    path = write(tmp_path / "t")
    rows = read_table(path / "a.parquet").replace_schema_metadata(None)
    with TableWriter(path / "a.parquet", rows.schema, parquet=True) as writer:
        writer.write(rows)
    assert FeatureTable(path).read("a").equals(rows_of("a"))


def test_a_csv_without_a_feature_is_an_error(tmp_path):
    path = write(tmp_path / "t.csv")
    text = path.read_text().replace("loudness", "lautheit", 1)
    path.write_text(text)
    with pytest.raises(TableError, match="has no column loudness"):
        FeatureTable(path).read("a")


def write_part(path, *, frames):
    """A recording's own file, in several row groups."""
    matrix = np.random.default_rng(4).normal(size=(frames, len(SPEC.columns))).astype(np.float32)
    with TableWriter(path, feature_schema(SPEC.columns), parquet=True) as writer:
        for start in range(0, frames, 70):
            block = matrix[start : start + 70]
            writer.write(feature_rows("a", "a.wav", block, spec=SPEC, first_frame=start))
        kept = {"recording": {"n_rows": frames}, "spec": SPEC.to_dict()}
        writer.annotate(PART_KEY, json.dumps(kept))
    return matrix


def test_a_recordings_own_file_is_read_in_blocks(tmp_path):
    path = tmp_path / "a.parquet"
    matrix = write_part(path, frames=500)
    spec, n_frames, blocks = part_blocks(path, block_size=90)
    blocks = list(blocks)
    assert (spec, n_frames) == (SPEC, 500)
    assert max(map(len, blocks)) <= 90
    np.testing.assert_array_equal(np.concatenate(blocks), matrix)


def test_a_recordings_own_file_that_is_damaged(tmp_path):
    path = tmp_path / "a.parquet"
    with pytest.raises(TableError, match="does not tell what it is of"):
        part_blocks(path)
    write_part(path, frames=500)
    raw = path.read_bytes()
    path.write_bytes(raw[:100] + bytes(len(raw) // 2) + raw[100 + len(raw) // 2 :])
    _, _, blocks = part_blocks(path)
    with pytest.raises(TableError, match="cannot be read as a table"):
        list(blocks)
