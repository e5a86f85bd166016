"""The only thread code: calls in a thread that supervises a child process, and lanes of them."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QThread, Signal, Slot

from core.isolation import StageRunner
from core.progress import Cancelled, StopTraining

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.progress import Progress, Report

TELL_EVERY_S = 0.05
"""Progress is shown no oftener: more could not be seen, and would keep the window busy."""


class Job(QThread):
    """One call in a thread of its own.

    Its signals reach the window's thread. Exactly one of `succeeded`, `failed` and `cancelled` is
    emitted, and after `cancel` it is `cancelled`, whatever came meanwhile.
    """

    progressed = Signal(object)
    """A `core.progress.Progress`."""
    succeeded = Signal(object)
    """What the call returned."""
    failed = Signal(object)
    """The exception that it raised."""
    cancelled = Signal()
    ended = Signal()
    """Behind the one of those three."""
    _reported = Signal(object)
    """From the thread to the job itself: all others are emitted in the window's thread, so that no
    slot is called after it was disconnected, which ends the process where the slot has gone."""

    def __init__(self, call: Callable[[Report], Any], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._call = call
        self._result: Any = None
        self._error: Exception | None = None
        self._is_cancelled = False
        self._is_stopped = False
        self._told_at_s = 0.0
        self._reported.connect(self._pass_on)
        self.finished.connect(self._tell_outcome)

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody has asked for its end."""
        return self._is_cancelled

    def cancel(self) -> None:
        """Ask the call to end: its next report raises `Cancelled`."""
        self._is_cancelled = True

    def stop(self) -> None:
        """Ask the call to come to its end with what it has: its next report raises `StopTraining`.

        `succeeded` then follows where there is something to keep, else `cancelled`.
        """
        self._is_stopped = True

    def run(self) -> None:
        """Call, in the thread; what was cancelled while it waited is not even begun."""
        if self._is_cancelled:
            return
        try:
            self._result = self._call(self._report)
        except (Cancelled, StopTraining):
            self._is_cancelled = True
        except Exception as error:  # noqa: BLE001  the door for errors sorts them, in the window
            self._error = error

    def _report(self, progress: Progress) -> None:
        if self._is_cancelled:
            raise Cancelled
        now_s = time.monotonic()
        if progress.metrics or now_s - self._told_at_s >= TELL_EVERY_S:
            self._told_at_s = now_s
            self._reported.emit(progress)
        if self._is_stopped:
            self._is_stopped = False
            raise StopTraining

    @Slot(object)
    def _pass_on(self, progress: Progress) -> None:
        if not self._is_cancelled:
            self.progressed.emit(progress)

    @Slot()
    def _tell_outcome(self) -> None:
        if self._is_cancelled:
            self.cancelled.emit()
        elif self._error is not None:
            self.failed.emit(self._error)
        else:
            self.succeeded.emit(self._result)
        self.ended.emit()


class Lane(QObject):
    """Jobs one after the other.

    Parameters
    ----------
    name : str
        For people.
    isolated : bool
        Whether the functions run in a child process, which stays warm between them. If not, they
        run in the thread: only for what waits, and lets the window's thread work meanwhile.
    parent : QObject, optional
        Owner.
    """

    busy_changed = Signal(bool)
    job_failed = Signal(object)
    """The exception of a job that nobody else looks after."""

    def __init__(self, name: str, *, isolated: bool = True, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self._runner = StageRunner() if isolated else None
        self._waiting: deque[Job] = deque()
        self._running: Job | None = None
        self._is_closed = False

    @property
    def is_busy(self) -> bool:
        """Whether a job runs or waits."""
        return self._running is not None or bool(self._waiting)

    def submit(
        self,
        function: Callable[..., Any],
        *args: Any,  # noqa: ANN401
        done: Callable[[Any], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        progressed: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], None] | None = None,
        **kwargs: Any,  # noqa: ANN401
    ) -> Job:
        """Run a function behind all that were submitted before.

        Parameters
        ----------
        function : callable
            Takes `report` by keyword. In an isolated lane: at the top level of a module of `core`,
            and its arguments and its result can be pickled.
        *args, **kwargs : object
            Its arguments.
        done, failed, progressed, cancelled : callable, optional
            Called in the window's thread: with the result, the exception, each progress, nothing.
            Without `failed`, the lane's `job_failed` tells of an exception.

        Returns
        -------
        Job
            To cancel it.
        """

        def call(report: Report) -> Any:  # noqa: ANN401
            if self._runner is None:
                return function(*args, report=report, **kwargs)
            return self._runner.run(function, *args, report=report, **kwargs)

        job = Job(call, self)
        job.succeeded.connect(done or _nothing)
        job.failed.connect(failed or self.job_failed)
        if progressed:
            job.progressed.connect(progressed)
        if cancelled:
            job.cancelled.connect(cancelled)
        job.ended.connect(lambda: self._on_finished(job))
        if self._is_closed:
            # Somebody who has not heard of it yet; a child would be started that nobody ends.
            job.cancel()
            return job
        self._waiting.append(job)
        if self._running is None:
            self._start_next()
            self.busy_changed.emit(True)
        return job

    def cancel_all(self) -> None:
        """Cancel what runs and what waits."""
        for job in (self._running, *self._waiting):
            if job is not None:
                job.cancel()

    def close(self) -> None:
        """Cancel everything, wait for it, and end the child; that takes 2 s at the most."""
        self._is_closed = True
        self.cancel_all()
        waiting, self._waiting = self._waiting, deque()
        for job in waiting:
            job.deleteLater()
        if self._running is not None:
            self._running.wait()
        if self._runner is not None:
            self._runner.close()

    def _start_next(self) -> None:
        self._running = self._waiting.popleft()
        self._running.start()

    def _on_finished(self, job: Job) -> None:
        job.deleteLater()
        self._running = None
        if self._waiting:
            self._start_next()
        else:
            self.busy_changed.emit(False)


def _nothing(_result: object) -> None:
    """Take a result that nobody asked for."""
