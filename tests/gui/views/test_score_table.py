from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from gui.models.score_table_model import ScoreColumn
from gui.views.score_table import ScoreTable


@pytest.fixture
def table(application, qtbot):
    table = ScoreTable("someTable", (ScoreColumn("Name", "n"), ScoreColumn("Score", "s")))
    qtbot.addWidget(table)
    table.resize(300, 150)
    table.show_rows([("b", 0.5), ("a", 0.25), ("c", None)])
    table.show()
    with qtbot.waitActive(table):
        table.activateWindow()
    return table


def place(table, row, column=0):
    return table.visualRect(table.model().index(row, column)).center()


def test_a_click_on_a_column_sorts_and_a_third_brings_the_order_back(table, qtbot):
    header = table.horizontalHeader()
    x = header.sectionViewportPosition(1) + header.sectionSize(1) // 2
    at = header.rect().center()
    at.setX(x)
    orders = []
    for _ in range(3):
        qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)
        orders.append("".join(table.scores.row(k)[0] for k in range(3)))
    assert orders == ["abc", "bac", "bac"]
    assert header.sortIndicatorSection() == -1


def test_a_double_click_or_enter_opens_the_row(table, qtbot):
    opened = []
    table.row_opened.connect(opened.append)
    at = place(table, 1)
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert opened == []
    qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert opened == [("a", 0.25)]
    qtbot.keyClick(table, Qt.Key.Key_Down)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert opened[1:] == [("c", None)]


def test_ctrl_c_copies_everything(table, qtbot):
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "Name\tScore\nb\t0.5\na\t0.25\nc\t"
