"""Annotations in the project's database: whole edits, checked, and kept with who and when."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.annotations.store import AnnotationStore, Source, content_hash
from core.annotations.stored import Edit
from core.errors import AnnotationError, ProjectError
from tests.core.annotations.made_edits import ME, stored

A, B = stored(2, 1.0, 2.0), stored(3, 3.0, 4.0, "barely", "b.wav")
SOURCE = Source(
    "/x.csv", "hash", {"annotations": "/x.csv"}, "now", b"table", {2: 2, 3: 3}, {4: "no"}
)
NEW = replace(stored(2**52, 5.0, 6.0), author="Ada", edited_at="then", listening_gain_db=-3.0)


@pytest.fixture
def store(tmp_path):
    return AnnotationStore(tmp_path / "project.sqlite")


def first():
    return SOURCE, [A, B]


def apply(store, removed=(), added=(), **options):
    store.apply(Edit("edit", tuple(removed), tuple(added), ME), first=options.get("first", first))


def log(store):
    query = "SELECT name, author, edited_at, listening_gain_db, removed, added FROM annotation_edit"
    with closing(sqlite3.connect(store._store._path)) as connection:
        return connection.execute(query).fetchall()


def test_until_the_first_edit_nothing_is_kept(store, tmp_path):
    assert not store.is_kept()
    assert (store.names(), store.of(["a.wav"]), store.everything(), store.source()) == (
        *([], [], []),
        None,
    )
    assert (store.revision(), store.names(), store.reasons()) == (0, [], {})
    assert list(tmp_path.iterdir()) == []


def test_the_first_edit_imports_and_edits_at_once(store):
    apply(store, [A], [NEW])
    assert store.is_kept()
    assert store.everything() == [(B, 3), (NEW, 0)]
    assert store.names() == ["a.wav", "b.wav"]
    assert sorted(store.names()) == ["a.wav", "b.wav"]
    assert store.of(["b.wav", "c.wav"]) == [(B, 3)]
    assert store.source() == SOURCE
    assert store.source_stamp() == ("/x.csv", "hash")
    assert store.reasons() == {4: "no"}


def test_a_first_edit_that_fails_imports_nothing(store):
    with pytest.raises(AnnotationError, match="was changed meanwhile"):
        apply(store, [replace(A, end_s=2.5)], [])
    assert not store.is_kept()


@pytest.mark.parametrize("wrong", [replace(A, author="x"), stored(99, 1, 2)])
def test_what_is_not_there_as_it_was_is_refused_and_nothing_is_done(store, wrong):
    apply(store, (), [NEW])
    with pytest.raises(AnnotationError, match="was changed meanwhile"):
        apply(store, [B, wrong], [replace(B, label="audible")])
    with pytest.raises(AnnotationError, match="is there already"):
        apply(store, [B], [NEW])
    assert [a for a, _ in store.everything()] == [A, B, NEW]
    assert store.revision() == 2


@pytest.mark.parametrize("name", ["\udcff.wav", " a.wav", "a.wav ", ""])
def test_a_name_that_no_table_can_have_is_refused(store, name):
    with pytest.raises(AnnotationError, match="cannot be written in a table"):
        apply(store, (), [replace(NEW, file_name=name)])


def test_who_when_and_how_loud_is_kept_of_each_edit(store):
    apply(store, [A], [NEW])
    apply(store, [NEW], [])
    rows = log(store)
    assert [row[0] for row in rows] == ["import", "edit", "edit"]
    assert rows[2][1:4] == ("Ada", ME.edited_at, -12.0)
    assert json.loads(rows[1][4]) == [[2, "a.wav", 1.0, 2.0, "audible", "", "", None]]


def test_an_undo_is_signed_by_whoever_does_it(store):
    edit = Edit("edit", (A,), (NEW,), ME)
    store.apply(edit, first=first)
    store.apply(edit.inverse(), first=first)
    assert log(store)[2][1] != "Ada"
    assert store.everything() == [(A, 2), (B, 3)]


def test_an_import_after_an_edit_is_refused(store):
    apply(store, [A], [NEW])
    revision = store.revision()
    apply(store, [NEW], [])
    with pytest.raises(AnnotationError, match="edited meanwhile"):
        store.replace(Edit("import", (), ()), SOURCE, revision=revision)
    other = replace(SOURCE, content=b"other", ids={9: 3}, reasons={})
    store.replace(Edit("import", (), ()), other, revision=store.revision())
    assert store.source() == other
    assert store.everything() == [(B, 9)]


def test_a_database_of_version_2_keeps_no_annotations_and_is_not_changed(store, tmp_path):
    with closing(sqlite3.connect(tmp_path / "project.sqlite")) as connection:
        connection.execute("PRAGMA user_version = 2")
    before = (tmp_path / "project.sqlite").read_bytes()
    assert not store.is_kept()
    assert store.revision() == 0
    assert (tmp_path / "project.sqlite").read_bytes() == before


def test_a_newer_one_is_refused(store, tmp_path):
    with closing(sqlite3.connect(tmp_path / "project.sqlite")) as connection:
        connection.execute("PRAGMA user_version = 99")
    for use in (store.is_kept, lambda: apply(store, [], [NEW])):
        with pytest.raises(ProjectError, match="newer version"):
            use()


def test_the_hash_is_of_what_is_said_not_of_its_order():
    one, two = ("a", 1.0, 2.0, "x"), ("b", 1.0, 2.0, "x")
    assert content_hash([one, two]) == content_hash([two, one]) != content_hash([one])


STEPS = st.lists(st.tuples(st.integers(0, 5), st.floats(0, 100), st.booleans()), max_size=8)


@settings(max_examples=25, deadline=None)
@given(STEPS)
def test_undone_as_often_as_done_is_the_start_and_redone_the_end(tmp_path_factory, steps):
    store = AnnotationStore(tmp_path_factory.mktemp("store") / "project.sqlite")
    apply(store, (), [NEW])
    start, made = store.everything(), []
    for place, time_s, deletes in steps:
        now = [a for a, _ in store.everything()]
        old = now[place : place + 1]
        changed = [replace(a, end_s=a.start_s + 1 + time_s, author="Ada") for a in old]
        added = [] if deletes else changed or [stored(2**52 + len(made) + 1, time_s, time_s + 1)]
        made.append(Edit("edit", tuple(old), tuple(added), ME))
        store.apply(made[-1], first=first)
    end = store.everything()
    for edit in reversed(made):
        store.apply(edit.inverse(), first=first)
    assert store.everything() == start
    for edit in made:
        store.apply(edit, first=first)
    assert store.everything() == end
