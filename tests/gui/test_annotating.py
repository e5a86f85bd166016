from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from core.annotations import edits
from tests.gui.edited_window import labels, open_edited, wait_idle

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def window(open_window, project_folder, qtbot):
    return open_edited(open_window, project_folder, qtbot)


@pytest.fixture
def annotating(window):
    return window.annotating


def _times(window):
    return [(a.start_s, a.end_s) for a in window.media.details.annotations]


def test_the_digits_are_named_after_the_classes(window):
    texts = [window.actions_[f"class_{n}"].text() for n in (1, 2, 3)]
    assert texts == ["&1 inaudible", "&2 barely", "&3 audible"]
    assert [window.actions_[f"class_{n}"].isVisible() for n in (3, 4)] == [True, False]


def test_a_class_goes_to_what_is_chosen_or_makes_one_of_what_is_selected(window, annotating, qtbot):
    window.session.time.select(6.5, 7.0)
    annotating.give_class(0)
    wait_idle(window, qtbot)
    assert _times(window)[3] == (6.5, 7.0)
    assert labels(window)[3] == "inaudible"
    annotating.give_class(1)
    wait_idle(window, qtbot)
    assert labels(window) == ["inaudible", "audible", "barely", "barely"]
    assert annotating.last_target == 1
    annotating.give_class(8)
    assert not window.editing.is_busy


def test_the_playhead_splits_the_shortest_that_it_is_in(window, annotating, qtbot):
    annotating.make(2.5, 3.5, 1)
    wait_idle(window, qtbot)
    window.session.choice.choose([])
    window.session.time.move_playhead(3.0)
    annotating.split()
    wait_idle(window, qtbot)
    assert _times(window)[1:4] == [(2.0, 4.0), (2.5, 3.0), (3.0, 3.5)]


def test_what_is_chosen_elsewhere_does_not_keep_the_playhead_from_splitting(
    window, annotating, qtbot
):
    window.session.choice.choose([window.media.details.annotations[2]])
    window.session.time.move_playhead(3.0)
    annotating.split()
    wait_idle(window, qtbot)
    assert _times(window)[1:3] == [(2.0, 3.0), (3.0, 4.0)]


def test_an_edge_and_a_frame(window, annotating, qtbot):
    annotating.set_edges(window.media.details.annotations[2], end_s=7.0)
    wait_idle(window, qtbot)
    assert _times(window)[2] == (5.0, 7.0)
    annotating.nudge(-2)
    wait_idle(window, qtbot)
    # Frames of 200 samples at the rate that the project transcodes to.
    assert _times(window)[2] == (4.95, 6.95)


@pytest.mark.parametrize(
    ("key", "modifiers", "expected"),
    [
        (Qt.Key.Key_Right, CTRL | SHIFT, (5.0, 6.025)),
        (Qt.Key.Key_Left, CTRL | SHIFT, (5.0, 5.975)),
        (Qt.Key.Key_Right, CTRL | ALT, (5.025, 6.0)),
        (Qt.Key.Key_Left, CTRL | ALT, (4.975, 6.0)),
    ],
)
def test_one_edge_is_moved_by_a_key(window, qtbot, key, modifiers, expected):
    window.session.choice.choose([window.media.details.annotations[2]])
    view = window.recording.waveform
    view.setFocus()
    qtbot.keyClick(view, key, modifiers)
    wait_idle(window, qtbot)
    assert _times(window)[2] == expected


def test_where_annotations_would_be_is_drawn_and_not_stored(window, annotating):
    gestures, before = window.recording.waveform.gestures, _times(window)

    def shifted(by_s):
        return lambda sheet, by: edits.move(
            tuple(sheet.stored.values()), by_s, bounds=sheet.bounds, by=by
        )

    annotating.preview(shifted(0.5))
    assert [(b.start_s, b.end_s) for b in gestures.preview] == [(0.6, 2.4), (2.5, 4.5), (5.5, 6.5)]
    assert all(b.is_apart for b in gestures.preview)
    assert not window.editing.is_busy
    assert _times(window) == before
    annotating.preview(None)
    assert gestures.preview == ()


def test_classes_of_different_kind_are_not_merged(window, annotating, qtbot):
    said = []
    annotating.refused.connect(said.append)
    annotating.choose_all()
    annotating.merge()
    wait_idle(window, qtbot)
    assert "different classes" in said[0]
    assert len(_times(window)) == 3
    assert not window.session.undo_stack.canUndo()


def test_a_refusal_goes_from_the_status_line_with_the_next_edit(window, annotating, qtbot):
    said = window.statusBar().findChild(QLabel, "statusSaid")
    window.session.choice.choose([])
    window.session.time.move_playhead(7.5)
    annotating.split()
    assert "playhead is not inside" in said.text()
    annotating.make(6.5, 7.0, 1)
    wait_idle(window, qtbot)
    assert said.text() == ""
