"""The waveform of a recording for drawing: its samples and a min/max pyramid, mapped from disk.

A folder holds the samples and, for each level, the smallest and the largest of every 64, 256,
1024, ... samples. All files only grow, so that a picture can be drawn while they are made. They
are made by `core.peak_writer`.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, Self

import numpy as np
from numpy.typing import NDArray

from core.errors import ProjectError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SampleType = Literal["int16", "float32"]
Envelope = NDArray[np.float32]

LEVEL_FACTORS = tuple(16 * 4**level for level in range(9))
"""Samples in a bin of each level; the coarsest has 659 bins for 24 hours at 8 kHz."""

BINS_PER_COLUMN = 4
"""A column is drawn from at least so many bins, so that it is wrong by a quarter at the most."""

LONGEST_STEPPED = 256
"""Bins in a column up to which they are gone through one by one."""

DTYPES = {"int16": np.dtype("<i2"), "float32": np.dtype("<f4")}
FULL_SCALE = {"int16": 32_768.0, "float32": 1.0}
META_NAME = "peaks.json"
META_FORMAT = 2


@dataclass(frozen=True)
class PeakMeta:
    """What a folder of peaks is of.

    Parameters
    ----------
    sample_rate : int
        In Hz.
    n_channels : int
        Number of channels, > 0.
    sample_type : str
        ``"int16"``, or ``"float32"`` for recordings finer or louder than 16 bit.
    source : str
        Whatever tells whether the folder is still up to date, such as path, size and time stamp.
    n_samples : int or None
        Length in samples of one channel; None until it is complete.
    identity : str
        Another one each time that the folder is made anew.
    """

    sample_rate: int
    n_channels: int
    sample_type: SampleType = "int16"
    source: str = ""
    n_samples: int | None = None
    identity: str = ""


@dataclass(frozen=True)
class _Piece:
    """Neighbouring bins of one level, the first of which begins at sample `start`."""

    start: int
    factor: int
    smallest: NDArray[Any]
    largest: NDArray[Any]


@dataclass(frozen=True)
class _Mapped:
    """All that is there at one moment: whoever draws keeps to it, whatever comes meanwhile."""

    meta: PeakMeta
    samples: NDArray[Any]
    levels: list[NDArray[Any]]

    def pieces(self, start: int, stop: int, column_samples: float) -> list[_Piece]:
        """Bins that cover a range, of the coarsest level that will do.

        Where that has not grown far enough, the finer ones help out.
        """
        pieces: list[_Piece] = []
        for factor, bins in zip(reversed(LEVEL_FACTORS), reversed(self.levels), strict=True):
            covered = min(stop, len(bins) * factor)
            if factor * BINS_PER_COLUMN > column_samples or start >= covered:
                continue
            begin, end = start // factor, -(-covered // factor)
            pieces.append(_Piece(begin * factor, factor, bins[begin:end, 0], bins[begin:end, 1]))
            start = end * factor
        if start < stop:
            rows = self.samples[start:stop]
            pieces.append(_Piece(start, 1, rows, rows))
        return pieces

    def to_float(self, rows: NDArray[Any]) -> NDArray[np.float32]:
        """Stored numbers with full scale at -1 and 1."""
        return rows * np.float32(1 / FULL_SCALE[self.meta.sample_type])


class PeakReader:
    """Draws from a folder of peaks, which may still be growing; a context manager.

    One thread may draw while another refreshes or closes.

    Parameters
    ----------
    folder : Path
        What a `core.peak_writer.PeakWriter` makes or made.

    Raises
    ------
    ProjectError
        If there is no pyramid in the folder, or none that this version reads.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: list[BinaryIO] = []
        self._mapped = _nothing(PeakMeta(1, 1))
        self.refresh()

    @property
    def folder(self) -> Path:
        """Where it draws from."""
        return self._folder

    @property
    def meta(self) -> PeakMeta:
        """What the folder is of."""
        return self._mapped.meta

    @property
    def n_samples(self) -> int:
        """How many samples can be drawn."""
        return len(self._mapped.samples)

    @property
    def is_complete(self) -> bool:
        """Whether the whole recording is there."""
        return self.meta.n_samples is not None

    @property
    def stored(self) -> NDArray[Any]:
        """Samples as they lie on disk, mapped, of shape (n_samples, n_channels)."""
        return self._mapped.samples

    @property
    def levels(self) -> list[NDArray[Any]]:
        """Bins of each level from the finest on, mapped: of shape (n_bins, 2, n_channels)."""
        return self._mapped.levels

    def refresh(self) -> int:
        """Look how far the pyramid has grown.

        Returns
        -------
        int
            How many samples can be drawn now.

        Raises
        ------
        ProjectError
            If the folder has gone, or is damaged.
        """
        try:
            meta = _read_meta(self._folder / META_NAME)
            if meta.identity != self.meta.identity or not self._files:
                self._close_files()
                self._files = [(self._folder / name).open("rb") for name in file_names()]
            self._mapped = _map(meta, self._files)
        except (OSError, ValueError, TypeError, KeyError) as error:
            msg = f"The waveform in {self._folder} cannot be read: {error}"
            raise ProjectError(msg, hint="Delete the folder; it is made again.") from error
        return self.n_samples

    def samples(self, start_sample: int, stop_sample: int) -> NDArray[np.float32]:
        """Give the samples themselves, for a view in which each can be seen.

        Parameters
        ----------
        start_sample, stop_sample : int
            Range; what lies outside the recording is left out.

        Returns
        -------
        ndarray of float32, shape (n_samples, n_channels)
            Full scale is -1 to 1.
        """
        mapped = self._mapped
        return mapped.to_float(mapped.samples[max(0, start_sample) : max(0, stop_sample)])

    def envelope(
        self,
        start_sample: int,
        stop_sample: int,
        n_columns: int,
        channels: Sequence[int] | None = None,
    ) -> tuple[Envelope, Envelope]:
        """Smallest and largest sample in each column of a picture.

        No sample of a column is missed. Those of a neighbour may count too, as far as they share
        a bin: a bin is a quarter of a column at the most, and one sample where a column has less
        than 64.

        Parameters
        ----------
        start_sample, stop_sample : int
            Range of the picture, ``start_sample < stop_sample``; it may reach beyond the
            recording.
        n_columns : int
            Columns of the picture, > 0. Column k starts at sample
            ``start + k * (stop - start) // n_columns`` and has at least one.
        channels : sequence of int, optional
            Which channels, counted from 0, in their order; all if left out. Only these are read.

        Returns
        -------
        smallest, largest : ndarray of float32, shape (n_columns, n_channels)
            Full scale is -1 to 1; NaN where there is no audio, or none yet.

        Raises
        ------
        ValueError
            If the range or `n_columns` is not positive.
        """
        found = self._reduced(
            (np.minimum, np.maximum), start_sample, stop_sample, n_columns, channels
        )
        return found[0], found[1]

    def largest(
        self,
        start_sample: int,
        stop_sample: int,
        n_columns: int,
        channels: Sequence[int] | None = None,
    ) -> Envelope:
        """Largest sample in each column of a picture, in half the time.

        Parameters
        ----------
        start_sample, stop_sample, n_columns : int
            As for `envelope`.
        channels : sequence of int, optional
            As for `envelope`.

        Returns
        -------
        ndarray of float32, shape (n_columns, n_channels)
            The second one of `envelope`.

        Raises
        ------
        ValueError
            If the range or `n_columns` is not positive.
        """
        return self._reduced((np.maximum,), start_sample, stop_sample, n_columns, channels)[0]

    def _reduced(
        self,
        reduces: tuple[np.ufunc, ...],
        start_sample: int,
        stop_sample: int,
        n_columns: int,
        channels: Sequence[int] | None,
    ) -> list[Envelope]:
        """Each column reduced by each of `np.minimum` and `np.maximum` that is asked for."""
        if stop_sample <= start_sample or n_columns <= 0:
            msg = f"There are no {n_columns} columns from {start_sample} to {stop_sample}"
            raise ValueError(msg)
        length = stop_sample - start_sample
        columns = np.arange(n_columns + 1, dtype=np.int64)
        edges = start_sample + columns * length // n_columns
        first, stop = edges[:-1], np.maximum(edges[1:], edges[:-1] + 1)
        mapped = self._mapped
        n_samples = len(mapped.samples)
        chosen = range(mapped.meta.n_channels) if channels is None else channels
        inside = (stop > 0) & (first < n_samples)
        found = [np.full((n_columns, len(chosen)), np.nan, dtype=np.float32) for _ in reduces]
        if inside.any():
            first = np.maximum(first[inside], 0)
            stop = np.minimum(stop[inside], n_samples)
            pieces = mapped.pieces(int(first[0]), int(stop[-1]), length / n_columns)
            begin, end = _indices(pieces, first), _indices(pieces, stop - 1) + 1
            for result, reduce in zip(found, reduces, strict=True):
                low = reduce is np.minimum
                rows = _joined([p.smallest if low else p.largest for p in pieces], chosen)
                result[inside] = mapped.to_float(_reduce_ranges(reduce, rows, begin, end))
        return found

    def close(self) -> None:
        """Let the files go; what was drawn stays."""
        self._mapped = _nothing(self.meta)
        self._close_files()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _close_files(self) -> None:
        for file in self._files:
            file.close()
        self._files = []


