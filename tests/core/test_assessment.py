from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.assessment import SPLITS, assess, measure_frames, metrics_of, near_edge_frames
from core.dataset import load_dataset
from core.evaluate import scored_frames
from core.learning.metrics import METRICS
from core.progress import Cancelled
from tests.core.labelled_tables import CLASSES, make_tables

NAMES = ("n_right", "substitutions", "deletions", "insertions")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    # 30 rows a recording: annotations of ten frames each; rec0 has the classes 0, 1, 2.
    made = make_tables(tmp_path_factory.mktemp("made"), n_recordings=6, n_annotations=3)
    return load_dataset(made.dataset)


def frames_of(data, predicted, *, trained_on=(), seed=0):
    """Predictions of given classes, with scores that differ from frame to frame."""
    noise = np.random.default_rng(seed).random((len(predicted), 3)).astype(np.float32)
    probabilities = np.eye(3, dtype=np.float32)[predicted] + noise / 2
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    frames = scored_frames(data, probabilities)
    chosen = np.array([name in trained_on for name in frames.recordings])
    return replace(frames, is_trained_on=chosen)


def shifted(data, seed=0):
    """Mostly right, sometimes one or two classes off."""
    steps = np.random.default_rng(seed).choice([0, 0, 0, 1, -1, 2], len(data))
    return np.clip(data.targets + steps, 0, 2)


def test_a_perfect_model(data):
    told = assess(frames_of(data, data.targets))
    part = told["by_split"]["all"]
    assert part["accuracy"] == part["balanced_accuracy"] == part["quadratic_kappa"] == 1
    assert part["intervals"]["accuracy"] == {"low": 1, "high": 1, "n_left_out": 0}
    assert part["intervals"]["auc_audible_over_inaudible"]["low"] == 1
    assert part["confusion_percent"] == [[100, 0, 0], [0, 100, 0], [0, 0, 100]]
    assert [row["n_frames"] for row in part["steps"]["all"]] == [180, 0, 0]
    for kind in ("event_based", "segment_based"):
        assert part["events"][kind]["f1"] == 1
        assert part["events"][kind]["error_rate"] == 0
    assert part["events"]["event_based"]["n_annotated"] == 18
    curves = part["curves"]["precision_recall"]
    assert [curves[name]["average_precision"] for name in CLASSES] == [1, 1, 1]


def test_splits_are_measured_as_if_they_were_alone(data):
    predicted = shifted(data)
    frames = frames_of(data, predicted, trained_on=("rec1", "rec3", "rec4"))
    parts = assess(frames)["by_split"]
    assert list(parts) == list(SPLITS)
    sides = {"held_out": [0, 2, 5], "trained_on": [1, 3, 4], "all": [0, 1, 2, 3, 4, 5]}
    for split, chosen in sides.items():
        rows = np.flatnonzero(np.isin(data.recording_index, chosen))
        assert metrics_of(parts[split]) == measure_frames(frames, rows=rows), split
        told = parts[split]["recordings"]
        assert list(told) == [f"rec{k}" for k in chosen]
        assert all(told[f"rec{k}"]["is_trained_on"] == (k in {1, 3, 4}) for k in chosen)
        assert parts[split]["events"]["event_based"]["n_annotated"] == 3 * len(chosen)
    both = np.add(parts["held_out"]["confusion"], parts["trained_on"]["confusion"])
    assert both.tolist() == parts["all"]["confusion"]


def test_an_empty_split_says_nothing(data):
    parts = assess(frames_of(data, shifted(data)))["by_split"]
    assert parts["held_out"] is parts["all"]
    empty = parts["trained_on"]
    assert empty["n_frames"] == empty["n_recordings"] == 0
    assert set(empty["intervals"].values()) == {None}
    assert empty["confusion_percent"] == [[None] * 3] * 3
    assert empty["events"]["event_based"]["f1"] is None
    assert [row["share"] for row in empty["steps"]["all"]] == [None] * 3


@given(seed=st.integers(0, 10_000))
def test_laws_of_the_numbers(data, seed):
    predicted = shifted(data, seed)
    part = assess(frames_of(data, predicted, seed=seed))["by_split"]["all"]
    for row, percent in zip(part["confusion"], part["confusion_percent"], strict=True):
        assert sum(percent) == pytest.approx(100)
        assert percent == pytest.approx([100 * n / sum(row) for n in row])
    off = np.abs(predicted - data.targets)
    for k, row in enumerate(part["steps"]["all"]):
        assert row["n_frames"] == (off == k).sum()
        assert row["n_too_loud"] == ((off == k) & (predicted > data.targets)).sum()
        assert row["n_too_loud"] + row["n_too_quiet"] == (row["n_frames"] if k else 0)
    assert sum(row["share"] for row in part["steps"]["all"]) == pytest.approx(1)
    near, inside = part["steps"]["near_edge"], part["steps"]["inside"]
    for a, b, whole in zip(near, inside, part["steps"]["all"], strict=True):
        assert a["n_frames"] + b["n_frames"] == whole["n_frames"]
    of_recordings = [r["errors_by_step"] for r in part["recordings"].values()]
    assert np.sum(of_recordings, axis=0).tolist() == [
        r["n_frames"] for r in part["steps"]["all"][1:]
    ]
    # Recordings of one size: the mean of the draws is the figure itself.
    interval = part["intervals"]["accuracy"]
    assert interval["low"] - 1e-9 <= part["accuracy"] <= interval["high"] + 1e-9
    assert json.loads(json.dumps(part, allow_nan=False)) == part


def test_the_same_frames_give_the_same_numbers(data):
    frames = frames_of(data, shifted(data))
    assert assess(frames) == assess(frames)


def test_without_annotations_nothing_is_said_of_edges_and_events(data):
    frames = replace(frames_of(data, shifted(data)), meta=None)
    assert near_edge_frames(frames) is None
    part = assess(frames)["by_split"]["all"]
    assert part["near_edge"] is part["inside"] is part["events"] is None
    assert part["steps"]["near_edge"] is None
    assert part["steps"]["all"][0]["n_frames"] > 0
    assert list(metrics_of(part)) == list(METRICS)


def test_cancel(data):
    def cancel(_progress):
        raise Cancelled

    with pytest.raises(Cancelled):
        assess(frames_of(data, data.targets), report=cancel)
