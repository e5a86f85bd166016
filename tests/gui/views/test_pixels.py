from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QColor

from gui.views.pixels import FARTHEST_PX, Span, column_middle, premultiplied, to_image

spans = st.builds(
    lambda start, length, width: Span(start, start + length, width),
    st.floats(0, 86_400),
    st.floats(1e-3, 86_400),
    st.integers(1, 4000),
)


@given(span=spans, share=st.floats(0, 1))
def test_a_moment_comes_back_from_its_place(span, share):
    time_s = span.start_s + share * (span.end_s - span.start_s)
    assert abs(span.time_s(span.x_px(time_s)) - time_s) < 1e-9 * max(1, time_s)
    assert -1e-6 <= span.x_px(time_s) <= span.width_px + 1e-6 * span.width_px


@given(span=spans, edges=st.lists(st.floats(0, 90_000), min_size=2, max_size=2))
def test_an_interval_has_a_column_wherever_it_is_in_view(span, edges):
    start_s, end_s = sorted(edges)
    first, stop = span.columns(np.array([start_s]), np.array([end_s]))
    assert 0 <= first[0] <= stop[0] <= span.width_px
    if span.start_s <= start_s < span.end_s - 1e-6 * (span.end_s - span.start_s):
        assert stop[0] > first[0]


def test_intervals_that_touch_share_no_column():
    span = Span(0.0, 10.0, 100)
    first, stop = span.columns(np.array([1.0, 1.3]), np.array([1.3, 2.0]))
    assert (first.tolist(), stop.tolist()) == ([10, 13], [13, 20])


def test_what_is_far_outside_stays_where_a_painter_can_draw():
    assert column_middle(3.2) == 3.5
    assert column_middle(1e30) == FARTHEST_PX + 0.5
    assert column_middle(-1e30) == -FARTHEST_PX + 0.5


def test_pixels_have_the_color_that_was_put_in():
    pixels = np.zeros((2, 3), dtype=np.uint32)
    pixels[1, 2] = premultiplied(QColor(200, 100, 50))
    pixels[0, 0] = premultiplied(QColor(200, 100, 50, 128))
    image = to_image(pixels)
    assert (image.width(), image.height()) == (3, 2)
    assert image.pixelColor(2, 1).getRgb() == (200, 100, 50, 255)
    assert image.pixelColor(0, 0).alpha() == 128
    assert abs(image.pixelColor(0, 0).red() - 200) <= 2
    assert image.pixelColor(1, 0).alpha() == 0
