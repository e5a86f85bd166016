from __future__ import annotations

from PySide6.QtWidgets import QTableView, QWidget

from core.project import open_project


def _train(window):
    return window.session.project.settings.train


def _choose(table, row):
    """A row in place of others, also where a modifier key counts as held since another test."""
    table.clearSelection()
    table.selectRow(row)


def test_selected_recordings_are_kept_for_validation_and_let_go_again(
    open_window, project_folder, qtbot
):
    window = open_window(project_folder)
    table = window.findChild(QTableView, "recordingsTable")
    qtbot.waitUntil(lambda: table.model().rowCount() > 1, timeout=15_000)
    action = window.actions_["keep_for_validation"]
    qtbot.waitUntil(action.isEnabled, timeout=15_000)
    _choose(table, 1)
    action.trigger()
    kept = _train(window).validation_recordings
    assert len(kept) == 1
    assert "1 recording is kept" in window.statusBar().findChild(QWidget, "statusSaid").text()
    table.selectAll()
    action.trigger()
    # What was kept already is kept, and stands once.
    assert _train(window).validation_recordings[0] == kept[0]
    assert len(_train(window).validation_recordings) == table.model().rowCount()
    assert open_project(project_folder).settings.train == _train(window)
    action.trigger()
    assert _train(window).validation_recordings == ()


def test_settings_that_cannot_be_saved_are_a_message(open_window, project_folder, qtbot):
    window = open_window(project_folder)
    table = window.findChild(QTableView, "recordingsTable")
    qtbot.waitUntil(lambda: table.model().rowCount() > 1, timeout=15_000)
    _choose(table, 0)
    (project_folder / "project.toml").write_text("[train]\nepochs = 'many'\n")
    window.actions_["keep_for_validation"].trigger()
    (box,) = window.session.errors.boxes
    box.close()
    assert _train(window).validation_recordings == ()
