"""Which rows are browsed: all of the table that the pipeline's query reads, if that can be told."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from core.browsing import browse_query
from core.errors import LibraryError
from core.library import Library
from core.settings import LibraryConfig

SCHEMA = """
CREATE TABLE recording (id INTEGER PRIMARY KEY, path TEXT, reviewed INTEGER, site_id INTEGER);
CREATE TABLE site (site_id INTEGER, name TEXT, path TEXT);
CREATE TABLE "odd ""table" ("the file" TEXT, path BLOB, done INTEGER);
CREATE VIEW seen AS SELECT path, site_id FROM recording WHERE reviewed = 1;
INSERT INTO recording VALUES (1, 'a.wav', 1, 1), (2, 'b.wav', 0, 1), (3, 'c.wav', 0, 2);
INSERT INTO site VALUES (1, 'north', 'map1.png'), (2, 'south', 'map2.png');
INSERT INTO "odd ""table" VALUES ('x.wav', x'00ff', 1), ('y.wav', x'00', 0);
"""


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "x.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(SCHEMA)
    return path


def _browsed(database, query, **settings):
    library = Library(LibraryConfig(str(database), query, **settings))
    return list(library.rows(browse_query(library)))


@pytest.mark.parametrize(
    "query",
    [
        "SELECT path FROM recording WHERE reviewed = 1;",
        "SELECT path FROM recording WHERE reviewed = 7",
        "SELECT * FROM recording LIMIT 1",
        "SELECT r.path FROM recording r JOIN site s USING (site_id) WHERE s.name = 'north'",
        "SELECT r.path FROM site s, recording r WHERE s.site_id = r.site_id AND s.name = 'south'",
        "WITH q AS (SELECT path FROM recording) SELECT path FROM q LIMIT 2",
        "SELECT path FROM (SELECT path FROM recording WHERE id > 1) -- ;",
        "SELECT upper(path) || '' AS other, path FROM recording",
    ],
)
def test_every_row_of_the_table_is_browsed(database, query):
    rows = _browsed(database, query)
    assert [r["path"] for r in rows] == ["a.wav", "b.wav", "c.wav"]
    assert rows[2] == {"path": "c.wav", "id": 3, "reviewed": 0, "site_id": 2}


@pytest.mark.parametrize("condition", ["done", "done = 9"])
@pytest.mark.parametrize("column", ['"the file"', "[the file]", "o.`the file`"])
def test_a_renamed_column_is_found(database, column, condition):
    query = f'SELECT {column} AS Path FROM "odd ""table" AS o WHERE {condition}'  # noqa: S608
    rows = _browsed(database, query)
    assert [r["path"] for r in rows] == ["x.wav", "y.wav"]
    # A column that would be in the way of the path's name is left out.
    assert rows[0] == {"path": "x.wav", "done": 1}


@pytest.mark.parametrize(
    "query",
    [
        "SELECT 'audio/' || path AS path FROM recording WHERE reviewed = 1",
        "SELECT 'audio/' || path AS path FROM recording WHERE reviewed = 7",
        "SELECT 'a.wav' AS path",
    ],
)
def test_a_query_whose_table_cannot_be_told_is_browsed_itself(database, query):
    library = Library(LibraryConfig(str(database), query))
    assert browse_query(library) == query


def test_the_users_own_comes_first(database):
    rows = _browsed(
        database, "SELECT path FROM recording", browse_query="SELECT 'z' AS path, 1 AS n"
    )
    assert rows == [{"path": "z", "n": 1}]


def test_of_blobs_only_the_size_is_read(database):
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("ALTER TABLE recording ADD COLUMN picture")
        connection.execute("UPDATE recording SET picture = zeroblob(9999999) WHERE id < 3")
        connection.commit()
    rows = _browsed(database, "SELECT path FROM recording")
    assert [r["picture"] for r in rows] == ["9,999,999 bytes", "9,999,999 bytes", None]


@pytest.mark.parametrize("query", ["DROP TABLE recording", "SELECT path FROM nowhere", "SELECT 1"])
def test_a_wrong_query_is_an_error(database, query):
    with pytest.raises(LibraryError):
        browse_query(Library(LibraryConfig(str(database), query)))
