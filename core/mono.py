"""Mono audio from a recording of any number of channels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.audio import BLOCK_SAMPLES
from core.errors import RecordingError
from core.timebase import samples_to_seconds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from core.audio import AudioReader
    from core.decoding.decoders import Block

LARGEST_SAMPLE = 1e12
"""Floats in other scales (32 bit integers') stay below; what is above would overflow in filters."""

_FEWEST_BLOCK_SAMPLES = 1024


def mono_blocks(
    reader: AudioReader, *, channel: int = 0, block_size: int = BLOCK_SAMPLES
) -> Iterator[NDArray[np.float32]]:
    """Decode a recording to mono, once.

    Parameters
    ----------
    reader : AudioReader
        The recording.
    channel : int
        Which channel, counted from 1; 0 is the mean of all.
    block_size : int
        Most samples in a block, > 0; recordings of many channels come in smaller ones.

    Yields
    ------
    ndarray of float32, shape (n_samples,)
        Finite samples, in order; full scale is -1 to 1.

    Raises
    ------
    RecordingError
        If there is no such channel, a sample is no finite number or beyond all measure, or
        nothing can be decoded.
    """
    n_channels = reader.n_channels
    if channel > n_channels:
        there = "1 channel" if n_channels == 1 else f"{n_channels} channels"
        msg = f"{reader.path.name} has {there}, so there is no channel {channel}"
        raise RecordingError(
            msg, path=reader.path, hint="Choose one that it has, or 0 for the mean."
        )
    most = max(_FEWEST_BLOCK_SAMPLES, 2 * block_size // n_channels)
    n_before = 0
    for block in reader.blocks(min(block_size, most)):
        mono = block[:, channel - 1] if channel else _mean(block)
        # Written so that NaN, which compares false with everything, is refused.
        if not (mono.min() >= -LARGEST_SAMPLE and mono.max() <= LARGEST_SAMPLE):
            _refuse(reader, mono, n_before=n_before)
        yield np.ascontiguousarray(mono)
        n_before += len(mono)


def _mean(block: Block) -> NDArray[np.float32]:
    """Mean of the channels, added one by one: along short rows NumPy is 30 times slower."""
    n_channels = block.shape[1]
    if n_channels == 1:
        return block[:, 0]
    total = block[:, 0] + block[:, 1]
    for channel in range(2, n_channels):
        total += block[:, channel]
    return total * np.float32(1 / n_channels)


def _refuse(reader: AudioReader, mono: NDArray[np.float32], *, n_before: int) -> None:
    """Raise for the first sample that is none."""
    first = int(np.argmin(np.abs(mono) <= LARGEST_SAMPLE))
    sample = n_before + first
    at_s = samples_to_seconds(sample, sample_rate=reader.sample_rate)
    what = f"is {mono[first]:.3g}" if np.isfinite(mono[first]) else "is not a finite number"
    msg = f"{reader.path.name}: sample {sample} ({at_s:.3f} s) {what}, where full scale is 1"
    hint = "The recording is damaged there; cut that part out, or leave the recording out."
    raise RecordingError(msg, path=reader.path, hint=hint)
