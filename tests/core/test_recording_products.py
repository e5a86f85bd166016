"""What the stages have made of each recording, and its annotations by the dataset's rules."""

from __future__ import annotations

import pytest

from core.errors import AnnotationError
from core.project import open_project
from core.recording_products import count_annotations, read_products
from core.settings import AnnotationConfig


def test_what_the_stages_made_is_known_by_both_paths(finished_project):
    products = read_products(open_project(finished_project))
    assert products.problems == []
    entry = products.entries["audio/rec0.flac"]
    assert entry.status == "transcoded"
    assert products.entries[entry.original] is entry
    assert products.extracted == set(products.entries)
    assert {"audio/rec0.flac", "audio/rec1.wav", "audio/rec2.flac"} <= products.extracted


def test_errors_are_those_of_the_current_run(finished_project):
    project = open_project(finished_project)
    (run,) = project.runs.iterdir()
    header = "recording,start,end,annotated,predicted,n_frames,score\n"
    line = "rec1,0,1,audible,barely,5,0.9\n"
    (run / "errors.csv").write_text(header + 3 * line)
    products = read_products(project)
    assert products.n_errors["audio/rec1.wav"] == 3
    assert "audio/rec0.flac" not in products.n_errors
    # Of other settings there is no run.
    changed = project.with_settings(train=type(project.settings.train)(epochs=7))
    assert read_products(changed).n_errors == {}


def test_what_is_damaged_is_told_and_the_rest_is_read(finished_project):
    project = open_project(finished_project)
    (project.transcoded / "manifest.csv").write_text("nonsense\n1\n")
    products = read_products(project)
    assert products.entries == {}
    assert "audio/rec1.wav" in products.extracted
    (problem,) = products.problems
    assert "is damaged" in problem


def test_a_project_that_never_ran_has_nothing(project_folder):
    products = read_products(open_project(project_folder))
    assert (products.entries, products.extracted, products.problems) == ({}, set(), [])


def _count(project_folder, names, recordings):
    table = project_folder / "a.csv"
    table.write_text("file_name,start,end,class\n" + "".join(f"{n},0,1,audible\n" for n in names))
    project = open_project(project_folder)
    project = project.with_settings(annotations=AnnotationConfig(str(table)))
    numbered = [(k, *recording) for k, recording in enumerate(recordings)]
    counts = count_annotations(project, numbered)
    return [counts[k] for k in range(len(recordings))]


@pytest.mark.parametrize(
    ("names", "recordings", "expected"),
    [
        (["rec1.wav", "rec1", "rec1.flac"], [("/a/rec1.wav", "rec1.wav", True)], [3]),
        (["rec1"], [("/a/rec10.wav", "rec10.wav", True)], [0]),
        (["/b/r.wav"], [("/a/r.wav", "a/r.wav", True), ("/b/r.wav", "b/r.wav", True)], [0, 1]),
        (["b/r.wav"], [("/a/r.wav", "a/r.wav", True), ("/b/r.wav", "b/r.wav", True)], [0, 1]),
        # It may mean either.
        (["r.wav"], [("/a/r.wav", "a/r.wav", True), ("/b/r.wav", "b/r.wav", True)], [0, 0]),
        # It means the pipeline's.
        (["r.wav"], [("/a/r.wav", "a/r.wav", False), ("/b/r.wav", "b/r.wav", True)], [0, 1]),
        (["r.wav"], [("/a/r.wav", "a/r.wav", False)], [1]),
        (["r.wav"], [("/a/r.wav", "r.wav", True), ("/a/r.wav", "./r.wav", True)], [1, 1]),
    ],
)
def test_annotations_are_counted_by_the_rules(project_folder, names, recordings, expected):
    assert _count(project_folder, names, recordings) == expected


def test_a_table_that_cannot_be_read_is_an_error(project_folder):
    with pytest.raises(AnnotationError):
        _count(project_folder, [], [("/a/r.wav", "r.wav", True)])
