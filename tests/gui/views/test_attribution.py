from __future__ import annotations

import warnings
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from gui.theme import DARK, LIGHT, Scheme
from gui.views.attribution import AttributionPane, column_extremes, group_columns
from tests.core.labelled_tables import SPEC
from tests.gui.views.made_explanation import BANDS, made_explanation
from tests.gui.views.made_media import pixels_of, rgb


@pytest.fixture
def pane(session, qtbot):
    session.time.set_duration(2.0)
    session.time.set_range(0.5, 1.5)
    pane = AttributionPane(session)
    qtbot.addWidget(pane)
    pane.resize(864, 200)
    with qtbot.waitExposed(pane):
        pane.show()
    return pane


def one_value(column, frame, value, *, first_frame=20):
    values = np.zeros((40, len(BANDS)), dtype=np.float32)
    values[frame - first_frame, BANDS.index(column)] = value
    return made_explanation(values, first_frame=first_frame)


def painted(pane, colors):
    """Rows and columns of pixels in which something is, and their colours."""
    pixels = pixels_of(pane.item)
    plain = {rgb(c) for c in (colors.background, colors.grid, colors.foreground)}
    rows, columns = np.nonzero(~np.isin(pixels, list(plain)))
    return rows, columns, set(pixels[rows, columns].tolist())


def test_a_band_lights_up_at_its_frame_in_the_colour_of_its_sign(pane):
    pane.show_explanation(one_value("melbands_0", 40, 0.5), "")
    rows, columns, colors = painted(pane, LIGHT)
    assert colors == {rgb(LIGHT.toward)}
    width, height = pixels_of(pane.item).shape[::-1]
    # Frame 40 lasts from 1.0 to 1.025 s.
    assert columns.min() == pytest.approx(0.5 * width, abs=1)
    assert columns.max() == pytest.approx(0.525 * width, abs=2)
    assert rows.max() == height - 1
    pane.show_explanation(one_value("melbands_23", 40, -0.5), "")
    rows, columns, colors = painted(pane, LIGHT)
    assert colors == {rgb(LIGHT.against)}
    loudness = next(lane for lane in pane.axis.lanes if lane.title == "Loudness")
    assert rows.min() == loudness.stop_px + 1


def test_every_row_is_seen_and_as_high_as_the_others(pane):
    seen = []
    for band in BANDS:
        pane.show_explanation(one_value(band, 40, 1.0), "")
        rows, _, _ = painted(pane, LIGHT)
        seen.append((rows.min(), rows.max() - rows.min() + 1))
    assert [top for top, _ in seen[1:]] == sorted((top for top, _ in seen[1:]), reverse=True)
    heights = [height for _, height in seen[1:]]
    assert max(heights) - min(heights) <= 1
    assert min(heights) >= 4


def test_the_span_has_edges_and_a_selection_tints_nothing(pane, session):
    pane.show_explanation(made_explanation(), "")
    pixels = pixels_of(pane.item)
    edges = np.flatnonzero((pixels == rgb(LIGHT.foreground)).any(axis=0))
    assert edges.tolist() == pytest.approx([0.5 * pixels.shape[1], 0.6 * pixels.shape[1]], abs=1)
    session.time.select(0.6, 0.8)
    assert not pane._selection.isVisible()


def test_without_an_explanation_it_says_why(pane):
    pane.show_explanation(None, "Starting")
    assert pane.empty.isVisible()
    assert pane.empty.text() == "Starting"
    pane.show_explanation(one_value("loudness", 40, 1.0), "")
    assert not pane.empty.isVisible()
    pane.show_explanation(None, "")
    assert painted(pane, LIGHT)[2] == set()
    assert pane.axis.lanes == ()


def test_in_the_dark_it_has_the_colours_of_the_dark(pane, session):
    pane.show_explanation(one_value("loudness", 40, 1.0), "")
    session.theme.apply(Scheme.DARK)
    pane.set_colors(session.theme.colors)
    assert painted(pane, DARK)[2] == {rgb(DARK.toward)}


