from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
)

from core.settings import (
    LibraryConfig,
    TrainConfig,
    TranscodeConfig,
)
from tests.gui.form_editing import editor_of, problem_of, shown_form, write


def test_what_is_typed_is_told_and_given(qtbot):
    form = shown_form(qtbot, TrainConfig)
    with qtbot.waitSignal(form.changed):
        write(editor_of(form, QAbstractSpinBox, "epochs"), "7")
    write(editor_of(form, QAbstractSpinBox, "learning_rate"), "2.5e-5")
    write(editor_of(form, QAbstractSpinBox, "validation_split"), "0,25")
    assert form.value() == TrainConfig(epochs=7, learning_rate=2.5e-5, validation_split=0.25)


@pytest.mark.parametrize("text", ["nan", "inf", "-0.1", "0.91", "a"])
def test_no_float_gets_past_its_range(qtbot, text):
    form = shown_form(qtbot, TrainConfig)
    write(editor_of(form, QAbstractSpinBox, "validation_split"), text)
    assert problem_of(form, "validation_split")


@pytest.mark.parametrize(
    ("key", "start", "up", "down"),
    [
        ("epochs", 1000, 1100, 990),
        ("epochs", 9, 10, 8),
        ("epochs", 1, 2, 1),
        ("learning_rate", 0.001, 0.002, 0.0005),
        ("learning_rate", 0.5, 1.0, 0.2),
        ("learning_rate", 1.0, 1.0, 0.5),
        ("validation_split", 0.2, 0.25, 0.15),
        ("validation_split", 0.0, 0.05, 0.0),
    ],
)
def test_steps_suit_the_size_of_the_number(qtbot, key, start, up, down):
    form = shown_form(qtbot, TrainConfig)
    for press, wanted in ((Qt.Key.Key_Up, up), (Qt.Key.Key_Down, down)):
        form.set_value(TrainConfig(**{key: start}))
        editor = editor_of(form, QAbstractSpinBox, key)
        editor.setFocus()
        QTest.keyClick(editor, press)
        assert getattr(form.value(), key) == wanted


def test_the_wheel_changes_only_what_has_the_focus(qtbot):
    form = shown_form(qtbot, TrainConfig)
    spin, combo = editor_of(form, QAbstractSpinBox, "epochs"), editor_of(form, QComboBox, "model")

    def turn(widget):
        place = QPointF(widget.rect().center())
        event = QWheelEvent(
            place,
            QPointF(widget.mapToGlobal(place.toPoint())),
            QPoint(),
            QPoint(0, -120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(widget, event)

    editor_of(form, QAbstractSpinBox, "seed").setFocus()
    for widget in (spin, combo):
        turn(widget)
    assert form.value() == TrainConfig()
    for widget in (spin, combo):
        widget.setFocus()
        turn(widget)
    assert form.value() == TrainConfig(epochs=190, model="cnn")


def test_leaving_out_is_said_in_words(qtbot):
    form = shown_form(qtbot, TranscodeConfig)
    box = form.findChild(QCheckBox, "setting_sample_rate_left_out")
    assert box.text() == "The original's"
    assert box.isChecked()
    editor = editor_of(form, QAbstractSpinBox, "sample_rate")
    assert not editor.isEnabled()
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert problem_of(form, "sample_rate") == "A whole number is needed."
    write(editor, "8000")
    formats = editor_of(form, QComboBox, "output_format")
    assert formats.currentText() == "The original's where it can be written, else wav"
    formats.setFocus()
    QTest.keyClick(formats, Qt.Key.Key_Down)
    assert form.value() == TranscodeConfig(sample_rate=8000, output_format="wav")


def test_a_query_has_several_lines(qtbot):
    form = shown_form(qtbot, LibraryConfig)
    editor = editor_of(form, QPlainTextEdit, "query")
    editor.setFocus()
    QTest.keyClick(editor, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(editor, "SELECT path")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QTest.keyClicks(editor, "FROM recording")
    assert form.value().query == "SELECT path\nFROM recording"


def test_paths_become_absolute_and_files_can_be_dropped(qtbot, tmp_path, monkeypatch):
    form = shown_form(qtbot, LibraryConfig)
    line = editor_of(form, QLineEdit, "database")
    monkeypatch.chdir(tmp_path)
    write(line, "x.db")
    assert form.value().database == str(tmp_path / "x.db")
    write(line, (tmp_path / "a b.db").as_uri())
    assert form.value().database == str(tmp_path / "a b.db")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "dropped.db"))])
    event = QDropEvent(
        QPointF(3, 3),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    line.dropEvent(event)
    assert form.value().database == str(tmp_path / "dropped.db")


def test_a_path_is_looked_for_without_blocking_the_window(qtbot, tmp_path):
    (tmp_path / "found.db").touch()
    form = shown_form(qtbot, LibraryConfig)
    form.set_value(LibraryConfig(database=str(tmp_path / "other.db")))
    button = form.field("database").findChild(QPushButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    dialog = form.findChild(QFileDialog)
    assert dialog.isVisible()
    dialog.selectFile(str(tmp_path / "found.db"))
    with qtbot.waitSignal(form.changed):
        dialog.accept()
    assert form.value().database == str(tmp_path / "found.db")
