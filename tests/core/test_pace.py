from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.pace import Pace, duration_in_words, rate_in_words, time_left_in_words
from core.progress import Progress


def paced(steps, *, total=100.0, unit="recordings"):
    pace = Pace()
    for now_s, done in steps:
        pace.update(Progress("transcode", done, total, unit), now_s)
    return pace


def test_a_steady_stage_ends_when_it_is_said_to():
    pace = paced((float(t), 2.0 * t) for t in range(11))
    assert pace.rate == pytest.approx(2.0)
    assert pace.left_s == pytest.approx(40.0)


def test_nothing_is_said_of_the_first_moments():
    pace = paced([(0.0, 0.0), (0.5, 5.0)])
    assert pace.rate is None
    assert pace.left_s is None


def test_a_stage_that_stands_still_gets_slower():
    pace = paced([(float(t), min(t, 10.0)) for t in range(20)])
    before = paced([(float(t), float(t)) for t in range(11)])
    assert pace.left_s > before.left_s


def test_an_unknown_total_has_a_rate_but_no_end():
    pace = paced([(float(t), 3.0 * t) for t in range(5)], total=0.0)
    assert pace.rate == pytest.approx(3.0)
    assert pace.left_s is None


def test_a_stage_that_has_hardly_begun_has_no_end_yet():
    assert paced([(0.0, 0.0), (1.0, 5e-324)]).left_s is None


def test_measures_anew_when_something_else_is_counted():
    pace = paced([(float(t), 10.0 * t) for t in range(5)], total=50.0)
    pace.update(Progress("transcode", 0.0, 1000.0, "frames"), 6.0)
    assert pace.rate is None


def test_the_start_is_forgotten_in_time():
    slow = [(float(t), 0.1 * t) for t in range(11)]
    fast = [(10.0 + t, 1.0 + t) for t in range(1, 61)]
    assert paced(slow + fast).rate == pytest.approx(1.0)


@given(st.lists(st.tuples(st.floats(0, 5), st.floats(0, 5)), max_size=60))
def test_time_left_is_never_negative_and_never_endless(steps):
    now_s = done = 0.0
    pace = Pace()
    for wait_s, more in steps:
        now_s, done = now_s + wait_s, done + more
        pace.update(Progress("train", done, 100.0, "epochs"), now_s)
        assert pace.left_s is None or 0.0 <= pace.left_s < float("inf")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "about 1 s"),
        (7.4, "about 7 s"),
        (23.0, "about 25 s"),
        (58.0, "about 1 min"),
        (172.0, "about 2 min 45 s"),
        (1000.0, "about 17 min"),
        (7500.0, "about 2 h 5 min"),
    ],
)
def test_time_left_is_rounded_as_a_guess(seconds, words):
    assert time_left_in_words(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.71, "0.7 s"),
        (25.2, "25 s"),
        (200.0, "3 min 20 s"),
        (3599.9, "1 h"),
        (7500.0, "2 h 5 min"),
    ],
)
def test_a_duration_is_as_exact_as_it_is_read(seconds, words):
    assert duration_in_words(seconds) == words


@given(st.floats(0, 1e7))
def test_no_duration_has_sixty_seconds_or_minutes(seconds):
    words = duration_in_words(seconds).split()
    numbers = dict(zip(words[1::2], map(float, words[::2]), strict=True))
    assert numbers.get("min", 0) < 60
    assert numbers.get("s", 0) < 60


def test_what_is_slow_is_counted_by_the_minute():
    assert rate_in_words(3.21, "recordings") == "3.2 recordings/s"
    assert rate_in_words(0.2, "recordings") == "12 recordings/min"
    assert rate_in_words(12_000, "frames") == "12,000 frames/s"
