"""Power spectra of a recording over time, column by column of a picture.

**Formula.** A frame of N samples is weighted with a periodic Hann window w and transformed. The
level of bin k is ``10 log10(c |X_k|^2 / S^2)`` dB with ``S = sum(w)``, c = 4, and c = 2 for the
bins at 0 Hz and at half the sample rate, which have no twin at a negative frequency. So a sine of
full scale, at the frequency of a bin, reads 0 dB, as AES17 defines dBFS; halfway between two bins
it reads 1.4 dB less. All bins together give the frame's power after the window (Parseval).

**Columns.** Column k covers the samples from ``k * h`` to ``(k + 1) * h``, the same ones wherever
the view begins, so that a column once computed can be kept. Its frames overlap by half and their
maximum is taken, so that nothing short is lost. Where a column is too long for that, it is
sampled: some frames at equal distances, and one around its loudest sample.

References: F. J. Harris, "On the use of windows for harmonic analysis with the discrete Fourier
transform", Proc. IEEE 66 (1978); G. Heinzel, A. Ruediger, R. Schilling, "Spectrum and spectral
density estimation by the discrete Fourier transform" (2002), equations 19 to 24; AES17-2020, 3.12.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from core.errors import ProjectError
from core.peak_frames import loudest_samples, read_frames
from core.peaks import PeakReader
from core.progress import Cancelled, Progress, ignore
from core.remembered import remembered

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from core.frequency_axis import FrequencyAxis
    from core.progress import Report

MOST_SAMPLES_PER_COLUMN = 4096
"""A column is sampled, where its frames would have more samples than these together."""

SAMPLES_AT_ONCE = 1 << 18
"""Transformed between two reports; more would not fit into a processor's cache."""

STEP_DB = 0.6
LOWEST_DB = -140.0
"""Levels are kept as one byte: code n, from 1 to 255, is ``LOWEST_DB + (n - 1) * STEP_DB``."""

NO_AUDIO = 0
"""The code of a column where the recording has no samples, or none yet."""

_LARGEST_CODE = 255
_SMALLEST_POWER = np.float32(1e-30)


@dataclass(frozen=True)
class SpectrogramSpec:
    """What is computed.

    Parameters
    ----------
    fft_size : int
        Samples of a frame, even.
    axis : FrequencyAxis
        The rows.
    channel : int or None
        Which channel; None for the mean of all.
    """

    fft_size: int
    axis: FrequencyAxis
    channel: int | None = None


@dataclass(frozen=True)
class Columns:
    """Neighbouring columns of a picture.

    Parameters
    ----------
    first : int
        Number of the first.
    codes : ndarray of uint8, shape (n_columns, n_rows)
        Levels from the lowest frequency on; see `decibels`.
    n_samples : int
        Length of the recording, as far as it was known.
    is_final : bool
        Whether they would be the same with more of the recording.
    """

    first: int
    codes: NDArray[np.uint8]
    n_samples: int
    is_final: bool


