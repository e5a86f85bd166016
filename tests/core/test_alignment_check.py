"""All recordings of a project are checked, the most suspicious first."""

from __future__ import annotations

import shutil

import pytest

from core.align_recording import RecordingAlignment
from core.alignment_check import AlignmentCheck, check_alignment, rank, renewed
from core.annotations.alignment import Alignment
from core.errors import NothingToDoError, ProjectError
from core.executor import Execution
from core.left_out import LeftOut
from core.pipeline import run_stage
from core.project import Project, ProjectSettings, save_project
from core.settings import AnnotationConfig, LibraryConfig, TranscodeConfig
from tests.made_library import make_library


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("alignment")
    library = make_library(folder / "library", n_recordings=4, seconds=7.0)
    query = "SELECT path FROM recording"
    settings = ProjectSettings(
        library=LibraryConfig(str(library.database), query=query),
        transcode=TranscodeConfig(sample_rate=8000),
        annotations=AnnotationConfig(str(library.annotations)),
    )
    project = Project(folder / "project", settings)
    save_project(project)
    with project.writing():
        run_stage(project.folder, "transcode", execution=Execution(1))
    return project


@pytest.fixture
def project(made, tmp_path):
    """The same, with annotations that can be changed."""
    shutil.copytree(made.folder, tmp_path / "project")
    table = tmp_path / "annotations.csv"
    shutil.copy(made.settings.annotations.annotations, table)
    project = Project(tmp_path / "project", made.settings)
    project = project.with_settings(annotations=AnnotationConfig(str(table)))
    save_project(project)
    return project


def shift(project, name, by_s):
    """Move the annotations of one recording."""
    from pathlib import Path

    path = Path(project.settings.annotations.annotations)
    header, *rows = path.read_text().splitlines()
    lines = [header]
    for row in rows:
        file_name, start, end, label = row.split(",")
        if file_name.startswith(name):
            start, end = (str(max(float(t) + by_s, 0.0)) for t in (start, end))
        lines.append(f"{file_name},{start},{end},{label}")
    path.write_text("\n".join(lines) + "\n")


def test_a_shifted_recording_comes_first(project):
    shift(project, "rec2", 0.5)
    check = check_alignment(project.folder, execution=Execution(1))
    first, *others = check.recordings
    assert "rec2" in first.recording
    assert first.alignment.verdict == "suspicious"
    assert first.alignment.shift_s == pytest.approx(-0.5, abs=0.03)
    assert [r.alignment.verdict for r in others] == ["aligned"] * 3
    assert {r.transcode_lag_s for r in check.recordings} == {0.0}
    assert (check.n_suspicious, check.n_unknown, check.left_out) == (1, 0, ())
    assert check.typical_shift_s == pytest.approx(0.0, abs=0.03)


def test_a_recording_that_cannot_be_read_is_listed(project):
    (project.transcoded / "rec1.wav").unlink()
    check = check_alignment(project.folder, execution=Execution(1))
    assert len(check.recordings) == 3
    ((name, reason),) = [(x.name, x.reason) for x in check.left_out]
    assert "rec1" in name
    assert "There is no file" in reason


def test_recordings_without_annotations_are_not_told_of(project):
    shift(project, "rec3", 0.0)
    path = project.folder.parent / "annotations.csv"
    kept = [row for row in path.read_text().splitlines() if not row.startswith("rec3")]
    path.write_text("\n".join(kept) + "\n")
    check = check_alignment(project.folder, execution=Execution(1))
    assert sorted(r.recording for r in check.recordings) == [
        "audio/rec0.flac",
        "audio/rec1.wav",
        "audio/rec2.flac",
    ]


def test_one_recording_can_be_checked_alone(project):
    check = check_alignment(project.folder, only="audio/rec1.wav", execution=Execution(1))
    assert [r.recording for r in check.recordings] == ["audio/rec1.wav"]


def test_the_corrected_annotations_of_a_shifted_recording_lie_right(project):
    """The correction that is proposed goes through the edit that a window makes."""
    from core.annotating import confirm_edit
    from core.annotations.edits import Bounds, apply_offset_and_stretch, sign
    from core.library import Library
    from tests.core.made_project import annotations_of

    shift(project, "rec1", 0.4)
    (before,) = check_alignment(project.folder, only="audio/rec1.wav").recordings
    assert before.alignment.verdict == "suspicious"
    library = Library(project.settings.library)
    recording = next(r for r in library.select().recordings if r.name == "rec1.wav")
    edit = apply_offset_and_stretch(
        annotations_of(project.folder, recording),
        offset_s=before.alignment.offset_s,
        stretch=before.alignment.stretch,
        bounds=Bounds(before.duration_s, 8000),
        by=sign("somebody"),
    )
    confirm_edit(project.folder, edit)
    (after,) = check_alignment(project.folder, only="audio/rec1.wav").recordings
    assert after.alignment.verdict == "aligned"
    confirm_edit(project.folder, edit.inverse())
    (again,) = check_alignment(project.folder, only="audio/rec1.wav").recordings
    assert again == before


def test_without_transcoded_audio_there_is_nothing_to_do(project):
    shutil.rmtree(project.transcoded)
    with pytest.raises(NothingToDoError, match="No transcoded recording"):
        check_alignment(project.folder)


def test_a_folder_that_is_no_project_is_refused(tmp_path):
    with pytest.raises(ProjectError):
        check_alignment(tmp_path)


def found(name, verdict="aligned", probability=0.5, shift_s=0.0, lag_s=0.0):
    alignment = Alignment(verdict, 4, shift_s=shift_s, probability_aligned=probability)
    return RecordingAlignment(name, 10.0, alignment, lag_s)


def test_the_most_suspicious_come_first():
    ranked = rank(
        [
            found("none", "cannot tell", None, None),
            found("doubtful", "aligned", 0.03),
            found("far", "suspicious", 1e-9, -1.5),
            found("unknown", "cannot tell", 0.001, 0.7),
            found("near", "suspicious", 1e-12, 0.3),
            found("fine", "aligned", 0.99),
            found("late", "aligned", 0.99, lag_s=0.02),
        ]
    )
    assert [r.recording for r in ranked] == [
        "late",
        "far",
        "near",
        "doubtful",
        "fine",
        "unknown",
        "none",
    ]


def test_what_was_checked_again_takes_the_place_of_what_was_known():
    known = AlignmentCheck(
        rank([found("a"), found("b", "suspicious", 0.0, 0.6)]), 0.3, (LeftOut("c", "gone"),)
    )
    check = renewed(known, AlignmentCheck((found("b", shift_s=0.02), found("c")), 0.01))
    assert sorted(r.recording for r in check.recordings) == ["a", "b", "c"]
    assert (check.n_suspicious, check.left_out) == (0, ())
    assert check.typical_shift_s == 0.0
    lost = renewed(check, AlignmentCheck((), None, (LeftOut("a", "damaged"),)))
    assert [x.name for x in lost.left_out] == ["a"]
    assert len(lost.recordings) == 2
