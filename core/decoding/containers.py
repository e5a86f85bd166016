"""What a recording's bytes say about its container; its name is never asked."""

from __future__ import annotations

import errno
import os
from itertools import takewhile
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

OggEnd = Literal["", "chained", "cut off"]

HEAD_BYTES = 65_536
"""Enough for every container's mark, and for the first pages of an Ogg file."""

_ID3_HEADER_BYTES = 10
_ID3_FOOTER_FLAG = 0x10
_MOST_TAGS = 100
_LONGEST_OGG_PAGE_BYTES = 65_307
_OGG_HEADER_BYTES = 27
_OGG_FIRST_PAGE_FLAG = 0x02
_OGG_LAST_PAGE_FLAG = 0x04
_MPEG_SYNC = 0xE0

_LIBSNDFILE_MARKS = (
    b"RIFF",
    b"RIFX",
    b"RF64",
    b"riff",
    b"FORM",
    b"fLaC",
    b"OggS",
    b".snd",
    b"dns.",
    b"caff",
    b"NIST",
    b"Creative Voice File",
    b" paf",
    b"fap ",
    b"PVF1",
    b"2BIT",
    b"ALawSoundFile**",
    b"MATLAB",
    b"Extended Instrument",
    b"\x64\xa3",
    b"\x00\x00\xa3\x64",
    b"\x01\x04",
)

_READ_AGAIN = 100
_READ_MORE_BYTES = 1 << 30
_READS_AT_END = 100_000


class SourceFile:
    """An open file without a name, for decoders that would read meaning into a name.

    FFmpeg takes names for protocols, patterns and formats. It also follows what a damaged
    container says in circles, which every read here counts.

    Parameters
    ----------
    descriptor : int
        Open for reading; belongs to this object from now on.
    """

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.n_bytes = os.fstat(descriptor).st_size
        self._position = 0
        self._budget_bytes = self.n_bytes * _READ_AGAIN + _READ_MORE_BYTES
        self._reads_at_end = 0
        self._is_spent = False

    def peek(self, start: int, n_bytes: int) -> bytes:
        """Bytes from anywhere; the place to read next does not move.

        Parameters
        ----------
        start : int
            Position of the first byte, >= 0.
        n_bytes : int
            How many at the most.

        Returns
        -------
        bytes
            Fewer than asked for at the file's end.
        """
        return os.pread(self.descriptor, n_bytes, start)

    def read(self, n_bytes: int) -> bytes:
        """Read the next bytes.

        Parameters
        ----------
        n_bytes : int
            How many at the most.

        Returns
        -------
        bytes
            Empty at the end.

        Raises
        ------
        OSError
            If the file cannot be read, or is read over and over without an end.
        """
        data = b"" if self._is_spent else os.pread(self.descriptor, n_bytes, self._position)
        self._position += len(data)
        self._budget_bytes -= len(data)
        self._reads_at_end += not data
        if self._reads_at_end > _READS_AT_END or (self._budget_bytes < 0 and not self._is_spent):
            # Told now and then: PyAV prints those that come while it still has one to raise.
            self._is_spent, self._reads_at_end = True, 0
            raise OSError(errno.ELOOP, "It leads its reader round in circles")
        return data

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move the place to read next.

        Parameters
        ----------
        offset : int
            Bytes from the place that `whence` names.
        whence : int
            ``os.SEEK_SET``, ``os.SEEK_CUR`` or ``os.SEEK_END``.

        Returns
        -------
        int
            The new place.
        """
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self.n_bytes}[whence]
        self._position = max(0, base + offset)
        return self._position

    def tell(self) -> int:
        """Place to read next.

        Returns
        -------
        int
            Bytes from the start.
        """
        return self._position

    def close(self) -> None:
        """Close the file."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1


def read_head(source: SourceFile) -> bytes:
    """First bytes of the audio file proper, behind any ID3v2 tags.

    Parameters
    ----------
    source : SourceFile
        The file.

    Returns
    -------
    bytes
        At most `HEAD_BYTES`.

    References
    ----------
    ID3 tag version 2.4.0, section 3.1 (header) and 3.4 (footer).
    """
    start = 0
    for _ in range(_MOST_TAGS):
        header = source.peek(start, _ID3_HEADER_BYTES)
        if header[:3] != b"ID3" or len(header) < _ID3_HEADER_BYTES:
            break
        size = sum(
            (byte & 0x7F) << shift for byte, shift in zip(header[6:], (21, 14, 7, 0), strict=True)
        )
        footer = _ID3_HEADER_BYTES if header[5] & _ID3_FOOTER_FLAG else 0
        start += _ID3_HEADER_BYTES + size + footer
    return source.peek(start, HEAD_BYTES)


