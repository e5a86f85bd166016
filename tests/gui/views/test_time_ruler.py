import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gui.theme import LIGHT
from gui.views.time_axis import TimeAxis
from gui.views.time_ruler import TimeRuler
from gui.views.time_text import decimals_for, time_text


@pytest.fixture
def ruler(application, qtbot):
    time = TimeAxis()
    time.set_duration(86_400.0)
    ruler = TimeRuler(time, LIGHT)
    qtbot.addWidget(ruler)
    ruler.resize(864, ruler.sizeHint().height())
    return ruler


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.floats(0, 86_000), st.floats(0.0005, 86_400))
def test_ticks_lie_in_view_at_round_times_and_not_on_each_other(ruler, start_s, span_s):
    time = ruler.time
    time.set_range(start_s, start_s + span_s)
    ticks, step_s = ruler.ticks_s()
    slack_s = 1e-6 * step_s
    assert all(time.start_s - slack_s <= t <= time.end_s + slack_s for t in ticks)
    text = time_text(time.end_s, decimals_for(step_s))
    room_px = ruler.fontMetrics().horizontalAdvance(text)
    assert step_s * ruler.span().px_per_s > room_px
    assert all(t / step_s == pytest.approx(round(t / step_s)) for t in ticks)
    ruler.grab()
