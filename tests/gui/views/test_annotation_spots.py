from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gui.views.annotation_items import ROW_PX, Layout
from gui.views.annotation_spots import EDGE_PX, LEAST_HELD_PX, Spot, Zone, spot_at
from gui.views.pixels import Span
from tests.shown_media import make_details

SPAN = Span(0.0, 10.0, 1000)


def at(annotations, x_px, y_px=5, *, span=SPAN, chosen=()):
    layout = Layout.of(make_details(annotations, seconds=10.0, spec=None, n_frames=0))
    return spot_at(layout, span, x_px, y_px, chosen=chosen)


def test_edges_are_held_from_five_pixels_on_both_sides():
    one = [(2.0, 4.0, 0)]
    assert [at(one, x).zone for x in (194, 195, 205, 206)] == [
        *(Zone.FREE, Zone.START, Zone.START, Zone.BODY)
    ]
    assert [at(one, x).zone for x in (394, 395, 405, 406)] == [
        *(Zone.BODY, Zone.END, Zone.END, Zone.FREE)
    ]


def test_where_two_meet_the_one_below_the_mouse_is_held_unless_the_other_is_chosen():
    two = [(2.0, 4.0, 0), (4.0, 6.0, 1)]
    assert at(two, 398) == Spot(Zone.END, 0)
    assert at(two, 402) == Spot(Zone.START, 1)
    assert at(two, 402, chosen=(0,)) == Spot(Zone.END, 0)


def test_zoomed_far_out_nothing_is_held():
    one = [(2.0, 4.0, 0)]
    far = Span(0.0, 1000.0, 1000)
    for x_px in (1, 2, 3, 4, 5):
        assert at(one, x_px, span=far).zone in {Zone.NARROW, Zone.FREE}
    assert at(one, 3, span=far) == Spot(Zone.NARROW, 0)


def test_rows_are_told_apart():
    two = [(2.0, 6.0, 0), (3.0, 5.0, 1)]
    assert at(two, 400, ROW_PX - 1) == Spot(Zone.BODY, 0)
    assert at(two, 400, ROW_PX + 1) == Spot(Zone.BODY, 1)
    assert at(two, 230, ROW_PX + 1).zone is Zone.FREE


@given(
    st.floats(0.0, 9.0),
    st.floats(0.001, 1.0),
    st.floats(0.0, 1000.0),
    st.sampled_from([0.1, 1.0, 10.0, 1000.0]),
)
def test_only_what_is_wide_enough_is_held(start_s, length_s, x_px, span_s):
    span = Span(0.0, span_s, 1000)
    spot = at([(start_s, start_s + length_s, 0)], x_px, span=span)
    if spot.zone in {Zone.START, Zone.END, Zone.BODY}:
        # An edge is drawn at its sample, half of one at the most from where it is.
        assert (length_s + 1 / 8000) * span.px_per_s >= LEAST_HELD_PX
    if spot.zone is Zone.START:
        assert abs(x_px - span.x_px(start_s)) <= EDGE_PX + span.px_per_s / 8000
