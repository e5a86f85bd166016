import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gui.views.pixels import Span
from gui.views.wave_columns import Amplitude, column_peaks, joined, outline, rastered, sample_points
from tests.shown_media import make_reader

RATE = 8000
N_SAMPLES = 40_000


@pytest.fixture(scope="module")
def clicks(tmp_path_factory):
    """A recording of noise that no click is lost in, and where its clicks are."""
    rng = np.random.default_rng(4)
    samples = 0.01 * rng.uniform(-1, 1, N_SAMPLES)
    places = np.sort(rng.choice(N_SAMPLES, 40, replace=False))
    samples[places] = 0.9
    with make_reader(tmp_path_factory.mktemp("clicks"), samples, RATE) as reader:
        yield reader, places


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.floats(-1, 4.5), st.floats(0.05, 3), st.integers(50, 1700))
def test_a_click_stands_in_its_column_and_in_no_other(clicks, start_s, span_s, width):
    reader, places = clicks
    span = Span(start_s, start_s + span_s, width)
    _low, high = column_peaks(reader, span)
    columns = np.floor(span.x_px(places / RATE) + 1e-6).astype(int)
    seen = columns[(columns >= 0) & (columns < width)]
    loud = np.flatnonzero(high[:, 0] > 0.5)
    if span_s * RATE / width <= 64:
        assert set(loud) == set(seen)
    else:
        assert all(np.abs(loud - column).min() <= 1 for column in seen)


def test_far_out_a_click_is_in_its_column_or_the_next(tmp_path):
    samples = np.zeros(4_000_000)
    samples[1_234_567] = 1
    span = Span(0.0, 500.0, 1000)
    with make_reader(tmp_path, samples, RATE) as reader:
        loud = np.flatnonzero(column_peaks(reader, span)[1][:, 0] > 0.5)
    column = int(span.x_px(1_234_567 / RATE))
    assert column in loud
    assert np.abs(loud - column).max() <= 1


def test_where_there_is_no_sound_nothing_is_drawn(clicks):
    reader, _places = clicks
    low, high = column_peaks(reader, Span(4.9, 5.3, 400))
    assert np.isnan(high[100:]).all()
    assert not np.isnan(high[:100]).any()
    assert not rastered(low[:, 0], high[:, 0], 50)[:, 100:].any()


def test_samples_stand_where_they_are(clicks):
    reader, places = clicks
    n = int(places[5])
    span = Span(n / RATE - 0.001, n / RATE + 0.001, 800)
    x_px, rows = sample_points(reader, span)
    assert x_px[np.argmax(rows[:, 0])] == pytest.approx(400, abs=1e-6)
    assert np.diff(x_px) == pytest.approx(np.full(len(x_px) - 1, 50.0))


def test_a_line_has_no_gaps():
    high = np.array([[0.1], [0.9], [np.nan], [0.2]], dtype=np.float32)
    low = np.array([[0.0], [0.8], [np.nan], [0.1]], dtype=np.float32)
    low_joined, high_joined = joined(low, high)
    assert low_joined[1, 0] == pytest.approx(0.1)
    assert high_joined[1, 0] == pytest.approx(0.9)
    assert np.isnan(high_joined[2, 0])
    assert low_joined[3, 0] == pytest.approx(0.1)


@given(st.floats(-1, 1, width=32), st.floats(-1, 1, width=32))
def test_the_decibel_axis_keeps_the_order_of_magnitudes(a, b):
    heights = Amplitude(is_decibel=True).heights(np.array([a, b], dtype=np.float32))
    assert (heights[0] <= heights[1]) == (abs(a) <= abs(b)) or heights[0] == heights[1]
    assert np.all(np.abs(heights) <= 1)


def test_the_decibel_axis_is_fixed():
    values = np.array([1.0, -1.0, 10 ** (-48 / 20), 1e-6, 0.0], dtype=np.float32)
    assert Amplitude(is_decibel=True).heights(values) == pytest.approx([1, 1, 0, -1, -1], abs=1e-5)


def test_in_decibels_a_column_is_filled_up_to_its_largest_magnitude():
    smallest = np.array([[-0.5], [0.1], [-0.001], [np.nan]], dtype=np.float32)
    largest = np.array([[0.1], [0.25], [0.001], [np.nan]], dtype=np.float32)
    amplitude = Amplitude(is_decibel=True)
    low, high = amplitude.column_heights(smallest, largest)
    assert low[:3, 0].tolist() == [-1, -1, -1]
    loudest = np.array([0.5, 0.25, 0.001], dtype=np.float32)
    assert high[:3, 0] == pytest.approx(amplitude.heights(loudest))
    assert np.isnan([low[3, 0], high[3, 0]]).all()


def test_the_linear_axis_says_by_how_much_it_is_magnified():
    amplitude = Amplitude(gain=4)
    assert amplitude.heights(np.array([0.125, 0.5], dtype=np.float32)) == pytest.approx([0.5, 1])
    assert dict(amplitude.ticks())[1.0] == "0.25"


def test_full_scale_reaches_the_edges_of_the_lane():
    inside = rastered(np.array([-1.0, 0.0]), np.array([1.0, 0.0]), 101)
    assert inside[:, 0].all()
    assert np.flatnonzero(inside[:, 1]).tolist() == [50]


def test_an_outline_is_closed_and_nothing_but_the_rim():
    inside = np.zeros((7, 6), dtype=bool)
    inside[1:6, 1:] = True
    rim = inside.copy()
    rim[2:5, 2:] = False
    assert np.array_equal(outline(inside), rim)
    thin = np.eye(5, dtype=bool)
    assert np.array_equal(outline(thin), thin)
