"""Label tracks are read back as they were written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.annotations.audacity import format_labels, read_audacity, write_label_tracks
from core.annotations.labels import Label, on_one_line
from core.errors import StorageError
from core.progress import Cancelled

SPANS = st.tuples(st.floats(0, 1e6), st.floats(0, 1e6)).map(sorted)


def read(text):
    found = read_audacity(text)
    assert not found.left_out
    return list(found.labels)


TEXTS = st.text(st.characters(exclude_categories=["Cs"])).map(on_one_line)


@given(st.lists(st.tuples(SPANS, TEXTS)))
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


@given(st.floats(0, 2e4), st.floats(0, 2e4))
def test_frequencies_come_back(low_hz, high_hz):
    labels = [Label(0, 1, "a", low_hz, high_hz), Label(1, 2, "b"), Label(2, 3, "c", None, high_hz)]
    for there, back in zip(labels, read(format_labels(labels)), strict=True):
        assert back.low_hz == (there.low_hz and pytest.approx(there.low_hz, abs=1e-6))
        assert back.high_hz == (there.high_hz and pytest.approx(there.high_hz, abs=1e-6))


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("0,5\t1,5\tbarely\r\n", Label(0.5, 1.5, "barely")),
        ("2.5\tpoint of old\n", Label(2.5, 2.5, "point of old")),
        ("2.5\t2.5\tpoint\n", Label(2.5, 2.5, "point")),
        ("2.5\t3.5\n", Label(2.5, 3.5, "")),
        ("2.5\t3.5\ta\tb\n", Label(2.5, 3.5, "a b")),
        ('2.5\t3.5\t"open\n', Label(2.5, 3.5, '"open')),
        ("2.5\t3.5\tNA\n\\\t-1.0\t200\n", Label(2.5, 3.5, "NA", None, 200)),
    ],
)
def test_labels_are_read_as_programs_and_people_write_them(line, label):
    assert read(line) == [label]


def test_a_line_that_is_no_label_is_listed():
    found = read_audacity("\\\t1\t2\nlabels of today\n\n0\t1\tbarely\n\\\t1\t2\n\\\t3\t4\n")
    assert found.labels == (Label(0, 1, "barely", 1, 2),)
    assert [x.name for x in found.left_out] == ["line 1", "line 2", "line 6"]


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
