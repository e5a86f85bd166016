# pyarrow ships no type information.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
"""S2: audio becomes a table of features, one recording after the other."""

from __future__ import annotations

import hashlib
import json
import shutil
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.audio_folder import Audio, find_audio
from core.errors import FeatureError, NothingToDoError, TableError
from core.executor import Execution, map_recordings
from core.extract_recording import AudioItem, Part, extract_recording, is_fresh, read_part
from core.features.spec import FeatureSpec
from core.features.table import feature_schema
from core.folder_lock import writing_to
from core.left_out import LeftOut
from core.progress import Progress, ignore
from core.storage import replacing, sha256_of
from core.table_meta import RecordingMeta, TableMeta, meta_path, read_meta, write_meta
from core.tables import TableWriter, is_parquet, opened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from core.progress import Report
    from core.settings import FeatureConfig

BYTES_PER_S = 20e6
"""How much transcoded audio is extracted in a second, roughly; decides on workers only."""


@dataclass(frozen=True)
class ExtractResult:
    """What a run of the stage gave.

    Parameters
    ----------
    table : str
        The table of features.
    n_recordings : int
        Recordings that are in it.
    n_fresh : int
        Of these, how many had been done before and did not change.
    n_frames : int
        Rows of the table.
    sample_rate : int
        Of the audio, in Hz.
    left_out : tuple of LeftOut
        Recordings that are not in it, and why.
    """

    table: str
    n_recordings: int
    n_fresh: int
    n_frames: int
    sample_rate: int
    left_out: tuple[LeftOut, ...] = ()


def extract(
    audio_location: Path,
    config: FeatureConfig,
    *,
    table: Path,
    execution: Execution | None = None,
    report: Report = ignore,
) -> ExtractResult:
    """Extract features of all audio in a folder into a table.

    Parameters
    ----------
    audio_location : Path
        Folder that `transcode` wrote, or any folder with audio of one rate.
    config : FeatureConfig
        Frame size and hop size.
    table : Path
        Where the features go: a file that ends in .csv or .parquet, or a folder, in which each
        recording gets a Parquet file of its own. Recordings that it has already, and that did not
        change, are not done again.
    execution : Execution, optional
        How many processes.
    report : callable
        Progress; may raise `Cancelled`.

    Returns
    -------
    ExtractResult
        A recording whose features cannot be extracted is listed there, and the run goes on.

    Raises
    ------
    NothingToDoError
        If there is no audio, or all of it was left out.
    FeatureError
        If such features cannot be computed, or the audio has several rates.
    StorageError
        If the disk is full; what is done is kept.
    """
    audio = find_audio(audio_location)
    items = audio.items
    # Each recording is finished in a file of its own first, so that a killed run can go on.
    parts = table if is_folder(table) else table.with_name(f".{table.name}.parts")
    if finished := _finished(table, audio, config):
        if parts != table:
            shutil.rmtree(parts, ignore_errors=True)
        return finished
    with writing_to(parts):
        for left_over in parts.glob(".*.part"):
            left_over.unlink()
        try:
            done, left_out, n_fresh = _extract_parts(items, config, parts, execution, report)
        except BaseException:
            _remove_if_empty(parts)
            raise
        if not done:
            _remove_if_empty(parts)
            msg = f"Features could be extracted from not one of {len(items)} recordings"
            hint = f"The first: {left_out[0].name}: {left_out[0].reason}"
            raise NothingToDoError(msg, hint=hint, left_out=left_out)
        meta = _meta(audio, done, config)
        if is_folder(table):
            meta = _with_hash(meta)
            write_meta(table, meta)
            _remove_others(table, keep={r.name for r in meta.recordings})
        else:
            _join(parts, table, meta, report)
            shutil.rmtree(parts)
    return ExtractResult(
        str(table), len(done), n_fresh, meta.n_rows, meta.sample_rate, tuple(left_out)
    )


def is_folder(table: Path) -> bool:
    """Whether a table of features is to be a folder rather than one file.

    Parameters
    ----------
    table : Path
        Where it goes.

    Returns
    -------
    bool
        False for a name that ends like a CSV or Parquet file.

    Raises
    ------
    TableError
        If the name ends like a file of another kind.
    """
    if table.is_dir() or not table.suffix:
        return True
    # Refuses every other ending.
    is_parquet(table)
    return False


def fresh_names(table: Path, items: Sequence[AudioItem], config: FeatureConfig) -> set[str]:
    """Recordings whose features are in a table already, and did not change.

    Parameters
    ----------
    table : Path
        The table; there need not be one.
    items : sequence of AudioItem
        The audio.
    config : FeatureConfig
        Frame size and hop size.

    Returns
    -------
    set of str
        Names of the recordings.
    """
    try:
        meta = read_meta(table)
    except TableError:
        return set()
    if not table.exists() or meta.config != config.to_dict():
        return set()
    if meta.features != FeatureSpec(meta.sample_rate, config.frame_size, config.hop).to_dict():
        return set()
    known = {r.name: (r.identity, r.path) for r in meta.recordings}
    same = [i for i in items if known.get(i.name) == (i.identity, i.path)]
    if not table.is_dir():
        return {i.name for i in same}
    # A run that was cut short may have replaced some of a folder's files.
    return {
        i.name for i in same if (part := read_part(table, i.name)) and is_fresh(part, i, config)
    }


