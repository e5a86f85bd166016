"""A project's annotations are looked at with its own settings, library and lengths."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from core.annotating import confirm_edit
from core.annotations.findings import Kind
from core.errors import AnnotationError, LibraryError
from core.manifest import ManifestEntry, write_manifest
from core.project import save_project
from core.project_lint import lint_project
from core.settings import AnnotationConfig
from tests.core.lintable_project import annotate, make_project


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path)


def transcode(project, *paths, n_samples=8000):
    project.transcoded.mkdir(parents=True, exist_ok=True)
    folder = project.folder.parent
    entries = [
        ManifestEntry(str(folder / p), p, p, "transcoded", n_samples=n_samples, sample_rate=8000)
        for p in paths
    ]
    write_manifest(project.transcoded, entries)


def test_right_annotations_have_no_finding(project):
    annotate(project, "a.wav,0,1,loud", "b,0,2,barely", "c.wav,0,1,barely")
    result = lint_project(project.folder)
    assert (result.findings, result.counts) == ((), {})
    assert (result.n_annotations, result.n_recordings, result.n_unknown_lengths) == (3, 2, 2)


def test_the_worst_comes_first(project):
    annotate(project, "a.wav,0,1,loud", "a.wav,1.02,2,barely", "x.wav,0,1,barely", "a.wav,?,2,loud")
    result = lint_project(project.folder)
    kinds = ["unreadable row", "unknown file", "short gap", "no annotation"]
    assert [str(f.kind) for f in result.findings] == list(result.counts) == kinds
    assert result.findings[2].recording == str(project.folder.parent / "a.wav")
    assert result.n_findings == 4


def test_lengths_and_frames_are_those_of_what_was_transcoded(project):
    annotate(project, "a.wav,0,2,loud", "b.wav,0,0.04,loud", "b.wav,0.05,0.1,loud")
    assert "beyond the end" not in lint_project(project.folder).counts
    transcode(project, "a.wav", "b.wav")
    result = lint_project(project.folder)
    assert result.counts == {"beyond the end": 1, "no frame": 1, "short gap": 1}
    assert result.n_unknown_lengths == 0


def test_what_is_of_no_interest_is_not_told(project):
    annotate(project, "a.wav,0,1,loud", "a.wav,1.02,2,barely")
    assert lint_project(project.folder, without=[Kind.NO_ANNOTATION]).counts == {"short gap": 1}
    assert lint_project(project.folder, shortest_gap_s=0.01).counts == {"no annotation": 1}


def test_all_are_counted_where_few_are_wanted(project):
    annotate(project, *(f"x{k}.wav,0,1,loud" for k in range(9)))
    result = lint_project(project.folder, most=2)
    assert (len(result.findings), result.counts["unknown file"]) == (2, 9)


def test_a_change_of_the_library_is_seen(project):
    annotate(project, "a.wav,0,1,loud", "b.wav,0,1,loud", "d.wav,0,1,loud")
    assert lint_project(project.folder).counts == {"unknown file": 1}
    with closing(sqlite3.connect(project.settings.library.database)) as connection:
        connection.execute("INSERT INTO recording VALUES ('d.wav', 1)")
        connection.commit()
    assert not lint_project(project.folder).counts


def test_a_library_that_moved_is_no_second_one(project):
    annotate(project, "a.wav,0,2,loud", "b.wav,0,0.9,loud", "c.wav,0,2,loud")
    project.transcoded.mkdir(parents=True)
    entries = [
        ManifestEntry(f"/old/{p}", p, p, "transcoded", n_samples=8000, sample_rate=8000)
        for p in ("a.wav", "b.wav", "c.wav")
    ]
    write_manifest(project.transcoded, entries)
    assert lint_project(project.folder).counts == {"beyond the end": 2}


def test_a_fix_is_an_edit_and_mends_what_the_project_keeps(project):
    annotate(project, "a.wav,0,1,loud", "a.wav,1.02,2,barely", "b.wav,0,1,Barely", "b.wav,3,3,loud")
    before = lint_project(project.folder, with_edits=True)
    kinds = ["unknown class", "zero length", "short gap"]
    assert [str(f.kind) for f in before.findings] == kinds
    relabel, nothing, meet = before.edits
    # What has no length is a row that no project keeps.
    assert nothing is None
    for edit in (relabel, meet):
        confirm_edit(project.folder, edit)
    after = lint_project(project.folder, with_edits=True)
    assert [str(f.kind) for f in after.findings] == ["unreadable row"]
    assert after.findings[0].text.startswith("Line 5 of the imported table: it starts at 3 s")
    confirm_edit(project.folder, meet.inverse())
    assert lint_project(project.folder).counts == {"unreadable row": 1, "short gap": 1}


def test_what_cannot_be_read_is_a_sentence(project):
    with pytest.raises(AnnotationError, match="cannot be read"):
        lint_project(project.folder)
    annotate(project, "0,1", header="x,y")
    with pytest.raises(AnnotationError, match="no column"):
        lint_project(project.folder)
    annotate(project)
    assert lint_project(project.folder).counts == {"no annotation": 2}
    (project.folder.parent / "loudsense.db").unlink()
    with pytest.raises(LibraryError):
        lint_project(project.folder)
    save_project(project.with_settings(annotations=AnnotationConfig()))
    with pytest.raises(AnnotationError, match="no annotations"):
        lint_project(project.folder)
