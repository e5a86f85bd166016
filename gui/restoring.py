"""Brings a project's recording, zoom and selection back when it is opened again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from gui.window_state import ProjectView, save_view, saved_view

if TYPE_CHECKING:
    from core.library import Recording
    from core.project import Project
    from gui.session import Session


class Restoring(QObject):
    """Asks for what was in view, once the project, and then the recording, are there.

    To be made before the panels, so that the list knows which recording is wanted.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._wanted: ProjectView | None = None
        session.project_changed.connect(self._ask_for_recording)
        session.recording_changed.connect(self._forget_if_another)
        session.time.duration_changed.connect(self._bring_back)

    def save(self) -> None:
        """Remember what is in view."""
        save_view(self._session)

    def _ask_for_recording(self, project: Project | None) -> None:
        self._wanted = saved_view(project.folder) if project else None
        if self._wanted and self._wanted.recording:
            self._session.open_recording(self._wanted.recording)

    def _forget_if_another(self, recording: Recording | None) -> None:
        if recording and self._wanted and str(recording.path) != self._wanted.recording:
            self._wanted = None

    def _bring_back(self, duration_s: float) -> None:
        if not duration_s or self._wanted is None or self._session.recording is None:
            return
        wanted, self._wanted = self._wanted, None
        time = self._session.time
        if wanted.range_s:
            time.set_range(*wanted.range_s)
        if wanted.selection_s:
            time.select(*wanted.selection_s)
        time.move_playhead(wanted.playhead_s)
