"""Tables on disk: what goes in comes out, and what is wrong is said."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.errors import TableError
from core.tables import TableWriter, is_parquet, read_table, require_columns

ENDINGS = [".csv", ".parquet"]
SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("path", pa.string()),
        ("start_sample", pa.int64()),
        ("loudness", pa.float32()),
        ("target", pa.int8()),
    ]
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(
    ["NA", "nan", "null", "", "1", "1e5", "true", "a,b", '"', "a\nb", "a\r\nb", " a ", "\u2028"]
)
FLOATS = st.floats(width=32, allow_nan=False, allow_infinity=False)
ROWS = st.lists(
    st.tuples(TEXTS, TEXTS, st.integers(-(2**63), 2**63 - 1), FLOATS, st.integers(-128, 127)),
    min_size=1,
    max_size=5,
)


def table_of(rows):
    columns = zip(*rows, strict=True)
    arrays = [pa.array(c, f.type) for c, f in zip(columns, SCHEMA, strict=True)]
    return pa.Table.from_arrays(arrays, schema=SCHEMA)


def write(path, *tables, schema=SCHEMA):
    with TableWriter(path, schema, parquet=is_parquet(path)) as writer:
        for table in tables:
            writer.write(table)


ONE = table_of([("a_f0", "/a.wav", 0, 0.1, 2)])


@pytest.mark.parametrize("ending", ENDINGS)
@given(ROWS, ROWS)
@example([("NA", "", 0, 1.401298464324817e-45, 0)], [("null", "nan", 0, 3.4028234663852886e38, 0)])
@example([("a", "b", 0, 0.1, 0)], [("a", "b", 0, 1 / 3, 0)])
def test_rows_survive_to_the_last_bit(ending, first, second):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"t{ending}"
        write(path, table_of(first), table_of(second))
        back = read_table(path, schema=SCHEMA)
        assert back.schema.equals(SCHEMA)
        assert back.to_pylist() == table_of(first + second).to_pylist()
        # Minus zero is a number, too.
        assert np.array_equal(
            np.signbit(back["loudness"].to_numpy()),
            np.signbit(table_of(first + second)["loudness"].to_numpy()),
        )


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_same_rows_are_the_same_bytes(tmp_path, ending):
    for name in "ab":
        write(tmp_path / f"{name}{ending}", ONE, ONE)
    assert (tmp_path / f"a{ending}").read_bytes() == (tmp_path / f"b{ending}").read_bytes()


def test_rows_survive_in_blocks(tmp_path):
    """A file much larger than a reader's block, in which line ends stand within texts."""
    n = 60_000
    text = pa.repeat(pa.scalar("a folder\nwith two lines, and a comma/x.wav"), n)
    columns = [text, text, pa.array(range(n)), pa.array([0.1] * n), pa.array([1] * n)]
    table = pa.Table.from_arrays(columns, names=SCHEMA.names).cast(SCHEMA)
    write(tmp_path / "t.csv", table)
    assert read_table(tmp_path / "t.csv", schema=SCHEMA).equals(table)


@pytest.mark.parametrize("ending", ENDINGS)
def test_some_columns_in_the_order_asked_for(tmp_path, ending):
    path = tmp_path / f"t{ending}"
    write(path, ONE)
    assert read_table(path, ["target", "id"]).to_pylist() == [{"target": 2, "id": "a_f0"}]


def test_texts_that_look_like_numbers_stay_texts(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("id,class,n\n1,2,3\n")
    assert read_table(path).to_pylist() == [{"id": "1", "class": "2", "n": 3}]


@pytest.mark.parametrize("ending", ENDINGS)
def test_pyarrow_opens_what_it_reads(tmp_path, monkeypatch, ending):
    """Of a file of Python's its threads need the interpreter, also while a process ends: SIGABRT.

    That happens to one process in ten, so the cause is looked for.
    """
    path = tmp_path / f"t{ending}"
    write(path, ONE)
    monkeypatch.setattr(Path, "open", None)
    assert read_table(path, schema=SCHEMA).equals(ONE)


@pytest.mark.parametrize("ending", ENDINGS)
def test_any_folder_will_do(tmp_path, ending):
    for name in ("k=v", "s3:", "#?%20", b"\xff".decode("utf-8", "surrogateescape")):
        (tmp_path / name).mkdir()
        path = tmp_path / name / f"t{ending}"
        write(path, ONE)
        assert read_table(path, schema=SCHEMA).equals(ONE)


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_is_no_table_is_said(tmp_path, ending):
    path = tmp_path / f"t{ending}"
    with pytest.raises(TableError, match="There is no table"):
        read_table(path)
    path.write_bytes(b"")
    with pytest.raises(TableError, match="cannot be read as a table"):
        read_table(path)
    write(path, ONE)
    with pytest.raises(TableError, match="cannot be read as a table"):
        read_table(path, ["id", "pitch"])
    path.write_bytes(path.read_bytes()[:-20] + b'\n"')
    with pytest.raises(TableError, match="cannot be read as a table"):
        read_table(path, schema=SCHEMA)
    path.unlink()
    path.mkdir()
    with pytest.raises(TableError, match="cannot be read as a table"):
        read_table(path)


@pytest.mark.parametrize("name", ["a.csv", "a.CSV", "a.b.csv"])
def test_csv_by_the_name(name):
    assert not is_parquet(Path(name))


@pytest.mark.parametrize("name", ["a.parquet", "a.PQ", "a.csv.parquet"])
def test_parquet_by_the_name(name):
    assert is_parquet(Path(name))


@pytest.mark.parametrize("name", ["a", "a.txt", "a.npy", "a.", ".csv"])
def test_neither_by_the_name(name):
    with pytest.raises(TableError, match=r"\.csv or \.parquet|neither CSV nor Parquet"):
        is_parquet(Path(name))


def test_a_text_inside_a_parquet_file(tmp_path):
    path = tmp_path / "t.parquet"
    with TableWriter(path, SCHEMA, parquet=True) as writer:
        writer.write(ONE)
        writer.annotate(b"who", "me")
    assert pyarrow.parquet.read_metadata(path).metadata[b"who"] == b"me"


def test_required_columns():
    require_columns(ONE, ["id", "target"], "t.csv")
    with pytest.raises(TableError) as caught:
        require_columns(ONE, ["id", "pitch", "tone"], "t.csv")
    assert caught.value.message == "t.csv has no column pitch, tone"
    assert "loudness" in caught.value.hint
