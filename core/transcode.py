"""S1: any recording becomes mono, 16 bit, at one rate, in a folder with a manifest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import NothingToDoError
from core.executor import Execution, map_recordings
from core.folder_lock import writing_to
from core.left_out import LeftOut
from core.manifest import (
    JOURNAL_NAME,
    Journal,
    ManifestEntry,
    read_manifest,
    settings_text,
    write_manifest,
)
from core.naming import name_transcoded
from core.progress import ignore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.library import Recording, Selection
    from core.progress import Report
    from core.settings import TranscodeConfig

BYTES_PER_S = 20e6
"""How much of an original is transcoded in a second, roughly; decides on workers only."""


@dataclass(frozen=True)
class TranscodeResult:
    """What a run of the stage gave.

    Parameters
    ----------
    destination : str
        Folder of the transcoded files and the manifest.
    n_recordings : int
        Recordings that are there now, of those selected.
    n_fresh : int
        Of these, how many had been done before and did not change.
    seconds : float
        Length of them all.
    left_out : tuple of LeftOut
        Recordings that are not there, and why.
    odd : tuple of LeftOut
        Recordings that are there, but that something was odd about.
    """

    destination: str
    n_recordings: int
    n_fresh: int
    seconds: float
    left_out: tuple[LeftOut, ...] = ()
    odd: tuple[LeftOut, ...] = ()


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
        size, modified_ns = _stamp(recording.path)
        entry = known.get(recording.path)
        if size < 0:
            missing.append(recording)
        elif entry is None or not _is_unchanged(entry, (size, modified_ns), settings):
            todo.append((recording, stems[recording.path]))
            n_bytes += size
        elif not entry.sha256:
            failed.append((recording, stems[recording.path]))
        elif _stamp(destination / entry.file)[0] != entry.n_bytes:
            todo.append((recording, stems[recording.path]))
            n_bytes += size
        else:
            again = replace(entry, status="transcoded", database_path=recording.database_path)
            fresh.append(again)
    return TranscodePlan(tuple(fresh), tuple(todo), tuple(missing), tuple(failed), n_bytes)


def transcode(
    selection: Selection,
    config: TranscodeConfig,
    *,
    destination: Path,
    execution: Execution | None = None,
    report: Report = ignore,
) -> TranscodeResult:
    """Transcode recordings into a folder; what is there already is not done again.

    Parameters
    ----------
    selection : Selection
        What the library selected.
    config : TranscodeConfig
        How to transcode.
    destination : Path
        Folder of the results; it is made. Other files in it are left alone.
    execution : Execution, optional
        How many processes.
    report : callable
        Progress; may raise `Cancelled`.

    Returns
    -------
    TranscodeResult
        A recording that cannot be transcoded is listed there, and the run goes on.

    Raises
    ------
    NothingToDoError
        If no recording is selected, or all were left out.
    StorageError
        If the disk is full; what is done is kept.
    ProjectLockedError
        If another program is writing to the folder.
    """
    _refuse_empty(selection)
    with writing_to(destination):
        _tidy(destination)
        plan = plan_transcode(selection.recordings, config, destination=destination)
        done = {Path(e.original): e for e in plan.fresh}
        failed = {r.path: _missing(r) for r in plan.missing}
        task = partial(transcode_one, config=config, destination=destination)
        with Journal(destination) as journal:
            for outcome in map_recordings(
                task,
                [*plan.todo, *plan.failed],
                name=lambda item: item[0].database_path,
                stage="transcode",
                cost_s=plan.n_bytes / BYTES_PER_S,
                execution=execution or Execution(),
                report=report,
            ):
                recording = outcome.item[0]
                if outcome.result is None:
                    failed[recording.path] = LeftOut.because(recording.database_path, outcome.error)
                else:
                    done[recording.path] = outcome.result
                    journal.add(outcome.result)
        _write(selection, done, failed, config=config, destination=destination)
    return _result(selection, done, failed, n_fresh=len(plan.fresh), destination=destination)


def transcode_one(
    item: tuple[Recording, str], *, config: TranscodeConfig, destination: Path, report: Report
) -> ManifestEntry:
    """Transcode one recording; runs in a process of its own.

    Parameters
    ----------
    item : tuple of Recording and str
        The recording, and the stem of its result.
    config : TranscodeConfig
        How to transcode.
    destination : Path
        Folder of the result.
    report : callable
        Progress; may raise `Cancelled`.

    Returns
    -------
    ManifestEntry
        What it was made from and what was odd.

    Raises
    ------
    RecordingError
        If it cannot be transcoded.
    StorageError
        If the disk is full.
    """
    from core.transcode_recording import output_suffix, transcode_recording

    recording, stem = item
    # The stamp of before: a file that changes meanwhile will be seen to have changed.
    size, modified_ns = _stamp(recording.path)
    file = destination / f"{stem}{output_suffix(recording.path, config)}"
    made = transcode_recording(recording.path, file, config, report=report)
    return ManifestEntry(
        original=str(recording.path),
        database_path=recording.database_path,
        file=file.name,
        status="transcoded",
        original_bytes=size,
        original_modified_ns=modified_ns,
        sample_rate_in=made.sample_rate_in,
        sample_rate=made.sample_rate_out,
        n_samples_in=made.n_samples_in,
        n_samples=made.n_samples_out,
        n_channels=made.n_channels,
        codec=made.codec,
        n_clipped=made.n_clipped,
        oddities="; ".join(made.oddities),
        sha256=made.sha256,
        n_bytes=file.stat().st_size,
        settings=settings_text(config),
    )


def _refuse_empty(selection: Selection) -> None:
    if selection.recordings:
        return
    if selection.left_out:
        msg = f"None of the {len(selection.left_out)} rows that the query selects has a usable path"
        raise NothingToDoError(msg, hint="Does the path column hold the recordings' files?")
    raise NothingToDoError("The query selects no recording", hint="Is any marked as reviewed?")


def _stamp(path: Path) -> tuple[int, int]:
    """Size in bytes and time of the last change; -1 where there is no such file."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return -1, 0
    return status.st_size, status.st_mtime_ns


