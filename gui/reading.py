"""What is read in a child while somebody looks at it, and again when it may be another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from core.errors import LoudnessError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gui.jobs import Job
    from gui.session import Session

SETTLE_MS = 150
"""Several changes in a row are one reason to read again."""


class Reading(QObject):
    """Keeps what is known of the open project up to date, while anybody wants to know.

    Parameters
    ----------
    session : Session
        Of which the project is.
    function : callable
        What reads, of `core`: it is given the project's folder, and runs in the lane `reviewing`.
    done : callable
        Given what was read.
    failed : callable
        Called when nothing could be read; `error` tells why, unless it is a bug, which is shown.
    arguments : callable, optional
        Gives what else `function` is given, by keyword, when it is begun.
    settle_ms : int
        How long nothing else must change before it is read.
    """

    changed = Signal()
    """`is_busy` or `is_old` may be another."""

    def __init__(
        self,
        session: Session,
        function: Callable[..., Any],
        *,
        done: Callable[[Any], None],
        failed: Callable[[], None],
        arguments: Callable[[], Mapping[str, Any]] = dict,
        settle_ms: int = SETTLE_MS,
    ) -> None:
        super().__init__(session)
        self._session, self._function = session, function
        self._done, self._failed, self._arguments = done, failed, arguments
        self._job: Job | None = None
        self._is_wanted, self._is_old = False, True
        self.error: LoudnessError | None = None
        """Why it could not be read."""
        self._timer = QTimer(self, interval=settle_ms, singleShot=True)
        self._timer.timeout.connect(self._begin)
        session.closing.connect(self._timer.stop)

    @property
    def is_busy(self) -> bool:
        """Whether it is being read, or about to be."""
        return self._job is not None or self._timer.isActive()

    @property
    def is_old(self) -> bool:
        """Whether it may be another than what is known, or is being read."""
        return self._is_old

    def want(self, on: bool) -> None:  # noqa: FBT001  as a slot
        """Say whether anybody looks at it: nothing is read for nobody."""
        self._is_wanted = on
        if on and self._is_old:
            self.refresh()

    def refresh(self, *_: object) -> None:
        """Read again, soon, if anybody looks at it; what is being read is read to its end."""
        self._is_old = True
        if self._is_wanted:
            self.read_soon()
        self.changed.emit()

    def read_soon(self) -> None:
        """Read it, even if nobody looks at it."""
        if self._session.project is not None:
            self._timer.start()

    def restart(self) -> None:
        """Read something else: of what is being read nothing is told any more."""
        self.stop()
        self.error = None
        self.refresh()

    def stop(self) -> None:
        """Read no more, for now."""
        self._timer.stop()
        if self._job is not None:
            job, self._job = self._job, None
            self._is_old = True
            job.cancel()

    def take_as_read(self) -> None:
        """It is known from elsewhere, and as new as it can be."""
        self.stop()
        self._is_old, self.error = False, None

    def _begin(self) -> None:
        project = self._session.project
        if project is None:
            return
        if self._job is not None:
            # That which runs ends first: to cancel it would end its child, too.
            self._timer.start()
            return
        self._is_old = False
        job = self._session.reviewing.submit(
            self._function,
            project.folder,
            **self._arguments(),
            done=lambda found: self._on_done(job, found),
            failed=lambda error: self._on_failed(job, error),
        )
        self._job = job
        self.changed.emit()

    def _on_done(self, job: Job, found: object) -> None:
        if self._job is job:
            self._job, self.error = None, None
            self._done(found)

    def _on_failed(self, job: Job, error: Exception) -> None:
        if self._job is not job:
            return
        self._job = None
        if self._timer.isActive():
            # It was of what is no longer so: what is read next tells.
            return
        if isinstance(error, LoudnessError):
            self.error = error
        else:
            self._session.errors.show(error)
        self._failed()
