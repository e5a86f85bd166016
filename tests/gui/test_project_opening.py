from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLineEdit,
    QMainWindow,
    QProgressDialog,
    QPushButton,
)

from core.progress import Progress
from gui.actions import Actions
from gui.new_project_dialog import NewProjectDialog
from gui.project_opening import ProjectOpening, demo_folder
from tests.gui.form_editing import activate, editor_of, press, write


@pytest.fixture
def window(session, qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    window.session = session
    window.actions_ = Actions(window)
    window.opening = ProjectOpening(session, window.actions_, window)
    activate(qtbot, window)
    return window


def _drop(window, path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPointF(9, 9).toPoint(), copy, data, left, none)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(9, 9), copy, data, left, none))


def _folder(session):
    return session.project.folder if session.project else None


def test_a_folder_is_chosen_and_opened(window, session, project_folder):
    window.actions_["open_project"].trigger()
    dialog = window.findChild(QFileDialog)
    assert dialog.isVisible()
    dialog.setDirectory(str(project_folder.parent))
    dialog.selectFile(str(project_folder))
    dialog.accept()
    assert _folder(session) == project_folder
    assert window.opening.recent.folders == (project_folder,)


def test_what_is_no_project_is_a_sentence_with_a_hint(window, session, tmp_path):
    with_signal = []
    session.errors.shown.connect(lambda *words: with_signal.append(words))
    window.opening.open_anything(tmp_path)
    ((message, hint),) = with_signal
    assert "is no project" in message
    assert hint
    assert _folder(session) is None
    session.errors.boxes[0].close()


def test_a_broken_project_leaves_the_open_one(window, session, project_folder, tmp_path):
    window.opening.open(project_folder)
    (tmp_path / "project.toml").write_text("[what")
    assert not window.opening.open(tmp_path)
    assert _folder(session) == project_folder
    session.errors.boxes[0].close()


def test_folders_settings_and_the_folder_around_can_be_dropped(window, session, project_folder):
    for path in (project_folder, project_folder / "project.toml", project_folder.parent):
        session.close_project()
        _drop(window, path)
        assert _folder(session) == project_folder


def test_a_database_that_is_dropped_begins_a_project(window, project_folder, session, qtbot):
    database = project_folder.parent / "loudsense.db"
    _drop(window, database)
    dialog = window.findChild(NewProjectDialog)
    assert editor_of(dialog, QLineEdit, "database").text() == str(database)
    folder = project_folder.parent / "another"
    write(editor_of(dialog, QLineEdit, "folder"), str(folder))
    button = dialog.findChild(QPushButton, "createButton")
    qtbot.waitUntil(button.isEnabled, timeout=20_000)
    button.click()
    assert _folder(session) == folder


def test_new_project_works_while_one_is_open(window, session, project_folder):
    window.opening.open(project_folder)
    window.actions_["new_project"].trigger()
    dialog = window.findChild(NewProjectDialog)
    assert dialog.isVisible()
    dialog.close()
    assert _folder(session) == project_folder


def test_who_must_not_leave_is_asked_again_later(window, session, project_folder):
    later = []
    window.opening.may_leave = lambda then: bool(later.append(then))
    assert not window.opening.open(project_folder)
    assert _folder(session) is None
    window.opening.may_leave = lambda _then: True
    later[0]()
    assert _folder(session) == project_folder


def test_a_recent_project_is_opened_from_the_menu(window, session, project_folder):
    window.opening.open(project_folder)
    session.close_project()
    window.opening.recent_menu.refresh()
    window.opening.recent_menu.actions()[0].trigger()
    assert _folder(session) == project_folder


def test_the_demo_is_not_made_again(window, session, project_folder):
    folder = demo_folder() / "project"
    folder.parent.mkdir(parents=True)
    project_folder.rename(folder)
    window.actions_["open_demo"].trigger()
    assert _folder(session) == folder
    assert not session.listing.is_busy


def test_making_the_demo_can_be_cancelled(window, session, qtbot):
    window.actions_["open_demo"].trigger()
    dialog = window.findChild(QProgressDialog, "demoProgress")
    assert dialog.isVisible()
    assert not window.actions_["open_demo"].isEnabled()
    qtbot.waitUntil(lambda: dialog.maximum() > 0, timeout=20_000)
    press(dialog, QPushButton, "")
    qtbot.waitUntil(lambda: not session.listing.is_busy, timeout=20_000)
    qtbot.waitUntil(window.actions_["open_demo"].isEnabled)
    assert _folder(session) is None
    assert not (demo_folder() / "project").exists()
    assert session.errors.boxes == ()


def test_a_demo_that_cannot_be_made_is_a_sentence(window, session, qtbot):
    demo_folder().parent.mkdir(parents=True)
    demo_folder().write_text("in the way")
    window.actions_["open_demo"].trigger()
    qtbot.waitUntil(lambda: bool(session.errors.boxes), timeout=20_000)
    session.errors.boxes[0].close()
    assert window.actions_["open_demo"].isEnabled()


def test_a_demo_that_is_made_while_its_progress_is_shown_is_no_bug(window, session, qtbot):
    window.actions_["open_demo"].trigger()
    dialog = window.findChild(QProgressDialog, "demoProgress")
    # A modal dialog has events come in when its value is set, and the last may be among them.
    dialog.setValue = lambda _value: window.opening._end_demo()
    window.opening._demo_dialog = dialog
    job = window.opening._demo_job
    window.opening._show_demo_progress(Progress("demo", done=1, total=2, text="Writing"))
    assert dialog.labelText() == "Making the demo: Writing"
    job.cancel()
    qtbot.waitUntil(lambda: not session.listing.is_busy, timeout=20_000)


def test_the_demo_lies_in_the_users_data(window):
    assert demo_folder().is_relative_to(Path.home())


def test_progress_is_shown_as_it_comes(window, qtbot):
    window.opening._show_demo_progress(Progress("demo", done=1, total=2))
    assert window.findChild(QProgressDialog) is None
