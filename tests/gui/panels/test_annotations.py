from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow, QPushButton, QTableView

from core.library import Library
from core.settings import AnnotationConfig
from gui.actions import Actions
from gui.media import Media
from gui.models.annotations_model import Column
from gui.panels.annotations import (
    NO_ANNOTATION,
    NO_RECORDING,
    NO_TABLE,
    AnnotationsPanel,
)
from gui.sentence import Sentence
from tests.gui.form_editing import activate


@pytest.fixture
def panel(session, qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    actions, media = Actions(window), Media(session)
    panel = AnnotationsPanel(session, actions, media)
    panel.actions_, panel.media = actions, media
    window.setCentralWidget(panel)
    window.resize(420, 500)
    activate(qtbot, window)
    yield panel
    media.close()


@pytest.fixture
def opened(panel, session, project_folder, qtbot):
    session.open_project(project_folder)
    _open(session, qtbot, panel, 0)
    return panel


def _open(session, qtbot, panel, place):
    recordings = Library(session.project.settings.library).select().recordings
    session.show_recording(recordings[place])
    qtbot.waitUntil(
        lambda: panel.media.details is not None and session.time.duration_s > 7, timeout=20_000
    )


def _table(panel):
    return panel.findChild(QTableView, "annotationsTable")


def _column(panel, column):
    model = _table(panel).model()
    return [model.index(row, column).data() for row in range(model.rowCount())]


def _place(panel, row, column=Column.START):
    table = _table(panel)
    return table.visualRect(table.model().index(row, column)).center()


def _text(panel, name):
    return panel.findChild(Sentence, name).sentence


def _chosen(panel):
    return [index.row() for index in _table(panel).selectionModel().selectedRows()]


def test_says_what_to_do_while_it_is_empty(panel, session, project_folder, qtbot):
    assert _text(panel, "annotationsEmpty") == NO_RECORDING
    session.open_project(project_folder)
    assert _text(panel, "annotationsEmpty") == NO_RECORDING
    session.change_settings(annotations=AnnotationConfig())
    _open(session, qtbot, panel, 0)
    assert _text(panel, "annotationsEmpty") == NO_TABLE
    button = panel.findChild(QPushButton, "annotationsSettingsButton")
    panel.actions_["project_settings"].setEnabled(True)
    with qtbot.waitSignal(panel.actions_["project_settings"].triggered):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_lists_the_annotations_of_the_recording(opened):
    assert _column(opened, Column.CLASS) == ["inaudible", "audible", "barely"]
    assert _column(opened, Column.START) == ["0.100", "2.000", "5.000"]
    counts = "3 annotations: 1 inaudible, 1 barely, 1 audible"
    assert _text(opened, "annotationsCounts") == counts


def test_opening_a_recording_selects_nothing(opened, session):
    assert session.time.selection is None
    assert _chosen(opened) == []


def test_a_row_is_selected_and_brought_into_view(opened, session):
    session.time.set_range(0.0, 1.0)
    QTest.mouseClick(_table(opened).viewport(), Qt.MouseButton.LeftButton, pos=_place(opened, 1))
    assert session.time.selection == (2.0, 4.0)
    assert session.time.start_s <= 2.0
    assert session.time.end_s >= 4.0


def test_the_rows_are_gone_through_by_key(opened, session):
    table = _table(opened)
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=_place(opened, 0))
    QTest.keyClick(table, Qt.Key.Key_Down)
    assert session.time.selection == (2.0, 4.0)
    QTest.keyClick(table, Qt.Key.Key_Down)
    assert session.time.selection == (5.0, 6.0)


def test_what_is_selected_in_the_view_chooses_its_row(opened, session):
    session.time.select(5.0, 6.0)
    assert _chosen(opened) == [2]
    session.time.select(5.0, 5.5)
    assert _chosen(opened) == []
    assert session.time.selection == (5.0, 5.5)
    session.time.select(2.0, 4.0)
    session.time.clear_selection()
    assert _chosen(opened) == []


def test_what_is_selected_in_the_view_leaves_the_view_where_it_is(opened, session):
    session.time.set_range(0.0, 1.0)
    session.time.select(5.0, 6.0)
    assert _chosen(opened) == [2]
    assert (session.time.start_s, session.time.end_s) == (0.0, 1.0)


def test_the_same_row_can_be_clicked_again_after_another_selection(opened, session):
    viewport = _table(opened).viewport()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=_place(opened, 1))
    session.time.clear_selection()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=_place(opened, 1))
    assert session.time.selection == (2.0, 4.0)


def test_a_double_click_or_enter_plays(opened, qtbot):
    table = _table(opened)
    place = _place(opened, 1)
    with qtbot.waitSignal(opened.play_wanted) as wanted:
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
        QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert wanted.args == [2.0, 4.0]
    with qtbot.waitSignal(opened.play_wanted) as wanted:
        QTest.keyClick(table, Qt.Key.Key_Return)
    assert wanted.args == [2.0, 4.0]


def test_is_sorted_by_a_click_and_keeps_what_is_chosen(opened, session):
    session.time.select(5.0, 6.0)
    table = _table(opened)
    header = table.horizontalHeader()
    x_px = header.sectionViewportPosition(Column.CLASS) + 10
    place = header.rect().center()
    place.setX(x_px)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert _column(opened, Column.CLASS) == ["inaudible", "barely", "audible"]
    assert _chosen(opened) == [1]
    assert session.time.selection == (5.0, 6.0)


def test_a_recording_without_annotations_says_so(panel, session, project_folder, qtbot):
    table = project_folder.parent / "annotations.csv"
    table.write_text("file_name,start,end,class\nelsewhere.wav,0,1,audible\n")
    session.open_project(project_folder)
    _open(session, qtbot, panel, 0)
    qtbot.waitUntil(lambda: _text(panel, "annotationsEmpty") == NO_ANNOTATION)
    assert _column(panel, Column.CLASS) == []


def test_a_broken_table_is_a_sentence_and_mended_ones_appear(panel, session, project_folder, qtbot):
    table = project_folder.parent / "annotations.csv"
    right = table.read_text()
    table.write_text("what,is,this\n1,2,3\n")
    session.open_project(project_folder)
    _open(session, qtbot, panel, 0)
    qtbot.waitUntil(lambda: "has no column" in _text(panel, "annotationsProblem"))
    table.write_text(right)
    config = session.project.settings.annotations
    session.change_settings(annotations=replace(config, class_names={"quiet": "barely"}))
    qtbot.waitUntil(lambda: len(_column(panel, Column.CLASS)) == 3, timeout=10_000)
    assert _text(panel, "annotationsProblem") == ""


def test_another_recording_and_none_replace_the_list(opened, session, qtbot):
    session.time.select(2.0, 4.0)
    _open(session, qtbot, opened, 1)
    qtbot.waitUntil(lambda: len(_column(opened, Column.LINE)) == 3)
    assert _column(opened, Column.LINE) == ["5", "6", "7"]
    assert _chosen(opened) == []
    session.close_project()
    assert _column(opened, Column.LINE) == []
    assert _text(opened, "annotationsEmpty") == NO_RECORDING
