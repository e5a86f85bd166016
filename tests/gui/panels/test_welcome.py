from __future__ import annotations

import shutil

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCommandLinkButton, QMainWindow, QPushButton, QToolButton, QWidget

from core.project import Project, ProjectSettings, open_project, save_project
from gui.actions import Actions
from gui.panels.welcome import BUTTONS, WelcomePage
from gui.recent_projects import RecentProjects
from gui.theme import Scheme
from tests.gui.form_editing import activate, press


@pytest.fixture
def show_page(session, qtbot):
    windows = []

    def show_page():
        window = QMainWindow()
        windows.append(window)
        qtbot.addWidget(window)
        page = WelcomePage(session, Actions(window))
        page.actions_ = window.findChild(Actions)
        window.setCentralWidget(page)
        window.resize(900, 700)
        activate(qtbot, window)
        return page

    return show_page


def _recent(page):
    return page.findChild(QWidget, "welcomeRecent")


def _buttons(page):
    shown = [b for b in _recent(page).findChildren(QPushButton) if b.isVisible()]
    return {button.text(): button for button in shown}


def test_the_ways_to_begin_are_the_actions(show_page, qtbot):
    page = show_page()
    for action_id, *_ in BUTTONS:
        with qtbot.waitSignal(page.actions_[action_id].triggered):
            press(page, QCommandLinkButton, f"welcome_{action_id}")
    page.actions_["open_demo"].setEnabled(False)
    assert not page.findChild(QCommandLinkButton, "welcome_open_demo").isEnabled()


def test_the_buttons_follow_the_theme(show_page, session):
    page = show_page()
    button = page.findChild(QCommandLinkButton, "welcome_open_demo")
    for scheme, is_dark in ((Scheme.LIGHT, False), (Scheme.DARK, True), (Scheme.LIGHT, False)):
        session.theme.apply(scheme)
        picture = button.grab().toImage()
        middle = picture.pixelColor(picture.width() * 3 // 4, picture.height() // 2)
        assert (middle.lightnessF() < 0.5) == is_dark


def test_the_first_key_begins(show_page, qtbot):
    page = show_page()
    page.setFocus()
    with qtbot.waitSignal(page.actions_["new_project"].triggered):
        QTest.keyClick(page.findChild(QCommandLinkButton, "welcome_new_project"), Qt.Key.Key_Space)


def test_without_recent_projects_there_is_no_list(show_page):
    assert not _recent(show_page()).isVisible()


def test_a_recent_project_is_one_click_away(show_page, session, project_folder, qtbot):
    RecentProjects().add(open_project(project_folder))
    page = show_page()
    (button,) = _buttons(page).values()
    assert button.text() == "library/project"
    with qtbot.waitSignal(session.project_changed):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert session.project.folder == project_folder


def test_a_project_that_is_gone_cannot_be_chosen_and_is_forgotten(show_page, tmp_path, qtbot):
    recent = RecentProjects()
    for name in ("a", "b"):
        project = Project(tmp_path / name / "project", ProjectSettings())
        save_project(project)
        recent.add(project)
    shutil.rmtree(tmp_path / "a")
    page = show_page()
    assert {text: b.isEnabled() for text, b in _buttons(page).items()} == {
        "a/project": False,
        "b/project": True,
    }
    forget = [b for b in _recent(page).findChildren(QToolButton) if b.isVisible()]
    QTest.mouseClick(forget[1], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: list(_buttons(page)) == ["b/project"])
    assert recent.folders == (tmp_path / "b" / "project",)


def test_a_broken_project_is_a_sentence(show_page, session, project_folder):
    RecentProjects().add(open_project(project_folder))
    page = show_page()
    (project_folder / "project.toml").write_text("[what")
    (button,) = _buttons(page).values()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert "cannot be read" in session.errors.boxes[0].text()
    session.errors.boxes[0].close()
