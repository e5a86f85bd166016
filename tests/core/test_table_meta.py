"""Metadata beside tables: what goes in comes out, and what is wrong is said."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import TableError
from core.table_meta import RecordingMeta, TableMeta, meta_path, read_meta, write_meta

NAMES = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\udcff\udc80\n"))
RECORDINGS = st.builds(
    RecordingMeta, NAMES, NAMES, st.integers(0, 2**60), st.integers(0, 2**60), NAMES, NAMES, NAMES
)
METAS = st.builds(
    TableMeta,
    kind=st.sampled_from(["features", "dataset"]),
    sample_rate=st.integers(1, 10**6),
    frame_size=st.integers(1, 10**6),
    hop_size=st.integers(1, 10**6),
    features=st.just({"version": 1}),
    recordings=st.lists(RECORDINGS, max_size=3).map(tuple),
    classes=st.lists(NAMES, max_size=3).map(tuple),
    annotations=st.dictionaries(
        NAMES, st.lists(st.tuples(st.integers(0), st.integers(0), st.integers(0, 9)))
    ),
    absent=st.lists(st.tuples(NAMES, NAMES), max_size=3).map(tuple),
)


@given(METAS)
def test_metadata_survives(meta):
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "t.csv"
        write_meta(table, meta)
        assert meta_path(table) == Path(folder) / "t.csv.meta.json"
        assert read_meta(table) == meta
        assert meta.n_rows == sum(r.n_rows for r in meta.recordings)


META = TableMeta("features", 8000, 200, 200, {}, (RecordingMeta("a", "/a.wav", 400, 2),))


def test_metadata_is_needed(tmp_path):
    with pytest.raises(TableError, match=r"t\.csv\.meta\.json is missing"):
        read_meta(tmp_path / "t.csv")


def test_newer_metadata_is_refused(tmp_path):
    meta_path(tmp_path / "t.csv").write_text(json.dumps({**META.to_dict(), "format": 2}))
    with pytest.raises(TableError, match="newer version"):
        read_meta(tmp_path / "t.csv")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "\xff",
        json.dumps({**META.to_dict(), "format": "one"}),
        json.dumps({**META.to_dict(), "recordings": [{"name": "a"}]}),
        json.dumps({**META.to_dict(), "recordings": 3}),
        json.dumps({**META.to_dict(), "annotations": {"a": [[1, 2]]}}),
        json.dumps({**META.to_dict(), "colour": "red"}),
    ],
)
def test_damaged_metadata_is_said(tmp_path, text):
    meta_path(tmp_path / "t.csv").write_text(text, encoding="latin-1")
    with pytest.raises(TableError, match="is damaged"):
        read_meta(tmp_path / "t.csv")


def test_a_change_of_the_audio_is_noticed_by_its_stamp_or_its_hash():
    recording = META.recordings[0]
    assert replace(recording, sha256="abc").identity == "abc"
    assert replace(recording, sha256="abc", stamp="1-2").identity == "1-2"
