"""The transport: keys, buttons, speed, volume, read-out, by mouse and key in a real window."""

from __future__ import annotations

import wave

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow

from core.excerpt import Excerpt
from tests.gui.playing import noise, played, write

__all__ = ["played"]


@pytest.fixture
def bar(played, tmp_path, qtbot):
    from gui.actions import Actions, State
    from gui.panels.transport import TransportBar

    window = QMainWindow()
    actions = Actions(window)
    bar = TransportBar(played.session, actions, played.player)
    window.setCentralWidget(bar)
    qtbot.addWidget(window)
    played.shelf.put(write(tmp_path / "audio", noise(3)))
    actions.enable(frozenset(State))
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    bar.actions_, bar.window_ = actions, window
    return bar


def child(bar, name):
    return bar.findChild(object, name)


def test_the_button_plays_and_pauses_and_the_readout_follows(null_sink, bar, played, qtbot):
    button = child(bar, "playButton")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert played.player.is_playing
    qtbot.waitUntil(lambda: child(bar, "positionLabel").text() > "0:00:00.200")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not played.player.is_playing


def test_keys_change_the_speed_and_the_loop(bar, played, qtbot):
    window = bar.window()
    qtbot.keyClick(window, "]")
    assert child(bar, "speedBox").value() == played.player.speed == 1.25
    for _ in range(2):
        qtbot.keyClick(window, "[")
    assert played.player.speed == 0.75
    qtbot.keyClick(window, "l")
    assert played.player.loops
    assert child(bar, "loopButton").isChecked()


def test_the_volume_is_told_in_decibels_down_to_mute(bar, played):
    slider = child(bar, "volumeSlider")
    slider.setValue(-24)
    assert played.player.listening.volume_db == -12
    assert child(bar, "volumeLabel").text() == "-12.0 dB"
    slider.setValue(slider.minimum())
    assert child(bar, "volumeLabel").text() == "mute"
    assert played.player.listening.gain == 0


def test_the_level_for_listening_stands_on_the_screen(bar, played, qtbot):
    button = child(bar, "levelButton")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    level_db = played.player.listening.level_db
    assert level_db > 0
    assert button.text() == f"Listening {level_db:+.1f} dB"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert button.text() == "Level"


def test_seeking_by_key_and_following_exclude_nothing_but_each_other(bar, played):
    actions, time = bar.actions_, played.session.time
    actions["seek_end"].trigger()
    assert time.playhead_s == time.duration_s
    actions["seek_far_back"].trigger()
    assert time.playhead_s == pytest.approx(time.duration_s - time.span_s / 2)
    actions["follow_scroll"].setChecked(True)
    assert not actions["follow_page"].isChecked()
    actions["follow_page"].setChecked(True)
    assert not actions["follow_scroll"].isChecked()


def test_without_a_device_the_reason_is_the_tool_tip(bar, played, qtbot):
    with qtbot.waitSignal(played.player.output.devices_changed):
        played.player.output.look_for_devices()
    if played.player.output.devices:
        pytest.skip("this machine has a sound card")
    assert not child(bar, "playButton").isEnabled()
    assert "no sound device" in child(bar, "playButton").toolTip()
    assert child(bar, "deviceButton").isEnabled()


def test_nothing_is_cut_off_in_a_narrow_window(bar):
    bar.actions_["normalise"].setChecked(True)
    assert bar.minimumSizeHint().width() <= 650


@pytest.mark.parametrize("bits", [16, 24])
def test_the_selection_is_saved_sample_by_sample(bar, played, qtbot, tmp_path, bits):
    source = played.player.source
    path = tmp_path / "saved.wav"
    with qtbot.waitSignal(played.session.said, timeout=10_000):
        bar.saving.save(path, Excerpt(source.folder, 800, 1600, bits))
    with wave.open(str(path)) as sound:
        assert (sound.getframerate(), sound.getnframes()) == (8000, 800)
        data = np.frombuffer(sound.readframes(800), dtype=np.uint8).reshape(800, bits // 8)
    numbers = np.zeros((800, 4), dtype=np.uint8)
    numbers[:, 4 - bits // 8 :] = data
    expected = (source.samples(800, 1600)[:, 0].astype(np.float64) * 2**31).astype(np.int64)
    assert np.array_equal(numbers.view("<i4")[:, 0], expected)


@given(st.integers(0, 10**9))
def test_the_clock_tells_the_time_to_the_millisecond(ms):
    from gui.panels.transport import clock

    hours, minutes, seconds = clock(ms / 1000).split(":")
    assert int(hours) * 3_600_000 + int(minutes) * 60_000 + round(float(seconds) * 1000) == ms
