"""A new project, from the welcome page to the list of its recordings."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCommandLinkButton, QLineEdit, QPushButton, QTableView

from gui.new_project_dialog import NewProjectDialog
from tests.gui.form_editing import editor_of, press, write
from tests.made_library import make_library


def test_make_a_project(open_window, tmp_path, qtbot):
    library = make_library(tmp_path / "library")
    window = open_window()
    press(window, QCommandLinkButton, "welcome_new_project")
    dialog = window.findChild(NewProjectDialog)
    qtbot.waitUntil(dialog.isActiveWindow)
    write(editor_of(dialog, QLineEdit, "database"), str(library.database))
    write(editor_of(dialog, QLineEdit, "annotations"), str(library.annotations))
    create = dialog.findChild(QPushButton, "createButton")
    qtbot.waitUntil(create.isEnabled, timeout=20_000)
    QTest.mouseClick(create, Qt.MouseButton.LeftButton)
    assert window.session.project.folder == tmp_path / "library" / "project"
    recordings = window.findChild(QTableView, "recordingsTable")
    qtbot.waitUntil(lambda: recordings.model().rowCount() == 10, timeout=20_000)
    annotations = window.findChild(QTableView, "annotationsTable")
    QTest.mouseClick(
        recordings.viewport(),
        Qt.MouseButton.LeftButton,
        pos=recordings.visualRect(recordings.model().index(0, 0)).center(),
    )
    qtbot.waitUntil(lambda: annotations.model().rowCount() == 3, timeout=20_000)
