"""What an evaluation takes besides the model: metrics, intervals, curves and events of many frames.

python -m tests.benchmarks.bench_evaluation [N_FRAMES] [N_RECORDINGS]
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from core import assessment
from core.assessment import ScoredFrames, assess
from core.evaluate import (
    ASSESSMENT_FILE,
    ASSESSMENT_FORMAT,
    PREDICTIONS_FILE,
    prediction_schema,
)
from core.run_assessment import assess_run, read_scored_frames
from core.storage import sha256_of, write_json
from core.table_meta import RecordingMeta, TableMeta

N_FRAMES, N_RECORDINGS = 10_000_000, 1000
HOP, RATE = 200, 8000
ANNOTATION_FRAMES = 80
TIMED = (
    "measure", "near_edge_frames", "recording_confusions", "confusion_intervals", "auc_interval",
    "curves", "count_events", "score_events", "predicted_events", "annotated_events",
)  # fmt: skip


def made_frames(n_frames: int, n_recordings: int) -> ScoredFrames:
    """Annotations of 2 s after each other, of which a model gets some wrong."""
    rng = np.random.default_rng(0)
    each = n_frames // n_recordings
    n_annotations = -(-each // ANNOTATION_FRAMES)
    names = tuple(f"rec{k:06d}" for k in range(n_recordings))
    classes = rng.integers(0, 3, (n_recordings, n_annotations))
    targets = np.repeat(classes, ANNOTATION_FRAMES, axis=1)[:, :each].ravel()
    starts = np.tile(np.arange(each) * HOP, n_recordings)
    # Errors come in spans, as those of real models do.
    drift = np.repeat(rng.normal(0, 0.8, (len(targets) + 24) // 25), 25)[: len(targets)]
    score = targets + drift + rng.normal(0, 0.15, len(targets))
    distance = np.abs(score[:, None] - np.arange(3)).astype(np.float32)
    probabilities = np.exp(-3 * distance)
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    edges = np.arange(n_annotations) * ANNOTATION_FRAMES * HOP
    meta = TableMeta(
        "dataset",
        RATE,
        HOP,
        HOP,
        {},
        tuple(RecordingMeta(name, f"{name}.wav", each * HOP, each) for name in names),
        classes=("inaudible", "barely", "audible"),
        annotations={
            name: [
                (int(s), int(s) + ANNOTATION_FRAMES * HOP, int(t))
                for s, t in zip(edges, own, strict=True)
            ]
            for name, own in zip(names, classes, strict=True)
        },
    )
    return ScoredFrames(
        classes=meta.classes,
        recordings=names,
        recording_index=np.repeat(np.arange(n_recordings), each),
        start_samples=starts,
        targets=targets.astype(np.int64),
        probabilities=probabilities,
        is_trained_on=np.arange(n_recordings) % 5 != 0,
        meta=meta,
    )


def main(n_frames: int, n_recordings: int) -> None:
    """Assess, and print what took how long."""
    frames = made_frames(n_frames, n_recordings)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    taken: dict[str, float] = {}

    def timed(name, function):
        def call(*args, **kwargs):
            start = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                taken[name] = taken.get(name, 0.0) + time.perf_counter() - start

        return call

    for name in TIMED:
        setattr(assessment, name, timed(name, getattr(assessment, name)))
    start = time.perf_counter()
    told = assess(frames)
    total = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    part = told["by_split"]["all"]
    events = part["events"]["event_based"]
    print(f"{len(frames.targets):,} frames of {n_recordings:,} recordings, three splits")
    print(f"{events['n_annotated']:,} annotated and {events['n_predicted']:,} predicted events")
    print(f"accuracy {part['accuracy']:.3f}, event F1 {events['f1']:.3f}")
    print(f"everything: {total:.1f} s; memory {before / 1e6:.2f} GB, at most {peak / 1e6:.2f} GB")
    for name, seconds in sorted(taken.items(), key=lambda item: -item[1]):
        print(f"  {name:22} {seconds:6.2f} s")
    with TemporaryDirectory() as folder:
        read_again(frames, told, Path(folder))


def read_again(frames: ScoredFrames, told: dict, run: Path) -> None:
    """What the window waits for: an assessment that was written, or predictions to be assessed."""
    import pyarrow as pa
    import pyarrow.parquet

    schema = prediction_schema(frames.classes)
    names = pa.DictionaryArray.from_arrays(frames.recording_index, list(frames.recordings))
    columns = {
        "id": pa.nulls(len(frames.targets), pa.string()),
        "recording": names.cast(pa.string()),
        "start_sample": pa.array(frames.start_samples),
        "end_sample": pa.array(frames.start_samples + HOP),
        "target": pa.array(frames.targets, pa.int8()),
        "predicted": pa.array(frames.probabilities.argmax(axis=1), pa.int8()),
        **{
            f"p_{name}": pa.array(np.ascontiguousarray(frames.probabilities[:, k]))
            for k, name in enumerate(frames.classes)
        },
    }
    path = run / PREDICTIONS_FILE
    pyarrow.parquet.write_table(pa.table(columns, schema=schema), path, compression="zstd")
    trained_on = np.array(frames.recordings)[frames.is_trained_on].tolist()
    known = {"classes": list(frames.classes), "split": {"training": trained_on}}
    start = time.perf_counter()
    read = read_scored_frames(path, frames.classes, known=known, meta=frames.meta)
    print(f"read the predictions: {time.perf_counter() - start:.2f} s")
    assert np.array_equal(read.targets, frames.targets)
    write_json(run / "run.json", known)
    about = {"format": ASSESSMENT_FORMAT, "predictions_sha256": sha256_of(path), "assessment": told}
    write_json(run / ASSESSMENT_FILE, about)
    start = time.perf_counter()
    assess_run(run, run / "nothing.parquet")
    seconds, n_bytes = time.perf_counter() - start, (run / ASSESSMENT_FILE).stat().st_size
    print(f"read what was written: {seconds:.3f} s, {n_bytes / 1e6:.1f} MB")


if __name__ == "__main__":
    main(*[int(text) for text in sys.argv[1:]] or (N_FRAMES, N_RECORDINGS))