def _finished(table: Path, audio: Audio, config: FeatureConfig) -> ExtractResult | None:
    """The result, if the table has exactly these recordings already."""
    items = audio.items
    if len(fresh_names(table, items, config)) != len(items):
        return None
    meta = read_meta(table)
    if [r.name for r in meta.recordings] != [i.name for i in items]:
        return None
    if table.is_file() and sha256_of(table) != meta.sha256:
        return None
    told = replace(
        meta,
        recordings=tuple(map(_told, meta.recordings, items)),
        absent=audio.absent,
        transcode=audio.transcode,
    )
    if told != meta:
        write_meta(table, told)
    return ExtractResult(str(table), len(items), len(items), meta.n_rows, meta.sample_rate)


def _extract_parts(
    items: Sequence[AudioItem],
    config: FeatureConfig,
    parts: Path,
    execution: Execution | None,
    report: Report,
) -> tuple[dict[str, Part], list[LeftOut], int]:
    done = {i.name: p for i in items if (p := read_part(parts, i.name)) and is_fresh(p, i, config)}
    n_fresh = len(done)
    todo = [i for i in items if i.name not in done]
    failed: dict[str, LeftOut] = {}
    task = partial(extract_recording, config=config, parts=parts)
    n_bytes = sum(Path(i.path).stat().st_size for i in todo if Path(i.path).exists())
    for outcome in map_recordings(
        task,
        todo,
        name=lambda i: i.name,
        stage="extract",
        cost_s=n_bytes / BYTES_PER_S,
        execution=execution or Execution(),
        report=report,
    ):
        name = outcome.item.name
        # What no recording can have, such as this frame size at this rate, is no recording's fault.
        if isinstance(outcome.error, FeatureError):
            msg = f"{name}: {outcome.error.message}"
            raise FeatureError(msg, hint=outcome.error.hint) from outcome.error
        if outcome.result is None:
            failed[name] = LeftOut.because(outcome.item.original, outcome.error)
        else:
            done[name] = outcome.result
            _require_one_rate(done)
    _require_one_rate(done)
    return done, [failed[i.name] for i in items if i.name in failed], n_fresh


def _require_one_rate(done: dict[str, Part]) -> None:
    rates = {p.spec.sample_rate: name for name, p in done.items()}
    if len(rates) > 1:
        (rate, name), (other_rate, other_name) = list(rates.items())[:2]
        msg = f"{name} has {rate} Hz, but {other_name} has {other_rate} Hz"
        hint = "A table has one rate: transcode the recordings with --resample first."
        raise FeatureError(msg, hint=hint)


def _meta(
    audio: Audio,
    done: dict[str, Part],
    config: FeatureConfig,
) -> TableMeta:
    items = [i for i in audio.items if i.name in done]
    kept = [done[i.name] for i in items]
    failed = [(i.original, i.database_path) for i in audio.items if i.name not in done]
    spec = kept[0].spec
    return TableMeta(
        kind="features",
        sample_rate=spec.sample_rate,
        frame_size=spec.frame_size,
        hop_size=spec.hop_size,
        features=spec.to_dict(),
        recordings=tuple(_told(p.recording, i) for p, i in zip(kept, items, strict=True)),
        config=config.to_dict(),
        transcode=audio.transcode,
        absent=(*audio.absent, *failed),
    )


def _told(recording: RecordingMeta, item: AudioItem) -> RecordingMeta:
    """The recording as it is called now: its original can move while its audio stays the same."""
    return replace(recording, original=item.original, database_path=item.database_path)


def _with_hash(meta: TableMeta) -> TableMeta:
    """The hash of a folder: of what its files were made from, since the same gives the same."""
    made_from = [(r.name, r.identity, r.n_rows) for r in meta.recordings]
    text = json.dumps([meta.features, made_from])
    return replace(meta, sha256=hashlib.sha256(text.encode()).hexdigest())


def _join(parts: Path, table: Path, meta: TableMeta, report: Report) -> None:
    """Write the recordings one behind the other into one file, then its metadata."""
    schema = feature_schema(FeatureSpec.from_dict(meta.features).columns)
    n_recordings = len(meta.recordings)
    with replacing(table) as part:
        with TableWriter(part, schema, parquet=is_parquet(table)) as writer:
            for k, recording in enumerate(meta.recordings):
                text = f"Writing {table.name}"
                report(Progress("extract", k, n_recordings, "recordings", text))
                for rows in _row_groups(parts / f"{recording.name}.parquet"):
                    writer.write(rows)
        meta = replace(meta, sha256=sha256_of(part))
        # A table must not be found beside another one's metadata.
        meta_path(table).unlink(missing_ok=True)
    write_meta(table, meta)
    report(Progress("extract", n_recordings, n_recordings, "recordings"))


def _row_groups(path: Path) -> Iterator[Any]:
    import pyarrow.parquet

    with opened(path) as source, pyarrow.parquet.ParquetFile(source) as file:
        for k in range(file.metadata.num_row_groups):
            yield file.read_row_group(k).replace_schema_metadata(None)


def _remove_others(folder: Path, keep: set[str]) -> None:
    """Remove features of recordings that are no longer there."""
    for file in folder.glob("*.parquet"):
        if file.stem not in keep and read_part(folder, file.stem):
            file.unlink()


def _remove_if_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()
