"""Label tracks are read back as they were written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.annotations.audacity import Label, format_labels, write_label_tracks
from core.errors import StorageError
from core.progress import Cancelled

SPANS = st.tuples(st.floats(0, 1e6), st.floats(0, 1e6)).map(sorted)


def read(text):
    """As Audacity does: columns between tabs, one label in a line."""
    rows = [line.split("\t") for line in text.splitlines()]
    return [Label(float(start), float(end), label) for start, end, label in rows]


@given(st.lists(st.tuples(SPANS, st.sampled_from(["inaudible", "barely audible", "laut"]))))
def test_labels_come_back_to_the_microsecond(spans):
    labels = [Label(start, end, text) for (start, end), text in spans]
    found = read(format_labels(labels))
    assert [x.text for x in found] == [x.text for x in labels]
    for there, back in zip(labels, found, strict=True):
        assert back.start_s == pytest.approx(there.start_s, abs=0.51e-6)
        assert back.end_s == pytest.approx(there.end_s, abs=0.51e-6)
        assert back.start_s <= back.end_s


def test_a_line_has_six_decimals_between_tabs():
    assert format_labels([Label(0, 1.25, "audible")]) == "0.000000\t1.250000\taudible\n"


def test_a_tab_or_a_line_break_in_a_class_is_no_column():
    assert read(format_labels([Label(0, 1, "quite\tloud\nhere")])) == [
        Label(0, 1, "quite loud here")
    ]


def test_each_recording_has_a_file_of_its_own(tmp_path):
    names = ["a.wav", "b.wav", "b.flac", "/one/c.wav", "/two/c.wav", "/two/C.wav"]
    tracks = {name: [Label(k, k + 1, "x")] for k, name in enumerate(names)}
    files = write_label_tracks(tracks, tmp_path / "new")
    assert [files[n].name for n in names[:3]] == ["a.txt", "b.wav.txt", "b.flac.txt"]
    assert len({path.name.casefold() for path in files.values()}) == len(names)
    assert sorted(tmp_path.joinpath("new").iterdir()) == sorted(files.values())
    for name, path in files.items():
        assert read(path.read_text(encoding="utf-8")) == tracks[name]


def test_a_name_of_any_bytes_has_a_file(tmp_path):
    name = os.fsdecode(b"caf\xe9.wav")
    (path,) = write_label_tracks({name: []}, tmp_path).values()
    assert path.read_bytes() == b""


def test_what_was_there_stays_whole_until_it_is_replaced(tmp_path):
    (path,) = write_label_tracks({"a.wav": [Label(0, 1, "old")]}, tmp_path).values()

    def cancel(_progress):
        raise Cancelled

    with pytest.raises(Cancelled):
        write_label_tracks({"a.wav": [Label(0, 1, "new")]}, tmp_path, report=cancel)
    assert read(path.read_text()) == [Label(0, 1, "old")]
    write_label_tracks({"a.wav": [Label(0, 1, "new")]}, tmp_path)
    assert read(path.read_text()) == [Label(0, 1, "new")]
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError):
        write_label_tracks({"a.wav": []}, Path(tmp_path / "file"))
