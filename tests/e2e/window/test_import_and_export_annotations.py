"""Export to the table that was imported, and import what was changed in it elsewhere."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMessageBox, QPushButton, QTreeWidget

from gui.import_dialog import ImportDialog
from gui.sentence import Sentence
from tests.e2e.window.annotating import CTRL, SHIFT

OLD = [(0.1, 1.9, "inaudible"), (2.0, 4.0, "audible"), (5.0, 6.0, "barely")]


def _table(annotator):
    return Path(annotator.window.session.project.settings.annotations.annotations)


def test_an_export_changes_nothing_but_what_was_edited(annotator):
    table = _table(annotator)
    before = table.read_bytes()
    annotator.click(5.5)
    annotator.key(Qt.Key.Key_3)
    annotator.settle()
    annotator.key(Qt.Key.Key_S, CTRL)
    annotator.wait(lambda: table.read_bytes() != before)
    old, new = before.splitlines(), table.read_bytes().splitlines()
    changed = [(a, b) for a, b in zip(old, new, strict=True) if a != b]
    assert len(changed) == 1
    assert changed[0][1] == changed[0][0].replace(b"barely", b"audible")
    annotator.wait(lambda: not annotator.window.session.annotating.is_busy)
    annotator.key(Qt.Key.Key_Z, CTRL)
    annotator.settle()
    annotator.key(Qt.Key.Key_S, CTRL)
    annotator.wait(lambda: table.read_bytes() == before)


def test_an_import_shows_what_it_changes_does_it_and_is_undone(annotator):
    table = _table(annotator)
    annotator.click(1.0)
    annotator.key(Qt.Key.Key_3)
    annotator.settle()
    text = table.read_text()
    lines = [line for line in text.splitlines() if "5" not in line.split(",")[1]]
    assert len(lines) < len(text.splitlines())
    table.write_text("\n".join([*lines, "rec0.flac,6.5,7.5,barely", ""]))
    annotator.key(Qt.Key.Key_I, CTRL)
    annotator.wait(lambda: annotator.window.findChild(ImportDialog) is not None)
    dialog = annotator.window.findChild(ImportDialog)
    button = dialog.findChild(QPushButton, "importButton")
    annotator.wait(button.isEnabled)
    tree = dialog.findChild(QTreeWidget, "importTree")
    groups = [tree.topLevelItem(k).text(0) for k in range(tree.topLevelItemCount())]
    assert groups[0] == "New: 1"
    assert groups[1].startswith("Gone: ")
    assert "1 edited here stay" in dialog.findChild(Sentence, "importEdited").sentence
    assert annotator.annotations[0] == (0.1, 1.9, "audible")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    annotator.wait(lambda: (6.5, 7.5, "barely") in annotator.annotations)
    assert (5.0, 6.0, "barely") not in annotator.annotations
    annotator.settle()
    annotator.key(Qt.Key.Key_Z, CTRL)
    annotator.wait(lambda: (5.0, 6.0, "barely") in annotator.annotations)
    assert (6.5, 7.5, "barely") not in annotator.annotations


def test_a_table_changed_elsewhere_is_not_written_over_unasked(annotator):
    table = _table(annotator)
    annotator.click(5.5)
    annotator.key(Qt.Key.Key_3)
    annotator.settle()
    table.write_bytes(table.read_bytes() + b"rec1.wav,6.5,7.5,barely\n")
    theirs = table.read_bytes()
    annotator.key(Qt.Key.Key_S, CTRL)
    annotator.wait(lambda: annotator.window.findChild(QMessageBox, "exportQuestion") is not None)
    box = annotator.window.findChild(QMessageBox, "exportQuestion")
    box.button(QMessageBox.StandardButton.Cancel).click()
    assert table.read_bytes() == theirs


def test_export_as_writes_another_table(annotator, tmp_path):
    annotator.key(Qt.Key.Key_S, CTRL | SHIFT)
    dialog = annotator.window.findChild(QFileDialog, "exportFileDialog")
    other = tmp_path / "other.csv"
    dialog.fileSelected.emit(str(other))
    dialog.reject()
    annotator.wait(other.exists)
    assert other.read_bytes() == _table(annotator).read_bytes()
