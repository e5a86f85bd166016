"""Missing files that are elsewhere now: their folders, and what a new one would find."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.library import Library, moved_folder
from core.listing_files import ListingReader
from core.progress import Progress, ignore
from core.recording_files import RecordingFiles
from core.recording_states import MISSING, StatesReader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.progress import Report
    from core.settings import LibraryConfig

N_TRIED = 3
"""Files of each missing folder that are looked for before it counts as not there."""

REPORT_EVERY = 1000


@dataclass(frozen=True)
class MissingFolder:
    """A folder with missing files.

    Parameters
    ----------
    path : str
        Where it should be.
    n_missing : int
        Files of the list that are not in it.
    """

    path: str
    n_missing: int


@dataclass(frozen=True)
class Relinking:
    """What would be found if folders were followed.

    Parameters
    ----------
    relinked : dict of str to str
        For `LibraryConfig.relinked`: those known before, and the new ones.
    new : dict of str to str
        The new ones alone.
    n_missing : int
        Files that are missing now.
    n_found : int
        How many of them would be found.
    """

    relinked: dict[str, str]
    new: dict[str, str]
    n_missing: int
    n_found: int


def missing_folders(
    config: LibraryConfig, listing: Path, states: Path, *, report: Report = ignore
) -> tuple[MissingFolder, ...]:
    """Count the missing files of each folder.

    Parameters
    ----------
    config : LibraryConfig
        Database, root and folders that moved.
    listing, states : Path
        The list and its states.
    report : callable
        Told the files; may raise `Cancelled`.

    Returns
    -------
    tuple of MissingFolder
        Those with most missing files first.

    Raises
    ------
    LibraryError
        If the database has gone.
    StorageError
        If the list is gone.
    """
    paths = _missing(config, listing, states, report)
    counts = Counter(original.rpartition("/")[0] or "/" for original, _ in paths)
    found = (MissingFolder(path, n_missing) for path, n_missing in counts.items())
    return tuple(sorted(found, key=lambda folder: (-folder.n_missing, folder.path)))


def preview_relinking(
    config: LibraryConfig, listing: Path, states: Path, folder: Path, *, report: Report = ignore
) -> Relinking:
    """Find out how many missing files a folder, or one below it, has.

    Parameters
    ----------
    config : LibraryConfig
        Database, root and folders that moved.
    listing, states : Path
        The list and its states.
    folder : Path
        Where the user says that files are now.
    report : callable
        Told the files; may raise `Cancelled`.

    Returns
    -------
    Relinking
        Nothing is written.

    Raises
    ------
    LibraryError
        If the database has gone.
    StorageError
        If the list is gone.
    """
    missing = list(_missing(config, listing, states, report))
    new: dict[str, str] = {}
    n_tried: Counter[str] = Counter()
    for original, _ in missing:
        parent = original.rpartition("/")[0]
        if n_tried[parent] < N_TRIED and not _is_covered(original, new):
            n_tried[parent] += 1
            if moved := moved_folder(Path(original), folder):
                new[moved[0]] = moved[1]
    # One that has gone, too, would stand before the new one.
    relinked = {old: at for old, at in config.relinked.items() if not _is_stale(old, at, new)} | new
    files = RecordingFiles(Library(replace(config, relinked=relinked)))
    n_found = 0
    for k, (_, path) in enumerate(missing):
        if k % REPORT_EVERY == 0:
            report(Progress("relink", k, len(missing), "files", "Looking for the files"))
        n_found += files.is_file(files.locate(path))
    return Relinking(relinked, new, len(missing), n_found)


def _missing(
    config: LibraryConfig, listing: Path, states: Path, report: Report
) -> Iterator[tuple[str, str]]:
    """Where each missing file was at first, and its path in the database."""
    files = RecordingFiles(Library(replace(config, relinked={})))
    with ListingReader(listing) as reader, StatesReader(states) as state:
        paths = reader.text("path")
        for k, row in enumerate(np.flatnonzero(state.flags & MISSING).tolist()):
            if k % REPORT_EVERY == 0:
                report(Progress("relink", text="Looking at the missing files"))
            yield files.locate(paths[row]), paths[row]


def _is_covered(original: str, new: dict[str, str]) -> bool:
    """Whether a folder that is known by now has the file."""
    path = Path(original)
    return any(
        path.is_relative_to(old) and (Path(at) / path.relative_to(old)).is_file()
        for old, at in new.items()
    )


def _is_stale(old: str, at: str, new: dict[str, str]) -> bool:
    return any(Path(old).is_relative_to(other) for other in new) and not Path(at).is_dir()
