# pyarrow ships no type information.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
"""The features of one recording, in a Parquet file of its own."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import FeatureError, RecordingError
from core.features.spec import FeatureSpec
from core.features.table import PART_KEY, feature_rows, feature_schema, read_note
from core.progress import Progress
from core.storage import replacing, sha256_of
from core.table_meta import RecordingMeta
from core.tables import TableWriter

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from core.audio import AudioReader
    from core.progress import Report
    from core.settings import FeatureConfig

BLOCK_SAMPLES = 1 << 20
"""Audio that is worked on at once: some megabytes of features, whatever the recording's length."""


@dataclass(frozen=True)
class AudioItem:
    """One audio file whose features are wanted.

    Parameters
    ----------
    name : str
        Name of the recording in the table.
    path : str
        The audio file.
    original, database_path : str
        What it was transcoded from; for audio that was not, the file itself and nothing.
    sha256 : str
        Of the file, if a manifest tells it.
    stamp : str
        Size and time stamp of the file, if none does.
    """

    name: str
    path: str
    original: str
    database_path: str
    sha256: str
    stamp: str

    @property
    def identity(self) -> str:
        """By what a change of the audio is noticed."""
        return self.stamp or self.sha256


@dataclass(frozen=True)
class Part:
    """What is known of the features of one recording.

    Parameters
    ----------
    recording : RecordingMeta
        The recording.
    spec : FeatureSpec
        What its features are.
    """

    recording: RecordingMeta
    spec: FeatureSpec


def read_part(parts: Path, name: str) -> Part | None:
    """What is known of features that were extracted before.

    Parameters
    ----------
    parts : Path
        Folder of the recordings' files.
    name : str
        Name of the recording.

    Returns
    -------
    Part or None
        None if there are none, or they cannot be read.
    """
    try:
        kept = read_note(parts / f"{name}.parquet") or {}
        return Part(RecordingMeta(**kept["recording"]), FeatureSpec.from_dict(kept["spec"]))
    except (KeyError, TypeError, FeatureError):
        # Not there, or not ours: it is made again.
        return None


def is_fresh(part: Part, item: AudioItem, config: FeatureConfig) -> bool:
    """Whether features still belong to the audio and the settings.

    Parameters
    ----------
    part : Part
        What `read_part` gave.
    item : AudioItem
        The audio.
    config : FeatureConfig
        Frame size and hop size.

    Returns
    -------
    bool
        True if they need not be extracted again.
    """
    wanted = FeatureSpec(part.spec.sample_rate, config.frame_size, config.hop)
    recording = part.recording
    same = (recording.identity, recording.path) == (item.identity, item.path)
    return same and part.spec == wanted


def extract_recording(
    item: AudioItem, *, config: FeatureConfig, parts: Path, report: Report
) -> Part:
    """Extract the features of one recording; runs in a process of its own.

    Parameters
    ----------
    item : AudioItem
        The audio.
    config : FeatureConfig
        Frame size and hop size.
    parts : Path
        Folder of the recordings' files.
    report : callable
        Progress; may raise `Cancelled`.

    Returns
    -------
    Part
        What was written.

    Raises
    ------
    RecordingError
        If the audio cannot be read, has a sample that is no number, or is shorter than a frame.
    FeatureError
        If such features cannot be computed at the audio's rate.
    StorageError
        If the disk is full.
    """
    from core.audio import open_audio

    with open_audio(Path(item.path)) as reader:
        spec = FeatureSpec(reader.sample_rate, config.frame_size, config.hop)
        sha256 = item.sha256 or sha256_of(Path(item.path))
        with (
            replacing(parts / f"{item.name}.parquet") as part,
            TableWriter(part, feature_schema(spec.columns), parquet=True) as writer,
        ):
            n_samples, n_frames = _write(writer, reader, item, spec, report)
            if not n_frames:
                size = config.frame_size
                msg = f"{item.name} has {n_samples} samples, fewer than a frame of {size}"
                raise RecordingError(msg, path=item.path, hint="Choose a smaller frame size.")
            recording = RecordingMeta(
                item.name,
                item.path,
                n_samples,
                n_frames,
                original=item.original,
                database_path=item.database_path,
                sha256=sha256,
                stamp=item.stamp,
            )
            kept = {"recording": asdict(recording), "spec": spec.to_dict()}
            writer.annotate(PART_KEY, json.dumps(kept))
    return Part(recording, spec)


def _write(
    writer: TableWriter, reader: AudioReader, item: AudioItem, spec: FeatureSpec, report: Report
) -> tuple[int, int]:
    """Write the features of all complete frames; returns numbers of samples and of frames."""
    from core.features.batched import BatchedFrames
    from core.features.essentia_frames import UnusableSampleError
    from core.mono import mono_blocks

    frames = BatchedFrames(spec)
    n_samples = n_frames = 0

    def write(matrix: NDArray[np.float32]) -> int:
        if len(matrix):
            rows = feature_rows(item.name, item.path, matrix, spec=spec, first_frame=n_frames)
            writer.write(rows)
        return len(matrix)

    for block in mono_blocks(reader, block_size=BLOCK_SAMPLES):
        n_samples += len(block)
        try:
            n_frames += write(frames.push(block))
        except UnusableSampleError as error:
            msg = f"{item.name} has a sample of {error.value:g}, number {error.position}"
            hint = "Full scale is -1 to 1: was the file written by a program that overflowed?"
            raise RecordingError(msg, path=item.path, hint=hint) from error
        total = reader.n_samples or 0
        report(Progress("extract", n_samples, total, "samples", recording=item.name))
    n_frames += write(frames.finish())
    return n_samples, n_frames
