"""Seconds, samples and frames: the only place where a hop is divided."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    IntArray = NDArray[np.int64]
    FloatArray = NDArray[np.float64]


@overload
def seconds_to_samples(seconds: float, *, sample_rate: float) -> int: ...
@overload
def seconds_to_samples(seconds: FloatArray, *, sample_rate: float) -> IntArray: ...
def seconds_to_samples(seconds: float | FloatArray, *, sample_rate: float) -> int | IntArray:
    """Sample nearest to a time, a half going to the even one.

    Parameters
    ----------
    seconds : float or ndarray of float
        Finite times from the start of the recording.
    sample_rate : float
        In Hz, > 0.

    Returns
    -------
    int or ndarray of int64
        Sample positions, counted from 0.

    Raises
    ------
    ValueError
        If `sample_rate` is not positive.
    """
    _check_positive("sample_rate", sample_rate)
    samples = np.rint(np.asarray(seconds, dtype=np.float64) * sample_rate).astype(np.int64)
    return samples if samples.ndim else int(samples)


def sample_under(seconds: float, *, sample_rate: float) -> int:
    """Sample that lasts at a time: sample n lasts from its own time to that of the next.

    Parameters
    ----------
    seconds : float
        Finite time from the start of the recording.
    sample_rate : float
        In Hz, > 0.

    Returns
    -------
    int
        Sample position, counted from 0; n at the very time that `samples_to_seconds` gives for n.

    Raises
    ------
    ValueError
        If `sample_rate` is not positive.
    """
    _check_positive("sample_rate", sample_rate)
    nearest = seconds_to_samples(seconds, sample_rate=sample_rate)
    # Its own time decides: multiplied and rounded down, that may come out as the one before.
    is_ahead = samples_to_seconds(nearest, sample_rate=sample_rate) > seconds
    return nearest - 1 if is_ahead else nearest


@overload
def samples_to_seconds(samples: int, *, sample_rate: float) -> float: ...
@overload
def samples_to_seconds(samples: IntArray, *, sample_rate: float) -> FloatArray: ...
def samples_to_seconds(samples: int | IntArray, *, sample_rate: float) -> float | FloatArray:
    """Time of a sample.

    Parameters
    ----------
    samples : int or ndarray of int64
        Sample positions, counted from 0.
    sample_rate : float
        In Hz, > 0.

    Returns
    -------
    float or ndarray of float64
        Seconds from the start of the recording.

    Raises
    ------
    ValueError
        If `sample_rate` is not positive.
    """
    _check_positive("sample_rate", sample_rate)
    seconds = np.asarray(samples, dtype=np.float64) / sample_rate
    return seconds if seconds.ndim else float(seconds)


def count_frames(n_samples: int, *, frame_size: int, hop_size: int) -> int:
    """Number of complete frames in a recording; an incomplete last one does not count.

    Parameters
    ----------
    n_samples : int
        Length of the recording in samples.
    frame_size, hop_size : int
        Length of a frame, and the step from one frame to the next, in samples, > 0.

    Returns
    -------
    int
        Number of frames n for which ``n * hop_size + frame_size <= n_samples``.

    Raises
    ------
    ValueError
        If `frame_size` or `hop_size` is not positive.
    """
    _check_positive("frame_size", frame_size)
    _check_positive("hop_size", hop_size)
    return 0 if n_samples < frame_size else 1 + (n_samples - frame_size) // hop_size


def frame_starts(n_frames: int, *, hop_size: int) -> IntArray:
    """First sample of each frame.

    Parameters
    ----------
    n_frames : int
        Number of frames.
    hop_size : int
        Step from one frame to the next in samples, > 0.

    Returns
    -------
    ndarray of int64, shape (n_frames,)
        Sample positions, counted from 0.
    """
    _check_positive("hop_size", hop_size)
    return np.arange(n_frames, dtype=np.int64) * hop_size


def frames_at(start_samples: ArrayLike, *, hop_size: int) -> IntArray:
    """Frames that start at given samples; undoes `frame_starts`.

    Parameters
    ----------
    start_samples : array_like of int, shape (n_frames,)
        First sample of each frame, counted from 0.
    hop_size : int
        Step from one frame to the next in samples, > 0.

    Returns
    -------
    ndarray of int64, shape (n_frames,)
        Frame numbers, from 0.

    Raises
    ------
    ValueError
        If `hop_size` is not positive, or no frame starts at one of the samples.
    """
    _check_positive("hop_size", hop_size)
    starts = np.asarray(start_samples, dtype=np.int64)
    frames, rest = np.divmod(starts, hop_size)
    if np.any(rest):
        msg = f"No frame starts at sample {starts[rest != 0][0]} with a hop of {hop_size}"
        raise ValueError(msg)
    return frames


def owning_frames(samples: ArrayLike, *, hop_size: int) -> IntArray:
    """Frames that own given samples: frame n owns samples ``n * hop`` to ``(n + 1) * hop - 1``.

    Parameters
    ----------
    samples : array_like of int, shape (n_samples,)
        Sample positions, counted from 0.
    hop_size : int
        Step from one frame to the next in samples, > 0.

    Returns
    -------
    ndarray of int64, shape (n_samples,)
        Frame numbers, also of frames that the recording is too short for.

    Raises
    ------
    ValueError
        If `hop_size` is not positive.
    """
    _check_positive("hop_size", hop_size)
    return np.asarray(samples, dtype=np.int64) // hop_size


def frames_inside(
    start_samples: ArrayLike,
    end_samples: ArrayLike,
    *,
    frame_size: int,
    hop_size: int,
    n_frames: int,
) -> tuple[IntArray, IntArray]:
    """Ranges of the frames that lie whole inside intervals.

    Parameters
    ----------
    start_samples, end_samples : array_like of int, shape (n_intervals,)
        Edges of the intervals in samples; the end is exclusive.
    frame_size, hop_size : int
        Length of a frame, and the step from one frame to the next, in samples, > 0.
    n_frames : int
        Number of frames that the recording has.

    Returns
    -------
    first, stop : ndarray of int64, shape (n_intervals,)
        Frames ``first`` to ``stop - 1`` lie inside; ``first == stop`` where none does.

    Raises
    ------
    ValueError
        If `frame_size` or `hop_size` is not positive.
    """
    _check_positive("frame_size", frame_size)
    _check_positive("hop_size", hop_size)
    starts = np.asarray(start_samples, dtype=np.int64)
    ends = np.asarray(end_samples, dtype=np.int64)
    first = np.clip(-(-starts // hop_size), 0, n_frames)
    stop = np.clip((ends - frame_size) // hop_size + 1, 0, n_frames)
    return first, np.maximum(first, stop)


def owned_interval(
    first_frame: int, stop_frame: int, *, hop_size: int, sample_rate: float
) -> tuple[float, float]:
    """Time that a run of frames owns, each frame its hop.

    Frame n owns ``[n * hop, (n + 1) * hop)``, so that predictions of neighbouring frames neither
    overlap nor leave gaps, whatever the frame size.

    Parameters
    ----------
    first_frame, stop_frame : int
        Frames ``first_frame`` to ``stop_frame - 1``.
    hop_size : int
        Step from one frame to the next in samples, > 0.
    sample_rate : float
        In Hz, > 0.

    Returns
    -------
    start, end : float
        Seconds from the start of the recording.
    """
    _check_positive("hop_size", hop_size)
    return (
        samples_to_seconds(first_frame * hop_size, sample_rate=sample_rate),
        samples_to_seconds(stop_frame * hop_size, sample_rate=sample_rate),
    )


def _check_positive(name: str, value: float) -> None:
    if not value > 0:
        msg = f"{name} must be positive, not {value}"
        raise ValueError(msg)
