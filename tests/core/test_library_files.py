"""The user's database as a file: left open, locked, damaged, half written, of any name."""

# ruff: noqa: S608  queries are put together from constants

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from core import library
from core.errors import LibraryError, LibraryLockedError, StorageError
from core.library import Library
from core.settings import LibraryConfig
from tests.core.made_database import COUNTING, ROWS, make, select


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "lib" / "loudsense.db"
    path.parent.mkdir()
    make(path, ROWS)
    return path


def test_an_idle_wal_database_gets_no_companions(tmp_path):
    make(tmp_path / "x.db", ROWS, journal_mode="wal")
    assert [p.name for p in tmp_path.iterdir()] == ["x.db"]
    rows = Library(LibraryConfig(str(tmp_path / "x.db"))).rows("SELECT path FROM recording")
    assert next(rows)
    # Not even while it is read.
    assert [p.name for p in tmp_path.iterdir()] == ["x.db"]
    rows.close()
    assert len(select(tmp_path / "x.db").recordings) == 2


def test_a_wal_database_in_use_is_read_with_its_latest_rows(tmp_path):
    make(tmp_path / "x.db", ROWS, journal_mode="wal")
    with closing(sqlite3.connect(tmp_path / "x.db")) as writer:
        writer.execute("INSERT INTO recording VALUES ('new.wav', 1, '')")
        writer.commit()
        assert (tmp_path / "x.db-wal").stat().st_size
        assert len(select(tmp_path / "x.db").recordings) == 3


@pytest.mark.parametrize("with_shm", [True, False])
def test_a_wal_database_of_a_killed_program_is_read_with_its_latest_rows(tmp_path, with_shm):
    make(tmp_path / "x.db", ROWS, journal_mode="wal")
    code = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("INSERT INTO recording VALUES ('new.wav', 1, '')")
connection.commit()
os._exit(0)
"""
    subprocess.run([sys.executable, "-c", code, tmp_path / "x.db"], check=True)
    if not with_shm:
        (tmp_path / "x.db-shm").unlink()
    assert len(select(tmp_path / "x.db").recordings) == 3


def test_a_full_disk_is_no_bug(tmp_path, monkeypatch):
    make(tmp_path / "x.db", ROWS, journal_mode="wal")
    (tmp_path / "x.db-wal").write_bytes(b"x")

    def copy(_file, _folder):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(library.shutil, "copy", copy)
    with pytest.raises(StorageError, match="The disk is full"):
        select(tmp_path / "x.db")


def test_what_a_killed_program_left_half_written_is_not_read(database):
    """A hot journal: the database is only right again when its writer has undone the half."""
    code = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA cache_size = 1")
connection.execute("BEGIN")
connection.execute("CREATE TABLE t AS WITH RECURSIVE r(n) AS "
    "(SELECT 1 UNION ALL SELECT n + 1 FROM r LIMIT 9999) SELECT n, hex(randomblob(99)) FROM r")
connection.execute("UPDATE recording SET path = 'half'")
os._exit(0)
"""
    subprocess.run([sys.executable, "-c", code, database], check=True)
    assert database.with_name("loudsense.db-journal").stat().st_size
    with pytest.raises(LibraryError, match="cannot be read as it is") as caught:
        select(database)
    assert "program that writes it" in caught.value.hint


def test_a_locked_database_is_a_message(database, monkeypatch):
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *a, **k: connect(*a, **{**k, "timeout": 0.1}))
    with closing(connect(database, isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        with pytest.raises(LibraryLockedError, match="is locked by another program"):
            Library(LibraryConfig(str(database))).select()
    assert len(select(database).recordings) == 2


def test_a_reader_does_not_keep_writers_out_when_it_is_done(database):
    select(database)
    with closing(sqlite3.connect(database, timeout=0)) as writer:
        writer.execute("UPDATE recording SET reviewed = 1")
        writer.commit()


def test_what_is_no_database(tmp_path):
    for content in (b"", b"SQLite format 2\0", b"path,reviewed\na.wav,1\n"):
        (tmp_path / "x.db").write_bytes(content)
        with pytest.raises(LibraryError, match="is not an SQLite database"):
            select(tmp_path / "x.db")
    for path, words in ((tmp_path, "directory"), (tmp_path / "no.db", "No such file")):
        with pytest.raises(LibraryError, match=words):
            Library(LibraryConfig(str(path)))
    with pytest.raises(LibraryError, match="null byte"):
        Library(LibraryConfig("a\0b"))
    with pytest.raises(LibraryError, match="No database is named"):
        Library(LibraryConfig())


def test_a_damaged_database(database):
    content = bytearray(database.read_bytes())
    content[100:] = b"\xff" * (len(content) - 100)
    database.write_bytes(content)
    with pytest.raises(LibraryError, match="The database or the query is wrong"):
        select(database)


def test_a_database_that_is_gone_in_the_meantime(database):
    made = Library(LibraryConfig(str(database)))
    database.unlink()
    with pytest.raises(LibraryError, match="cannot be opened: No such file"):
        made.select()


def test_names_of_databases_are_any(tmp_path):
    for name in ("a b?mode=rwc&x.db", "#%41.db", b"\xff.db".decode("utf-8", "surrogateescape")):
        folder = tmp_path / f"k{len(name)}"
        folder.mkdir()
        make(folder / name, ROWS)
        assert len(select(folder / name).recordings) == 2


def test_many_rows(database):
    made = Library(LibraryConfig(str(database)))
    rows = made.rows(f"{COUNTING} SELECT n AS path FROM r LIMIT 100000")
    assert sum(1 for _ in rows) == 100_000
