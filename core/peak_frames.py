"""Many short stretches of a recording at once, read where it is mapped, for analysis on the fly."""

from __future__ import annotations

import mmap
from typing import TYPE_CHECKING, Any

import numpy as np

from core.peaks import BINS_PER_COLUMN, FULL_SCALE, LEVEL_FACTORS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.peaks import PeakReader

_STEP = LEVEL_FACTORS[1] // LEVEL_FACTORS[0]
_FINE_LEVELS = 4


def read_frames(
    reader: PeakReader, start_samples: NDArray[np.int64], length: int, *, channel: int | None
) -> NDArray[np.float32]:
    """Read stretches of equal length, which may overlap.

    The pages of the file are let go afterwards: a picture of 24 hours looks at all of them, and
    they would count as this process's memory.

    Parameters
    ----------
    reader : PeakReader
        The recording.
    start_samples : ndarray of int64, shape (n_frames,)
        Where they start; anywhere, even outside the recording.
    length : int
        Their length in samples, > 0.
    channel : int or None
        Which channel; None for the mean of all.

    Returns
    -------
    ndarray of float32, shape (n_frames, length)
        Full scale is -1 to 1; 0 outside the recording.
    """
    pcm = reader.stored
    shape = (len(start_samples), length)
    if not len(pcm):
        return np.zeros(shape, dtype=np.float32)
    if channel is not None:
        pcm = pcm[:, channel : channel + 1]
    is_inside = (start_samples >= 0) & (start_samples + length <= len(pcm))
    frames = np.zeros((len(start_samples), pcm.shape[1], length), dtype=np.float32)
    if is_inside.all():
        frames[:] = np.lib.stride_tricks.sliding_window_view(pcm, length, axis=0)[start_samples]
    else:
        places = start_samples[:, np.newaxis] + np.arange(length)
        there = (places >= 0) & (places < len(pcm))
        rows = pcm[np.clip(places, 0, len(pcm) - 1)]
        frames[:] = np.where(there[..., np.newaxis], rows, 0).transpose(0, 2, 1)
    _let_go(pcm)
    mono = frames[:, 0] if frames.shape[1] == 1 else frames.mean(axis=1)
    return mono * np.float32(1 / FULL_SCALE[reader.meta.sample_type])


def loudest_samples(
    reader: PeakReader, first: NDArray[np.int64], stop: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Where the sample farthest from 0 lies in each of many ranges, without reading them.

    The pyramid is gone down: of the bin with the largest peak its parts are looked at, and so on,
    so that a moment of 24 hours is found by some dozens of bins.

    Parameters
    ----------
    reader : PeakReader
        The recording; the largest of its channels counts.
    first, stop : ndarray of int64, shape (n_ranges,)
        Ranges of the recording that are not empty, of about the same length.

    Returns
    -------
    ndarray of int64, shape (n_ranges,)
        The middle of the bin of the finest level (16 samples) that has it; a bin may reach beyond
        its range.
    """
    peaks = _Peaks(reader)
    longest = int((stop - first).max())
    level = sum(factor * BINS_PER_COLUMN <= longest for factor in LEVEL_FACTORS[1:])
    begin, end = _whole_bins(first, stop, level)
    widest: int = int((end - begin).max())
    bins: NDArray[np.int64] = begin[:, np.newaxis] + np.arange(widest, dtype=np.int64)
    best = _largest(peaks, level, bins, begin, end)
    while level:
        # What is in no whole bin of a level is looked at in the finer one.
        behind_whole = np.maximum(end * _STEP, 0)
        level -= 1
        begin, end = _whole_bins(first, stop, level)
        steps = np.arange(_STEP, dtype=np.int64)
        starts = (begin, best * _STEP, behind_whole)
        bins = np.concatenate([s[:, np.newaxis] + steps for s in starts], axis=1)
        best = _largest(peaks, level, bins, begin, end)
    for read in reader.levels[:_FINE_LEVELS]:
        _let_go(read)
    return best * LEVEL_FACTORS[0] + LEVEL_FACTORS[0] // 2


class _Peaks:
    """How far the samples of a bin go from 0, for every bin of every level.

    The last samples of a recording fill no whole bin; for them each level has one bin more.
    """

    def __init__(self, reader: PeakReader) -> None:
        self._levels = reader.levels
        self._last: list[float] = []
        rows, step, last = reader.stored, LEVEL_FACTORS[0], 0.0
        for level in self._levels:
            rest = np.asarray(rows[len(level) * step :], dtype=np.float32)
            last = max(last, float(np.abs(rest).max(initial=0.0)))
            self._last.append(last)
            rows, step = level, _STEP

    def at(self, level: int, bins: NDArray[np.int64]) -> NDArray[np.float32]:
        rows = self._levels[level]
        if not len(rows):
            return np.full(bins.shape, self._last[level], dtype=np.float32)
        found = rows[np.minimum(bins, len(rows) - 1)].astype(np.float32)
        peaks = np.abs(found).max(axis=(-2, -1))
        return np.where(bins < len(rows), peaks, np.float32(self._last[level]))


def _whole_bins(
    first: NDArray[np.int64], stop: NDArray[np.int64], level: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Bins of a level that lie in each range; of the finest, those that touch it, too."""
    factor = LEVEL_FACTORS[level]
    if not level:
        return first // factor, -(-stop // factor)
    begin = -(-first // factor)
    return begin, np.maximum(begin, stop // factor)


def _largest(
    peaks: _Peaks,
    level: int,
    bins: NDArray[np.int64],
    begin: NDArray[np.int64],
    end: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Of several bins for each range, the one with the largest peak that is in the range."""
    is_inside = (bins >= begin[:, np.newaxis]) & (bins < end[:, np.newaxis])
    found = np.where(is_inside, peaks.at(level, np.maximum(bins, 0)), np.float32(-1))
    return np.take_along_axis(bins, found.argmax(axis=1)[:, np.newaxis], axis=1)[:, 0]


def _let_go(array: NDArray[Any]) -> None:
    """Tell the system that what is mapped is not needed for now; it stays in the disk's cache."""
    base: Any = array
    while isinstance(base, np.ndarray):
        base = base.base
    if isinstance(base, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        base.madvise(mmap.MADV_DONTNEED)
