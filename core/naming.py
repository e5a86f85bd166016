"""Names of transcoded files: the original's stem, and more only where that is not enough."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

LONGEST_STEM_BYTES = 200
"""File systems take 255 bytes, from which endings and the dot of a part file go off."""


def name_transcoded(originals: Iterable[Path], given: Mapping[Path, str]) -> dict[Path, str]:
    """Stems for the transcoded files of originals, no two alike.

    An original's own stem where no other has it; its base name where several share the stem
    (``op.opus``, ``op.ogg``); the stem and a short hash of its path where they share that too.
    Letters' case does not tell names apart, since some file systems ignore it.

    Parameters
    ----------
    originals : iterable of Path
        Full paths, no two alike.
    given : mapping of Path to str
        Stems given earlier; they stay.

    Returns
    -------
    dict of Path to str
        A stem for every original.
    """
    new = [p for p in originals if p not in given]
    taken = {s.casefold() for s in given.values()}
    names = {p: given[p] for p in originals if p in given}
    for candidate in (_stem, _base_name):
        counts = Counter(candidate(p).casefold() for p in [*new, *names])
        chosen: dict[Path, str] = {}
        for path in new:
            name = candidate(path)
            key = name.casefold()
            if counts[key] == 1 and key not in taken and _is_plain(path, name):
                chosen[path] = name
        taken |= {n.casefold() for n in chosen.values()}
        names |= chosen
        new = [p for p in new if p not in chosen]
    return names | {p: _with_hash(p) for p in new}


def _stem(path: Path) -> str:
    return path.stem


def _base_name(path: Path) -> str:
    return path.name


def _is_plain(path: Path, name: str) -> bool:
    """Whether the name can be a file's as it stands, on any file system and in any table."""
    return (
        name.isprintable()
        and not name.startswith(".")
        and len(name.encode("utf-8", "surrogateescape")) <= LONGEST_STEM_BYTES
        and path.name.isprintable()
    )


def _with_hash(path: Path) -> str:
    digest = hashlib.sha256(str(path).encode("utf-8", "surrogateescape")).hexdigest()[:8]
    readable = "".join(c if c.isprintable() else "_" for c in path.stem).lstrip(".")
    shortened = readable.encode()[: LONGEST_STEM_BYTES - 9].decode("utf-8", "ignore")
    return f"{shortened}-{digest}"
