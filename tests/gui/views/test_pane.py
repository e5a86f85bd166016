import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent

from gui.theme import DARK, LIGHT
from gui.views.pane import LEFT_AXIS_PX, Pane
from gui.views.time_axis import TimeAxis

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def pane(application, qtbot):
    time = TimeAxis()
    time.set_duration(100.0)
    time.fit()
    pane = Pane(time, title="Pane", colors=LIGHT)
    qtbot.addWidget(pane)
    pane.resize(LEFT_AXIS_PX + 800, 120)
    pane.show()
    with qtbot.waitExposed(pane):
        pass
    return pane


def at(pane, share):
    """A place in the widget."""
    left = pane.view.sceneBoundingRect().left()
    return QPoint(round(left + share * pane.width_px()), 50)


def wheel(pane, place, steps, modifiers=Qt.KeyboardModifier.NoModifier):
    position = QPointF(place)
    event = QWheelEvent(
        position,
        pane.mapToGlobal(position),
        QPoint(),
        QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    pane.wheelEvent(event)


def test_a_click_seeks_and_selects_nothing(pane, qtbot):
    pane.time.select(1, 2)
    with qtbot.waitSignal(pane.time.seek_requested) as seek:
        qtbot.mouseClick(pane.viewport(), LEFT, pos=at(pane, 0.25))
    assert seek.args[0] == pytest.approx(25, abs=0.2)
    assert pane.time.playhead_s == pytest.approx(25, abs=0.2)
    assert pane.time.selection is None


@pytest.mark.parametrize(("first", "last"), [(0.2, 0.6), (0.6, 0.2)])
def test_dragging_either_way_selects_and_does_not_seek(pane, qtbot, first, last):
    view = pane.viewport()
    qtbot.mousePress(view, LEFT, pos=at(pane, first))
    qtbot.mouseMove(view, at(pane, last))
    qtbot.mouseRelease(view, LEFT, pos=at(pane, last))
    qtbot.waitUntil(lambda: pane.time.selection is not None)
    assert pane.time.selection == pytest.approx((20, 60), abs=0.3)
    assert pane.time.playhead_s == 0


def test_the_wheel_goes_along_and_with_ctrl_zooms_at_the_mouse(pane):
    wheel(pane, at(pane, 0.75), 1, Qt.KeyboardModifier.ControlModifier)
    assert pane.time.span_s == pytest.approx(80)
    assert pane.time_at(at(pane, 0.75).x()) == pytest.approx(75, abs=0.2)
    start_s = pane.time.start_s
    wheel(pane, at(pane, 0.75), 1)
    assert pane.time.start_s == pytest.approx(start_s - 8)


def test_the_mouse_moves_the_cursor_and_takes_it_along_when_it_leaves(pane, qtbot):
    qtbot.mouseMove(pane.viewport(), at(pane, 0.4))
    qtbot.mouseMove(pane.viewport(), at(pane, 0.5))
    qtbot.waitUntil(lambda: pane.time.cursor_s is not None)
    assert pane.time.cursor_s == pytest.approx(50, abs=0.2)
    from PySide6.QtCore import QEvent

    pane.leaveEvent(QEvent(QEvent.Type.Leave))
    assert pane.time.cursor_s is None


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.floats(0, 90), st.floats(0.01, 10), st.floats(0, 1))
def test_places_and_times_are_mapped_both_ways(pane, start_s, span_s, share):
    pane.time.set_range(start_s, start_s + span_s)
    time_s = pane.time.start_s + share * pane.time.span_s
    x = pane.view.mapFromView(QPointF(time_s, 0)).x() + pane.view.sceneBoundingRect().left()
    assert pane.time_at(x) == pytest.approx(time_s, abs=pane.time.span_s / pane.width_px())


def test_panes_of_one_width_show_a_moment_at_the_same_place(pane, qtbot):
    other = Pane(pane.time, title="Another, with a longer title", colors=DARK)
    qtbot.addWidget(other)
    other.resize(pane.size())
    other.show()
    pane.time.set_range(20, 30)
    assert other.time_at(300) == pane.time_at(300)
