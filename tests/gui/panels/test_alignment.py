from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDoubleSpinBox, QMainWindow, QProgressBar, QPushButton

from core.align_recording import RecordingAlignment
from core.alignment_check import AlignmentCheck
from core.annotations.alignment import Alignment
from core.annotations.edits import Bounds, StoredAnnotation, sign
from core.errors import NothingToDoError
from core.library import Recording
from gui.actions import SPECS, Actions
from gui.models.alignment_model import Column
from gui.panels.alignment import CHECKING, NEVER_CHECKED, NO_PROJECT, AlignmentPanel
from gui.sentence import Sentence

SHIFTED = Alignment(
    "suspicious", 8, 0.25, 0.2, 0.3, drift=-0.001, offset_s=0.265, stretch=0.999,
    probability_aligned=0.0,
)  # fmt: skip
CHECK = AlignmentCheck(
    (
        RecordingAlignment("audio/rec1.wav", 8.0, SHIFTED, 0.0),
        RecordingAlignment("audio/rec0.flac", 8.0, Alignment("aligned", 4, 0, -0.02, 0.01), 0.0),
        RecordingAlignment("audio/rec2.wav", 8.0, Alignment("cannot tell", 2, 1, -1, 1), 0.0),
    ),
    0.125,
)


@dataclass
class Sheet:
    """Annotations of the open recording, as whoever stores edits has them."""

    stored: dict = field(default_factory=dict)
    bounds: Bounds = field(default_factory=lambda: Bounds(8.0, 8000))


@pytest.fixture
def panel(session, qtbot):
    window = QMainWindow()
    actions = Actions(window)
    for spec in SPECS:
        actions[spec.id].setEnabled(True)
    panel = AlignmentPanel(session, actions)
    panel.wanted, panel.edits = [], []
    session.recording_wanted.connect(panel.wanted.append)
    window.setCentralWidget(panel)
    window.resize(1000, 220)
    window.show()
    window.activateWindow()
    with qtbot.waitActive(window):
        window.activateWindow()
    yield panel
    session.close()
    window.close()
    window.deleteLater()


@pytest.fixture
def filled(panel, session, project_folder):
    """As if three recordings had been checked."""
    session.open_project(project_folder)
    panel.aligning.check = CHECK
    panel.aligning.changed.emit()
    return panel


def text(panel, name):
    return panel.findChild(Sentence, name).sentence


def button(panel, name):
    return panel.findChild(QPushButton, name)


def click_row(panel, qtbot, row):
    place = panel.table.visualRect(panel.model.index(row, Column.SHIFT)).center()
    qtbot.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=place)


def open_named(session, name):
    session.show_recording(Recording(name, Path("/", name)))


def test_an_empty_panel_says_what_it_is_for(panel, session, project_folder):
    assert text(panel, "alignmentEmpty") == NO_PROJECT
    assert not button(panel, "alignmentStart").isVisible()
    session.open_project(project_folder)
    assert text(panel, "alignmentEmpty") == NEVER_CHECKED
    assert button(panel, "alignmentStart").isVisible()


