from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QListWidget,
    QTableWidget,
    QToolButton,
)

from core.settings import (
    AnnotationConfig,
)
from tests.gui.form_editing import editor_of, press, problem_of, shown_form


def test_classes_are_ordered_added_renamed_and_removed(qtbot):
    form = shown_form(qtbot, AnnotationConfig)
    view = editor_of(form, QListWidget, "classes")
    view.setCurrentRow(2)
    press(form, QToolButton, "setting_classes_up")
    assert form.value().classes == ("inaudible", "audible", "barely")
    press(form, QToolButton, "setting_classes_remove")
    press(form, QToolButton, "setting_classes_add")
    assert problem_of(form, "classes").startswith("Two or more names")
    QTest.keyClicks(QApplication.focusWidget(), "loud")
    with qtbot.waitSignal(form.changed):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert form.value().classes == ("inaudible", "barely", "loud")
    view.item(1).setText("loud")
    assert problem_of(form, "classes") == "Give each class one name."
    assert form.problem


def test_pairs_are_added_and_told_when_they_collide(qtbot):
    form = shown_form(qtbot, AnnotationConfig)
    table = editor_of(form, QTableWidget, "class_names")
    heads = [table.horizontalHeaderItem(k).text() for k in (0, 1)]
    assert heads == ["Names used in the table", "Class they stand for"]
    press(form, QToolButton, "setting_class_names_add")
    QTest.keyClicks(QApplication.focusWidget(), "yes")
    with qtbot.waitSignal(form.changed):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    table.item(0, 1).setText("audible")
    assert form.value().class_names == {"yes": "audible"}
    press(form, QToolButton, "setting_class_names_add")
    assert form.value().class_names == {"yes": "audible"}
    table.item(1, 1).setText("barely")
    assert "left side" in problem_of(form, "class_names")
    table.item(1, 0).setText("yes")
    assert "twice" in problem_of(form, "class_names")
    table.setCurrentCell(1, 0)
    press(form, QToolButton, "setting_class_names_remove")
    assert form.problem == ""
