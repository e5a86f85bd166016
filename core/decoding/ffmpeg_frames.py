# soxr ships no type information.
# pyright: reportUnknownMemberType=false
"""FFmpeg's frames, of any sample format, layout and rate, as blocks of floats."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.audio.fifo import AudioFifo
    from av.audio.frame import AudioFrame

    from core.decoding.decoders import AudioInfo, Block

MOST_PLANES = 8
"""Of frames with more, PyAV reads planes that are not there, and the process ends."""

_SAMPLE_FORMATS = {
    "u8": (8, 128.0),
    "s16": (16, 2.0**15),
    "s32": (32, 2.0**31),
    "s64": (64, 2.0**63),
    "flt": (32, 1.0),
    "dbl": (64, 1.0),
}


class FrameRun:
    """Frames of one sample format, layout and rate, collected into blocks of the wanted kind.

    Parameters
    ----------
    first : AudioFrame
        Tells format, layout and rate.
    wanted : AudioInfo
        Rate and number of channels of the blocks.
    """

    def __init__(self, first: AudioFrame, wanted: AudioInfo) -> None:
        import av
        import soxr

        self._fifo: AudioFifo = av.AudioFifo()
        self._kind = _kind_of(first)
        _, self.n_channels, self.sample_rate = self._kind
        self._packer = None
        if first.format.is_planar and self.n_channels > MOST_PLANES:
            self._packer = av.AudioResampler("flt", first.layout, first.sample_rate)
        self.add(first)
        self._wanted_channels = wanted.n_channels
        self._resampler = None
        if self.sample_rate != wanted.sample_rate:
            self._resampler = soxr.ResampleStream(
                self.sample_rate, wanted.sample_rate, wanted.n_channels, dtype="float32"
            )

    @property
    def n_samples(self) -> int:
        """How many samples wait to be taken out, at the frames' rate."""
        return self._fifo.samples

    def add(self, frame: AudioFrame) -> bool:
        """Append a frame, if it is of the run's kind.

        Parameters
        ----------
        frame : AudioFrame
            What comes next; it loses its time stamp.

        Returns
        -------
        bool
            False if it was not appended, since it needs a run of its own.
        """
        # The buffer itself would read channels that are not there.
        if _kind_of(frame) != self._kind:
            return False
        for packed in [frame] if self._packer is None else self._packer.resample(frame):
            # It insists on time stamps without gaps, which are looked after elsewhere.
            packed.pts = None
            self._fifo.write(packed)
        return True

    def full_blocks(self, block_size: int) -> Iterator[Block]:
        """Take out what makes full blocks.

        Parameters
        ----------
        block_size : int
            Most samples in a block.

        Yields
        ------
        ndarray of float32, shape (n, n_channels)
            The samples, in order.
        """
        while self._fifo.samples >= block_size:
            yield from self._read(block_size, block_size)

    def finish(self, block_size: int) -> Iterator[Block]:
        """Take out all that is left.

        Parameters
        ----------
        block_size : int
            Most samples in a block.

        Yields
        ------
        ndarray of float32, shape (n, n_channels)
            The samples, in order.
        """
        while self._fifo.samples:
            yield from self._read(min(block_size, self._fifo.samples), block_size)
        if self._resampler is not None:
            nothing = np.zeros((0, self._wanted_channels), dtype=np.float32)
            yield from _cut(self._resampler.resample_chunk(nothing, last=True), block_size)

    def _read(self, n_samples: int, block_size: int) -> Iterator[Block]:
        frame = self._fifo.read(n_samples)
        if frame is None:
            return
        block = _with_channels(_to_float(frame), self._wanted_channels)
        if self._resampler is not None:
            block = self._resampler.resample_chunk(np.ascontiguousarray(block))
        yield from _cut(block, block_size)


def bits_of(frame: AudioFrame) -> int:
    """Bits per sample of a frame.

    Parameters
    ----------
    frame : AudioFrame
        Any.

    Returns
    -------
    int
        As decoded, which is 32 for 24 bit audio.
    """
    return _SAMPLE_FORMATS[_bare(frame.format.name)][0]


def _kind_of(frame: AudioFrame) -> tuple[str, int, int]:
    """Sample format, number of channels and rate of a frame."""
    return frame.format.name, frame.layout.nb_channels, frame.sample_rate


def _bare(sample_format: str) -> str:
    """Name of a sample format, planar or not."""
    return sample_format.removesuffix("p")


def _to_float(frame: AudioFrame) -> Block:
    array = frame.to_ndarray()
    samples = array.T if frame.format.is_planar else array.reshape(-1, frame.layout.nb_channels)
    kind = _bare(frame.format.name)
    if kind == "flt":
        return samples.astype(np.float32, copy=False)
    if kind == "u8":
        return (samples.astype(np.float32) - np.float32(128)) / np.float32(128)
    if kind == "s16":
        return samples * np.float32(2.0**-15)
    return (samples / _SAMPLE_FORMATS[kind][1]).astype(np.float32)


def _with_channels(block: Block, n_channels: int) -> Block:
    """Give another number of channels, each the mean of those that were there."""
    if block.shape[1] == n_channels:
        return block
    mean = block.mean(axis=1, keepdims=True, dtype=np.float32)
    return np.repeat(mean, n_channels, axis=1)


def _cut(block: Block, block_size: int) -> Iterator[Block]:
    for start in range(0, len(block), block_size):
        yield block[start : start + block_size]
