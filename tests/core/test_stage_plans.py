"""Fresh or stale; what needs whole stages is in test_pipeline.py."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from core.project import Project, ProjectSettings
from core.stage_plans import current_run, plan_stage
from core.table_meta import TableMeta, write_meta


@pytest.fixture
def project(tmp_path):
    project = Project(tmp_path, ProjectSettings())
    meta = TableMeta("dataset", 8000, 200, 200, {}, (), sha256="of the dataset")
    write_meta(project.dataset, meta)
    return project


def add_run(project, name, **changes):
    run = project.runs / name
    run.mkdir(parents=True)
    record = {
        "config": project.settings.train.to_dict(),
        "dataset": {"sha256": "of the dataset"},
        **changes,
    }
    (run / "run.json").write_text(json.dumps(record))
    return run


def test_the_newest_run_of_this_dataset_and_these_settings_counts(project):
    add_run(project, "2026-01-01_a")
    wanted = add_run(project, "2026-01-02_b")
    add_run(project, "2026-01-03_c", dataset={"sha256": "of another"})
    add_run(project, "2026-01-04_d", config={"model": "cnn"})
    assert current_run(project) == wanted
    assert plan_stage(project, "train").fresh


def test_the_current_run_is_looked_for_again_only_after_a_change(project, monkeypatch):
    def refuse(_path):
        pytest.fail("nothing has changed")

    first = add_run(project, "2026-01-01_a")
    assert current_run(project) == first
    with monkeypatch.context() as patched:
        patched.setattr("core.stage_plans.read_meta", refuse)
        patched.setattr("core.stage_plans.read_json", refuse)
        assert current_run(project) == first
    second = add_run(project, "2026-01-02_b")
    assert current_run(project) == second
    other = replace(project.settings, train=replace(project.settings.train, epochs=7))
    assert current_run(replace(project, settings=other)) is None
    assert current_run(project) == second
    write_meta(project.dataset, TableMeta("dataset", 8000, 200, 200, {}, (), sha256="of another"))
    assert current_run(project) is None


def test_a_run_that_cannot_be_read_or_was_not_finished_does_not_count(project):
    (add_run(project, "2026-01-01_a") / "run.json").write_text("{")
    add_run(project, ".2026-01-02_b.part")
    assert current_run(project) is None
    assert not plan_stage(project, "train").fresh


def test_training_tells_what_changed(project):
    old = replace(project.settings.train, seed=3).to_dict()
    add_run(project, "2026-01-01_a", config=old)
    assert plan_stage(project, "train").reasons == ("seed 3 -> 0",)


def test_evaluating_waits_for_the_metrics_of_this_run(project):
    run = add_run(project, "2026-01-01_a")
    assert plan_stage(project, "evaluate").reasons == ("it was never run for this model",)
    (run / "metrics.json").write_text("{}")
    assert plan_stage(project, "evaluate").fresh


def test_a_stale_stage_before_makes_a_fresh_one_stale(project):
    add_run(project, "2026-01-01_a")
    plan = plan_stage(project, "train", after="extract")
    assert not plan.fresh
    assert plan.reasons == ("extract comes first",)
