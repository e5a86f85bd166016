"""Tables of annotations as people have them: each row is used, or listed with its reason."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.annotations.csv import Annotation, read_annotations
from core.errors import AnnotationError, SettingsError
from core.settings import AnnotationConfig

HEADER = "file_name,start,end,class\n"
CONFIG = AnnotationConfig()


@pytest.fixture
def read(tmp_path):
    def read_text(text, config=CONFIG, encoding="utf-8"):
        path = tmp_path / "annotations.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return read_annotations(path, config)

    return read_text


def reason(table):
    (row,) = table.left_out
    return row.reason


GOOD = "ok.wav,0,1,audible\n"


def test_rows_in_their_order(read):
    table = read(HEADER + "b.wav,0.5,1.25,barely\na.wav,0,1,inaudible\n")
    assert table.annotations == (
        Annotation(2, "b.wav", 0.5, 1.25, 1, 2),
        Annotation(3, "a.wav", 0.0, 1.0, 0, 3),
    )
    assert table.label_set.names == ("inaudible", "barely", "audible")
    assert table.left_out == ()
    assert table.n_rows == 2
    assert str(table.annotations[0]) == "line 2 (b.wav, 0.5 to 1.25 s)"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_whatever_wrote_it(read, separator, encoding, end):
    text = (HEADER + "Käuzchen.wav,0.5,1.25,audible\n").replace(",", separator)
    table = read(text.replace("\n", end), encoding=encoding)
    assert table.annotations == (Annotation(2, "Käuzchen.wav", 0.5, 1.25, 2, 2),)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_in_either_byte_order(read, encoding):
    text = "\ufeff" + HEADER + "Käuzchen.wav,0.5,1.25,audible\n"
    assert read(text, encoding=encoding).annotations[0].file_name == "Käuzchen.wav"


@pytest.mark.parametrize("before", ["", "\n", "\r\n\r\n", "  \n", ",,,\n"])
def test_blank_lines_are_nothing(read, before):
    table = read(before + HEADER + "\n" + GOOD + "  \n,,,\n" + GOOD + "\n\n")
    assert table.n_rows == 2
    assert table.left_out == ()


def test_columns_in_any_order_and_company(read):
    table = read("who, class ,end,note,start,file_name\nme,audible,2,'x',1,a.wav,more\n")
    assert table.annotations == (Annotation(2, "a.wav", 1.0, 2.0, 2, 2),)


def test_own_names_of_columns_and_classes(read):
    config = AnnotationConfig(
        file_column="Datei",
        start_column="von",
        end_column="bis",
        class_column="Klasse",
        classes=("still", "laut"),
        class_names={"L": "laut", "s": "still"},
    )
    table = read("Datei;von;bis;Klasse\na;0,5;1;L\na;1;2;s\na;2;3;laut\n", config)
    assert [(a.start_s, a.target) for a in table.annotations] == [(0.5, 1), (1.0, 0), (2.0, 1)]
    assert table.label_set.names == ("still", "laut")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("1", 1.0), (" 1.5 ", 1.5), ("1e-3", 0.001), ("+.5", 0.5), ("-1", -1.0), ('"1,5"', 1.5)],
)
def test_numbers(read, text, seconds):
    assert read(f"{HEADER}a.wav,{text},9,audible\n").annotations[0].start_s == seconds


@pytest.mark.parametrize(
    "text",
    ["", "x", "nan", "NaN", "inf", "-inf", "1e999", '"1,2,3"', "1:30", "1_000", "0x10", "1 s"],
)
def test_what_is_no_number(read, text):
    for row, column in ((f"a.wav,{text},9,audible", "start"), (f"a.wav,0,{text},audible", "end")):
        table = read(HEADER + GOOD + row + "\n")
        text_only = text.strip('"')
        assert reason(table) == f"{column} is no number: {text_only!r}"
        assert table.left_out[0].name == "line 3"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("a.wav,2,1,audible", "starts at 2 s and ends at 1 s"),
        ("a.wav,1,1.0,audible", "starts at 1 s and ends at 1 s"),
        (",0,1,audible", "names no file"),
        ("  ,0,1,audible", "names no file"),
        ("a.wav,0,1,loud", "there is no class 'loud'"),
        ("a.wav,0,1,Audible", "there is no class 'Audible'"),
        ("a.wav,0,1,", "there is no class ''"),
        ("a.wav,0,1", "has 3 columns"),
        ("a.wav", "has 1 columns"),
    ],
)
def test_a_row_that_is_none_is_listed_with_its_reason(read, row, words):
    table = read(HEADER + row + "\n" + GOOD)
    assert words in reason(table)
    assert table.left_out[0].name == "line 2"
    assert table.n_rows == 2


def test_quoted_names(read):
    table = read(HEADER + '"a, ""b"".wav",0,1,audible\n"two\nlines.wav",0,1,audible\n')
    assert [a.file_name for a in table.annotations] == ['a, "b".wav', "two\nlines.wav"]


def test_a_name_with_every_separator_in_it(read):
    table = read('file_name;start;end;class\n"a,b|c.wav";0;1;audible\n')
    assert table.annotations[0].file_name == "a,b|c.wav"


@pytest.mark.parametrize("missing", ["file_name", "start", "end", "class"])
def test_a_missing_column_is_named(read, missing):
    header = HEADER.strip().split(",")
    header[header.index(missing)] = "other"
    with pytest.raises(AnnotationError) as caught:
        read(";".join(header) + "\na;0;1;audible\n")
    assert caught.value.message.endswith(f"has no column {missing}")
    assert "other" in caught.value.hint


@pytest.mark.parametrize("text", ["", "\n\n", "\x00\x01\x02", "\ufeff", "file_name"])
def test_what_is_no_table_has_no_columns(read, text):
    with pytest.raises(AnnotationError, match="has no column"):
        read(text)


def test_a_binary_file_is_no_table(read):
    with pytest.raises(AnnotationError):
        read(b"RIFF\xff\xfe\x00\x80WAVEfmt " + bytes(range(256)) * 4)


def test_a_very_long_line_is_no_header(read):
    with pytest.raises(AnnotationError, match="has no column"):
        read("x" * 200_000)


def test_a_quotation_mark_that_is_left_open(read):
    with pytest.raises(AnnotationError, match="is no table, from line 3 on") as caught:
        read(HEADER + GOOD + '"' + "x" * 200_000)
    assert "quotation mark" in caught.value.hint


@pytest.mark.parametrize(
    ("rows", "hint"),
    [("", "The table is empty."), ("a.wav,x,1,audible\n", "line 2: start is no number: 'x'.")],
)
def test_nothing_left_is_an_error(read, rows, hint):
    with pytest.raises(AnnotationError, match="no usable annotation") as caught:
        read(HEADER + rows)
    assert caught.value.hint == hint


def test_no_such_file(tmp_path):
    for path in (tmp_path / "nowhere.csv", tmp_path):
        with pytest.raises(AnnotationError, match="cannot be read"):
            read_annotations(path, CONFIG)


def test_classes_must_be_an_order(read):
    with pytest.raises(SettingsError):
        read(HEADER, AnnotationConfig(classes=("a", "a")))


NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")).filter(
    lambda name: name.strip() == name and name
)
ROWS = st.lists(
    st.tuples(
        NAMES,
        st.floats(-1e6, 1e6),
        st.floats(1e-3, 1e6),
        st.sampled_from(["inaudible", "barely", "audible"]),
    ),
    min_size=1,
    max_size=5,
)


@given(ROWS, st.sampled_from(",;\t|"), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_what_a_csv_writer_writes_is_read_to_the_last_bit(rows, separator, encoding):
    rows = [(name, start, start + length, label) for name, start, length, label in rows]
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=separator, quoting=csv.QUOTE_ALL)
    writer.writerows([HEADER.strip().split(","), *rows])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_bytes(stream.getvalue().encode(encoding))
        table = read_annotations(path, CONFIG)
    found = [
        (a.file_name, a.start_s, a.end_s, table.label_set.names[a.target])
        for a in table.annotations
    ]
    assert found == rows


def test_a_class_that_differs_by_a_capital_is_not_guessed_but_named(read):
    table = read(HEADER + GOOD + "a.wav,0,1,Barely\n")
    assert "there is no class 'Barely'" in reason(table)
    assert "class_names: Barely=barely" in reason(table)
