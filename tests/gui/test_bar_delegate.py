from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QTableView

from gui.bar_delegate import BarDelegate

ROLE = Qt.ItemDataRole.UserRole
WIDTH_PX = 200


@pytest.fixture
def table(application, qtbot):
    table = QTableView()
    qtbot.addWidget(table)
    table.setModel(QStandardItemModel(1, 1, table))
    table.setItemDelegate(BarDelegate(ROLE, table))
    table.setColumnWidth(0, WIDTH_PX)
    table.setShowGrid(False)
    table.resize(300, 100)
    table.show()
    return table


def bar_px(table, share):
    """How far the bar reaches: columns of pixels that differ from a cell without one."""
    pictures = []
    for value in (None, share):
        item = QStandardItem("")
        item.setData(value, ROLE)
        table.model().setItem(0, 0, item)
        pictures.append(table.viewport().grab().toImage())
    y = table.visualRect(table.model().index(0, 0)).center().y()
    scale = pictures[0].devicePixelRatio()
    plain, drawn = pictures
    return sum(
        plain.pixel(round(x * scale), round(y * scale))
        != drawn.pixel(round(x * scale), round(y * scale))
        for x in range(WIDTH_PX)
    )


@pytest.mark.parametrize(("share", "reach"), [(0.0, 0), (0.25, 49), (1.0, 196), (7.0, 196)])
def test_the_bar_is_as_long_as_the_number_says(table, share, reach):
    assert bar_px(table, share) == pytest.approx(reach, abs=2)


def test_without_a_number_there_is_none(table):
    assert bar_px(table, "no number") == 0
