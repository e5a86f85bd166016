"""Give classes, split, merge, duplicate, delete and nudge by key; undo and redo each."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from gui.sentence import Sentence
from tests.e2e.window.annotating import A_PIXEL_S, CTRL, SHIFT

OLD = [(0.1, 1.9, "inaudible"), (2.0, 4.0, "audible"), (5.0, 6.0, "barely")]


def test_digits_give_the_class(annotator):
    annotator.click(5.5)
    assert annotator.chosen == [(5.0, 6.0)]
    annotator.key(Qt.Key.Key_1)
    annotator.wait(lambda: annotator.annotations[2] == (5.0, 6.0, "inaudible"))
    assert annotator.window.session.undo_stack.undoText() == "change of 'barely' to 'inaudible'"
    assert annotator.window.actions_["undo"].text() == "&Undo change of 'barely' to 'inaudible'"


def test_split_and_merge(annotator):
    annotator.click(3.0, y=60)
    annotator.key(Qt.Key.Key_S)
    annotator.wait_for(4)
    (start_s, middle_s, _), (again_s, end_s, _) = annotator.annotations[1:3]
    assert (start_s, end_s, again_s) == (2.0, 4.0, middle_s)
    assert middle_s == pytest.approx(3.0, abs=A_PIXEL_S)
    assert len(annotator.chosen) == 2
    annotator.key(Qt.Key.Key_M)
    annotator.wait_for(3)
    assert annotator.annotations == OLD


def test_duplicate_nudge_and_delete(annotator):
    annotator.click(5.5)
    annotator.key(Qt.Key.Key_D, CTRL)
    annotator.wait_for(4)
    assert annotator.annotations[3] == (6.0, 7.0, "barely")
    # A frame has 200 samples at 8 kHz.
    for _ in range(3):
        annotator.key(Qt.Key.Key_Right, CTRL)
    annotator.key(Qt.Key.Key_Left, CTRL)
    annotator.settle()
    assert annotator.annotations[3] == (6.05, 7.05, "barely")
    annotator.key(Qt.Key.Key_Delete)
    annotator.wait_for(3)
    assert annotator.annotations == OLD
    assert annotator.chosen == []


def test_every_edit_is_undone_and_done_again_in_order(annotator):
    states = [annotator.annotations]
    annotator.click(5.5)
    for key, modifiers in (
        (Qt.Key.Key_3, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_D, CTRL),
        (Qt.Key.Key_Right, CTRL),
        (Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier),
    ):
        annotator.key(key, modifiers)
        annotator.settle()
        states.append(annotator.annotations)
    assert len({str(state) for state in states}) == 5 - 1  # the copy is what was deleted
    for state in reversed(states[:-1]):
        annotator.key(Qt.Key.Key_Z, CTRL)
        annotator.settle()
        assert annotator.annotations == state
    assert not annotator.window.session.undo_stack.canUndo()
    for _ in states[1:]:
        # Quicker than they are stored.
        annotator.key(Qt.Key.Key_Z, CTRL | SHIFT)
    annotator.settle()
    annotator.wait(lambda: annotator.annotations == states[-1])


def test_undo_follows_to_another_recording(annotator):
    window = annotator.window
    annotator.click(5.5)
    annotator.key(Qt.Key.Key_1)
    annotator.settle()
    first = window.session.recording
    window.actions_["next_recording"].trigger()
    annotator.wait(lambda: window.session.recording != first)
    annotator.wait(lambda: window.media.details is not None)
    annotator.key(Qt.Key.Key_Z, CTRL)
    annotator.wait(lambda: window.session.recording == first)
    annotator.wait(lambda: annotator.annotations == OLD)
    annotator.wait(lambda: annotator.chosen == [(5.0, 6.0)])


def test_what_makes_no_sense_is_said_and_changes_nothing(annotator):
    annotator.click(4.5, y=60)
    annotator.key(Qt.Key.Key_S)
    refused = annotator.window.findChild(Sentence, "annotationsRefused")
    assert "not inside an annotation" in refused.sentence
    assert annotator.annotations == OLD


def test_several_are_chosen_and_edited_together(annotator):
    annotator.click(1.0)
    annotator.click(5.5, CTRL)
    assert annotator.chosen == [(0.1, 1.9), (5.0, 6.0)]
    rows = {i.row() for i in annotator.table.selectionModel().selectedRows()}
    assert rows == {0, 2}
    annotator.key(Qt.Key.Key_2)
    annotator.settle()
    assert [label for *_, label in annotator.annotations] == ["barely", "audible", "barely"]
    annotator.click(1.0)
    annotator.click(5.5, SHIFT)
    assert len(annotator.chosen) == 3
    annotator.drag(4.5, 3.5, CTRL)
    assert annotator.chosen == [(2.0, 4.0)]
    annotator.key(Qt.Key.Key_A, CTRL)
    assert len(annotator.chosen) == 3
