"""The manifest: any name survives it, a killed run goes on from it, a damaged one is not lost."""

from __future__ import annotations

import dataclasses
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.errors import StorageError, TableError
from core.manifest import (
    FILE_NAME,
    JOURNAL_NAME,
    Journal,
    ManifestEntry,
    read_manifest,
    settings_text,
    write_manifest,
)
from core.settings import TranscodeConfig

# File names are bytes: those that are no UTF-8 come as lone surrogates, which must not meet as
# what would be UTF-8 again.
LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
NAMES = st.text(LETTERS | st.sampled_from("\udcff\udcfe\n\r,\"'; \u2028\x85")).map(str)
NUMBERS = st.integers(-1, 2**62)
ENTRIES = st.builds(
    ManifestEntry,
    original=NAMES.map(lambda n: "/" + n),
    database_path=NAMES,
    file=NAMES,
    status=st.sampled_from(["transcoded", "left out", "not selected"]),
    reason=NAMES,
    oddities=NAMES,
    settings=st.just(settings_text(TranscodeConfig())),
    **{f.name: NUMBERS for f in dataclasses.fields(ManifestEntry) if f.type == "int"},
)
MANIFESTS = st.lists(ENTRIES, max_size=5, unique_by=lambda e: e.original)


def entry(name: str, **values) -> ManifestEntry:
    values = {"file": f"{name}.wav", "status": "transcoded", **values}
    return ManifestEntry(f"/audio/{name}.flac", f"audio/{name}.flac", **values)


@given(MANIFESTS)
@example([entry("a\rb"), entry("a\nb"), entry('"'), entry("")])
def test_any_name_survives(entries):
    with tempfile.TemporaryDirectory() as folder:
        write_manifest(Path(folder), entries)
        assert read_manifest(Path(folder)) == entries
        assert [p.name for p in Path(folder).iterdir()] == [FILE_NAME]


@given(MANIFESTS)
def test_any_name_survives_the_journal(entries):
    with tempfile.TemporaryDirectory() as folder:
        with Journal(Path(folder)) as journal:
            for e in entries:
                journal.add(e)
        assert read_manifest(Path(folder)) == entries


def test_no_manifest_is_no_entry(tmp_path):
    assert read_manifest(tmp_path) == []
    assert read_manifest(tmp_path / "nowhere") == []


def test_the_journal_is_newer_than_the_manifest(tmp_path):
    write_manifest(tmp_path, [entry("a"), entry("b")])
    with Journal(tmp_path) as journal:
        journal.add(entry("b", n_samples=7))
        journal.add(entry("c"))
        found = read_manifest(tmp_path)
        assert [(e.stem, e.n_samples) for e in found] == [("a", 0), ("b", 7), ("c", 0)]
    write_manifest(tmp_path, found)
    assert not (tmp_path / JOURNAL_NAME).exists()
    assert read_manifest(tmp_path) == found


@pytest.mark.parametrize("cut", [2, 10, 200])
def test_a_journal_that_was_cut_short_gives_what_is_whole(tmp_path, cut):
    with Journal(tmp_path) as journal:
        for name in "abc":
            journal.add(entry(name))
    path = tmp_path / JOURNAL_NAME
    path.write_bytes(path.read_bytes()[:-cut])
    assert [e.stem for e in read_manifest(tmp_path)] == ["a", "b"]


@pytest.mark.parametrize("rest", [b"\0\0\0\0", b"\xff\xfe", b"[1]", b'{"original": "x"}', b"{}"])
def test_a_journal_that_ends_in_rubbish_gives_what_is_whole(tmp_path, rest):
    with Journal(tmp_path) as journal:
        journal.add(entry("a"))
    path = tmp_path / JOURNAL_NAME
    path.write_bytes(path.read_bytes() + rest + b"\n")
    assert [e.stem for e in read_manifest(tmp_path)] == ["a"]


def test_a_journal_goes_on_where_another_ended(tmp_path):
    for name in "ab":
        with Journal(tmp_path) as journal:
            journal.add(entry(name))
    assert [e.stem for e in read_manifest(tmp_path)] == ["a", "b"]


def test_people_can_read_it_with_any_program(tmp_path):
    import pandas as pd

    write_manifest(tmp_path, [entry("a", n_samples=3, oddities="cut off; clipped")])
    rows = pd.read_csv(tmp_path / FILE_NAME)
    assert rows.n_samples.tolist() == [3]
    assert rows.oddities.tolist() == ["cut off; clipped"]
    assert list(rows.columns) == [f.name for f in dataclasses.fields(ManifestEntry)]


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text.replace("original", "source", 1),
        lambda text: text.replace(",0,", ",zero,", 1),
        lambda text: text + '"/b","b"\n',
        lambda text: text + '"' + "x" * 200_000,
    ],
)
def test_a_damaged_manifest_is_not_taken_for_an_empty_one(tmp_path, damage):
    write_manifest(tmp_path, [entry("a")])
    path = tmp_path / FILE_NAME
    path.write_text(damage(path.read_text()))
    with pytest.raises(TableError, match="is damaged") as caught:
        read_manifest(tmp_path)
    assert str(path) in caught.value.message


@pytest.mark.parametrize("name", [FILE_NAME, JOURNAL_NAME])
def test_a_manifest_that_cannot_be_read(tmp_path, name):
    (tmp_path / name).mkdir()
    with pytest.raises(TableError, match="cannot be read: Is a directory"):
        read_manifest(tmp_path)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device like it")
def test_a_full_disk_is_one_clear_error(tmp_path):
    (tmp_path / JOURNAL_NAME).symlink_to("/dev/full")

    def add():
        with Journal(tmp_path) as journal:
            journal.add(entry("a"))

    with pytest.raises(StorageError, match="The disk is full"):
        add()


def test_a_line_is_written_to_its_end(tmp_path):
    """Also where the system takes it in pieces."""
    journal = Journal(tmp_path)

    class Slow:
        def __init__(self, file):
            self._file = file

        def write(self, data):
            return self._file.write(data[:10])

        def close(self):
            self._file.close()

    journal._file = Slow(journal._file)
    with journal:
        journal.add(entry("a"))
    assert read_manifest(tmp_path) == [entry("a")]


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(StorageError, match="in the way"):
        Journal(tmp_path / "file")


def test_another_error_stays_what_it_is(tmp_path):
    with pytest.raises(FileNotFoundError):
        Journal(tmp_path / "nowhere")
    journal = Journal(tmp_path)
    journal.close()
    with pytest.raises(ValueError, match="closed"):
        journal.add(entry("a"))


def test_the_last_manifest_stays_when_a_new_one_cannot_be_written(tmp_path):
    write_manifest(tmp_path, [entry("a")])
    with pytest.raises(UnicodeEncodeError):
        write_manifest(tmp_path, [entry("\ud800")])
    assert read_manifest(tmp_path) == [entry("a")]
    assert [p.name for p in tmp_path.iterdir()] == [FILE_NAME]


def test_settings_stand_in_it_as_json():
    config = TranscodeConfig(sample_rate=8000, output_format="wav")
    assert TranscodeConfig.from_dict(json.loads(settings_text(config))) == config


def test_the_name_of_a_recording_is_its_files_stem():
    assert entry("op.opus").stem == "op.opus"
