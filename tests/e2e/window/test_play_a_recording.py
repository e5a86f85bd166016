"""Play in the whole window, through a sound card that only a test hears; and what may go wrong."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from tests.e2e.window.hearing import alike, original
from tests.sound_card import UNDISTURBED

pytestmark = UNDISTURBED


def _opened(window, qtbot):
    qtbot.waitUntil(lambda: window.session.time.duration_s == 8.0, timeout=15_000)
    qtbot.waitUntil(lambda: window.media.audio_share == 1.0, timeout=15_000)
    window.findChild(QWidget, "waveform").setFocus()
    return window


def test_space_plays_and_pauses_and_what_is_heard_is_the_recording(
    null_sink, open_window, project_folder, qtbot
):
    window = _opened(open_window(project_folder), qtbot)
    time = window.session.time
    time.request_seek(2.5)
    waveform = window.findChild(QWidget, "waveform")
    with null_sink.recording(window.player) as heard:
        qtbot.keyClick(waveform, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: time.playhead_s > 3.6, timeout=10_000)
        qtbot.keyClick(waveform, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: not window.player.is_playing)
    assert alike(heard.samples[:, 0], original(window, 2.6, 3.4)) > 0.99
    assert 3.6 < time.playhead_s < 4.2


def test_a_recording_that_is_deleted_while_it_plays_plays_on(
    null_sink, open_window, project_folder, qtbot
):
    window = _opened(open_window(project_folder), qtbot)
    time = window.session.time
    # The tone, not the noise around it: of noise up to half its rate, the filters of two
    # resamplers leave different edges.
    expected = original(window, 2.6, 3.4)
    time.request_seek(1.8)
    with null_sink.recording(window.player) as heard:
        window.actions_["play"].trigger()
        qtbot.waitUntil(lambda: time.playhead_s > 2.2, timeout=10_000)
        window.session.recording.path.unlink()
        qtbot.waitUntil(lambda: time.playhead_s > 3.6, timeout=10_000)
        window.actions_["stop"].trigger()
    assert alike(heard.samples[:, 0], expected) > 0.99
    assert window.session.errors.boxes == ()
    window.actions_["reload"].trigger()
    qtbot.waitUntil(lambda: "missing" in _states(window), timeout=15_000)


def _states(window):
    model = window.findChild(QWidget, "recordingsTable").model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_without_a_sound_device_one_sentence_says_so_and_all_else_works(
    open_window, project_folder, qtbot
):
    window = _opened(open_window(project_folder), qtbot)
    qtbot.waitUntil(lambda: window.player.output.is_known, timeout=15_000)
    if window.player.output.devices:
        pytest.skip("this machine has a sound card")
    button = window.findChild(QWidget, "playButton")
    assert not button.isEnabled()
    assert "no sound device" in button.toolTip()
    window.actions_["zoom_in"].trigger()
    assert window.session.time.span_s < 8.0
    assert window.session.errors.boxes == ()