def move_mouse(pane, x_px, y_px):
    place = QPointF(x_px, y_px)
    none = Qt.MouseButton.NoButton
    event = QMouseEvent(
        QMouseEvent.Type.MouseMove, place, pane.mapToGlobal(place), none, none,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(pane.viewport(), event)


def test_what_is_under_the_mouse_is_read(pane):
    pane.show_explanation(one_value("melbands_7", 40, -0.25), "")
    rows, columns, _ = painted(pane, LIGHT)
    corner = pane.mapFromScene(pane.view.mapToScene(QPointF(0, 0)))
    said = []
    pane.pointed.connect(said.append)
    x_px, y_px = corner.x() + int(np.median(columns)), corner.y() + int(np.median(rows))
    move_mouse(pane, x_px, y_px)
    assert said[-1].startswith("melbands_7 in frame 40 at 0:01.01")
    assert said[-1].endswith(": -0.2500 toward audible")
    move_mouse(pane, corner.x() + 1, y_px)
    # Frame 20 is where the pane begins; nothing moved there.
    assert "melbands_7 in frame 20 at 0:00.50" in said[-1]
    QApplication.sendEvent(pane, QMouseEvent(
        QMouseEvent.Type.Leave, QPointF(), QPointF(), Qt.MouseButton.NoButton,
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
    ))  # fmt: skip
    assert said[-1] == ""


def test_where_the_model_did_not_look_nothing_is_read(pane):
    found = one_value("loudness", 40, 1.0)
    found.values[30] = np.nan
    pane.show_explanation(found, "")
    assert pane.read_at(1.01, 3) == "loudness in frame 40 at 0:01.010: +1.0000 toward barely"
    assert pane.read_at(1.26, 3) == ""
    assert pane.read_at(0.1, 3) == pane.read_at(1.6, 3) == pane.read_at(1.01, 10_000) == ""


def test_features_that_belong_together_stand_together():
    titles = [(title, len(places)) for title, places in group_columns(SPEC.columns)]
    assert titles == [("Loudness", 1), ("MFCC", 13), ("Mel bands", 24), ("Onset", 3), ("HPCP", 12)]


def test_of_the_fully_connected_network_all_groups_are_there_in_a_low_pane(pane, qtbot):
    values = np.ones((1, len(SPEC.columns)), dtype=np.float32)
    found = made_explanation(values, frames=(40,), first_frame=40, kind="fc", columns=SPEC.columns)
    for height in (46, 200):
        pane.resize(864, height)
        pane.show_explanation(found, "")
        lanes = pane.axis.lanes
        assert [lane.title for lane in lanes] == [t for t, _ in group_columns(SPEC.columns)]
        assert lanes[-1].stop_px == len(pixels_of(pane.item))
        assert all(a.stop_px == b.top_px for a, b in pairwise(lanes))


@given(data=st.data())
def test_each_pixel_shows_the_farthest_from_zero_of_its_frames(data):
    n_frames, width = data.draw(st.integers(1, 60)), data.draw(st.integers(1, 40))
    seed = data.draw(st.integers(0, 99))
    values = np.random.default_rng(seed).normal(size=(n_frames, 2)).astype(np.float32)
    first = data.draw(st.integers(0, 20))
    found = made_explanation(values, first_frame=first, columns=("a", "b"))
    start = data.draw(st.integers(0, 100))
    per_px = data.draw(st.integers(1, 7))
    drawn = column_extremes(
        found, start_s=start / 40, end_s=(start + per_px * width) / 40, width_px=width
    )
    for x in range(width):
        low, high = start + x * per_px - first, start + (x + 1) * per_px - first
        part = values[max(low, 0) : max(high, 0)]
        if not len(part):
            assert np.isnan(drawn[x]).all()
        else:
            expected = part[np.abs(part).argmax(axis=0), [0, 1]]
            assert np.array_equal(drawn[x], expected)


def test_frames_that_were_not_looked_at_hide_none_beside_them():
    values = np.full((8, 1), np.nan, dtype=np.float32)
    values[3] = -1.0
    found = made_explanation(values, first_frame=0, columns=("loudness",))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawn = column_extremes(found, start_s=0, end_s=0.2, width_px=2)
    assert drawn[0] == -1.0
    assert np.isnan(drawn[1])


def test_nothing_of_it_is_in_view():
    drawn = column_extremes(made_explanation(), start_s=5, end_s=6, width_px=10)
    assert np.isnan(drawn).all()


def test_a_click_seeks_as_in_all_panes(pane, session, qtbot):
    with qtbot.waitSignal(session.time.seek_requested):
        qtbot.mouseClick(pane.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(400, 20))
