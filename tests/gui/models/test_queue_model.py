from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from core.annotation_queue import QueueRow
from gui.models.cells import NOTHING
from gui.models.queue_model import SHARE_ROLE, Column, QueueModel

ROWS = (
    QueueRow("a/x.wav", 0.664, 59.96, 65.0, 3600.0, {"low": 0.004, "high": 0.996}),
    QueueRow("a/y.wav", 0.2, 0.0, 0.5, 0.5, {"low": 0.43, "high": 0.57}),
)


@pytest.fixture
def model(application):
    model = QueueModel()
    model.show(ROWS)
    return model


def row(model, k):
    return [model.index(k, c).data() for c in Column]


def test_is_a_proper_model(application, qtmodeltester):
    model = QueueModel()
    qtmodeltester.check(model)
    model.show(ROWS)
    qtmodeltester.check(model)


def test_a_row_says_what_is_known(model):
    assert row(model, 0) == ["a/x.wav", "0.66", f"1:00.0 {NOTHING} 1:05.0", "60:00.0", "high 100 %"]
    assert row(model, 1) == [
        "a/y.wav",
        "0.20",
        f"0:00.0 {NOTHING} 0:00.5",
        "0:00.5",
        "low 43 %, high 57 %",
    ]


def test_uncertainty_has_a_bar_and_nothing_else_has(model):
    shares = [model.index(0, c).data(SHARE_ROLE) for c in Column]
    assert shares == [None, 0.664, None, None, None]


def test_a_recording_is_found_again(model):
    assert (model.row_of("a/y.wav"), model.row_of("a/z.wav")) == (1, -1)
    assert model.item(1) is ROWS[1]


def test_each_column_says_what_it_means(model):
    for column in Column:
        for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            assert model.headerData(column, Qt.Orientation.Horizontal, role)
