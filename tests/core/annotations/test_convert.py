"""What is converted there and back is what it was."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.annotations.convert import convert_annotations, format_of
from core.annotations.csv import read_annotations
from core.errors import AnnotationError, NothingToDoError, SettingsError
from core.settings import AnnotationConfig
from core.storage import to_json
from core.words import in_words

CONFIG = AnnotationConfig()
HEADER = "file_name,start,end,class"
PLAIN = st.characters(
    exclude_categories=["Cs", "Cc", "Cf", "Co", "Cn", "Zs", "Zl", "Zp"], exclude_characters="/\\"
)
NAMES = st.text(PLAIN, min_size=1, max_size=8).map(lambda name: f"n{name}.wav")
EDGES = st.sets(st.integers(0, 10**10), min_size=2, max_size=2).map(sorted)
ROWS = st.lists(st.tuples(NAMES, EDGES, st.sampled_from(CONFIG.classes)), min_size=1, max_size=8)


def convert(inputs, out, **options):
    return convert_annotations(inputs, out, CONFIG, to=format_of(out, options.pop("to", "")))


def values(path):
    table = read_annotations(path, CONFIG)
    return sorted(
        (a.file_name, round(a.start_s * 1e6), round(a.end_s * 1e6), a.target)
        for a in table.annotations
    )


@settings(max_examples=30, deadline=None)
@given(ROWS, st.sampled_from(["audacity", "raven"]))
def test_a_table_comes_back_from_label_files_to_the_microsecond(rows, to):
    with TemporaryDirectory() as folder:
        table, labels, back = (Path(folder, name) for name in ("in.csv", "labels", "out.csv"))
        lines = [
            '"{}",{:.6f},{:.6f},{}'.format(name.replace('"', '""'), a / 1e6, b / 1e6, label)
            for name, (a, b), label in rows
        ]
        table.write_text("\n".join([HEADER, *lines]), encoding="utf-8")
        there = convert([table], labels, to=to)
        again = convert([labels], back)
        assert there.n_annotations == again.n_annotations == len(rows)
        assert not there.left_out
        assert not again.left_out
        if not there.renamed:
            assert values(back) == values(table)


def test_many_label_files_become_one_table(tmp_path):
    folder = tmp_path / "labels"
    folder.mkdir()
    (folder / "rec1.txt").write_text("0\t1\tbarely\n1\t2\t bird\n3\t3\tbarely\n")
    (folder / "rec2.wav.txt").write_text("0.25\t1\taudible\n\\\t100\t200\n")
    (folder / "notes.md").write_text("no labels")
    done = convert([folder], tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text() == (
        f"{HEADER},low_hz,high_hz\nrec1,0.0,1.0,barely,,\nrec2.wav,0.25,1.0,audible,100.0,200.0\n"
    )
    assert (done.n_files, done.n_annotations, done.n_recordings) == (2, 2, 2)
    assert [x.name for x in done.left_out] == ["line 2 (rec1, 1 to 2 s)", "line 3 (rec1, 3 to 3 s)"]


def test_frequencies_come_back_through_the_table(tmp_path):
    (tmp_path / "rec.txt").write_text("0.000000\t1.000000\tbarely\n\\\t100.000000\t200.500000\n")
    convert([tmp_path / "rec.txt"], tmp_path / "all.csv")
    convert([tmp_path / "all.csv"], tmp_path / "raven", to="raven")
    convert([tmp_path / "raven"], tmp_path / "again", to="audacity")
    assert (tmp_path / "again" / "rec.txt").read_bytes() == (tmp_path / "rec.txt").read_bytes()


def test_recordings_of_one_name_keep_their_names_in_selection_tables_only(tmp_path):
    table = tmp_path / "in.csv"
    table.write_text(f"{HEADER}\none/a.wav,0,1,barely\ntwo/a.wav,0,2,barely\n")
    assert not convert([table], tmp_path / "raven", to="raven").renamed
    convert([tmp_path / "raven"], tmp_path / "back.csv")
    names = {a.file_name for a in read_annotations(tmp_path / "back.csv", CONFIG).annotations}
    assert names == {"one/a.wav", "two/a.wav"}
    assert len(convert([table], tmp_path / "audacity", to="audacity").renamed) == 2


def test_label_tracks_keep_the_whole_names_of_recordings(tmp_path):
    table = tmp_path / "in.csv"
    table.write_text(
        f"{HEADER}\nrec1.wav,0,1,barely\nrec1.flac,0,1,barely\nrec2,0,1,barely\naudio/rec3.wav,0,1,barely\n"
    )
    done = convert([table], tmp_path / "audacity", to="audacity")
    files = sorted(path.name for path in (tmp_path / "audacity").iterdir())
    assert files == ["rec1.flac.txt", "rec1.wav.txt", "rec2.txt", "rec3.wav.txt"]
    convert([tmp_path / "audacity"], tmp_path / "back.csv")
    names = {a.file_name for a in read_annotations(tmp_path / "back.csv", CONFIG).annotations}
    assert names == {"rec1.wav", "rec1.flac", "rec2", "rec3.wav"}
    assert not done.renamed
    assert done.n_without_folder == 1
    assert "base names alone" in "\n".join(in_words("annotations convert", to_json(done)))


def test_one_file_under_two_spellings_is_one_label_file(tmp_path):
    table = tmp_path / "in.csv"
    table.write_text(f"{HEADER}\na//b.wav,0,1,barely\na/b.wav,2,3,barely\n")
    convert([table], tmp_path / "labels", to="audacity")
    assert len((tmp_path / "labels" / "b.wav.txt").read_text().splitlines()) == 2


def test_nothing_is_replaced_unless_that_is_said(tmp_path):
    (tmp_path / "rec.txt").write_text("0\t1\tbarely\n")
    (tmp_path / "out.csv").write_text("mine")
    with pytest.raises(AnnotationError, match="is there already"):
        convert([tmp_path / "rec.txt"], tmp_path / "out.csv")
    with pytest.raises(AnnotationError, match="is there already"):
        convert([tmp_path / "rec.txt"], tmp_path, to="audacity")
    assert (tmp_path / "out.csv").read_text() == "mine"
    inputs, out = [tmp_path / "rec.txt"], tmp_path / "out.csv"
    assert convert_annotations(inputs, out, CONFIG, to="csv", may_replace=True).n_annotations == 1


def test_no_annotation_is_a_sentence(tmp_path):
    with pytest.raises(NothingToDoError, match="no file of annotations"):
        convert([tmp_path], tmp_path / "out.csv")
    (tmp_path / "rec.txt").write_text("")
    with pytest.raises(NothingToDoError, match="no annotation in 1 files"):
        convert([tmp_path], tmp_path / "out.csv")
    (tmp_path / "rec.txt").write_text("0\t1\tbird\n")
    with pytest.raises(NothingToDoError) as caught:
        convert([tmp_path], tmp_path / "out.csv")
    assert "there is no class 'bird'" in caught.value.hint


def test_the_ending_or_an_option_says_what_is_written():
    assert format_of(Path("x.csv")) == format_of(Path("x"), "csv") == "csv"
    assert format_of(Path("x"), "raven") == "raven"
    for out, to in ((Path("x"), ""), (Path("x.csv"), "raven")):
        with pytest.raises(SettingsError):
            format_of(out, to)
