"""Output devices are listed, chosen and remembered."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget

from tests.gui.playing import played

__all__ = ["played"]


@pytest.fixture
def menu(null_sink, played, qtbot):
    from gui.actions import Actions
    from gui.panels.transport_menu import SoundMenu

    window = QWidget()
    qtbot.addWidget(window)
    menu = SoundMenu(Actions(window), played.player, window)
    menu.window_ = window
    with qtbot.waitSignal(played.player.output.devices_changed):
        menu.aboutToShow.emit()
    return menu


def texts(menu):
    return [action.text() for action in menu.actions() if action.isCheckable()]


def test_the_devices_there_are_and_the_one_that_is_not(menu, played):
    from gui.playback import Player

    assert texts(menu)[0] == "System's choice (default)"
    assert "pulse" in texts(menu)
    next(action for action in menu.actions() if action.text() == "pulse").trigger()
    assert played.player.device_name == "pulse"
    other = Player(played.session, played.shelf)
    assert other.device_name == "pulse"
    other.close()
    played.player.choose_device("headphones")
    assert "headphones (not there now)" in texts(menu)
