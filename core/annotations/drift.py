"""How well edges are explained by each shift together with each drift."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.floating[Any]]

HALF_DRIFTS_S = np.arange(-100, 101) * 0.02
"""What a drift adds from the middle of the edges to the last of them, in seconds."""


def drift_surface(tells: Array, places: Array, *, hop_s: float) -> Array:
    """Add up what edges tell, for each drift and shift.

    Parameters
    ----------
    tells : ndarray of float64, shape (n_edges, n_lags)
        Of each edge the logarithm of the probability of each lag.
    places : ndarray of float64, shape (n_edges,)
        Where each edge lies between the first (-1) and the last (1).
    hop_s : float
        From one lag to the next, in seconds.

    Returns
    -------
    ndarray of float64, shape (n_drifts, n_lags)
        Logarithms, up to a constant, for each of `HALF_DRIFTS_S` and each lag.
    """
    n_lags = tells.shape[1]
    steps = np.rint(np.outer(places, HALF_DRIFTS_S) / hop_s).astype(np.int64)
    most = int(np.abs(steps).max())
    # Of lags that were not looked at an edge says no more than where it tells least.
    padded = np.pad(tells, ((0, 0), (most, most)), mode="minimum")
    surface = np.zeros((len(HALF_DRIFTS_S), n_lags))
    for k, row in enumerate(padded):
        windows = np.lib.stride_tricks.sliding_window_view(row, n_lags)
        surface += windows[steps[k] + most]
    return surface
