import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt

from gui.theme import LIGHT
from gui.views.overview import Grip, Overview
from gui.views.pane import LEFT_AXIS_PX
from tests.shown_media import ShownMedia, make_details, make_reader

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def media(session):
    media = ShownMedia(session)
    yield media
    media.close()


@pytest.fixture
def overview(session, media, qtbot):
    session.time.set_duration(100.0)
    session.time.set_range(20, 40)
    overview = Overview(session, media)
    overview.set_colors(LIGHT)
    qtbot.addWidget(overview)
    overview.resize(LEFT_AXIS_PX + 1000, 54)
    with qtbot.waitExposed(overview):
        overview.show()
    return overview


def at(time_s):
    return QPoint(LEFT_AXIS_PX + round(time_s * 10), 20)


def drag(qtbot, overview, start_s, end_s):
    qtbot.mousePress(overview, LEFT, pos=at(start_s))
    qtbot.mouseMove(overview, at(end_s))
    qtbot.mouseRelease(overview, LEFT, pos=at(end_s))


def in_view(overview):
    return overview.time.start_s, overview.time.end_s


def test_dragging_the_window_goes_along(overview, qtbot):
    drag(qtbot, overview, 30, 50)
    assert in_view(overview) == pytest.approx((40, 60))


def test_dragging_an_edge_zooms_and_the_other_stays(overview, qtbot):
    drag(qtbot, overview, 40, 70)
    assert in_view(overview) == pytest.approx((20, 70))
    drag(qtbot, overview, 20, 10)
    assert in_view(overview) == pytest.approx((10, 70))


def test_an_edge_is_not_dragged_past_the_other(overview, qtbot):
    drag(qtbot, overview, 40, 5)
    assert overview.time.start_s == pytest.approx(20)
    assert overview.time.span_s < 0.01


def test_clicking_elsewhere_goes_there_and_the_window_stays_as_wide(overview, qtbot):
    qtbot.mouseClick(overview, LEFT, pos=at(70))
    assert in_view(overview) == pytest.approx((60, 80))


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.floats(0, 100), st.floats(0.001, 100))
def test_the_window_lies_where_it_is_and_can_always_be_taken_hold_of(overview, start_s, span_s):
    time = overview.time
    time.set_range(start_s, start_s + span_s)
    window = overview.window_rect()
    assert window.left() >= LEFT_AXIS_PX - 1e-6
    assert window.right() <= LEFT_AXIS_PX + 1000 + 1e-6
    assert window.width() >= 6 - 1e-6
    middle = LEFT_AXIS_PX + 5 * (time.start_s + time.end_s)
    assert window.center().x() == pytest.approx(middle, abs=4)
    assert overview.grip_at(QPointF(window.center())) is Grip.BODY


def test_while_the_length_is_not_known_no_annotation_has_a_place(overview, media):
    overview.time.set_duration(0.0)
    media.show(make_details([(0.1, 0.9, 2)], seconds=0.0), original_problem="It is empty.")
    image = overview.grab().toImage()
    strip = {image.pixelColor(LEFT_AXIS_PX + x, 50).name() for x in range(10, 990)}
    assert strip == {LIGHT.background.name()}


def test_what_is_not_decoded_yet_is_told_apart(overview, media, tmp_path):
    media.show(
        make_details([(10.0, 30.0, 2)], seconds=100.0),
        original=make_reader(tmp_path, np.zeros(8000 * 50), 8000, complete=False),
    )
    overview.time.fit()
    image = overview.grab().toImage()
    row = [image.pixelColor(LEFT_AXIS_PX + x, 12).name() for x in range(50, 950)]
    background = LIGHT.background.name()
    assert set(row[:440]) == {background}
    assert set(row[460:]) != {background}
    strip = [image.pixelColor(LEFT_AXIS_PX + x, 50).name() for x in (50, 200, 350)]
    assert strip[1] != background
    assert strip[0] == strip[2] == background
