"""The user's database: what it may be asked, and that nothing happens to it."""

# ruff: noqa: S608  queries are put together from constants

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from core import library
from core.errors import LibraryError
from core.library import Library, Recording, moved_folder
from core.progress import Cancelled
from core.settings import LibraryConfig
from tests.core.made_database import COUNTING, ENDLESS, ROWS, database_in, make, select


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "lib" / "loudsense.db"
    path.parent.mkdir()
    make(path, ROWS)
    return path


def test_the_default_query_selects_what_was_reviewed(database):
    selection = select(database)
    folder = database.parent
    assert selection.recordings == (
        Recording("audio/a.wav", folder / "audio" / "a.wav"),
        Recording("/far/c.mp3", Path("/far/c.mp3")),
    )
    assert selection.left_out == ()
    assert [r.name for r in selection.recordings] == ["a.wav", "c.mp3"]


def test_the_other_columns_come_along(database):
    selection = select(database, "SELECT site, PATH, 1 AS n FROM recording ORDER BY path DESC")
    assert [r.columns for r in selection.recordings] == [
        {"site": "south", "n": 1},
        {"site": "north", "n": 1},
        {"site": None, "n": 1},
    ]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT path FROM recording",
        "SELECT path FROM recording;",
        " SELECT path FROM recording ;\n-- all of them",
        "SELECT path FROM recording -- all; of them",
        "/* all */ SELECT Path FROM recording",
        "WITH r AS (SELECT * FROM recording) SELECT path FROM r",
        "SELECT max(path) AS path FROM recording GROUP BY path",
        "SELECT path FROM recording WHERE path LIKE '%a%' OR length(path) > 0",
        "SELECT path FROM recording WHERE site = ';' OR 1",
        "SELECT path FROM (SELECT path FROM recording LIMIT 2) UNION SELECT '/far/c.mp3'",
        f"{ENDLESS} SELECT DISTINCT recording.path FROM recording JOIN (SELECT * FROM r LIMIT 9)",
        "SELECT path, row_number() OVER (ORDER BY path) FROM recording",
    ],
)
def test_one_select_of_any_form(database, query):
    assert len(select(database, query).recordings) == 3


REFUSED = {
    "DROP TABLE recording": "not authorized",
    "DELETE FROM recording": "not authorized",
    "INSERT INTO recording VALUES ('x', 1, '') RETURNING path": "not authorized",
    "UPDATE recording SET reviewed = 1 RETURNING path": "not authorized",
    "CREATE TABLE t AS SELECT path FROM recording": "not authorized",
    "CREATE TEMP TABLE t AS SELECT path FROM recording": "not authorized",
    "ATTACH 'elsewhere.db' AS e": "not authorized",
    "DETACH main": "not authorized",
    "PRAGMA writable_schema = 1": "not authorized",
    "PRAGMA journal_mode = delete": "not authorized",
    "PRAGMA table_info(recording)": "not authorized",
    "SELECT name AS path FROM pragma_table_info('recording')": "not authorized",
    "SELECT load_extension('x') AS path": "not authorized",
    "SELECT LOAD_EXTENSION('x', 'y') AS path": "not authorized",
    "VACUUM": "authoriz",
    "VACUUM INTO 'copy.db'": "authoriz",
    "ANALYZE": "not authorized",
    "BEGIN": "not authorized",
    "BEGIN EXCLUSIVE": "not authorized",
    "SAVEPOINT s": "not authorized",
}


@pytest.mark.parametrize(("query", "words"), REFUSED.items())
def test_what_does_more_than_read_is_refused(database, monkeypatch, query, words):
    monkeypatch.chdir(database.parent)
    with pytest.raises(LibraryError, match="The query is refused, since it does more") as caught:
        select(database, query)
    assert words in caught.value.message
    assert "one SELECT" in caught.value.hint


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT path FROM recording; DROP TABLE recording", "The query is refused"),
        ("SELECT path FROM recording; SELECT path FROM recording", "The query is refused"),
        ("SELECT '\0' AS path", "The query is refused"),
        ("SELECT '\ud800' AS path", "The query is refused"),
        ("FROM recording SELECT path", "syntax error"),
        ("SELECT path FROM locked", "is wrong: no such table: locked"),
        ("SELECT denied AS path FROM recording", "is wrong: no such column: denied"),
        ("SELECT path FROM recording WHERE reviewed = ?", "The query is refused"),
        ("SELECT zeroblob(1000000000) AS path", "too big"),
        ("", "no column named path"),
        (";", "no column named path"),
        ("-- nothing", "no column named path"),
        ("SELECT site FROM recording", "no column named path"),
        ("SELECT count(*) FROM recording", "no column named path"),
        ("EXPLAIN SELECT path FROM recording", "no column named path"),
        ("EXPLAIN QUERY PLAN SELECT path FROM recording", "no column named path"),
        ("VALUES ('a.wav')", "no column named path"),
        ("SELECT a.path, b.Path FROM recording a, recording b", "several columns named path"),
    ],
)
def test_what_is_no_query_of_recordings_is_an_error(database, query, words):
    with pytest.raises(LibraryError) as caught:
        select(database, query)
    assert type(caught.value) is LibraryError
    assert words in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    "query",
    [
        f"{ENDLESS} SELECT path FROM r",
        f"{ENDLESS} SELECT count(*) AS path FROM r",
        f"{COUNTING} SELECT 'a' AS path FROM r WHERE n < 0",
        f"SELECT a.path FROM ({COUNTING} SELECT n AS path FROM r) AS a",
    ],
)
def test_a_query_without_end_is_stopped(database, monkeypatch, query):
    monkeypatch.setattr(library, "TIME_LIMIT_S", 0.3)
    monkeypatch.setattr(library, "LONGEST_VALUE_BYTES", 100_000_000)
    started = time.monotonic()
    with pytest.raises(LibraryError, match="The query was stopped after 0 s") as caught:
        select(database, query)
    assert "end" in caught.value.hint
    assert time.monotonic() - started < 20


