# SciPy ships no type information.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
"""How much later a sound comes in the transcoded recording than in the original: it should be 0."""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING

import numpy as np

from core.audio import open_audio
from core.mono import mono_blocks
from core.timebase import samples_to_seconds, seconds_to_samples

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

COMPARED_S = 20.0
"""So much of the beginning of both is compared."""

LARGEST_LAG_S = 0.5
LEAST_CORRELATION = 0.5
"""What resembles its original less tells no lag."""

_LARGEST_FACTOR = 1000


def measure_lag(original: Path, transcoded: Path, *, channel: int = 0) -> float | None:
    """Find the lag of the transcoded recording by cross-correlation with its original.

    The original is resampled by another library than the one that transcodes, with a filter of no
    delay, so that the two can be wrong in different ways only.

    Parameters
    ----------
    original, transcoded : Path
        Both recordings.
    channel : int
        Which channel of the original was transcoded, counted from 1; 0 is the mean of all.

    Returns
    -------
    float or None
        In seconds, to the sample; positive if the transcoded one is late. None if there is
        nothing to be heard, or the two do not resemble each other.

    Raises
    ------
    RecordingError
        If one of them cannot be read.
    """
    ours, rate = read_beginning(transcoded, seconds=COMPARED_S)
    theirs, rate_in = read_beginning(original, seconds=COMPARED_S, channel=channel)
    return lag_between(_resampled(theirs, rate_in, rate), ours, sample_rate=rate)


def read_beginning(path: Path, *, seconds: float, channel: int = 0) -> tuple[Samples, int]:
    """Decode the beginning of a recording.

    Parameters
    ----------
    path : Path
        The recording.
    seconds : float
        How much of it.
    channel : int
        Counted from 1; 0 is the mean of all.

    Returns
    -------
    samples : ndarray of float32, shape (n_samples,)
        Mono.
    sample_rate : int
        In Hz.

    Raises
    ------
    RecordingError
        If it cannot be read.
    """
    with open_audio(path) as reader:
        wanted = seconds_to_samples(seconds, sample_rate=reader.sample_rate)
        blocks: list[Samples] = []
        n_samples = 0
        for block in mono_blocks(reader, channel=channel):
            blocks.append(block)
            n_samples += len(block)
            if n_samples >= wanted:
                break
        return np.concatenate(blocks)[:wanted], reader.sample_rate


def lag_between(earlier: Samples, later: Samples, *, sample_rate: int) -> float | None:
    """Lag at which two recordings of one sound are most alike.

    Parameters
    ----------
    earlier, later : ndarray of float32, shape (n_samples,)
        Both at the same rate; their lengths may differ.
    sample_rate : int
        In Hz.

    Returns
    -------
    float or None
        In seconds; positive if `later` is late. None if they do not resemble each other.
    """
    from scipy.signal import correlate

    n_samples = min(len(earlier), len(later))
    first, second = (x[:n_samples] - np.mean(x[:n_samples]) for x in (earlier, later))
    norm = float(np.linalg.norm(first) * np.linalg.norm(second))
    if not norm:
        return None
    likeness = correlate(second, first, method="fft") / norm
    most = min(seconds_to_samples(LARGEST_LAG_S, sample_rate=sample_rate), n_samples - 1)
    middle = n_samples - 1
    near = likeness[middle - most : middle + most + 1]
    best = int(np.argmax(near))
    if near[best] < LEAST_CORRELATION:
        return None
    return samples_to_seconds(best - most, sample_rate=sample_rate)


def _resampled(samples: Samples, rate_in: int, rate_out: int) -> Samples:
    """At another rate; of odd pairs of rates the ratio is taken a little rounded."""
    from fractions import Fraction

    from scipy.signal import resample_poly

    if rate_in == rate_out:
        return samples
    up, down = (rate // gcd(rate_in, rate_out) for rate in (rate_out, rate_in))
    if max(up, down) > _LARGEST_FACTOR:
        ratio = Fraction(rate_out, rate_in).limit_denominator(_LARGEST_FACTOR)
        up, down = ratio.numerator, ratio.denominator
    return resample_poly(samples, up, down).astype(np.float32)
