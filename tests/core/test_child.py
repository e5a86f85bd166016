"""The program of a child process, spoken to through its pipe."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from multiprocessing.connection import Pipe
from pathlib import Path

import psutil
import pytest

from core.child import PRIORITY
from core.isolation import Call, Cancel, Done, Failed
from core.progress import Progress
from tests.core import child_tasks

ROOT = Path(__file__).parents[2]


@pytest.fixture
def child():
    ours, theirs = Pipe()
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", "core.child", str(theirs.fileno())],
            cwd=ROOT,
            pass_fds=[theirs.fileno()],
        )
    yield ours, process
    process.kill()
    process.wait()
    ours.close()


def answer(connection):
    while isinstance(message := connection.recv(), Progress):
        pass
    return message


def test_calls_are_answered_one_after_the_other(child):
    connection, process = child
    connection.send(Call(child_tasks.count_to, (2,), {}))
    connection.send(Call(child_tasks.process_id, (), {}))
    assert answer(connection) == Done(2)
    assert answer(connection) == Done(process.pid)


def test_a_call_that_is_cancelled_at_once_does_not_run(child):
    """The cancellation may be read before the call has begun."""
    connection, _ = child
    for _ in range(20):
        connection.send(Call(child_tasks.report_for_ever, (), {}))
        connection.send(Cancel())
        assert connection.poll(30)
        assert answer(connection) == Failed(None)
    connection.send(Call(child_tasks.count_to, (2,), {}))
    assert answer(connection) == Done(2)


def test_it_gives_way_to_the_window(child):
    connection, process = child
    connection.send(Call(child_tasks.process_id, (), {}))
    answer(connection)
    assert psutil.Process(process.pid).nice() == max(PRIORITY, os.nice(0))


def test_ctrl_c_is_the_parents_affair(child):
    connection, process = child
    connection.send(Call(child_tasks.count_to, (1,), {}))
    answer(connection)
    process.send_signal(signal.SIGINT)
    connection.send(Call(child_tasks.count_to, (1,), {}))
    assert answer(connection) == Done(1)


def test_cancel_is_raised_at_the_next_report_and_the_child_goes_on(child):
    connection, _ = child
    connection.send(Call(child_tasks.report_for_ever, (), {}))
    connection.recv()
    connection.send(Cancel())
    assert answer(connection) == Failed(None)
    connection.send(Call(child_tasks.count_to, (1,), {}))
    assert answer(connection) == Done(1)


@pytest.mark.parametrize("task", [child_tasks.report_for_ever, child_tasks.sleep_for_ever])
def test_it_ends_with_its_pipe_whatever_it_does(child, task):
    connection, process = child
    connection.send(Call(task, (), {}))
    connection.recv()
    connection.close()
    assert process.wait(timeout=5) == 0
