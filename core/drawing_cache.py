"""What is drawn of a recording, kept on disk: its sound, its features, its predictions.

Each lies in a folder of its own, as `core.peaks` draws it, and knows what it was made from. The
window maps it while it grows.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.cache_room import forget, make_room, mark_used
from core.errors import (
    ProjectError,
    ProjectLockedError,
    RecordingError,
    StorageError,
    storage_error,
)
from core.folder_lock import writing_to
from core.peak_writer import PeakWriter
from core.peaks import PeakMeta, PeakReader
from core.progress import Progress, ignore

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from core.progress import Report

RUNS_NAME = "runs.npy"
BLOCK_FRAMES = 65_536
_FULL = {errno.ENOSPC, errno.EDQUOT}

LOOK_EVERY_S = 0.05
"""How often a drawing is looked at that another window makes."""


@dataclass(frozen=True)
class DrawingProgress(Progress):
    """How far a drawing has grown.

    Parameters
    ----------
    stage, done, total, unit, text, recording, metrics : object
        As in `Progress`.
    folder : str
        Where it can be mapped.
    """

    folder: str = ""


@dataclass(frozen=True)
class PredictionsOf:
    """Which predictions are drawn.

    Parameters
    ----------
    table : Path
        A run's table of predictions.
    recording : str or None
        Name of the recording in tables; None for a table that is of one recording alone.
    classes : tuple of str
        Those of the project, from the quietest to the loudest.
    n_frames : int
        Frames of the recording.
    hop_size : int
        Step from one frame to the next, in samples.
    """

    table: Path
    recording: str | None
    classes: tuple[str, ...]
    n_frames: int
    hop_size: int


def cache_folders(project: Path, own: Path) -> tuple[Path, ...]:
    """Where drawings of a project lie.

    Parameters
    ----------
    project : Path
        Its folder.
    own : Path
        Folder of the user's own, for projects that cannot be written.

    Returns
    -------
    tuple of Path
        The first that can be written is used.
    """
    return project / "cache" / "drawings", own / "drawings"


def file_stamp(path: Path | None) -> str:
    """What a file is at this moment, by which a change is noticed.

    Parameters
    ----------
    path : Path or None
        The file.

    Returns
    -------
    str
        Of path, size and time stamp; empty if there is no such file.
    """
    try:
        status = path.stat() if path else None
    except (OSError, ValueError):
        return ""
    return json.dumps([str(path), status.st_size, status.st_mtime_ns]) if status else ""


def decode_to_cache(path: Path, caches: Sequence[Path], *, report: Report = ignore) -> Path:
    """Make an audio file drawable: all of its channels, at its own rate.

    Parameters
    ----------
    path : Path
        Any audio file.
    caches : sequence of Path
        See `cache_folders`.
    report : callable
        Told a `DrawingProgress` after each block; may raise `Cancelled`, which leaves nothing.

    Returns
    -------
    Path
        Folder for a `PeakReader`. It is not made anew if it is of this file as it is now.

    Raises
    ------
    RecordingError
        If the file cannot be decoded, or changes meanwhile.
    StorageError
        If no folder can be written, or the disk is full.
    """
    source = file_stamp(path)

    def make(folder: Path) -> None:
        from core.audio import open_audio

        with open_audio(path) as reader:
            bits = reader.info.bits
            kind = "int16" if bits and bits <= np.iinfo(np.int16).bits else "float32"
            meta = PeakMeta(reader.sample_rate, reader.n_channels, kind, source)
            n_samples, expected = 0, reader.n_samples
            if expected is None:
                expected = round((reader.info.duration_s or 0) * reader.sample_rate)
            with PeakWriter(folder, meta) as writer:
                for block in reader.blocks():
                    writer.push(block)
                    n_samples += len(block)
                    report(_progress(folder, path.name, n_samples, expected))
                if file_stamp(path) not in {source, ""}:
                    msg = f"{path.name} changed while it was being read"
                    raise RecordingError(msg, path=path, hint="Open it again.")

    return _find_or_make(f"audio-{_hash(path)}", source, caches, make, report)


def features_to_cache(path: Path, caches: Sequence[Path], *, report: Report = ignore) -> Path:
    """Make the features of a recording drawable: one channel for each, one sample a frame.

    Parameters
    ----------
    path : Path
        The recording's own table, as the stage extract writes it.
    caches : sequence of Path
        See `cache_folders`.
    report : callable
        Told a `DrawingProgress` after each block; may raise `Cancelled`, which leaves nothing.

    Returns
    -------
    Path
        Folder for a `PeakReader`; its channels are the columns of the feature spec.

    Raises
    ------
    TableError
        If the table is missing or damaged.
    StorageError
        If no folder can be written, or the disk is full.
    """
    source = file_stamp(path)

    def make(folder: Path) -> None:
        from core.features.table import part_blocks

        spec, n_frames, blocks = part_blocks(path)
        # Frames have no rate of their own: whoever draws them knows the spec.
        meta = PeakMeta(spec.sample_rate, len(spec.columns), "float32", source)
        with PeakWriter(folder, meta) as writer:
            n_done = 0
            for block in blocks:
                writer.push(block)
                n_done += len(block)
                report(_progress(folder, path.name, n_done, n_frames))

    return _find_or_make(f"features-{_hash(path)}", source, caches, make, report)


def predictions_to_cache(
    of: PredictionsOf, caches: Sequence[Path], *, report: Report = ignore
) -> tuple[Path, NDArray[np.int64]]:
    """Make the predictions of a recording drawable: one channel for each class.

    Parameters
    ----------
    of : PredictionsOf
        Which predictions.
    caches : sequence of Path
        See `cache_folders`.
    report : callable
        Told a `DrawingProgress`; may raise `Cancelled`, which leaves nothing.

    Returns
    -------
    folder : Path
        For a `PeakReader`; sample n is frame n, 0 in all channels where nothing was predicted.
    runs : ndarray of int64, shape (n_runs, 3)
        Neighbouring frames of one predicted class: first frame, stop frame, target.

    Raises
    ------
    TableError
        If the table is missing or damaged.
    StorageError
        If no folder can be written, or the disk is full.
    """
    source = json.dumps([file_stamp(of.table), of.recording, *of.classes, of.n_frames, of.hop_size])

    def make(folder: Path) -> None:
        from core.prediction_rows import read_predictions

        report(Progress("draw"))
        rows = read_predictions(of.table, of.recording, of.classes, hop_size=of.hop_size)
        # The pyramid is complete when its writer closes, so whoever finds it finds this, too.
        with _storing(folder):
            np.save(folder / RUNS_NAME, rows.runs())
        # Frames have no rate of their own: whoever draws them knows the spec.
        meta = PeakMeta(1, len(of.classes), "float32", source)
        with PeakWriter(folder, meta) as writer:
            for start in range(0, of.n_frames, BLOCK_FRAMES):
                stop = min(start + BLOCK_FRAMES, of.n_frames)
                writer.push(rows.dense(start, stop))
                report(_progress(folder, of.table.name, stop, of.n_frames))

    name = f"predictions-{_hash(of.table, of.recording or '')}"
    folder = _find_or_make(name, source, caches, make, report)
    try:
        return folder, np.load(folder / RUNS_NAME)
    except (OSError, EOFError, ValueError):
        # Somebody tidied up, or a crash of the machine cut it short.
        with writing_to(folder):
            forget(folder)
    folder = _find_or_make(name, source, caches, make, report)
    with _storing(folder):
        return folder, np.load(folder / RUNS_NAME)


@contextmanager
def _storing(folder: Path) -> Generator[None]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise storage_error(error, folder) or error from error


def _find_or_make(
    name: str,
    source: str,
    caches: Sequence[Path],
    make: Callable[[Path], None],
    report: Report,
) -> Path:
    """Find a drawing that is up to date, or make one where that is possible."""
    for cache in caches:
        if (n_samples := _complete(cache / name, source)) is not None:
            report(_progress(cache / name, name, n_samples, n_samples))
            mark_used(cache / name)
            return cache / name
    errors: list[StorageError] = []
    for cache in caches:
        try:
            return _make(cache / name, source, make, report)
        except StorageError as error:
            errors.append(error)
    raise errors[0]


def _make(folder: Path, source: str, make: Callable[[Path], None], report: Report) -> Path:
    while True:
        try:
            with writing_to(folder):
                if _complete(folder, source) is None:
                    make_room(folder)
                    _make_whole(folder, make)
                    make_room(folder)
                return folder
        except (ProjectLockedError, FileNotFoundError):
            # Another process makes it, or has just removed it.
            _follow(folder, source, report)


def _make_whole(folder: Path, make: Callable[[Path], None]) -> None:
    """Make a drawing; where the disk is full, in place of all others."""
    try:
        with _nothing_half_made(folder):
            make(folder)
    except StorageError as error:
        is_full = isinstance(error.__cause__, OSError) and error.__cause__.errno in _FULL
        if not is_full or not make_room(folder, limit_bytes=0):
            raise
        with _nothing_half_made(folder):
            make(folder)


@contextmanager
def _nothing_half_made(folder: Path) -> Generator[None]:
    try:
        yield
    except BaseException:
        forget(folder)
        raise


def _follow(folder: Path, source: str, report: Report) -> None:
    """Tell how far another process has come with the same drawing, while it makes it."""
    n_samples = 0
    with suppress(ProjectError), PeakReader(folder) as reader:
        if reader.meta.source == source:
            n_samples = reader.n_samples
    # Also while there is nothing: this is where a Cancelled gets in.
    report(_progress(folder, folder.name, n_samples, 0) if n_samples else Progress("draw"))
    time.sleep(LOOK_EVERY_S)


def _complete(folder: Path, source: str) -> int | None:
    """Length of a drawing that is whole and of this source; None if there is none."""
    if not source:
        return None
    with suppress(ProjectError), PeakReader(folder) as reader:
        # A file that was cut short since is not believed.
        if reader.meta.source == source and reader.meta.n_samples == reader.n_samples:
            return reader.n_samples
    return None


def _progress(folder: Path, name: str, n_samples: int, total: int) -> DrawingProgress:
    return DrawingProgress(
        "draw", n_samples, total, "samples", f"Drawing {name}", str(folder), folder=str(folder)
    )


def _hash(*parts: Path | str) -> str:
    text = b"\0".join(os.fsencode(p) for p in parts)
    return hashlib.sha256(text).hexdigest()[:20]
