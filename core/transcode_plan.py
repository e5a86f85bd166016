"""What transcoding would do: which recordings are done, to be done, missing, or failed before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from core.manifest import ManifestEntry, read_manifest, settings_text
from core.naming import name_transcoded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from core.library import Recording
    from core.settings import TranscodeConfig


@dataclass(frozen=True)
class TranscodePlan:
    """What the stage would do.

    Parameters
    ----------
    fresh : tuple of ManifestEntry
        Done before, and unchanged.
    todo : tuple of (Recording, str)
        What is to be transcoded, each with the stem of its result.
    missing : tuple of Recording
        Whose original is not there.
    failed : tuple of (Recording, str)
        What was tried before with the same settings, failed, and did not change.
    n_bytes : int
        Size of the originals to be transcoded.
    """

    fresh: tuple[ManifestEntry, ...]
    todo: tuple[tuple[Recording, str], ...]
    missing: tuple[Recording, ...]
    failed: tuple[tuple[Recording, str], ...]
    n_bytes: int


def plan_transcode(
    recordings: Sequence[Recording], config: TranscodeConfig, *, destination: Path
) -> TranscodePlan:
    """Find out what there is to be done.

    Parameters
    ----------
    recordings : sequence of Recording
        What the library selected.
    config : TranscodeConfig
        How to transcode.
    destination : Path
        Folder of the results.

    Returns
    -------
    TranscodePlan
        Nothing is written.

    Raises
    ------
    TableError
        If the destination's manifest is damaged.
    """
    known = {Path(e.original): e for e in read_manifest(destination)}
    known |= _moved(recordings, known)
    stems = name_transcoded(
        [r.path for r in recordings], {p: e.stem for p, e in known.items() if e.file}
    )
    settings = settings_text(config)
    fresh: list[ManifestEntry] = []
    todo: list[tuple[Recording, str]] = []
    missing: list[Recording] = []
    failed: list[tuple[Recording, str]] = []
    n_bytes = 0
    for recording in recordings:
        size, modified_ns = file_stamp(recording.path)
        entry = known.get(recording.path)
        if size < 0:
            missing.append(recording)
        elif entry is None or not _is_unchanged(entry, (size, modified_ns), settings):
            todo.append((recording, stems[recording.path]))
            n_bytes += size
        elif not entry.sha256:
            failed.append((recording, stems[recording.path]))
        elif file_stamp(destination / entry.file)[0] != entry.n_bytes:
            todo.append((recording, stems[recording.path]))
            n_bytes += size
        else:
            path = recording.database_path
            fresh.append(replace(entry, status="transcoded", reason="", database_path=path))
    return TranscodePlan(tuple(fresh), tuple(todo), tuple(missing), tuple(failed), n_bytes)


def file_stamp(path: Path) -> tuple[int, int]:
    """Tell by what a change of a file is noticed.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    n_bytes, modified_ns : int
        Size and time of the last change; -1 and 0 where there is no such file.
    """
    try:
        status = path.stat()
    except (OSError, ValueError):
        return -1, 0
    return status.st_size, status.st_mtime_ns


def _moved(
    recordings: Iterable[Recording], known: dict[Path, ManifestEntry]
) -> dict[Path, ManifestEntry]:
    """Entries of originals that are now expected elsewhere: they keep their names and results."""
    expected = {r.path: r.database_path for r in recordings}
    gone = {
        entry.database_path: entry
        for path, entry in known.items()
        if path not in expected and entry.database_path and file_stamp(path)[0] < 0
    }
    return {
        path: replace(gone[database_path], original=str(path))
        for path, database_path in expected.items()
        if path not in known and database_path in gone
    }


def _is_unchanged(entry: ManifestEntry, stamp: tuple[int, int], settings: str) -> bool:
    mine = (entry.original_bytes, entry.original_modified_ns, entry.settings)
    return mine == (*stamp, settings)
