"""Find a wrong label, hear it, mend it by a digit; call another right."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from gui.models.label_errors_model import Column
from tests.made_label_error import END_S, START_S, WRONG, keep_list, make_spoilt_project

PATIENCE_MS = 100_000


def _states(panel):
    return [panel.model.index(k, Column.STATE).data() for k in range(panel.model.rowCount())]


@pytest.mark.timeout(300)
def test_a_wrong_label_is_found_heard_and_mended(open_window, tmp_path, qtbot):
    window = open_window(make_spoilt_project(tmp_path / "library"))
    window.actions_["label_errors"].trigger()
    panel, time = window.label_errors, window.session.time
    start = panel.findChild(QPushButton, "labelErrorsStart")
    qtbot.waitUntil(start.isEnabled, timeout=PATIENCE_MS)
    qtbot.mouseClick(start, Qt.MouseButton.LeftButton)
    assert not window.actions_["run_all"].isEnabled()
    qtbot.waitUntil(lambda: panel.model.rowCount() > 0, timeout=PATIENCE_MS)
    assert window.actions_["run_all"].isEnabled()
    first = panel.checking.kept.found.spans[0]
    assert (first.path, first.suggested) == (f"audio/{WRONG}", "audible")

    panel.table.setFocus()
    panel.table.selectRow(0)
    qtbot.waitUntil(lambda: panel.chosen_place is not None, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: time.selection == pytest.approx((START_S, END_S)), timeout=PATIENCE_MS)
    assert (time.start_s, time.end_s) == pytest.approx((START_S - 1, END_S + 1))
    qtbot.waitUntil(window.actions_["class_3"].isEnabled, timeout=PATIENCE_MS)
    qtbot.keyClick(panel.table, Qt.Key.Key_3)
    qtbot.waitUntil(lambda: _states(panel)[0] == "✓ now audible", timeout=PATIENCE_MS)
    assert panel.checking.kept.stale
    classes = [a.target for a in window.media.details.annotations]
    assert classes.count(2) == 1, "the span itself has the class, no other was laid over it"


def test_a_label_is_called_right_and_leaves_the_list(open_window, finished_project, qtbot):
    keep_list(finished_project)
    window = open_window(finished_project)
    window.actions_["label_errors"].trigger()
    panel = window.label_errors
    qtbot.waitUntil(lambda: panel.model.rowCount() == 3, timeout=PATIENCE_MS)
    panel.table.setFocus()
    panel.table.selectRow(0)
    qtbot.keyClick(panel.table, Qt.Key.Key_Y)
    qtbot.waitUntil(lambda: panel.model.rowCount() == 2, timeout=PATIENCE_MS)
    assert panel.chosen == 1
