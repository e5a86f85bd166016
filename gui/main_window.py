"""The window: puts panels, docks, menus and actions together, and does nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from core.errors import LoudnessError
from gui.actions import SPECS, Actions, Menu
from gui.session import Session

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtCore import Qt
    from PySide6.QtGui import QCloseEvent

TITLE = "Loudness Classificator"


class MainWindow(QMainWindow):
    """The window of the application.

    Parameters
    ----------
    project : Path, optional
        Project folder to open.
    """

    def __init__(self, project: Path | None = None) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.setWindowTitle(TITLE)
        self.resize(1280, 800)
        self.session = Session(self)
        self.actions_ = Actions(self)
        self._make_menus()
        if project is not None:
            self.open_project(project)

    def open_project(self, path: Path) -> None:
        """Open a project, or say why not."""
        try:
            self.session.open_project(path)
        except LoudnessError as error:
            self.session.errors.show(error, title="Open project")

    def closeEvent(self, event: QCloseEvent) -> None:
        """End what runs."""
        self.session.close()
        event.accept()

    def _make_menus(self) -> None:
        menus = {menu: self.menuBar().addMenu(menu.value) for menu in Menu}
        for spec in SPECS:
            if spec.begins_group:
                menus[spec.menu].addSeparator()
            menus[spec.menu].addAction(self.actions_[spec.id])

    def _add_dock(self, name: str, title: str, panel: QWidget, area: Qt.DockWidgetArea) -> None:
        dock = QDockWidget(title, self)
        dock.setObjectName(name)
        dock.setWidget(panel)
        self.addDockWidget(area, dock)
