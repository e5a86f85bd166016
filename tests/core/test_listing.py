"""The list is streamed: its first page at once, every kind of row, and nothing is left behind."""

# ruff: noqa: S608  queries are put together from constants

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import pytest

from core import library
from core import listing as module
from core.errors import LibraryError, LibraryLockedError, StorageError
from core.library import Library
from core.listing import FIRST_PAGE, list_recordings, listing_name, searchable
from core.listing_files import ListingReader
from core.progress import Cancelled
from core.settings import LibraryConfig
from tests.core.made_database import COUNTING, make, state


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "lib" / "x.db"
    path.parent.mkdir()
    make(path, [(f"audio/{k}.wav", k % 2, None) for k in range(1200)])
    return path


def _list(database, place, number=1, **settings):
    report = settings.pop("report", lambda _progress: None)
    config = LibraryConfig(str(database), **settings)
    return list_recordings(config, [place], listing_name(number), report=report)


def _columns(listing, *names):
    with ListingReader(listing.folder) as reader:
        return list(
            zip(*([reader.text(n)[k] for k in range(reader.n_rows)] for n in names), strict=True)
        )


def test_the_first_page_can_be_read_at_once(database, tmp_path):
    seen = []

    def report(progress):
        if progress.done:
            with ListingReader(tmp_path / "cache" / listing_name(1)) as reader:
                seen.append((reader.n_rows, progress.done, bool(progress.metrics)))

    before = state(database.parent)
    listing = _list(database, tmp_path / "cache", report=report)
    assert seen == [(FIRST_PAGE, FIRST_PAGE, True), (1200, 1200, False)]
    assert listing.n_rows == 1200
    assert state(database.parent) == before


def test_located_is_where_the_library_says(database, tmp_path):
    config = LibraryConfig(str(database))
    found = _columns(_list(database, tmp_path / "cache"), "path", "located", "name")
    library = Library(config)
    assert found == [
        (f"audio/{k}.wav", str(library.locate(f"audio/{k}.wav")), f"{k}.wav") for k in range(1200)
    ]


def test_any_row_is_listed(tmp_path):
    name = b"\xe4\xf6.wav"
    values = f"NULL, '', 3, x'00', '日本/ä.wav', CAST(x'{name.hex()}' AS TEXT), '/', './a//b.wav'"
    query = " UNION ALL ".join(f"SELECT {v} AS path, 'T' AS t" for v in values.split(", "))
    make(tmp_path / "x.db", [])
    listing = _list(tmp_path / "x.db", tmp_path / "c", query=query)
    rows = _columns(listing, "located", "name", "search")
    assert rows == [
        ("", "None", "none\nt"),
        ("", "''", "''\nt"),
        ("", "3", "3\nt"),
        ("", r"b'\x00'", "b'\\x00'\nt"),
        (f"{tmp_path}/日本/ä.wav", "ä.wav", "ä.wav\nt"),
        (f"{tmp_path}/\udce4\udcf6.wav", "\udce4\udcf6.wav", "\udce4\udcf6.wav\nt"),
        ("/", "/", "/\nt"),
        (f"{tmp_path}/a/b.wav", "b.wav", "b.wav\nt"),
    ]


def test_accents_are_the_same_however_they_are_encoded():
    assert searchable("A\u0308") == searchable("ä") == searchable("Ä")
    assert searchable("STRASSE") == searchable("straße")


def test_what_the_pipelines_query_selects_can_be_listed(database, tmp_path):
    config = LibraryConfig(str(database))
    listing = list_recordings(config, [tmp_path], listing_name(1), is_selection=True)
    assert (listing.n_rows, listing.query) == (600, config.query)


def test_a_list_without_rows_is_a_list(database, tmp_path):
    listing = _list(database, tmp_path, query="SELECT 1 AS path WHERE 0")
    assert listing.n_rows == 0
    assert _columns(listing, "name") == []


def test_a_place_that_cannot_be_written_is_passed_over(database, tmp_path):
    (tmp_path / "file").touch()
    config = LibraryConfig(str(database))
    places = [tmp_path / "file" / "a", tmp_path / "b"]
    assert list_recordings(config, places, listing_name(1)).folder.parent == tmp_path / "b"
    with pytest.raises(StorageError):
        list_recordings(config, places[:1], listing_name(2))


def test_lists_that_nobody_shows_are_forgotten(database, tmp_path):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    host, pid, _ = listing_name(1).rsplit("-", 2)
    names = [f"{host}-{ended.pid}-1", f"{host}-{os.getppid()}-1", f"far-{ended.pid}-1", "far-1-1"]
    for name in names:
        (tmp_path / name).mkdir()
    os.utime(tmp_path / "far-1-1", (0, 0))
    (tmp_path / "notes").mkdir()
    for number in (1, 2, 3, 4, 5):
        shown = listing_name(2) if number > 2 else ""
        list_recordings(LibraryConfig(str(database)), [tmp_path], listing_name(number), shown=shown)
    left = {folder.name for folder in tmp_path.iterdir()} - {"lib"}
    assert left == {names[1], names[2], "notes", listing_name(2), listing_name(5)}
    assert pid == str(os.getpid())


def test_a_locked_database_is_said_to_be_locked(database, tmp_path):
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        with pytest.raises(LibraryLockedError, match="locked by another program"):
            _list(database, tmp_path)
    assert _list(database, tmp_path).n_rows == 1200


def test_a_list_without_end_is_stopped(database, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MOST_ROWS", 50_000)
    with pytest.raises(LibraryError, match="has no end"):
        _list(database, tmp_path, browse_query=f"{COUNTING} SELECT n || '.wav' AS path FROM r")


def test_listing_can_be_cancelled(database, tmp_path):
    def report(progress):
        if progress.done:
            raise Cancelled

    with pytest.raises(Cancelled):
        _list(database, tmp_path, report=report)
    # Nothing is held any longer.
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("DELETE FROM recording")
        connection.commit()


def test_who_works_slowly_with_rows_is_not_stopped(database, tmp_path, monkeypatch):
    monkeypatch.setattr(library, "TIME_LIMIT_S", 0.2)
    monkeypatch.setattr(library, "INSTRUCTIONS_BETWEEN_LOOKS", 10)
    rows = Library(LibraryConfig(str(database))).rows("SELECT path FROM recording")
    deadline = time.monotonic() + 0.4
    for _ in rows:
        while time.monotonic() < deadline:
            pass
