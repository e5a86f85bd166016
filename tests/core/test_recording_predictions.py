"""Which predictions of a recording are shown, of all that the runs of a project say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.features.spec import FeatureSpec
from core.library import Recording
from core.predicted_frames import model_hash, stamp_of, write_predicted
from core.project import Project, ProjectSettings
from core.recording_predictions import shown_predictions
from core.run_summary import MODEL_FILE
from core.runs import delete_runs
from tests.core.made_runs import FIRST, SECOND, make_run
from tests.core.test_predicted_frames import made

NAME = "audio/rec.wav"


@pytest.fixture
def project(tmp_path):
    for name in (FIRST, SECOND):
        make_run(tmp_path / "project" / "runs", name)
    (tmp_path / "project" / "project.toml").write_text("")
    return Project(tmp_path / "project", ProjectSettings())


@pytest.fixture
def recording(tmp_path):
    path = tmp_path / "rec.wav"
    path.write_bytes(b"sound")
    return Recording(NAME, path)


def keep(project, recording, run):
    folder = project.runs / run
    frames, probabilities = made(
        folder, NAME, original=stamp_of(recording.path), model=model_hash(folder)
    )
    write_predicted(frames, probabilities)
    return frames


def evaluate(project, run):
    path = project.runs / run / "predictions.parquet"
    path.write_bytes(b"")
    return path


SPEC = FeatureSpec(8000, 200, 200)
FEATURES = {"spec": SPEC, "n_frames": 7}


def test_all_frames_come_before_those_that_were_evaluated(project, recording):
    path = evaluate(project, SECOND)
    shown = shown_predictions(project, recording, **FEATURES)
    assert (shown.predictions, shown.are_all_predicted) == (path, False)
    assert (shown.predictions_grid, shown.n_predicted) == (SPEC, 7)
    frames = keep(project, recording, SECOND)
    shown = shown_predictions(project, recording, **FEATURES)
    assert (shown.predictions, shown.are_all_predicted) == (frames.table, True)
    assert (shown.predictions_grid, shown.n_predicted) == (frames.spec, frames.n_frames)
    assert shown.predictions_problem == ""


def test_without_features_what_is_kept_is_shown(project, recording):
    evaluate(project, SECOND)
    shown = shown_predictions(project, recording)
    assert shown.predictions is None
    assert shown.predictions_problem == f"Not predicted by {SECOND} yet."
    frames = keep(project, recording, SECOND)
    assert shown_predictions(project, recording).predictions == frames.table


def test_when_the_recording_or_the_model_changes_it_is_no_longer_shown(project, recording):
    keep(project, recording, SECOND)
    recording.path.write_bytes(b"another sound")
    shown = shown_predictions(project, recording)
    assert shown.predictions is None
    assert shown.predictions_problem == (
        "The recording has changed since it was predicted: predict it again."
    )
    assert not shown.runs[0].has_predicted
    # What was evaluated is of the features, which know of what they are.
    path = evaluate(project, SECOND)
    assert shown_predictions(project, recording, **FEATURES).predictions == path
    keep(project, recording, SECOND)
    (project.runs / SECOND / MODEL_FILE).write_bytes(b"a model of another training")
    assert "another model" in shown_predictions(project, recording).predictions_problem


def test_the_run_that_is_wanted_is_shown_and_all_are_offered(project, recording):
    mine = keep(project, recording, FIRST)
    shown = shown_predictions(project, recording)
    assert (shown.run, shown.run_is_current) == (project.runs / SECOND, False)
    assert shown.predictions is None
    assert [(r.name, r.has_predicted) for r in shown.runs] == [(SECOND, False), (FIRST, True)]
    assert shown_predictions(project, recording, run=FIRST).predictions == mine.table
    # It has gone, and what it said has gone with it.
    delete_runs(project.folder, [FIRST])
    assert not mine.table.exists()
    shown = shown_predictions(project, recording, run=FIRST)
    assert shown.run == project.runs / SECOND
    (project.runs / SECOND / MODEL_FILE).unlink()
    assert shown_predictions(project, recording).runs == ()


def test_a_project_that_moved_with_its_library_keeps_them(project, recording, tmp_path):
    keep(project, recording, SECOND)
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    project.folder.rename(moved / "project")
    there = replace(recording, path=recording.path.rename(moved / "rec.wav"))
    shown = shown_predictions(replace(project, folder=moved / "project"), there)
    assert shown.are_all_predicted
    assert shown.predictions.is_relative_to(moved)


def test_without_a_run_that_is_said(tmp_path, recording):
    shown = shown_predictions(Project(tmp_path / "new", ProjectSettings()), recording)
    assert (shown.run, shown.runs) == (None, ())
    assert shown.predictions_problem == "No model trained yet."
