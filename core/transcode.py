"""S1: any recording becomes mono, 16 bit, at one rate, in a folder with a manifest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import NothingToDoError, StorageError
from core.executor import Execution, map_recordings
from core.folder_lock import writing_to
from core.left_out import LeftOut
from core.manifest import (
    FILE_NAME,
    JOURNAL_NAME,
    Journal,
    ManifestEntry,
    read_manifest,
    settings_text,
    write_manifest,
)
from core.progress import ignore
from core.transcode_plan import file_stamp, plan_transcode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.library import Recording, Selection
    from core.progress import Report
    from core.settings import TranscodeConfig

BYTES_PER_S = 20e6
"""How much of an original is transcoded in a second, roughly; decides on workers only."""

OUTPUT_SUFFIXES = (".wav", ".flac", ".aiff")


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
        If the disk is full; what is done is kept. If the folder has files that would be
        overwritten and are not this program's, such as the originals.
    ProjectLockedError
        If another program is writing to the folder.
    """
    _refuse_empty(selection)
    _refuse_originals(selection, destination)
    with writing_to(destination):
        _tidy(destination)
        plan = plan_transcode(selection.recordings, config, destination=destination)
        _refuse_overwriting((stem for _, stem in plan.todo), destination)
        former = {e.stem: e.file for e in read_manifest(destination) if e.file}
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
                    _remove_former(former, outcome.result, destination)
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
    size, modified_ns = file_stamp(recording.path)
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
    msg = "The query selects no recording"
    raise NothingToDoError(msg, hint="Is its condition true of any row?")


def _refuse_originals(selection: Selection, destination: Path) -> None:
    if destination.resolve() in {
        p.resolve() for p in {r.path.parent for r in selection.recordings}
    }:
        msg = f"{destination} holds originals, which could be overwritten"
        raise StorageError(msg, hint="Choose a folder of its own for what is transcoded.")


def _refuse_overwriting(stems: Iterable[str], destination: Path) -> None:
    if (destination / FILE_NAME).exists():
        # A run was here, and it made sure.
        return
    there = {p.stem: p.name for p in destination.iterdir() if p.suffix in OUTPUT_SUFFIXES}
    for stem in stems:
        if stem in there:
            msg = f"{destination} has a file {there[stem]} that this program did not make"
            raise StorageError(msg, hint="Choose an empty folder.")


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
    settings = settings_text(config)
    entries = [
        done[r.path]
        if r.path in done
        else _left_out(r, failed[r.path].reason, earlier.get(str(r.path)), settings)
        for r in selection.recordings
    ]
    selected = {e.original for e in entries}
    # Where an original moved, its entry has moved along.
    files = {e.file for e in entries} - {""}
    entries += [
        replace(e, status="not selected")
        for e in earlier.values()
        if e.original not in selected and e.file not in files
    ]
    write_manifest(destination, entries)


def _left_out(
    recording: Recording, reason: str, before: ManifestEntry | None, settings: str
) -> ManifestEntry:
    size, modified_ns = file_stamp(recording.path)
    if before and before.sha256 and before.settings == settings and size < 0:
        # Its drive may be back tomorrow: what was made of it is not to be made again.
        return replace(before, status="left out", reason=reason)
    return ManifestEntry(
        original=str(recording.path),
        database_path=recording.database_path,
        # The name stays given, for the day on which the recording can be transcoded.
        file=before.file if before else "",
        status="left out",
        reason=reason,
        original_bytes=size,
        original_modified_ns=modified_ns,
        settings=settings,
    )


def _remove_former(former: dict[str, str], entry: ManifestEntry, destination: Path) -> None:
    """Remove the same recording in a format that is no longer asked for."""
    file = former.get(entry.stem, entry.file)
    if file != entry.file:
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
        hint = f"The first: {left_out[0].name}: {left_out[0].reason}"
        raise NothingToDoError(msg, hint=hint, left_out=left_out)
    entries = [done[r.path] for r in selection.recordings if r.path in done]
    return TranscodeResult(
        destination=str(destination),
        n_recordings=len(entries),
        n_fresh=n_fresh,
        seconds=round(sum(e.n_samples / e.sample_rate for e in entries), 3),
        left_out=tuple(left_out),
        odd=tuple(LeftOut(e.database_path, e.oddities) for e in entries if e.oddities),
    )
