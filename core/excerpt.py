"""Saves a stretch of a recording as a WAV file."""

from __future__ import annotations

import wave
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.errors import ProjectError, RecordingError
from core.peaks import PeakReader
from core.progress import Progress, ignore
from core.storage import replacing

if TYPE_CHECKING:
    from pathlib import Path

    from core.progress import Report

BLOCK_SAMPLES = 65_536
LARGEST_WAV_BYTES = 0xFFFF_0000
"""Sizes in a WAV file have 32 bits; some room is left for the header."""

BITS = (16, 24)


@dataclass(frozen=True)
class Excerpt:
    """What is to be saved.

    Parameters
    ----------
    source : Path
        A folder of peaks.
    start_sample, stop_sample : int
        Range of it.
    bits : int
        16 or 24 for a sample.
    """

    source: Path
    start_sample: int
    stop_sample: int
    bits: int


def save_excerpt(excerpt: Excerpt, path: Path, *, report: Report = ignore) -> int:
    """Write all channels of a stretch at their own rate, at the level that they have.

    Parameters
    ----------
    excerpt : Excerpt
        What.
    path : Path
        The file; one that is there is replaced when the new one is whole.
    report : callable
        Told a `Progress` after each block; may raise `Cancelled`, which leaves nothing.

    Returns
    -------
    int
        How many samples were beyond full scale, and were clipped.

    Raises
    ------
    RecordingError
        If the stretch is not decoded yet, or too long for a WAV file.
    StorageError
        If the disk is full, or the folder cannot be written.
    ProjectError
        If the recording's audio is gone.
    ValueError
        If `excerpt.bits` is neither 16 nor 24.
    """
    if excerpt.bits not in BITS:
        msg = f"{excerpt.bits} bits"
        raise ValueError(msg)
    start, stop = excerpt.start_sample, excerpt.stop_sample
    n_clipped = 0
    with PeakReader(excerpt.source) as reader:
        if stop > reader.n_samples and not reader.is_complete:
            msg = "The selection is not decoded yet"
            raise RecordingError(msg, path=path, hint="Wait until it is drawn, then save again.")
        stop = min(stop, reader.n_samples)
        if stop <= start:
            msg = "There is no audio in the selection"
            raise ProjectError(msg, hint="Select a part of the recording.")
        sample_bytes = excerpt.bits // 8
        n_channels = reader.meta.n_channels
        if (stop - start) * n_channels * sample_bytes > LARGEST_WAV_BYTES:
            msg = "The selection is longer than a WAV file can be (4 GiB)"
            raise RecordingError(msg, path=path, hint="Save it in parts.")
        with replacing(path) as part, part.open("wb") as file, wave.open(file, "wb") as sound:
            sound.setnchannels(n_channels)
            sound.setsampwidth(sample_bytes)
            sound.setframerate(reader.meta.sample_rate)
            sound.setnframes(stop - start)
            for at in range(start, stop, BLOCK_SAMPLES):
                report(Progress("save", done=at - start, total=stop - start, unit="samples"))
                block = reader.samples(at, min(at + BLOCK_SAMPLES, stop))
                data, n_more = _encoded(block.astype(np.float64), excerpt.bits)
                sound.writeframesraw(data)
                n_clipped += n_more
    return n_clipped


def _encoded(block: np.ndarray, bits: int) -> tuple[bytes, int]:
    full_scale = 2 ** (bits - 1)
    scaled = np.rint(block * full_scale)
    clipped = np.clip(scaled, -full_scale, full_scale - 1)
    numbers = clipped.astype("<i4")
    n_clipped = int(np.count_nonzero(clipped != scaled))
    if bits == BITS[0]:
        return numbers.astype("<i2").tobytes(), n_clipped
    return numbers.reshape(-1, 1).view(np.uint8)[:, :3].tobytes(), n_clipped