def test_a_check_is_begun_and_cancelled_by_buttons(panel, session, finished_project, qtbot):
    session.open_project(finished_project)
    qtbot.mouseClick(button(panel, "alignmentStart"), Qt.MouseButton.LeftButton)
    assert text(panel, "alignmentEmpty") == CHECKING
    assert panel.findChild(QProgressBar, "alignmentProgress").isVisible()
    qtbot.mouseClick(button(panel, "alignmentCancel"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not panel.aligning.is_running, timeout=20_000)
    assert text(panel, "alignmentEmpty") == NEVER_CHECKED
    assert not button(panel, "alignmentCancel").isVisible()


def test_what_was_found_is_counted(filled):
    assert text(filled, "alignmentCounts") == (
        "1 of 3 recordings suspicious, of 1 nothing can be told, median shift +0.125 s."
    )
    assert button(filled, "alignmentAgain").isVisible()


def test_a_row_opens_its_recording_and_says_what_is_wrong(filled, qtbot):
    click_row(filled, qtbot, 0)
    assert filled.wanted == ["audio/rec1.wav"]
    advice = text(filled, "alignmentAdvice")
    assert advice.startswith("The sound changes 0.250 s later than the annotations")
    assert advice.endswith("This grows by -1.00 ms each second.")
    click_row(filled, qtbot, 2)
    assert "does not tell" in text(filled, "alignmentAdvice")


def test_nobody_is_asked_to_press_what_nobody_hears(filled, session, qtbot):
    click_row(filled, qtbot, 0)
    open_named(session, "audio/rec1.wav")
    assert not button(filled, "alignmentApply").isEnabled()


def test_a_correction_is_wished_for_the_open_recording(filled, session, qtbot):
    filled.edit_wanted.connect(filled.edits.append)
    apply = button(filled, "alignmentApply")
    click_row(filled, qtbot, 0)
    assert not apply.isEnabled()  # it is not open yet
    open_named(session, "audio/rec1.wav")
    qtbot.mouseClick(apply, Qt.MouseButton.LeftButton)
    (make,) = filled.edits
    one = StoredAnnotation(7, "rec1.wav", 2.0, 4.0, "audible")
    edit = make(Sheet({7: one}), sign("somebody"))
    assert edit.removed == (one,)
    (moved,) = edit.added
    assert (moved.start_s, moved.end_s) == (2.263, 4.261)


def test_ones_own_numbers_are_previewed_and_used(filled, session, qtbot):
    previews = []
    filled.edit_wanted.connect(filled.edits.append)
    filled.preview_wanted.connect(previews.append)
    # Its sound does not tell, but its user may know.
    click_row(filled, qtbot, 2)
    open_named(session, "audio/rec2.wav")
    apply, preview = (button(filled, f"alignment{name}") for name in ("Apply", "Preview"))
    assert apply.toolTip().endswith("move nothing.")
    filled.findChild(QDoubleSpinBox, "alignmentOffset").setValue(0.5)
    filled.findChild(QDoubleSpinBox, "alignmentStretch").setValue(1.25)
    assert not any(previews)
    preview.click()
    one = StoredAnnotation(7, "rec2.wav", 2.0, 4.0, "audible")
    (moved,) = previews[-1](Sheet({7: one}), sign("somebody")).added
    assert (moved.start_s, moved.end_s) == (3.0, 5.5)
    filled.findChild(QDoubleSpinBox, "alignmentStretch").setValue(1.0)
    (moved,) = previews[-1](Sheet({7: one}), sign("somebody")).added
    assert (moved.start_s, moved.end_s) == (2.5, 4.5)
    apply.click()
    assert previews[-1] is None
    (moved,) = filled.edits[0](Sheet({7: one}), sign("somebody")).added
    assert (moved.start_s, moved.end_s) == (2.5, 4.5)
    preview.click()
    open_named(session, "audio/rec1.wav")
    assert previews[-1] is None


@pytest.mark.parametrize(("row", "name"), [(1, "audio/rec0.flac"), (2, "audio/rec2.wav")])
def test_what_lies_right_or_cannot_be_told_is_not_moved(filled, session, qtbot, row, name):
    filled.edit_wanted.connect(filled.edits.append)
    click_row(filled, qtbot, row)
    open_named(session, name)
    assert not button(filled, "alignmentApply").isEnabled()


def test_what_was_moved_is_not_moved_twice(filled, session, qtbot):
    filled.edit_wanted.connect(filled.edits.append)
    click_row(filled, qtbot, 0)
    open_named(session, "audio/rec1.wav")
    filled.aligning.check_again(session.recording)
    assert not button(filled, "alignmentApply").isEnabled()
    assert filled.chosen.recording == "audio/rec1.wav"
    assert filled.wanted == ["audio/rec1.wav"]


def test_an_error_is_said_where_the_list_would_be(panel, session, project_folder):
    session.open_project(project_folder)
    panel.aligning.error = NothingToDoError("No recording", hint="Transcode first.")
    panel.aligning.changed.emit()
    assert text(panel, "alignmentEmpty") == "No recording. Transcode first."


def test_late_audio_is_said_with_what_to_do(panel, session, project_folder, qtbot):
    session.open_project(project_folder)
    late = RecordingAlignment("a.wav", 8.0, Alignment("cannot tell", 0), -0.02)
    panel.aligning.check = AlignmentCheck((late,), None)
    panel.aligning.changed.emit()
    click_row(panel, qtbot, 0)
    assert text(panel, "alignmentAdvice") == (
        "The transcoded recording is off by -0.020 s: transcode it anew. "
        "There are too few edges between classes."
    )
