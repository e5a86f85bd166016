"""Predictions are accepted, changed or dismissed one by one or by score, and all is undone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QTableView, QToolButton

from tests.e2e.window.pipeline import LONG_MS, wait_until_looked_at
from tests.gui.edited_window import wait_idle
from tests.gui.proposed_window import PROPOSED, annotated, chosen, open_proposed, proposed

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier
BEFORE = [(0.1, 1.9, "inaudible"), (2.0, 4.0, "audible"), (5.0, 6.0, "barely")]


@pytest.fixture
def window(open_window, project_folder, qtbot):
    return open_proposed(open_window, project_folder, qtbot)


@pytest.fixture
def strip(window):
    return window.findChild(object, "proposalStrip")


def key(window, qtbot, key, modifiers=Qt.KeyboardModifier.NoModifier, on=None):
    QTest.keyClick(on or window.recording.waveform, key, modifiers)
    wait_idle(window, qtbot)


def click(strip, time_s):
    place = QPoint(round(strip.room().left() + strip.span().x_px(time_s)), strip.height() // 2)
    QTest.mouseClick(strip.viewport(), LEFT, pos=place)


def undo_all(window, qtbot):
    texts = []
    while window.session.undo_stack.canUndo():
        texts.append(window.actions_["undo"].text())
        key(window, qtbot, Qt.Key.Key_Z, CTRL)
    return texts


def test_one_by_one_by_key(window, strip, qtbot):
    assert strip.isVisible()
    click(strip, 4.15)
    assert chosen(window) == 4.0
    key(window, qtbot, Qt.Key.Key_Return)
    assert (4.0, 4.3, "audible") in annotated(window)
    assert chosen(window) == 4.3
    # Another class.
    key(window, qtbot, Qt.Key.Key_2)
    assert (4.3, 4.75, "barely") in annotated(window)
    assert chosen(window) == 4.75
    key(window, qtbot, Qt.Key.Key_Delete)
    assert chosen(window) == 6.0
    assert (4.75, 5.0, "barely") not in [*annotated(window), *proposed(window)]
    key(window, qtbot, Qt.Key.Key_J)
    assert chosen(window) == 6.1
    key(window, qtbot, Qt.Key.Key_Backspace)
    key(window, qtbot, Qt.Key.Key_K)
    assert chosen(window) == 6.0
    assert len(annotated(window)) == 5
    assert undo_all(window, qtbot) == [
        "&Undo dismissal of 'inaudible' 0.97",
        "&Undo dismissal of 'barely' 0.55",
        "&Undo accepting of 'inaudible' 0.97 as 'barely'",
        "&Undo accepting of 'audible' 0.93",
    ]
    assert proposed(window) == PROPOSED
    assert annotated(window) == BEFORE
    # Del deletes an annotation where one is chosen.
    window.session.choice.choose(window.media.details.annotations[2:])
    key(window, qtbot, Qt.Key.Key_Delete)
    assert annotated(window) == BEFORE[:2]
    assert window.session.errors.boxes == ()


def test_by_score_and_in_the_table(window, strip, qtbot):
    key(window, qtbot, Qt.Key.Key_O, CTRL | Qt.KeyboardModifier.ShiftModifier)
    table = window.findChild(QTableView, "proposalsTable")
    qtbot.waitUntil(table.isVisible)
    accept = window.findChild(QPushButton, "proposalsAccept")
    assert accept.text() == "Accept all of at least 0.90 (6)"
    QTest.mouseClick(accept, LEFT)
    qtbot.waitUntil(lambda: len(proposed(window)) == 3, timeout=LONG_MS)
    QTest.mouseClick(window.findChild(QPushButton, "proposalsDismiss"), LEFT)
    qtbot.waitUntil(lambda: proposed(window) == [(6.5, 7.5, "audible")], timeout=LONG_MS)
    wait_idle(window, qtbot)
    place = table.visualRect(table.model().index(0, 0)).center()
    QTest.mouseClick(table.viewport(), LEFT, pos=place)
    assert chosen(window) == 6.5
    key(window, qtbot, Qt.Key.Key_Enter, on=table)
    assert proposed(window) == []
    assert len(annotated(window)) == 3 + 7
    assert undo_all(window, qtbot) == [
        "&Undo accepting of 'audible' 0.70",
        "&Undo dismissal of 2 proposals",
        "&Undo accepting of 6 proposals",
    ]
    assert proposed(window) == PROPOSED
    assert annotated(window) == BEFORE
    key(window, qtbot, Qt.Key.Key_P)
    assert not strip.isVisible()
    key(window, qtbot, Qt.Key.Key_P)
    assert strip.isVisible()
    assert window.session.errors.boxes == ()


def test_from_the_button_that_predicts_to_an_annotation(open_window, finished_project, qtbot):
    window = open_window(finished_project)
    wait_until_looked_at(window, qtbot)
    window.actions_["proposals"].trigger()
    predict = window.findChild(QToolButton, "proposalsPredict")
    qtbot.waitUntil(lambda: predict.isVisible() and predict.isEnabled(), timeout=LONG_MS)
    n_before = len(annotated(window))
    QTest.mouseClick(predict, LEFT)
    qtbot.waitUntil(lambda: len(window.proposing.proposals) > 0, timeout=LONG_MS)
    waveform = window.recording.waveform
    waveform.setFocus()
    key(window, qtbot, Qt.Key.Key_J)
    one = window.proposing.proposals[window.proposing.chosen]
    key(window, qtbot, Qt.Key.Key_Return)
    assert len(annotated(window)) == n_before + 1
    assert any(a[2] == one.label and abs(a[0] - one.start_s) < 1e-6 for a in annotated(window))
    assert window.session.errors.boxes == ()
