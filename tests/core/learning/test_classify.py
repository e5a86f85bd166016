from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.checkpoint import Checkpoint, CheckpointInfo
from core.dataset import load_dataset
from core.errors import CheckpointError, TableError
from core.features.table import FeatureTable
from core.learning import classify
from core.learning.classify import (
    Prediction,
    ending_by,
    frame_probabilities,
    labelled_examples,
    probabilities_of,
    to_intervals,
)
from core.learning.context import Context
from core.models import build_cnn, build_fc
from core.progress import Cancelled
from core.table_meta import write_meta
from core.timebase import frames_at
from tests.core.labelled_tables import CLASSES, SPEC, make_tables

CONTEXT = Context.of(SPEC.columns)


def made_checkpoint(kind):
    if kind == "fc":
        info = CheckpointInfo("fc", CLASSES, SPEC.to_dict())
        return Checkpoint(build_fc(n_features=53, n_classes=3, seed=0), info)
    info = CheckpointInfo("cnn", CLASSES, SPEC.to_dict(), CONTEXT.to_dict())
    return Checkpoint(build_cnn(n_frames=64, n_bands=25, n_classes=3, seed=0), info)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return make_tables(tmp_path_factory.mktemp("made"), n_recordings=2, n_annotations=4)


@pytest.mark.parametrize("kind", ["fc", "cnn"])
def test_all_frames_of_a_recording_batch_by_batch(made, monkeypatch, kind):
    monkeypatch.setattr(classify, "PATCH_BATCH_SIZE", 30)
    monkeypatch.setattr(classify, "FRAME_BATCH_SIZE", 30)
    checkpoint, table, seen = made_checkpoint(kind), FeatureTable(made.features), []
    probabilities = frame_probabilities(checkpoint, table, "rec1", report=seen.append)
    assert probabilities.shape == (80, 3)
    assert probabilities.dtype == np.float32
    assert [p.done for p in seen] == [30, 60, 80]
    if kind == "fc":
        inputs = table.matrix("rec1", SPEC.columns)
    else:
        rows = CONTEXT.rows_of(table.matrix("rec1", CONTEXT.columns))
        inputs = np.stack([rows[k : k + 64] for k in range(80)])
    expected = checkpoint.model(inputs, training=False).numpy()
    assert np.allclose(probabilities, expected, atol=1e-6)


@pytest.mark.parametrize("kind", ["fc", "cnn"])
def test_labelled_frames_are_classified_as_in_their_recording(made, kind):
    checkpoint, dataset = made_checkpoint(kind), load_dataset(made.dataset)
    labelled = probabilities_of(checkpoint, labelled_examples(checkpoint, dataset))
    frames = frames_at(dataset.start_samples, hop_size=200)
    table = FeatureTable(made.features)
    for k, recording in enumerate(dataset.meta.recordings):
        rows = dataset.recording_index == k
        whole = frame_probabilities(checkpoint, table, recording.name)
        assert np.allclose(labelled[rows], whole[frames[rows]], atol=1e-6)


def test_other_features_classes_and_recordings_are_refused(made, tmp_path):
    checkpoint, dataset = made_checkpoint("fc"), load_dataset(made.dataset)
    other = replace(dataset, meta=replace(dataset.meta, classes=("soft", "loud")))
    with pytest.raises(CheckpointError, match="tells inaudible, barely, audible apart"):
        labelled_examples(checkpoint, other)
    moved = make_tables(tmp_path).features
    meta = FeatureTable(moved).meta
    write_meta(moved, replace(meta, features={**meta.features, "frame_size": 400}))
    with pytest.raises(CheckpointError, match="frame size 400 samples instead of 200 samples"):
        frame_probabilities(checkpoint, FeatureTable(moved), "rec0")
    with pytest.raises(TableError, match="no recording nobody"):
        frame_probabilities(checkpoint, FeatureTable(made.features), "nobody")


def test_cancel_ends_it(made):
    def cancel(_progress):
        raise Cancelled

    checkpoint, table = made_checkpoint("fc"), FeatureTable(made.features)
    with pytest.raises(Cancelled):
        frame_probabilities(checkpoint, table, "rec0", report=cancel)


def test_intervals_by_hand():
    probabilities = np.array(
        [[0.6, 0.2, 0.2], [0.8, 0.1, 0.1], [0.0, 0.1, 0.9], [0.5, 0.3, 0.2]], dtype=np.float32
    )
    intervals = to_intervals(probabilities, classes=CLASSES, hop_size=100, sample_rate=8000)
    assert [(p.start_s, p.end_s, p.label) for p in intervals] == [
        (0.0, 0.025, "inaudible"), (0.025, 0.0375, "audible"), (0.0375, 0.05, "inaudible"),
    ]  # fmt: skip
    assert [p.score for p in intervals] == pytest.approx([0.7, 0.9, 0.5])
    nothing = np.empty((0, 3), dtype=np.float32)
    assert to_intervals(nothing, classes=CLASSES, hop_size=100, sample_rate=8000) == []


@given(predicted=st.lists(st.integers(0, 2), min_size=1, max_size=60), hop=st.integers(1, 999))
def test_intervals_cover_every_frame_once(predicted, hop):
    probabilities = np.eye(3, dtype=np.float32)[predicted]
    intervals = to_intervals(probabilities, classes=CLASSES, hop_size=hop, sample_rate=1000)
    edges = [0.0] + [p.end_s for p in intervals]
    assert [p.start_s for p in intervals] == edges[:-1]
    assert edges[-1] == len(predicted) * hop / 1000
    assert all(a.label != b.label for a, b in pairwise(intervals))
    frames = [p.label for p in intervals for _ in range(round((p.end_s - p.start_s) * 1000 / hop))]
    assert frames == [CLASSES[k] for k in predicted]
    assert all(p.score == 1 for p in intervals)


def test_a_last_hop_longer_than_what_is_left_ends_with_the_recording():
    intervals = [Prediction(0.0, 1.0, "barely", 0.5), Prediction(1.0, 2.0, "audible", 0.9)]
    cut = ending_by(intervals, 1.75)
    assert cut == [intervals[0], Prediction(1.0, 1.75, "audible", 0.9)]
    assert ending_by(intervals, 2.0) == intervals
    assert ending_by([], 1.0) == []
