"""Each recording has a label file, and a label file tells its recording."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.annotations.label_folder import recording_of, write_label_files
from core.errors import AnnotationError


@pytest.mark.parametrize(
    ("file", "recording"),
    [
        ("rec.txt", "rec"),
        ("rec.wav.txt", "rec.wav"),
        ("rec.Table.1.selections.txt", "rec"),
        ("rec.selections.TXT", "rec"),
        ("rec.v2.Table.12.selection.txt", "rec.v2"),
        (".txt", ".txt"),
    ],
)
def test_a_label_file_tells_its_recording(file, recording):
    assert recording_of(Path("folder", file)) == recording


def write(tracks, folder, **options):
    return write_label_files(
        tracks, folder, formatted=lambda name, _: name, suffix=".selections.txt", **options
    )


def test_files_are_named_so_that_their_recordings_are_found(tmp_path):
    files = write({"a.wav": [], "b.wav": [], "b.flac": []}, tmp_path / "new")
    assert [recording_of(p) for p in files.values()] == ["a", "b.wav", "b.flac"]
    assert {p.read_text() for p in files.values()} == {"a.wav", "b.wav", "b.flac"}


def test_a_file_that_may_not_be_replaced_keeps_all_others_from_being_written(tmp_path):
    (tmp_path / "b.selections.txt").write_text("mine")
    with pytest.raises(AnnotationError, match=r"b\.selections\.txt is there already"):
        write({"a.wav": [], "b.wav": []}, tmp_path, may_replace=False)
    assert [p.name for p in tmp_path.iterdir()] == ["b.selections.txt"]
    write({"a.wav": [], "b.wav": []}, tmp_path)
    assert (tmp_path / "b.selections.txt").read_text() == "b.wav"
