from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from gui.preferences import preferences
from gui.views.spectrogram_settings import (
    COLOR_MAPS,
    LEAST_SPAN_DB,
    SpectrogramLook,
    SpectrogramSettings,
    color_table,
    load_look,
)


@pytest.fixture
def settings(application, qtbot):
    settings = SpectrogramSettings(load_look())
    qtbot.addWidget(settings)
    with qtbot.waitExposed(settings):
        settings.show()
    return settings


def _luminance(table):
    r, g, b = (table >> shift & 0xFF for shift in (16, 8, 0))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


@pytest.mark.parametrize("name", COLOR_MAPS)
@pytest.mark.parametrize("is_inverted", [False, True])
def test_loud_is_lighter_or_darker_all_the_way(application, name, is_inverted):
    look = SpectrogramLook(color_map=name, is_inverted=is_inverted)
    light = np.diff(_luminance(color_table(look, QColor("red")))[1:])
    assert (light <= 1).all() if is_inverted else (light >= -1).all()


def test_no_audio_has_the_colour_of_the_background(application):
    assert color_table(SpectrogramLook(), QColor("#abcdef"))[0] == 0xFFABCDEF


def test_what_is_chosen_by_key_and_mouse_is_remembered(settings, qtbot):
    seen = []
    settings.changed.connect(seen.append)
    settings.fft_size.setFocus()
    qtbot.keyClick(settings.fft_size, Qt.Key.Key_End)
    settings.floor_db.setFocus()
    settings.floor_db.selectAll()
    qtbot.keyClicks(settings.floor_db, "-80")
    # Not before it is typed to its end.
    assert seen[-1].floor_db == -100
    qtbot.keyClick(settings.floor_db, Qt.Key.Key_Return)
    settings.scale.setCurrentIndex(settings.scale.findData("mel"))
    settings.is_inverted.setCurrentIndex(1)
    settings.color_map.setCurrentIndex(settings.color_map.findData("magma"))
    settings.highest_hz.setCurrentIndex(settings.highest_hz.findData(4000))
    expected = SpectrogramLook(8192, -80, -10, "magma", True, "mel", 4000)
    assert seen[-1] == expected
    assert load_look() == expected


def test_defaults_come_back(settings, qtbot):
    settings.fft_size.setCurrentIndex(0)
    button = settings.findChild(object, "spectrogramDefaults")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert settings.look == SpectrogramLook()
    assert settings.fft_size.currentData() == SpectrogramLook.fft_size


def test_the_range_never_turns_over(settings):
    values = np.random.default_rng(2).integers(-140, 13, 60)
    for k, value in enumerate(values.tolist()):
        (settings.floor_db if k % 2 else settings.top_db).setValue(value)
        look = settings.look
        assert look.top_db - look.floor_db >= LEAST_SPAN_DB
        assert (settings.floor_db.value(), settings.top_db.value()) == (look.floor_db, look.top_db)


@pytest.mark.parametrize(
    ("key", "value"),
    [("fft_size", "1000"), ("color_map", "rainbow"), ("floor_db", "loud"), ("top_db", "-140")],
)
def test_preferences_that_make_no_sense_are_the_defaults(application, key, value):
    preferences().setValue(f"spectrogram/{key}", value)
    assert load_look() == SpectrogramLook()


def test_channels_of_the_recording_are_offered(settings):
    settings.set_channels(2)
    settings.channel.setCurrentIndex(2)
    assert settings.look.channel_or_mean == 1
    settings.set_channels(1)
    assert settings.look.channel_or_mean is None
    assert not settings.channel.isEnabled()
    # The next recording begins with the mean of its own.
    assert load_look().channel_or_mean is None


def test_each_choice_of_colours_shows_them(settings):
    def pictures():
        box = settings.color_map
        return [box.itemIcon(k).pixmap(box.iconSize()).toImage() for k in range(len(COLOR_MAPS))]

    before = pictures()
    assert all(picture.width() for picture in before)
    settings.is_inverted.setCurrentIndex(1 - settings.is_inverted.currentIndex())
    assert all(a != b for a, b in zip(before, pictures(), strict=True))
