"""A project's stages: fresh or stale and why, run in order, resumed."""

from __future__ import annotations

import os
import shutil

import pytest

from core.annotating import confirm_edit
from core.annotations import edits
from core.annotations.edits import Bounds
from core.errors import ProjectError
from core.pipeline import plan_project, run_stage
from core.project import STAGES, Project, ProjectSettings, open_project, save_project
from core.project_store import ProjectStore
from core.settings import (
    AnnotationConfig,
    FeatureConfig,
    LibraryConfig,
    TrainConfig,
    TranscodeConfig,
)
from core.table_meta import read_meta
from tests.made_library import contents, make_library

BEFORE_TRAINING = STAGES[:3]


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A project that was run up to the dataset, and a copy of everything."""
    home, copy = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("copy")
    library = make_library(home / "library", n_recordings=6, seconds=7.0)
    settings = ProjectSettings(
        library=LibraryConfig(str(library.database)),
        transcode=TranscodeConfig(sample_rate=8000, output_format="wav"),
        annotations=AnnotationConfig(str(library.annotations)),
        train=TrainConfig(epochs=2, validation_split=0.25),
    )
    project = Project(home / "project", settings)
    save_project(project)
    new = plan_project(project.folder)
    outcomes = run_all(project)
    shutil.copytree(home, copy, dirs_exist_ok=True)
    return project, copy, new, outcomes


@pytest.fixture
def project(finished):
    """The finished project, as it was, for a test to change."""
    project, copy, _, _ = finished
    home = project.folder.parent
    shutil.rmtree(home)
    shutil.copytree(copy, home)
    return project


def run_all(project, stages=BEFORE_TRAINING):
    return {stage: run_stage(project.folder, stage) for stage in stages}


def stale(project):
    return {p.stage: p.reasons for p in plan_project(project.folder).stages if not p.fresh}


def change(project, **sections):
    save_project(open_project(project.folder).with_settings(**sections))


def test_a_new_project_is_stale_throughout(finished):
    plans = {p.stage: p for p in finished[2].stages}
    assert list(plans) == list(STAGES)
    assert not any(p.fresh for p in plans.values())
    assert plans["transcode"].reasons == ("it was never run",)
    assert plans["transcode"].n_recordings == 4
    assert plans["extract"].reasons[0] == "transcode comes first"


def test_what_was_run_is_fresh_and_not_done_again(project, finished):
    first = finished[3]
    assert not any(o.skipped for o in first.values())
    assert not {"transcode", "extract", "dataset"} & set(stale(project))
    again = run_all(project)
    assert all(o.skipped for o in again.values())
    assert again["dataset"].result == first["dataset"].result


def test_every_stage_to_the_end(project):
    outcomes = run_all(project, STAGES)
    assert stale(project) == {}
    assert outcomes["evaluate"].result["n_recordings"] == 1
    (run,) = project.runs.iterdir()
    assert {p.name for p in run.iterdir()} >= {"model.keras", "run.json", "history.csv"}
    assert (run / "metrics.json").exists()


@pytest.mark.parametrize(
    ("section", "first", "says"),
    [
        ({"transcode": TranscodeConfig(sample_rate=11025, output_format="wav")}, "transcode",
         "sample_rate 8000 -> 11025"),
        ({"features": FeatureConfig(frame_size=256)}, "extract", "frame_size 200 -> 256"),
        ({"train": TrainConfig(epochs=3)}, "train", "it was never run"),
    ],
)  # fmt: skip
def test_a_changed_setting_makes_its_stage_stale_and_those_after_it(project, section, first, says):
    change(project, **section)
    reasons = stale(project)
    assert list(reasons) == list(STAGES[STAGES.index(first) :])
    assert says in reasons[first]


def test_a_changed_recording_is_done_again_and_no_other(project):
    audio = project.folder.parent / "library" / "audio" / "rec1.wav"
    os.utime(audio, ns=(1, 1))
    assert stale(project)["transcode"] == ("1 recording new or changed",)
    outcome = run_stage(project.folder, "transcode")
    assert outcome.result["n_fresh"] == 3
    # The same audio comes out, so that nothing after it is stale.
    assert not {"extract", "dataset"} & set(stale(project))


def test_a_wider_query_adds_recordings(project):
    library = project.settings.library
    change(project, library=LibraryConfig(library.database, query="SELECT path FROM recording"))
    reasons = stale(project)
    assert reasons["transcode"] == ("2 recordings new or changed",)
    outcomes = run_all(project)
    assert outcomes["extract"].result["n_fresh"] == 4
    assert outcomes["dataset"].result["n_recordings"] == 6


def test_a_narrower_query_takes_recordings_out(project):
    library = project.settings.library
    query = "SELECT path FROM recording WHERE id < 2"
    change(project, library=LibraryConfig(library.database, query=query))
    assert stale(project)["transcode"] == ("2 recordings no longer selected",)
    assert run_all(project)["dataset"].result["n_recordings"] == 2


def test_changed_annotations_make_the_dataset_stale(project):
    annotations = project.folder.parent / "library" / "annotations.csv"
    annotations.write_text(annotations.read_text() + "rec1.wav,6.0,6.5,audible\n")
    assert list(stale(project)) == ["dataset", "train", "evaluate"]
    assert stale(project)["dataset"] == ("annotations.csv changed",)


def test_an_edit_makes_the_dataset_stale_and_its_undo_fresh(project):
    edit = edits.make("rec1.wav", 6.0, 6.5, "audible", bounds=Bounds(7.0), by=edits.sign())
    confirm_edit(project.folder, edit)
    assert stale(project)["dataset"] == ("the annotations changed",)
    confirm_edit(project.folder, edit.inverse())
    assert "dataset" not in stale(project)
    # What the table says now waits until it is imported.
    annotations = project.folder.parent / "library" / "annotations.csv"
    annotations.write_text(annotations.read_text() + "rec1.wav,6.0,6.5,audible\n")
    notes = {p.stage: p.note for p in plan_project(project.folder).stages if p.note}
    assert "dataset" not in stale(project)
    assert notes == {"dataset": "annotations.csv changed since it was imported. "
                     "Import it to take that over."}  # fmt: skip


def test_a_dataset_is_made_from_the_edited_annotations(project):
    before = read_meta(project.dataset)
    edit = edits.make("rec1.wav", 6.0, 6.5, "audible", bounds=Bounds(7.0), by=edits.sign())
    confirm_edit(project.folder, edit)
    assert not run_stage(project.folder, "dataset").skipped
    after = read_meta(project.dataset)
    assert (48_000, 52_000, 2) in after.annotations["rec1"]
    assert before.annotations["rec1"] == [
        span for span in after.annotations["rec1"] if span != (48_000, 52_000, 2)
    ]
    assert run_stage(project.folder, "dataset").skipped


def test_a_recording_that_fails_is_listed_every_time_and_not_tried_for_ever(project):
    audio = project.folder.parent / "library" / "audio"
    (audio / "rec1.wav").write_bytes(b"RIFF, but no more")
    (audio / "rec2.flac").unlink()
    first = run_stage(project.folder, "transcode")
    assert {item.name for item in first.left_out} == {"audio/rec1.wav", "audio/rec2.flac"}
    assert "transcode" not in stale(project)
    assert run_stage(project.folder, "transcode").left_out == first.left_out

    statuses = ProjectStore(project.store).recordings("transcode")
    assert {s.status for s in statuses.values()} == {"done", "left out"}
    assert statuses[str(audio / "rec2.flac")].reason

    (audio / "rec1.wav").write_bytes((audio / "rec3.wav").read_bytes())
    assert "transcode" in stale(project)
    mended = run_stage(project.folder, "transcode")
    assert {item.name for item in mended.left_out} == {"audio/rec2.flac"}


def test_a_failed_training_leaves_no_run(project):
    project.dataset.write_bytes(b"damaged")
    with pytest.raises(Exception, match="cannot be read"):
        run_stage(project.folder, "train")
    assert not project.runs.exists() or not list(project.runs.iterdir())


def test_evaluating_needs_a_model_of_this_dataset(project):
    with pytest.raises(ProjectError, match="no model"):
        run_stage(project.folder, "evaluate")


def test_the_users_data_are_not_touched(project):
    library = project.folder.parent / "library"
    before = contents(library)
    change(project, transcode=TranscodeConfig(sample_rate=11025))
    run_all(project)
    assert contents(library) == before


def test_a_copy_beside_its_original_can_be_run_on(project, tmp_path):
    shutil.copytree(project.folder.parent, tmp_path / "copy")
    copy = open_project(tmp_path / "copy" / "project")
    outcomes = run_all(copy)
    assert outcomes["dataset"].left_out == ()
    assert outcomes["dataset"].result["n_frames"] > 0
