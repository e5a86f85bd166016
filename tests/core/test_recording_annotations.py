"""The annotations of one recording: the same as the dataset takes, and none of another's."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from core.annotations import table_text
from core.errors import LibraryError
from core.library import Recording
from core.manifest import ManifestEntry, write_manifest
from core.project import Project, ProjectSettings
from core.recording_annotations import find_annotations, manifest_entries
from core.settings import AnnotationConfig, LibraryConfig

HEADER = "file_name,start,end,class"


@pytest.fixture
def project(tmp_path):
    settings = ProjectSettings(
        library=LibraryConfig(database=str(tmp_path / "loudsense.db")),
        annotations=AnnotationConfig(annotations=str(tmp_path / "annotations.csv")),
    )
    return Project(tmp_path / "project", settings)


def recording(project, path):
    return Recording(path, project.folder.parent / path)


def list_in_database(project, *paths):
    with closing(sqlite3.connect(project.settings.library.database)) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS recording (path TEXT, reviewed INT)")
        connection.executemany("INSERT INTO recording VALUES (?, 1)", [(p,) for p in paths])
        connection.commit()


def list_in_manifest(project, *paths):
    project.transcoded.mkdir(parents=True, exist_ok=True)
    entries = [
        ManifestEntry(str(project.folder.parent / p), p, f"{k}.wav", "transcoded")
        for k, p in enumerate(paths)
    ]
    write_manifest(project.transcoded, entries)


def annotate(project, *rows):
    path = project.folder.parent / "annotations.csv"
    path.write_text("\n".join([HEADER, *rows]) + "\n")


def found(project, path):
    entries = manifest_entries(project.transcoded)
    found = find_annotations(project, recording(project, path), entries)
    return [a.start_s for a in found.annotations], found.problem


@pytest.mark.parametrize("listed", [list_in_manifest, list_in_database])
def test_each_recording_has_its_own_and_nobody_elses(project, listed):
    listed(project, "rec1.wav", "rec10.wav", "a/x.wav", "b/x.wav")
    full = project.folder.parent / "a/x.wav"
    annotate(project, f"{full},1,9,audible", "rec10,2,9,audible", "rec1.wav,3,9,audible")
    assert found(project, "rec1.wav") == ([3], "")
    assert found(project, "rec10.wav") == ([2], "")
    assert found(project, "a/x.wav") == ([1], "")
    assert found(project, "b/x.wav") == ([], "")


@pytest.mark.parametrize("listed", [list_in_manifest, list_in_database])
def test_what_may_mean_two_recordings_is_of_neither_and_told_at_both(project, listed):
    listed(project, "rec1.wav", "a/x.wav", "b/x.wav")
    annotate(project, "x.wav,1,9,audible", "x,2,9,audible", "rec1,3,9,audible")
    for path in ("a/x.wav", "b/x.wav"):
        starts, problem = found(project, path)
        assert starts == []
        assert problem.startswith("2 annotations are left out: x.wav may mean ")
        assert str(project.folder.parent / "a/x.wav") in problem
        assert str(project.folder.parent / "b/x.wav") in problem
    assert found(project, "rec1.wav") == ([3], "")


def test_a_new_recording_is_told_apart_from_those_that_are_transcoded(project):
    list_in_manifest(project, "a/x.wav")
    list_in_database(project, "a/x.wav", "b/x.wav")
    annotate(project, "x.wav,1,9,audible")
    starts, problem = found(project, "b/x.wav")
    assert starts == []
    assert problem.startswith("1 annotation is left out")


def test_a_recording_that_only_the_windows_query_shows(project):
    list_in_database(project, "rec1.wav")
    annotate(project, "rec2.wav,1,9,audible", "rec1.wav,2,9,audible")
    assert found(project, "rec2.wav") == ([1], "")
    assert found(project, "rec1.wav") == ([2], "")


def test_a_library_that_moved_is_not_another_one(project):
    """The manifest names its old place; an annotation does not mean both."""
    project.transcoded.mkdir(parents=True)
    entries = [ManifestEntry("/old/rec1.wav", "rec1.wav", "rec1.wav", "transcoded")]
    write_manifest(project.transcoded, entries)
    annotate(project, "rec1.wav,1,9,audible", "rec1,2,9,audible")
    list_in_database(project, "rec1.wav")
    assert found(project, "rec1.wav") == ([1, 2], "")


def test_a_library_that_moved_and_is_not_selected(project):
    project.transcoded.mkdir(parents=True)
    entries = [ManifestEntry("/old/rec1.wav", "rec1.wav", "rec1.wav", "not selected")]
    write_manifest(project.transcoded, entries)
    annotate(project, "rec1.wav,1,9,audible", "rec1,2,9,audible")
    list_in_database(project, "rec2.wav")
    assert found(project, "rec1.wav") == ([1, 2], "")


def test_a_library_that_was_copied_is_not_two(project):
    list_in_manifest(project, "rec1.wav")
    (here,) = manifest_entries(project.transcoded).values()
    former = replace(here, original="/old/place/rec1.wav", file="r.wav", status="not selected")
    write_manifest(project.transcoded, [here, former])
    annotate(project, "rec1.wav,3,9,audible")
    assert found(project, "rec1.wav") == ([3], "")


def test_rows_without_a_usable_path_do_not_matter(project):
    list_in_database(project, None, "", 5, "a\0b", "rec1.wav")
    annotate(project, "rec1.wav,1,9,audible")
    assert found(project, "rec1.wav") == ([1], "")


def test_what_changes_is_read_again_and_what_does_not_is_not(project, monkeypatch):
    reads = []
    original = table_text.read_table_text

    def counting(raw, config, *, path):
        reads.append(path)
        return original(raw, config, path=path)

    monkeypatch.setattr("core.project_annotations.read_table_text", counting)
    list_in_database(project, "rec1.wav", "rec2.wav")
    annotate(project, "rec1.wav,1,9,audible", "rec2.wav,2,9,audible")
    for path in ("rec1.wav", "rec2.wav", "rec1.wav"):
        found(project, path)
    assert len(reads) == 1
    annotate(project, "rec1,1.25,9,audible")
    assert found(project, "rec1.wav") == ([1.25], "")
    assert len(reads) == 2
    # Listed anew: another may be meant now.
    list_in_database(project, "more/rec1.wav")
    assert found(project, "rec1.wav")[0] == []


def test_a_database_that_cannot_be_read_is_an_error(project):
    annotate(project, "rec1.wav,1,9,audible")
    with pytest.raises(LibraryError, match="cannot be opened"):
        found(project, "rec1.wav")
