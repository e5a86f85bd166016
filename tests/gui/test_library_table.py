"""The table's menus, and the widths and columns that it remembers."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from gui.library_table import LAYOUT_KEY, RecordingsTable
from gui.preferences import preferences
from tests.gui.library_windows import names, wait_until_known


@pytest.fixture
def panel(library_panel):
    return library_panel


def _menu(panel, name, widget, place):
    widget.customContextMenuRequested.emit(place)
    menu = panel.findChild(QMenu, name)
    return {action.text().replace("&", ""): action for action in menu.actions()}, menu


def test_columns_are_chosen_and_remembered(panel, qtbot, project_folder):
    panel._session.open_project(project_folder)
    wait_until_known(panel, qtbot)
    header = panel.table.horizontalHeader()
    found, menu = _menu(panel, "recordingsColumns", header, header.rect().center())
    assert list(found) == ["State", "Name", "Annotations", "Errors", "Reviewed", "id"]
    assert not found["Name"].isEnabled()
    found["Errors"].trigger()
    menu.close()
    header.resizeSection(1, 222)
    assert panel.table.isColumnHidden(3)
    again = RecordingsTable(panel.model, panel._actions)
    assert again.isColumnHidden(3)
    assert again.columnWidth(1) == 222
    again.deleteLater()


def test_nonsense_in_the_preferences_is_passed_over(panel, qtbot, project_folder):
    for nonsense in ("[1]", "{", '{"Name": 3}'):
        preferences().setValue(LAYOUT_KEY, nonsense)
        panel.table.arrange()
        assert panel.table.columnWidth(1) > 50


def test_a_rows_path_is_copied(panel, qtbot, project_folder):
    panel._session.open_project(project_folder)
    wait_until_known(panel, qtbot)
    place = panel.table.visualRect(panel.model.index(1, 1)).center()
    found, menu = _menu(panel, "recordingMenu", panel.table, place)
    found["Copy path"].trigger()
    menu.close()
    copied = QApplication.clipboard().text()
    assert copied == str(project_folder.parent / "audio" / "rec1.wav")
    assert "Show in file manager" in found
    assert "Predict recordings …" in found


def test_letters_do_not_search_row_by_row(panel, qtbot, project_folder):
    panel._session.open_project(project_folder)
    wait_until_known(panel, qtbot)
    QTest.keyClick(panel.table, Qt.Key.Key_R)
    assert panel.table.currentIndex().row() == 0
    assert len(names(panel)) == 5


def _click(panel, qtbot, row, modifier=Qt.KeyboardModifier.NoModifier):
    place = panel.table.visualRect(panel.model.index(row, 1)).center()
    qtbot.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, modifier, place)


def test_several_rows_are_selected_without_opening_another(panel, qtbot, project_folder):
    panel._session.open_project(project_folder)
    wait_until_known(panel, qtbot)
    chosen = []
    panel.table.chosen.connect(chosen.append)
    _click(panel, qtbot, 1)
    _click(panel, qtbot, 4, Qt.KeyboardModifier.ControlModifier)
    _click(panel, qtbot, 2, Qt.KeyboardModifier.ControlModifier)
    assert chosen == [1]
    recordings = panel.table.selected_recordings()
    assert [r.path.stem for r in recordings] == ["rec1", "rec2", "rec4"]
    assert all(r.path.is_file() for r in recordings)
    assert [r.database_path for r in recordings] == [f"audio/{r.name}" for r in recordings]
    _click(panel, qtbot, 3)
    assert chosen == [1, 3]
    qtbot.waitUntil(lambda: panel.opened[-1].startswith("rec3"))
    panel.table.selectAll()
    assert len(panel.table.selected_recordings()) == 5
    panel.table.clearSelection()
    assert panel.table.selected_recordings() == []