def file_names() -> list[str]:
    """List the files of a folder.

    Returns
    -------
    list of str
        The samples, then the levels from the finest on.
    """
    return ["samples.raw", *(f"peaks_{factor:07d}.raw" for factor in LEVEL_FACTORS)]


def _read_meta(path: Path) -> PeakMeta:
    values = json.loads(path.read_text(encoding="utf-8"))
    if values.pop("format") != META_FORMAT:
        msg = "it was made by another version"
        raise ValueError(msg)
    return PeakMeta(**values)


def _map(meta: PeakMeta, files: list[BinaryIO]) -> _Mapped:
    n_channels, dtype = meta.n_channels, DTYPES[meta.sample_type]
    # Coarse levels first: samples that come meanwhile are told of by none of them.
    levels = [_rows(file, (2, n_channels), dtype) for file in reversed(files[1:])]
    return _Mapped(meta, _rows(files[0], (n_channels,), dtype), levels[::-1])


def _nothing(meta: PeakMeta) -> _Mapped:
    n_channels, dtype = meta.n_channels, DTYPES[meta.sample_type]
    levels: list[NDArray[Any]] = [np.zeros((0, 2, n_channels), dtype) for _ in LEVEL_FACTORS]
    return _Mapped(meta, np.zeros((0, n_channels), dtype), levels)


