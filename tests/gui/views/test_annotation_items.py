from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.annotations.stored import StoredAnnotation
from gui.theme import LIGHT, class_color
from gui.views.annotation_items import MOST_ROWS, Layout, _rows, block_height, strip_pixels
from gui.views.pixels import Span
from tests.shown_media import make_details

ROW = 10


def covered(pixels):
    return np.flatnonzero(pixels.any(axis=0))


def test_a_block_covers_the_columns_of_its_samples():
    layout = Layout.of(make_details([(0.2, 0.5, 1)]))
    pixels = strip_pixels(layout, Span(0.0, 1.0, 1000), LIGHT, ROW)
    assert covered(pixels).tolist() == list(range(200, 500))


def test_edges_are_those_of_the_nearest_samples_halves_going_to_even():
    layout = Layout.of(make_details([(0.5 / 8000, 2.5 / 8000, 0), (0.1000601, 0.2, 0)]))
    assert layout.start_samples.tolist() == [0, 800]
    assert layout.end_samples.tolist() == [2, 1600]
    pixels = strip_pixels(layout, Span(0.0, 8 / 8000, 80), LIGHT, ROW)
    assert covered(pixels).tolist() == list(range(20))


@given(st.floats(0, 0.9), st.floats(0.0001, 0.1), st.floats(0, 0.5), st.floats(0.01, 1))
def test_columns_agree_with_the_map_of_times_to_pixels(start_s, length_s, left_s, span_s):
    span = Span(left_s, left_s + span_s, 700)
    first, stop = span.columns(np.array([start_s]), np.array([start_s + length_s]))
    left, right = span.x_px(start_s), span.x_px(start_s + length_s)
    if right > 0 and left < 700:
        assert first[0] == pytest.approx(max(0, left), abs=1)
        assert stop[0] == pytest.approx(min(700, right), abs=1)
        assert stop[0] > first[0] or left > 699
    else:
        assert stop[0] - first[0] <= 1


def test_the_louder_class_is_taller_and_has_another_colour():
    layout = Layout.of(make_details([(0.0, 0.2, 0), (0.3, 0.5, 1), (0.6, 0.8, 2)]))
    pixels = strip_pixels(layout, Span(0.0, 1.0, 100), LIGHT, 16)
    heights = [np.count_nonzero(pixels[:, column]) for column in (10, 40, 70)]
    assert heights == [block_height(target, 3, 16) for target in range(3)]
    assert heights == sorted(set(heights))
    assert len({int(pixels[-1, column]) for column in (10, 40, 70)}) == 3
    assert class_color(0, 3, LIGHT) != class_color(2, 3, LIGHT)


def test_a_column_is_that_class_s_which_covers_most_of_it():
    # Columns of 10 ms: a loud tenth of each, a quiet half of each, and one that is loud by six.
    made = [(k / 100, k / 100 + 0.001, 2) for k in range(50)]
    made += [(k / 100 + 0.002, k / 100 + 0.007, 0) for k in range(50)]
    made += [(0.6, 0.606, 2), (0.606, 0.61, 0)]
    pixels = strip_pixels(Layout.of(make_details(made)), Span(0.0, 1.0, 100), LIGHT, 16)
    heights = np.count_nonzero(pixels, axis=0)
    assert (heights[:50] == block_height(0, 3, 16)).all()
    assert heights[60] == block_height(2, 3, 16)
    assert covered(pixels).tolist() == [*range(50), 60]


@pytest.mark.parametrize("width", [40, 900])
def test_classes_that_share_all_columns_are_all_seen(width):
    rng = np.random.default_rng(5)
    edges = np.sort(rng.choice(np.arange(1, 8000), 601, replace=False)) / 8000
    targets = rng.integers(0, 3, 600).tolist()
    made = list(zip(edges[:-1].tolist(), edges[1:].tolist(), targets, strict=True))
    pixels = strip_pixels(Layout.of(make_details(made)), Span(0.0, 1.0, width), LIGHT, 16)
    heights = np.count_nonzero(pixels, axis=0)
    shares = [np.mean(heights == block_height(target, 3, 16)) for target in range(3)]
    assert min(shares) > 0.15


def test_those_that_overlap_lie_in_different_rows():
    layout = Layout.of(make_details([(0.1, 0.5, 0), (0.3, 0.7, 2), (0.6, 0.9, 1)]))
    assert layout.rows.tolist() == [0, 1, 0]
    pixels = strip_pixels(layout, Span(0.0, 1.0, 100), LIGHT, ROW)
    assert pixels.shape == (2 * ROW, 100)
    assert pixels[:ROW, 40].any()
    assert pixels[ROW:, 40].any()


def test_the_one_that_is_hit_is_the_shortest_in_its_row():
    layout = Layout.of(make_details([(0.1, 0.5, 0), (0.3, 0.7, 2)]))
    assert layout.at(0.4, 0) == 0
    assert layout.at(0.4, 1) == 1
    assert layout.at(0.05, None) is None
    assert layout.at(0.5, 0) is None


def test_an_annotation_that_ends_where_the_next_begins_is_not_hit_there():
    layout = Layout.of(make_details([(0.1, 0.5, 0), (0.5, 0.7, 2)]))
    assert layout.n_rows == 1
    assert layout.at(0.5, 0) == 1


def test_the_tip_tells_times_samples_class_and_frames():
    tip = Layout.of(make_details([(0.11, 0.21, 2)])).tip(0)
    assert tip.splitlines() == [
        "audible (line 2 of the table)",
        "0:00.110000 to 0:00.210000, 0.1 s",
        "samples 880 to 1679 at 8000 Hz",
        "3 frames taken in",
    ]


def test_the_tip_tells_whose_it_is_and_no_line_where_there_is_none():
    details = make_details([(0.11, 0.21, 2)])
    (annotation,) = details.annotations
    made = replace(annotation, line=0, id=7)
    stored = StoredAnnotation(7, "a.wav", 0.11, 0.21, "audible", "Ada", "2026-01-02T12:00:00+00:00")
    tip = Layout.of(replace(details, annotations=(made,), stored_annotations=(stored,))).tip(0)
    assert tip.splitlines()[0] == "audible"
    assert tip.splitlines()[-1].startswith("Edited by Ada, 2026-01-0")


def test_without_a_rate_times_count_as_they_are():
    layout = Layout.of(make_details([(0.12345, 0.2, 0)], spec=None, n_frames=0, transcoded_rate=0))
    assert layout.start_s.tolist() == [0.12345]
    assert not len(layout.start_samples)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)), max_size=25))
def test_rows_are_those_of_going_through_all_annotations(intervals):
    intervals.sort()
    starts = np.array([s for s, _ in intervals], dtype=np.float64)
    ends = np.array([s + n for s, n in intervals], dtype=np.float64)
    free_from, wanted = [-np.inf] * MOST_ROWS, []
    for start, end in zip(starts, ends, strict=True):
        row = next((r for r in range(MOST_ROWS) if free_from[r] <= start), MOST_ROWS - 1)
        wanted.append(row)
        free_from[row] = max(free_from[row], end)
    assert _rows(starts, ends).tolist() == wanted
