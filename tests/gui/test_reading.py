"""When something is read, and what becomes of it; the lane that reads is a list of what it got."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from core.errors import LoudnessError
from gui.reading import Reading


@pytest.fixture
def jobs(session, monkeypatch):
    """What was to be read, of which nothing is begun."""
    jobs = []

    def submit(*what, **slots):
        job = SimpleNamespace(what=what, ends=[], **slots)
        job.cancel = lambda: job.ends.append("cancelled")
        jobs.append(job)
        return job

    monkeypatch.setattr(session.reviewing, "submit", submit)
    return jobs


@pytest.fixture
def found():
    return []


@pytest.fixture
def reading(session, jobs, found):
    def read():
        """Only its name counts."""

    return Reading(
        session,
        read,
        done=found.append,
        failed=lambda: found.append("nothing"),
        arguments=lambda: {"of": len(jobs)},
        settle_ms=20,
    )


@pytest.fixture
def wanted(reading, session, jobs, project_folder, qtbot):
    """It was read once."""
    session.open_project(project_folder)
    reading.want(True)
    until(qtbot, jobs, 1)
    jobs[0].done("first")
    return reading


def until(qtbot, jobs, n):
    qtbot.waitUntil(lambda: len(jobs) == n, timeout=5000)


def test_nothing_is_read_for_nobody_or_of_nothing(reading, session, jobs, project_folder, qtbot):
    reading.want(True)
    assert not reading.is_busy
    reading.want(False)
    session.open_project(project_folder)
    reading.refresh()
    assert not reading.is_busy
    reading.want(True)
    assert reading.is_busy
    until(qtbot, jobs, 1)
    assert jobs[0].what == (reading._function, project_folder)
    assert jobs[0].of == 0


def test_what_is_known_is_not_read_again_by_who_looks_again(wanted, jobs, found, qtbot):
    assert found == ["first"]
    wanted.want(False)
    wanted.want(True)
    assert not wanted.is_busy
    wanted.want(False)
    wanted.refresh()
    assert (wanted.is_busy, wanted.is_old) == (False, True)
    wanted.want(True)
    until(qtbot, jobs, 2)
    assert jobs[1].of == 1


def test_several_changes_are_one_reason(wanted, jobs, qtbot):
    for _ in range(3):
        wanted.refresh()
    until(qtbot, jobs, 2)
    qtbot.wait(60)
    assert len(jobs) == 2


def test_what_reads_is_not_ended_by_a_change_and_read_again(wanted, jobs, found, qtbot):
    wanted.refresh()
    until(qtbot, jobs, 2)
    wanted.refresh()
    qtbot.wait(60)
    assert len(jobs) == 2
    jobs[1].done("second")
    assert (wanted.is_busy, wanted.is_old) == (True, True)
    until(qtbot, jobs, 3)
    assert found == ["first", "second"]
    assert jobs[1].ends == []
    jobs[2].done("third")
    assert (wanted.is_busy, wanted.is_old) == (False, False)


def test_of_what_is_no_longer_wanted_nothing_is_told(wanted, jobs, found, qtbot):
    wanted.refresh()
    until(qtbot, jobs, 2)
    wanted.restart()
    assert jobs[1].ends == ["cancelled"]
    jobs[1].done("of another")
    jobs[1].failed(LoudnessError("of another"))
    assert found == ["first"]
    until(qtbot, jobs, 3)


def test_what_could_not_be_read_is_said_until_it_can(wanted, jobs, found, qtbot):
    wanted.refresh()
    until(qtbot, jobs, 2)
    jobs[1].failed(LoudnessError("It is damaged"))
    assert (wanted.error.message, found[1:]) == ("It is damaged", ["nothing"])
    # It is not tried for ever.
    assert not wanted.is_busy
    wanted.refresh()
    until(qtbot, jobs, 3)
    assert wanted.error.message == "It is damaged"
    jobs[2].done("third")
    assert wanted.error is None


def test_a_bug_is_shown_as_one(wanted, session, jobs, found, qtbot):
    wanted.refresh()
    until(qtbot, jobs, 2)
    jobs[1].failed(ZeroDivisionError("a bug"))
    assert (wanted.error, found[1:]) == (None, ["nothing"])
    (box,) = session.errors.boxes
    box.close()


def test_of_what_is_read_again_no_failure_is_told(wanted, jobs, found, qtbot):
    wanted.refresh()
    until(qtbot, jobs, 2)
    wanted.refresh()
    jobs[1].failed(LoudnessError("The run is gone"))
    assert (wanted.error, found) == (None, ["first"])
    until(qtbot, jobs, 3)
    jobs[2].failed(LoudnessError("The next is, too"))
    assert found == ["first", "nothing"]


def test_it_is_known_from_elsewhere(wanted, jobs, found, qtbot):
    wanted.refresh()
    until(qtbot, jobs, 2)
    wanted.take_as_read()
    assert (wanted.is_busy, wanted.is_old) == (False, False)
    jobs[1].done("older")
    assert found == ["first"]


def test_it_is_read_once_though_nobody_looks(reading, session, jobs, project_folder, qtbot):
    session.open_project(project_folder)
    reading.read_soon()
    until(qtbot, jobs, 1)
    session.close_project()
