"""Show the checks, click a finding of another recording: it is opened, and its place is seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from core.library import Library
from core.project import open_project
from core.recording_annotations import find_annotations
from gui.models.findings_model import Column


def test_a_finding_leads_to_its_place(open_window, project_folder, qtbot):
    project = open_project(project_folder)
    recordings = Library(project.settings.library).select().recordings
    wanted = recordings[2]
    mine = find_annotations(project, wanted, {})
    with Path(project.settings.annotations.annotations).open("a", encoding="utf-8") as file:
        file.write(f"{mine.name},1.5,400,audible\n")
    window = open_window(project_folder)
    qtbot.waitUntil(lambda: window.session.time.duration_s > 7, timeout=20_000)
    assert window.session.recording != wanted
    qtbot.keyClick(
        window,
        Qt.Key.Key_K,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    model = window.checks.model
    qtbot.waitUntil(lambda: model.rowCount() > 0, timeout=20_000)
    row = next(
        k
        for k in range(model.rowCount())
        if model.finding(k).recording == str(wanted.path) and model.finding(k).start_s == 1.5
    )
    view = window.checks.table
    view.scrollTo(model.index(row, Column.KIND))
    place = view.visualRect(model.index(row, Column.KIND)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    time = window.session.time
    qtbot.waitUntil(
        lambda: window.session.recording == wanted and time.selection is not None, timeout=20_000
    )
    assert time.selection[0] == pytest.approx(1.5)
    assert time.start_s <= 1.5 < time.end_s


def test_a_slip_is_mended_and_undone(open_window, project_folder, qtbot):
    project = open_project(project_folder)
    wanted = Library(project.settings.library).select().recordings[0]
    mine = find_annotations(project, wanted, {})
    with Path(project.settings.annotations.annotations).open("a", encoding="utf-8") as file:
        file.write(f"{mine.name},6.5,6.7,audible\n{mine.name},6.5,6.7,audible\n")
    window = open_window(project_folder)
    window.session.show_recording(wanted)

    def spans():
        details = window.media.details
        return [(a.start_s, a.end_s) for a in details.annotations] if details else []

    twice = [(6.5, 6.7)] * 2
    qtbot.waitUntil(lambda: spans()[-2:] == twice, timeout=20_000)
    window.actions_["checks"].trigger()
    checks = window.checks
    qtbot.waitUntil(lambda: checks.model.rowCount() > 0, timeout=20_000)
    row = next(
        k for k in range(checks.model.rowCount()) if checks.model.finding(k).kind == "duplicate"
    )
    checks.table.selectRow(row)
    qtbot.waitUntil(lambda: checks.fix.isVisible() and checks.fix.isEnabled(), timeout=20_000)
    qtbot.mouseClick(checks.fix, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: spans().count((6.5, 6.7)) == 1, timeout=20_000)
    window.actions_["undo"].trigger()
    qtbot.waitUntil(lambda: spans().count((6.5, 6.7)) == 2, timeout=20_000)
    assert window.session.errors.boxes == ()
