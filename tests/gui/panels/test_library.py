"""The library panel, by mouse and key, on real databases."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPushButton, QToolButton

from core.library import Recording
from core.settings import AnnotationConfig
from gui.sentence import Sentence
from tests.gui.library_windows import change_database, names, wait_until_known

ALL = ["rec0.flac", "rec1.wav", "rec2.flac", "rec3.wav", "rec4.flac"]


@pytest.fixture
def panel(library_panel):
    return library_panel


def _sentence(panel, name):
    return panel.findChild(Sentence, name).sentence


def _filter(panel):
    return panel.findChild(QLineEdit, "recordingsFilter")


def _open(panel, qtbot, folder):
    panel._session.open_project(folder)
    wait_until_known(panel, qtbot)


def _click(panel, row):
    table = panel.table
    place = table.visualRect(panel.model.index(row, 1)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)


def _click_header(panel, title):
    header = panel.table.horizontalHeader()
    place = next(k for k, c in enumerate(panel.model.columns) if c.title == title)
    x = header.sectionViewportPosition(place) + 10
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(x, 5))


def _selected(panel):
    rows = panel.table.selectionModel().selectedRows()
    return [panel.model.index(r.row(), 1).data() for r in rows]


def test_every_recording_is_listed_and_the_first_opened(panel, qtbot, finished_project):
    _open(panel, qtbot, finished_project)
    assert names(panel) == ALL
    assert panel.opened == ["rec0.flac"]
    assert _selected(panel) == ["rec0.flac"]
    assert _sentence(panel, "libraryCounts") == "3 of 5 reviewed"
    states = [panel.model.index(row, 0).data() for row in range(5)]
    assert states == ["extracted"] * 3 + ["not selected"] * 2
    assert panel.has_rows


def test_clicks_and_keys_open_recordings(panel, qtbot, project_folder):
    _open(panel, qtbot, project_folder)
    _click(panel, 2)
    qtbot.waitUntil(lambda: panel.opened[-1] == "rec2.flac")
    QTest.keyClick(panel.table, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: panel.opened[-1] == "rec3.wav")
    # Held down, the key runs through; only where it rests is opened.
    for _ in range(3):
        QTest.keyClick(panel.table, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: panel.opened[-1] == "rec0.flac")
    assert panel.opened == ["rec0.flac", "rec2.flac", "rec3.wav", "rec0.flac"]
    QTest.keyClick(panel.window(), Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: panel.opened[-1] == "rec1.wav")
    QTest.keyClick(panel.window(), Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: panel.opened[-1] == "rec0.flac")


def test_typing_filters_and_escape_clears(panel, qtbot, project_folder):
    _open(panel, qtbot, project_folder)
    QTest.keyClick(panel.window(), Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    field = _filter(panel)
    assert field.hasFocus()
    QTest.keyClicks(field, "REC wav")
    qtbot.waitUntil(lambda: names(panel) == ["rec1.wav", "rec3.wav"])
    assert _sentence(panel, "libraryCounts") == "3 of 5 reviewed, 2 of 5 shown"
    # The open one is not shown, and stays open.
    assert _selected(panel) == []
    assert panel.opened == ["rec0.flac"]
    QTest.keyClick(field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: names(panel) == ALL)
    assert _selected(panel) == ["rec0.flac"]
    QTest.keyClicks(field, "nothing")
    qtbot.waitUntil(lambda: _sentence(panel, "libraryEmpty") == "No recording fits the filter.")
    qtbot.mouseClick(panel.findChild(QPushButton, "libraryShowAll"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: names(panel) == ALL)
    assert field.text() == ""
    QTest.keyClick(field, Qt.Key.Key_Down)
    assert panel.table.hasFocus()


def test_a_state_can_be_chosen(panel, qtbot, project_folder):
    _open(panel, qtbot, project_folder)
    box = panel.findChild(QComboBox, "recordingsQuickFilter")
    place = next(k for k in range(box.count()) if box.itemText(k) == "Not reviewed (2)")
    box.setFocus()
    for _ in range(place):
        QTest.keyClick(box, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: names(panel) == ["rec3.wav", "rec4.flac"])


def test_the_header_sorts_and_what_is_open_stays_selected(panel, qtbot, project_folder):
    change_database(project_folder, "UPDATE recording SET id = 20 - id")
    change_database(project_folder, "CREATE INDEX by_path ON recording (path)")
    _open(panel, qtbot, project_folder)
    _click_header(panel, "Name")
    qtbot.waitUntil(lambda: names(panel) == ALL)
    _click_header(panel, "Name")
    qtbot.waitUntil(lambda: names(panel) == ALL[::-1])
    _click_header(panel, "id")
    qtbot.waitUntil(lambda: names(panel) == ALL[::-1])
    _click_header(panel, "id")
    qtbot.waitUntil(lambda: names(panel) == ALL)
    header = panel.table.horizontalHeader()
    assert header.isSortIndicatorShown()
    _click_header(panel, "id")
    qtbot.waitUntil(lambda: names(panel) == ALL[::-1])
    assert not header.isSortIndicatorShown()
    assert _selected(panel) == [panel.opened[-1]]
    assert len(panel.opened) == 1


@pytest.mark.parametrize("name", ["rec3.wav", "rec3", "audio/rec3.wav"])
def test_a_wanted_recording_is_opened(panel, qtbot, project_folder, name):
    panel._session.open_project(project_folder)
    panel._session.open_recording(name)
    wait_until_known(panel, qtbot)
    assert panel.opened == ["rec3.wav"]
    assert _selected(panel) == ["rec3.wav"]
    panel._session.open_recording("rec1.wav")
    qtbot.waitUntil(lambda: panel.opened == ["rec3.wav", "rec1.wav"])


def test_a_wanted_recording_that_is_not_there_is_said(panel, qtbot, project_folder):
    panel._session.open_project(project_folder)
    panel._session.open_recording("nobody")
    wait_until_known(panel, qtbot)
    qtbot.waitUntil(lambda: panel.opened == ["rec0.flac"])
    assert "The library has no recording named nobody." in panel.said


def test_what_is_opened_elsewhere_is_selected(panel, qtbot, project_folder):
    _open(panel, qtbot, project_folder)
    path = project_folder.parent / "audio" / "rec2.flac"
    panel._session.show_recording(Recording("audio/rec2.flac", path))
    qtbot.waitUntil(lambda: _selected(panel) == ["rec2.flac"])
    assert panel.opened == ["rec0.flac", "rec2.flac"]


def test_what_was_opened_between_is_not_opened_again_when_its_row_is_found(
    panel, qtbot, project_folder
):
    _open(panel, qtbot, project_folder)
    session, first = panel._session, panel._session.recording
    path = project_folder.parent / "audio" / "rec2.flac"
    session.show_recording(Recording("audio/rec2.flac", path))
    session.show_recording(first)
    qtbot.waitUntil(lambda: not session.finding.is_busy)
    qtbot.wait(50)
    assert panel.opened == ["rec0.flac", "rec2.flac", "rec0.flac"]
    assert _selected(panel) == ["rec0.flac"]


def test_reloading_keeps_what_is_open(panel, qtbot, project_folder):
    _open(panel, qtbot, project_folder)
    _click(panel, 3)
    qtbot.waitUntil(lambda: panel.opened[-1] == "rec3.wav")
    change_database(
        project_folder,
        "DELETE FROM recording WHERE id = 0",
        "INSERT INTO recording VALUES (9, 'audio/rec0.flac', 1)",
    )
    QTest.keyClick(panel.window(), Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: panel.listing.text != "")
    wait_until_known(panel, qtbot)
    assert names(panel) == [*ALL[1:], "rec0.flac"]
    assert _selected(panel) == ["rec3.wav"]
    assert panel.opened == ["rec0.flac", "rec3.wav"]


def test_files_that_go_are_counted_after_a_stage(panel, qtbot, project_folder):
    _open(panel, qtbot, project_folder)
    button = panel.findChild(QToolButton, "libraryMissing")
    assert not button.isVisible()
    (project_folder.parent / "audio" / "rec1.wav").unlink()
    panel._session.products_changed.emit()
    qtbot.waitUntil(lambda: panel.model.index(1, 0).data() == "missing")
    assert button.isVisible()
    assert button.text() == "1 missing"


def test_a_locked_database_is_a_sentence_and_a_button(panel, qtbot, project_folder):
    database = project_folder.parent / "loudsense.db"
    retry = panel.findChild(QPushButton, "libraryRetry")
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        panel._session.open_project(project_folder)
        qtbot.waitUntil(retry.isVisible, timeout=15_000)
        assert "is locked by another program" in _sentence(panel, "libraryProblem")
    qtbot.mouseClick(retry, Qt.MouseButton.LeftButton)
    wait_until_known(panel, qtbot)
    assert names(panel) == ALL
    assert not retry.isVisible()
    # With a list on the screen, that stays.
    database.rename(database.with_name("gone.db"))
    QTest.keyClick(panel.window(), Qt.Key.Key_F5)
    qtbot.waitUntil(retry.isVisible)
    assert "cannot be opened" in _sentence(panel, "libraryProblem")
    assert names(panel) == ALL


def test_an_empty_list_says_what_to_do(panel, qtbot, project_folder):
    assert "Open a project" in _sentence(panel, "libraryEmpty")
    change_database(project_folder, "DELETE FROM recording")
    _open(panel, qtbot, project_folder)
    assert "has no recording" in _sentence(panel, "libraryEmpty")
    assert panel.findChild(QPushButton, "librarySettings").isVisible()
    assert not panel.has_rows
    panel._session.close_project()
    assert "Open a project" in _sentence(panel, "libraryEmpty")


def test_other_settings_are_followed(panel, qtbot, project_folder):
    _open(panel, qtbot, project_folder)
    session = panel._session
    library = session.project.settings.library
    session.change_settings(annotations=AnnotationConfig())
    wait_until_known(panel, qtbot)
    assert panel.model.index(0, 2).data() == ""
    query = "SELECT path FROM recording UNION SELECT 'zzz.wav'"
    session.change_settings(library=replace(library, query=query))
    # The table has not all that the query selects: then it is the query that is browsed.
    qtbot.waitUntil(lambda: names(panel) == [*ALL, "zzz.wav"], timeout=15_000)
    wait_until_known(panel, qtbot)
    assert _sentence(panel, "libraryCounts") == "6 of 6 selected"
    assert panel.opened == ["rec0.flac"]
    QApplication.clipboard().clear()
