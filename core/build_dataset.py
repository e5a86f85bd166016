# pyarrow ships no type information.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
"""S4: features and annotations become a dataset of labelled frames."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from core.annotations.matching import assign_annotations
from core.dataset import dataset_schema
from core.errors import DatasetError, NothingToDoError
from core.features.spec import FeatureSpec
from core.features.table import FeatureTable
from core.labelling import CONFLICT, FrameGrid, label_frames
from core.left_out import LeftOut
from core.progress import Progress, ignore
from core.project_annotations import ReadAnnotations, read_from_table
from core.storage import replacing, sha256_of
from core.table_meta import TableMeta, meta_path, write_meta
from core.tables import TableWriter, is_parquet
from core.timebase import samples_to_seconds, seconds_to_samples

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from core.annotations.csv import Annotation, AnnotationTable
    from core.progress import Report
    from core.settings import AnnotationConfig
    from core.table_meta import RecordingMeta


@dataclass(frozen=True)
class DatasetResult:
    """What a run of the stage gave.

    Parameters
    ----------
    table : str
        The dataset.
    n_frames : int
        Its rows.
    n_recordings : int
        Recordings that it has frames of.
    frames_per_class : dict of str to int
        Rows of each class, in the order of the classes.
    n_annotations : int
        Rows of the table of annotations.
    n_used : int
        Annotations that gave at least one frame, conflicts included.
    n_elsewhere : int
        Annotations of recordings that are not in the table of features.
    n_conflicting_frames : int
        Frames left out because annotations of different classes contain them.
    clipped : tuple of LeftOut
        Annotations that were used, but that went past the end or the start of their recording.
    left_out : tuple of LeftOut
        Annotations and stretches of conflicting frames that were left out, and why.
    problems : dict of str to int
        How many of each kind were left out.
    """

    table: str
    n_frames: int
    n_recordings: int
    frames_per_class: dict[str, int]
    n_annotations: int
    n_used: int
    n_elsewhere: int
    n_conflicting_frames: int
    clipped: tuple[LeftOut, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    problems: dict[str, int] = field(default_factory=dict[str, int])


@dataclass
class _Notes:
    """What is noticed on the way."""

    n_elsewhere: int = 0
    n_used: int = 0
    n_conflicting_frames: int = 0
    clipped: list[LeftOut] = field(default_factory=list[LeftOut])
    left_out: list[LeftOut] = field(default_factory=list[LeftOut])
    problems: Counter[str] = field(default_factory=Counter[str])

    def leave_out(self, kind: str, name: str, reason: str, recording: str = "") -> None:
        self.problems[kind] += 1
        self.left_out.append(LeftOut(name, reason, recording))


@dataclass(frozen=True)
class _Labelled:
    """The labelled frames of one recording."""

    rows: NDArray[np.int64]
    targets: NDArray[np.int8]
    spans: list[tuple[int, int, int]]


@dataclass(frozen=True)
class _Edges:
    """The annotations that lie at least in part within a recording, in samples."""

    annotations: list[Annotation]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    targets: NDArray[np.int64]
    clipped: NDArray[np.bool_]


def build_dataset(
    features: Path,
    annotations: Path | ReadAnnotations,
    config: AnnotationConfig,
    *,
    table: Path,
    sample_rate: int | None = None,
    report: Report = ignore,
) -> DatasetResult:
    """Join features with annotations.

    Parameters
    ----------
    features : Path
        The table of features.
    annotations : Path or ReadAnnotations
        The table of annotations, or what was read of a project's.
    config : AnnotationConfig
        Names of its columns and classes.
    table : Path
        The dataset to be written, as CSV or Parquet by its ending.
    sample_rate : int, optional
        What the user believes the features' rate to be, in Hz.
    report : callable
        Progress; may raise `Cancelled`.

    Returns
    -------
    DatasetResult
        Annotations that cannot be used are listed there.

    Raises
    ------
    DatasetError
        If `sample_rate` is not the features' own.
    AnnotationError
        If the table of annotations cannot be read.
    NothingToDoError
        If no frame is labelled.
    """
    is_parquet(table)
    source = FeatureTable(features)
    if sample_rate is not None and sample_rate != source.meta.sample_rate:
        msg = f"The features were made at {source.meta.sample_rate} Hz, not at {sample_rate} Hz"
        raise DatasetError(
            msg, hint=f"Use --sample_rate={source.meta.sample_rate}, or leave it out."
        )
    if not isinstance(annotations, ReadAnnotations):
        annotations = read_from_table(annotations, config)
    annotated = annotations.table
    notes = _Notes()
    for row in annotated.left_out:
        notes.leave_out("not an annotation", row.name, row.reason)
    by_recording = _match(annotated, source, notes)
    labelled: dict[str, _Labelled] = {}
    for k, recording in enumerate(source.meta.recordings):
        if found := _label(recording, by_recording.get(k, []), source.meta, notes):
            labelled[recording.name] = found
    if not labelled:
        _refuse(annotated, source, notes)
    meta = _meta(source, annotated, labelled, config)
    meta = replace(
        meta,
        source={
            "path": str(source.path.absolute()),
            "sha256": source.meta.sha256,
            "annotations": annotations.path,
            "annotations_sha256": annotations.sha256,
            "annotations_content": annotations.content,
        },
    )
    _write(table, source, labelled, meta, report)
    targets = np.concatenate([f.targets for f in labelled.values()])
    counts = np.bincount(targets, minlength=len(annotated.label_set)).tolist()
    return DatasetResult(
        table=str(table),
        n_frames=len(targets),
        n_recordings=len(labelled),
        frames_per_class=dict(zip(annotated.label_set.names, counts, strict=True)),
        n_annotations=annotated.n_rows,
        n_used=notes.n_used,
        n_elsewhere=notes.n_elsewhere,
        n_conflicting_frames=notes.n_conflicting_frames,
        clipped=tuple(notes.clipped),
        left_out=tuple(notes.left_out),
        problems=dict(notes.problems),
    )


def _match(
    annotated: AnnotationTable, source: FeatureTable, notes: _Notes
) -> dict[int, list[Annotation]]:
    """The annotations of each recording, by its place in the table."""
    meta = source.meta
    known = [*((r.original, r.database_path) for r in meta.recordings), *meta.absent]
    assignment = assign_annotations(annotated.annotations, known, n_present=len(meta.recordings))
    notes.n_elsewhere += assignment.n_elsewhere
    for annotation, found in assignment.ambiguous:
        both = " and ".join(known[k][0] for k in found)
        notes.leave_out("ambiguous file", str(annotation), f"it may mean {both}")
    return assignment.by_recording


def _label(
    recording: RecordingMeta, annotations: list[Annotation], meta: TableMeta, notes: _Notes
) -> _Labelled | None:
    """The labelled frames of a recording; None where there is none."""
    edges = _edges(recording, annotations, meta.sample_rate, notes)
    grid = FrameGrid(meta.frame_size, meta.hop_size, recording.n_rows)
    labels, counts = label_frames(edges.starts, edges.ends, edges.targets, grid=grid)
    length_s = samples_to_seconds(recording.n_samples, sample_rate=meta.sample_rate)
    for annotation, count, is_clipped in zip(
        edges.annotations, counts.tolist(), edges.clipped.tolist(), strict=True
    ):
        if not count:
            reason = f"it takes in no frame whole (a frame has {meta.frame_size} samples)"
            notes.leave_out("no frame", str(annotation), reason, recording.original)
        elif is_clipped:
            reason = f"clipped, since {recording.name} is {length_s:.3f} s long"
            notes.clipped.append(LeftOut(str(annotation), reason, recording.original))
    notes.n_used += int(np.count_nonzero(counts))
    _note_conflicts(recording, labels, meta, notes)
    rows = np.flatnonzero(labels >= 0)
    if not len(rows):
        return None
    columns = (edges.starts, edges.ends, edges.targets)
    spans = sorted(zip(*(c.tolist() for c in columns), strict=True))
    return _Labelled(rows, labels[rows], spans)


def _edges(
    recording: RecordingMeta, annotations: list[Annotation], sample_rate: int, notes: _Notes
) -> _Edges:
    """Edges in samples, clipped to the recording; what lies outside is left out."""
    start_s = np.array([a.start_s for a in annotations], dtype=np.float64)
    end_s = np.array([a.end_s for a in annotations], dtype=np.float64)
    # No recording is longer; what is far beyond the end would not fit into an integer.
    longest_s = samples_to_seconds(recording.n_samples, sample_rate=sample_rate) + 1.0
    starts = seconds_to_samples(np.clip(start_s, -1.0, longest_s), sample_rate=sample_rate)
    ends = seconds_to_samples(np.clip(end_s, -1.0, longest_s), sample_rate=sample_rate)
    inside = (ends > 0) & (starts < recording.n_samples)
    clipped = (starts < 0) | (ends > recording.n_samples)
    for k in np.flatnonzero(~inside):
        reason = f"{recording.name} is {longest_s - 1.0:.3f} s long"
        notes.leave_out("outside the recording", str(annotations[k]), reason, recording.original)
    targets = np.array([a.target for a in annotations], dtype=np.int64)
    return _Edges(
        [annotations[k] for k in np.flatnonzero(inside)],
        np.clip(starts[inside], 0, recording.n_samples),
        np.clip(ends[inside], 0, recording.n_samples),
        targets[inside],
        clipped[inside],
    )


def _note_conflicts(
    recording: RecordingMeta, labels: NDArray[np.int8], meta: TableMeta, notes: _Notes
) -> None:
    """List each stretch of conflicting frames."""
    conflict = np.concatenate([[False], labels == CONFLICT, [False]])
    edges = np.flatnonzero(np.diff(conflict.astype(np.int8)))
    for first, stop in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        notes.n_conflicting_frames += stop - first
        last_end = (stop - 1) * meta.hop_size + meta.frame_size
        start_s = samples_to_seconds(first * meta.hop_size, sample_rate=meta.sample_rate)
        end_s = samples_to_seconds(last_end, sample_rate=meta.sample_rate)
        name = f"{recording.name}, {start_s:.3f} to {end_s:.3f} s"
        frames = "1 frame lies" if stop - first == 1 else f"{stop - first} frames lie"
        reason = f"{frames} in annotations of different classes"
        notes.leave_out("conflict", name, reason, recording.original)


def _refuse(annotated: AnnotationTable, source: FeatureTable, notes: _Notes) -> None:
    msg = f"Not one frame is labelled by the {annotated.n_rows} annotations"
    if notes.left_out:
        first = notes.left_out[0]
        hint = f"The first that was left out: {first.name}: {first.reason}."
    else:
        theirs = annotated.annotations[0].file_name
        ours = source.meta.recordings[0].original
        hint = f"They name files such as {theirs}, the features are of files such as {ours}."
    raise NothingToDoError(msg, hint=hint)


def _meta(
    source: FeatureTable,
    annotated: AnnotationTable,
    labelled: dict[str, _Labelled],
    config: AnnotationConfig,
) -> TableMeta:
    recordings = [
        replace(r, n_rows=len(labelled[r.name].rows))
        for r in source.meta.recordings
        if r.name in labelled
    ]
    return replace(
        source.meta,
        kind="dataset",
        recordings=tuple(recordings),
        config=config.to_dict(),
        classes=annotated.label_set.names,
        annotations={name: found.spans for name, found in labelled.items()},
    )


def _write(
    table: Path,
    source: FeatureTable,
    labelled: dict[str, _Labelled],
    meta: TableMeta,
    report: Report,
) -> None:
    """Write the labelled frames, recording by recording, then the metadata."""
    import pyarrow as pa

    columns = FeatureSpec.from_dict(meta.features).columns
    with replacing(table) as part:
        with TableWriter(part, dataset_schema(columns), parquet=is_parquet(table)) as writer:
            for k, (name, found) in enumerate(labelled.items()):
                report(Progress("dataset", k, len(labelled), "recordings", name))
                rows = source.read(name).take(pa.array(found.rows))
                names = pa.repeat(pa.scalar(name, pa.string()), len(rows))
                rows = rows.append_column("recording", names)
                writer.write(rows.append_column("target", pa.array(found.targets)))
        meta = replace(meta, sha256=sha256_of(part))
        # A table must not be found beside another one's metadata.
        meta_path(table).unlink(missing_ok=True)
    write_meta(table, meta)
    report(Progress("dataset", len(labelled), len(labelled), "recordings"))
