"""Any audio file, decoded in blocks: memory does not depend on its length."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Self

from core.decoding.containers import (
    SourceFile,
    is_for_libsndfile,
    is_mpeg_audio,
    ogg_end,
    read_head,
    written_family,
)
from core.decoding.decoders import AudioInfo, DecodeError, SoundfileDecoder, claim
from core.decoding.ffmpeg_decoder import FfmpegDecoder
from core.errors import RecordingError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

    from core.decoding.decoders import Block, Decoder

BLOCK_SAMPLES = 65_536

CLAIM_TOLERANCE_S = 0.1
"""Codecs pad by up to this much; a header that is further off is odd."""

_ELSEWHERE = "Play it in another program; if it plays there, convert it to WAV or FLAC."


class AudioReader:
    """One recording, open for decoding once; a context manager. Made by `open_audio`.

    Parameters
    ----------
    path : Path
        The file, for messages.
    source : SourceFile
        The same, open; belongs to this object from now on.
    decoder : Decoder
        What decodes it.
    """

    def __init__(self, path: Path, source: SourceFile, decoder: Decoder) -> None:
        self.path = path
        self.info = decoder.info
        self.oddities: list[str] = decoder.oddities
        self._source = source
        self._decoder = decoder
        self._is_read = False

    @property
    def sample_rate(self) -> int:
        """Sample rate in Hz."""
        return self.info.sample_rate

    @property
    def n_channels(self) -> int:
        """Number of channels."""
        return self.info.n_channels

    @property
    def n_samples(self) -> int | None:
        """Length in samples as the header tells it; None where it tells none."""
        return self.info.n_samples

    @property
    def container(self) -> str:
        """Name of the container, such as ``"wav"``."""
        return self.info.container

    @property
    def codec(self) -> str:
        """Name of the codec, such as ``"pcm_16"``."""
        return self.info.codec

    def blocks(self, block_size: int = BLOCK_SAMPLES) -> Iterator[Block]:
        """Decode the recording, once; `oddities` are complete when it has ended.

        Parameters
        ----------
        block_size : int
            Most samples in a block, > 0.

        Yields
        ------
        ndarray of float32, shape (n, n_channels)
            The samples, in order; full scale of integer formats is -1 to 1.

        Raises
        ------
        RecordingError
            If nothing or next to nothing can be decoded, or the file can no longer be read.
        """
        if self._is_read:
            msg = "A recording is decoded once; open it again"
            raise ValueError(msg)
        self._is_read = True
        n_samples = 0
        try:
            for block in self._decode(block_size):
                n_samples += len(block)
                yield block
        except DecodeError as error:
            raise _unreadable(self.path, str(error)) from error
        except OSError as error:
            raise _refused(self.path, error) from error
        if not n_samples:
            raise _unreadable(self.path, "nothing in it can be decoded")
        claimed = self.info.n_samples
        if claimed and abs(claimed - n_samples) > CLAIM_TOLERANCE_S * self.sample_rate:
            self.oddities.append(claim(claimed / self.sample_rate, n_samples / self.sample_rate))

    def _decode(self, block_size: int) -> Iterator[Block]:
        """Decode, going on with FFmpeg where libsndfile gives up."""
        n_samples = 0
        for block in self._decoder.blocks(block_size):
            n_samples += len(block)
            yield block
        if not self._decoder.damage or isinstance(self._decoder, FfmpegDecoder):
            return
        rest = self._reopen()
        if rest is None:
            self.oddities.append(f"damaged after {n_samples / self.sample_rate:.2f} s")
            return
        n_before = len(rest.oddities)
        for block in rest.blocks(block_size):
            skipped = min(n_samples, len(block))
            n_samples -= skipped
            if skipped < len(block):
                yield block[skipped:]
        self.oddities += rest.oddities[n_before:]

    def _reopen(self) -> FfmpegDecoder | None:
        """Make a second decoder for the same audio, if it counts samples as the first does."""
        try:
            decoder = FfmpegDecoder(self._source)
        except DecodeError:
            return None
        mine, its = self.info, decoder.info
        if (mine.sample_rate, mine.n_channels) != (its.sample_rate, its.n_channels):
            decoder.close()
            return None
        self._decoder.close()
        self._decoder = decoder
        return decoder

    def close(self) -> None:
        """Close the file."""
        self._decoder.close()
        self._source.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def open_audio(path: Path) -> AudioReader:
    """Open a recording of any format, which its content decides, not its name.

    Parameters
    ----------
    path : Path
        A regular file.

    Returns
    -------
    AudioReader
        To be closed; a context manager.

    Raises
    ------
    RecordingError
        If there is no such file, it cannot be read, or there is no audio in it.
    """
    source = _open_regular_file(path)
    try:
        return AudioReader(path, source, _choose_decoder(source))
    except DecodeError as error:
        source.close()
        raise _unreadable(path, str(error)) from error
    except OSError as error:
        source.close()
        raise _refused(path, error) from error
    except BaseException:
        source.close()
        raise


def probe(path: Path) -> AudioInfo:
    """Find out about a recording without decoding more than its first packet.

    Parameters
    ----------
    path : Path
        A regular file.

    Returns
    -------
    AudioInfo
        Rate, channels, and length where the header tells it.

    Raises
    ------
    RecordingError
        If there is no such file, it cannot be read, or there is no audio in it.
    """
    with open_audio(path) as reader:
        return reader.info


def family(path: Path) -> str:
    """Which of the formats that we can write a file is in, by its first bytes.

    Parameters
    ----------
    path : Path
        A regular file.

    Returns
    -------
    str
        ``"wav"``, ``"flac"`` or ``"aiff"``; empty for every other.

    Raises
    ------
    RecordingError
        If there is no such file, or it cannot be read.
    """
    source = _open_regular_file(path)
    try:
        return written_family(read_head(source))
    except OSError as error:
        raise _refused(path, error) from error
    finally:
        source.close()


def _choose_decoder(source: SourceFile) -> Decoder:
    head = read_head(source)
    if not is_for_libsndfile(head):
        return _unmarked(source, is_mpeg=is_mpeg_audio(source, head))
    end = ogg_end(source, head)
    if end == "chained":
        decoder = FfmpegDecoder(source)
        decoder.oddities.append("several Ogg streams one after the other")
        return decoder
    try:
        decoder = SoundfileDecoder(source)
    except DecodeError as error:
        decoder = _second_choice(source, error)
    if end == "cut off":
        decoder.oddities.append("cut off: its last page is not marked as the last")
    return decoder


def _unmarked(source: SourceFile, *, is_mpeg: bool) -> Decoder:
    """Decode what carries no mark of libsndfile's; it reads some formats by other signs."""
    try:
        return FfmpegDecoder(source)
    except DecodeError as error:
        if is_mpeg:
            raise
        try:
            return SoundfileDecoder(source)
        except DecodeError:
            raise error from None


