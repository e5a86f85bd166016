"""Whether annotations lie where the sound changes, as the panel knows it: checked in a child."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.alignment_check import AlignmentCheck, check_alignment, renewed
from core.errors import LoudnessError

if TYPE_CHECKING:
    from core.library import Recording
    from gui.jobs import Job
    from gui.session import Session


class Aligning(QObject):
    """Checks all recordings of the open project, and again those whose annotations change."""

    changed = Signal()
    """Another check, or none; or it runs."""
    progressed = Signal(object)
    """A `core.progress.Progress` of a check of all."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._job: Job | None = None
        self._old: set[str] = set()
        self.check: AlignmentCheck | None = None
        self.error: LoudnessError | None = None
        session.project_changed.connect(self._on_project_changed)

    @property
    def is_running(self) -> bool:
        """Whether all are being checked."""
        return self._job is not None

    def is_old(self, recording: str) -> bool:
        """Whether the annotations of a recording have changed since it was checked."""
        return recording in self._old

    def run(self) -> None:
        """Check all recordings; what is known is shown until then."""
        project = self._session.project
        if project is None or self._job is not None:
            return
        job = self._session.aligning.submit(
            check_alignment,
            project.folder,
            done=self._on_checked,
            failed=self._on_failed,
            progressed=self.progressed.emit,
            cancelled=lambda: self._on_cancelled(job),
        )
        self._job = job
        self.changed.emit()

    def cancel(self) -> None:
        """End the check of all; what was known before stays."""
        if self._job is not None:
            self._job.cancel()

    def check_again(self, recording: Recording, *_: object) -> None:
        """Check a recording whose annotations have changed, if it was checked before."""
        project, name = self._session.project, recording.database_path
        if project is None or self.check is None:
            return
        self._old.add(name)
        self._session.aligning.submit(
            check_alignment,
            project.folder,
            only=name,
            done=lambda found: self._on_checked_again(name, found),
            failed=lambda _error: self._on_gone(name),
        )
        self.changed.emit()

    def _on_project_changed(self, _project: object) -> None:
        self.cancel()
        self._job, self.check, self.error = None, None, None
        self._old.clear()
        self.changed.emit()

    def _on_checked(self, check: AlignmentCheck) -> None:
        self._job, self.check, self.error = None, check, None
        self._old.clear()
        self.changed.emit()

    def _on_failed(self, error: Exception) -> None:
        self._job = None
        if isinstance(error, LoudnessError):
            self.error = error
        else:
            self._session.errors.show(error)
        self.changed.emit()

    def _on_cancelled(self, job: Job) -> None:
        # That of another project may already run.
        if self._job is job:
            self._job = None
        self.changed.emit()

    def _on_checked_again(self, name: str, found: AlignmentCheck) -> None:
        self._old.discard(name)
        if self.check is not None:
            self.check = renewed(self.check, found)
        self.changed.emit()

    def _on_gone(self, _name: str) -> None:
        """It has no annotation any more, or cannot be read: it stays marked as changed."""
        self.changed.emit()
