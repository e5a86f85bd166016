"""The project's own database."""

from __future__ import annotations

import sqlite3

import pytest

from core.errors import ProjectError
from core.project_store import ProjectStore, RecordingStatus, StageRecord

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