def is_for_libsndfile(head: bytes) -> bool:
    """Whether a file carries the mark of a container that libsndfile may read.

    MPEG audio is none, though libsndfile has a reader: it stops early in MP3 files without a
    Xing header.

    Parameters
    ----------
    head : bytes
        What `read_head` gave.

    Returns
    -------
    bool
        False also where there is no mark that is known.
    """
    return head.startswith(_LIBSNDFILE_MARKS)


def is_mpeg_audio(source: SourceFile, head: bytes) -> bool:
    """Whether libsndfile would take a file for MPEG audio, and wake its MP3 reader.

    Parameters
    ----------
    source : SourceFile
        The file.
    head : bytes
        What `read_head` gave.

    Returns
    -------
    bool
        True if it starts with a tag or with the synchronisation bits of a frame.
    """
    sync = len(head) > 1 and head[0] == 0xFF and head[1] & _MPEG_SYNC == _MPEG_SYNC  # noqa: PLR2004
    return sync or source.peek(0, 3) == b"ID3"


def written_family(head: bytes) -> str:
    """Which of the formats that we can write a file is in.

    Parameters
    ----------
    head : bytes
        What `read_head` gave.

    Returns
    -------
    str
        ``"wav"``, ``"flac"`` or ``"aiff"``; empty for every other.
    """
    if head[:4] == b"fLaC":
        return "flac"
    kind = (head[:4], head[8:12])
    if kind[0] in {b"RIFF", b"RIFX", b"RF64"} and kind[1] == b"WAVE":
        return "wav"
    return "aiff" if kind[0] == b"FORM" and kind[1] in {b"AIFF", b"AIFC"} else ""


def ogg_end(source: SourceFile, head: bytes) -> OggEnd:
    """Tell how an Ogg file ends, which libsndfile does not do reliably.

    Parameters
    ----------
    source : SourceFile
        The file.
    head : bytes
        What `read_head` gave.

    Returns
    -------
    str
        ``"chained"`` if the last page belongs to a stream that does not begin at the start: of
        several streams that follow each other libsndfile reads only the first. ``"cut off"`` if the
        last page is not marked as the last. Empty for all that is well, or is not Ogg.

    References
    ----------
    RFC 3533, section 4 (grouping and chaining) and section 6 (page header).
    """
    if head[:4] != b"OggS":
        return ""
    tail_bytes = 2 * _LONGEST_OGG_PAGE_BYTES
    tail = source.peek(max(0, source.n_bytes - tail_bytes), tail_bytes)
    first_pages = takewhile(lambda page: page[0] & _OGG_FIRST_PAGE_FLAG, _ogg_pages(head))
    begun = {serial for _, serial in first_pages}
    pages = list(_ogg_pages(tail))
    if not (begun and pages):
        return ""
    last_flags, last_serial = pages[-1]
    if last_serial not in begun:
        return "chained"
    return "" if last_flags & _OGG_LAST_PAGE_FLAG else "cut off"


def has_vbr_header(source: SourceFile, *, first_packet: int) -> bool:
    """Whether an MP3 file's header tells its length, so that it is no guess from the bit rate.

    Parameters
    ----------
    source : SourceFile
        The file.
    first_packet : int
        Position of the first frame with sound, in bytes.

    Returns
    -------
    bool
        True if a Xing, Info or VBRI header stands in the frame before.
    """
    longest_frame_bytes = 2881
    start = max(0, first_packet - longest_frame_bytes)
    before = source.peek(start, first_packet - start)
    return any(mark in before for mark in (b"Xing", b"Info", b"VBRI"))


def _ogg_pages(data: bytes) -> Iterator[tuple[int, int]]:
    """List flags and serial number of each page whose header lies in `data`."""
    at = data.find(b"OggS\0")
    while 0 <= at <= len(data) - _OGG_HEADER_BYTES:
        yield data[at + 5], int.from_bytes(data[at + 14 : at + 18], "little")
        at = data.find(b"OggS\0", at + _OGG_HEADER_BYTES)
