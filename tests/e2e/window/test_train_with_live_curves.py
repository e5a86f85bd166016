"""Train and watch, stop and keep the best, compare two runs, go back to the first, delete one."""

from __future__ import annotations

import json
import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDockWidget,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QTabBar,
    QTableView,
    QTableWidget,
    QTabWidget,
    QWidget,
)

from core.project import open_project
from core.stage_plans import current_run
from gui.settings_fields import NumberBox
from gui.views.training_curves import TrainingCurves
from tests.e2e.window.pipeline import LONG_MS, is_free, press, runs_of, wait_until_looked_at
from tests.gui.form_editing import write

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def window(open_window, qtbot, project_folder):
    window = open_window(project_folder)
    wait_until_looked_at(window, qtbot)
    return window


def panel_of(window):
    return window.findChild(QWidget, "trainingPanel")


def curves_of(window):
    return window.findChild(TrainingCurves, "trainingCurves")


def come_to_front(window, qtbot):
    """Click on the tab of the training's dock."""
    assert window.findChild(QWidget, "pipelinePanel").visibleRegion().isEmpty() is False
    title = window.findChild(QDockWidget, "trainingDock").windowTitle()
    bars = [bar for bar in window.findChildren(QTabBar) if bar.parent() is window]
    bar, place = next(
        (bar, k) for bar in bars for k in range(bar.count()) if bar.tabText(k) == title
    )
    qtbot.mouseClick(bar, LEFT, pos=bar.tabRect(place).center())
    qtbot.waitUntil(lambda: not panel_of(window).visibleRegion().isEmpty())


def turn_to(window, qtbot, place):
    """Click on a tab of the panel: now, runs, compare."""
    bar = window.findChild(QTabWidget, "trainingTabs").tabBar()
    qtbot.mouseClick(bar, LEFT, pos=bar.tabRect(place).center())


def set_number(window, qtbot, key, number):
    form = panel_of(window).form
    write(form.findChild(NumberBox, f"setting_{key}").lineEdit(), str(number))
    qtbot.waitUntil(lambda: getattr(window.session.project.settings.train, key) == number)


def train_to_end(window, qtbot):
    """Train by its button; what the curves had after each epoch."""
    seen = []
    runs = runs_of(window)
    drawn = runs.epoch_ended.connect(
        lambda epoch, _metrics: seen.append((epoch, curves_of(window).n_epochs))
    )
    with qtbot.waitSignal(runs.idle, timeout=LONG_MS):
        press(window, qtbot, "trainButton")
    runs.disconnect(drawn)
    wait_until_quiet(window, qtbot)
    return seen


def wait_until_quiet(window, qtbot):
    qtbot.waitUntil(lambda: not any(lane.is_busy for lane in window.session.lanes), timeout=LONG_MS)


def run_names(folder):
    return sorted(path.name for path in (folder / "runs").iterdir())


def known(folder, name):
    return json.loads((folder / "runs" / name / "run.json").read_text())


def test_watch_a_training_compare_two_load_one_back_and_delete_it(window, qtbot, project_folder):
    come_to_front(window, qtbot)
    told = []
    bar = window.findChild(QProgressBar, "trainingProgress")
    state = panel_of(window).form._state
    runs_of(window).progressed.connect(
        lambda p: told.append((p.stage, state.sentence, bar.maximum()))
    )
    set_number(window, qtbot, "epochs", 3)
    seen = train_to_end(window, qtbot)
    # Each epoch was on the screen while the training ran.
    assert seen == [(1, (1,)), (2, (2,)), (3, (3,))]
    starting = [t for t in told if "this takes some seconds" in t[1]]
    assert {maximum for _, _, maximum in starting} == {0}
    balance = panel_of(window).form.balance.balance
    (first,) = run_names(project_folder)
    assert balance.counts == known(project_folder, first)["class_counts"]
    assert curves_of(window).n_epochs == (3,)
    assert curves_of(window).best_epochs == (known(project_folder, first)["best_epoch"],)

    set_number(window, qtbot, "epochs", 2)
    set_number(window, qtbot, "seed", 7)
    train_to_end(window, qtbot)
    _, second = run_names(project_folder)
    turn_to(window, qtbot, 1)
    table = window.findChild(QTableView, "runsTable")
    model = table.model()
    assert [run.name for run in model.runs] == [second, first]
    metrics = json.loads((project_folder / "runs" / second / "metrics.json").read_text())
    assert model.index(0, 4).data() == f"{metrics['balanced_accuracy']:.3f}"

    click(table, qtbot, 0)
    click(table, qtbot, 1, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: curves_of(window).n_epochs == (3, 2), timeout=LONG_MS)
    press(window, qtbot, "compareRunsButton")
    comparison = window.findChild(QTableWidget, "comparisonTable")
    assert comparison.isVisible()
    rows = rows_of(comparison)
    assert rows["Epochs"] == ["3", "2", "≠"]
    assert rows["Seed"] == ["0", "7", "≠"]
    assert rows["Batch size"] == ["50", "50", ""]
    assert f"{metrics['balanced_accuracy']:.3f}" in rows["Balanced accuracy"][1]

    turn_to(window, qtbot, 1)
    click(table, qtbot, 1)
    press(window, qtbot, "loadRunParametersButton")
    config = open_project(project_folder).settings.train
    assert (config.epochs, config.seed) == (3, 0)
    assert panel_of(window).form.form.value() == config
    assert current_run(open_project(project_folder)).name == first

    wait_until_quiet(window, qtbot)
    click(table, qtbot, model.row_of(second))
    press(window, qtbot, "deleteRunButton")
    assert second in say_delete(window, qtbot)
    qtbot.waitUntil(lambda: model.rowCount() == 1, timeout=LONG_MS)
    assert run_names(project_folder) == [first]
    wait_until_quiet(window, qtbot)


