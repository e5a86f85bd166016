"""A file is read by what it says, and nothing of it is dropped without a reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.annotations.csv import Annotation
from core.annotations.formats import detect_format, read_labels, to_annotations
from core.annotations.labels import Label, LabelFile
from core.errors import AnnotationError
from core.settings import AnnotationConfig

CONFIG = AnnotationConfig(class_names={"a": "audible"})
RAVEN = "Begin Time (s)\tEnd Time (s)\tAnnotation\n0.5\t1.5\tbarely\n"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (RAVEN, "raven"),
        ("\n" + RAVEN, "raven"),
        ("0.5\t1.5\tbarely\n", "audacity"),
        ("\r\n0,5\t1,5\tbarely\r\n", "audacity"),
        ("0.5\tbarely\n", "audacity"),
        ("file_name\tstart\tend\tclass\n", "csv"),
        ("file_name,start,end,class\n", "csv"),
        ("", "csv"),
    ],
)
def test_the_text_tells_the_format(text, kind):
    assert detect_format(text) == kind


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("rec1.txt", "0.5\t1.5\tbarely\r\n"),
        ("rec1.Table.1.selections.txt", RAVEN),
        ("all.csv", "file_name,start,end,class\nrec1,0.5,1.5,barely\n"),
    ],
)
def test_a_label_has_the_recording_that_the_file_or_its_name_tells(tmp_path, name, text, encoding):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    (label,) = read_labels(path, CONFIG).labels
    assert label == Label(0.5, 1.5, "barely")
    assert label.file_name == "rec1"


def test_what_cannot_be_read_names_its_file(tmp_path):
    (tmp_path / "rec1.txt").write_text("0.5\t1.5\tbarely\nnonsense\n")
    assert [x.name for x in read_labels(tmp_path / "rec1.txt", CONFIG).left_out] == [
        "rec1.txt, line 2"
    ]
    (tmp_path / "rec2.txt").write_text("Begin Time (s)\tEnd Time (s)\n0\t1\n")
    with pytest.raises(AnnotationError, match=r"rec2\.txt cannot be used: the selection table"):
        read_labels(tmp_path / "rec2.txt", CONFIG)
    with pytest.raises(AnnotationError, match="cannot be read"):
        read_labels(tmp_path / "none.txt", CONFIG)


def test_a_table_may_have_frequencies(tmp_path):
    path = tmp_path / "all.csv"
    path.write_text("file_name,start,end,class,low_hz,high_hz\na,0,1,barely,100,200.5\na,1,2,a,,\n")
    found = read_labels(path, CONFIG).labels
    assert [(x.text, x.low_hz, x.high_hz) for x in found] == [
        ("barely", 100.0, 200.5),
        ("audible", None, None),
    ]


LABELS = st.builds(
    Label,
    st.integers(-2, 5),
    st.integers(-2, 5),
    st.sampled_from(["", "a", "A", "barely", "Barely", "audible", "bird"]),
)


@given(st.lists(LABELS, max_size=20))
def test_each_label_is_an_annotation_or_is_listed(labels):
    table = to_annotations(LabelFile(tuple(labels)), CONFIG)
    assert len(table.annotations) + len(table.left_out) == len(labels)
    assert all(a.start_s < a.end_s for a in table.annotations)
    assert all(x.reason for x in table.left_out)


def test_each_reason_is_said():
    bad = [Label(1, 1, "barely"), Label(2, 1, "barely"), Label(0, 1, "Barely"), Label(0, 1, "")]
    good = Label(0, 1, "a", file_name="rec1", line=7)
    table = to_annotations(LabelFile((*bad, good)), CONFIG)
    assert table.annotations == (Annotation(7, "rec1", 0, 1, 2),)
    assert [x.reason for x in table.left_out] == [
        "it is a point at 1 s, without length",
        "it starts at 2 s and ends at 1 s",
        "there is no class 'Barely'; if barely is meant, say so by class_names: Barely=barely",
        "it has no text",
    ]
