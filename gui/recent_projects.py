"""The projects that were open last, and the menu of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu, QWidget

from core.project import SETTINGS_FILE
from gui.preferences import preferences

if TYPE_CHECKING:
    from PySide6.QtGui import QAction

    from core.project import Project

LONGEST = 10
KEY = "recentProjects"


class RecentProjects(QObject):
    """Folders of projects, the last one first; kept in the preferences."""

    changed = Signal()

    @property
    def folders(self) -> tuple[Path, ...]:
        """Those that are remembered, there or gone."""
        kept: object = preferences().value(KEY, [])
        # One alone comes back as a text.
        texts = kept if isinstance(kept, list) else [kept]
        return tuple(Path(text) for text in texts if isinstance(text, str) and text)

    def add(self, project: Project | None) -> None:
        """Put a project first."""
        if project is not None:
            others = [folder for folder in self.folders if folder != project.folder]
            self._keep([project.folder, *others])

    def remove(self, folder: Path) -> None:
        """Forget a project; nothing of it is deleted."""
        self._keep([other for other in self.folders if other != folder])

    def remove_gone(self) -> None:
        """Forget those that are no more."""
        self._keep([folder for folder in self.folders if is_there(folder)])

    def _keep(self, folders: list[Path]) -> None:
        preferences().setValue(KEY, [str(folder) for folder in folders[:LONGEST]])
        self.changed.emit()


class RecentMenu(QMenu):
    """`Open recent`: looks anew whenever it is opened."""

    chosen = Signal(object)
    """Folder of a project."""

    def __init__(self, recent: RecentProjects, parent: QWidget | None = None) -> None:
        super().__init__("Open &recent", parent)
        self.setObjectName("recentMenu")
        self.setToolTipsVisible(True)
        self._recent = recent
        self.aboutToShow.connect(self.refresh)
        # An action that is being triggered must not be cleared away: only the title follows now.
        recent.changed.connect(lambda: self.setEnabled(bool(recent.folders)))
        self.refresh()

    def refresh(self) -> None:
        """Build the menu; what is gone stands there, but cannot be chosen."""
        self.clear()
        folders = self._recent.folders
        for place, folder in enumerate(folders):
            action = self._add(folder, place)
            action.triggered.connect(lambda _on=False, f=folder: self.chosen.emit(f))
        self.addSeparator()
        forget = self.addAction("&Forget those that are gone")
        forget.setEnabled(not all(map(is_there, folders)))
        forget.triggered.connect(self._recent.remove_gone)
        self.setEnabled(bool(folders))

    def _add(self, folder: Path, place: int) -> QAction:
        text = title_of(folder).replace("&", "&&")
        action = self.addAction(f"&{(place + 1) % LONGEST}  {text}")
        action.setToolTip(str(folder))
        if not is_there(folder):
            action.setEnabled(False)
            action.setText(f"{action.text()} (gone)")
        return action


def is_there(folder: Path) -> bool:
    """Whether the folder still is a project."""
    return (folder / SETTINGS_FILE).is_file()


def title_of(folder: Path) -> str:
    """A project's name for people: folders named "project" are told apart by where they are."""
    return f"{folder.parent.name}/{folder.name}" if folder.parent.name else folder.name
