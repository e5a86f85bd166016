from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.frequency_axis import LOWEST_LOG_HZ, SCALES, FrequencyAxis

AXES = st.builds(
    FrequencyAxis,
    scale=st.sampled_from(SCALES),
    highest_hz=st.floats(100, 100_000),
    n_rows=st.integers(1, 500),
)


@given(AXES, st.floats(0, 1))
def test_a_frequency_stands_where_it_is_found(axis, place):
    hz = axis.frequency_at(place)
    assert axis.place_of(hz) == pytest.approx(place, abs=1e-9)


@given(AXES)
def test_edges_rise_from_the_lowest_to_the_highest(axis):
    edges = axis.edges_hz()
    assert len(edges) == axis.n_rows + 1
    assert np.all(np.diff(edges) > 0)
    assert (edges[0], edges[-1]) == (axis.lowest_hz, axis.highest_hz)


@given(AXES, st.integers(2, 30))
def test_ticks_are_in_the_axis_and_apart(axis, n_most):
    ticks = axis.ticks_hz(n_most)
    places = [axis.place_of(hz) for hz in ticks]
    assert all(-1e-9 <= place <= 1 + 1e-9 for place in places)
    assert np.all(np.diff(places) >= 1 / n_most - 1e-6)


def test_scales_of_the_literature():
    # O'Shaughnessy's mel: 1000 Hz are 1000 mel, within his rounding.
    mel = FrequencyAxis("mel", 8000, 10)
    assert 2595 * np.log10(1 + 8000 / 700) * mel.place_of(1000) == pytest.approx(1000, abs=0.1)
    octaves = FrequencyAxis("log", LOWEST_LOG_HZ * 2**8, 8)
    np.testing.assert_allclose(octaves.edges_hz(), LOWEST_LOG_HZ * 2.0 ** np.arange(9))


def test_ticks_are_round():
    assert FrequencyAxis("linear", 4000, 100).ticks_hz(5) == [0, 1000, 2000, 3000, 4000]
    assert FrequencyAxis("log", 4000, 100).ticks_hz(8)[-3:] == [500, 1000, 2000]
