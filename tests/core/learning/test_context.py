from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.dataset import load_dataset
from core.errors import DatasetError, TableError
from core.features.table import FeatureTable
from core.learning.context import Context, context_examples, find_features, recording_examples
from core.table_meta import meta_path, read_meta, write_meta
from core.timebase import frames_at
from tests.core.labelled_tables import SPEC, make_tables

CONTEXT = Context.of(SPEC.columns)


@pytest.fixture
def made(tmp_path):
    return make_tables(tmp_path, n_recordings=3, n_annotations=3)


def reflected(frame, n_frames):
    """Frame that stands where the recording has none, walked step by step."""
    step, at = (1 if frame > 0 else -1), 0
    for _ in range(abs(frame)):
        if n_frames > 1 and not 0 <= at + step < n_frames:
            step = -step
        at += step if n_frames > 1 else 0
    return at


@given(n_frames=st.integers(1, 150), seed=st.integers(0, 99))
def test_a_patch_is_the_frames_around_reflected_at_the_edges(n_frames, seed):
    rng = np.random.default_rng(seed)
    matrix = rng.random((n_frames, len(CONTEXT.columns)), dtype=np.float32)
    examples = recording_examples(matrix, CONTEXT)
    logs = np.log(matrix + np.array(CONTEXT.floors, dtype=np.float32))
    relative = logs - np.median(logs, axis=0)
    patches = next(examples.batches(n_frames))
    assert patches.shape == (n_frames, 64, 25)
    for frame in {0, n_frames // 2, n_frames - 1}:
        around = [reflected(k, n_frames) for k in range(frame - 32, frame + 32)]
        assert np.array_equal(patches[frame], relative[around])


@given(n_frames=st.integers(1, 150))
def test_every_row_of_a_recording_is_told_its_frame(n_frames):
    matrix = np.random.default_rng(0).random((n_frames, len(CONTEXT.columns)), dtype=np.float32)
    rows, frames = CONTEXT.rows_of(matrix), CONTEXT.frames_of_rows(n_frames)
    assert np.array_equal(rows, rows[CONTEXT.n_before :][frames])
    assert np.array_equal(frames[CONTEXT.n_before :][:n_frames], np.arange(n_frames))


def test_a_recording_without_frames_has_no_patch():
    examples = recording_examples(np.empty((0, 25), dtype=np.float32), CONTEXT)
    assert len(examples) == 0
    assert list(examples.batches(10)) == []


def test_silence_is_finite_and_gain_makes_no_difference():
    rng = np.random.default_rng(0)
    matrix = rng.uniform(1e-3, 1, (100, 25)).astype(np.float32)
    quiet, loud = CONTEXT.rows_of(matrix), CONTEXT.rows_of(1000 * matrix)
    assert np.allclose(quiet, loud, atol=1e-3)
    matrix[::3] = 0
    assert np.isfinite(CONTEXT.rows_of(matrix)).all()


def test_context_columns_are_loudness_and_all_mel_bands():
    assert CONTEXT.columns == ("loudness", *(f"melbands_{k}" for k in range(24)))
    assert Context.from_dict(CONTEXT.to_dict()) == CONTEXT


def test_labelled_frames_see_their_own_recording(made):
    dataset, table = load_dataset(made.dataset), FeatureTable(made.features)
    examples = context_examples(dataset, table, CONTEXT)
    patches = np.concatenate(list(examples.batches(64)))
    frames = frames_at(dataset.start_samples, hop_size=200)
    for k, recording in enumerate(dataset.meta.recordings):
        whole = recording_examples(table.matrix(recording.name, CONTEXT.columns), CONTEXT)
        expected = next(whole.batches(len(whole)))
        rows = dataset.recording_index == k
        assert np.array_equal(patches[rows], expected[frames[rows]])
    assert np.array_equal(examples.targets, dataset.targets)


def test_the_source_is_found_where_it_was(made):
    assert find_features(load_dataset(made.dataset)).path == made.features


def test_a_table_that_moved_with_its_dataset_is_found_beside_it(made, tmp_path):
    dataset = load_dataset(made.dataset)
    meta = replace(dataset.meta, source={**dataset.meta.source, "path": made.features.name})
    assert find_features(replace(dataset, meta=meta)).path == made.features


def test_a_source_that_is_gone_or_changed_is_an_error_that_hints(made, tmp_path):
    dataset = load_dataset(made.dataset)
    moved = tmp_path / "moved.parquet"
    shutil.move(made.features, moved)
    shutil.move(meta_path(made.features), meta_path(moved))
    with pytest.raises(DatasetError, match="are gone") as error:
        find_features(dataset)
    assert "--input_features" in error.value.hint
    assert find_features(dataset, moved).path == moved
    shutil.copy(make_tables(tmp_path / "other", seed=1).features, made.features)
    shutil.copy(meta_path(moved), meta_path(made.features))
    with pytest.raises(DatasetError, match="have changed") as error:
        find_features(dataset)
    assert "--input_features" in error.value.hint


def test_other_features_are_refused_by_name(made):
    dataset = load_dataset(made.dataset)
    meta = read_meta(made.features)
    other = {**meta.features, "sample_rate": 16000}
    write_meta(made.features, replace(meta, features=other, sample_rate=16000, sha256="x"))
    with pytest.raises(DatasetError, match="16000 Hz instead of 8000 Hz"):
        find_features(dataset, made.features)


@pytest.mark.parametrize(
    ("change", "message"), [("length", "has it with 1$"), ("name", "lacks it")]
)
def test_other_recordings_are_refused_by_name(made, change, message):
    dataset = load_dataset(made.dataset)
    meta = read_meta(made.features)
    second = replace(
        meta.recordings[1], **({"n_samples": 1} if change == "length" else {"name": "other"})
    )
    recordings = (meta.recordings[0], second, *meta.recordings[2:])
    write_meta(made.features, replace(meta, recordings=recordings, sha256="x"))
    with pytest.raises(DatasetError, match=message) as error:
        find_features(dataset, made.features)
    assert "rec1" in str(error.value)


def test_a_missing_table_given_by_name_is_an_error(made, tmp_path):
    with pytest.raises(TableError, match="no table of features"):
        find_features(load_dataset(made.dataset), tmp_path / "nothing.parquet")


def test_a_label_beyond_the_features_is_an_error(made):
    dataset = load_dataset(made.dataset)
    starts = dataset.start_samples.copy()
    starts[-1] = 200 * 10_000
    with pytest.raises(DatasetError, match="does not have"):
        context_examples(
            replace(dataset, start_samples=starts), FeatureTable(made.features), CONTEXT
        )
