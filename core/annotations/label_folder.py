"""A folder of label files: one for each recording."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import AnnotationError
from core.naming import name_transcoded
from core.progress import Progress, ignore
from core.storage import replacing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from core.annotations.labels import Label
    from core.progress import Report

# As Raven suggests for `rec.wav`: rec.Table.1.selections.txt
_ENDINGS = re.compile(r"(\.Table\.\d+)?(\.selections?)?\.[A-Za-z]+$", re.IGNORECASE)


def recording_of(path: Path) -> str:
    """Tell which recording a label file is of.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    str
        Its name without ``.txt``, nor what Raven puts before that: a recording's base name, with
        its ending or without.
    """
    return _ENDINGS.sub("", path.name) or path.name


def write_label_files(
    tracks: Mapping[str, Sequence[Label]],
    folder: Path,
    *,
    formatted: Callable[[str, Sequence[Label]], str],
    suffix: str,
    keeps_ending: bool = False,
    may_replace: bool = True,
    report: Report = ignore,
) -> dict[str, Path]:
    """Write a file for each recording.

    Parameters
    ----------
    tracks : mapping of str to sequence of Label
        By the recording's base name or path, no two the same path.
    folder : Path
        Where they go; it is made.
    formatted : callable
        Gives the text of a file, of the recording's name and its labels.
    suffix : str
        How the files end.
    keeps_ending : bool
        Whether files keep the recordings' endings, too (``rec.wav.txt``), so that the names can be
        read from them.
    may_replace : bool
        Whether a file of the same name is replaced.
    report : callable
        Told the recordings done; may raise `Cancelled`.

    Returns
    -------
    dict of str to Path
        The file of each recording: its stem or base name, and more where several recordings share
        that.

    Raises
    ------
    AnnotationError
        If a file is there that may not be replaced; then nothing is written.
    StorageError
        If the disk is full, or the folder cannot be written.
    """
    whole = {name: Path(f"{name}{suffix}" if keeps_ending else name) for name in tracks}
    stems = name_transcoded(whole.values(), {})
    files = {name: folder / f"{stems[path]}{suffix}" for name, path in whole.items()}
    there = [] if may_replace else [path for path in files.values() if path.exists()]
    if there:
        msg = f"{there[0]} is there already"
        hint = "Name another folder, or say --overwrite."
        raise AnnotationError(msg, hint=hint)
    for k, (name, labels) in enumerate(tracks.items()):
        report(Progress("labels", k, len(tracks), "recordings", name))
        text = formatted(name, labels)
        with replacing(files[name]) as part:
            part.write_text(text, encoding="utf-8", errors="replace", newline="")
    return files
