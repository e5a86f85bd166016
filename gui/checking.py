"""What may be wrong with annotations, as the panel knows it: looked for in a child."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.project_lint import LintResult, lint_project
from gui.reading import Reading

if TYPE_CHECKING:
    from core.annotations.stored import StoredAnnotation
    from core.errors import LoudnessError
    from core.library import Recording
    from core.recording_details import RecordingDetails
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
        self._seen: tuple[Recording, tuple[StoredAnnotation, ...]] | None = None
        self.result: LintResult | None = None
        self._reading = Reading(
            session,
            lint_project,
            done=self._on_found,
            failed=lambda: self._on_found(None),
            arguments=lambda: {"most": MOST_FINDINGS, "with_edits": True},
            settle_ms=SETTLE_MS,
        )
        self._reading.changed.connect(self.changed)
        session.project_changed.connect(self._on_project_changed)
        session.settings_changed.connect(self.refresh)
        session.products_changed.connect(self.refresh)
        media.details_changed.connect(self._on_details)

    @property
    def is_looking(self) -> bool:
        """Whether it is being looked for, or about to be."""
        return self._reading.is_busy

    @property
    def error(self) -> LoudnessError | None:
        """Why it could not be looked for."""
        return self._reading.error

    def want(self, on: bool) -> None:  # noqa: FBT001  as a slot
        """Say whether anybody looks at it: nothing is read for nobody."""
        self._reading.want(on)

    def refresh(self, *_: object) -> None:
        """Read again, soon; what is known is shown until then."""
        self._reading.refresh()

    def _on_project_changed(self, _project: object) -> None:
        self.result, self._seen = None, None
        self._reading.restart()

    def _on_details(self, details: RecordingDetails | None) -> None:
        """Another recording is no reason to look again; an edited one is."""
        if details is None:
            return
        before, self._seen = self._seen, (details.recording, details.stored_annotations)
        if before is not None and before[0] == self._seen[0] and before[1] != self._seen[1]:
            self.refresh()

    def _on_found(self, result: LintResult | None) -> None:
        self.result = result
        self.changed.emit()
