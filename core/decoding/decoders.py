# soundfile ships no type information that is exact.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportAssignmentType=false
"""What decoders have in common, and the one over libsndfile."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.decoding.containers import SourceFile

Block = NDArray[np.float32]
"""Samples of shape (n, n_channels); full scale is -1 to 1."""

_BITS = {
    "PCM_S8": 8,
    "PCM_U8": 8,
    "PCM_16": 16,
    "PCM_24": 24,
    "PCM_32": 32,
    "FLOAT": 32,
    "DOUBLE": 64,
}
_UNKNOWN_LENGTH = 1 << 62
_STREAMED_BYTES = 0xFFFF_FF00
"""Sizes from here on are what programs write that do not know the length yet."""

_REASONS = {
    "Format not recognised": "it is in no format that is known",
    "SF_INFO struct incomplete": "its header tells a sample rate or channels that cannot be",
    "unimplemented format": "its header tells an encoding that cannot be read",
    "file is malformed": "its header is damaged",
}

# Sizes of a whole file matter only where no line tells the size of the audio.
_SIZE_LINE = re.compile(r"^\s*(?!RIFF|FORM|RIFX)[\w ]+: (\d+) \(should be (\d+)\)$", re.MULTILINE)
_OGG_OFFSET = re.compile(r"(?:PCM offset|Granule pos offset)\s*: (\d+)")
_OGG_DAMAGE = re.compile(r"Corrupted bitstream|reports a hole")


class DecodeError(Exception):
    """A decoder cannot do anything with a file; the text says why."""


@dataclass(frozen=True)
class AudioInfo:
    """What is known about a recording before it is decoded.

    Parameters
    ----------
    sample_rate : int
        In Hz.
    n_channels : int
        Number of channels, > 0.
    n_samples : int or None
        Length in samples of one channel as the header tells it; None where it tells none.
    duration_s : float or None
        The same in seconds, or else a guess from the bit rate.
    container, codec : str
        Such as ``"wav"`` and ``"pcm_16"``.
    bits : int or None
        Bits per sample; None for codecs that have no such thing.
    """

    sample_rate: int
    n_channels: int
    n_samples: int | None
    duration_s: float | None
    container: str
    codec: str
    bits: int | None


class Decoder(Protocol):
    """Decodes one open file, once, from its start."""

    info: AudioInfo
    oddities: list[str]
    damage: str
    """Why decoding ended before the end of the audio; empty if it did not."""

    def blocks(self, block_size: int) -> Iterator[Block]:
        """Decode.

        Parameters
        ----------
        block_size : int
            Most samples in a block.

        Returns
        -------
        iterator of ndarray of float32, shape (n, n_channels)
            The samples, in order.
        """
        ...

    def close(self) -> None:
        """Let the decoder go; the file stays open."""


class SoundfileDecoder:
    """Decodes through libsndfile.

    Parameters
    ----------
    source : SourceFile
        The file.

    Raises
    ------
    DecodeError
        If libsndfile does not read it, or finds no samples or no length.
    """

    def __init__(self, source: SourceFile) -> None:
        import soundfile

        try:
            self._sound = soundfile.SoundFile(source.descriptor, closefd=False)
        except soundfile.LibsndfileError as error:
            raise DecodeError(_reason(error.error_string)) from error
        if not 0 < self._sound.frames < _UNKNOWN_LENGTH:
            self._sound.close()
            reason = "its header tells no length" if self._sound.frames else "it holds no samples"
            raise DecodeError(reason)
        rate, n_samples = self._sound.samplerate, self._sound.frames
        self._log = self._sound.extra_info
        self._lost_at_start = self._count_lost_at_start()
        n_samples += self._lost_at_start
        self.info = AudioInfo(
            sample_rate=rate,
            n_channels=self._sound.channels,
            n_samples=n_samples,
            duration_s=n_samples / rate,
            container=self._sound.format.lower(),
            codec=self._sound.subtype.lower(),
            bits=_BITS.get(self._sound.subtype),
        )
        self.oddities = _header_oddities(self._log, n_samples=n_samples, rate=rate)
        self.damage = ""

    def blocks(self, block_size: int) -> Iterator[Block]:
        """Decode, up to the first damage that would shift what follows.

        Parameters
        ----------
        block_size : int
            Most samples in a block.

        Yields
        ------
        ndarray of float32, shape (n, n_channels)
            The samples, in order.
        """
        import soundfile

        if self._lost_at_start:
            at_s = self._lost_at_start / self.info.sample_rate
            self.oddities.append(f"damaged: silence stands for the first {at_s:.2f} s")
            yield from silence(self._lost_at_start, block_size, self.info.n_channels)
        while True:
            try:
                block: Block = self._sound.read(block_size, dtype="float32", always_2d=True)
            except soundfile.LibsndfileError as error:
                self.damage = _reason(error.error_string)
                return
            if self._is_newly_damaged():
                self.damage = "the Ogg stream has a hole"
                return
            if len(block):
                yield block
            if len(block) < block_size:
                return

    def close(self) -> None:
        """Let the decoder go; the file stays open."""
        self._sound.close()

    def _count_lost_at_start(self) -> int:
        """Count what an Ogg file has lost before the first sample that can be decoded.

        An offset alone means only that somebody tuned in late.
        """
        offset = _OGG_OFFSET.search(self._log)
        if self._sound.format != "OGG" or offset is None or not _OGG_DAMAGE.search(self._log):
            return 0
        return int(offset[1])

    def _is_newly_damaged(self) -> bool:
        """Whether libsndfile has just jumped over a hole; it closes the gap without a word."""
        if self._sound.format != "OGG" or self._lost_at_start:
            return False
        return bool(_OGG_DAMAGE.search(self._sound.extra_info))


def silence(n_samples: int, block_size: int, n_channels: int) -> Iterator[Block]:
    """Zeros in blocks.

    Parameters
    ----------
    n_samples : int
        How many in all.
    block_size : int
        Most samples in a block.
    n_channels : int
        Number of channels.

    Yields
    ------
    ndarray of float32, shape (n, n_channels)
        Each of at most `block_size` samples.
    """
    for start in range(0, n_samples, block_size):
        yield np.zeros((min(block_size, n_samples - start), n_channels), dtype=np.float32)


def claim(claimed_s: float, there_s: float) -> str:
    """Say that a header claims another length than is there.

    Parameters
    ----------
    claimed_s, there_s : float
        Both lengths in seconds.

    Returns
    -------
    str
        An oddity.
    """
    return f"the header claims {claimed_s:.1f} s, {there_s:.1f} s are there"


def _header_oddities(log: str, *, n_samples: int, rate: int) -> list[str]:
    oddities: list[str] = []
    sizes = [(int(a), int(b)) for a, b in _SIZE_LINE.findall(log)]
    if sizes:
        claimed, there = sizes[-1]
        if claimed >= _STREAMED_BYTES:
            oddities.append("the header leaves the length open")
        elif claimed > there > 0:
            oddities.append(claim(n_samples / rate * claimed / there, n_samples / rate))
    return oddities


def _reason(text: str) -> str:
    """Make libsndfile's message part of a sentence."""
    reason = text.removeprefix("Error : ").strip().rstrip(".")
    for theirs, ours in _REASONS.items():
        if theirs in reason:
            return ours
    return reason[:1].lower() + reason[1:]
