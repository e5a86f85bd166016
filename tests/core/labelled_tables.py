"""Small tables of features and datasets with a known answer, made for the tests of learning."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from core.dataset import Dataset, dataset_schema
from core.features.spec import FeatureSpec
from core.features.table import feature_rows, feature_schema
from core.storage import sha256_of
from core.table_meta import RecordingMeta, TableMeta, write_meta
from core.tables import TableWriter

if TYPE_CHECKING:
    from pathlib import Path

SPEC = FeatureSpec(8000, 200, 200)
CLASSES = ("inaudible", "barely", "audible")
LABELLED_FRAMES = 10
"""Length of an annotation; as many frames without a label follow it."""


@dataclass(frozen=True)
class Made:
    """Where the tables lie."""

    features: Path
    dataset: Path


def made_matrix(targets, *, rng, gain=1.0, noise=0.1):
    """Features of frames whose energy grows with their class; -1 is a frame without a label."""
    level = np.where(targets < 0, 0, targets).astype(np.float64)
    energy = gain * np.exp(3 * level + noise * rng.standard_normal(len(targets)))
    matrix = rng.random((len(targets), len(SPEC.columns)))
    for k, column in enumerate(SPEC.columns):
        if column.startswith(("loudness", "melbands_", "onset_")):
            matrix[:, k] = 1e-6 * energy * (1 + 0.1 * matrix[:, k])
    return matrix.astype(np.float32)


def made_targets(n_annotations, *, first=0):
    """Annotations of all classes in turn, with gaps between them."""
    targets = np.full(2 * LABELLED_FRAMES * n_annotations, -1)
    for k in range(n_annotations):
        start = 2 * LABELLED_FRAMES * k
        targets[start : start + LABELLED_FRAMES] = (first + k) % len(CLASSES)
    return targets


def make_tables(folder: Path, *, n_recordings=5, n_annotations=6, gains=(1.0,), seed=0) -> Made:
    """Write a table of features and the dataset that was made from it."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    made = Made(folder / "features.parquet", folder / "dataset.parquet")
    recordings, labelled, annotations = [], [], {}
    schemas = feature_schema(SPEC.columns), dataset_schema(SPEC.columns)
    with (
        TableWriter(made.features, schemas[0], parquet=True) as features,
        TableWriter(made.dataset, schemas[1], parquet=True) as dataset,
    ):
        for k in range(n_recordings):
            name, targets = f"rec{k}", made_targets(n_annotations, first=k)
            matrix = made_matrix(targets, rng=rng, gain=gains[k % len(gains)])
            rows = feature_rows(name, f"{name}.wav", matrix, spec=SPEC)
            features.write(rows)
            kept = np.flatnonzero(targets >= 0)
            answers = pa.array(targets[kept], pa.int8())
            names = pa.array([name] * len(kept))
            rows = rows.take(pa.array(kept)).append_column("recording", names)
            dataset.write(rows.append_column("target", answers).cast(schemas[1]))
            n_samples = len(targets) * SPEC.hop_size + 7
            recordings.append(
                RecordingMeta(name, f"{name}.wav", n_samples, len(targets), sha256=f"{seed}.{k}")
            )
            labelled.append(replace(recordings[-1], n_rows=len(kept)))
            starts = np.arange(0, len(targets), 2 * LABELLED_FRAMES)
            annotations[name] = [
                (int(s) * 200, int(s + LABELLED_FRAMES) * 200, int(targets[s])) for s in starts
            ]
    grid = (SPEC.sample_rate, SPEC.frame_size, SPEC.hop_size, SPEC.to_dict())
    meta = TableMeta("features", *grid, tuple(recordings), sha256=sha256_of(made.features))
    write_meta(made.features, meta)
    meta = replace(
        meta,
        kind="dataset",
        recordings=tuple(labelled),
        sha256=sha256_of(made.dataset),
        classes=CLASSES,
        annotations=annotations,
        source={"path": str(made.features), "sha256": meta.sha256},
        transcode={"sample_rate": SPEC.sample_rate, "channel": 0},
    )
    write_meta(made.dataset, meta)
    return made


def dataset_of(counts, *, hashes=None) -> Dataset:
    """Build a dataset in memory with so many frames of each class (columns) in each recording."""
    counts = np.asarray(counts)
    n_recordings, n_classes = counts.shape
    targets = np.concatenate([np.repeat(np.arange(n_classes), row) for row in counts])
    index = np.repeat(np.arange(n_recordings), counts.sum(axis=1))
    rows = [np.arange(n) for n in counts.sum(axis=1)]
    starts = np.concatenate(rows) * SPEC.hop_size
    recordings = tuple(
        RecordingMeta(
            f"rec{k}", f"rec{k}.wav", int(n) * 200, int(n), sha256=hashes[k] if hashes else ""
        )
        for k, n in enumerate(counts.sum(axis=1))
    )
    meta = TableMeta(
        "dataset",
        SPEC.sample_rate,
        SPEC.frame_size,
        SPEC.hop_size,
        SPEC.to_dict(),
        recordings,
        classes=tuple(f"class{k}" for k in range(n_classes)),
    )
    features = np.zeros((len(targets), len(SPEC.columns)), dtype=np.float32)
    from pathlib import Path

    return Dataset(
        Path("made.parquet"), meta, SPEC.columns, features, targets, index, starts.astype(np.int64)
    )
