"""What the tests of forms share: a form in a window of its own, written into by key and mouse."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.sentence import Sentence
from gui.settings_form import ConfigForm


def shown_form(qtbot, kind, **arguments):
    form = ConfigForm(kind, **arguments)
    qtbot.addWidget(form)
    form.resize(700, 500)
    activate(qtbot, form)
    return form


def activate(qtbot, widget):
    with qtbot.waitActive(widget):
        widget.show()
        widget.activateWindow()


def editor_of(widget, kind, key):
    return widget.findChild(kind, f"setting_{key}")


def write(editor, text):
    editor.setFocus()
    QTest.keyClick(editor, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(editor, text) if text else QTest.keyClick(editor, Qt.Key.Key_Delete)


def problem_of(widget, key):
    return widget.findChild(Sentence, f"problem_{key}").sentence


def press(widget, kind, name):
    button = widget.findChild(kind, name)
    assert button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
