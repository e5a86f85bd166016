from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow

from core.library import Recording
from gui.error_listening import Place
from gui.media import Media
from gui.models.findings_model import Column
from gui.panels.checks import NO_FINDING, NO_PROJECT, NO_RECORDING, ChecksPanel
from gui.sentence import Sentence, Tone
from tests.core.lintable_project import annotate, make_project
from tests.gui.form_editing import activate


@pytest.fixture
def project(tmp_path):
    project = make_project(tmp_path)
    annotate(
        project,
        *("a.wav,0,1,loud", "a.wav,1.02,2,barely", "b.wav,0,2,loud", "b.wav,1,3,barely"),
    )
    return project


@pytest.fixture
def panel(session, qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    media = Media(session)
    panel = ChecksPanel(session, media)
    window.setCentralWidget(panel)
    window.resize(240, 480)
    activate(qtbot, window)
    panel.checking.want(True)
    yield panel
    media.close()


@pytest.fixture
def opened(panel, session, project, qtbot):
    session.open_project(project.folder)
    qtbot.waitUntil(lambda: panel.model.rowCount() == 2, timeout=15_000)
    return panel


def sentence(panel, name):
    return panel.findChild(Sentence, name)


def click(panel, qtbot, row):
    table = panel.table
    place = table.visualRect(panel.model.index(row, Column.KIND)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_says_what_to_do_without_a_project(panel):
    assert sentence(panel, "checksEmpty").sentence == NO_PROJECT
    assert not panel.again.isEnabled()
    assert not panel.fix.isVisible()


def test_a_click_leads_to_the_place(opened, project, qtbot):
    wanted = []
    opened.place_wanted.connect(wanted.append)
    click(opened, qtbot, 0)
    original = str(project.folder.parent / "b.wav")
    assert wanted[-1] == Place(original, 1.0, 2.0)
    text = sentence(opened, "checksText")
    assert "overlap by 1.000 s" in text.sentence
    assert text.tone is Tone.ODD
    n_wanted = len(wanted)
    click(opened, qtbot, 0)
    assert len(wanted) > n_wanted


def test_a_finding_without_a_place_opens_its_recording(opened, session, project, qtbot):
    annotate(project, "a.wav,0,1,loud")
    qtbot.mouseClick(opened.again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: opened.model.rowCount() == 1, timeout=15_000)
    with qtbot.waitSignal(session.recording_wanted) as asked:
        click(opened, qtbot, 0)
    assert asked.args == [str(project.folder.parent / "b.wav")]


def test_a_fix_is_wanted_where_there_is_one_and_somebody_makes_it(opened, session, project, qtbot):
    click(opened, qtbot, 1)
    assert not opened.fix.isVisible()
    opened.set_can_fix(True)
    # Edits are those of the open recording.
    assert not opened.fix.isEnabled()
    a = project.folder.parent / "a.wav"
    session.show_recording(Recording(str(a), a))
    assert opened.fix.text() == "Let them meet in the middle"
    with qtbot.waitSignal(opened.fix_wanted) as wanted:
        qtbot.mouseClick(opened.fix, Qt.MouseButton.LeftButton)
    (edit,) = wanted.args
    assert [(a.start_s, a.end_s) for a in edit.added] == [(0, 1.01), (1.01, 2)]
    # A longer overlap is for people to decide.
    click(opened, qtbot, 0)
    assert not opened.fix.isVisible()


def test_findings_of_the_open_recording_alone(opened, session, project):
    opened.scope.setCurrentIndex(1)
    assert sentence(opened, "checksEmpty").sentence == NO_RECORDING
    session.show_recording(Recording("a.wav", project.folder.parent / "a.wav"))
    assert opened.model.rowCount() == 1
    assert opened.table.isColumnHidden(Column.RECORDING)
    assert sentence(opened, "checksCounts").sentence.startswith("1 of 2 findings in 4 annotations")
    session.show_recording(Recording("c.wav", project.folder.parent / "c.wav"))
    empty = sentence(opened, "checksEmpty")
    assert (empty.sentence, empty.tone) == (NO_FINDING, Tone.GOOD)


def test_what_is_chosen_stays_chosen_when_it_looks_again(opened, project, qtbot):
    click(opened, qtbot, 1)
    annotate(project, "a.wav,0,1,loud", "a.wav,1.02,2,barely", "b.wav,0,1,loud")
    qtbot.mouseClick(opened.again, Qt.MouseButton.LeftButton)
    assert not opened.again.isEnabled()
    qtbot.waitUntil(lambda: opened.model.rowCount() == 1, timeout=15_000)
    assert [i.row() for i in opened.table.selectionModel().selectedRows()] == [0]
    annotate(project, "a.wav,0,1,loud", "b.wav,0,1,loud")
    qtbot.mouseClick(opened.again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not opened.model.rowCount(), timeout=15_000)
    assert not sentence(opened, "checksText").isVisible()
    assert sentence(opened, "checksEmpty").sentence == NO_FINDING


def test_what_cannot_be_read_is_said(opened, project, qtbot):
    (project.folder.parent / "annotations.csv").unlink()
    qtbot.mouseClick(opened.again, Qt.MouseButton.LeftButton)
    empty = sentence(opened, "checksEmpty")
    qtbot.waitUntil(lambda: empty.tone is Tone.WRONG, timeout=15_000)
    assert "cannot be read" in empty.sentence


def test_the_list_is_filled_anew_only_with_another_result(opened, session, qtbot):
    fillings = []
    opened.model.modelReset.connect(lambda: fillings.append(opened.model.result))
    session.products_changed.emit()
    assert opened.checking.is_looking
    qtbot.waitUntil(lambda: not opened.checking.is_looking, timeout=15_000)
    assert fillings == [opened.checking.result]
