"""The demo, made and opened by one click on the welcome page, and opened again at once."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCommandLinkButton, QProgressDialog, QTableView

from gui.project_opening import demo_folder


def test_open_the_demo(open_window, qtbot):
    window = open_window()
    button = window.findChild(QCommandLinkButton, "welcome_open_demo")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    dialog = window.findChild(QProgressDialog, "demoProgress")
    assert dialog.isVisible()
    qtbot.waitUntil(lambda: window.session.project is not None, timeout=100_000)
    assert window.session.project.folder == demo_folder() / "project"
    recordings = window.findChild(QTableView, "recordingsTable")
    qtbot.waitUntil(lambda: recordings.model().rowCount() == 40, timeout=20_000)
    assert window.session.errors.boxes == ()
    # It is there now.
    window.actions_["close_project"].trigger()
    assert button.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.session.project is not None
