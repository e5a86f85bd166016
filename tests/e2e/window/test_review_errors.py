"""Open a cell of the matrix, walk through its errors and hear them, mark one, find it again."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTabBar, QWidget

from gui.models.error_spans_model import Column
from tests.e2e.window.hearing import alike, original
from tests.made_review import REVIEWED, make_run
from tests.sound_card import UNDISTURBED

pytestmark = UNDISTURBED

AUDIBLE, BARELY = 2, 1


def _part(window, name):
    return window.findChild(QWidget, name)


def _open_review(window, qtbot):
    """Click the tab of the dock."""
    qtbot.waitUntil(lambda: window.media.audio_share == 1.0, timeout=20_000)
    (bar,) = (
        b
        for b in window.findChildren(QTabBar)
        if "Review" in [b.tabText(k) for k in range(b.count())] and b.parent() is window
    )
    place = next(k for k in range(bar.count()) if bar.tabText(k) == "Review")
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(place).center())
    table = _part(window, "errorsTable")
    qtbot.waitUntil(lambda: table.model().rowCount() > 0, timeout=20_000)
    return table


def _click_cell(window, qtbot, row, column):
    view = _part(window, "reviewMatrix")
    place = view.visualRect(view.model().index(row, column)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)


def _click_row(table, qtbot, row):
    place = table.visualRect(table.model().index(row, Column.START)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)


def _column(table, column):
    return [table.model().index(row, column).data() for row in range(table.model().rowCount())]


def _wait_for_loop(window, qtbot, name, selection):
    """Until an error is shown, and has been heard for a while from its context on."""
    time = window.session.time
    qtbot.waitUntil(
        lambda: (
            window.session.recording.name.startswith(name)
            and time.selection == pytest.approx(selection)
            and window.player.is_playing
        ),
        timeout=20_000,
    )
    qtbot.waitUntil(lambda: selection[0] < time.playhead_s < selection[1], timeout=20_000)
    qtbot.waitUntil(lambda: time.playhead_s > selection[1] - 0.02, timeout=20_000)


def test_errors_of_a_cell_are_walked_through_and_heard(
    null_sink, open_window, reviewed_project, qtbot
):
    window = open_window(reviewed_project)
    table = _open_review(window, qtbot)
    # rec1 is held out; of rec0, which the model was trained on, nothing is listed yet.
    assert _column(table, Column.RECORDING) == ["rec2", "rec1", "rec1"]
    window.review.filters.choose_split("")
    _click_cell(window, qtbot, AUDIBLE, BARELY)
    assert _column(table, Column.RECORDING) == ["rec0", "rec1"]
    n_frames = window.review.matrix.matrix.counts[AUDIBLE][BARELY]
    assert window.review.model.n_frames == n_frames == 60

    time = window.session.time
    with null_sink.recording(window.player) as heard:
        _click_row(table, qtbot, 0)
        # Rows 100 to 139 are frames 80 + 28 to 80 + 67 of 25 ms.
        _wait_for_loop(window, qtbot, "rec0", (2.7, 3.7))
        assert (time.start_s, time.end_s) == pytest.approx((1.7, 4.7))
        first = original(window, 2.8, 3.5)
        qtbot.keyClick(table, Qt.Key.Key_Down)
        _wait_for_loop(window, qtbot, "rec1", (2.45, 2.95))
        second = original(window, 2.5, 2.9)
        # It comes again, from the start of its context.
        qtbot.waitUntil(lambda: time.playhead_s > 3.9, timeout=20_000)
        qtbot.waitUntil(lambda: time.playhead_s < 2.0, timeout=20_000)
        qtbot.keyClick(table, Qt.Key.Key_Escape)
        qtbot.waitUntil(lambda: not window.player.is_playing)
    assert alike(heard.samples[:, 0], first) > 0.99
    assert alike(heard.samples[:, 0], second) > 0.99
    assert window.session.errors.boxes == ()


def test_an_error_is_compared_with_a_right_example(null_sink, open_window, reviewed_project, qtbot):
    window = open_window(reviewed_project)
    table = _open_review(window, qtbot)
    _click_row(table, qtbot, 0)
    qtbot.waitUntil(lambda: window.player.is_playing, timeout=20_000)
    before = window.session.time.selection
    qtbot.keyClick(table, Qt.Key.Key_B)
    qtbot.waitUntil(lambda: window.session.time.selection not in {before, None}, timeout=20_000)
    assert window.session.recording.name.startswith("rec2")
    assert window.player.listening.level_db is not None
    assert "common listening level" in _part(window, "reviewLevel").text()
    qtbot.keyClick(table, Qt.Key.Key_B)
    qtbot.waitUntil(lambda: window.session.time.selection == before, timeout=20_000)
    window.actions_["stop"].trigger()


def test_a_mark_by_key_is_there_when_the_project_is_opened_again_and_trained_anew(
    open_window, reviewed_project, qtbot
):
    window = open_window(reviewed_project)
    table = _open_review(window, qtbot)
    _click_row(table, qtbot, 1)
    qtbot.keyClick(table, Qt.Key.Key_X)
    qtbot.waitUntil(lambda: _column(table, Column.MARK) == ["", "wrong", ""], timeout=20_000)
    window.close()

    window = open_window(reviewed_project)
    table = _open_review(window, qtbot)
    assert _column(table, Column.MARK) == ["", "wrong", ""]

    # Another training: the error starts later, ends later, and is taken for another class.
    make_run(reviewed_project, [("rec1", 95, 118, 0), *REVIEWED[-1:]])
    window.session.products_changed.emit()
    qtbot.waitUntil(lambda: table.model().rowCount() == 2, timeout=20_000)
    marks = dict(zip(_column(table, Column.RECORDING), _column(table, Column.MARK), strict=True))
    assert marks == {"rec1": "wrong", "rec2": ""}
