"""The list on disk: what is written is what is read, whatever the values, and while it grows."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import StorageError
from core.listing_files import (
    FIXED_TEXTS,
    LONGEST_TEXT,
    ListingMeta,
    ListingReader,
    ListingWriter,
    TextColumn,
    TextWriter,
)

VALUES = st.one_of(
    st.none(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.text(st.characters(codec="utf-8"), max_size=8),
    st.binary(max_size=5),
)


def _fixed(n_rows):
    return [[f"{name}{k}" for k in range(n_rows)] for name in FIXED_TEXTS]


@settings(max_examples=40)
@given(rows=st.lists(st.tuples(VALUES, VALUES), max_size=12), first=st.integers(0, 12))
def test_what_is_written_is_read(tmp_path_factory, rows, first):
    folder = tmp_path_factory.mktemp("listing") / "list"
    meta = ListingMeta("SELECT", ("a", "a b/ü"))
    with ListingWriter(folder, meta) as writer, ListingReader(folder) as reader:
        assert reader.n_rows == 0
        for part in (rows[:first], rows[first:]):
            columns = list(zip(*part, strict=True)) or [(), ()]
            writer.add(_fixed(len(part)), columns)
        assert reader.refresh() == len(rows)
        assert reader.meta.columns == ("a", "a b/ü")
        for k, row in enumerate(rows):
            shown = [f"{len(v):,} bytes" if isinstance(v, bytes) else v for v in row]
            read = [reader.value(k, column) for column in (0, 1)]
            assert read == shown
            assert [type(v) for v in read] == [type(v) for v in shown]


def test_paths_that_are_no_utf_8_survive(tmp_path):
    texts = ["a.wav", "", b"\xe4\xf6.wav".decode("utf-8", "surrogateescape"), "日本\n.wav"]
    with TextWriter(tmp_path, "name") as writer:
        writer.add(texts[:2])
        writer.add(texts[2:])
    column = TextColumn(tmp_path, "name")
    assert [column[k] for k in range(column.refresh())] == texts
    column.close()


def test_a_row_counts_only_when_all_columns_have_it(tmp_path):
    with ListingWriter(tmp_path / "list", ListingMeta("", ("n",))) as writer:
        writer.add(_fixed(2), [[1, 2]])
    with (tmp_path / "list" / "0.kind").open("ab") as file:
        file.write(b"\1\1\1")
    with ListingReader(tmp_path / "list") as reader:
        assert reader.n_rows == 2


def test_a_long_value_is_cut(tmp_path):
    with ListingWriter(tmp_path / "list", ListingMeta("", ("n",))) as writer:
        writer.add(_fixed(1), [["x" * 3 * LONGEST_TEXT]])
    with ListingReader(tmp_path / "list") as reader:
        assert len(reader.value(0, 0)) < LONGEST_TEXT + 5


def test_no_list_is_an_error(tmp_path):
    with pytest.raises(StorageError, match="cannot be read") as caught:
        ListingReader(tmp_path / "none")
    assert "Reload" in caught.value.hint


def test_a_list_that_is_removed_is_read_on(tmp_path):
    with ListingWriter(tmp_path / "list", ListingMeta("", ())) as writer:
        writer.add(_fixed(1), [])
        with ListingReader(tmp_path / "list") as reader:
            for file in (tmp_path / "list").iterdir():
                file.unlink()
            writer.add(_fixed(1), [])
            assert reader.refresh() == 2
            assert reader.text("name")[1] == "name0"
