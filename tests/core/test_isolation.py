"""Work in child processes: progress, cancellation, crashes, orphans."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from core.errors import RecordingError, StageCrashedError
from core.isolation import ChildError, StageRunner
from core.progress import Cancelled, Progress, StopTraining, ignore
from tests.core import child_tasks

GONE_WITHIN_S = 5.0


@pytest.fixture
def runner():
    with StageRunner() as runner:
        yield runner


def test_a_stage_returns_its_result_and_reports_on_the_way(runner):
    seen: list[Progress] = []
    assert runner.run(child_tasks.count_to, 3, report=seen.append) == 3
    assert [p.done for p in seen if p.metrics] == [1, 2, 3]


def test_what_is_begun_is_told_however_soon_it_follows(runner):
    seen: list[Progress] = []
    runner.run(child_tasks.begin_something_else, report=seen.append)
    # Before the first of them, the supervisor tells that the child starts.
    told = [p.text for p in seen if p.stage == "train"]
    assert [*dict.fromkeys(told)] == ["Reading", "Starting"]


def test_the_child_stays_warm_between_stages(runner):
    first = runner.run(child_tasks.process_id, report=ignore)
    assert first != os.getpid()
    assert runner.run(child_tasks.process_id, report=ignore) == first


def test_an_error_for_the_user_arrives_whole(runner):
    with pytest.raises(RecordingError, match=r"x\.wav is broken") as caught:
        runner.run(child_tasks.fail_for_the_user, report=ignore)
    assert caught.value.path == "x.wav"
    assert caught.value.hint == "Mend it."


def test_a_bug_arrives_with_its_traceback(runner):
    with pytest.raises(ChildError, match="ZeroDivisionError") as caught:
        runner.run(child_tasks.divide_by_zero, report=ignore)
    assert "divide_by_zero" in "".join(caught.value.__notes__)


def test_a_crash_is_named_and_the_next_stage_runs(runner):
    with pytest.raises(StageCrashedError, match="SIGSEGV"):
        runner.run(child_tasks.crash, report=ignore)
    assert runner.run(child_tasks.count_to, 1, report=ignore) == 1


@pytest.mark.parametrize("task", [child_tasks.report_for_ever, child_tasks.sleep_for_ever])
def test_cancel_ends_any_stage_within_two_seconds(runner, task):
    started: list[float] = []
    before = set(psutil.Process().children(recursive=True))

    def report(progress: Progress) -> None:
        if progress.stage == "busy":
            started.append(time.monotonic())
            raise Cancelled

    with pytest.raises(Cancelled):
        runner.run(task, report=report)
    assert time.monotonic() - started[0] < 2.0
    assert set(psutil.Process().children(recursive=True)) <= before


def stop_when(text, seen):
    """A report that raises `StopTraining` each time that something is being done."""

    def report(progress: Progress) -> None:
        seen.append(progress.text)
        if progress.text == text:
            raise StopTraining

    return report


def test_a_stopped_training_ends_with_what_it_has(runner):
    seen: list[str] = []
    result = runner.run(child_tasks.train_until_stopped, report=stop_when("training", seen))
    assert result == "the best"
    assert seen[-1] == "measuring"
    # A Stop that came too late is not for the next one.
    assert runner.run(child_tasks.count_to, 3, report=ignore) == 3


def test_what_knows_of_no_stopping_is_cancelled_by_it_and_the_child_lives(runner):
    before = runner.run(child_tasks.process_id, report=ignore)
    with pytest.raises(Cancelled):
        runner.run(child_tasks.report_for_ever, report=stop_when("", []))
    assert runner.run(child_tasks.process_id, report=ignore) == before


def test_a_stopped_training_can_still_be_cancelled_within_two_seconds(runner):
    cancelled_s: list[float] = []

    def report(progress: Progress) -> None:
        if progress.text == "hanging":
            cancelled_s.append(time.monotonic())
            raise Cancelled
        if progress.stage == "busy":
            raise StopTraining

    with pytest.raises(Cancelled):
        runner.run(child_tasks.hang_once_stopped, report=report)
    assert time.monotonic() - cancelled_s[0] < 2.0


def test_what_the_child_prints_stays_off_our_output(runner, capfd):
    runner.run(child_tasks.print_something, report=ignore)
    assert capfd.readouterr() == ("", "")


def test_a_killed_parent_leaves_no_child(tmp_path):
    program = (
        "from core.isolation import StageRunner\n"
        "from tests.core import child_tasks\n"
        "with StageRunner() as runner:\n"
        "    runner.run(child_tasks.sleep_for_ever, report=lambda p: print(p.stage, flush=True))\n"
    )
    root = Path(__file__).parents[2]
    parent = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=root, text=True
    )
    with parent:
        assert parent.stdout is not None
        while parent.stdout.readline().strip() != "busy":
            pass
        children = psutil.Process(parent.pid).children(recursive=True)
        assert children
        parent.send_signal(signal.SIGKILL)
    _, alive = psutil.wait_procs(children, timeout=GONE_WITHIN_S)
    assert not alive
