from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest

from core.errors import ProjectError
from core.left_out import LeftOut
from core.overview import MOST_LISTED, overview_project, run_stage_briefly
from core.project import STAGES, open_project, save_project
from core.project_store import ProjectStore, StageRecord
from core.settings import TrainConfig


def stages_of(folder):
    return {s.stage: s for s in overview_project(folder).stages}


def test_tells_of_a_project_that_never_ran(project_folder):
    overview = overview_project(project_folder)
    assert [s.stage for s in overview.stages] == list(STAGES)
    assert not any(s.finished_at or s.plan.fresh for s in overview.stages)
    assert overview.stages[0].plan.n_recordings == 3
    assert overview.results is None


def test_tells_how_a_stage_ended(project_folder):
    report = run_stage_briefly(project_folder, "transcode")
    assert not report.skipped
    assert report.lines[0].startswith("3 recordings")
    stage = stages_of(project_folder)["transcode"]
    assert stage.plan.fresh
    assert stage.finished_at
    assert stage.seconds > 0
    assert run_stage_briefly(project_folder, "transcode").skipped


def test_keeps_what_was_left_out(project_folder):
    broken = project_folder.parent / "audio" / "rec1.wav"
    broken.write_bytes(b"RIFF and no more")
    report = run_stage_briefly(project_folder, "transcode")
    assert report.n_left_out == 1
    stage = stages_of(project_folder)["transcode"]
    assert [item.name for item in stage.left_out] == ["audio/rec1.wav"]
    assert "rec1.wav" in stage.left_out[0].reason


def test_an_annotation_that_was_left_out_names_its_recording(project_folder):
    with (project_folder.parent / "annotations.csv").open("a") as file:
        file.write("rec0.flac,100,101,audible\n")
    for stage in STAGES[:3]:
        run_stage_briefly(project_folder, stage)
    (item,) = stages_of(project_folder)["dataset"].left_out
    assert item.recording == str(project_folder.parent / "audio" / "rec0.flac")


def test_a_long_list_is_cut_but_counted(project_folder):
    many = [{"name": str(k), "reason": "why"} for k in range(MOST_LISTED + 7)]
    project = open_project(project_folder)
    record = StageRecord("dataset", "2026-01-01T00:00:00+00:00", 1.0, {"left_out": many})
    ProjectStore(project.store).record(record, [])
    stage = stages_of(project_folder)["dataset"]
    assert len(stage.left_out) == MOST_LISTED
    assert stage.left_out[-1] == LeftOut(str(MOST_LISTED - 1), "why")
    assert stage.n_left_out == MOST_LISTED + 7


def test_a_locked_database_hides_no_other_stage(finished_project):
    database = finished_project.parent / "loudsense.db"
    with closing(sqlite3.connect(database)) as other:
        other.execute("BEGIN EXCLUSIVE")
        stages = stages_of(finished_project)
    assert stages["transcode"].plan is None
    assert "is locked by another program" in stages["transcode"].problem
    assert stages["transcode"].finished_at
    assert stages["train"].plan.reasons[0] == "transcode comes first"


def test_a_project_that_is_gone_is_an_error(tmp_path):
    with pytest.raises(ProjectError):
        overview_project(tmp_path)


def test_results_are_those_of_the_current_run(finished_project):
    results = overview_project(finished_project).results
    assert results.is_current
    assert results.model == "fc"
    assert results.metrics["n_frames"] > 0
    assert results.n_trained_on > 0
    assert results.n_flattering == 0


def test_results_of_an_older_run_say_so(finished_project):
    project = open_project(finished_project)
    save_project(project.with_settings(train=TrainConfig(epochs=3)))
    assert not overview_project(finished_project).results.is_current


def test_a_run_measured_on_what_it_was_trained_on_says_so(finished_project):
    (path,) = finished_project.glob("runs/*/run.json")
    known = json.loads(path.read_text())
    known["split"]["training"] += known["split"]["validation"]
    path.write_text(json.dumps(known))
    results = overview_project(finished_project).results
    assert results.n_flattering == results.metrics["n_recordings"]


def test_damaged_metrics_are_no_results(finished_project):
    (path,) = finished_project.glob("runs/*/metrics.json")
    path.write_text("{")
    assert overview_project(finished_project).results is None
