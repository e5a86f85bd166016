from __future__ import annotations

import os

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QLineEdit, QPlainTextEdit, QPushButton

from core.project import open_project
from core.settings import AnnotationConfig, LibraryConfig, TranscodeConfig
from gui.new_project_dialog import NewProjectDialog
from gui.sentence import Sentence
from tests.core.made_database import state
from tests.gui.form_editing import activate, editor_of, press, write
from tests.made_library import make_library


@pytest.fixture
def library(tmp_path):
    return make_library(tmp_path / "library", seconds=0.1)


@pytest.fixture
def open_dialog(session, qtbot):
    dialogs = []

    def open_dialog(**arguments):
        dialog = NewProjectDialog(session, **arguments)
        qtbot.addWidget(dialog)
        dialogs.append(dialog)
        activate(qtbot, dialog)
        return dialog

    yield open_dialog
    for dialog in dialogs:
        dialog.close()


def _line(dialog, key):
    return editor_of(dialog, QLineEdit, key)


def _words(dialog, name):
    return dialog.findChild(Sentence, name).sentence


def _create(dialog):
    return dialog.findChild(QPushButton, "createButton")


def _wait_right(qtbot, dialog):
    qtbot.waitUntil(lambda: _create(dialog).isEnabled(), timeout=20_000)


def test_fits_a_small_screen_and_can_do_nothing_yet(open_dialog):
    dialog = open_dialog()
    assert (dialog.width() <= 1280, dialog.height() <= 760) == (True, True)
    assert not _create(dialog).isEnabled()
    assert "the recordings" in _words(dialog, "newProjectNote")
    assert "Name the SQLite database" in _words(dialog, "libraryLook")


def test_a_project_is_made_of_what_is_typed(open_dialog, library, qtbot):
    before = state(library.database.parent)
    dialog = open_dialog()
    write(_line(dialog, "database"), str(library.database))
    write(_line(dialog, "annotations"), str(library.annotations))
    write(editor_of(dialog, QAbstractSpinBox, "frame_size"), "400")
    assert "50 ms long" in _words(dialog, "frameLength")
    _wait_right(qtbot, dialog)
    assert "8 recordings" in _words(dialog, "libraryLook")
    assert "30 annotations" in _words(dialog, "annotationsLook")
    folder = library.database.parent / "project"
    assert _line(dialog, "folder").text() == str(folder)
    with qtbot.waitSignal(dialog.made) as made:
        QTest.mouseClick(_create(dialog), Qt.MouseButton.LeftButton)
    settings = open_project(made.args[0]).settings
    assert made.args[0] == folder
    assert settings.library == LibraryConfig(str(library.database))
    assert settings.annotations == AnnotationConfig(str(library.annotations))
    assert settings.transcode == TranscodeConfig(8000, "wav")
    assert settings.features.frame_size == 400
    assert state(library.database.parent) == before


def test_enter_makes_the_project_once_all_is_right_and_nothing_before(open_dialog, library, qtbot):
    dialog = open_dialog()
    line = _line(dialog, "database")
    line.setFocus()
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert dialog.isVisible()
    write(line, str(library.database))
    write(_line(dialog, "annotations"), str(library.annotations))
    _wait_right(qtbot, dialog)
    with qtbot.waitSignal(dialog.made):
        QTest.keyClick(line, Qt.Key.Key_Return)


def test_typing_begins_in_the_first_field(open_dialog):
    dialog = open_dialog()
    QTest.keyClicks(dialog.focusWidget(), "x")
    assert _line(dialog, "database").text() == "x"


def test_a_database_that_was_dropped_brings_the_annotations_beside_it(open_dialog, library, qtbot):
    dialog = open_dialog(database=library.database)
    assert _line(dialog, "annotations").text() == str(library.annotations)
    _wait_right(qtbot, dialog)


