"""Names of transcoded files: the original's stem, or more; and names that a database can keep."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

LONGEST_STEM_BYTES = 200
"""File systems take 255 bytes, from which endings and the dot of a part file go off."""

SHORTEST_HASH = 8


def name_transcoded(originals: Iterable[Path], given: Mapping[Path, str]) -> dict[Path, str]:
    """Stems for the transcoded files of originals, no two alike.

    An original's own stem where no other has it; its base name where several share the stem
    (``op.opus``, ``op.ogg``); the stem and a short hash of its path where they share that too.
    Neither letters' case nor the way in which accents are encoded tells names apart, since some
    file systems ignore both.

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
    new: list[Path] = []
    names: dict[Path, str] = {}
    for path in originals:
        if path in given:
            names[path] = given[path]
        else:
            new.append(path)
    taken = {_key(s) for s in given.values()}
    for candidate in (_stem, _base_name):
        counts = Counter(_key(candidate(p)) for p in [*new, *names])
        chosen: dict[Path, str] = {}
        for path in new:
            name = candidate(path)
            key = _key(name)
            if counts[key] == 1 and key not in taken and _is_plain(name):
                chosen[path] = name
        taken |= {_key(n) for n in chosen.values()}
        names |= chosen
        new = [p for p in new if p not in chosen]
    for path in new:
        names[path] = _with_hash(path, taken)
        taken.add(_key(names[path]))
    return names


def _key(name: str) -> str:
    """What is the same for names that a file system may take for one."""
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", name).casefold())


def _stem(path: Path) -> str:
    return path.stem


def _base_name(path: Path) -> str:
    return path.name


def _is_plain(name: str) -> bool:
    """Whether the name can be a file's as it stands, on any file system and in any table."""
    return (
        name.isprintable()
        and not name.startswith(".")
        and 0 < len(name.encode()) <= LONGEST_STEM_BYTES
    )


def _with_hash(path: Path, taken: set[str]) -> str:
    """The readable part of the stem and a hash, as long as it must be to be unlike all others."""
    digest = hashlib.sha256(str(path).encode("utf-8", "surrogateescape")).hexdigest()
    readable = "".join(c if c.isprintable() else "_" for c in path.stem).lstrip(".")
    candidates = (
        f"{_shortened(readable, LONGEST_STEM_BYTES - n - 1)}-{digest[:n]}"
        for n in range(SHORTEST_HASH, len(digest) + 1)
    )
    return next(name for name in candidates if _key(name) not in taken)


def _shortened(text: str, n_bytes: int) -> str:
    return text.encode()[:n_bytes].decode("utf-8", "ignore")


def storable(name: str) -> str:
    """A name as the project's database keeps it: a path may be of any bytes, its texts may not.

    Parameters
    ----------
    name : str
        Of a recording.

    Returns
    -------
    str
        The same where it is Unicode; what it gives is left as it is.
    """
    return name.encode("utf-8", "backslashreplace").decode()
