"""Tasks that tests run in child processes: at the top level of a module, so that they are found."""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import TYPE_CHECKING

from core.errors import RecordingError, StorageError
from core.progress import Progress, StopTraining

if TYPE_CHECKING:
    from core.progress import Report


def count_to(n: int, *, report: Report) -> int:
    for k in range(1, n + 1):
        report(Progress("count", k, n, metrics={"k": k}))
    return n


def process_id(*, report: Report) -> int:
    report(Progress("pid"))
    return os.getpid()


def fail_for_the_user(*, report: Report) -> None:
    report(Progress("fail"))
    msg = "x.wav is broken"
    raise RecordingError(msg, path="x.wav", hint="Mend it.")


def divide_by_zero(*, report: Report) -> float:
    report(Progress("divide"))
    return 1 / 0


def crash(*, report: Report) -> None:
    report(Progress("crash"))
    os.kill(os.getpid(), signal.SIGSEGV)


def report_for_ever(*, report: Report) -> None:
    while True:
        report(Progress("busy"))
        time.sleep(0.01)


def begin_something_else(*, report: Report) -> None:
    report(Progress("train", 0, 2, text="Reading"))
    report(Progress("train", 0, 2, text="Starting"))
    time.sleep(0.3)


def sleep_for_ever(*, report: Report) -> None:
    report(Progress("busy"))
    time.sleep(1000)


def print_something(*, report: Report) -> None:
    report(Progress("print"))
    sys.stdout.write("from Python\n")
    os.write(1, b"from C\n")
    os.write(2, b"from C\n")


def treat(item: str, *, report: Report) -> str:
    """What the item's name says."""
    report(Progress("treat", recording=item))
    if "crash" in item:
        os.kill(os.getpid(), signal.SIGSEGV)
    if "hang" in item:
        time.sleep(1000)
    if "broken" in item:
        msg = f"{item} is broken"
        raise RecordingError(msg, path=item)
    if "full" in item:
        msg = "The disk is full"
        raise StorageError(msg)
    if "bug" in item:
        msg = "a bug"
        raise ValueError(msg)
    return item.upper()


def train_until_stopped(*, report: Report) -> str:
    """Then measure, and tell of it."""
    try:
        while True:
            report(Progress("train", text="training"))
            time.sleep(0.01)
    except StopTraining:
        report(Progress("train", text="measuring"))
        return "the best"


def hang_once_stopped(*, report: Report) -> None:
    try:
        report_for_ever(report=report)
    except StopTraining:
        report(Progress("train", text="hanging"))
        time.sleep(1000)
