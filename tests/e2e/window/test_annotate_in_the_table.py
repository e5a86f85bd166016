"""Edit numbers and classes of annotations in their table."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit

from gui.models.annotations_model import Column
from gui.sentence import Sentence

OLD = [(0.1, 1.9, "inaudible"), (2.0, 4.0, "audible"), (5.0, 6.0, "barely")]


def _edit(annotator, row, column):
    """F2 in a cell, and the editor that opens."""
    table = annotator.table
    index = table.model().index(row, column)
    flags = QItemSelectionModel.SelectionFlag
    table.setFocus()
    table.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
    QTest.keyClick(table, Qt.Key.Key_F2)
    kind = QComboBox if column == Column.CLASS else QLineEdit
    annotator.wait(lambda: table.viewport().findChild(kind) is not None)
    return table.viewport().findChild(kind)


def _type(annotator, row, column, text):
    editor = _edit(annotator, row, column)
    QTest.keyClicks(editor, text)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    annotator.wait(lambda: annotator.table.viewport().findChild(QLineEdit) is None)


def test_a_time_is_typed_with_point_or_comma(annotator):
    _type(annotator, 2, Column.END, "6,25")
    annotator.wait(lambda: annotator.annotations[2] == (5.0, 6.25, "barely"))
    annotator.settle()
    _type(annotator, 2, Column.START, "4.5")
    annotator.wait(lambda: annotator.annotations[2] == (4.5, 6.25, "barely"))
    assert annotator.table.model().index(2, Column.START).data() == "4.500"
    assert annotator.chosen == [(4.5, 6.25)]


@pytest.mark.parametrize(("text", "said"), [("soon", "is no time"), ("9", "It would start at")])
def test_what_makes_no_sense_is_one_sentence_and_the_old_value_is_back(annotator, text, said):
    _type(annotator, 2, Column.START, text)
    assert said in annotator.window.findChild(Sentence, "annotationsRefused").sentence
    assert annotator.annotations == OLD
    assert annotator.table.model().index(2, Column.START).data() == "5.000"
    assert not annotator.window.editing.is_busy


def test_a_class_is_chosen_from_a_box(annotator):
    box = _edit(annotator, 0, Column.CLASS)
    QTest.keyClick(box, Qt.Key.Key_Down)
    QTest.keyClick(box, Qt.Key.Key_Return)
    annotator.table.setFocus()
    annotator.wait(lambda: annotator.annotations[0] == (0.1, 1.9, "barely"))


def test_delete_in_the_table_deletes_the_chosen_rows(annotator):
    table = annotator.table
    table.setFocus()
    table.selectRow(0)
    table.selectionModel().select(
        table.model().index(2, 0),
        QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows,
    )
    assert annotator.chosen == [(0.1, 1.9), (5.0, 6.0)]
    QTest.keyClick(table, Qt.Key.Key_Delete)
    annotator.wait_for(1)
    assert annotator.annotations == OLD[1:2]