def _rows(file: BinaryIO, row_shape: tuple[int, ...], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Whole rows of a file, as far as it has grown."""
    row_bytes = dtype.itemsize * int(np.prod(row_shape))
    n_rows = os.fstat(file.fileno()).st_size // row_bytes
    if not n_rows:
        # Nothing cannot be mapped.
        return np.zeros((0, *row_shape), dtype=dtype)
    return np.asarray(np.memmap(file, dtype=dtype, mode="r", shape=(n_rows, *row_shape)))


def _indices(pieces: list[_Piece], samples: NDArray[np.int64]) -> NDArray[np.int64]:
    """Places of samples in the pieces' bins, counted through all pieces."""
    indices = np.zeros(len(samples), dtype=np.int64)
    n_before = 0
    for piece in pieces:
        here = samples >= piece.start
        indices[here] = n_before + (samples[here] - piece.start) // piece.factor
        n_before += len(piece.smallest)
    return indices


def _joined(pieces: list[NDArray[Any]], channels: Sequence[int]) -> NDArray[Any]:
    """Bins of some channels, through all pieces."""
    columns = list(channels)
    picked: Any = columns
    if columns and columns == list(range(columns[0], columns[-1] + 1)):
        # Looked at where they lie, rather than copied.
        picked = slice(columns[0], columns[-1] + 1)
    parts = [piece[:, picked] for piece in pieces]
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _reduce_ranges(
    reduce: np.ufunc, rows: NDArray[Any], begin: NDArray[np.int64], end: NDArray[np.int64]
) -> NDArray[Any]:
    """Reduce rows over ranges that are not empty; shape (n_ranges, n_channels)."""
    longest = int((end - begin).max())
    if longest > LONGEST_STEPPED:
        ranges: NDArray[np.int64] = np.stack([begin, end], axis=1).ravel()
        # `reduceat` takes no index beyond the last row, so that there has to be one more.
        rows = np.concatenate([rows, rows[-1:]])
        return reduce.reduceat(rows, ranges, axis=0)[::2]
    # All ranges at once, a row of each at a time: several times as fast for many channels.
    result: NDArray[Any] = rows[begin]
    last = end - 1
    for step in range(1, longest):
        reduce(result, rows[np.minimum(begin + step, last)], out=result)
    return result
