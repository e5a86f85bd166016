from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt

from core.run_summary import RunSummary
from gui.models.runs_model import NOTHING, Column, RunsModel, date_in_words, parameters_in_words

FALLING, RISING = Qt.SortOrder.DescendingOrder, Qt.SortOrder.AscendingOrder
EDIT, TIP = Qt.ItemDataRole.EditRole, Qt.ItemDataRole.ToolTipRole

OLD = RunSummary(
    "old",
    trained_at="2026-01-01T12:00:00+00:00",
    model="fc",
    dataset="dataset.parquet",
    dataset_sha256="0123456789",
    config={"model": "fc", "epochs": 200, "seed": 3},
    n_epochs=18,
    best_epoch=3,
    metrics={"balanced_accuracy": 0.5, "quadratic_kappa": 0.0, "auc_audible_over_inaudible": None},
    note="two\nlines",
)
NEW = replace(
    OLD,
    name="new",
    trained_at="2026-01-02T12:00:00+00:00",
    model="cnn",
    metrics={"balanced_accuracy": 0.25, "quadratic_kappa": -0.1},
    is_evaluated=True,
    is_current=True,
    note="",
)
BROKEN = RunSummary("broken", trained_at="2026-01-03T12:00:00+00:00", problem="run.json is damaged")


@pytest.fixture
def model(application):
    model = RunsModel()
    model.show([OLD, NEW, BROKEN])
    return model


def column(model, column):
    return [model.index(row, column).data() for row in range(model.rowCount())]


def names(model):
    return [run.name for run in model.runs]


def test_is_a_proper_model(application, qtmodeltester):
    model = RunsModel()
    qtmodeltester.check(model)
    model.show([OLD, NEW, BROKEN])
    qtmodeltester.check(model)


def test_the_newest_stands_first(model):
    assert names(model) == ["broken", "new", "old"]


def test_tells_what_is_known_and_a_dash_for_the_rest(model):
    assert column(model, Column.MODEL) == [NOTHING, "cnn", "fc"]
    assert column(model, Column.EPOCHS) == [NOTHING, "18", "18"]
    assert column(model, Column.SCORE) == [NOTHING, "0.250", "0.500"]
    assert column(model, Column.KAPPA) == [NOTHING, "-0.100", "0.000"]
    assert column(model, Column.AUC) == [NOTHING, NOTHING, NOTHING]
    assert column(model, Column.DATA) == [NOTHING, *["dataset.parquet 0123456"] * 2]
    assert column(model, Column.PARAMETERS)[2] == "seed 3"


def test_the_current_and_the_damaged_are_told_by_a_sign(model):
    dates = column(model, Column.DATE)
    assert dates[0].startswith("✗ ")
    assert dates[1].startswith("✓ ")
    assert dates[2] == date_in_words(OLD)
    assert column(model, Column.NOTE)[0] == "run.json is damaged"
    assert "run.json is damaged." in model.index(0, 0).data(TIP)


def test_a_training_that_was_stopped_by_hand_says_so(model):
    model.show([NEW, replace(OLD, stopped_by_hand=True, n_epochs=7)])
    assert column(model, Column.EPOCHS) == ["18", "stopped at 7"]
    tips = [model.index(row, 0).data(TIP) for row in range(2)]
    assert "Training ended by itself after epoch 18" in tips[0]
    assert "Training stopped by hand after epoch 7" in tips[1]


def test_figures_that_are_no_evaluation_s_are_said_to_be_so(model):
    row = model.row_of("old")
    assert "Not evaluated yet" in model.index(row, 0).data(TIP)
    assert "Not evaluated yet" not in model.index(model.row_of("new"), 0).data(TIP)


@pytest.mark.parametrize("wanted", list(Column))
def test_each_column_sorts_both_ways_and_what_is_missing_comes_last(model, wanted):
    model.sort(wanted, RISING)
    rising = names(model)
    model.sort(wanted, FALLING)
    falling = names(model)
    if wanted is Column.KAPPA:  # nought is no missing number
        assert rising == ["new", "old", "broken"]
        assert falling == ["old", "new", "broken"]
    if wanted in (Column.SCORE, Column.MODEL, Column.EPOCHS):
        assert rising[-1] == falling[-1] == "broken"
    assert sorted(rising) == sorted(falling) == ["broken", "new", "old"]


def test_what_is_selected_goes_along_when_it_is_sorted(model):
    kept = QPersistentModelIndex(model.index(model.row_of("old"), 0))
    model.sort(Column.DATE, RISING)
    assert model.run(kept.row()).name == "old"
    model.show([NEW, OLD])
    assert names(model) == ["old", "new"]


def test_a_note_is_asked_for_and_shown_once_it_is_kept(model, qtbot):
    index = model.index(model.row_of("old"), Column.NOTE)
    assert index.data(EDIT) == "two lines"
    with qtbot.waitSignal(model.note_edited) as told:
        assert model.setData(index, " good ")
    assert told.args == ["old", "good"]
    assert index.data() == "two lines"


def test_a_note_that_was_not_changed_is_not_written(model, qtbot):
    index = model.index(model.row_of("old"), Column.NOTE)
    with qtbot.assertNotEmitted(model.note_edited):
        model.setData(index, "two lines")


def test_nothing_else_can_be_edited_nor_what_is_no_run(model):
    editable = Qt.ItemFlag.ItemIsEditable
    old, broken = model.row_of("old"), model.row_of("broken")
    assert [c for c in Column if model.flags(model.index(old, c)) & editable] == [Column.NOTE]
    assert not model.flags(model.index(broken, Column.NOTE)) & editable
    assert not model.setData(model.index(old, Column.MODEL), "svm")


def test_parameters_are_those_that_differ_from_the_defaults():
    config = {"model": "cnn", "epochs": 200, "learning_rate": 0.01, "new_one": 5}
    assert parameters_in_words(config) == "model cnn, learning rate 0.01, new one 5"


def test_a_date_that_is_not_known_is_a_dash():
    assert date_in_words(RunSummary("x")) == NOTHING
