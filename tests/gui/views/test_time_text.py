import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.views.time_text import decimals_for, frequency_text, tick_step_s, time_text


@pytest.mark.parametrize(
    ("time_s", "decimals", "text"),
    [
        (0, 6, "0:00.000000"),
        (62.3456789, 6, "1:02.345679"),
        (3723.25, 2, "1:02:03.25"),
        (59.9999999, 6, "1:00.000000"),
        (3599.6, 0, "1:00:00"),
        (-1.5, 1, "-0:01.5"),
    ],
)
def test_times_are_written_as_people_read_them(time_s, decimals, text):
    assert time_text(time_s, decimals) == text


@pytest.mark.parametrize(
    ("hz", "text"), [(1, "1 Hz"), (800, "800 Hz"), (8000, "8 kHz"), (11_025, "11.025 kHz")]
)
def test_frequencies_are_in_hertz_or_kilohertz(hz, text):
    assert frequency_text(hz) == text


@given(st.floats(0.0005, 86_400 * 30), st.integers(1, 30))
def test_ticks_are_never_too_many_and_each_can_be_told_from_the_next(span_s, most):
    step_s = tick_step_s(span_s, most)
    assert span_s / step_s <= most * (1 + 1e-6)
    decimals = decimals_for(step_s)
    assert math.isclose(step_s * 10**decimals, round(step_s * 10**decimals), rel_tol=1e-6)
