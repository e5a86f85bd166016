"""What may be wrong with annotations, as the panel knows it: looked for in a child."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from core.errors import LoudnessError
from core.project_lint import LintResult, lint_project

if TYPE_CHECKING:
    from core.annotations.stored import StoredAnnotation
    from core.library import Recording
    from core.recording_details import RecordingDetails
    from gui.jobs import Job
    from gui.media import Media
    from gui.session import Session

SETTLE_MS = 300
"""Several changes in a row are one reason to look again."""

MOST_FINDINGS = 5_000
"""The worst ones; more are counted, but nobody reads them in a list."""


class Checking(QObject):
    """Looks at the annotations while somebody wants to know, and again when they change."""

    changed = Signal()
    """Another result, or none; or it is being looked for."""

    def __init__(self, session: Session, media: Media) -> None:
        super().__init__(session)
        self._session, self._media = session, media
        self._job: Job | None = None
        self._is_wanted = False
        self._is_old = True
        self._seen: tuple[Recording, tuple[StoredAnnotation, ...]] | None = None
        self.result: LintResult | None = None
        self.error: LoudnessError | None = None
        self._timer = QTimer(self, interval=SETTLE_MS, singleShot=True)
        self._timer.timeout.connect(self._look)
        session.project_changed.connect(self._on_project_changed)
        session.settings_changed.connect(self.refresh)
        session.products_changed.connect(self.refresh)
        session.closing.connect(self._timer.stop)
        media.details_changed.connect(self._on_details)

    @property
    def is_looking(self) -> bool:
        """Whether it is being looked for, or about to be."""
        return self._job is not None or self._timer.isActive()

    def want(self, on: bool) -> None:  # noqa: FBT001  as a slot
        """Say whether anybody looks at it: nothing is looked for for nobody."""
        self._is_wanted = on
        if on and self._is_old:
            self.refresh()

    def refresh(self, *_: object) -> None:
        """Look again, soon; what is known is shown until then."""
        self._is_old = True
        self._timer.stop()
        if self._job is not None:
            self._job.cancel()
            self._job = None
        if self._is_wanted and self._session.project is not None:
            self._timer.start()
        self.changed.emit()

    def _on_project_changed(self, _project: object) -> None:
        self.result, self.error, self._seen = None, None, None
        self.refresh()

    def _on_details(self, details: RecordingDetails | None) -> None:
        """Another recording is no reason to look again; an edited one is."""
        if details is None:
            return
        before, self._seen = self._seen, (details.recording, details.stored_annotations)
        if before is not None and before[0] == self._seen[0] and before[1] != self._seen[1]:
            self._refresh_after()

    def _refresh_after(self) -> None:
        """Look again, too: edits follow each other so quickly that none would ever be looked at."""
        if self._job is None:
            self.refresh()
            return
        self._is_old = True
        self._timer.start()
        self.changed.emit()

    def _look(self) -> None:
        project = self._session.project
        if project is None:
            return
        if self._job is not None:
            # That which runs ends first: to cancel it would end its child, too.
            self._timer.start()
            return
        self._job = self._session.reviewing.submit(
            lint_project,
            project.folder,
            most=MOST_FINDINGS,
            with_edits=True,
            done=self._on_found,
            failed=self._on_failed,
        )
        self.changed.emit()

    def _on_found(self, result: LintResult) -> None:
        self._job, self.error, self._is_old = None, None, self._timer.isActive()
        self.result = result
        self.changed.emit()

    def _on_failed(self, error: Exception) -> None:
        self._job, self.result, self._is_old = None, None, self._timer.isActive()
        if isinstance(error, LoudnessError):
            self.error = error
        else:
            self._session.errors.show(error)
        self.changed.emit()
