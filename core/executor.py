"""The same work for each recording, spread over local processes.

Recordings always go through processes of their own, since audio codecs crash and hang: a crash, or
a minute without a sign of life, fails that recording by name, and a new process goes on behind it.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from core.errors import LoudnessError, RecordingError, StorageError
from core.isolation import POLL_S, ChildProcess, Done, Failed, cancel, raise_failure
from core.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from core.progress import Report

T = TypeVar("T")
R = TypeVar("R")

PATIENCE_S = 60.0
"""How long a recording may take without a sign of life."""

CANCEL_GRACE_S = 0.7
"""How long a cancelled recording may tidy up; less than the stage has itself."""

START_S = 1.0
"""What another process costs before it works."""


@dataclass(frozen=True)
class Execution:
    """How many processes work on the recordings.

    Parameters
    ----------
    n_workers : int
        At the most; 0 means one for each core.
    patience_s : float
        How long a recording may take without a sign of life.
    """

    n_workers: int = 0
    patience_s: float = PATIENCE_S

    def workers_for(self, n_items: int, cost_s: float) -> int:
        """How many processes are worth their start.

        Parameters
        ----------
        n_items : int
            Recordings to work on.
        cost_s : float
            What they will cost one process, by rough estimate.

        Returns
        -------
        int
            At least 1.
        """
        most = self.n_workers or available_cores()
        return max(1, min(most, n_items, 1 + int(cost_s / (2 * START_S))))


def available_cores() -> int:
    """Cores that this process may use.

    Returns
    -------
    int
        At least 1.
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(frozen=True)
class Outcome(Generic[T, R]):
    """What became of one recording.

    Parameters
    ----------
    item : T
        What the task was given.
    result : R or None
        What it returned; None if it failed.
    error : LoudnessError or None
        Why it failed.
    """

    item: T
    result: R | None
    error: LoudnessError | None = None


class _Worker(Generic[T]):
    """A child, and what it is busy with."""

    def __init__(self) -> None:
        # One thread each: the processes share the cores, and sums keep their order.
        self.child = ChildProcess(n_threads=1)
        self.item: T | None = None
        self.progress: Progress | None = None
        self.alive_s = 0.0

    def start(self, task: Callable[..., Any], item: T) -> None:
        self.item, self.progress, self.alive_s = item, None, time.monotonic()
        self.child.send(task, item)

    def fraction(self) -> float:
        done = self.progress
        return min(1.0, done.done / done.total) if done and done.total else 0.0


def map_recordings(
    task: Callable[..., R],
    items: Sequence[T],
    *,
    name: Callable[[T], str],
    stage: str,
    cost_s: float,
    execution: Execution,
    report: Report,
) -> Iterator[Outcome[T, R]]:
    """Run a task on each item, in processes.

    Parameters
    ----------
    task : callable
        ``task(item, report=...) -> R``; can be pickled, and reports often.
    items : sequence
        What can be pickled.
    name : callable
        The name of an item's recording.
    stage : str
        For the progress.
    cost_s : float
        What all items will cost one process, by rough estimate.
    execution : Execution
        How many processes.
    report : callable
        Called several times a second; what it raises ends the work.

    Yields
    ------
    Outcome
        In the order in which they are done.

    Raises
    ------
    StorageError
        If the disk is full: no recording's fault.
    ChildError
        If the task has a bug.
    """
    todo = list(reversed(items))
    workers: list[_Worker[T]] = []
    n_done = 0
    try:
        for _ in range(execution.workers_for(len(items), cost_s) if items else 0):
            workers.append(_Worker())
            workers[-1].start(task, todo.pop())
        while any(w.item is not None for w in workers):
            report(_progress(workers, stage, n_done, len(items), name))
            for outcome in _collect(workers, execution.patience_s, name):
                n_done += 1
                yield outcome
            for worker in workers:
                if worker.item is None and todo:
                    worker.start(task, todo.pop())
    except BaseException:
        cancel([w.child for w in workers], grace_s=CANCEL_GRACE_S)
        raise
    for worker in workers:
        worker.child.close()
    report(Progress(stage, n_done, len(items), "recordings"))


def _collect(
    workers: list[_Worker[T]], patience_s: float, name: Callable[[T], str]
) -> list[Outcome[T, Any]]:
    """Wait a moment, and take what has come; a worker that is done has no item any more."""
    outcomes: list[Outcome[T, Any]] = []
    busy = {w.child.connection: w for w in workers if w.item is not None}
    ready = set(wait(list(busy), timeout=POLL_S))
    now_s = time.monotonic()
    for connection, worker in busy.items():
        item = worker.item
        assert item is not None  # noqa: S101  busy ones have one
        if connection in ready:
            message = worker.child.receive()
            worker.alive_s = now_s
            if isinstance(message, Progress):
                worker.progress = message
                continue
            worker.item = None
            outcomes.append(_outcome(worker, item, message, name(item)))
        elif now_s - worker.alive_s > patience_s:
            worker.item = None
            worker.child.close()
            worker.child = ChildProcess(n_threads=1)
            msg = f"{name(item)} gave no sign of life for {patience_s:.0f} s"
            outcomes.append(Outcome(item, None, RecordingError(msg, path=name(item))))
    return outcomes


def _outcome(
    worker: _Worker[T], item: T, message: Done | Failed | None, name: str
) -> Outcome[T, Any]:
    if isinstance(message, Done):
        return Outcome(item, message.result)
    if message is None:
        how = worker.child.last_words().partition("\n")[0]
        worker.child.close()
        worker.child = ChildProcess(n_threads=1)
        msg = f"{name} crashed the process that read it ({how})"
        hint = "Convert the file with another program."
        return Outcome(item, None, RecordingError(msg, path=name, hint=hint))
    if isinstance(message.error, LoudnessError) and not isinstance(message.error, StorageError):
        return Outcome(item, None, message.error)
    raise_failure(message)
    raise AssertionError  # pragma: no cover


def _progress(
    workers: list[_Worker[T]], stage: str, n_done: int, n_items: int, name: Callable[[T], str]
) -> Progress:
    busy = [w for w in workers if w.item is not None]
    names = [name(w.item) for w in busy if w.item is not None]
    done = n_done + sum(w.fraction() for w in busy)
    return Progress(stage, done, n_items, "recordings", ", ".join(names), "; ".join(names))
