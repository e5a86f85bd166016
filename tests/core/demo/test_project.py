"""The demo as a project."""

from __future__ import annotations

from core.demo.project import WRONG_LABELS, make_demo_project
from core.project import open_project, save_project
from core.settings import TrainConfig


def test_the_project_finds_its_library_and_keeps_the_users_changes(tmp_path):
    made = make_demo_project(tmp_path / "demo")
    n_annotations = sum(made.library.annotation_counts.values())
    assert made.library.n_wrong_labels == round(WRONG_LABELS * n_annotations) > 0
    project = open_project(made.project)
    assert project.settings.library.database == str(made.library.database)
    assert project.settings.annotations.annotations == str(made.library.annotations)

    save_project(project.with_settings(train=TrainConfig(seed=7)))
    again = make_demo_project(tmp_path / "demo")
    assert not again.library.made_now
    assert open_project(again.project).settings.train.seed == 7
