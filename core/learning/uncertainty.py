"""How unsure a model is of a recording: of its frames, of the whole, and where the most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.timebase import owned_interval, owning_frames, seconds_to_samples

if TYPE_CHECKING:
    from numpy.typing import NDArray

LOOK_S = 5.0
"""So much of a recording decides: what is looked at and annotated in one go. It is a choice, not a
result: the length of a clip in ESC-10 and its like, and tuned on nothing."""


@dataclass(frozen=True)
class Uncertainty:
    """How unsure a model is of a recording.

    Parameters
    ----------
    score : float
        Mean of 1 - margin over the recording's most uncertain 5 s of frames, which need not be
        neighbours; 0 (sure of every frame) to 1. 0 for a recording without frames.
    start_s, end_s : float
        The stretch of at most 5 s whose mean is the highest, in seconds.
    """

    score: float
    start_s: float
    end_s: float


def frame_uncertainties(probabilities: NDArray[np.float32]) -> NDArray[np.float64]:
    """How little the best class of each frame is ahead of the second best.

    Parameters
    ----------
    probabilities : ndarray of float32, shape (n_frames, n_classes)
        Two classes or more.

    Returns
    -------
    ndarray of float64, shape (n_frames,)
        1 - margin (Scheffer, Decomain and Wrobel 2001): 0 where one class is certain, 1 where two
        are equally likely.
    """
    best = np.partition(probabilities.astype(np.float64), -2, axis=1)[:, -2:]
    return np.clip(1.0 - (best[:, 1] - best[:, 0]), 0.0, 1.0)


def recording_uncertainty(
    probabilities: NDArray[np.float32], *, hop_size: int, sample_rate: float
) -> Uncertainty:
    """Tell how unsure a model is of a recording, and of what the most.

    Parameters
    ----------
    probabilities : ndarray of float32, shape (n_frames, n_classes)
        Of all frames of a recording, in order.
    hop_size : int
        Step from one frame to the next in samples, > 0; a frame owns its hop.
    sample_rate : float
        In Hz, > 0.

    Returns
    -------
    Uncertainty
        Its stretch is the earliest of those that are equally uncertain.
    """
    frames = frame_uncertainties(probabilities)
    if not len(frames):
        return Uncertainty(0.0, 0.0, 0.0)
    look = seconds_to_samples(LOOK_S, sample_rate=sample_rate)
    n_look = min(len(frames), max(1, int(owning_frames(look, hop_size=hop_size))))
    score = float(np.partition(frames, -n_look)[-n_look:].mean())
    first = _highest_window(frames, n_look)
    start_s, end_s = owned_interval(
        first, first + n_look, hop_size=hop_size, sample_rate=sample_rate
    )
    return Uncertainty(score, start_s, end_s)


def _highest_window(values: NDArray[np.float64], length: int) -> int:
    """First place of the window whose sum is the highest."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    # What differs by less is rounding of the sums alone.
    return int(np.argmax(np.round(sums[length:] - sums[:-length], 9)))
