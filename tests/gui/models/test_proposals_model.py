from __future__ import annotations

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt

from gui.models.proposals_model import Column, ProposalsModel
from gui.theme import DARK, LIGHT
from tests.gui.shown_proposals import intervals


@pytest.fixture
def model(application):
    model = ProposalsModel(LIGHT)
    model.show(intervals())
    return model


def column(model, which):
    return [model.index(row, which).data() for row in range(model.rowCount())]


def test_is_a_proper_model(model, qtmodeltester):
    qtmodeltester.check(model)
    model.sort(Column.SCORE)
    qtmodeltester.check(model)
    model.show(intervals([]))
    qtmodeltester.check(model)


def test_tells_class_score_start_and_length(model):
    assert column(model, Column.CLASS) == ["inaudible", "audible", "barely", "audible"]
    assert column(model, Column.SCORE) == ["0.970", "0.930", "0.550", "0.700"]
    assert column(model, Column.START) == ["0.000", "1.000", "3.000", "6.000"]
    assert column(model, Column.DURATION) == ["1.000", "2.000", "1.000", "2.000"]


def test_is_sorted_by_any_column_and_stays_so(model):
    third = QPersistentModelIndex(model.index(2, Column.CLASS))
    model.sort(Column.SCORE, Qt.SortOrder.DescendingOrder)
    assert column(model, Column.SCORE) == ["0.970", "0.930", "0.700", "0.550"]
    assert third.row() == 3
    assert [model.place(row) for row in range(4)] == [0, 1, 3, 2]
    assert [model.row_of(place) for place in range(4)] == [0, 1, 3, 2]
    assert (model.row_of(4), model.row_of(-1)) == (-1, -1)
    model.show(intervals([(0.0, 1.0, 0, 0.2), (1.0, 2.0, 1, 0.8)]))
    assert column(model, Column.SCORE) == ["0.800", "0.200"]
    # Equals stay by their start.
    model.sort(Column.DURATION, Qt.SortOrder.DescendingOrder)
    assert column(model, Column.START) == ["0.000", "1.000"]


def test_takes_the_colours_of_the_theme(model, qtbot):
    with qtbot.waitSignal(model.dataChanged):
        model.set_colors(DARK)
