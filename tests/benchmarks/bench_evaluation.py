"""What an evaluation takes besides the model: metrics, intervals, curves and events of many frames.

python -m tests.benchmarks.bench_evaluation [N_FRAMES] [N_RECORDINGS]
"""

from __future__ import annotations

import resource
import sys
import time

import numpy as np

from core import assessment
from core.assessment import ScoredFrames, assess
from core.tables import RecordingMeta, TableMeta

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


if __name__ == "__main__":
    main(*[int(text) for text in sys.argv[1:]] or (N_FRAMES, N_RECORDINGS))
