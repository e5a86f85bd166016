"""The recording's name has the room that the other columns leave."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QHeaderView

from core.review import read_review
from gui.models.error_spans_model import Column, ErrorSpansModel
from gui.panels.review_table import SAMPLES, ErrorsTable
from tests.made_review import make_tables_project


@pytest.fixture
def table(session, qtbot, tmp_path):
    model = ErrorSpansModel(session.theme.colors)
    model.show(read_review(make_tables_project(tmp_path / "project", [("rec0", 2, 6, 2)])))
    table = ErrorsTable(model)
    table.kept = model
    qtbot.addWidget(table)
    table.resize(700, 200)
    with qtbot.waitExposed(table):
        table.show()
    return table


def test_a_wider_table_gives_the_names_the_room(table, qtbot):
    others = [table.columnWidth(k) for k in SAMPLES]
    name_px = table.columnWidth(Column.RECORDING)
    table.resize(1000, 200)
    qtbot.waitUntil(lambda: table.columnWidth(Column.RECORDING) == name_px + 300)
    assert [table.columnWidth(k) for k in SAMPLES] == others
    assert sum(others) + table.columnWidth(Column.RECORDING) == table.viewport().width()


def test_every_column_but_the_name_has_room_for_its_texts(table):
    header, metrics = table.horizontalHeader(), table.fontMetrics()
    for column, sample in SAMPLES.items():
        assert table.columnWidth(column) > metrics.horizontalAdvance(sample)
        assert header.sectionResizeMode(column) == QHeaderView.ResizeMode.Interactive
