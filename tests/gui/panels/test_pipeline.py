from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QMainWindow, QPushButton, QToolButton

from core.project import STAGES
from gui.actions import Actions, State
from gui.panels.pipeline import PipelinePanel
from gui.panels.pipeline_words import StageState
from gui.theme import Scheme

LONG_MS = 60_000
WIDTH_PX, HEIGHT_PX = 1005, 195
"""What a bottom dock beside the library has, in a window of 1280 x 800."""


@pytest.fixture
def window(session, qtbot):
    window = QMainWindow()
    window.actions_ = Actions(window)
    window.panel = PipelinePanel(session, window.actions_)
    window.setCentralWidget(window.panel)
    window.resize(WIDTH_PX, HEIGHT_PX)
    window.show()
    window.activateWindow()
    with qtbot.waitActive(window):
        pass
    yield window
    window.panel.runs.close()
    window.close()
    window.deleteLater()


@pytest.fixture
def panel(window):
    return window.panel


def open_project(panel, session, qtbot, folder):
    with qtbot.waitSignal(panel.runs.overview_changed, timeout=LONG_MS, check_params_cb=bool):
        session.open_project(folder)


def states(panel):
    return [card.state for card in panel.cards.values()]


def test_without_a_project_nothing_can_be_run(panel):
    assert not panel.findChild(QPushButton, "runAllButton").isEnabled()
    assert not panel.findChild(QPushButton, "cancelButton").isEnabled()
    for stage in STAGES:
        assert not panel.findChild(QToolButton, f"stageRun_{stage}").isEnabled()


def test_shows_each_stage_of_a_project(panel, session, qtbot, project_folder):
    open_project(panel, session, qtbot, project_folder)
    assert states(panel) == [StageState.NEVER_RUN] * 5
    assert "3 recordings" in panel.cards["transcode"].detail_text


@pytest.mark.parametrize("scheme", [Scheme.LIGHT, Scheme.DARK])
def test_nothing_is_cut_off_in_a_dock(panel, session, qtbot, project_folder, scheme):
    session.theme.apply(scheme)
    open_project(panel, session, qtbot, project_folder)
    for k in range(panel.tabs.count()):
        panel.tabs.setCurrentIndex(k)
        page = panel.tabs.widget(k)
        wanted = page.widget().minimumSizeHint() if k == 0 else page.minimumSizeHint()
        assert wanted.width() <= page.width()
        assert wanted.height() <= page.height()
    session.theme.apply(Scheme.SYSTEM)


def test_until_here_runs_what_comes_before(panel, session, qtbot, project_folder):
    open_project(panel, session, qtbot, project_folder)
    button = panel.findChild(QToolButton, "stageUntil_extract")
    with qtbot.waitSignal(panel.runs.idle, timeout=LONG_MS):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert panel.cards["extract"].state is StageState.WAITING
        assert not panel.findChild(QPushButton, "runAllButton").isEnabled()
    with qtbot.waitSignal(panel.runs.overview_changed, timeout=LONG_MS):
        pass
    assert states(panel)[:2] == [StageState.FRESH, StageState.FRESH]
    log = panel.log.text.toPlainText()
    assert "Transcode: done in" in log
    assert "3 recordings" in log


def test_actions_run_and_cancel(window, panel, session, qtbot, project_folder):
    open_project(panel, session, qtbot, project_folder)
    window.actions_.enable({State.PROJECT, State.WRITABLE, State.IDLE, State.RUNNING})
    with qtbot.waitSignal(panel.runs.progressed, timeout=LONG_MS):
        qtbot.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    with qtbot.waitSignal(panel.runs.idle, timeout=3000):
        qtbot.keyClick(window, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    assert panel.cards["transcode"].state is StageState.CANCELLED


def test_parameters_are_edited_in_a_form(panel, session, qtbot, project_folder):
    open_project(panel, session, qtbot, project_folder)
    button = panel.findChild(QToolButton, "stageParameters_train")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    dialog = panel.findChild(QDialog, "parametersDialog")
    assert dialog.form.value() == session.project.settings.train
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)


def test_what_was_left_out_is_there_again_when_reopened(panel, session, qtbot, project_folder):
    (project_folder.parent / "audio" / "rec1.wav").write_bytes(b"RIFF and no more")
    open_project(panel, session, qtbot, project_folder)
    with qtbot.waitSignal(panel.runs.idle, timeout=LONG_MS):
        panel.runs.run(["transcode"])
    session.close_project()
    assert panel.tabs.tabText(1) == "Left out"
    open_project(panel, session, qtbot, project_folder)
    assert panel.tabs.tabText(1) == "Left out (1)"
    wanted = []
    session.recording_wanted.connect(wanted.append)
    panel.tabs.setCurrentIndex(1)
    view, model = panel.left_out.view, panel.left_out.model
    place = view.visualRect(model.index(0, 0, model.index(0, 0))).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert wanted == ["audio/rec1.wav"]


def test_a_project_that_cannot_be_looked_at_says_why(panel, session, qtbot, project_folder):
    open_project(panel, session, qtbot, project_folder)
    (project_folder / "project.toml").write_text("[nonsense")
    with qtbot.waitSignal(panel.runs.look_failed, timeout=LONG_MS):
        session.products_changed.emit()
    assert "cannot be read" in panel._problem.sentence
    assert panel._problem.isVisible()
