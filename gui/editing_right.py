"""The right to edit the open project, which one window has at a time; the others look at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

from core.editing_right import EditingRight

if TYPE_CHECKING:
    from core.project import Project
    from gui.session import Session

ASK_AGAIN_MS = 2_000
"""A command that ran beside the window may have ended; nobody needs to click for that."""


class EditingRightHolder(QObject):
    """Takes the right with a project, gives it back, and asks again until it is free."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._right: EditingRight | None = None
        self._timer = QTimer(self, interval=ASK_AGAIN_MS)
        self._timer.timeout.connect(self.ask_again)
        session.project_changed.connect(self._on_project)
        session.closing.connect(self._release)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.applicationStateChanged.connect(self._on_application)
            application.focusWindowChanged.connect(self.ask_again)

    def ask_again(self, *_: object) -> None:
        """Take the right if it has become free: another window may have been closed."""
        right = self._right
        if right is None or right.is_held:
            return
        if not right.take():
            # Somebody else may have it by now.
            self._session.set_read_only(right.refusal)
            return
        self._timer.stop()
        self._session.set_read_only("")
        self._session.say("The project can be edited here now.")
        # The other window may have edited it meanwhile.
        self._session.products_changed.emit()

    def _on_application(self, state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationActive:
            self.ask_again()

    def _on_project(self, project: Project | None) -> None:
        self._release()
        if project is not None:
            self._right = EditingRight(project.folder)
            self._session.set_read_only(self._right.refusal)
            if not self._right.is_held:
                self._timer.start()

    def _release(self) -> None:
        self._timer.stop()
        if self._right is not None:
            self._right.release()
            self._right = None
        self._session.set_read_only("")
