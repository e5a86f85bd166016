"""The labelling rule: a frame has the class of the annotations that contain it whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.timebase import frames_inside

if TYPE_CHECKING:
    from numpy.typing import NDArray

UNLABELLED = -1
CONFLICT = -2


@dataclass(frozen=True)
class FrameGrid:
    """The frames of one recording.

    Parameters
    ----------
    frame_size, hop_size : int
        In samples.
    n_frames : int
        How many there are.
    """

    frame_size: int
    hop_size: int
    n_frames: int


def label_frames(
    start_samples: NDArray[np.int64],
    end_samples: NDArray[np.int64],
    targets: NDArray[np.int64],
    *,
    grid: FrameGrid,
) -> tuple[NDArray[np.int8], NDArray[np.int64]]:
    """Label the frames of one recording.

    Works by ranges of frames, so that its cost is that of one pass over the frames however many
    annotations there are.

    Parameters
    ----------
    start_samples, end_samples : ndarray of int64, shape (n_annotations,)
        Edges of the annotations in samples; the end is exclusive.
    targets : ndarray of int64, shape (n_annotations,)
        Their classes, from 0 to 125.
    grid : FrameGrid
        The frames.

    Returns
    -------
    labels : ndarray of int8, shape (n_frames,)
        The class of each frame; `UNLABELLED` where no annotation contains it, `CONFLICT` where
        annotations of different classes do.
    counts : ndarray of int64, shape (n_annotations,)
        How many frames each annotation contains.
    """
    first, stop = frames_inside(
        start_samples,
        end_samples,
        frame_size=grid.frame_size,
        hop_size=grid.hop_size,
        n_frames=grid.n_frames,
    )
    labels = np.full(grid.n_frames, UNLABELLED, dtype=np.int8)
    for target in np.unique(targets):
        mine = targets == target
        covered = _covered(first[mine], stop[mine], grid.n_frames)
        labels[covered] = np.where(labels[covered] == UNLABELLED, target, CONFLICT)
    return labels, stop - first


def _covered(first: NDArray[np.int64], stop: NDArray[np.int64], n_frames: int) -> NDArray[np.bool_]:
    """Which frames are in at least one of the ranges."""
    edges = np.bincount(first, minlength=n_frames + 1).astype(np.int32)
    edges -= np.bincount(stop, minlength=n_frames + 1).astype(np.int32)
    return np.cumsum(edges[:n_frames], dtype=np.int32) > 0
