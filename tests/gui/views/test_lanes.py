from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PySide6.QtGui import QColor

from gui.theme import DARK, LIGHT
from gui.views.lanes import Lane, LanePane, draw_band, mix, rows_of
from gui.views.pane import LEFT_AXIS_PX
from tests.gui.views.made_media import pixels_of, rgb

COLOR = QColor("#ff0000")
SHARES = arrays(np.float32, 12, elements=st.floats(0, 1, width=32))


def _draw(low, high, height_px=21, **options):
    pixels = np.zeros((height_px, len(low)), dtype=np.uint32)
    draw_band(pixels, low, high, COLOR, **options)
    return pixels != 0


@given(SHARES, SHARES)
def test_a_curve_covers_its_range_and_has_no_gaps(a, b):
    low, high = np.minimum(a, b), np.maximum(a, b)
    drawn = _draw(low, high)
    top, bottom = rows_of(high, 21), rows_of(low, 21)
    for x in range(len(low)):
        assert drawn[int(top[x]) : int(bottom[x]) + 1, x].all()
        # One piece in each column, and it meets that of the column before.
        rows = np.flatnonzero(drawn[:, x])
        assert np.array_equal(rows, np.arange(rows[0], rows[-1] + 1))
        if x:
            assert (drawn[:, x] & drawn[:, x - 1]).any() or abs(top[x] - bottom[x - 1]) <= 1


def test_what_is_unknown_is_not_drawn_and_what_is_beyond_is_at_the_edge():
    values = np.array([0.5, np.nan, 7.0, -3.0], dtype=np.float32)
    drawn = _draw(values, values)
    assert drawn[10, 0]
    assert not drawn[:, 1].any()
    assert drawn[0, 2]
    assert drawn[-1, 3]


def test_dashes_leave_columns_out():
    values = np.full(6, 0.5, dtype=np.float32)
    is_shown = np.array([True, False] * 3)
    np.testing.assert_array_equal(_draw(values, values, is_shown=is_shown).any(axis=0), is_shown)


def test_colours_are_mixed():
    assert mix(QColor("#ffffff"), QColor("#000000"), 0.5) == 0xFF808080
    assert mix(QColor("#123456"), QColor("#ffffff"), 1.0) == 0xFF123456


class _TwoLanes(LanePane):
    def __init__(self, session, _media):
        super().__init__(session, "twoLanes")

    def draw_lanes(self, pixels):
        pixels[10:20, :] = 0xFF00FF00
        self.axis.set_lanes((Lane("Above", 0, 50, "9", "1"), Lane("Below", 50, 50)))


def test_a_lane_stands_where_it_is_said_to(show_pane, session):
    pane = show_pane(_TwoLanes, 400, 120)
    shown = pane.grab().toImage()
    corner = pane.view.sceneBoundingRect().topLeft().toPoint()
    assert corner.x() == pytest.approx(LEFT_AXIS_PX, abs=2)
    middle = corner.x() + 100
    assert shown.pixelColor(middle, corner.y() + 15).name() == "#00ff00"
    assert shown.pixelColor(middle, corner.y() + 25).name() == LIGHT.background.name()
    # The names are written beside it.
    beside = [shown.pixelColor(x, y).lightness() for x in range(3, 60) for y in range(15, 40)]
    assert min(beside) < 128


def test_the_theme_changes_its_colours(show_pane, session):
    pane = show_pane(_TwoLanes, 400, 120)
    pane.set_colors(DARK)
    assert pixels_of(pane.item)[40, 40] == rgb(DARK.background)
