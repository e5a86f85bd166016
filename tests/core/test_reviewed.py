"""The one value that is written in the user's database."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from core import reviewed
from core.errors import LibraryError, LibraryLockedError
from core.library import Recording
from core.project import Project, ProjectSettings, save_project
from core.reviewed import is_true, mark_reviewed
from core.settings import LibraryConfig
from tests.core.made_database import ROWS, make

A, C = ROWS[0][0], ROWS[2][0]
QUERY = "SELECT path FROM recording WHERE reviewed = 1;"
TRIGGER = "CREATE TRIGGER t AFTER UPDATE ON recording BEGIN UPDATE recording SET site = 'x'; END"


@pytest.fixture
def database(tmp_path):
    (tmp_path / "db").mkdir()
    return tmp_path / "db" / "x.db"


def project_of(database, **settings):
    library = LibraryConfig(str(database), **settings)
    project = Project(database.parent.parent / "project", ProjectSettings(library=library))
    save_project(project)
    return project


def mark(database, path=A, is_reviewed=None, **settings):
    project = project_of(database, **settings)
    recording = Recording(path, database.parent / path)
    return mark_reviewed(project.folder, recording, is_reviewed).is_reviewed


def dump(database):
    with closing(sqlite3.connect(database)) as connection:
        return list(connection.iterdump())


def change(database, *statements):
    with closing(sqlite3.connect(database)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


@pytest.mark.parametrize("journal_mode", ["delete", "wal"])
def test_toggled_it_is_the_only_thing_that_changes(database, journal_mode):
    make(database, ROWS, journal_mode=journal_mode)
    before = dump(database)
    assert mark(database) is False
    after = dump(database)
    differing = [(x, y) for x, y in zip(before, after, strict=True) if x != y]
    assert differing == [
        (
            """INSERT INTO "recording" VALUES('audio/a.wav',1,'north');""",
            """INSERT INTO "recording" VALUES('audio/a.wav',0,'north');""",
        )
    ]
    assert mark(database) is True
    assert dump(database) == before
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == (journal_mode,)
    assert [p.name for p in database.parent.iterdir()] == ["x.db"]


def test_what_is_so_already_is_not_written(database):
    make(database, ROWS)
    before = database.read_bytes()
    assert mark(database, A, True) is True
    assert database.read_bytes() == before


def test_a_recording_that_is_listed_twice_is_marked_twice(database):
    make(database, [*ROWS, (A, 0, "again")])
    assert mark(database) is True
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute(
            "SELECT reviewed FROM recording WHERE path = ?", (A,)
        ).fetchall() == [*((1,), (1,))]


@pytest.mark.parametrize(
    ("value", "expected"),
    [("'yes'", "no"), ("'No'", "Yes"), ("'Y'", "N"), ("'FALSE'", "TRUE"), ("NULL", "yes")],
)
def test_written_in_the_words_of_the_column(database, value, expected):
    make(database, [])
    change(
        database,
        "DROP TABLE recording",
        "CREATE TABLE recording (path, Done)",
        f"INSERT INTO recording VALUES ('a.wav', {value}), ('b.wav', 'yes')",  # noqa: S608  a test's
    )
    settings = {"query": "SELECT path FROM recording", "reviewed_column": "done"}
    assert mark(database, "a.wav", **settings) is is_true(expected)
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT Done FROM recording").fetchall() == [
            (expected,),
            ("yes",),
        ]


def test_a_path_that_is_no_text_for_people_is_found(database):
    make(database, [])
    change(database, "INSERT INTO recording VALUES (CAST(x'ff2e776176' AS TEXT), 1, 'x')")
    assert mark(database, "\udcff.wav") is False


def test_a_locked_database_is_said_within_a_finite_time(database, monkeypatch):
    monkeypatch.setattr(reviewed, "PATIENCE_S", 0.05)
    make(database, ROWS)
    with closing(sqlite3.connect(database)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LibraryLockedError, match="is locked by another program"):
            mark(database)


@pytest.mark.parametrize(
    ("statements", "settings", "message"),
    [
        (["ALTER TABLE recording DROP COLUMN reviewed"], {}, "has no column reviewed"),
        ([], {"reviewed_column": "path"}, "has no column path"),
        (["CREATE VIEW v AS SELECT 'x/' || path AS path, reviewed FROM recording"],
         {"query": "SELECT path FROM v"}, "v is a view"),
        ([TRIGGER], {}, "would change more than reviewed"),
        ([], {"query": "SELECT 'audio/' || 'a.wav' AS path"}, "reads no table"),
        (["DELETE FROM recording WHERE path = 'audio/a.wav'"], {}, "has no recording audio/a.wav"),
        (["CREATE TABLE n (a)", "ALTER TABLE recording RENAME TO old",
          "CREATE TABLE recording (path TEXT, reviewed GENERATED ALWAYS AS (1))",
          "INSERT INTO recording SELECT path FROM old"], {}, "cannot be written"),
    ],
)  # fmt: skip
def test_what_cannot_be_marked_is_one_sentence_and_changes_nothing(
    database, statements, settings, message
):
    make(database, ROWS)
    change(database, *statements)
    settings = {"query": "SELECT path FROM recording", **settings}
    before = dump(database)
    with pytest.raises(LibraryError, match=message):
        mark(database, **settings)
    assert dump(database) == before


def test_a_protected_database_is_not_written_by_root_either(database):
    make(database, ROWS)
    database.chmod(0o444)
    before = database.read_bytes()
    with pytest.raises(LibraryError, match="cannot be written"):
        mark(database)
    assert database.read_bytes() == before


def test_true_and_false_in_many_words():
    assert all(map(is_true, [1, 2.5, "1", "yes", " TRUE "]))
    assert not any(map(is_true, [0, 0.0, "0", "no", " ", "False", None, b"x"]))


def test_the_table_is_that_of_the_pipelines_query_also_if_another_is_browsed(database):
    make(database, ROWS)
    change(database, "CREATE TABLE other (path TEXT, reviewed INT)")
    before = dump(database)
    assert mark(database, C, query=QUERY, browse_query="SELECT path FROM other") is False
    assert len(dump(database)) == len(before)
    recording = Recording(C, database)
    assert replace(recording).database_path == C
