"""The program of a child process; `core.isolation` starts it and tells why it is as it is."""

from __future__ import annotations

import faulthandler
import os
import queue
import signal
import sys
import threading
import time
import traceback
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from core.errors import LoudnessError
from core.isolation import Call, Cancel, ChildError, Done, Failed, Stop
from core.progress import Cancelled, Progress, StopTraining

if TYPE_CHECKING:
    from typing import Any

PRIORITY = 10
"""Lower than the window's, so that it never stalls (nice value)."""

REPORT_EVERY_S = 0.05
"""More signs of life than this tell nobody more."""

DEADLOCK_S = 120.0
"""A child that holds the interpreter's lock so long can no longer see its pipe end."""


class Child:
    """Runs what comes through the pipe, one call after the other.

    Parameters
    ----------
    connection : Connection
        Calls and cancellations come in; progress, results and errors go out.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._calls: queue.SimpleQueue[Call] = queue.SimpleQueue()
        self._cancelled = threading.Event()
        self._stopped = threading.Event()
        self._last_sent_s = 0.0
        self._last = Progress("")

    def serve(self) -> None:
        """Run until the pipe ends."""
        threading.Thread(target=self._listen, daemon=True).start()
        while True:
            self._send(self._run(self._calls.get()))

    def _listen(self) -> None:
        """Read the pipe. When it ends, end the process, whatever it is doing."""
        while True:
            # A C library that never gives the lock back would keep this thread from running; the
            # watchdog of faulthandler needs no lock.
            faulthandler.dump_traceback_later(DEADLOCK_S, exit=True)
            try:
                if not self._connection.poll(1.0):
                    continue
                message = self._connection.recv()
            except (EOFError, OSError):
                os._exit(0)
            if isinstance(message, Cancel):
                self._cancelled.set()
            elif isinstance(message, Stop):
                self._stopped.set()
            else:
                # Here, where the order of the messages is known: the next may be its cancellation.
                self._cancelled.clear()
                self._stopped.clear()
                self._calls.put(message)

    def _run(self, call: Call) -> Done | Failed:
        try:
            return Done(call.function(*call.args, **call.kwargs, report=self._report))
        except (Cancelled, StopTraining):
            # What does not know of stopping has nothing to keep.
            return Failed(None)
        except LoudnessError as error:
            return Failed(error)
        except Exception as error:  # noqa: BLE001  a bug is told to the parent with its traceback
            return Failed(ChildError(f"{type(error).__name__}: {error}"), traceback.format_exc())

    def _report(self, progress: Progress) -> None:
        if self._cancelled.is_set():
            raise Cancelled
        if self._stopped.is_set():
            # Once: what a training still reports afterwards, such as its measuring, is passed on.
            self._stopped.clear()
            raise StopTraining
        now_s = time.monotonic()
        last = self._last
        new = progress.recording != last.recording or bool(progress.metrics)
        # Nothing was done, but something else is being done now, perhaps for long.
        new = new or (progress.done == last.done and progress.text != last.text)
        if new or now_s - self._last_sent_s >= REPORT_EVERY_S:
            self._last_sent_s, self._last = now_s, progress
            self._send(progress)

    def _send(self, message: Any) -> None:  # noqa: ANN401
        try:
            self._connection.send(message)
        except (BrokenPipeError, ConnectionResetError):
            os._exit(0)


def main() -> None:
    """Serve the pipe whose file descriptor is the first argument."""
    # Ctrl-C goes to the whole group: the parent decides what becomes of us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Only ever lower: a user who is nicer still may not raise it.
    os.nice(max(0, PRIORITY - os.nice(0)))
    Child(Connection(int(sys.argv[1]))).serve()


if __name__ == "__main__":
    main()
