"""Missing files are found again by naming a folder; the user's database is not touched."""

from __future__ import annotations

import shutil

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialogButtonBox, QLineEdit, QToolButton, QTreeWidget

from core.project import open_project
from gui.relink_dialog import RelinkDialog
from gui.sentence import Sentence, Tone
from tests.gui.library_windows import wait_until_known


@pytest.fixture
def panel(library_panel):
    return library_panel


@pytest.fixture
def dialog(panel, qtbot, project_folder):
    """Opened from the panel of a project whose recordings are elsewhere."""
    folder = project_folder.parent
    shutil.move(folder / "audio", folder / "disk" / "audio")
    panel._session.open_project(project_folder)
    wait_until_known(panel, qtbot)
    button = panel.findChild(QToolButton, "libraryMissing")
    assert button.text() == "5 missing"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    return panel.window().findChild(RelinkDialog)


def _preview(dialog):
    return dialog.findChild(Sentence, "relinkPreview")


def _save(dialog):
    return dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Save)


def test_a_folder_is_named_and_the_files_are_found(dialog, panel, qtbot, project_folder):
    folder = project_folder.parent
    database = (folder / "loudsense.db").read_bytes()
    tree = dialog.findChild(QTreeWidget)
    qtbot.waitUntil(lambda: tree.topLevelItemCount() == 1)
    item = tree.topLevelItem(0)
    assert [item.text(0), item.text(1)] == [str(folder / "audio"), "5"]
    field = dialog.findChild(QLineEdit, "relinkFolder")
    assert not _save(dialog).isEnabled()
    field.setText(str(folder / "project"))
    qtbot.waitUntil(lambda: _preview(dialog).tone is Tone.WRONG)
    assert not _save(dialog).isEnabled()
    field.selectAll()
    QTest.keyClicks(field, str(folder / "disk"))
    qtbot.waitUntil(_save(dialog).isEnabled)
    assert "5 of 5 missing files are there" in _preview(dialog).sentence
    with qtbot.waitSignal(panel._session.settings_changed):
        qtbot.mouseClick(_save(dialog), Qt.MouseButton.LeftButton)
    wait_until_known(panel, qtbot)
    assert not panel.findChild(QToolButton, "libraryMissing").isVisible()
    assert panel._session.recording.path == folder / "disk" / "audio" / "rec0.flac"
    relinked = open_project(project_folder).settings.library.relinked
    assert relinked == {str(folder): str(folder / "disk")}
    assert (folder / "loudsense.db").read_bytes() == database


def test_the_dialog_can_be_left(dialog, panel, qtbot):
    dialog.findChild(QLineEdit, "relinkFolder").setText("/some")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: panel.window().findChild(RelinkDialog) is None)
    assert panel._session.project.settings.library.relinked == {}
    qtbot.waitUntil(lambda: not panel._session.listing.is_busy)
