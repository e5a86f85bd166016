"""Selection tables are read as Raven saves them, and come back as they were written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.annotations.labels import Label, on_one_line
from core.annotations.raven import format_raven, is_raven, read_raven
from core.errors import AnnotationError

HEADER = "Selection\tView\tChannel\tBegin Time (s)\tEnd Time (s)\tLow Freq (Hz)\tHigh Freq (Hz)"
TIMES = st.tuples(st.floats(0, 1e5), st.floats(0, 1e5)).map(sorted)
RANGES = st.one_of(
    st.just((None, None)), st.tuples(st.floats(0, 2e4), st.floats(0, 2e4)).map(sorted)
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"])).map(on_one_line)
LABELS = st.builds(
    lambda edges, text, hz: Label(*edges, text, *hz), edges=TIMES, text=TEXTS, hz=RANGES
)
NAMES = st.text(
    st.characters(exclude_characters="\t\r\n/\\", exclude_categories=["Cs", "Zs", "Cc"])
)


def table(*rows, more="Annotation"):
    return "\n".join([f"{HEADER}\t{more}", *("\t".join(row) for row in rows)]) + "\n"


@given(st.lists(LABELS), NAMES, st.sampled_from(["", "folder/", "/full/path/"]))
def test_labels_come_back_to_the_nanosecond_with_their_recording(labels, base_name, folder):
    name = f"{folder}{base_name}x.wav"
    found = read_raven(format_raven(labels, name))
    assert not found.left_out
    assert [x.text for x in found.labels] == [x.text for x in labels]
    for there, back in zip(labels, found.labels, strict=True):
        assert back.file_name == name
        assert back.start_s == pytest.approx(there.start_s, abs=0.51e-9)
        assert back.end_s == pytest.approx(there.end_s, abs=0.51e-9)
        assert (back.low_hz is None) == (there.low_hz is None)
        assert back.high_hz == (there.high_hz and pytest.approx(there.high_hz, abs=1e-6))


def test_one_selection_in_two_views_is_one_label():
    rows = [
        ("1", "Waveform 1", "1", "0.5", "1.5", "0", "4000", "barely"),
        ("1", "Spectrogram 1", "1", "0.5", "1.5", "0", "4000", "barely"),
        ("2", "Waveform 1", "1", "2", "3", "0", "4000", "audible"),
        ("2", "Spectrogram 1", "1", "2", "3", "0", "4000", "audible"),
    ]
    assert [x.text for x in read_raven(table(*rows)).labels] == ["barely", "audible"]


def test_two_selections_in_one_view_are_two_labels():
    row = ("1", "Spectrogram 1", "1", "0.5", "1.5", "0", "4000", "barely")
    assert len(read_raven(table(row, row)).labels) == 2


def test_times_count_from_the_start_of_the_selections_own_recording():
    rows = [
        ("1", "S", "1", "0.5", "1.5", "0", "9", "a.wav", "0.5", "barely"),
        ("2", "S", "1", "60.1", "60.4", "0", "9", "b.wav", "0.1", "audible"),
    ]
    found = read_raven(table(*rows, more="Begin File\tFile Offset (s)\tSpecies")).labels
    assert [(x.file_name, x.start_s, x.end_s) for x in found] == [
        ("a.wav", 0.5, 1.5),
        ("b.wav", 0.1, 0.4),
    ]


def test_times_that_count_from_another_recording_are_refused():
    rows = [
        ("1", "S", "1", "0.5", "1.5", "0", "9", "a.wav", "barely"),
        ("2", "S", "1", "60.1", "60.4", "0", "9", "b.wav", "audible"),
    ]
    with pytest.raises(AnnotationError, match="2 recordings, but no column File Offset"):
        read_raven(table(*rows, more="Begin File\tAnnotation"))
    assert len(read_raven(table(rows[0], more="Begin File\tAnnotation")).labels) == 1


def test_a_selection_that_ends_in_another_recording_is_listed():
    row = ("1", "S", "1", "0.5", "1.5", "0", "9", "a.wav", "b.wav", "barely")
    found = read_raven(table(row, more="Begin File\tEnd File\tAnnotation"))
    assert not found.labels
    assert [(x.name, x.reason) for x in found.left_out] == [
        ("line 2", "it begins in a.wav and ends in b.wav")
    ]


def test_columns_stand_in_any_order_with_decimal_commas_and_any_line_ends():
    text = "Species\tEnd Time (s)\tBegin Time (s)\r\n barely \t1,5\t0,25\r\n\r\n"
    assert read_raven(text).labels == (Label(0.25, 1.5, "barely"),)


def test_the_column_of_classes_can_be_named():
    row = ("1", "S", "1", "0", "1", "0", "9", "bird", "barely")
    more = "Species\tLoudness"
    assert read_raven(table(row, more=more)).labels[0].text == "bird"
    assert read_raven(table(row, more=more), label_column="Loudness").labels[0].text == "barely"


def test_a_row_without_a_time_is_listed():
    rows = [("1", "S", "1", "soon", "1", "0", "9", "barely"), ("2", "S", "1", "0", "1")]
    found = read_raven(table(*rows))
    assert [x.reason for x in found.left_out] == ["Begin Time (s) is no number: 'soon'"]
    assert [x.text for x in found.labels] == [""]


def test_a_table_without_classes_is_refused():
    with pytest.raises(AnnotationError, match="no column with the class") as caught:
        read_raven("Begin Time (s)\tEnd Time (s)\n0\t1\n")
    assert "class_column" in caught.value.hint


def test_what_is_no_selection_table_is_refused():
    assert not is_raven("file_name,start,end,class\n")
    with pytest.raises(AnnotationError, match="no selection table"):
        read_raven("0\t1\tbarely\n")
