from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from gui.views.track_buttons import TrackButtons, make_menu_button
from gui.views.track_list import BY_KEY, TRACKS


@pytest.fixture
def parent(application, qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(400, 300)
    with qtbot.waitExposed(parent):
        parent.show()
    return parent


def test_the_menu_lists_every_track_once_and_stays_open(parent, qtbot):
    chosen = []
    button = make_menu_button(parent, lambda track, is_wanted: chosen.append((track, is_wanted)))
    menu = button.menu()
    tracks = [a.data() for a in menu.findChildren(QAction) if a.data() is not None]
    assert sorted(track.key for track in tracks) == sorted(track.key for track in TRACKS)
    menu.popup(parent.mapToGlobal(QPoint(10, 10)))
    qtbot.waitUntil(menu.isVisible)
    for key in ("loudness", "onset_flux"):
        action = next(a for a in menu.actions() if a.data() == BY_KEY[key])
        place = menu.actionGeometry(action).center()
        qtbot.mouseMove(menu, place)
        qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=place)
        assert menu.isVisible()
    assert chosen == [(BY_KEY["loudness"], True), (BY_KEY["onset_flux"], True)]
    menu.close()


def test_a_track_is_moved_and_taken_away_by_its_buttons(parent, qtbot):
    asked = []
    track = BY_KEY["mfcc"]
    buttons = TrackButtons(
        parent,
        track,
        lambda track, by: asked.append((track, by)),
        lambda track, is_wanted: asked.append((track, is_wanted)),
    )
    for button in (buttons.up, buttons.down, buttons.away):
        assert button.toolTip()
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked == [(track, -1), (track, 1), (track, False)]
    buttons.set_place(0, 2)
    assert (buttons.up.isEnabled(), buttons.down.isEnabled()) == (False, True)
    buttons.set_place(1, 2)
    assert (buttons.up.isEnabled(), buttons.down.isEnabled()) == (True, False)
