"""One thing that is drawn from the cache: asked for in a lane, mapped while it grows."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from core.drawing_cache import DrawingProgress
from core.errors import LoudnessError
from core.peaks import PeakReader
from core.recording_details import sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.progress import Progress
    from gui.errors import ErrorDoor
    from gui.jobs import Job, Lane

GROW_EVERY_S = 0.1
"""A picture that grows is drawn anew no oftener, so that the window stays fluid meanwhile."""


class Drawing(QObject):
    """A folder of peaks that a child makes or finds.

    Parameters
    ----------
    lane : Lane
        Where it is made.
    errors : ErrorDoor
        For bugs; what is wrong with the data is `problem`.
    parent : QObject, optional
        Owner.
    """

    changed = Signal()
    """The reader appeared, has more, is complete, went, or there is a problem."""

    def __init__(self, lane: Lane, errors: ErrorDoor, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lane = lane
        self._errors = errors
        self._job: Job | None = None
        self._grown_at_s = 0.0
        self.key: object = None
        """What it is of, by which a change is noticed."""
        self.reader: PeakReader | None = None
        self.result: Any = None
        """What the child returned."""
        self.problem = ""
        """Why there is nothing; empty while there is, or may be."""
        self.share = 0.0
        """How much of it is there, as far as its length is known."""

    @property
    def is_busy(self) -> bool:
        """Whether it is being made or waits for that."""
        return self._job is not None

    def ask(self, key: object, function: Callable[..., Any], *args: Any) -> None:  # noqa: ANN401
        """Have it made by a function that tells `DrawingProgress`, unless it is there already.

        Two are the same if their keys are equal, and not None.
        """
        if key is not None and key == self.key:
            return
        self.drop()
        self.key = key
        self._job = self._lane.submit(
            function,
            *args,
            progressed=self._on_progressed,
            done=self._on_done,
            failed=self._on_failed,
        )

    def clear(self, problem: str = "") -> None:
        """Let it go, and say why there is none."""
        before = (self.reader, self._job, self.problem)
        self.drop()
        self.problem = problem
        if before != (None, None, problem):
            self.changed.emit()

    def drop(self) -> bool:
        """Let it go without a word; tell whether there was anything. What is made is cancelled."""
        had = self.reader is not None or self.is_busy or bool(self.problem)
        if self._job is not None:
            # From now on it says nothing, whatever is on its way.
            self._job.cancel()
            self._job = None
        self._close()
        self.key = self.result = None
        self.problem, self.share = "", 0.0
        self._grown_at_s = 0.0
        return had

    def _close(self) -> None:
        if self.reader is not None:
            self.reader.close()
            self.reader = None

    def _on_progressed(self, progress: Progress) -> None:
        if not isinstance(progress, DrawingProgress):
            return
        now_s = time.monotonic()
        if now_s - self._grown_at_s < GROW_EVERY_S:
            return
        self._grown_at_s = now_s
        if progress.total:
            self.share = min(1.0, progress.done / progress.total)
        self._look(Path(progress.folder))

    def _on_done(self, result: Any) -> None:  # noqa: ANN401
        self._job = None
        self.result = result
        self.share = 1.0
        self._look(result[0] if isinstance(result, tuple) else result)

    def _on_failed(self, error: Exception) -> None:
        # The key goes, too: when it is asked for next, the disk may no longer be full.
        self.drop()
        if isinstance(error, LoudnessError):
            self.problem = sentence(error)
        else:
            self.problem = "This program has a bug here; the rest goes on."
            self._errors.show(error)
        self.changed.emit()

    def _look(self, folder: Path) -> None:
        """Map what there is; another window may just be making it anew."""
        try:
            if self.reader is None:
                self.reader = PeakReader(folder)
            else:
                self.reader.refresh()
        except LoudnessError as error:
            if self.is_busy:
                return
            self._close()
            self.problem = sentence(error)
        self.changed.emit()
