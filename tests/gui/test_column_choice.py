from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QTableWidget

from gui.column_choice import ColumnChoice

TITLES = ["Name", "Start", "Author"]


@pytest.fixture
def make(application, qtbot):
    def make():
        table = QTableWidget(2, 3)
        qtbot.addWidget(table)
        table.setHorizontalHeaderLabels(TITLES)
        return table, ColumnChoice(table, key="test/columns", hidden=(2,))

    return make


def _hidden(table):
    return [title for k, title in enumerate(TITLES) if table.isColumnHidden(k)]


def test_what_is_chosen_is_shown_the_next_time(make):
    table, choice = make()
    assert _hidden(table) == ["Author"]
    menu = choice.show_menu(QPoint(0, 0))
    assert [a.isChecked() for a in menu.actions()] == [True, True, False]
    # Without its name a row cannot be told.
    assert [a.isEnabled() for a in menu.actions()] == [False, True, True]
    menu.actions()[2].trigger()
    menu.actions()[1].trigger()
    assert _hidden(table) == ["Start"]
    assert _hidden(make()[0]) == ["Start"]
    menu.actions()[1].trigger()
    menu.close()
    # Nothing hidden is a choice, too.
    assert _hidden(make()[0]) == []
