"""Which class is proposed in each column of the screen, however many proposals there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.proposals import Intervals

NONE = -1
LEAST_S = 1e-9
"""Sums of a day of proposals are no more exact than that."""


class ProposalColumns:
    """Proposals, made ready to be looked up: a column costs one search in each class."""

    def __init__(self, proposals: Intervals) -> None:
        self._classes: list[tuple[NDArray[np.float64], ...]] = []
        for target in range(len(proposals.classes)):
            mine = proposals.targets == target
            start_s, end_s = proposals.start_s[mine], proposals.end_s[mine]
            self._classes.append((start_s, end_s, np.append(0.0, np.cumsum(end_s - start_s))))

    def targets(self, edges_s: NDArray[np.float64]) -> NDArray[np.int64]:
        """The class that covers most of each column, the louder of equals; `NONE` without one.

        Parameters
        ----------
        edges_s : ndarray of float64, shape (n_columns + 1,)
            Where the columns begin and end, rising.
        """
        n_columns = len(edges_s) - 1
        if not self._classes:
            return np.full(n_columns, NONE, dtype=np.int64)
        covered = np.stack([np.diff(_covered_before(edges_s, *c)) for c in self._classes])
        most = len(covered) - 1 - covered[::-1].argmax(axis=0)
        return np.where(covered.max(axis=0) > LEAST_S, most, NONE)


def _covered_before(
    times_s: NDArray[np.float64],
    start_s: NDArray[np.float64],
    end_s: NDArray[np.float64],
    sums_s: NDArray[np.float64],
) -> NDArray[np.float64]:
    """How much of all that is before a time is covered, in seconds."""
    n_begun = np.searchsorted(start_s, times_s, side="right")
    last_end_s = np.append(-np.inf, end_s)[n_begun]
    return sums_s[n_begun] - np.maximum(last_end_s - times_s, 0.0)
