from __future__ import annotations

import json

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QFileDialog,
    QLineEdit,
    QMainWindow,
    QMessageBox,
    QPushButton,
    QToolButton,
)

from core.folder_lock import writing_to
from core.project import open_project
from core.settings import TrainConfig
from gui.actions import SPECS, Actions, Menu, State
from gui.models.runs_model import Column
from gui.panels.training_runs import BOX, RunsPage
from tests.core.made_runs import FIRST, SECOND, make_run
from tests.windows import make_project

LONG_MS = 20_000
CONFIG = TrainConfig(model="cnn", epochs=7, seed=5)


@pytest.fixture
def page(session, qtbot):
    window = QMainWindow()
    actions = Actions(window)
    actions.enable(set(State))
    page = RunsPage(session, actions)
    page.actions_ = actions
    window.setCentralWidget(page)
    window.resize(600, 200)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    yield page
    window.close()
    window.deleteLater()


@pytest.fixture
def opened(page, session, qtbot, project_folder):
    """A page with two runs, the newer selected."""
    make_run(project_folder / "runs", FIRST, config=CONFIG)
    make_run(project_folder / "runs", SECOND)
    session.open_project(project_folder)
    qtbot.waitUntil(lambda: page.model.rowCount() == 2, timeout=LONG_MS)
    return page


def select(page, *names):
    flags = QItemSelectionModel.SelectionFlag
    page.table.clearSelection()
    for name in names:
        index = page.model.index(page.model.row_of(name), 0)
        page.table.selectionModel().select(index, flags.Select | flags.Rows)


def press(page, qtbot, name):
    button = page.findChild(QToolButton, name)
    assert button.isEnabled()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def answer(page, qtbot, text):
    (box,) = page.findChildren(QMessageBox, BOX)
    button = next(b for b in box.findChildren(QPushButton) if b.text() == text)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    return box.text(), box.informativeText()


def names(page):
    return [run.name for run in page.model.runs]


def test_says_so_while_there_is_none(page, session, project_folder, qtbot):
    session.open_project(project_folder)
    qtbot.waitUntil(lambda: not session.details.is_busy, timeout=LONG_MS)
    assert page._empty.isVisible()
    assert page.selected == ()


def test_the_newest_is_selected_when_none_is_current(opened):
    assert [run.name for run in opened.selected] == [SECOND]


def test_a_selection_is_told(opened, qtbot):
    with qtbot.waitSignal(opened.selection_changed) as told:
        opened.select(FIRST)
    assert [run.name for run in told.args[0]] == [FIRST]


def test_parameters_go_back_into_the_project(opened, qtbot, session, project_folder):
    select(opened, FIRST)
    press(opened, qtbot, "loadRunParametersButton")
    assert session.project.settings.train == CONFIG
    assert open_project(project_folder).settings.train == CONFIG


def test_parameters_of_another_version_are_a_sentence(opened, qtbot, session, project_folder):
    path = project_folder / "runs" / FIRST / "run.json"
    known = json.loads(path.read_text())
    known["config"]["dropout"] = 0.5
    path.write_text(json.dumps(known))
    before = session.project.settings
    opened.look()
    row = opened.model.row_of(FIRST)
    qtbot.waitUntil(lambda: "dropout" in opened.model.run(row).config, timeout=LONG_MS)
    select(opened, FIRST)
    press(opened, qtbot, "loadRunParametersButton")
    (box,) = session.errors.boxes
    assert "There is no setting 'dropout'" in box.text()
    assert session.project.settings == before
    box.close()


def test_a_note_is_written_where_it_stands_and_kept(opened, qtbot, project_folder):
    select(opened, FIRST)
    press(opened, qtbot, "editRunNoteButton")
    editor = opened.table.viewport().findChild(QLineEdit)
    qtbot.keyClicks(editor, "hears coughs")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    path = project_folder / "runs" / FIRST / "note.txt"
    qtbot.waitUntil(path.exists, timeout=LONG_MS)
    assert path.read_text() == "hears coughs\n"
    cell = opened.model.index(opened.model.row_of(FIRST), Column.NOTE)
    qtbot.waitUntil(lambda: opened.model.index(1, Column.NOTE).data() == "hears coughs")
    assert not cell.isValid() or cell.data() == "hears coughs"
    assert [run.name for run in opened.selected] == [FIRST]


