"""A drift moves edges in proportion to where they lie."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.annotations.drift import HALF_DRIFTS_S, drift_surface

HOP_S = 0.01
N_LAGS = 201


def peaked(lags_s):
    """Edges that are sure of their lags to some 30 ms."""
    grid_s = (np.arange(N_LAGS) - N_LAGS // 2) * HOP_S
    return np.maximum(-0.5 * ((grid_s - np.asarray(lags_s)[:, None]) / 0.03) ** 2, -9.0)


@given(
    st.integers(-20, 20).map(lambda k: k * 0.02),
    st.integers(-20, 20).map(lambda k: k * 0.01),
)
def test_the_best_of_all_is_what_the_edges_agree_on(half_drift_s, shift_s):
    places = np.linspace(-1, 1, 9)
    surface = drift_surface(peaked(shift_s + half_drift_s * places), places, hop_s=HOP_S)
    row, column = np.unravel_index(np.argmax(surface), surface.shape)
    assert HALF_DRIFTS_S[row] == pytest.approx(half_drift_s, abs=0.021)
    assert (column - N_LAGS // 2) * HOP_S == pytest.approx(shift_s, abs=0.011)


def test_without_drift_the_edges_are_added_up():
    tells = np.random.default_rng(1).standard_normal((5, N_LAGS))
    surface = drift_surface(tells, np.linspace(-1, 1, 5), hop_s=HOP_S)
    assert np.allclose(surface[len(HALF_DRIFTS_S) // 2], tells.sum(axis=0))


def test_of_lags_beyond_the_range_an_edge_says_its_least():
    surface = drift_surface(peaked([0.0]), np.array([1.0]), hop_s=HOP_S)
    assert surface[-1, -1] == -9.0
