from __future__ import annotations

import pytest
from PySide6.QtWidgets import QComboBox, QLineEdit, QStyleOptionViewItem, QTableView

from gui.annotation_delegate import AnnotationDelegate
from gui.models.annotations_model import AnnotationsModel, Column
from gui.theme import LIGHT
from tests.shown_media import CLASSES, make_details


@pytest.fixture
def table(application, qtbot):
    table = QTableView()
    qtbot.addWidget(table)
    model = AnnotationsModel(LIGHT, table)
    table.setModel(model)
    table.setItemDelegate(AnnotationDelegate(table))
    model.show(make_details([(0.25, 0.5, 1)]))
    model.set_can_edit(True)
    model.wanted = []
    model.class_wanted.connect(lambda _a, target: model.wanted.append(target))
    model.edges_wanted.connect(lambda _a, *edges: model.wanted.append(edges))
    return table


def _editor(table, column):
    index = table.model().index(0, column)
    editor = table.itemDelegate().createEditor(table, QStyleOptionViewItem(), index)
    table.itemDelegate().setEditorData(editor, index)
    return editor, index


def test_a_class_is_chosen_among_those_of_the_project(table):
    box, index = _editor(table, Column.CLASS)
    assert isinstance(box, QComboBox)
    assert [box.itemText(k) for k in range(box.count())] == list(CLASSES)
    assert box.currentText() == "barely"
    box.setCurrentIndex(2)
    table.itemDelegate().setModelData(box, table.model(), index)
    assert table.model().wanted == [2]


def test_a_time_is_typed(table):
    field, index = _editor(table, Column.END)
    assert isinstance(field, QLineEdit)
    assert field.selectedText() == "0.500"
    field.setText("0.75")
    table.itemDelegate().setModelData(field, table.model(), index)
    assert table.model().wanted == [(None, 0.75)]


def test_what_was_not_changed_is_not_wanted(table):
    for column in (Column.CLASS, Column.START):
        editor, index = _editor(table, column)
        table.itemDelegate().setModelData(editor, table.model(), index)
    assert table.model().wanted == []