def frames_per_column(column_samples: float, fft_size: int) -> tuple[int, bool]:
    """Say how many frames are taken of a column.

    Parameters
    ----------
    column_samples : float
        Its length in samples.
    fft_size : int
        Length of a frame in samples.

    Returns
    -------
    n_frames : int
        At equal distances.
    is_sampled : bool
        Whether they overlap by less than half; then there is one more, at the loudest sample.
    """
    wanted = max(1, math.ceil(column_samples / (fft_size / 2)))
    most = max(1, MOST_SAMPLES_PER_COLUMN // fft_size)
    return min(wanted, most), wanted > most


def power_spectra(frames: NDArray[np.float32]) -> NDArray[np.float32]:
    """Power spectra of frames.

    Parameters
    ----------
    frames : ndarray of float32, shape (n_frames, fft_size)
        Full scale is -1 to 1.

    Returns
    -------
    ndarray of float32, shape (n_frames, fft_size // 2 + 1)
        Power over that of a sine of full scale.
    """
    window, scale = _window(frames.shape[1])
    spectra = np.fft.rfft(frames * window, axis=1)
    power: NDArray[np.float32] = np.square(spectra.real) + np.square(spectra.imag)
    return power * scale


def encode_decibels(power: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Levels as one byte each.

    Parameters
    ----------
    power : ndarray of float32
        Power over that of a sine of full scale.

    Returns
    -------
    ndarray of uint8
        From 1, for `LOWEST_DB` and less.
    """
    level_db = 10 * np.log10(np.maximum(power, _SMALLEST_POWER))
    codes = np.rint((level_db - LOWEST_DB) / STEP_DB) + 1
    return np.clip(codes, 1, _LARGEST_CODE).astype(np.uint8)


def decibels(codes: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Levels that codes stand for.

    Parameters
    ----------
    codes : ndarray of uint8
        What `encode_decibels` gave.

    Returns
    -------
    ndarray of float32
        In dBFS, to half of `STEP_DB`; NaN for `NO_AUDIO`.
    """
    levels = LOWEST_DB + (codes.astype(np.float32) - 1) * np.float32(STEP_DB)
    return np.where(codes == NO_AUDIO, np.float32(np.nan), levels)


def compute_columns(
    reader: PeakReader,
    spec: SpectrogramSpec,
    *,
    column_samples: float,
    first: int,
    n_columns: int,
    report: Report = ignore,
) -> Columns:
    """Compute neighbouring columns of a picture.

    Parameters
    ----------
    reader : PeakReader
        The recording, which may still be growing.
    spec : SpectrogramSpec
        What is computed.
    column_samples : float
        Length of a column in samples, 1 or more.
    first, n_columns : int
        The first column, and how many.
    report : callable
        Called after each piece of work; may raise `Cancelled`.

    Returns
    -------
    Columns
        The work for each is bounded, however long it is.

    Raises
    ------
    Cancelled
        Also if the reader is closed meanwhile.
    """
    n_samples = reader.n_samples
    is_complete = reader.meta.n_samples == n_samples
    numbers = np.arange(first, first + n_columns + 1, dtype=np.int64)
    edges = np.rint(numbers * column_samples).astype(np.int64)
    codes = np.zeros((n_columns, spec.axis.n_rows), dtype=np.uint8)
    has_audio = (edges[:-1] < n_samples) & (edges[1:] > 0)
    there = np.flatnonzero(has_audio)
    n_frames, is_sampled = frames_per_column(column_samples, spec.fft_size)
    ranges = _row_ranges(spec.axis, spec.fft_size, reader.meta.sample_rate)
    step = max(1, SAMPLES_AT_ONCE // (n_frames * spec.fft_size))
    for k in range(0, len(there), step):
        report(Progress("spectrogram"))
        some = there[k : k + step]
        centres = _centres(edges[some], edges[some + 1], n_frames)
        if is_sampled:
            stop = np.minimum(edges[some + 1], n_samples)
            loudest = loudest_samples(reader, np.maximum(edges[some], 0), stop)
            centres = np.concatenate([centres, loudest[:, np.newaxis]], axis=1)
        starts = (centres - spec.fft_size // 2).ravel()
        frames = read_frames(reader, starts, spec.fft_size, channel=spec.channel)
        power = power_spectra(frames).reshape(*centres.shape, -1).max(axis=1)
        codes[some] = encode_decibels(_to_rows(power, ranges))
    if reader.n_samples < n_samples:
        # Closed meanwhile: what was read is nothing.
        raise Cancelled
    last = int(edges[-1]) + spec.fft_size
    return Columns(first, codes, n_samples, is_complete or last <= n_samples)


def columns_in_folder(
    folder: Path,
    identity: str,
    spec: SpectrogramSpec,
    *,
    column_samples: float,
    first: int,
    n_columns: int,
    report: Report = ignore,
) -> Columns:
    """Compute neighbouring columns of a picture of what is in a folder of peaks.

    For a child: the recording stays open until another is asked for, also if its files go.

    Parameters
    ----------
    folder : Path
        Where the recording's pyramid is.
    identity : str
        Which one: a folder may be made anew.
    spec : SpectrogramSpec
        What is computed.
    column_samples : float
        Length of a column in samples, 1 or more.
    first, n_columns : int
        The first column, and how many.
    report : callable
        Called after each piece of work; may raise `Cancelled`.

    Returns
    -------
    Columns
        As from `compute_columns`.

    Raises
    ------
    ProjectError
        If there is no such recording any more.
    Cancelled
        If `report` raises it.
    """
    reader = _kept_open(folder, identity)
    return compute_columns(
        reader,
        spec,
        column_samples=column_samples,
        first=first,
        n_columns=n_columns,
        report=report,
    )


def _kept_open(folder: Path, identity: str) -> PeakReader:
    """The reader of a folder, with all that there is of it by now."""
    reader = remembered(
        "peaks", (folder, identity), lambda: PeakReader(folder), forget=PeakReader.close
    )
    if not reader.is_complete:
        reader.refresh()
    if reader.meta.identity != identity:
        # The folder was made anew.
        msg = f"What was drawn from {folder} is no longer there"
        raise ProjectError(msg, hint="Open the recording again.")
    return reader


def _centres(first: NDArray[np.int64], stop: NDArray[np.int64], n_frames: int) -> NDArray[np.int64]:
    """Middles of the frames of each column, shape (n_columns, n_frames)."""
    shares = (np.arange(n_frames) + 0.5) / n_frames
    return first[:, np.newaxis] + np.floor((stop - first)[:, np.newaxis] * shares).astype(np.int64)


@lru_cache(maxsize=8)
def _window(size: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Window, and what a bin's power is multiplied by."""
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size)
    scale = np.full(size // 2 + 1, 4 / window.sum() ** 2)
    scale[[0, -1]] /= 2
    return window.astype(np.float32), scale.astype(np.float32)


@lru_cache(maxsize=8)
def _row_ranges(axis: FrequencyAxis, fft_size: int, sample_rate: int) -> NDArray[np.int64]:
    """Bins ``first`` to ``stop - 1`` of each row, as first, stop, first, stop, ...

    They are those that lie in the row; where none does, the one nearest to its middle.
    """
    edges = axis.edges_hz() * fft_size / sample_rate
    n_bins = fft_size // 2 + 1
    first, stop = np.ceil(edges[:-1]).astype(np.int64), np.ceil(edges[1:]).astype(np.int64)
    stop[-1] = max(stop[-1], math.floor(edges[-1]) + 1)
    nearest = np.rint((edges[:-1] + edges[1:]) / 2).astype(np.int64)
    is_empty = stop <= first
    first = np.clip(np.where(is_empty, nearest, first), 0, n_bins - 1)
    stop = np.clip(np.where(is_empty, nearest + 1, stop), first + 1, n_bins)
    return np.stack([first, stop], axis=1).ravel()


def _to_rows(power: NDArray[np.float32], ranges: NDArray[np.int64]) -> NDArray[np.float32]:
    first, stop = ranges[::2], ranges[1::2]
    if (stop - first == 1).all():
        return power[:, first]
    # The number of bins is a stop, but no index to `reduceat`: one bin more, of silence.
    padded = np.pad(power, ((0, 0), (0, 1)))
    return np.maximum.reduceat(padded, ranges, axis=1)[:, ::2]