def rows_of(comparison):
    return {
        comparison.item(k, 0).text(): [comparison.item(k, c).text() for c in (1, 2, 3)]
        for k in range(comparison.rowCount())
    }


def say_delete(window, qtbot):
    """Answer the question; what it was."""
    box = window.findChild(QMessageBox, "deleteRunBox")
    text = box.text()
    delete = next(b for b in box.findChildren(QPushButton) if b.text() == "&Delete")
    qtbot.mouseClick(delete, LEFT)
    return text


def click(table, qtbot, row, modifier=Qt.KeyboardModifier.NoModifier):
    place = table.visualRect(table.model().index(row, 0)).center()
    qtbot.mouseClick(table.viewport(), LEFT, modifier, place)


def test_stop_and_keep_best_keeps_a_model_and_evaluates_it(window, qtbot, project_folder):
    come_to_front(window, qtbot)
    set_number(window, qtbot, "epochs", 100_000)
    set_number(window, qtbot, "patience", 100_000)
    runs = runs_of(window)
    stop = window.findChild(QPushButton, "stopTrainingButton")
    assert not stop.isEnabled()
    with qtbot.waitSignal(runs.epoch_ended, timeout=LONG_MS, check_params_cb=lambda e, _: e == 2):
        press(window, qtbot, "trainButton")
    started_s = time.monotonic()
    reports = []
    runs.stage_ended.connect(reports.append)
    with qtbot.waitSignal(runs.idle, timeout=LONG_MS):
        press(window, qtbot, "stopTrainingButton")
        assert not stop.isEnabled()
    assert [report.stage for report in reports] == ["train", "evaluate"]
    assert time.monotonic() - started_s < 60
    (name,) = run_names(project_folder)
    run = known(project_folder, name)
    assert 2 <= run["n_epochs"] < 100_000
    assert run["stopped_by_hand"]
    assert 1 <= run["best_epoch"] <= run["n_epochs"]
    assert (project_folder / "runs" / name / "model.keras").stat().st_size > 0
    assert (project_folder / "runs" / name / "metrics.json").exists()
    wait_until_quiet(window, qtbot)
    assert curves_of(window).n_epochs == (run["n_epochs"],)
    assert is_free(project_folder)


def test_a_stopped_training_can_still_be_cancelled(window, qtbot, project_folder):
    come_to_front(window, qtbot)
    set_number(window, qtbot, "epochs", 100_000)
    set_number(window, qtbot, "patience", 100_000)
    runs = runs_of(window)
    with qtbot.waitSignal(runs.epoch_ended, timeout=LONG_MS):
        press(window, qtbot, "trainButton")
    started_s = time.monotonic()
    with qtbot.waitSignal(runs.idle, timeout=3000):
        press(window, qtbot, "stopTrainingButton")
        press(window, qtbot, "cancelTrainingButton")
    assert time.monotonic() - started_s < 2.0
    assert not (project_folder / "runs").exists() or run_names(project_folder) == []
    assert is_free(project_folder)
    wait_until_quiet(window, qtbot)
