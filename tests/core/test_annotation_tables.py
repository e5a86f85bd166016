"""Import and export of a project's table of annotations."""

from __future__ import annotations

import json

import pytest

from core.annotating import confirm_edit
from core.annotation_tables import export_table, import_table, preview_import
from core.annotations import edits
from core.annotations.edits import Bounds, sign
from core.errors import AnnotationError, ProjectLockedError
from core.project_annotations import ProjectAnnotations
from core.storage import to_json
from tests.core.made_project import TABLE, annotations_of, make_project, recording
from tests.other_window import other_window

ME = sign("Ada")
BOUNDS = Bounds(20.0)


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path)


def csv(project):
    return project.folder.parent / "annotations.csv"


def of(project, path="audio/rec1.wav"):
    return annotations_of(project.folder, recording(project, path))


def apply(project, edit):
    confirm_edit(project.folder, edit)
    return edit


def move_first(project):
    return apply(project, edits.move(of(project)[:1], 0.25, bounds=BOUNDS, by=ME))


def n(report):
    return report.n_new, report.n_changed, report.n_gone, report.n_same


def test_a_preview_writes_nothing(project):
    report = preview_import(project.folder)
    assert n(report) == (3, 0, 0, 0)
    assert [item.name for item in report.left_out] == ["line 5"]
    assert not project.store.exists()


def test_the_first_import_and_the_same_once_more(project):
    assert n(import_table(project.folder)) == (3, 0, 0, 0)
    report = import_table(project.folder)
    assert n(report) == (0, 0, 0, 3)
    assert len(of(project)) == 2


def test_an_import_takes_over_changes_keeps_edits_and_can_be_undone(project):
    move_first(project)
    before = ProjectAnnotations(project).store.everything()
    csv(project).write_text(TABLE.replace("rec1,3,4,", "rec1,3,4.5,") + "rec1.wav,8,9,barely\n")
    preview = preview_import(project.folder)
    assert (n(preview), preview.n_edited_here) == ((1, 1, 0, 2), 1)
    report = import_table(project.folder)
    assert n(report) == n(preview)
    assert [(a.start_s, a.end_s) for a in of(project)] == [(1.25, 2.25), (3, 4.5), (8, 9)]
    assert ProjectAnnotations(project).table_changed() == ""
    apply(project, report.edit.inverse())
    assert [a for a, _ in ProjectAnnotations(project).store.everything()] == [a for a, _ in before]


def test_an_import_report_is_json_without_its_edit(project):
    move_first(project)
    values = to_json(import_table(project.folder))
    assert "edit" not in values
    assert json.loads(json.dumps(values))["n_same"] == 3


def test_unedited_is_exported_byte_for_byte(project, tmp_path):
    table = TABLE.replace("\n", "\r\n").encode("utf-16")
    csv(project).write_bytes(table)
    out = tmp_path / "out.csv"
    export_table(project.folder, out)
    assert out.read_bytes() == table
    edit = move_first(project)
    apply(project, edit.inverse())
    report = export_table(project.folder, out, overwrite=True)
    assert out.read_bytes() == table
    assert (report.n_rows, report.n_changed, report.n_deleted, report.n_new) == (3, 0, 0, 0)


def test_edits_are_exported_and_are_the_table_from_then_on(project):
    move_first(project)
    new = apply(project, edits.make("rec2.wav", 5, 6, "barely", bounds=BOUNDS, by=ME))
    apply(project, edits.delete(of(project)[1:], by=ME))
    report = export_table(project.folder)
    assert (report.n_rows, report.n_changed, report.n_deleted, report.n_new) == (3, 1, 1, 1)
    expected = TABLE.replace("1.0,2.00", "1.25,2.25").replace("rec1,3,4,barely\n", "")
    assert csv(project).read_text() == expected + "rec2.wav,5,6,barely\n"
    assert ProjectAnnotations(project).table_changed() == ""
    before = ProjectAnnotations(project).store.everything()
    assert n(import_table(project.folder)) == (0, 0, 0, 3)
    assert ProjectAnnotations(project).store.everything() == before
    # The new one is a row of the table by now, and what is deleted of it is deleted there.
    apply(project, new.inverse())
    export_table(project.folder)
    assert csv(project).read_text() == expected


def test_nothing_that_somebody_wrote_is_written_over(project, tmp_path):
    move_first(project)
    csv(project).write_text(TABLE + "rec1,8,9,audible\n")
    other = tmp_path / "other.csv"
    other.write_text("mine")
    for path in (None, other):
        with pytest.raises(AnnotationError, match="not the table that was imported"):
            export_table(project.folder, path)
    assert other.read_text() == "mine"
    assert export_table(project.folder, other, overwrite=True).n_rows == 3


def test_another_table_is_written_beside_a_window_but_not_the_projects_own(project, tmp_path):
    move_first(project)
    link = tmp_path / "link.csv"
    link.symlink_to(csv(project))
    before = csv(project).read_bytes()
    with other_window(project.folder):
        assert export_table(project.folder, tmp_path / "out.csv").n_changed == 1
        for own in (None, csv(project), link):
            with pytest.raises(ProjectLockedError):
                export_table(project.folder, own, overwrite=True)
    assert "1.25,2.25" in (tmp_path / "out.csv").read_text()
    assert csv(project).read_bytes() == before


def test_a_link_stays_a_link(project, tmp_path):
    real = tmp_path / "real.csv"
    csv(project).rename(real)
    csv(project).symlink_to(real)
    move_first(project)
    export_table(project.folder)
    assert csv(project).is_symlink()
    assert "1.25,2.25" in real.read_text()


def test_a_project_without_a_table_is_exported_where_one_says(tmp_path):
    project = make_project(tmp_path, table=None)
    for use in (export_table, import_table, preview_import):
        with pytest.raises(AnnotationError, match="names no table"):
            use(project.folder)
    apply(project, edits.make("rec1.wav", 5, 6, "barely", bounds=BOUNDS, by=ME))
    export_table(project.folder, tmp_path / "new.csv")
    assert (tmp_path / "new.csv").read_text() == (
        "file_name,start,end,class\nrec1.wav,5,6,barely\n"
    )
