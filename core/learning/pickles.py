"""Pickles, told by their bytes alone: they are refused unopened, since loading one runs code."""

from __future__ import annotations

import bz2
import lzma
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

HEAD_BYTES = 4096
PROTOCOLS = (2, 3, 4, 5)
"""Those before begin with a letter, as any text may."""

_PROTO = 0x80
_GZIP_OR_ZLIB_BITS = 32 + zlib.MAX_WBITS
_COMPRESSED = (b"\x1f\x8b", b"\x78", b"BZh", b"\xfd7zXZ\x00", b"\x5d\x00\x00")


def is_pickle(path: Path) -> bool:
    """Whether a file is a pickle, as pickle, joblib and PyTorch write it.

    Parameters
    ----------
    path : Path
        The file; its name does not count.

    Returns
    -------
    bool
        Also of a compressed one, and of an archive with one in it; nothing is loaded.
    """
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
        return _begins_pickle(head) or _begins_pickle(_unpacked(head)) or _holds_pickle(path)
    except OSError:
        return False


def _begins_pickle(head: bytes) -> bool:
    return len(head) > 1 and head[0] == _PROTO and head[1] in PROTOCOLS


def _unpacked(head: bytes) -> bytes:
    """The first bytes of what is compressed, as joblib writes it; empty if it is not."""
    if not head.startswith(_COMPRESSED):
        return b""
    openers: tuple[Any, ...] = (
        zlib.decompressobj(_GZIP_OR_ZLIB_BITS),
        bz2.BZ2Decompressor(),
        lzma.LZMADecompressor(),
    )
    for opener in openers:
        try:
            found: bytes = opener.decompress(head, 2)
        except (zlib.error, OSError, lzma.LZMAError, EOFError):
            continue
        return found
    return b""


def _holds_pickle(path: Path) -> bool:
    """Whether it is an archive of PyTorch's kind, whose structure is a pickle."""
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.endswith((".pkl", ".pickle")) for name in archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError):
        return False
