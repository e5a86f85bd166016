from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from core.label_errors import KeptLabelErrors
from gui.models.label_errors_model import GONE, IS_RIGHT, Column, LabelErrorsModel
from gui.theme import LIGHT
from tests.made_label_error import SPANS, made_list

KEPT = KeptLabelErrors(made_list(), ("audible", "inaudible", "barely"), ("", "", ""), ())


@pytest.fixture
def model(qapp, qtmodeltester):
    model = LabelErrorsModel(LIGHT)
    model.show(KEPT)
    qtmodeltester.check(model)
    return model


def texts(model, row):
    return [model.index(row, column).data() for column in Column]


def test_a_row_tells_place_classes_and_how_sure_it_is(model):
    assert texts(model, 0) == [
        "audio/rec1.wav", "0:02.000", "2.000", "audible", "barely", "0.95", "",
    ]  # fmt: skip
    assert model.rowCount() == len(SPANS)


def test_what_became_of_a_span_is_told(model):
    model.show(replace(KEPT, now=("barely", "", "barely"), verdicts=("", "", "unsure")))
    states = [model.index(row, Column.STATE).data() for row in range(3)]
    assert states == ["✓ now barely", GONE, "marked unsure"]


def test_what_was_called_right_is_listed_only_if_wanted(model):
    kept = replace(KEPT, verdicts=("", "right", ""))
    model.show(kept)
    assert [model.place(row) for row in range(model.rowCount())] == [0, 2]
    assert (model.row_of(1), model.row_of(2)) == (-1, 1)
    model.show(kept, shows_right=True)
    assert model.index(1, Column.STATE).data() == IS_RIGHT


def test_numbers_stand_right_and_classes_have_their_colour(model):
    index = model.index(0, Column.SCORE)
    assert index.data(Qt.ItemDataRole.TextAlignmentRole) & Qt.AlignmentFlag.AlignRight
    assert model.index(0, Column.ANNOTATED).data(Qt.ItemDataRole.DecorationRole) is not None
    assert model.index(0, Column.SCORE).data(Qt.ItemDataRole.DecorationRole) is None


def test_nothing_is_an_empty_table(model):
    model.show(None)
    assert model.rowCount() == 0