def test_a_query_can_be_cancelled(database):
    def report(progress):
        assert progress.stage == "query"
        raise Cancelled

    config = LibraryConfig(str(database), f"{COUNTING} SELECT n AS path FROM r")
    with pytest.raises(Cancelled):
        Library(config).select(report=report)


def test_rows_come_one_by_one(database):
    rows = Library(LibraryConfig(str(database))).rows("SELECT path, site FROM recording")
    assert next(rows) == {"path": "audio/a.wav", "site": "north"}
    rows.close()
    # Nothing is held any longer.
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("DELETE FROM recording")
        connection.commit()


@pytest.mark.parametrize("value", ["NULL", "''", "'  '", "3", "2.5", "x'612e776176'", "char(0)"])
def test_a_row_without_a_usable_path_is_listed(database, value):
    query = f"SELECT {value} AS path UNION ALL SELECT 'a.wav'"
    selection = select(database, query)
    assert [r.name for r in selection.recordings] == ["a.wav"]
    ((shown, reason),) = selection.left_out
    assert "no usable path" in reason
    assert shown


def test_a_long_value_is_not_listed_in_full(database):
    ((shown, _),) = select(database, "SELECT zeroblob(1000000) AS path").left_out
    assert len(shown) < 100


def test_a_name_that_is_no_utf_8_is_found(database):
    name = b"audio/\xe4\xf6.wav"
    (database.parent / "audio").mkdir()
    Path(os.fsdecode(os.fsencode(database.parent) + b"/" + name)).write_bytes(b"here")
    (recording,) = select(database, f"SELECT CAST(x'{name.hex()}' AS TEXT) AS path").recordings
    assert recording.path.read_bytes() == b"here"
    assert os.fsencode(recording.database_path) == name


def test_a_file_that_is_listed_twice_comes_once(database):
    query = "SELECT path, reviewed FROM recording UNION ALL SELECT './audio//a.wav', 9"
    selection = select(database, query)
    assert [r.database_path for r in selection.recordings] == [r[0] for r in ROWS]
    assert selection.left_out == ()


def test_relative_paths_start_from_the_root(database, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    query = "SELECT 'a.wav' AS path"
    assert select(database, query).recordings[0].path == database.parent / "a.wav"
    for root, expected in (("/else", "/else/a.wav"), ("here", tmp_path / "here" / "a.wav")):
        assert select(database, query, root=root).recordings[0].path == Path(expected)
    relative = LibraryConfig("lib/loudsense.db", query)
    assert Library(relative).select().recordings[0].path == database.parent / "a.wav"


def test_folders_that_moved_are_followed(database, tmp_path):
    new, deeper, old = tmp_path / "new", tmp_path / "deeper", tmp_path / "old"
    old.mkdir()
    (old / "there.wav").touch()
    relinked = {str(old): str(new), str(old / "deep"): str(deeper)}
    made = Library(LibraryConfig(str(database), relinked=relinked))
    assert made.locate(str(old / "a.wav")) == new / "a.wav"
    assert made.locate(str(old / "deep" / "a.wav")) == deeper / "a.wav"
    assert made.locate(str(old / "deeper" / "a.wav")) == new / "deeper" / "a.wav"
    assert made.locate(str(old / "there.wav")) == old / "there.wav"
    assert made.locate("/elsewhere/a.wav") == Path("/elsewhere/a.wav")
    # No file can have such a name, but a row of a database can.
    assert made.locate(str(old / ("x" * 5000))) == new / ("x" * 5000)


def test_a_moved_file_tells_of_its_folder(tmp_path):
    new = tmp_path / "new"
    (new / "site1").mkdir(parents=True)
    (new / "site1" / "a.wav").touch()
    (new / "a.wav").touch()
    # The longest common end decides.
    assert moved_folder(Path("/archive/site1/a.wav"), new) == ("/archive", str(new))
    assert moved_folder(Path("/archive/site2/a.wav"), new) == ("/archive/site2", str(new))
    assert moved_folder(Path("/archive/site2/b.wav"), new) is None
    assert moved_folder(Path("/archive") / ("x" * 5000), new) is None
    old, found = moved_folder(Path("/archive/site1/a.wav"), new)
    made = Library(LibraryConfig(str(database_in(tmp_path)), relinked={old: found}))
    assert made.locate("/archive/site1/a.wav").is_file()