def _is_unchanged(entry: ManifestEntry, stamp: tuple[int, int], settings: str) -> bool:
    mine = (entry.original_bytes, entry.original_modified_ns, entry.settings)
    return mine == (*stamp, settings)


def _missing(recording: Recording) -> LeftOut:
    reason = f"There is no file {recording.path}. If its folder moved, set the root or relink it."
    return LeftOut(recording.database_path, reason)


def _tidy(destination: Path) -> None:
    """Remove what a killed run was writing, and take its journal into the manifest."""
    if (destination / JOURNAL_NAME).exists():
        write_manifest(destination, read_manifest(destination))
    for part in destination.glob(".*.part"):
        part.unlink()


def _write(
    selection: Selection,
    done: dict[Path, ManifestEntry],
    failed: dict[Path, LeftOut],
    *,
    config: TranscodeConfig,
    destination: Path,
) -> None:
    """Write the manifest: this selection in its order, then what earlier ones selected."""
    earlier = {e.original: e for e in read_manifest(destination)}
    entries: list[ManifestEntry] = []
    for recording in selection.recordings:
        path = str(recording.path)
        if recording.path in done:
            entries.append(done[recording.path])
        else:
            size, modified_ns = _stamp(recording.path)
            entries.append(
                ManifestEntry(
                    original=path,
                    database_path=recording.database_path,
                    # The name stays given, for the day on which the recording can be transcoded.
                    file=earlier[path].file if path in earlier else "",
                    status="left out",
                    reason=failed[recording.path].reason,
                    original_bytes=size,
                    original_modified_ns=modified_ns,
                    settings=settings_text(config),
                )
            )
    selected = {e.original for e in entries}
    entries += [
        replace(e, status="not selected") for e in earlier.values() if e.original not in selected
    ]
    write_manifest(destination, entries)
    for file in {e.file for e in earlier.values()} - {e.file for e in entries} - {""}:
        # The same recording in a format that is no longer asked for.
        (destination / file).unlink(missing_ok=True)


def _result(
    selection: Selection,
    done: dict[Path, ManifestEntry],
    failed: dict[Path, LeftOut],
    *,
    n_fresh: int,
    destination: Path,
) -> TranscodeResult:
    left_out = [LeftOut(*row) for row in selection.left_out]
    left_out += [failed[r.path] for r in selection.recordings if r.path in failed]
    if not done:
        msg = f"Not one of {len(selection.recordings)} recordings could be transcoded"
        raise NothingToDoError(msg, hint=f"The first: {left_out[0].name}: {left_out[0].reason}")
    entries = [done[r.path] for r in selection.recordings if r.path in done]
    return TranscodeResult(
        destination=str(destination),
        n_recordings=len(entries),
        n_fresh=n_fresh,
        seconds=round(sum(e.n_samples / e.sample_rate for e in entries), 3),
        left_out=tuple(left_out),
        odd=tuple(LeftOut(e.database_path, e.oddities) for e in entries if e.oddities),
    )
