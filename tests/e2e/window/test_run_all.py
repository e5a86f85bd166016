"""Run all: five stages by one click, then the results; the second time nothing is done."""

from __future__ import annotations

import json

from PySide6.QtWidgets import QLabel, QProgressBar, QTableView

from core.project import STAGES
from tests.e2e.window.pipeline import (
    LONG_MS,
    is_free,
    log_of,
    press,
    runs_of,
    state_of,
    wait_until_looked_at,
)


def test_runs_every_stage_and_shows_how_good_the_model_is(open_window, qtbot, project_folder):
    window = open_window(project_folder)
    runs = runs_of(window)
    wait_until_looked_at(window, qtbot)
    progress = []
    runs.progressed.connect(progress.append)
    with qtbot.waitSignal(runs.idle, timeout=LONG_MS):
        press(window, qtbot, "runAllButton")
    with qtbot.waitSignal(runs.overview_changed, timeout=LONG_MS):
        pass
    for stage in STAGES:
        assert state_of(window, stage) == "Fresh"
        bar = window.findChild(QProgressBar, f"stageProgress_{stage}")
        assert bar.value() == bar.maximum()
    (metrics_file,) = project_folder.glob("runs/*/metrics.json")
    metrics = json.loads(metrics_file.read_text())
    shown = window.findChild(QLabel, "metric_balanced_accuracy").text()
    assert shown == f"{metrics['balanced_accuracy']:.3f}"
    matrix = window.findChild(QTableView, "confusionMatrix").model()
    assert matrix.index(0, 0).data().startswith(f"{metrics['confusion'][0][0]:,}\n")
    assert {p.stage for p in progress} == set(STAGES)
    assert any("this takes some seconds" in p.doing for p in progress)
    assert any("val_balanced_accuracy" in p.metrics for p in progress)
    assert "Evaluate: done in" in log_of(window)
    assert is_free(project_folder)

    reports = []
    runs.stage_ended.connect(reports.append)
    with qtbot.waitSignal(runs.idle, timeout=LONG_MS):
        press(window, qtbot, "runAllButton")
    assert [report.stage for report in reports if report.skipped] == list(STAGES)
