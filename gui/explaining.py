"""What drove a decision, as the window asks for it: of a span, by the model that is shown."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from core.errors import LoudnessError
from core.explanation import Explanation, SpanToExplain, explain_span, span_of
from core.recording_details import sentence

if TYPE_CHECKING:
    from core.library import Recording
    from core.progress import Progress
    from core.recording_details import RecordingDetails
    from gui.actions import Actions
    from gui.error_listening import Place
    from gui.media import Media
    from gui.panels.review import ReviewPanel
    from gui.session import Session

SETTLE_MS = 150
"""Errors that are walked past faster than this are not explained."""

LOOKING = "Looking at the recording"
STARTING = "Starting TensorFlow, which takes some seconds"


class Explaining(QObject):
    """Asks a child for explanations, one at a time, and drops those nobody waits for any more.

    What runs is not cancelled, since the child would end with it, and TensorFlow take seconds to
    start again: it takes a second at the most, and only what was wanted last follows it.
    """

    changed = Signal()
    """Another explanation, or none; or what is being done for it."""

    def __init__(self, session: Session, actions: Actions, media: Media) -> None:
        super().__init__(session)
        self._session, self._media = session, media
        self._review: ReviewPanel | None = None
        self._times_s: tuple[float, float] | None = None
        self._wanted: SpanToExplain | None = None
        self._running: SpanToExplain | None = None
        self.is_open = False
        self.explanation: Explanation | None = None
        self.problem = ""
        """Why there is none."""
        self.progress = ""
        """What is being done."""
        self._timer = QTimer(self, interval=SETTLE_MS, singleShot=True)
        self._timer.timeout.connect(self._look)
        actions["explain"].triggered.connect(self.explain)
        actions["close_explanation"].triggered.connect(self.close)
        session.project_changed.connect(self.close)
        session.recording_changed.connect(self._on_recording_changed)
        session.closing.connect(self._timer.stop)
        media.details_changed.connect(self._on_details_changed)

    def follow(self, review: ReviewPanel) -> None:
        """Explain the errors that are shown while explanations are."""
        self._review = review
        review.listening.shown.connect(self._on_shown)

    def explain(self) -> None:
        """Explain the selection; else the frame under the mouse, the error, or the playhead's."""
        if self._session.recording is None:
            return
        time = self._session.time
        place = self._review.chosen_place if self._review else None
        if time.selection is not None:
            times_s = time.selection
        elif time.cursor_s is not None:
            times_s = (time.cursor_s, time.cursor_s)
        elif place is not None:
            times_s = (place.start_s, place.end_s)
        else:
            times_s = (time.playhead_s, time.playhead_s)
        self.is_open = True
        self._forget()
        self._times_s = times_s
        self._look()

    def close(self, *_: object) -> None:
        """Show none any more."""
        if not self.is_open:
            return
        self.is_open = False
        self._forget()
        self.changed.emit()

    def _forget(self) -> None:
        self._timer.stop()
        self._times_s = self._wanted = self.explanation = None
        self.problem = self.progress = ""

    def _on_recording_changed(self, recording: Recording | None) -> None:
        if not self.is_open:
            return
        if self._review is None or not self._review.listening.is_awaited(recording):
            self.close()
            return
        # An error of it is about to be shown.
        self._forget()
        self.progress = LOOKING
        self.changed.emit()

    def _on_shown(self, place: Place) -> None:
        if self.is_open:
            self._forget()
            self._times_s = (place.start_s, place.end_s)
            self.progress = LOOKING
            self._timer.start()
            self.changed.emit()

    def _on_details_changed(self, details: RecordingDetails | None) -> None:
        """Look again: the recording has only now been looked at, or another model was trained."""
        if details is not None and self._times_s is not None and not self._timer.isActive():
            self._look()

    def _look(self) -> None:
        """Find out what is wanted, and ask for it."""
        details, times_s = self._media.details, self._times_s
        if times_s is None:
            return
        if details is None:
            self.progress = LOOKING
            self.changed.emit()
            return
        try:
            wanted = span_of(details, *times_s)
        except LoudnessError as error:
            self._wanted, self.explanation, self.progress = None, None, ""
            self.problem = sentence(error)
            self.changed.emit()
            return
        if wanted != self._wanted:
            self._wanted, self.explanation = wanted, None
            self.problem, self.progress = "", STARTING
            self._go_on()
            self.changed.emit()

    def _go_on(self) -> None:
        """Ask for what is wanted now, once nothing else is asked for."""
        project, span = self._session.project, self._wanted
        if self._running is not None or span is None or project is None:
            return
        self._running = span
        self._session.explaining.submit(
            explain_span,
            project.folder,
            span,
            done=partial(self._on_done, span),
            failed=partial(self._on_failed, span),
            progressed=partial(self._on_progress, span),
            cancelled=self._on_ended,
        )

    def _on_progress(self, span: SpanToExplain, progress: Progress) -> None:
        if span == self._wanted:
            said = progress.text or STARTING
            self.progress = STARTING if said in {"Starting", "Starting TensorFlow"} else said
            self.changed.emit()

    def _on_done(self, span: SpanToExplain, explanation: Explanation) -> None:
        self._running = None
        if span == self._wanted:
            self.explanation, self.progress = explanation, ""
            self.changed.emit()
        else:
            self._go_on()

    def _on_failed(self, span: SpanToExplain, error: Exception) -> None:
        self._running = None
        if span != self._wanted:
            self._go_on()
        elif isinstance(error, LoudnessError):
            self.problem, self.progress = sentence(error), ""
            self.changed.emit()
        else:
            self.close()
            self._session.errors.show(error)

    def _on_ended(self) -> None:
        """All was cancelled, since the project is closed."""
        self._running = None
        self._go_on()
