"""Check the alignment from the menu; the shifted recording comes first, a click opens it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from core.annotating import annotations_of, apply_edit
from core.annotations.bounds import Bounds
from core.annotations.stored import sign
from gui.models.alignment_model import Column
from tests.made_shift import shift_annotations

PATIENCE_MS = 40_000


@dataclass
class _Sheet:
    """The annotations of the open recording, as whoever stores edits has them."""

    stored: dict
    bounds: Bounds


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
    _put_right(window, finished_project, qtbot)
    qtbot.waitUntil(lambda: panel.aligning.check.n_suspicious == 0, timeout=PATIENCE_MS)
    assert panel.chosen.recording.endswith("rec1.wav")


def _put_right(window, project, qtbot):
    """Press the button; what stores edits is stood in for."""
    panel, recording = window.alignment, window.session.recording

    def store(make):
        stored = {a.id: a for a in annotations_of(project, recording)}
        sheet = _Sheet(stored, Bounds(8.0, 8000))
        apply_edit(project, make(sheet, sign("somebody")))
        panel.aligning.check_again(recording)

    panel.edit_wanted.connect(store)
    # A button learns of who hears it when something changes.
    panel.aligning.changed.emit()
    qtbot.mouseClick(panel.findChild(QPushButton, "alignmentApply"), Qt.MouseButton.LeftButton)
