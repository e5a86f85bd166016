"""Names are found as for a dataset, and rows that are none are told of."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.annotations.findings import Entry, Kind, fixed
from core.annotations.lint import lint, read_entries
from core.annotations.lint_recording import Rules, Subject
from core.progress import Cancelled
from core.settings import AnnotationConfig

SUBJECTS = [Subject(f"/audio/{n}", n) for n in ("a.wav", "b.wav", "b.flac", "Ä.wav")]
OTHER = Subject("/audio/new.wav", "new.wav", is_selected=False)


def look(*names, others=()):
    entries = [Entry(k, name, 0, 1, "barely") for k, name in enumerate(names)]
    return entries, lint(entries, SUBJECTS, Rules(), others=others)


def test_annotations_of_all_recordings_are_right():
    assert not look("a.wav", "b.wav", "b.flac", "Ä")[1]


def test_a_name_that_means_none_is_one_finding():
    _, (first, *rest) = look("x.wav", "x.wav", "a", "b.wav", "b.flac", "Ä.wav")
    assert (first.kind, first.ids, first.file_name) == (Kind.UNKNOWN_FILE, (0, 1), "x.wav")
    assert "2 annotations are left out" in first.text
    assert first.fix is None
    assert not rest


def test_a_name_that_means_two_is_one_finding_and_both_recordings_lack_annotations():
    _, findings = look("a", "b", "Ä")
    assert [f.kind for f in findings] == [Kind.AMBIGUOUS_FILE, *[Kind.NO_ANNOTATION] * 2]
    assert "/audio/b.wav and /audio/b.flac" in findings[0].text


@pytest.mark.parametrize("name", ["A.WAV", "A\N{COMBINING DIAERESIS}.wav", "ä", "sub/A.wav"])
def test_a_name_that_differs_by_case_or_encoding_can_be_mended(name):
    entries, (finding, *_) = look(name)
    assert finding.kind == Kind.UNKNOWN_FILE
    _, added = fixed(finding.fix, entries)
    assert not [f for f in lint(added, SUBJECTS, Rules()) if f.kind != Kind.NO_ANNOTATION]


def test_annotations_of_a_recording_that_is_not_selected_are_no_unknown_file():
    names = ("a", "b.wav", "b.flac", "Ä", "new")
    assert not look(*names, others=[OTHER])[1]
    assert look(*names)[1][0].kind == Kind.UNKNOWN_FILE


def test_one_that_is_selected_goes_before_one_of_the_same_name_that_is_not():
    twin = Subject("/elsewhere/a.flac", "a.flac", is_selected=False)
    assert not look("a", "b.wav", "b.flac", "Ä", others=[twin])[1]


def test_it_can_be_cancelled():
    def cancel(_progress):
        raise Cancelled

    with pytest.raises(Cancelled):
        lint([], SUBJECTS, Rules(), report=cancel)


def test_rows_that_are_no_annotation_are_findings_and_the_others_entries():
    text = (
        "file_name,start,end,class\na,0,1,Barely\n,0,1,barely\na,x,1,barely\na,0,,barely\na,2,1\n"
    )
    entries, findings = read_entries(text, AnnotationConfig(), path=Path("t.csv"))
    assert entries == [Entry(2, "a", 0, 1, "Barely")]
    assert [f.text for f in findings] == [
        "Line 3 names no file",
        "Line 4 has no number as start: 'x'",
        "Line 5 has no number as end: ''",
        "Line 6 has 3 columns, not those of the header",
    ]
    assert {f.kind for f in findings} == {Kind.UNREADABLE}
