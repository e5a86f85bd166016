from __future__ import annotations

import pytest
from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import QTableView

from gui.table_rows import ROOM_PX, show_as_rows


@pytest.fixture
def table(application, qtbot):
    table = QTableView()
    table.setModel(QStringListModel(["a", "b\nc\nd", "e"], table))
    qtbot.addWidget(table)
    return table


def _click(qtbot, table, row, modifier=Qt.KeyboardModifier.NoModifier):
    place = table.visualRect(table.model().index(row, 0)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, modifier, place)


@pytest.mark.parametrize(("several", "expected"), [(False, [2]), (True, [0, 2])])
def test_one_row_is_chosen_at_a_time_or_several(table, qtbot, several, expected):
    show_as_rows(table, several=several)
    table.show()
    _click(qtbot, table, 0)
    _click(qtbot, table, 2, Qt.KeyboardModifier.ControlModifier)
    chosen = sorted(index.row() for index in table.selectionModel().selectedRows())
    assert chosen == expected


def test_rows_are_of_one_height_whatever_is_in_them(table):
    show_as_rows(table)
    header = table.verticalHeader()
    assert {header.sectionResizeMode(row) for row in range(3)} == {header.ResizeMode.Fixed}
    assert {table.rowHeight(row) for row in range(3)} == {table.fontMetrics().height() + ROOM_PX}


def test_tab_leaves_the_table(table):
    show_as_rows(table)
    assert not table.tabKeyNavigation()
