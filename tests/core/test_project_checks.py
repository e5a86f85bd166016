"""Quick looks at libraries, tables and folders: right, honest where incomplete, never a crash."""

# ruff: noqa: S608  queries are put together from constants

from __future__ import annotations

import sqlite3
import time
from contextlib import closing

import pytest

from core import project_checks
from core.errors import AnnotationError, LibraryError, LoudnessError
from core.progress import Cancelled
from core.project_checks import check_annotations, check_folder, check_library
from core.settings import AnnotationConfig, LibraryConfig
from tests.core.made_database import COUNTING, ENDLESS, ROWS, make, state


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "lib" / "loudsense.db"
    (path.parent / "audio").mkdir(parents=True)
    make(path, ROWS)
    (path.parent / "audio" / "a.wav").touch()
    return path


@pytest.fixture
def table(tmp_path):
    def write(text, **config):
        path = tmp_path / "annotations.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return AnnotationConfig(str(path), **config)

    return write


def test_counts_recordings_and_looks_for_their_files(database):
    before = state(database.parent)
    check = check_library(LibraryConfig(str(database), "SELECT path, site FROM recording"))
    assert (check.n_recordings, check.is_complete, check.columns) == (3, True, ("site",))
    assert check.names == ("a.wav", "b.flac", "c.mp3")
    assert (check.n_looked_for, check.n_there) == (3, 1)
    assert check.missing == (str(database.parent / "audio/b.flac"), "/far/c.mp3")
    assert state(database.parent) == before


def test_a_file_counts_once_and_a_row_without_a_path_not_at_all(database):
    query = "SELECT path FROM recording UNION ALL SELECT path FROM recording UNION ALL SELECT NULL"
    check = check_library(LibraryConfig(str(database), query))
    assert (check.n_recordings, check.n_unusable) == (3, 1)


def test_no_recordings_are_an_answer(database):
    check = check_library(LibraryConfig(str(database), "SELECT path FROM recording WHERE 0"))
    assert (check.n_recordings, check.n_looked_for, check.names) == (0, 0, ())


@pytest.mark.parametrize(
    "query", ["", "DELETE FROM recording", "SELECT 1; SELECT 2", "SELECT site FROM recording", "x"]
)
def test_a_wrong_query_is_an_error_of_the_user(database, query):
    with pytest.raises(LibraryError):
        check_library(LibraryConfig(str(database), query))


@pytest.mark.parametrize("content", [None, b"", b"no database", b"SQLite format 3\0" + b"x" * 200])
def test_a_wrong_database_is_an_error_of_the_user(tmp_path, content):
    path = tmp_path / "x.db"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(LibraryError):
        check_library(LibraryConfig(str(path)))


def test_gives_up_counting_and_says_so(database, monkeypatch):
    monkeypatch.setattr(project_checks, "LOOK_S", 0.1)
    started_s = time.monotonic()
    check = check_library(LibraryConfig(str(database), f"{ENDLESS} SELECT path FROM r"))
    assert time.monotonic() - started_s < 5
    assert not check.is_complete
    assert check.n_recordings > 10
    assert check.n_looked_for <= project_checks.N_FILES_SAMPLED


def test_a_million_recordings_take_no_longer_than_the_limits(database, monkeypatch):
    monkeypatch.setattr(project_checks, "LOOK_S", 0.3)
    query = f"{COUNTING} SELECT 'audio/' || n || '.wav' AS path FROM r LIMIT 1000000"
    started_s = time.monotonic()
    check = check_library(LibraryConfig(str(database), query))
    assert time.monotonic() - started_s < 3
    assert check.n_looked_for == project_checks.N_FILES_SAMPLED
    assert check.is_complete == (check.n_recordings == 1_000_000)


def test_can_be_cancelled(database):
    def cancel(_progress):
        raise Cancelled

    with pytest.raises(Cancelled):
        check_library(LibraryConfig(str(database), f"{ENDLESS} SELECT path FROM r"), report=cancel)
    with pytest.raises(Cancelled):
        check_folder(str(database.parent), report=cancel)


def test_annotations_are_counted_and_matched(database, table):
    config = table(
        "file_name,start,end,class\na.wav,0,1,audible\na,1,2,barely\nb.flac,0,1,audible\n"
        "b.flac,x,1,audible\nc.mp3,0,1,loud\n"
    )
    check = check_annotations(config, LibraryConfig(str(database)))
    assert check.columns == ("file_name", "start", "end", "class")
    assert check.class_counts == {"audible": 3, "barely": 1, "loud": 1}
    assert (check.n_usable, check.n_left_out) == (3, 2)
    assert "no class 'loud'" in check.left_out[1].reason
    assert (check.is_matched, check.n_matched, check.n_recordings) == (True, 2, 1)
    # b.flac is not reviewed.
    assert (check.unmatched, check.n_unmatched_files) == ((("b.flac", 1),), 1)
    assert check.problem == ""