def _second_choice(source: SourceFile, first_error: DecodeError) -> Decoder:
    """FFmpeg's decoder for what libsndfile refused; its reason, where both do."""
    try:
        decoder = FfmpegDecoder(source)
    except DecodeError:
        raise first_error from None
    if str(first_error) == "it holds no samples":
        decoder.oddities.append("the header says that there is no audio, but there is")
    return decoder


def _open_regular_file(path: Path) -> SourceFile:
    """Open a file; anything else, such as a pipe, could keep us waiting for ever."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISREG(mode):
            # Not to wait, should a pipe have come into its place meanwhile.
            source = SourceFile(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC))
            if source.n_bytes:
                return source
            source.close()
            raise _unreadable(path, "the file is empty", hint="Was it copied to the end?")
    except FileNotFoundError as error:
        msg = f"There is no file {path}"
        raise RecordingError(msg, path=path, hint="Was it moved, renamed or deleted?") from error
    except PermissionError as error:
        msg = f"{path} may not be read"
        raise RecordingError(msg, path=path, hint="Change the rights of the file.") from error
    except (OSError, ValueError) as error:
        raise _refused(path, error) from error
    what = "a folder" if stat.S_ISDIR(mode) else "not a regular file"
    msg = f"{path} is {what}"
    raise RecordingError(msg, path=path, hint="Only files can be recordings.")


def _unreadable(path: Path, reason: str, *, hint: str = _ELSEWHERE) -> RecordingError:
    return RecordingError(f"{path.name} cannot be read as audio: {reason}", path=path, hint=hint)


def _refused(path: Path, error: Exception) -> RecordingError:
    reason = getattr(error, "strerror", None) or str(error)
    msg = f"{path} cannot be read: {reason}"
    return RecordingError(msg, path=path, hint="Is its disk or network drive still there?")
