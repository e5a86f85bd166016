"""Label tracks of Audacity: a text file for each recording, a line for each interval."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.naming import name_transcoded
from core.progress import Progress, ignore
from core.storage import replacing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from core.progress import Report

SUFFIX = ".txt"


@dataclass(frozen=True)
class Label:
    """A line of a label track.

    Parameters
    ----------
    start_s, end_s : float
        Seconds from the start of the recording.
    text : str
        What Audacity shows there.
    """

    start_s: float
    end_s: float
    text: str


def format_labels(labels: Iterable[Label]) -> str:
    """Write labels as Audacity reads them.

    Parameters
    ----------
    labels : iterable of Label
        In the order of time.

    Returns
    -------
    str
        For each a line: start and end in seconds with 6 decimals, and the text, between tabs.
    """
    # A tab or a line break within a text would end its column.
    return "".join(f"{x.start_s:.6f}\t{x.end_s:.6f}\t{' '.join(x.text.split())}\n" for x in labels)


def write_label_tracks(
    tracks: Mapping[str, Sequence[Label]], folder: Path, *, report: Report = ignore
) -> dict[str, Path]:
    """Write a label track for each recording.

    Parameters
    ----------
    tracks : mapping of str to sequence of Label
        By the recording's base name or path.
    folder : Path
        Where they go; it is made. A file of the same name is replaced.
    report : callable
        Told the recordings done; may raise `Cancelled`.

    Returns
    -------
    dict of str to Path
        The file of each recording: its stem, and more where several recordings share that.

    Raises
    ------
    StorageError
        If the disk is full, or the folder cannot be written.
    """
    stems = name_transcoded(map(Path, tracks), {})
    files: dict[str, Path] = {}
    for k, (name, labels) in enumerate(tracks.items()):
        report(Progress("labels", k, len(tracks), "recordings", name))
        files[name] = path = folder / f"{stems[Path(name)]}{SUFFIX}"
        with replacing(path) as part:
            part.write_text(format_labels(labels), encoding="utf-8", errors="replace", newline="")
    return files
