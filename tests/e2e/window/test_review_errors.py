"""Open a cell of the matrix, walk through its errors and hear them, mark one, find it again."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTabBar, QWidget

from gui.level_matching import AS_RECORDED
from gui.models.error_spans_model import Column
from tests.e2e.window.hearing import alike, original
from tests.made_review import REVIEWED, RUN, make_run
from tests.sound_card import RATE, UNDISTURBED

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


def _make_levels(project, error_level, example_level):
    """Rec2 with its error, from 0.6 to 1.35 s, and its right example, to 1.9 s, at levels."""
    path = project.parent / "audio" / "rec2.flac"
    samples, rate = soundfile.read(path)
    noise = np.random.default_rng(0).uniform(-1, 1, len(samples))
    levels = np.where(np.arange(len(samples)) < round(1.35 * rate), error_level, example_level)
    soundfile.write(path, noise * levels, rate, subtype="PCM_16")


def _level_db(heard, window, qtbot, selection):
    """Root mean square of what is heard of a place, once it has played for a while."""
    time = window.session.time

    def plays():
        return time.selection == pytest.approx(selection) and window.player.is_playing

    qtbot.waitUntil(plays, timeout=20_000)
    began = len(heard.so_far())
    qtbot.waitUntil(lambda: len(heard.so_far()) > began + 1.2 * RATE, timeout=20_000)
    samples = heard.so_far()[-int(0.9 * RATE) : -int(0.1 * RATE), 0]
    return 10 * np.log10(np.mean(samples**2))


ERROR, EXAMPLE = (0.6, 1.35), (1.35, 1.9)


@pytest.mark.parametrize("levels", [(0.4, 0.1), (0.1, 0.4)])
def test_an_error_and_a_right_example_are_heard_at_one_level(
    null_sink, open_window, reviewed_project, qtbot, levels
):
    _make_levels(reviewed_project, *levels)
    window = open_window(reviewed_project)
    table = _open_review(window, qtbot)
    _part(window, "reviewContext").setValue(0.0)
    differ_db = 20 * np.log10(levels[0] / levels[1])
    with null_sink.recording(window.player) as heard:
        _click_row(table, qtbot, 0)
        before_db = _level_db(heard, window, qtbot, ERROR)
        qtbot.keyClick(table, Qt.Key.Key_B)
        example_db = _level_db(heard, window, qtbot, EXAMPLE)
        how = "raised" if differ_db > 0 else "lowered"
        assert f"Example {how} by 12." in _part(window, "reviewLevel").text()
        qtbot.keyClick(table, Qt.Key.Key_B)
        error_db = _level_db(heard, window, qtbot, ERROR)
        assert "to match" in _part(window, "reviewLevel").text()

        # Without matching they are as far apart as they were recorded.
        qtbot.mouseClick(_part(window, "reviewMatchLevels"), Qt.MouseButton.LeftButton)
        qtbot.keyClick(table, Qt.Key.Key_B)
        unmatched_db = _level_db(heard, window, qtbot, EXAMPLE)
        assert AS_RECORDED in _part(window, "reviewLevel").text()
        window.actions_["stop"].trigger()
    assert error_db == pytest.approx(before_db, abs=0.5)
    assert example_db == pytest.approx(error_db, abs=0.5)
    assert unmatched_db == pytest.approx(error_db - differ_db, abs=0.5)


def test_the_errors_of_a_past_run_are_heard_with_its_own_predictions(
    null_sink, open_window, reviewed_project, qtbot
):
    runs = reviewed_project / "runs"
    past = "2025-01-01_00-00-00_fc"
    (runs / RUN).rename(runs / past)
    make_run(reviewed_project, REVIEWED[-1:])
    window = open_window(reviewed_project)
    table = _open_review(window, qtbot)
    assert _column(table, Column.RECORDING) == ["rec2"]
    box = _part(window, "reviewRun")
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: _column(table, Column.RECORDING) == ["rec2", "rec1", "rec1"])
    _click_row(table, qtbot, 1)
    _wait_for_loop(window, qtbot, "rec1", (2.45, 2.95))
    window.actions_["stop"].trigger()
    qtbot.waitUntil(lambda: window.media.details is not None and not window.media.is_busy)
    assert window.media.details.run.name == past
    # Frames 98 to 117 are what it takes for barely audible.
    assert [98, 118, BARELY] in window.media.predicted.tolist()
    assert past in window.recording.header.state
    qtbot.keyClick(box, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: window.media.details.run.name == RUN, timeout=20_000)
    qtbot.waitUntil(lambda: not window.media.is_busy, timeout=20_000)
    assert [98, 118, BARELY] not in window.media.predicted.tolist()
    assert past not in window.recording.header.state


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


def test_a_digit_mends_the_label_of_an_error_and_undo_brings_it_back(
    open_window, reviewed_project, qtbot
):
    window = open_window(reviewed_project)
    table = _open_review(window, qtbot)
    _click_row(table, qtbot, 1)
    time = window.session.time
    qtbot.waitUntil(lambda: time.selection is not None, timeout=20_000)
    start_s, end_s = time.selection

    def labels():
        """Classes within the error, and at both sides of it."""
        details = window.media.details
        return [
            sorted(
                details.classes[a.target] for a in details.annotations if a.start_s < t < a.end_s
            )
            for t in (start_s - 0.05, (start_s + end_s) / 2, end_s + 0.05)
        ]

    qtbot.waitUntil(lambda: window.media.details is not None, timeout=20_000)
    qtbot.waitUntil(window.actions_["class_1"].isEnabled, timeout=20_000)
    before = labels()
    assert before[1] == ["audible"]
    window.recording.waveform.setFocus()
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_1)
    qtbot.waitUntil(lambda: labels() != before, timeout=20_000)
    assert labels() == [before[0], ["inaudible"], before[2]]
    assert window.session.undo_stack.undoText().endswith("s to 'inaudible'")
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: labels() == before, timeout=20_000)
    assert window.session.errors.boxes == ()
