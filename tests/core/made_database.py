"""Small databases of recordings, and the check that reading them changes nothing."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing

from core.library import Library
from core.settings import LibraryConfig

ROWS = [("audio/a.wav", 1, "north"), ("audio/b.flac", 0, "south"), ("/far/c.mp3", 1, None)]
ENDLESS = "WITH RECURSIVE r(path) AS (SELECT 'a' UNION ALL SELECT path || 'x' FROM r)"
COUNTING = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r)"


def make(path, rows, *, journal_mode="delete"):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA journal_mode = {journal_mode}")
        connection.execute("CREATE TABLE recording (path TEXT, reviewed INTEGER, site TEXT)")
        connection.executemany("INSERT INTO recording VALUES (?, ?, ?)", rows)
        connection.commit()


def state(folder):
    """Everything in a folder; shared memory changes by being read."""
    return {
        p.name: "" if p.name.endswith("-shm") else hashlib.sha256(p.read_bytes()).hexdigest()
        for p in folder.iterdir()
        if p.is_file()
    }


def select(database, query=None, **settings):
    if query is not None:
        settings["query"] = query
    before = state(database.parent)
    try:
        return Library(LibraryConfig(str(database), **settings)).select()
    finally:
        assert state(database.parent) == before


def database_in(folder):
    make(folder / "x.db", [])
    return folder / "x.db"
