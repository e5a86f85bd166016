"""Correct errors by key from the list: states and counts follow, undo too; then train again."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTableWidget, QToolButton, QWidget

from core.isolation import StageRunner
from core.pipeline import run_stage
from core.project import STAGES, open_project, save_project
from core.settings import TrainConfig
from core.stage_plans import current_run, plan_stage
from gui.models.error_spans_model import Column
from tests.e2e.window.pipeline import LONG_MS
from tests.made_review import make_run

CTRL = Qt.KeyboardModifier.ControlModifier


def _open(window, qtbot):
    window.actions_["review"].trigger()
    table = window.findChild(QWidget, "errorsTable")
    qtbot.waitUntil(lambda: table.model().rowCount() > 0, timeout=20_000)
    window.review.listening.set_plays(False)
    return table


def _click_row(table, qtbot, row):
    place = table.visualRect(table.model().index(row, Column.START)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)


def _states(table):
    return [table.model().index(k, Column.STATE).data() for k in range(table.model().rowCount())]


def _annotations(window):
    details = window.media.details
    return [
        (round(a.start_s, 3), round(a.end_s, 3), details.classes[a.target])
        for a in details.annotations
    ]


def _ready(window, qtbot):
    qtbot.waitUntil(window.actions_["extend_span"].isEnabled, timeout=20_000)


def test_an_error_is_extended_trimmed_confirmed_and_undone_by_key(
    open_window, reviewed_project, qtbot
):
    make_run(
        reviewed_project,
        [("rec1", 90, 110, 1, 0.95), ("rec1", 110, 116, 0), ("rec2", 20, 50, 2, 0.7)],
    )
    window = open_window(reviewed_project)
    table = _open(window, qtbot)
    counts = window.findChild(QWidget, "reviewCounts")
    _click_row(table, qtbot, 1)
    _ready(window, qtbot)
    qtbot.keyClick(table, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: _states(table) == ["open", "relabelled", "open"], timeout=20_000)
    before = _annotations(window)
    _click_row(table, qtbot, 2)
    qtbot.waitUntil(
        lambda: window.session.time.selection == pytest.approx((2.95, 3.1)), timeout=20_000
    )
    qtbot.keyClick(table, Qt.Key.Key_W)
    done = ["open", "relabelled", "corrected"]
    qtbot.waitUntil(lambda: _states(table) == done, timeout=20_000)
    assert (2.45, 3.1, "inaudible") in _annotations(window)
    assert "2 of 3 looked at: 1 corrected, 1 relabelled" in counts.sentence
    assert window.review.matrix.matrix.changed[2][0] == 6
    qtbot.keyClick(table, Qt.Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: _states(table)[2] == "open", timeout=20_000)
    assert _annotations(window) == before
    qtbot.keyClick(table, Qt.Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: _states(table) == ["open"] * 3, timeout=20_000)
    assert window.review.matrix.matrix.changed[2][0] == 0

    # The middle of what is annotated has no such neighbour: a sentence, and nothing happens.
    _click_row(table, qtbot, 1)
    qtbot.waitUntil(lambda: window.session.time.selection == pytest.approx((2.45, 2.95)))
    with qtbot.waitSignal(window.annotating.refused, timeout=20_000) as refused:
        qtbot.keyClick(table, Qt.Key.Key_W)
    assert "by its digit instead" in refused.args[0]
    qtbot.keyClick(table, Qt.Key.Key_C)
    qtbot.waitUntil(lambda: _states(table) == ["open", "removed", "open"], timeout=20_000)
    parts = [(a, b) for a, b, label in _annotations(window) if label == "audible"]
    assert parts == [(2.0, 2.45), (2.95, 4.0)]

    _click_row(table, qtbot, 0)
    qtbot.keyClick(table, Qt.Key.Key_Y)
    qtbot.waitUntil(lambda: _states(table) == ["confirmed", "removed", "open"], timeout=20_000)
    assert "2 of 3 looked at: 1 confirmed, 1 removed" in counts.sentence
    assert window.session.errors.boxes == ()


def test_an_edit_makes_the_dataset_stale_at_once_and_its_undo_fresh_again(
    open_window, reviewed_project, qtbot
):
    window = open_window(reviewed_project)
    table = _open(window, qtbot)
    runs = window.pipeline.runs

    def is_fresh():
        """The fixture's recordings have moved; of interest is what is said of annotations."""
        plans = {s.stage: s.plan for s in runs.overview.stages} if runs.overview else {}
        reasons = plans["dataset"].reasons if plans else ("not looked at",)
        return not any("annotations" in r or "looked" in r for r in reasons)

    qtbot.waitUntil(lambda: is_fresh() is True, timeout=20_000)
    _click_row(table, qtbot, 1)
    _ready(window, qtbot)
    qtbot.keyClick(table, Qt.Key.Key_C)
    qtbot.waitUntil(lambda: is_fresh() is False, timeout=20_000)
    qtbot.keyClick(table, Qt.Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: is_fresh() is True, timeout=20_000)


def test_training_again_shows_both_models_on_the_same_recordings(
    open_window, project_folder, qtbot
):
    project = open_project(project_folder)
    save_project(project.with_settings(train=TrainConfig(epochs=2, validation_split=0.4)))
    with StageRunner() as runner:
        for stage in STAGES:
            runner.run(run_stage, project_folder, stage)
    old = current_run(open_project(project_folder))
    window = open_window(project_folder)
    table = _open(window, qtbot)
    window.review.filters.choose_split("")
    _click_row(table, qtbot, 0)
    _ready(window, qtbot)
    qtbot.keyClick(table, Qt.Key.Key_C)
    qtbot.waitUntil(lambda: _states(table)[0] == "removed", timeout=20_000)
    button = window.findChild(QToolButton, "train_againButton")
    with qtbot.waitSignal(window.pipeline.runs.idle, timeout=LONG_MS):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.session.errors.boxes == ()
    comparison = window.findChild(QTableWidget, "comparisonTable")
    heads = ["1: then", "1: now", "2: now"]
    qtbot.waitUntil(
        lambda: (
            comparison.columnCount() == 5
            and [comparison.horizontalHeaderItem(k).text() for k in (1, 2, 3)] == heads
        ),
        timeout=20_000,
    )
    assert comparison.isVisible()
    assert comparison.item(0, 0).text() == "Balanced accuracy"
    # Review goes on with the new run, and nothing is stale.
    new = current_run(open_project(project_folder))
    assert new != old
    window.actions_["review"].trigger()
    reviewing = window.review.reviewing
    qtbot.waitUntil(
        lambda: reviewing.review is not None and reviewing.review.run == new.name, timeout=20_000
    )
    fresh = [plan_stage(open_project(project_folder), s).fresh for s in ("dataset", "train")]
    assert fresh == [True, True]
