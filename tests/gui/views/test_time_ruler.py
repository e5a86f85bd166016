import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from gui.theme import LIGHT
from gui.views.pane import LEFT_AXIS_PX
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


def turn(ruler, x_px, steps, modifier=Qt.KeyboardModifier.NoModifier):
    at = QPointF(x_px, 5)
    event = QWheelEvent(
        at,
        ruler.mapToGlobal(at),
        QPoint(),
        QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton,
        modifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(ruler, event)


def test_the_wheel_goes_along_and_with_ctrl_zooms_at_the_mouse(ruler):
    time = ruler.time
    time.set_range(1000, 2000)
    x_px = LEFT_AXIS_PX + 200  # A quarter of 800 pixels.
    turn(ruler, x_px, 1, Qt.KeyboardModifier.ControlModifier)
    assert time.span_s == pytest.approx(800)
    assert ruler.time_at(x_px) == pytest.approx(1250)
    start_s = time.start_s
    turn(ruler, x_px, -1)
    assert time.start_s == pytest.approx(start_s + 80)


def test_a_click_seeks(ruler, qtbot):
    time = ruler.time
    time.set_range(1000, 2000)
    time.select(1100, 1200)
    qtbot.mouseClick(ruler, Qt.MouseButton.LeftButton, pos=QPoint(LEFT_AXIS_PX + 400, 5))
    assert time.playhead_s == pytest.approx(1500)
    assert time.selection is None
    qtbot.mouseClick(ruler, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert time.playhead_s == pytest.approx(1500)
