"""What can be heard: a recording's samples for the ears, and stretches of them in a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from core.peaks import PeakReader

KNEE = 0.7
"""Where a level that is raised would clip, samples above this are pressed together smoothly."""

Samples = NDArray[np.float32]


def for_ears(block: Samples, n_channels: int) -> Samples:
    """Bring any number of channels to one or two ears.

    Parameters
    ----------
    block : ndarray of float32, shape (n_frames, n_channels_in)
        Two channels are left and right; more are all heard in the middle.
    n_channels : int
        1 or 2.

    Returns
    -------
    ndarray of float32, shape (n_frames, n_channels)
        Mono is heard on both sides; otherwise the mean.
    """
    n_in = block.shape[1]
    if n_in == n_channels:
        return block
    middle = block[:, :1]
    if n_in > 1:
        # Added one by one: along short rows NumPy is slow.
        middle = middle.copy()
        for channel in range(1, n_in):
            middle += block[:, channel : channel + 1]
        middle *= np.float32(1 / n_in)
    return np.repeat(middle, n_channels, axis=1) if n_channels > 1 else middle


def soft_limit(block: Samples) -> None:
    """Keep samples within full scale, in place.

    Parameters
    ----------
    block : ndarray of float32, shape (n_frames, n_channels)
        What lies within 0.7 stays as it is; what is above approaches 1 along a hyperbolic tangent.
    """
    loud = np.abs(block) > KNEE
    if loud.any():
        values = block[loud]
        over = (np.abs(values) - KNEE) / (1 - KNEE)
        block[loud] = np.sign(values) * (KNEE + (1 - KNEE) * np.tanh(over))


class Track:
    """Audio that can be played, which may still be growing, and its place on the time axis.

    Parameters
    ----------
    reader : PeakReader
        The audio. It must stay open as long as the track is heard.
    start_s : float
        Where its first sample lies in the recording.
    speed : float
        Seconds of the recording that are heard in a second.
    """

    def __init__(self, reader: PeakReader, *, start_s: float = 0.0, speed: float = 1.0) -> None:
        self.reader = reader
        self.start_s = start_s
        self.speed = speed
        self.sample_rate = reader.meta.sample_rate
        self.step_s = speed / self.sample_rate

    @property
    def n_samples(self) -> int:
        """How many samples are there."""
        return self.reader.n_samples

    @property
    def is_complete(self) -> bool:
        """Whether no more will come."""
        return self.reader.is_complete

    def time_at(self, sample: int) -> float:
        """Place of a sample in the recording.

        Parameters
        ----------
        sample : int
            Counted in this track.

        Returns
        -------
        float
            In seconds.
        """
        return self.start_s + sample * self.speed / self.sample_rate

    def sample_at(self, time_s: float) -> int:
        """Sample that is nearest to a moment of the recording.

        Parameters
        ----------
        time_s : float
            In seconds.

        Returns
        -------
        int
            Counted in this track; it may lie outside.
        """
        return round((time_s - self.start_s) * self.sample_rate / self.speed)

    def read(self, start: int, stop: int, n_channels: int) -> Samples:
        """Give samples for the ears.

        Parameters
        ----------
        start, stop : int
            Range. Before its first sample a track goes on as in a mirror; behind its last one there
            is silence.
        n_channels : int
            1 or 2.

        Returns
        -------
        ndarray of float32, shape (stop - start, n_channels)
            A copy, which may be changed.
        """
        block = np.zeros((stop - start, n_channels), dtype=np.float32)
        if start < 0:
            n_before = min(-start, stop - start)
            mirrored = self.reader.samples(1 - start - n_before, 1 - start)
            mirrored = for_ears(mirrored, n_channels)[::-1]
            block[n_before - len(mirrored) : n_before] = mirrored
        there = self.reader.samples(start, stop)
        if len(there):
            at = max(0, -start)
            block[at : at + len(there)] = for_ears(there, n_channels)
        return block


@dataclass(eq=False)
class Leg:
    """A stretch of a track, and what comes behind it.

    Parameters
    ----------
    track : Track
        What is heard.
    start, stop : int
        Range in samples of the track; a `stop` beyond the end of a track is the end.
    follow : Leg or None
        What comes next, without a gap: the leg itself for a loop.
    is_last : bool
        Whether nothing comes next. If not, and nothing is there yet, it is waited for.
    """

    track: Track
    start: int
    stop: int
    follow: Leg | None = None
    is_last: bool = True

    @property
    def end(self) -> int:
        """Where it really ends, as far as that is known.

        Returns
        -------
        int
            In samples of the track.
        """
        return min(self.stop, self.track.n_samples) if self.track.is_complete else self.stop
