from __future__ import annotations

import pytest
from PySide6.QtWidgets import QMainWindow

from gui.actions import Actions
from gui.panels.training import NOW, TrainingPanel
from gui.stage_runs import StageRuns
from tests.core.made_runs import FIRST, SECOND, epoch, make_run

LONG_MS = 20_000


@pytest.fixture
def panel(session, qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    runs = StageRuns(session)
    panel = TrainingPanel(session, Actions(window), runs)
    panel.runs = runs
    window.setCentralWidget(panel)
    window.resize(1000, 200)
    window.show()
    yield panel
    runs.close()


@pytest.fixture
def opened(panel, session, qtbot, project_folder):
    make_run(project_folder / "runs", FIRST, n_epochs=6)
    make_run(project_folder / "runs", SECOND, n_epochs=4)
    session.open_project(project_folder)
    qtbot.waitUntil(lambda: panel.curves.n_epochs == (4,), timeout=LONG_MS)
    return panel


def test_shows_the_curves_of_what_is_selected(opened, qtbot):
    opened.past.select(FIRST)
    qtbot.waitUntil(lambda: opened.curves.n_epochs == (6,), timeout=LONG_MS)
    assert opened.curves.best_epochs == (5,)


def test_two_are_laid_over_each_other_and_side_by_side_the_older_first(opened, qtbot):
    opened.past.select_ends()
    qtbot.waitUntil(lambda: opened.curves.n_epochs == (6, 4), timeout=LONG_MS)
    heads = [opened.comparison.table.horizontalHeaderItem(k).toolTip() for k in (1, 2)]
    assert heads == [FIRST, SECOND]
    with qtbot.waitSignal(opened.wanted):
        opened.past.comparison_wanted.emit()
    assert opened.tabs.currentWidget() is opened.comparison


def test_a_history_that_is_damaged_is_said_beside_what_is_whole(opened, qtbot, project_folder):
    path = project_folder / "runs" / FIRST / "history.csv"
    path.write_text("epoch,loss\n1,0.5\n2,x\n")
    opened.past.select(FIRST)
    qtbot.waitUntil(lambda: opened.curves.n_epochs == (1,), timeout=LONG_MS)
    assert "history.csv is damaged" in opened._problem.sentence


def test_a_training_is_drawn_while_it_runs_whatever_is_selected(opened, session, monkeypatch):
    runs = opened.runs
    monkeypatch.setattr(runs, "_folder", session.project.folder)
    runs.stage_started.emit("dataset")
    assert not opened.curves.is_live
    runs.stage_started.emit("train")
    assert opened.curves.run_names == (NOW,)
    for k in (1, 2, 3):
        runs.epoch_ended.emit(k, epoch(k))
    opened.past.select(FIRST)
    assert opened.curves.n_epochs == (3,)


def test_after_a_training_the_selected_run_is_drawn_again(opened, qtbot):
    opened.runs.stage_started.emit("train")
    opened.runs.epoch_ended.emit(1, epoch(1))
    opened.runs.idle.emit()
    qtbot.waitUntil(lambda: opened.curves.n_epochs == (4,), timeout=LONG_MS)
    assert not opened.curves.is_live


def test_without_a_project_nothing_is_drawn(opened, session):
    session.close_project()
    assert opened.curves.n_epochs == ()
    assert opened.comparison.table.rowCount() == 0


def test_fits_into_a_low_dock(opened):
    assert opened.minimumSizeHint().height() <= 200
    assert opened.minimumSizeHint().width() <= 1000
