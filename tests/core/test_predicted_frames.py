"""What a run says of a recording is kept, found again, and known to be stale."""

from __future__ import annotations

import itertools
import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import TableError
from core.features.spec import FeatureSpec
from core.learning.classify import to_intervals
from core.predicted_frames import (
    PredictedFrames,
    find_predicted,
    model_hash,
    predicted_intervals,
    stamp_of,
    table_of,
    why_stale,
    write_predicted,
)
from core.prediction_rows import read_predictions
from core.run_summary import MODEL_FILE
from core.timebase import count_frames, samples_to_seconds

CLASSES = ("inaudible", "barely", "audible")
SPEC = FeatureSpec(8000, 200, 100)
N_SAMPLES = 1_450


def made(run, name="audio/rec.wav", *, n_samples=N_SAMPLES, original="", model="", seed=0):
    """Frames as they are kept, and their probabilities; nothing is written."""
    n_frames = count_frames(n_samples, frame_size=SPEC.frame_size, hop_size=SPEC.hop_size)
    random = np.random.default_rng(seed)
    probabilities = random.dirichlet(np.ones(3), n_frames).astype(np.float32)
    table = table_of(run, name)
    frames = PredictedFrames(
        table, name, original, model, CLASSES, SPEC, n_frames=n_frames, n_samples=n_samples
    )
    return frames, probabilities


@pytest.fixture
def run(tmp_path):
    folder = tmp_path / "runs" / "a_run"
    folder.mkdir(parents=True)
    (folder / MODEL_FILE).write_bytes(b"a model")
    return folder


def test_what_is_kept_is_found_with_all_that_is_known_of_it(run):
    frames, probabilities = made(run, original="7-8", model="m")
    write_predicted(frames, probabilities)
    assert find_predicted(run, "audio/rec.wav") == frames
    rows = read_predictions(frames.table, None, CLASSES, hop_size=SPEC.hop_size)
    np.testing.assert_array_equal(rows.frames, np.arange(frames.n_frames))
    np.testing.assert_array_equal(rows.probabilities, probabilities)
    np.testing.assert_array_equal(rows.targets, probabilities.argmax(axis=1))
    assert [p.name for p in frames.table.parent.iterdir()] == [frames.table.name]


def test_recordings_of_one_name_are_kept_apart(run):
    names = ["a/rec.wav", "b/rec.wav", "b/rec.flac", "b/" + "n" * 250 + ".wav", "b/\udce4.wav"]
    for k, name in enumerate(names):
        write_predicted(*made(run, name, n_samples=1_000 + 100 * k))
    assert [find_predicted(run, name).n_samples for name in names] == [
        *(1_000, 1_100, 1_200, 1_300, 1_400)
    ]
    assert len(list((run / "predicted").iterdir())) == len(names)


def test_what_is_not_there_or_damaged_is_none(run):
    assert find_predicted(run, "audio/rec.wav") is None
    frames, probabilities = made(run)
    write_predicted(frames, probabilities)
    data = frames.table.read_bytes()
    frames.table.write_bytes(data[:100])
    assert find_predicted(run, "audio/rec.wav") is None
    with pytest.raises(TableError, match="cannot be read"):
        predicted_intervals(frames)


def test_it_is_stale_when_the_original_or_the_model_changes(run, tmp_path):
    original = tmp_path / "rec.wav"
    original.write_bytes(b"sound")
    model = model_hash(run)
    frames, _ = made(run, original=stamp_of(original), model=model)
    assert why_stale(frames, original, model) == ""
    # Elsewhere with its time stamp, it is the same.
    moved = original.rename(tmp_path / "moved.wav")
    assert why_stale(frames, moved, model) == ""
    os.utime(moved, ns=(1, 1))
    assert "has changed" in why_stale(frames, moved, model)
    # What has gone cannot be compared.
    assert why_stale(frames, tmp_path / "gone.wav", model) == ""
    (run / MODEL_FILE).write_bytes(b"another model")
    assert "another model" in why_stale(frames, tmp_path / "gone.wav", model_hash(run))


def test_a_run_without_a_model_has_no_hash(tmp_path):
    assert model_hash(tmp_path) == ""


@given(n_samples=st.integers(200, 3_000), seed=st.integers(0, 50))
def test_intervals_tile_the_recording_and_are_those_of_its_frames(
    tmp_path_factory, n_samples, seed
):
    run = tmp_path_factory.mktemp("run")
    frames, probabilities = made(run, n_samples=n_samples, seed=seed)
    write_predicted(frames, probabilities)
    found = predicted_intervals(frames)
    assert found[0].start_s == 0
    assert found[-1].end_s <= samples_to_seconds(n_samples, sample_rate=8000)
    for left, right in itertools.pairwise(found):
        assert left.end_s == right.start_s
        assert left.label != right.label
    expected = to_intervals(probabilities, classes=CLASSES, hop_size=100, sample_rate=8000)
    assert [(p.start_s, p.label, p.score) for p in found] == [
        (p.start_s, p.label, p.score) for p in expected
    ]
