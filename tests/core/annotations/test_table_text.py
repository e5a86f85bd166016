"""Tables of annotations, byte for byte where nothing was edited."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.annotations.csv import parse_annotations
from core.annotations.table_text import cell_spans, empty_table, format_time, read_table_text
from core.errors import AnnotationError
from core.settings import AnnotationConfig

CONFIG = AnnotationConfig()
PATH = Path("annotations.csv")
TABLE = (
    "note,file_name,start,end,class\r\n"
    '"a, b","rec1.wav",1.50,2.5,audible\r\n'
    "\r\n"
    "x,rec2.wav,0,1,barely\r\n"
    "x,rec2.wav,zero,1,barely\r\n"
    '"two\nlines",rec3.wav,3,4.25,odd,more\r\n'
)


def read(text, encoding="utf-8", config=CONFIG):
    return read_table_text(text.encode(encoding), config, path=PATH)


def rewritten(text, changed, new=(), **options):
    raw, encoding = read(text, **options).rewritten(changed, new)
    return raw.decode("utf-16" if encoding.startswith("utf-16") else encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_unedited_is_byte_for_byte(encoding, end):
    raw = TABLE.replace("note", "nöte").replace("\r\n", end).encode(encoding)
    table = read_table_text(raw, CONFIG, path=PATH)
    assert table.rewritten({}, [])[0] == raw
    assert [p.content[0] for p in table.rows.values() if p.content] == [
        *("rec1.wav", "rec2.wav", "rec3.wav")
    ]


def test_lines_and_reasons_are_those_of_the_reader():
    table, plain = read(TABLE), parse_annotations(TABLE, CONFIG, path=PATH)
    assert [n for n, p in table.rows.items() if p.content][:2] == [
        a.line for a in plain.annotations
    ]
    assert {f"line {n}": p.reason for n, p in table.rows.items() if p.reason} == {
        plain.left_out[0].name: plain.left_out[0].reason
    }


def test_of_an_edited_row_only_those_cells_change_that_say_something_else():
    changed = {2: ("rec1.wav", 1.5, 2.75, "audible"), 4: ("rec2.wav", 0.0, 1.0, "audible")}
    expected = TABLE.replace(",2.5,", ",2.75,").replace("0,1,barely", "0,1,audible")
    assert rewritten(TABLE, changed) == expected


def test_deleted_rows_go_and_new_ones_come_at_the_end():
    new = [("a, b.wav", 0.1, 1e-6, 'say "x"')]
    kept = TABLE.replace("x,rec2.wav,0,1,barely\r\n", "")
    assert rewritten(TABLE, {4: None}, new) == kept + ',"a, b.wav",0.1,0.000001,"say ""x"""\r\n'


def test_a_last_line_without_an_end_gets_one_before_a_new_row():
    text = "file_name;start;end;class\na;1,5;2;audible"
    assert rewritten(text, {}, [("b", 1.25, 2, "barely")]) == text + "\nb;1,25;2;barely\n"


def test_quoted_cells_stay_quoted():
    text = '"file_name","start","end","class"\n"a","1","2","audible"\n'
    assert rewritten(text, {2: ("b", 1, 2.5, "audible")}) == text.replace('"a"', '"b"').replace(
        '"2"', '"2.5"'
    )


def test_classes_are_written_in_the_words_of_the_table():
    config = AnnotationConfig(class_names={"laut": "audible"})
    text = "file_name,start,end,class\na,1,2,barely\n"
    assert rewritten(text, {2: ("a", 1, 2, "audible")}, config=config).endswith("a,1,2,laut\n")


def test_what_its_encoding_cannot_write_makes_it_utf_8():
    raw, encoding = read("file_name,start,end,class\nä,1,2,barely\n", "latin-1").rewritten(
        {}, [("Ω", 1, 2, "barely")]
    )
    assert encoding == "utf-8"
    assert raw.decode("utf-8").endswith("ä,1,2,barely\nΩ,1,2,barely\n")


def test_half_a_character_of_utf_16_is_refused():
    with pytest.raises(AnnotationError, match="no proper UTF-16"):
        read_table_text(b"\xff\xfea", CONFIG, path=PATH)


def test_an_open_quotation_mark_is_told_with_its_line():
    text = "file_name,start,end,class\na,1,2,audible\nb,1,2," + '"' + "x" * 200_000
    with pytest.raises(AnnotationError, match="is no table, from line 3 on"):
        read(text)


def test_an_empty_table_has_the_columns_that_the_project_names():
    config = AnnotationConfig(file_column="which, file")
    assert empty_table(config) == b'"which, file",start,end,class\n'
    assert read_table_text(empty_table(config), config, path=PATH).rows == {}


@given(st.text('",x \r\n;', max_size=20))
def test_cells_are_where_the_reader_finds_them(text):
    rows = list(csv.reader(io.StringIO(text, newline="")))
    if len(rows) != 1:
        return
    spans = cell_spans(text, ",")
    # Each by itself says the same as all together: the separators are the true ones.
    cells = [next(csv.reader([text[a:b]]), [""]) if text[a:b] else [""] for a, b in spans]
    assert [c[0] for c in cells if c] == rows[0] or rows == [[]]


@given(st.floats(0, 1e6))
def test_times_are_read_as_they_were(time_s):
    assert float(format_time(time_s)) == time_s


NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1).filter(
    lambda name: name == name.strip()
)
TIMES = st.tuples(st.integers(0, 10**11), st.integers(1, 10**9)).map(
    lambda t: (round(t[0] / 1e6, 6), round((t[0] + t[1]) / 1e6, 6))
)
CONTENTS = st.lists(st.tuples(NAMES, TIMES, NAMES).map(lambda c: (c[0], *c[1], c[2])))


@given(CONTENTS, CONTENTS, st.sampled_from(",;\t|"), st.sampled_from(["utf-8", "utf-16"]))
def test_what_is_written_is_read_the_same(first, second, separator, encoding):
    header = separator.join(["file_name", "start", "end", "class"]) + "\n"
    table = read(header, encoding)
    raw, _ = table.rewritten({}, first)
    again = read_table_text(raw, CONFIG, path=PATH)
    assert [p.content for p in again.rows.values()] == first
    # Edited: some rows replaced by others, the last ones deleted.
    now = dict(zip(again.rows, [*second[: len(first)], *[None] * len(first)], strict=False))
    raw, _ = again.rewritten(now, second[len(first) :])
    last = read_table_text(raw, CONFIG, path=PATH)
    assert [p.content for p in last.rows.values()] == second