def test_what_may_be_several_recordings_is_told_apart(tmp_path, table):
    make(tmp_path / "x.db", [("one/a.wav", 1, ""), ("two/a.wav", 1, "")])
    config = table("file_name,start,end,class\na.wav,0,1,audible\n")
    check = check_annotations(config, LibraryConfig(str(tmp_path / "x.db")))
    assert (check.n_matched, check.n_ambiguous, check.n_unmatched_files) == (0, 1, 0)


def test_likely_columns_are_found_in_any_table(table):
    check = check_annotations(table("Recording;Onset (s);Offset (s);Label\na.wav;0;1;audible\n"))
    assert list(check.guess.values()) == ["Recording", "Onset (s)", "Offset (s)", "Label"]
    assert "no column" in check.problem


def test_a_wrong_library_leaves_the_annotations_as_they_are(tmp_path, table):
    config = table("file_name,start,end,class\na.wav,0,1,audible\n")
    check = check_annotations(config, LibraryConfig(str(tmp_path / "none.db")))
    assert (check.n_usable, check.is_matched) == (1, False)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"\0\0\0",
        b"a,b\n1,2\n",
        b"file_name,start,end,class\n",
        b'file_name,start,end,class\n"a.wav,0,1,audible\n',
        b"\xff\xfe",
        b"\xff\xfea\0",
        bytes(range(256)) * 40,
        b"x" * 300_000,
        b"file_name,start,end,class\na.wav,nan,inf,audible\n",
    ],
)
def test_a_wrong_table_is_a_problem_with_a_hint(table, content):
    check = check_annotations(table(content))
    assert check.problem
    assert check.hint
    assert check.n_usable == 0


def test_a_table_that_cannot_be_read_is_an_error(tmp_path):
    for path in (tmp_path / "none.csv", tmp_path, "a\0b"):
        with pytest.raises(AnnotationError):
            check_annotations(AnnotationConfig(str(path)))


def test_of_a_large_table_only_the_first_part_is_read(table, monkeypatch):
    monkeypatch.setattr(project_checks, "LARGEST_TABLE_BYTES", 1000)
    rows = "".join(f"a.wav,{k},{k + 1},audible\n" for k in range(200))
    check = check_annotations(table("file_name,start,end,class\n" + rows))
    assert not check.is_complete
    assert 0 < check.n_usable < 100
    # No half line at the end.
    assert check.n_left_out == 0


def test_class_names_are_mapped(table):
    config = table(
        "file_name,start,end,class\na.wav,0,1,loud\n",
        classes=("quiet", "noisy"),
        class_names={"loud": "noisy"},
    )
    assert check_annotations(config).n_usable == 1
    assert check_annotations(
        table("file_name,start,end,class\na,0,1,b\n", classes=("b", "b"))
    ).problem


def test_a_folder_can_be_new_empty_used_or_a_project(tmp_path):
    assert check_folder(str(tmp_path / "a" / "b")).note == "The folder will be made"
    assert check_folder(str(tmp_path)).note == ""
    (tmp_path / "file").touch()
    used = check_folder(str(tmp_path))
    assert (used.problem, used.is_project) == ("", False)
    assert "stays" in used.note
    assert "is a file" in check_folder(str(tmp_path / "file")).problem
    assert "is a file" in check_folder(str(tmp_path / "file" / "project")).problem
    (tmp_path / "project.toml").touch()
    assert check_folder(str(tmp_path)).is_project


@pytest.mark.parametrize("folder", ["", "  ", "a\0b", "/" + "x" * 5000])
def test_what_can_be_no_folder_is_a_problem(folder):
    assert check_folder(folder).problem


def test_a_folder_that_cannot_be_written_is_a_problem(tmp_path, monkeypatch):
    monkeypatch.setattr(project_checks.os, "access", lambda *_: False)
    assert "may not write" in check_folder(str(tmp_path / "new")).problem


def test_the_real_libraries_are_right(shared_data):
    for name in ("mix_cough", "real_speech"):
        folder = shared_data / name
        database = next(folder.glob("*.db"))
        query = "SELECT path FROM recording"
        check = check_annotations(
            AnnotationConfig(str(folder / "annotations.csv")), LibraryConfig(str(database), query)
        )
        library = check_library(LibraryConfig(str(database), query))
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
            (n_rows,) = connection.execute("SELECT count(*) FROM recording").fetchone()
        assert library.n_recordings == n_rows
        assert library.n_there == library.n_looked_for
        assert (check.n_matched, check.n_left_out) == (check.n_usable, 0)


def test_errors_are_those_of_the_user_for_every_torture_file(shared_data):
    torture = [p for p in sorted((shared_data / "torture").rglob("*")) if p.is_file()]
    for path in (p for p in torture if p.suffix not in {".db", ".csv"}):
        with pytest.raises(LoudnessError):
            check_library(LibraryConfig(str(path)))
        assert check_annotations(AnnotationConfig(str(path))).problem
