"""The demo from nothing to two trained models."""

from __future__ import annotations

from dataclasses import replace

from core.cli.tour import tour
from core.demo.project import make_demo_project
from core.project import open_project, save_project


def test_the_tour_trains_both_models_and_tells_what_they_reached(tmp_path, capsys):
    folder = tmp_path / "demo"
    project = open_project(make_demo_project(folder).project)
    save_project(project.with_settings(train=replace(project.settings.train, epochs=1)))
    assert tour(folder) == 0
    shown = capsys.readouterr().out
    table = shown[shown.index("What each model reached") :].splitlines()
    assert [line.split()[0] for line in table[1:4]] == ["model", "fc", "cnn"]
    assert str(project.runs) in shown
    assert len(list(project.runs.iterdir())) == 2
