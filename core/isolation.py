"""Work in a child process: progress out, cancellation in, a crash is an error with a name.

The child is a `subprocess` that runs `core.child`: spawned, never forked, since a process forked
after TensorFlow has run hangs. Nothing of the caller's main module is imported in it. It ends when
its pipe does, so it never outlives its parent, however that died.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from multiprocessing.connection import Pipe
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, Self, TypeVar

from core.errors import StageCrashedError
from core.progress import Cancelled, Progress, StopTraining, ignore

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.progress import Report

P = ParamSpec("P")
R = TypeVar("R")

POLL_S = 0.1
"""How often a waiting supervisor looks up; so often can it be cancelled."""

CANCEL_GRACE_S = 1.0
"""How long a cancelled stage may tidy up before it is killed."""

LAST_WORDS_BYTES = 4000


@dataclass(frozen=True)
class Call:
    """To a child: run ``function(*args, **kwargs, report=...)``.

    Parameters
    ----------
    function : callable
        At the top level of a module, so that the child finds it.
    args : tuple
        Its arguments by place.
    kwargs : dict
        Its arguments by name.
    """

    function: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]


@dataclass(frozen=True)
class Cancel:
    """To a child: raise `Cancelled` at the next report."""


@dataclass(frozen=True)
class Stop:
    """To a child: raise `StopTraining` at the next report, once."""


@dataclass(frozen=True)
class Done:
    """From a child: the function returned.

    Parameters
    ----------
    result : object
        What it returned.
    """

    result: Any


@dataclass(frozen=True)
class Failed:
    """From a child: the function raised.

    Parameters
    ----------
    error : BaseException or None
        What it raised; None if it was cancelled, or stopped where there was nothing to keep.
    traceback : str
        Where, if that was a bug.
    """

    error: BaseException | None
    traceback: str = ""


class ChildError(RuntimeError):
    """A bug in a child; its own traceback is a note of this error."""


class ChildProcess:
    """One child that runs functions of `core`, one after the other.

    Parameters
    ----------
    n_threads : int or None
        Threads for numerical libraries; None leaves them their default.
    """

    def __init__(self, *, n_threads: int | None = None) -> None:
        self.connection, theirs = Pipe()
        # What libraries print must not mix with our output, but is evidence after a crash.
        self._output = tempfile.TemporaryFile()  # noqa: SIM115  closed in close()
        with theirs:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-P", "-X", "faulthandler"),
                    *(f"-W{option}" for option in sys.warnoptions),
                    *("-m", "core.child", str(theirs.fileno())),
                ],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=self._output,
                stderr=subprocess.STDOUT,
                env=_environment(n_threads),
            )

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    def send(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Have a function run; its messages are read from `connection`.

        Parameters
        ----------
        function : callable
            At the top level of a module of `core`; takes `report` by keyword.
        *args, **kwargs : object
            What can be pickled.
        """
        # A child that has ended is noticed where its answer is awaited.
        with contextlib.suppress(BrokenPipeError):
            self.connection.send(Call(function, args, kwargs))

    def receive(self) -> Progress | Done | Failed | None:
        """The next message, to be called when there is one.

        Returns
        -------
        Progress, Done, Failed or None
            None if the child has ended.
        """
        try:
            return self.connection.recv()
        except (EOFError, ConnectionResetError):
            return None

    def close(self) -> None:
        """End the child, whatever it is doing, and wait for it."""
        self._process.kill()
        self._process.wait()
        self.connection.close()
        self._output.close()

    def last_words(self) -> str:
        """How a child that ended by itself ended.

        Returns
        -------
        str
            Such as ``"ended by signal SIGSEGV"``, then the end of what it printed.
        """
        code = self._process.wait()
        how = (
            f"ended by signal {signal.Signals(-code).name}"
            if code < 0
            else f"ended with code {code}"
        )
        size = self._output.seek(0, os.SEEK_END)
        self._output.seek(max(0, size - LAST_WORDS_BYTES))
        printed = self._output.read().decode("utf-8", "replace").strip()
        return f"{how}\n{printed}" if printed else how


