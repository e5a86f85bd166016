"""The project's own database."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from core import project_store
from core.errors import ProjectError, ProjectLockedError
from core.project_store import STORE_VERSION, Mark, ProjectStore, RecordingStatus, StageRecord

RECORD = StageRecord("transcode", "2026-01-02T03:04:05+00:00", 1.5, {"n_recordings": 2})
STATUSES = [
    RecordingStatus("/a.wav", "12-34", "done"),
    RecordingStatus("/b.wav", "56-78", "left out", "it is broken"),
]


@pytest.fixture
def store(tmp_path):
    return ProjectStore(tmp_path / "project.sqlite")


def test_what_is_recorded_is_found(store):
    store.record(RECORD, STATUSES)
    assert store.stage("transcode") == RECORD
    assert list(store.recordings("transcode").values()) == STATUSES


def test_a_stage_replaces_what_it_did_before_and_no_other(store):
    store.record(RECORD, STATUSES)
    store.record(StageRecord("extract", "", 0.0, {}), STATUSES[:1])
    store.record(RECORD, STATUSES[1:])
    assert list(store.recordings("transcode")) == ["/b.wav"]
    assert list(store.recordings("extract")) == ["/a.wav"]


def test_reading_makes_no_file(store, tmp_path):
    assert store.stage("transcode") is None
    assert store.recordings("transcode") == {}
    assert not list(tmp_path.iterdir())


def test_a_newer_database_is_refused_and_left_alone(store, tmp_path):
    path = tmp_path / "project.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = path.read_bytes()
    for use in (lambda: store.record(RECORD, []), lambda: store.stage("transcode")):
        with pytest.raises(ProjectError, match="newer version"):
            use()
    assert path.read_bytes() == before


def test_a_damaged_database_is_never_taken_for_an_empty_one(store, tmp_path):
    (tmp_path / "project.sqlite").write_bytes(b"not a database, but long enough to be read" * 100)
    with pytest.raises(ProjectError, match="cannot be used"):
        store.recordings("transcode")


MARK = Mark("rec0", 200, 400, 8000, "audible", "right", "clear", "2026-01-01T00:00:00+00:00")
OLDER = Mark("rec1", 0, 200, 8000, "barely", "unsure", "", "2025-01-01T00:00:00+00:00")


def make_version_1(path):
    """A database as the first version of the program made it."""
    with sqlite3.connect(path) as connection:
        for statement in project_store._STAGES.split(";"):
            connection.execute(statement)
        connection.execute("INSERT INTO stage VALUES ('transcode', '', 1.0, '{}')")
        connection.execute("PRAGMA user_version = 1")
    connection.close()


def test_marks_are_kept_replaced_and_forgotten(store):
    assert store.marks() == []
    store.change_marks(add=[MARK, OLDER])
    assert store.marks() == [OLDER, MARK]
    other = Mark(*("rec0", 200, 400, 8000, "audible"), "wrong", "no", MARK.marked_at)
    store.change_marks(add=[other], remove=[OLDER])
    assert store.marks() == [other]
    store.record(RECORD, STATUSES)
    assert store.marks() == [other]


def test_a_mark_of_a_name_that_is_no_utf8_is_forgotten_by_that_name(store):
    odd = Mark(*("a\udcff", 0, 1, 8000, "audible"), "right", "", MARK.marked_at)
    store.change_marks(add=[odd, MARK])
    assert len(store.marks()) == 2
    store.change_marks(remove=[odd])
    assert store.marks() == [MARK]


def test_an_older_database_is_read_as_it_is(store, tmp_path):
    path = tmp_path / "project.sqlite"
    make_version_1(path)
    before = path.read_bytes()
    assert store.marks() == []
    assert store.stage("transcode").seconds == 1.0
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["project.sqlite"]


def test_an_older_database_is_copied_before_it_is_changed(store, tmp_path):
    make_version_1(tmp_path / "project.sqlite")
    store.change_marks(add=[MARK])
    assert store.marks() == [MARK]
    assert store.stage("transcode").seconds == 1.0
    copy = tmp_path / "project.version1.sqlite"
    with sqlite3.connect(copy) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
        assert connection.execute("SELECT stage FROM stage").fetchall() == [("transcode",)]
        tables = connection.execute("SELECT name FROM sqlite_schema WHERE name = 'mark'")
        assert tables.fetchall() == []
    connection.close()
    before = copy.read_bytes()
    store.change_marks(add=[OLDER])
    assert copy.read_bytes() == before


def test_a_migration_that_fails_changes_nothing(store, tmp_path, monkeypatch):
    path = tmp_path / "project.sqlite"
    make_version_1(path)
    monkeypatch.setattr(project_store, "_MIGRATIONS", ("", "CREATE TABLE mark (a); NO SQL"))
    with pytest.raises(ProjectError, match="cannot be used"):
        store.change_marks(add=[MARK])
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
        assert connection.execute("SELECT name FROM sqlite_schema").fetchall().count(("mark",)) == 0
    connection.close()


def test_a_new_database_is_of_the_newest_version(store, tmp_path):
    store.change_marks(add=[MARK])
    with sqlite3.connect(tmp_path / "project.sqlite") as connection:
        version = connection.execute("PRAGMA user_version").fetchone()
    connection.close()
    assert version == (STORE_VERSION,)
    assert [p.name for p in tmp_path.iterdir()] == ["project.sqlite"]


def test_what_another_program_holds_is_one_sentence(store, tmp_path, monkeypatch):
    monkeypatch.setattr(project_store, "PATIENCE_S", 0.01)
    store.change_marks(add=[MARK])
    other = sqlite3.connect(tmp_path / "project.sqlite")
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(ProjectLockedError, match="Another program is writing to"):
        store.change_marks(add=[OLDER])
    assert store.marks() == [MARK]
    other.close()


def test_what_cannot_be_written_is_one_sentence(store, monkeypatch):
    store.change_marks(add=[MARK])
    connect = sqlite3.connect

    def read_only(path, **options):
        uri = path if options.pop("uri", False) else f"file:{path}?mode=ro"
        return connect(uri, uri=True, **options)

    monkeypatch.setattr(project_store.sqlite3, "connect", read_only)
    with pytest.raises(ProjectError, match="cannot be written") as raised:
        store.change_marks(add=[OLDER])
    assert "writable" in raised.value.hint
    assert store.marks() == [MARK]


def dump(path):
    with closing(sqlite3.connect(path)) as connection:
        version = connection.execute("PRAGMA user_version").fetchone()
        return [version, *connection.iterdump()]


def make_version_2(path):
    """A database as the second version of the program made it."""
    make_version_1(path)
    with sqlite3.connect(path) as connection:
        for statement in project_store._MARKS.split(";"):
            connection.execute(statement)
        connection.execute("INSERT INTO mark VALUES ('r', 0, 9, 8000, 'a', 'right', '', '')")
        connection.execute("PRAGMA user_version = 2")
    connection.close()


@pytest.mark.parametrize(("version", "make"), [(1, make_version_1), (2, make_version_2)])
def test_every_older_version_becomes_what_a_new_one_is(store, tmp_path, version, make):
    path = tmp_path / "project.sqlite"
    make(path)
    before = dump(path)
    with store.transaction():
        pass
    new = ProjectStore(tmp_path / "new.sqlite")
    with new.transaction():
        pass
    schemas = []
    for file in (path, tmp_path / "new.sqlite"):
        with sqlite3.connect(file) as connection:
            rows = connection.execute("SELECT name, sql FROM sqlite_schema ORDER BY name")
            schemas.append(rows.fetchall())
        connection.close()
    assert schemas[0] == schemas[1]
    assert store.stage("transcode").seconds == 1.0
    assert len(store.marks()) == version - 1
    assert dump(tmp_path / f"project.version{version}.sqlite") == before


HALF = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("PRAGMA cache_size = 1")
connection.execute("BEGIN IMMEDIATE")
connection.executemany("INSERT INTO stage VALUES (?, '', 1.0, hex(randomblob(900)))",
                       [(str(k),) for k in range(500)])
os.kill(os.getpid(), 9)
"""


def test_what_a_killed_program_left_half_written_is_undone_by_a_reader(store, tmp_path):
    store.record(RECORD, STATUSES)
    subprocess.run([sys.executable, "-c", HALF, tmp_path / "project.sqlite"], check=False)
    assert (tmp_path / "project.sqlite-journal").exists()
    assert store.stage("transcode") == RECORD
    with store.reading() as connection:
        assert connection.execute("SELECT count(*) FROM stage").fetchone() == (1,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
