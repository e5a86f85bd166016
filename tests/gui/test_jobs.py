from __future__ import annotations

import time

import pytest

from core.errors import LoudnessError
from core.progress import Progress, StopTraining
from gui.jobs import Lane


@pytest.fixture
def thread_lane(application):
    lane = Lane("thread", isolated=False)
    yield lane
    lane.close()


def _wait(*, report, seconds=30.0, then=None):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        report(Progress("waiting", text="waiting"))
        time.sleep(0.005)
    return then


def _train(*, report):
    try:
        _wait(report=report)
    except StopTraining:
        report(Progress("train", metrics={"loss": 1.0}))
        return "the best"


def _say(text, *, report):
    return text


def _fail(error, *, report):
    raise error


def test_jobs_run_one_after_the_other_in_their_order(thread_lane, qtbot):
    seen = []
    for text in "abc":
        thread_lane.submit(_say, text, done=seen.append)
    qtbot.waitUntil(lambda: len(seen) == 3)
    assert seen == ["a", "b", "c"]
    assert not thread_lane.is_busy


def test_a_cancelled_job_says_nothing_else(thread_lane, qtbot):
    seen = []
    job = thread_lane.submit(
        _wait, done=seen.append, failed=seen.append, cancelled=lambda: seen.append("cancelled")
    )
    qtbot.waitSignal(job.progressed).wait()
    job.cancel()
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == ["cancelled"]


def test_a_stopped_job_ends_with_what_it_has(thread_lane, qtbot):
    seen, metrics = [], []
    job = thread_lane.submit(
        _train,
        done=seen.append,
        cancelled=lambda: seen.append("cancelled"),
        progressed=lambda p: metrics.append(p.metrics),
    )
    qtbot.waitSignal(job.progressed).wait()
    job.stop()
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == ["the best"]
    assert metrics[-1] == {"loss": 1.0}


def test_stopping_what_knows_of_no_stopping_is_cancelling(thread_lane, qtbot):
    seen = []
    job = thread_lane.submit(
        _wait, done=seen.append, failed=seen.append, cancelled=lambda: seen.append("cancelled")
    )
    qtbot.waitSignal(job.progressed).wait()
    job.stop()
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == ["cancelled"]


def test_a_stopped_job_can_still_be_cancelled(thread_lane, qtbot):
    seen = []
    job = thread_lane.submit(_train, done=seen.append, cancelled=lambda: seen.append("cancelled"))
    qtbot.waitSignal(job.progressed).wait()
    job.stop()
    job.cancel()
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == ["cancelled"]


def test_a_job_that_is_cancelled_before_its_turn_does_nothing(thread_lane, qtbot):
    seen = []
    first = thread_lane.submit(_wait)
    thread_lane.submit(_say, "late", done=seen.append, cancelled=lambda: seen.append("no")).cancel()
    first.cancel()
    qtbot.waitUntil(lambda: not thread_lane.is_busy)
    assert seen == ["no"]


def test_an_error_comes_back_as_it_was_raised(thread_lane, qtbot):
    error, seen = LoudnessError("No.", hint="Yes."), []
    thread_lane.submit(_fail, error, failed=seen.append)
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [error]


def test_an_error_nobody_looks_after_is_told_by_the_lane(thread_lane, qtbot):
    with qtbot.waitSignal(thread_lane.job_failed) as told:
        thread_lane.submit(_fail, LoudnessError("No."))
    assert told.args[0].message == "No."


def test_says_when_it_is_busy(thread_lane, qtbot):
    seen = []
    thread_lane.busy_changed.connect(seen.append)
    thread_lane.submit(_say, 1)
    thread_lane.submit(_say, 2)
    qtbot.waitUntil(lambda: not thread_lane.is_busy)
    assert seen == [True, False]


def test_closing_waits_for_what_runs(thread_lane, qtbot):
    job = thread_lane.submit(_wait)
    qtbot.waitSignal(job.progressed).wait()
    started = time.monotonic()
    thread_lane.close()
    assert job.isFinished()
    assert time.monotonic() - started < 2


def test_what_comes_after_closing_is_never_begun(thread_lane, qtbot):
    seen = []
    thread_lane.close()
    assert thread_lane.submit(_say, 1, done=seen.append).is_cancelled
    assert not thread_lane.is_busy
    qtbot.wait(50)
    assert seen == []


def test_an_isolated_lane_works_in_a_child_and_ends_it(application, qtbot):
    from core.pipeline import plan_project

    lane, seen = Lane("child", parent=None), []
    lane.submit(plan_project, _nowhere(), failed=seen.append)
    qtbot.waitUntil(lambda: bool(seen), timeout=20_000)
    assert "is no project" in seen[0].message
    lane.close()


def _nowhere():
    from pathlib import Path

    return Path("/nowhere")
