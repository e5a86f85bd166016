"""The menus: every action that is declared, the panels, and how it all looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QActionGroup

from gui.actions import SPECS, SUBMENUS, Menu
from gui.theme import Scheme

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu

    from gui.main_window import MainWindow
    from gui.theme import Theme


def make_menus(window: MainWindow) -> None:
    """Fill the menu bar of a window that has its docks."""
    menus: dict[Menu, QMenu] = {}
    for menu in Menu:
        above = menus[SUBMENUS[menu]] if menu in SUBMENUS else window.menuBar()
        menus[menu] = above.addMenu(menu.value)
        menus[menu].setToolTipsVisible(True)
    for spec in SPECS:
        if spec.begins_group:
            menus[spec.menu].addSeparator()
        menus[spec.menu].addAction(window.actions_[spec.id])
        if spec.id == "open_project":
            menus[spec.menu].addMenu(window.opening.recent_menu)
    view = menus[Menu.VIEW]
    view.addSeparator()
    for dock in window.docks.every:
        shown = dock.toggleViewAction()
        shown.setToolTip(f"Show or hide the panel “{dock.windowTitle()}”")
        view.addAction(shown)
    _add_looks(view.addMenu("&Appearance"), window.session.theme)


def _add_looks(menu: QMenu, theme: Theme) -> None:
    menu.setToolTipsVisible(True)
    group = QActionGroup(menu)
    for scheme in Scheme:
        action = menu.addAction(scheme.value.capitalize())
        action.setCheckable(True)
        action.setToolTip(f"Colours: {scheme.value}")
        action.setChecked(theme.scheme is scheme)
        action.triggered.connect(lambda _on, s=scheme: theme.choose(s))
        group.addAction(action)
