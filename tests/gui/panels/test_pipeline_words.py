from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.overview import StageOverview
from core.stage_plans import StagePlan
from gui.panels.pipeline_words import (
    StageState,
    amount_in_words,
    bytes_in_words,
    last_run_in_words,
    moment_in_words,
    share_done,
    state_of,
    why,
)

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def stage(name="transcode", *, fresh=False, reasons=(), finished_at="", problem="", **numbers):
    plan = None if problem else StagePlan(name, fresh, reasons, **numbers)
    return StageOverview(name, plan, problem, finished_at, seconds=2.5)


@pytest.mark.parametrize(
    ("overview", "state"),
    [
        (stage(fresh=True, finished_at="2026-11-23T14:00:00+00:00"), StageState.FRESH),
        (stage(reasons=("it was never run",)), StageState.NEVER_RUN),
        (stage(reasons=("x changed",), finished_at="2026-11-23T14:00:00+00:00"), StageState.STALE),
        (stage(problem="It is locked."), StageState.FAILED),
    ],
)
def test_a_stage_has_one_state(overview, state):
    assert state_of(overview) is state


def test_says_why():
    assert why(stage(reasons=("it was never run", "extract comes first"))) == [
        "extract comes first"
    ]
    assert why(stage(problem="It is locked.")) == ["It is locked."]


def test_says_what_it_would_do():
    half = stage(n_recordings=84, n_fresh=40, seconds=742.0, n_bytes=45_200_000)
    assert amount_in_words(half) == "84 recordings, 40 done, 12 min 22 s, 45.2 MB to read"
    assert share_done(half) == pytest.approx(40 / 84)


def test_says_what_is_done():
    done = stage("extract", fresh=True, n_recordings=1, n_fresh=1, n_frames=29_663, n_bytes=4)
    assert amount_in_words(done) == "1 recording, 29,663 frames"
    assert share_done(done) == 1.0


def test_what_is_not_known_is_not_said():
    assert amount_in_words(stage("train", reasons=("there is no dataset",))) == ""
    assert share_done(stage("train")) == 0.0


def test_says_when_it_last_ran_and_how_long_it_took():
    overview = stage(fresh=True, finished_at="2026-11-23T14:05:00+00:00")
    assert last_run_in_words(overview, NOW) == "today 14:05, took 2.5 s"
    assert last_run_in_words(stage(), NOW) == ""


def test_moments_are_in_the_users_time():
    here = NOW.astimezone(timezone(timedelta(hours=10)))
    assert moment_in_words("2026-11-23T14:05:00+00:00", here) == "today 00:05"
    assert moment_in_words("2026-11-22T12:05:00+00:00", NOW) == "22 Nov 12:05"
    assert moment_in_words("2025-01-02T12:05:00+00:00", NOW) == "2 Jan 2025 12:05"
    assert moment_in_words("once", NOW) == "once"


@given(st.integers(0, 10**15 - 1))
def test_a_size_is_short(n_bytes):
    number, _unit = bytes_in_words(n_bytes).split()
    assert len(number) <= 6