def test_what_is_wrong_is_said_where_it_is_and_nothing_can_be_made(open_dialog, library, qtbot):
    dialog = open_dialog(database=library.database)
    _wait_right(qtbot, dialog)
    query = editor_of(dialog, QPlainTextEdit, "query")
    write(query, "DELETE FROM recording")
    assert not _create(dialog).isEnabled()
    qtbot.waitUntil(lambda: "does more than read" in _words(dialog, "libraryLook"), timeout=20_000)
    assert not _create(dialog).isEnabled()
    write(query, "SELECT path FROM recording")
    qtbot.waitUntil(lambda: "10 recordings" in _words(dialog, "libraryLook"), timeout=20_000)
    _wait_right(qtbot, dialog)
    write(editor_of(dialog, QAbstractSpinBox, "frame_size"), "1")
    assert not _create(dialog).isEnabled()
    assert "frame_size cannot be 1" in _words(dialog, "newProjectNote")


def test_foreign_columns_and_classes_are_mapped(open_dialog, library, qtbot):
    table = library.database.parent / "mine.csv"
    table.write_text("Label;Offset;Onset;Recording\nAUDIBLE;1;0;rec0\nBarely;2;1;rec0\n")
    dialog = open_dialog(database=library.database)
    write(_line(dialog, "annotations"), str(table))
    qtbot.waitUntil(
        lambda: _words(dialog, "annotationsLook").startswith("2 annotations"), timeout=20_000
    )
    _wait_right(qtbot, dialog)
    with qtbot.waitSignal(dialog.made) as made:
        press(dialog, QPushButton, "createButton")
    assert open_project(made.args[0]).settings.annotations == AnnotationConfig(
        str(table),
        file_column="Recording",
        start_column="Onset",
        end_column="Offset",
        class_column="Label",
        class_names={"AUDIBLE": "audible", "Barely": "barely"},
    )


def test_the_tables_own_classes_are_taken(open_dialog, library, qtbot):
    table = library.database.parent / "mine.csv"
    table.write_text("file_name,start,end,class\nrec0,0,1,loud\nrec0,1,2,loud\nrec0,2,3,quiet\n")
    dialog = open_dialog(database=library.database)
    write(_line(dialog, "annotations"), str(table))
    button = dialog.findChild(QPushButton, "mappingTakeNames")
    qtbot.waitUntil(button.isVisible, timeout=20_000)
    assert not _create(dialog).isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(
        lambda: _words(dialog, "annotationsLook").startswith("3 annotations"), timeout=20_000
    )
    _wait_right(qtbot, dialog)


def test_a_project_that_is_there_is_opened_not_overwritten(open_dialog, project_folder, qtbot):
    before = (project_folder / "project.toml").read_bytes()
    dialog = open_dialog(database=project_folder.parent / "loudsense.db")
    button = dialog.findChild(QPushButton, "openInstead")
    qtbot.waitUntil(button.isVisible, timeout=20_000)
    assert not _create(dialog).isEnabled()
    with qtbot.waitSignal(dialog.made) as made:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert made.args == [project_folder]
    assert (project_folder / "project.toml").read_bytes() == before


def test_a_folder_of_ones_own_stays_when_the_database_changes(open_dialog, library, tmp_path):
    dialog = open_dialog(database=library.database)
    write(_line(dialog, "folder"), str(tmp_path / "mine"))
    write(_line(dialog, "database"), str(tmp_path / "other.db"))
    assert _line(dialog, "folder").text() == str(tmp_path / "mine")


def test_a_folder_that_cannot_be_written_keeps_the_dialog(
    open_dialog, library, tmp_path, monkeypatch, qtbot
):
    dialog = open_dialog(database=library.database)
    _wait_right(qtbot, dialog)

    def refuse(*_arguments, **_more):
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr("pathlib.Path.write_text", refuse)
    QTest.mouseClick(_create(dialog), Qt.MouseButton.LeftButton)
    assert dialog.isVisible()
    assert "The disk is full" in _words(dialog, "newProjectNote")
    assert not (library.database.parent / "project" / "project.toml").exists()


def test_escape_leaves_nothing_behind(open_dialog, library, session, qtbot):
    dialog = open_dialog()
    write(_line(dialog, "database"), str(library.database))
    with qtbot.assertNotEmitted(dialog.made):
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    qtbot.waitUntil(lambda: not session.listing.is_busy)
    assert not (library.database.parent / "project").exists()
