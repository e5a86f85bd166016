"""What to annotate next, as the panel knows it: ranked in a child, kept up with what is edited."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.errors import LoudnessError, StageCrashedError
from core.rank_recordings import rank_recordings, read_queue
from gui.error_listening import Place
from gui.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.annotation_queue import AnnotationQueue, QueueRow
    from core.library import Recording
    from gui.jobs import Job
    from gui.session import Session

NOTHING_LEFT = "Nothing that is ranked is left to annotate."
NEVER_RANKED = "The recordings are not ranked yet: press Rank recordings."


class Queueing(QObject):
    """Ranks recordings that are not annotated, and leads through them."""

    changed = Signal()
    """Another queue, or none; or it is being read, or ranked."""
    progressed = Signal(object)
    """A `core.progress.Progress` of a ranking."""
    place_wanted = Signal(object)
    """A `gui.error_listening.Place` that is to be seen."""
    missing = Signal()
    """The next was asked for, and there is none."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._goes_on = False
        self._n_edits = self._n_edits_read = 0
        self._last: str | None = None
        """Not the open one: that may have been chosen elsewhere, and stand anywhere."""
        self._ranking: Job | None = None
        self.queue: AnnotationQueue | None = None
        self._failed: LoudnessError | None = None
        self.with_reviewed = False
        self._reading = Reading(
            session,
            read_queue,
            done=self._on_read,
            failed=self._on_read_failed,
            arguments=self._arguments,
        )
        self._reading.changed.connect(self.changed)
        session.project_changed.connect(self._on_project_changed)
        session.settings_changed.connect(self.refresh)
        session.products_changed.connect(self.refresh)
        session.annotations_changed.connect(self._on_annotations)
        session.reviewed_changed.connect(self._on_reviewed)

    @property
    def is_ranking(self) -> bool:
        """Whether recordings are being ranked, or are about to be."""
        return self._ranking is not None

    @property
    def is_reading(self) -> bool:
        """Whether what is kept is being read, or is about to be."""
        return self._reading.is_busy

    @property
    def error(self) -> LoudnessError | None:
        """Why recordings could not be ranked, or what is kept not be read."""
        return self._failed or self._reading.error

    def want(self, on: bool) -> None:  # noqa: FBT001  as a slot
        """Say whether anybody looks at it: nothing is read for nobody."""
        self._reading.want(on)

    def refresh(self, *_: object) -> None:
        """Read again, soon; what is known is shown until then."""
        self._reading.refresh()
        if self._goes_on:
            self._reading.read_soon()

    def include_reviewed(self, on: bool) -> None:  # noqa: FBT001  as a slot
        """Also queue recordings that are marked as reviewed and have no annotation, or no more."""
        self.with_reviewed = on
        if self.queue is not None:
            self.queue = replace(self.queue, with_reviewed=on)
        self.changed.emit()

    def rank(self, recordings: Sequence[Recording] | None = None) -> None:
        """Rank all recordings, or these; what is known is shown until then."""
        project = self._session.project
        if project is None or self._ranking is not None:
            return
        job = self._session.stages.submit(
            rank_recordings,
            project.folder,
            recordings=recordings,
            with_reviewed=self.with_reviewed,
            done=partial(self._on_ranked, self._n_edits),
            failed=self._on_rank_failed,
            progressed=self.progressed.emit,
            cancelled=lambda: self._on_cancelled(job),
        )
        self._ranking, self._failed = job, None
        self.changed.emit()

    def cancel(self) -> None:
        """End the ranking within 2 s; what was predicted is kept, and the next goes on from it."""
        if self._ranking is not None:
            self._ranking.cancel()

    def open_next(self) -> None:
        """Open what comes behind the one that was opened last from here; first the first."""
        if self._session.project is None:
            return
        if self._reading.is_old or self.is_reading or self.queue is None:
            # It is read first; a queue that nobody looks at need not be known.
            self._goes_on = True
            if not self.is_reading:
                self.refresh()
            return
        row = self.queue.after(self._last)
        if row is None:
            self._session.say(NOTHING_LEFT if self.queue.rows else NEVER_RANKED)
            self.missing.emit()
            return
        self.open(row)

    def open(self, row: QueueRow) -> None:
        """Open a recording where the model is most unsure."""
        self._last = row.recording
        self.place_wanted.emit(Place(row.recording, row.start_s, row.end_s))

    def _arguments(self) -> dict[str, object]:
        self._n_edits_read = self._n_edits
        return {"with_reviewed": self.with_reviewed}

    def _on_project_changed(self, _project: object) -> None:
        self.cancel()
        self._ranking, self.queue, self._failed = None, None, None
        self._goes_on, self._last = False, None
        self._reading.restart()

    def _on_ranked(self, n_edits: int, queue: AnnotationQueue) -> None:
        self._ranking, self._last = None, None
        self._reading.take_as_read()
        self._show(n_edits, queue)
        self._session.say(f"Ranked; {len(queue.items):,} in the queue.")
        # What was predicted for it can be drawn, too.
        self._session.predictions_changed.emit()

    def _on_read(self, queue: AnnotationQueue) -> None:
        self._show(self._n_edits_read, queue)

    def _show(self, n_edits: int, queue: AnnotationQueue) -> None:
        self._failed = None
        self.queue = replace(queue, with_reviewed=self.with_reviewed)
        if n_edits != self._n_edits:
            # Edited while it was read: perhaps after that was read.
            self.refresh()
            return
        self.changed.emit()
        if self._goes_on:
            self._goes_on = False
            self.open_next()

    def _on_read_failed(self) -> None:
        self._goes_on, self.queue = False, None
        if self._reading.error is not None:
            # The newest is said.
            self._failed = None
        self.changed.emit()

    def _on_rank_failed(self, error: Exception) -> None:
        self._ranking = None
        if isinstance(error, StageCrashedError):
            # What it does means something to the user, the function's name does not.
            error.message = error.message.replace(rank_recordings.__name__, "the ranking")
        if isinstance(error, LoudnessError):
            self._failed = error
        else:
            self._session.errors.show(error)
        self.changed.emit()

    def _on_cancelled(self, job: Job) -> None:
        # The ranking of another project may already run.
        if self._ranking is job:
            self._ranking = None
            self.changed.emit()

    def _on_annotations(self, recording: Recording, n_more: int) -> None:
        if n_more:
            name = recording.database_path
            self._take_note(name, lambda queue: queue.noted(name, n_more))

    def _on_reviewed(self, recording: Recording, is_reviewed: bool) -> None:  # noqa: FBT001  a signal's
        name = recording.database_path
        self._take_note(name, lambda queue: queue.marked(name, is_reviewed=is_reviewed))

    def _take_note(self, name: str, change: Callable[[AnnotationQueue], AnnotationQueue]) -> None:
        """Let a recording leave, or come back, at once; of others only the counts are read."""
        self._n_edits += 1
        if self.queue is None or self.is_reading or not self.queue.knows(name):
            self.refresh()
            return
        self.queue = change(self.queue)
        self.changed.emit()
