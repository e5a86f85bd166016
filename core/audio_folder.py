"""The audio in a folder: what `transcode` finished there, or every audio file below it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.errors import NothingToDoError
from core.extract_recording import AudioItem
from core.manifest import FILE_NAME, JOURNAL_NAME, read_manifest, without_former_places
from core.naming import name_transcoded

if TYPE_CHECKING:
    from pathlib import Path


AUDIO_SUFFIXES = frozenset(
    f".{ending}"
    for ending in (
        *("wav", "flac", "ogg", "oga", "opus", "mp3", "mp2", "aif", "aiff", "aifc", "au", "snd"),
        *("caf", "w64", "rf64", "bwf", "m4a", "aac", "mp4", "webm", "mka", "wma", "ac3", "wv"),
        *("ape", "mpc", "spx", "amr"),
    )
)


@dataclass(frozen=True)
class Audio:
    """The audio that a folder holds.

    Parameters
    ----------
    items : tuple of AudioItem
        In the order of the manifest, or of their paths.
    transcode : dict
        The settings they were transcoded with; empty for a folder without a manifest.
    absent : tuple of (str, str)
        Original and path in the database of what the manifest lists, but has not.
    """

    items: tuple[AudioItem, ...]
    transcode: dict[str, Any]
    absent: tuple[tuple[str, str], ...] = ()


def find_audio(location: Path) -> Audio:
    """The audio in a folder: what its manifest says is finished, or every audio file below it.

    Parameters
    ----------
    location : Path
        Folder that `transcode` wrote, or any other.

    Returns
    -------
    Audio
        At least one file.

    Raises
    ------
    NothingToDoError
        If there is no such folder, or no audio in it.
    """
    if not location.is_dir():
        msg = f"There is no folder {location}"
        raise NothingToDoError(msg, hint="Transcode the recordings first, or check the path.")
    if (location / FILE_NAME).exists() or (location / JOURNAL_NAME).exists():
        audio = _listed_audio(location)
    else:
        audio = Audio(tuple(_plain_audio(location)), {})
    if not audio.items:
        msg = f"There is no audio in {location}"
        raise NothingToDoError(msg, hint="Transcode recordings into it first.")
    return audio


def _listed_audio(location: Path) -> Audio:
    entries = read_manifest(location)
    done = [e for e in entries if e.status == "transcoded"]
    home = location.absolute()
    return Audio(
        items=tuple(
            AudioItem(e.stem, str(home / e.file), e.original, e.database_path, e.sha256, stamp="")
            for e in done
        ),
        transcode=json.loads(done[0].settings) if done else {},
        absent=tuple(
            (e.original, e.database_path)
            for e in without_former_places(entries)
            if e.status != "transcoded"
        ),
    )


def _plain_audio(location: Path) -> list[AudioItem]:
    found = sorted(
        p.absolute()
        for p in location.rglob("*")
        if p.suffix.lower() in AUDIO_SUFFIXES
        and not any(part.startswith(".") for part in p.relative_to(location).parts)
        and p.is_file()
    )
    names = name_transcoded(found, {})
    return [AudioItem(names[p], str(p), str(p), "", "", _stamp(p)) for p in found]


def _stamp(path: Path) -> str:
    status = path.stat()
    return f"{status.st_size}-{status.st_mtime_ns}"
