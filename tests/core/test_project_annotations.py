"""Which annotations count for a project, and whether they changed."""

from __future__ import annotations

import pytest

from core.annotating import confirm_edit
from core.annotations import edits
from core.annotations.edits import Bounds, sign
from core.errors import AnnotationError
from core.project_annotations import ProjectAnnotations, read_from_table
from core.storage import sha256_of
from tests.core.made_project import TABLE, annotations_of, make_project, recording

ME = sign("Ada")


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path)


def move(project, by_s=0.5):
    chosen = annotations_of(project.folder, recording(project, "audio/rec1.wav"))[:1]
    edit = edits.move(chosen, by_s, bounds=Bounds(10.0), by=ME)
    confirm_edit(project.folder, edit)
    return edit


def source_of(project):
    read = ProjectAnnotations(project).read()
    return {"annotations_sha256": read.sha256, "annotations_content": read.content}


def changed(project, source):
    return ProjectAnnotations(project).changed_since(source)


def csv(project):
    return project.folder.parent / "annotations.csv"


def test_kept_ones_say_the_same_as_the_table_that_they_are_from(project):
    before = ProjectAnnotations(project)
    edit = move(project)
    confirm_edit(project.folder, edit.inverse())
    after = ProjectAnnotations(project)
    assert (before.is_kept, after.is_kept) == (False, True)
    assert after.table().annotations == before.table().annotations
    assert set(after.table().left_out) == set(before.table().left_out)
    assert len(after.table().left_out) == 2
    assert after.read().content == before.read().content
    assert after.counts() == before.counts() == {"rec1.wav": 1, "rec1": 1}
    assert set(after.names()) == set(before.names()) == {"rec1.wav", "rec1", "rec2.wav"}
    assert after.of(["rec1", "rec2.wav"]) == before.of(["rec1", "rec2.wav"])


def test_a_dataset_is_stale_after_an_edit_and_fresh_after_its_undo(project):
    source = source_of(project)
    assert not changed(project, source)
    edit = move(project)
    assert changed(project, source)
    confirm_edit(project.folder, edit.inverse())
    assert not changed(project, source)


@pytest.mark.parametrize("twice", ["", "rec1,3,4,barely\n"])
def test_a_dataset_of_an_older_version_is_compared_by_its_table(tmp_path, twice):
    project = make_project(tmp_path, table=TABLE + twice)
    source = {"annotations_sha256": sha256_of(csv(project))}
    edit = move(project)
    assert changed(project, source)
    confirm_edit(project.folder, edit.inverse())
    assert not changed(project, source)
    assert changed(project, {"annotations_sha256": "another"})


def test_a_change_of_an_unusable_annotation_is_no_change_of_the_dataset(project):
    source = source_of(project)
    odd = annotations_of(project.folder, recording(project, "audio/rec2.wav"))
    confirm_edit(project.folder, edits.delete(odd, by=ME))
    assert not changed(project, source)


def test_until_then_the_bytes_of_the_table_count(project):
    source = source_of(project)
    csv(project).write_text(TABLE + "rec1,8,9,audible\n")
    assert changed(project, source)
    csv(project).unlink()
    assert changed(project, source)


def test_a_table_that_changed_since_is_told(project):
    assert ProjectAnnotations(project).table_changed() == ""
    move(project)
    assert ProjectAnnotations(project).table_changed() == ""
    csv(project).write_text(TABLE + "rec1,8,9,audible\n")
    assert ProjectAnnotations(project).table_changed() == (
        "annotations.csv changed since it was imported. Import it to take that over."
    )
    csv(project).unlink()
    assert "is gone" in ProjectAnnotations(project).table_changed()


def test_without_any_annotation_a_dataset_is_refused(tmp_path):
    project = make_project(tmp_path, table=None)
    with pytest.raises(AnnotationError, match="names no table"):
        ProjectAnnotations(project).read()
    edit = edits.make("rec1.wav", 1, 2, "barely", bounds=Bounds(), by=ME)
    confirm_edit(project.folder, edit)
    assert len(ProjectAnnotations(project).read().table.annotations) == 1
    confirm_edit(project.folder, edit.inverse())
    with pytest.raises(AnnotationError, match="no usable annotation"):
        ProjectAnnotations(project).read()


def test_a_table_by_itself(project):
    read = read_from_table(csv(project), project.settings.annotations)
    assert read.path == str(csv(project))
    assert len(read.table.annotations) == 2
