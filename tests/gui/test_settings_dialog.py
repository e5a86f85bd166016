from __future__ import annotations

import os

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QDialogButtonBox,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
)

from core.project import open_project
from core.settings import TrainConfig
from gui.annotation_signature import author_name
from gui.sentence import Sentence
from gui.settings_dialog import SECTIONS, SettingsDialog
from tests.gui.form_editing import activate, editor_of, write

KINDS = QDialogButtonBox.StandardButton


@pytest.fixture
def dialog(session, project_folder, qtbot):
    session.open_project(project_folder)
    dialog = SettingsDialog(session)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    activate(qtbot, dialog)
    yield dialog
    if dialog.isVisible():
        dialog.close()


def _button(dialog, kind):
    return dialog.findChild(QDialogButtonBox).button(kind)


def _go_to(dialog, title):
    sections = dialog.findChild(QListWidget, "settingsSections")
    sections.setCurrentRow([t for _, t, _ in SECTIONS].index(title))


def _note(dialog):
    return dialog.findChild(Sentence, "settingsNote").sentence


def _write(dialog, title, key, text):
    _go_to(dialog, title)
    write(editor_of(dialog, QAbstractSpinBox, key), text)


def test_shows_what_the_project_has(dialog, session):
    assert _note(dialog) == ""
    assert not _button(dialog, KINDS.Apply).isEnabled()
    assert editor_of(dialog, QAbstractSpinBox, "epochs").text() == "2"
    titles = dialog.findChild(QListWidget, "settingsSections")
    assert [titles.item(k).text() for k in range(titles.count())] == [t for _, t, _ in SECTIONS]


def test_says_what_follows_and_saves_what_was_changed(dialog, session, project_folder, qtbot):
    _write(dialog, "Train", "epochs", "5")
    assert _note(dialog) == "With this change, the model will be trained anew."
    _write(dialog, "Features", "frame_size", "400")
    assert _note(dialog).startswith("With this change, features, dataset and model")
    with qtbot.waitSignal(session.settings_changed):
        QTest.mouseClick(_button(dialog, KINDS.Apply), Qt.MouseButton.LeftButton)
    assert dialog.isVisible()
    assert _note(dialog) == ""
    assert not _button(dialog, KINDS.Apply).isEnabled()
    settings = open_project(project_folder).settings
    assert (settings.train.epochs, settings.features.frame_size) == (5, 400)
    assert session.project.settings == settings


def test_ok_saves_and_closes(dialog, project_folder):
    _write(dialog, "Train", "seed", "3")
    QTest.mouseClick(_button(dialog, KINDS.Ok), Qt.MouseButton.LeftButton)
    assert not dialog.isVisible()
    assert open_project(project_folder).settings.train.seed == 3


def test_cancel_saves_nothing(dialog, project_folder, session, qtbot):
    before = (project_folder / "project.toml").read_bytes()
    _write(dialog, "Train", "seed", "3")
    with qtbot.assertNotEmitted(session.settings_changed):
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert (project_folder / "project.toml").read_bytes() == before


def test_what_is_wrong_cannot_be_saved_and_its_page_is_marked(dialog):
    _write(dialog, "Train", "epochs", "0")
    _go_to(dialog, "Library")
    titles = dialog.findChild(QListWidget, "settingsSections")
    assert titles.item(4).text().startswith("Train ")
    assert "epochs cannot be 0" in _note(dialog)
    assert not _button(dialog, KINDS.Ok).isEnabled()
    assert not _button(dialog, KINDS.Apply).isEnabled()
    _write(dialog, "Train", "epochs", "2")
    assert titles.item(4).text() == "Train"
    assert _note(dialog) == ""


def test_a_failure_to_save_keeps_dialog_and_settings(dialog, session, monkeypatch):
    before = session.project

    def refuse(*_arguments, **_more):
        raise OSError(30, os.strerror(30))

    monkeypatch.setattr("pathlib.Path.write_text", refuse)
    _write(dialog, "Train", "epochs", "7")
    QTest.mouseClick(_button(dialog, KINDS.Ok), Qt.MouseButton.LeftButton)
    assert dialog.isVisible()
    assert "read-only" in _note(dialog)
    assert session.project == before
    assert editor_of(dialog, QAbstractSpinBox, "epochs").text() == "7"


def test_recordings_are_counted_as_one_types(dialog, qtbot):
    look = dialog.findChild(Sentence, "libraryLook")
    qtbot.waitUntil(lambda: look.sentence.startswith("3 recordings"), timeout=20_000)
    _go_to(dialog, "Library")
    write(editor_of(dialog, QPlainTextEdit, "query"), "SELECT path FROM recording")
    qtbot.waitUntil(lambda: look.sentence.startswith("5 recordings"), timeout=20_000)


def test_what_is_changed_elsewhere_appears_and_what_is_edited_stays(dialog, session):
    _write(dialog, "Features", "frame_size", "300")
    session.change_settings(train=TrainConfig(epochs=9))
    assert editor_of(dialog, QAbstractSpinBox, "epochs").text() == "9"
    assert editor_of(dialog, QAbstractSpinBox, "frame_size").text() == "300"
    assert _note(dialog).startswith("With this change, features")


def test_goes_with_its_project(dialog, session):
    session.close_project()
    assert not dialog.isVisible()


def test_what_only_the_list_shows_makes_nothing_anew(dialog):
    _go_to(dialog, "Library")
    write(editor_of(dialog, QPlainTextEdit, "browse_query"), "SELECT path FROM recording")
    assert _note(dialog) == ""
    assert _button(dialog, KINDS.Apply).isEnabled()


def test_the_name_that_edits_are_signed_with_is_saved_with_the_settings(dialog, qtbot):
    _go_to(dialog, "Annotations")
    line = dialog.findChild(QLineEdit, "authorName")
    apply = _button(dialog, KINDS.Apply)
    assert not apply.isEnabled()
    qtbot.keyClicks(line, "Ada")
    assert apply.isEnabled()
    assert author_name() == ""
    apply.click()
    assert author_name() == "Ada"
    assert not apply.isEnabled()
