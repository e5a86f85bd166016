"""Dismissals in the project's database, which older ones do not have."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from core import project_store
from core.annotations.dismissals import Dismissal, read_dismissals
from core.annotations.store import AnnotationStore
from core.annotations.stored import Edit
from core.errors import AnnotationError
from tests.core.annotations.made_edits import stored

ONE = Dismissal("a/\udce4.wav", "a_run", 0.1, 0.30000000000000004, "audible", "Ada", "now")
TWO = replace(ONE, start_s=2.0, end_s=3.0)
OTHERS = (replace(ONE, run="another"), replace(ONE, recording="b.wav"))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "project.sqlite"


def _first():
    msg = "nothing is to be imported"
    raise AssertionError(msg)


def apply(path, **changes):
    AnnotationStore(path).apply(Edit("edit", (), (), **changes), first=_first)


def make_version_3(path):
    with sqlite3.connect(path) as connection:
        for migration in project_store._MIGRATIONS[:3]:
            connection.executescript(migration)
        connection.execute("PRAGMA user_version = 3")
    connection.close()


def test_they_are_those_of_the_recording_and_the_run_by_their_start(path):
    apply(path, dismissed=(TWO, ONE, *OTHERS))
    assert read_dismissals(path, ONE.recording, ONE.run) == (ONE, TWO)
    apply(path, restored=(ONE,))
    assert read_dismissals(path, ONE.recording, ONE.run) == (TWO,)
    assert read_dismissals(path, "b.wav", "a_run") == OTHERS[1:]
    assert not AnnotationStore(path).is_kept()


def test_undoing_turns_dismissing_and_restoring_round():
    edit = Edit("edit", (), (), dismissed=(ONE,), restored=(TWO,))
    assert edit.inverse() == Edit("edit", (), (), dismissed=(TWO,), restored=(ONE,))


def test_an_older_database_is_read_as_it_is_and_copied_before_it_is_changed(path):
    make_version_3(path)
    before = path.read_bytes()
    assert read_dismissals(path, ONE.recording, ONE.run) == ()
    assert path.read_bytes() == before
    apply(path, dismissed=(ONE,))
    assert read_dismissals(path, ONE.recording, ONE.run) == (ONE,)
    copy = path.with_suffix(".version3.sqlite")
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (3,)
        names = connection.execute("SELECT name FROM sqlite_schema WHERE name = 'dismissal'")
        assert names.fetchall() == []


def test_what_is_refused_leaves_them_as_they_are(path):
    edit = Edit("edit", (stored(2, 0.0, 1.0),), (), dismissed=(ONE,))
    apply(path, dismissed=(TWO,))
    with pytest.raises(AnnotationError, match="changed meanwhile"):
        AnnotationStore(path).apply(edit, first=_import_nothing)
    assert read_dismissals(path, ONE.recording, ONE.run) == (TWO,)


def _import_nothing():
    from core.annotations.store import Source

    return Source("", "", {}, "", b"", {}, {}), []
