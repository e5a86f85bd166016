"""Annotations read and edited as a window does it."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest

from core.annotating import confirm_edit
from core.annotations import edits
from core.annotations.edits import Bounds, sign
from core.editing_right import EditingRight, Holder
from core.errors import AnnotationError, ProjectLockedError
from core.progress import Cancelled
from tests.core.made_project import TABLE, annotations_of, make_project, recording

ME = sign("Ada", -6.0)
BOUNDS = Bounds(10.0, 8000.0)


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path)


def of(project, path="audio/rec1.wav"):
    return annotations_of(project.folder, recording(project, path))


def test_before_the_first_edit_they_are_those_of_the_table(project):
    assert [(a.id, a.start_s, a.label) for a in of(project)] == [
        (2, 1.0, "audible"),
        (3, 3.0, "barely"),
    ]
    # A class that the project does not know can be corrected, too.
    assert [a.label for a in of(project, "audio/rec2.wav")] == ["odd"]
    assert not project.store.exists()


def test_an_edit_is_kept(project):
    first, second = of(project)
    edit = edits.move([second], 0.5, bounds=BOUNDS, by=ME)
    confirm_edit(project.folder, edit)
    now = of(project)
    # Also those whose name is another for the same recording.
    assert now == (first, edit.added[0])
    assert (now[1].author, now[1].listening_gain_db) == ("Ada", -6.0)
    confirm_edit(project.folder, edit.inverse())
    assert of(project) == (first, second)
    assert (project.folder.parent / "annotations.csv").read_text() == TABLE


def test_what_the_table_does_not_have_any_more_is_not_edited(project):
    edit = edits.move(of(project)[:1], 0.5, bounds=BOUNDS, by=ME)
    (project.folder.parent / "annotations.csv").write_text(TABLE.replace("2.00", "2.75"))
    with pytest.raises(AnnotationError, match="changed meanwhile"):
        confirm_edit(project.folder, edit)
    assert [a.end_s for a in of(project)] == [2.75, 4.0]


@pytest.mark.parametrize("table", [None, "file_name,start,end,class\n"])
def test_the_first_annotation_of_a_project(tmp_path, table):
    project = make_project(tmp_path, table=table)
    edit = edits.make("rec1.wav", 1.0, 2.0, "barely", bounds=BOUNDS, by=ME)
    confirm_edit(project.folder, edit)
    assert of(project) == edit.added


def test_a_table_that_cannot_be_read_is_not_taken_for_an_empty_one(project):
    edit = edits.make("rec1.wav", 1.0, 2.0, "barely", bounds=BOUNDS, by=ME)
    (project.folder.parent / "annotations.csv").unlink()
    with pytest.raises(AnnotationError, match="cannot be read"):
        confirm_edit(project.folder, edit)


def test_a_second_window_is_refused(project, monkeypatch):
    edit = edits.delete(of(project)[:1], by=ME)
    with EditingRight(project.folder):
        confirm_edit(project.folder, edit)
        monkeypatch.setattr(Holder, "is_ours", lambda _: False)
        with pytest.raises(ProjectLockedError, match="can only be looked at"):
            confirm_edit(project.folder, edit.inverse())
    assert len(of(project)) == 1


def test_cancelled_before_it_is_made_it_is_not_made(project):
    def cancel(_progress):
        raise Cancelled

    with pytest.raises(Cancelled):
        confirm_edit(project.folder, edits.delete(of(project)[:1], by=ME), report=cancel)
    assert len(of(project)) == 2


def test_a_database_of_version_2_is_copied_before_the_first_edit(project):
    with sqlite3.connect(project.store) as connection:
        connection.execute("CREATE TABLE stage (a)")
        connection.execute("PRAGMA user_version = 2")
    connection.close()
    confirm_edit(project.folder, edits.delete(of(project)[:1], by=ME))
    assert (project.folder / "project.version2.sqlite").exists()
    assert [a.id for a in of(project)] == [3]


def test_many_at_once(project):
    chosen = of(project)
    edit = edits.apply_offset_and_stretch(chosen, offset_s=0.25, stretch=1.0, bounds=BOUNDS, by=ME)
    confirm_edit(project.folder, edit)
    assert [a.start_s for a in of(project)] == [1.25, 3.25]
    again = replace(edit, name="once more")
    with pytest.raises(AnnotationError, match="changed meanwhile"):
        confirm_edit(project.folder, again)
