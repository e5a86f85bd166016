"""What the model gets wrong, as the panels know it: read in a child, and marked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from core.errors import LoudnessError
from core.project_store import Mark
from core.review import NoReview, Review, prepare_review, read_review
from core.review_marks import attach_marks, clear_mark, set_mark
from core.review_states import read_annotated_now, restate
from gui.reading import Reading

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.recording_details import RecordingDetails
    from core.run_assessment import EvaluatedRun
    from gui.session import Session

PREPARE_MS = 2000
"""A project that is open so long has been painted: the child may start, so that nobody waits."""


class Reviewing(QObject):
    """Reads the errors of a run while somebody looks at them, and keeps marks."""

    changed = Signal()
    """Another review, or none; or it is being read."""
    marks_changed = Signal()
    """The same errors, with other marks, or with something else annotated there."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._run = ""
        self._details: RecordingDetails | None = None
        self._places: dict[str, int] = {}
        self._n_edits = 0
        self.review: Review | None = None
        self.runs: tuple[EvaluatedRun, ...] = ()
        """What can be reviewed, the current run first."""
        self.why_none = ""
        """What to do where there is nothing to review."""
        self._reading = Reading(
            session,
            read_review,
            done=self._on_read,
            failed=self._on_failed,
            arguments=lambda: {"run": self._run},
        )
        self._reading.changed.connect(self.changed)
        self._preparing = QTimer(self, interval=PREPARE_MS, singleShot=True)
        self._preparing.timeout.connect(self._prepare)
        session.project_changed.connect(self._on_project_changed)
        session.settings_changed.connect(self.refresh)
        session.products_changed.connect(self.refresh)
        session.annotations_changed.connect(self._count)
        session.closing.connect(self._preparing.stop)
        if session.project is not None:
            # The panel is made behind the first paint, when a project may be open already.
            self._preparing.start()

    @property
    def run(self) -> str:
        """Name of the past run that is wanted; empty for the current one."""
        return self._run

    @property
    def is_reading(self) -> bool:
        """Whether it is being read, or about to be."""
        return self._reading.is_busy

    @property
    def error(self) -> LoudnessError | None:
        """Why it could not be read."""
        return self._reading.error

    def want(self, on: bool) -> None:  # noqa: FBT001  as a slot
        """Say whether anybody looks at it: nothing is read for nobody."""
        self._reading.want(on)

    def refresh(self, *_: object) -> None:
        """Read again, soon; what is known is shown until then."""
        self._reading.refresh()

    def choose_run(self, run: str) -> None:
        """Review a past run, by its name; empty for the current one, whichever that will be."""
        if run != self._run:
            self._run = run
            self._reading.restart()

    def mark(self, error: int, verdict: str, note: str = "") -> None:
        """Say what is thought of the label of an error; an empty verdict takes the mark away."""
        project, review = self._session.project, self.review
        if project is None or review is None:
            return
        keys, errors = review.keys, review.errors
        mark = Mark(
            keys.recordings[int(errors.recording[error])],
            int(errors.start_sample[error]),
            int(errors.end_sample[error]),
            keys.sample_rate,
            keys.classes[int(errors.annotated[error])],
            verdict,
            note,
        )
        self._session.reviewing.submit(
            set_mark if verdict else clear_mark,
            project.folder,
            mark,
            done=self._on_marked,
            failed=lambda error: self._session.errors.show(error, title="Mark"),
        )

    def follow(self, details: RecordingDetails | None) -> None:
        """Look at the errors of the recording that is open, as it is annotated now."""
        review, self._details = self.review, details
        if review is None or details is None:
            return
        recording = details.recording
        names = (recording.database_path, str(recording.path))
        place = next((self._places[name] for name in names if name in self._places), None)
        if place is not None:
            self._show_now(restate(review, place, details.annotations, details.classes))

    def _show_now(self, review: Review) -> None:
        if review is not self.review:
            self.review = review
            self.marks_changed.emit()

    def _on_project_changed(self, project: object) -> None:
        self.review, self.why_none = None, ""
        self._run, self.runs = "", ()
        self._preparing.stop()
        if project is not None:
            self._preparing.start()
        self._reading.restart()

    def _prepare(self) -> None:
        """Start the child, and have it read what takes long, before anybody waits for it."""
        project = self._session.project
        if project is not None and self._reading.is_old and not self.is_reading:
            self._session.reviewing.submit(prepare_review, project.folder)

    def _on_read(self, found: Review | NoReview) -> None:
        before, self.review = self.review, found if isinstance(found, Review) else None
        self._places = {}
        if isinstance(found, Review):
            if found.is_current:
                # Who looks at the current one wants to see the one that comes after it.
                self._run = ""
            self._places = {name: k for k, name in enumerate(found.originals)}
            if before and (before.run, len(before.errors)) == (found.run, len(found.errors)):
                # Until it is looked at anew.
                self.review = replace(found, annotated_now=before.annotated_now)
            if not self._reading.is_old:
                self._look_at_annotations(found.run)
        self.runs = found.runs
        self.why_none = found.why if isinstance(found, NoReview) else ""
        self.changed.emit()

    def _count(self, *_: object) -> None:
        self._n_edits += 1

    def _look_at_annotations(self, run: str) -> None:
        """Behind the first look, which need not wait for it."""
        project, n_edits = self._session.project, self._n_edits
        if project is not None:
            self._session.reviewing.submit(
                read_annotated_now,
                project.folder,
                run=run,
                done=lambda now: self._on_annotated(run, n_edits, now),
                failed=self._on_not_annotated,
            )

    def _on_annotated(self, run: str, n_edits: int, now: NDArray[np.int16]) -> None:
        review = self.review
        if review is not None and review.run == run and len(now) == len(review.errors):
            if n_edits != self._n_edits:
                # Edited while it was read: perhaps after that was read, and open no more.
                self._look_at_annotations(run)
                return
            if not np.array_equal(now, review.annotated_now):
                self._show_now(replace(review, annotated_now=now))
            # What is drawn is the newest.
            self.follow(self._details)

    def _on_not_annotated(self, error: Exception) -> None:
        # What is wrong with annotations is said where they are drawn.
        if not isinstance(error, LoudnessError):
            self._session.errors.show(error)

    def _on_failed(self) -> None:
        self.review, self.why_none = None, ""
        self.changed.emit()

    def _on_marked(self, marks: tuple[Mark, ...]) -> None:
        review = self.review
        if review is not None:
            mark_of = attach_marks(review.errors, marks, keys=review.keys)
            self.review = replace(review, marks=marks, mark_of=mark_of)
            self.marks_changed.emit()
