"""Rank what is not annotated, open the next, annotate it: it leaves, and undone it is back."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from gui.models.queue_model import Column
from tests.made_queue import FIRST, REVIEWED, SECOND, leave_to_annotate

PATIENCE_MS = 60_000


def _listed(window):
    model = window.annotate_next.model
    return [model.index(row, Column.RECORDING).data() for row in range(model.rowCount())]


def _is_open(window, name):
    """Whether a recording is open, read, and shown where the model is unsure of it."""
    session, media = window.session, window.media
    return (
        session.recording is not None
        and session.recording.database_path == name
        and media.details is not None
        and session.time.selection is not None
    )


def test_the_most_uncertain_is_opened_annotated_and_gone(open_window, finished_project, qtbot):
    leave_to_annotate(finished_project, REVIEWED, FIRST, SECOND)
    window = open_window(finished_project)
    panel, session = window.annotate_next, window.session
    window.actions_["rank_recordings"].trigger()
    assert panel.isVisible()
    train = window.findChild(QPushButton, "trainButton")
    run_all = window.findChild(QPushButton, "runAllButton")
    for button in (train, run_all):
        assert not button.isEnabled()
        assert "“Rank recordings” is running" in button.toolTip()
    qtbot.waitUntil(lambda: panel.model.rowCount() == 2, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not panel.queueing.is_ranking, timeout=PATIENCE_MS)
    assert train.isEnabled()
    assert run_all.isEnabled()
    order = _listed(window)
    assert sorted(order) == [FIRST, SECOND]

    # Ctrl+Q is another one: this is the key alone.
    QTest.keyClick(panel.table, Qt.Key.Key_Q)
    qtbot.waitUntil(lambda: _is_open(window, order[0]), timeout=PATIENCE_MS)
    item = panel.model.item(0)
    selection = session.time.selection
    assert selection == (item.start_s, item.end_s)
    assert session.time.start_s <= item.start_s < item.end_s <= session.time.end_s

    qtbot.waitUntil(window.actions_["class_3"].isEnabled, timeout=PATIENCE_MS)
    QTest.keyClick(window.recording.waveform, Qt.Key.Key_3)
    qtbot.waitUntil(lambda: _listed(window) == [order[1]], timeout=PATIENCE_MS)
    assert panel.queueing.queue.n_annotated == 3

    QTest.keyClick(panel.table, Qt.Key.Key_Q)
    qtbot.waitUntil(lambda: _is_open(window, order[1]), timeout=PATIENCE_MS)
    window.actions_["undo"].trigger()
    qtbot.waitUntil(lambda: _listed(window) == order, timeout=PATIENCE_MS)

    # Reviewed without a sound in it: there is nothing to annotate.
    qtbot.waitUntil(window.actions_["reviewed"].isEnabled, timeout=PATIENCE_MS)
    name = session.recording.database_path
    window.actions_["reviewed"].trigger()
    qtbot.waitUntil(lambda: name not in _listed(window), timeout=PATIENCE_MS)
    assert len(_listed(window)) == 1
    qtbot.waitUntil(lambda: not any(lane.is_busy for lane in session.lanes), timeout=PATIENCE_MS)


def test_selected_recordings_alone_are_ranked(open_window, finished_project, qtbot):
    leave_to_annotate(finished_project, FIRST, SECOND)
    window = open_window(finished_project)
    library = window.library
    qtbot.waitUntil(lambda: library.model.rowCount() == 5, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: window.session.recording is not None, timeout=PATIENCE_MS)
    library.table.selectRow(4)
    window.actions_["rank_selected"].trigger()
    qtbot.waitUntil(lambda: _listed(window) == [SECOND], timeout=PATIENCE_MS)
    queue = window.annotate_next.queueing.queue
    assert queue.n_unranked == 1
    again = window.annotate_next.findChild(QPushButton, "queueAgain")
    qtbot.waitUntil(again.isEnabled, timeout=PATIENCE_MS)
    qtbot.waitUntil(
        lambda: not any(lane.is_busy for lane in window.session.lanes), timeout=PATIENCE_MS
    )