def cancel(children: Sequence[ChildProcess], *, grace_s: float) -> None:
    """Ask children to stop, and end those that do not.

    Parameters
    ----------
    children : sequence of ChildProcess
        All are asked before any is waited for; none can be used afterwards.
    grace_s : float
        How long they may tidy up, all together.
    """
    deadline = time.monotonic() + grace_s
    for child in children:
        with contextlib.suppress(BrokenPipeError):
            child.connection.send(Cancel())
    for child in children:
        while (left := deadline - time.monotonic()) > 0 and child.connection.poll(left):
            if not isinstance(child.receive(), Progress):
                break
        child.close()


class StageRunner:
    """Runs stages in a child that stays warm between them; a context manager.

    Only one stage runs at a time. A child that crashed or was cancelled is replaced by a new one
    when the next stage runs.
    """

    def __init__(self) -> None:
        self._child: ChildProcess | None = None

    def run(
        self,
        stage: Callable[P, R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """Run a stage in the child.

        Parameters
        ----------
        stage : callable
            A stage: a function at the top level of a module of `core` that takes `report`.
        *args, **kwargs : object
            Its arguments. `report` stays here, and is called at least every 0.1 s. What it
            raises ends the stage; `StopTraining` is passed on to it, and the result is awaited.

        Returns
        -------
        object
            What the stage returned.

        Raises
        ------
        LoudnessError
            What the stage raised, or `StageCrashedError` if the child ended.
        ChildError
            If the stage has a bug.
        """
        report: Report = kwargs.pop("report", ignore)  # pyright: ignore[reportAssignmentType]
        child = self._child = self._child or ChildProcess()
        try:
            child.send(stage, *args, **kwargs)
            answer = _supervise(child, report)
        except BaseException:
            self._child = None
            cancel([child], grace_s=CANCEL_GRACE_S)
            raise
        if isinstance(answer, Done):
            return answer.result
        if answer is None:
            words = child.last_words()
            self.close()
            how, _, printed = words.partition("\n")
            msg = f"The process of {stage.__name__} {how}"
            error = StageCrashedError(msg, hint="Run the same again: what is done is kept.")
            if printed:
                error.add_note(printed)
            raise error
        raise_failure(answer)
        raise AssertionError  # pragma: no cover

    def close(self) -> None:
        """End the child."""
        if self._child is not None:
            self._child.close()
            self._child = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def raise_failure(failure: Failed) -> None:
    """Raise here what was raised in a child.

    Parameters
    ----------
    failure : Failed
        The child's message.

    Raises
    ------
    Cancelled
        If the child was cancelled.
    BaseException
        The error itself, where it is one for the user.
    """
    if failure.error is None:
        raise Cancelled
    if isinstance(failure.error, ChildError):
        failure.error.add_note(failure.traceback)
    raise failure.error


def _supervise(child: ChildProcess, report: Report) -> Done | Failed | None:
    """Pass progress on until the child answers; None if it ended without an answer."""
    progress: Progress | None = None
    while True:
        if child.connection.poll(POLL_S):
            message = child.receive()
            if not isinstance(message, Progress):
                return message
            progress = message
        # Also while nothing comes: this is where a Cancelled gets in.
        try:
            report(progress or Progress("starting", text="Starting"))
        except StopTraining:
            # A child that has ended is noticed at the next look.
            with contextlib.suppress(BrokenPipeError):
                child.connection.send(Stop())


def _environment(n_threads: int | None) -> dict[str, str]:
    home = str(Path(__file__).resolve().parent.parent)
    before = os.environ.get("PYTHONPATH")
    environment = dict(os.environ)
    # -P keeps the current folder, which may have a `core` of its own, off the child's path.
    environment["PYTHONPATH"] = f"{home}{os.pathsep}{before}" if before else home
    if n_threads is not None:
        for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
            environment[name] = str(n_threads)
    return environment
