from __future__ import annotations

from PySide6.QtGui import QAction

from gui.actions import SPECS
from gui.theme import Scheme


def _reachable(menu):
    for action in menu.actions():
        if action.menu() is not None:
            yield from _reachable(action.menu())
        else:
            yield action


def test_every_action_and_every_panel_is_in_a_menu(open_window):
    window = open_window()
    reachable = set(_reachable(window.menuBar()))
    assert {window.actions_[spec.id] for spec in SPECS} <= reachable
    assert {dock.toggleViewAction() for dock in window.docks.every} <= reachable
    texts = {action.text().replace("&", "").strip() for action in reachable}
    assert {"Dark", "Light", "Undo", "Redo"} <= texts


def test_a_look_is_chosen_in_the_menu(open_window):
    window = open_window()
    dark = next(a for a in window.findChildren(QAction) if a.text() == "Dark")
    dark.trigger()
    assert window.session.theme.scheme is Scheme.DARK
    assert dark.isChecked()
