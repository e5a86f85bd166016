"""Check the alignment from the menu; the shifted recording comes first, a click opens it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from gui.models.alignment_model import Column
from tests.made_shift import shift_annotations

PATIENCE_MS = 40_000


def _column(window, column):
    model = window.alignment.model
    return [model.index(row, column).data() for row in range(model.rowCount())]


def test_a_shifted_recording_is_found_opened_and_put_right(open_window, finished_project, qtbot):
    shift_annotations(finished_project, "rec1.wav", -0.4)
    window = open_window(finished_project)
    panel = window.alignment
    window.actions_["check_alignment"].trigger()
    assert panel.isVisible()
    qtbot.waitUntil(lambda: panel.model.rowCount() == 3, timeout=PATIENCE_MS)
    assert _column(window, Column.VERDICT)[0] == "! suspicious"
    assert float(_column(window, Column.SHIFT)[0]) == pytest.approx(0.4, abs=0.03)
    assert _column(window, Column.VERDICT)[1:] == ["✓ aligned"] * 2
    table = panel.table
    place = table.visualRect(panel.model.index(0, Column.SHIFT)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(
        lambda: (
            window.session.recording is not None and window.session.recording.name == "rec1.wav"
        ),
        timeout=PATIENCE_MS,
    )
    _put_right(window, qtbot)
    qtbot.waitUntil(lambda: panel.aligning.check.n_suspicious == 0, timeout=PATIENCE_MS)
    assert panel.chosen.recording.endswith("rec1.wav")


def test_what_was_put_right_is_undone_by_name(open_window, finished_project, qtbot):
    shift_annotations(finished_project, "rec1.wav", -0.4)
    window = open_window(finished_project)
    panel, session = window.alignment, window.session
    window.actions_["check_alignment"].trigger()
    qtbot.waitUntil(lambda: panel.model.rowCount() == 3, timeout=PATIENCE_MS)
    panel.table.selectRow(0)
    before = _put_right(window, qtbot)
    window.actions_["undo"].trigger()
    qtbot.waitUntil(lambda: _edges(window) == before, timeout=PATIENCE_MS)
    assert session.undo_stack.redoText()


def _edges(window):
    details = window.media.details
    return [(a.start_s, a.end_s) for a in details.annotations] if details else []


def _put_right(window, qtbot):
    """Press the button, once the annotations of the recording can be edited; where they were."""
    button = window.alignment.findChild(QPushButton, "alignmentApply")
    qtbot.waitUntil(button.isEnabled, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: bool(_edges(window)), timeout=PATIENCE_MS)
    before = _edges(window)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: _edges(window) != before, timeout=PATIENCE_MS)
    assert _edges(window)[0][0] == pytest.approx(before[0][0] + 0.4, abs=0.05)
    return before
