"""Probable label errors, as the panel knows them: looked for and read in a child, and marked."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.errors import LoudnessError
from core.label_errors import find_label_errors, read_label_errors
from core.project_store import Mark
from core.review_marks import clear_mark, set_mark
from gui.reading import Reading

if TYPE_CHECKING:
    from core.label_errors import KeptLabelErrors
    from core.progress import Progress
    from gui.jobs import Job
    from gui.session import Session

RIGHT = "right"


class LabelChecking(QObject):
    """Looks for label errors when somebody asks, and reads them while somebody looks at them.

    While it looks for them, the project is held for writing, as while a stage runs.
    """

    changed = Signal()
    """Others are known, or another state of them; or they are being looked for."""
    progressed = Signal(object)
    """A `core.progress.Progress` of the search."""
    marked = Signal()
    """A mark was kept or taken away."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._job: Job | None = None
        self._hold = ExitStack()
        self.kept: KeptLabelErrors | None = None
        self._failed: LoudnessError | None = None
        self._reading = Reading(
            session, read_label_errors, done=self._on_read, failed=lambda: self._on_read(None)
        )
        session.project_changed.connect(self._on_project_changed)
        for signal in (
            session.settings_changed,
            session.products_changed,
            session.annotations_changed,
            self.marked,
        ):
            signal.connect(self.refresh)

    @property
    def error(self) -> LoudnessError | None:
        """Why they could not be looked for, or not be read."""
        return self._failed or self._reading.error

    @property
    def is_running(self) -> bool:
        """Whether they are being looked for."""
        return self._job is not None

    @property
    def is_reading(self) -> bool:
        """Whether what is kept is being read, or about to be."""
        return self._reading.is_busy

    def want(self, on: bool) -> None:  # noqa: FBT001  as a slot
        """Say whether anybody looks at them: nothing is read for nobody."""
        self._reading.want(on)

    def refresh(self, *_: object) -> None:
        """Read again, soon; what is known is shown until then."""
        self._reading.refresh()

    def run(self) -> None:
        """Look for them; what is known is shown until then."""
        project = self._session.project
        if project is None or self._job is not None:
            return
        try:
            # What is in the file counts: it may have been edited by hand.
            self._session.refresh_settings()
            self._hold.enter_context(project.writing())
        except LoudnessError as error:
            self._session.errors.show(error, title="Find label errors")
            return
        self._failed = None
        job = self._session.stages.submit(
            find_label_errors,
            project.folder,
            done=lambda _found: self._end(job),
            failed=lambda error: self._on_failed(job, error),
            progressed=self._on_progressed,
            cancelled=lambda: self._end(job),
        )
        self._job = job
        self.changed.emit()

    def cancel(self) -> None:
        """End the search, within 2 s; what was found before stays."""
        if self._job is not None:
            self._job.cancel()

    def mark(self, place: int, *, is_right: bool) -> None:
        """Say that a label is right, or take that back."""
        project, kept = self._session.project, self.kept
        if project is None or kept is None:
            return
        span = kept.found.spans[place]
        mark = Mark(
            span.recording,
            span.start_sample,
            span.end_sample,
            kept.found.sample_rate,
            span.annotated,
            RIGHT,
        )
        self._session.reviewing.submit(
            set_mark if is_right else clear_mark,
            project.folder,
            mark,
            done=lambda _marks: self.marked.emit(),
            failed=lambda error: self._session.errors.show(error, title="Mark"),
        )

    def _on_project_changed(self, _project: object) -> None:
        self.cancel()
        self._hold.close()
        self._job, self._failed, self.kept = None, None, None
        self._reading.restart()
        self.changed.emit()

    def _on_progressed(self, progress: Progress) -> None:
        if self._job is not None:
            self.progressed.emit(progress)

    def _on_failed(self, job: Job, error: Exception) -> None:
        if self._job is job and isinstance(error, LoudnessError):
            self._failed = error
        elif self._job is job:
            self._session.errors.show(error)
        self._end(job)

    def _end(self, job: Job) -> None:
        # The search of another project may already run.
        if self._job is not job:
            return
        self._hold.close()
        self._job = None
        # The stages before it may have run.
        self._session.products_changed.emit()
        self.refresh()
        self.changed.emit()

    def _on_read(self, kept: KeptLabelErrors | None) -> None:
        self.kept = kept
        self.changed.emit()
