"""Predictions of recordings that a test decides, so that no model need be trained."""

from __future__ import annotations

import numpy as np

from core.features.spec import FeatureSpec
from core.predicted_frames import PredictedFrames, model_hash, stamp_of, table_of, write_predicted
from core.run_summary import MODEL_FILE

CLASSES = ("inaudible", "barely", "audible")
SPEC = FeatureSpec(8000, 200, 200)
FRAME_S = 0.025


def predict(run, original, database_path, pieces, *, n_samples, classes=CLASSES, spec=SPEC):
    """Have a run say of all frames what `pieces` say: (first frame, stop frame, class, score).

    Where they say nothing, it is the first class with 0.97.
    """
    run.mkdir(parents=True, exist_ok=True)
    if not (run / MODEL_FILE).exists():
        (run / MODEL_FILE).write_bytes(b"a model")
    n_frames = 1 + (n_samples - spec.frame_size) // spec.hop_size
    targets, scores = np.zeros(n_frames, dtype=np.int64), np.full(n_frames, 0.97)
    for first, stop, target, score in pieces:
        targets[first:stop], scores[first:stop] = target, score
    rest = (1 - scores) / (len(classes) - 1)
    probabilities = np.repeat(rest[:, np.newaxis], len(classes), axis=1).astype(np.float32)
    probabilities[np.arange(n_frames), targets] = scores
    frames = PredictedFrames(
        table_of(run, database_path),
        database_path,
        original=stamp_of(original),
        model=model_hash(run),
        classes=classes,
        spec=spec,
        n_frames=n_frames,
        n_samples=n_samples,
    )
    write_predicted(frames, probabilities)
    return frames