def test_keys_work_in_the_table_but_not_in_a_note(opened, qtbot, project_folder):
    select(opened, SECOND)
    opened.table.setFocus()
    with qtbot.waitSignal(opened.wanted):
        qtbot.keyClick(opened.table, Qt.Key.Key_F2)
    editor = opened.table.viewport().findChild(QLineEdit)
    qtbot.keyClicks(editor, "xab")
    qtbot.keyClick(editor, Qt.Key.Key_Home)
    qtbot.keyClick(editor, Qt.Key.Key_Delete)
    assert editor.text() == "ab"
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    path = project_folder / "runs" / SECOND / "note.txt"
    qtbot.waitUntil(path.exists, timeout=LONG_MS)
    assert opened.findChildren(QMessageBox, BOX) == []
    opened.table.setFocus()
    qtbot.keyClick(opened.table, Qt.Key.Key_Delete)
    answer(opened, qtbot, "&Keep")


def test_every_action_of_the_menu_is_in_the_table_s_own_and_has_a_button(page):
    declared = [page.actions_[spec.id] for spec in SPECS if spec.menu is Menu.RUNS]
    assert page.table.actions() == declared
    buttons = [button.defaultAction() for button in page.findChildren(QToolButton)]
    assert set(buttons) == set(declared)
    assert all(action.toolTip() and not action.icon().isNull() for action in declared)


def test_a_model_is_exported_from_its_run(opened, qtbot, session, project_folder, tmp_path):
    run = project_folder / "runs" / SECOND
    press(opened, qtbot, "exportRunButton")
    dialog = opened.findChild(QFileDialog, "exportModelDialog")
    asked = []
    opened._export.export = lambda *paths: asked.append(paths)
    dialog.setDirectory(str(tmp_path))
    dialog.selectFile("mine")
    dialog.accept()
    assert asked == [(run / "model.keras", tmp_path / "mine.keras")]


def test_deletes_what_the_user_says_and_selects_another(opened, qtbot, session, project_folder):
    changed = []
    session.products_changed.connect(lambda: changed.append(1))
    press(opened, qtbot, "deleteRunButton")
    text, information = answer(opened, qtbot, "&Delete")
    assert SECOND in text
    assert "current" not in information
    qtbot.waitUntil(lambda: names(opened) == [FIRST], timeout=LONG_MS)
    assert [p.name for p in (project_folder / "runs").iterdir()] == [FIRST]
    assert changed
    assert [run.name for run in opened.selected] == [FIRST]


def test_keeps_what_the_user_does_not_want_deleted(opened, qtbot, session, project_folder):
    select(opened, FIRST, SECOND)
    press(opened, qtbot, "deleteRunButton")
    text, _ = answer(opened, qtbot, "&Keep")
    assert "these 2 runs" in text
    qtbot.waitUntil(lambda: not session.details.is_busy)
    assert len(list((project_folder / "runs").iterdir())) == 2


def test_that_it_is_the_current_model_is_said_before(page, session, qtbot, finished_project):
    session.open_project(finished_project)
    qtbot.waitUntil(lambda: bool(page.selected), timeout=LONG_MS)
    assert page.selected[0].is_current
    press(page, qtbot, "deleteRunButton")
    _, information = answer(page, qtbot, "&Keep")
    assert "It is the current model" in information


def test_what_another_program_writes_to_is_not_deleted(opened, qtbot, session, project_folder):
    with writing_to(project_folder):
        press(opened, qtbot, "deleteRunButton")
        with qtbot.waitSignal(session.errors.shown, timeout=LONG_MS) as shown:
            answer(opened, qtbot, "&Delete")
    assert "Another program is writing to" in shown.args[0]
    qtbot.waitUntil(lambda: not session.details.is_busy, timeout=LONG_MS)
    assert names(opened) == [SECOND, FIRST]
    for box in session.errors.boxes:
        box.close()


def test_opens_the_folder(opened, qtbot, monkeypatch, project_folder):
    seen = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: seen.append(url.toLocalFile()))
    press(opened, qtbot, "openRunFolderButton")
    assert seen == [str(project_folder / "runs" / SECOND)]


def test_a_damaged_run_is_listed(opened, qtbot, project_folder):
    (project_folder / "runs" / FIRST / "run.json").write_text("{")
    opened.look()
    qtbot.waitUntil(lambda: bool(opened.model.run(1).problem), timeout=LONG_MS)
    select(opened, FIRST)
    assert [run.problem for run in opened.selected] == ["run.json is damaged"]


def test_another_project_shows_its_own(opened, session, qtbot, tmp_path):
    other = make_project(tmp_path / "other")
    make_run(other / "runs", "2026-02-01_08-00-00_fc")
    session.open_project(other)
    assert names(opened) == []
    qtbot.waitUntil(lambda: opened.model.rowCount() == 1, timeout=LONG_MS)
    session.close_project()
    assert names(opened) == []


def test_other_runs_are_selected_in_place_of_those_that_are(opened):
    opened.select(SECOND)
    opened.select(FIRST)
    assert [run.name for run in opened.selected] == [FIRST]
    opened.select_ends()
    assert {run.name for run in opened.selected} == {FIRST, SECOND}
