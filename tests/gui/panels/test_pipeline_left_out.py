from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QPushButton, QTreeView

from core.left_out import LeftOut
from core.overview import ProjectOverview, StageOverview
from core.project import ProjectSettings
from gui.panels.pipeline_left_out import LeftOutPage

ITEMS = (LeftOut("audio/b.wav", "it is empty"), LeftOut("audio/a.wav", "not a sound"))
LINES = (LeftOut("line 3", "no frame", "/x/rec.wav"),)
OVERVIEW = ProjectOverview(
    Path("p"),
    ProjectSettings(),
    (
        StageOverview("transcode", None, finished_at="now", left_out=ITEMS, n_left_out=2),
        StageOverview("dataset", None, finished_at="now", left_out=LINES, n_left_out=1),
    ),
    None,
)


@pytest.fixture
def page(application, qtbot):
    page = LeftOutPage()
    qtbot.addWidget(page)
    page.resize(900, 200)
    page.show()
    page.activateWindow()
    with qtbot.waitActive(page):
        pass
    page.show_overview(OVERVIEW)
    return page


@pytest.fixture
def view(page):
    return page.findChild(QTreeView, "leftOutTable")


def row(page, group, row):
    model = page.model
    return model.index(row, 0, model.index(group, 0))


def click(view, qtbot, index):
    place = view.visualRect(index).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_says_when_nothing_was_left_out(application, qtbot):
    page = LeftOutPage()
    qtbot.addWidget(page)
    assert not page._empty.isHidden()
    page.show_overview(ProjectOverview(Path("p"), ProjectSettings(), (), None))
    assert "listed here" in page._empty.text()


def test_a_click_asks_for_the_recording(page, view, qtbot):
    with qtbot.waitSignal(page.recording_wanted) as told:
        click(view, qtbot, row(page, 0, 1))
    assert told.args == ["audio/a.wav"]
    with qtbot.waitSignal(page.recording_wanted) as told:
        click(view, qtbot, row(page, 1, 0))
    assert told.args == ["/x/rec.wav"]


def test_enter_does_the_same(page, view, qtbot):
    view.setCurrentIndex(row(page, 0, 0))
    with qtbot.waitSignal(page.recording_wanted) as told:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert told.args == ["audio/b.wav"]


def test_a_stage_opens_nothing(page, view, qtbot):
    with qtbot.assertNotEmitted(page.recording_wanted):
        click(view, qtbot, page.model.index(0, 0))


def test_filters_while_typing(page, view, qtbot):
    field = page.findChild(QLineEdit, "leftOutFilter")
    qtbot.keyClicks(field, "empty")
    assert page.model.n_shown == 1
    assert view.isExpanded(page.model.index(0, 0))
    assert "1 of 3" in page._count.text()


def test_sorts_by_a_click_on_a_column(page, view, qtbot):
    header = view.header()
    place = QPoint(header.sectionPosition(0) + 20, header.height() // 2)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert row(page, 0, 0).data() == "audio/a.wav"


def test_copies_all_or_what_is_selected(page, view, qtbot):
    qtbot.mouseClick(page.findChild(QPushButton, "leftOutCopy"), Qt.MouseButton.LeftButton)
    assert len(QGuiApplication.clipboard().text().splitlines()) == 3
    view.setFocus()
    view.setCurrentIndex(row(page, 0, 0))
    qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "transcode\taudio/b.wav\tit is empty"
