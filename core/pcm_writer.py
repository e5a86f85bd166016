# soundfile ships no type information that is exact.
# pyright: reportUnknownMemberType=false
"""Mono 16 bit audio files, written block by block."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Self, cast

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from numpy.typing import NDArray

FULL_SCALE = 32_768
LARGEST_RIFF_BYTES = 0xFFFF_0000
"""Sizes in WAV and AIFF files have 32 bits; some room is left for the header."""

HIGHEST_FLAC_RATE_HZ = 655_350
"""RFC 9639, section 9.1.2: the highest rate that a frame can tell of itself."""

_BYTES_PER_SAMPLE = 2


class TooLongError(Exception):
    """More samples than the container can hold."""


def to_pcm16(samples: NDArray[np.float32]) -> tuple[NDArray[np.int16], int]:
    """Round to 16 bit, a half going to the even one; what is beyond full scale is clipped.

    Parameters
    ----------
    samples : ndarray of float32, shape (n_samples,)
        Finite samples; full scale is -1 to 1.

    Returns
    -------
    pcm : ndarray of int16, shape (n_samples,)
        Samples that came from 16 bit come out as they were.
    n_clipped : int
        How many were beyond full scale.
    """
    if not len(samples):
        return np.zeros(0, dtype=np.int16), 0
    lowest, highest = -FULL_SCALE, FULL_SCALE - 1
    if samples.min() < -1 or samples.max() > 1:
        # Scaled, the largest floats would overflow.
        samples = np.clip(samples, -2, 2)
    scaled = samples * np.float32(FULL_SCALE)
    np.rint(scaled, out=scaled)
    n_clipped = 0
    if scaled.min() < lowest or scaled.max() > highest:
        n_clipped = int(np.count_nonzero((scaled < lowest) | (scaled > highest)))
        np.clip(scaled, lowest, highest, out=scaled)
    return scaled.astype(np.int16), n_clipped


class PcmWriter:
    """Writes one file; a context manager.

    Parameters
    ----------
    path : Path
        The file, used as it is; its name does not decide the format.
    sample_rate : int
        In Hz.
    container : str
        ``"WAV"``, ``"RF64"``, ``"FLAC"`` or ``"AIFF"``.

    Raises
    ------
    OSError
        If the file cannot be written.
    """

    def __init__(self, path: Path, *, sample_rate: int, container: str) -> None:
        import soundfile

        self.n_samples = 0
        self.n_clipped = 0
        self._most_samples = None
        if container in {"WAV", "AIFF"}:
            self._most_samples = LARGEST_RIFF_BYTES // _BYTES_PER_SAMPLE
        self._file = _File(path)
        try:
            self._sound = soundfile.SoundFile(
                cast("BinaryIO", self._file),
                "w",
                sample_rate,
                1,
                subtype="PCM_16",
                format=container,
            )
        except BaseException:
            self._file.close()
            raise

    def write(self, samples: NDArray[np.float32]) -> None:
        """Append samples.

        Parameters
        ----------
        samples : ndarray of float32, shape (n_samples,)
            Finite samples; full scale is -1 to 1.

        Raises
        ------
        TooLongError
            If the container cannot hold them.
        OSError
            If they cannot be written.
        """
        pcm, n_clipped = to_pcm16(samples)
        self.n_samples += len(pcm)
        self.n_clipped += n_clipped
        if self._most_samples is not None and self.n_samples > self._most_samples:
            raise TooLongError
        try:
            self._sound.write(pcm)
        finally:
            # libsndfile notices that something went wrong, but not what.
            self._file.raise_error()

    def close(self) -> None:
        """Complete the header and close the file.

        Raises
        ------
        OSError
            If the end cannot be written.
        """
        try:
            try:
                self._sound.close()
            finally:
                self._file.raise_error()
        finally:
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is not None:
            self._file.forget()
        self.close()


class _File:
    """A file for libsndfile to write to, which keeps the operating system's error."""

    def __init__(self, path: Path) -> None:
        self._raw = path.open("wb", buffering=0)
        self._error: OSError | None = None
        self._is_forgotten = False

    def write(self, data: bytes) -> int:
        """Write all of it, or none that counts; an exception would only be printed by cffi."""
        if self._is_forgotten:
            return len(data)
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[self._raw.write(rest) :]
        except OSError as error:
            self._error = self._error or error
            return 0
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._raw.seek(offset, whence)

    def tell(self) -> int:
        return self._raw.tell()

    def forget(self) -> None:
        """Take no more and report nothing more: the file is about to be removed."""
        self._is_forgotten = True
        self._error = None

    def raise_error(self) -> None:
        if self._error is not None:
            raise self._error

    def close(self) -> None:
        self._raw.close()
