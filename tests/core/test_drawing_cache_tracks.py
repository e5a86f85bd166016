"""Features and predictions lie in the cache as sound does: one sample a frame."""

from __future__ import annotations

import json

import numpy as np
import pytest

from core.drawing_cache import (
    PredictionsOf,
    cache_folders,
    features_to_cache,
    predictions_to_cache,
)
from core.errors import LoudnessError, TableError
from core.features.spec import FeatureSpec
from core.features.table import PART_KEY, feature_rows, feature_schema
from core.peaks import PeakReader
from core.tables import TableWriter
from tests.core.test_prediction_rows import CLASSES, write_predictions


@pytest.fixture
def caches(tmp_path):
    return cache_folders(tmp_path / "project", tmp_path / "own")


def left_in(caches):
    return [p for cache in caches for p in cache.rglob("*") if p.is_file()]


def write_part(path, matrix, spec):
    path.parent.mkdir(exist_ok=True)
    with TableWriter(path, feature_schema(spec.columns), parquet=True) as writer:
        writer.write(feature_rows("a", "a.wav", matrix, spec=spec))
        recording = {"name": "a", "path": "a.wav", "n_samples": 1, "n_rows": len(matrix)}
        writer.annotate(PART_KEY, json.dumps({"recording": recording, "spec": spec.to_dict()}))
    return path


def test_features_are_drawn_frame_by_frame(tmp_path, caches):
    spec = FeatureSpec(8000, 200, 100)
    matrix = np.random.default_rng(1).normal(0, 50, (20_000, len(spec.columns))).astype("f4")
    part = write_part(tmp_path / "features" / "a.parquet", matrix, spec)
    seen = []
    folder = features_to_cache(part, caches, report=seen.append)
    assert len(seen) > 1
    assert (seen[-1].done, seen[-1].total) == (20_000, 20_000)
    with PeakReader(folder) as reader:
        np.testing.assert_array_equal(reader.samples(0, 30_000), matrix)
        low, high = reader.envelope(0, 20_000, 7, channels=[3])
        edges = np.arange(8) * 20_000 // 7
        for k in range(7):
            assert low[k, 0] <= matrix[edges[k] : edges[k + 1], 3].min()
            assert high[k, 0] >= matrix[edges[k] : edges[k + 1], 3].max()
    # Extracted anew: another table, another drawing.
    write_part(part, matrix[:500], spec)
    with PeakReader(features_to_cache(part, caches)) as reader:
        assert reader.n_samples == 500


def test_features_that_are_gone_or_damaged_are_one_sentence(tmp_path, caches):
    with pytest.raises(TableError, match="cannot be read as a table"):
        features_to_cache(tmp_path / "a.parquet", caches)
    spec = FeatureSpec(8000, 200, 200)
    matrix = np.zeros((5000, len(spec.columns)), dtype=np.float32)
    matrix[:] = np.random.default_rng(2).normal(size=matrix.shape)
    part = write_part(tmp_path / "a.parquet", matrix, spec)
    raw = bytearray(part.read_bytes())
    raw[2000:200_000] = bytes(198_000)
    part.write_bytes(raw)
    with pytest.raises(TableError, match="cannot be read as a table"):
        features_to_cache(part, caches)
    assert left_in(caches) == []


def test_predictions_are_drawn_where_there_are_any(tmp_path, caches):
    table = tmp_path / "predictions.parquet"
    frames, probabilities = write_predictions(table, {"a": [3, 4, 5, 9], "b": [0, 1]})
    of = PredictionsOf(table, "a", CLASSES, n_frames=12, hop_size=100)
    for _ in range(2):
        folder, runs = predictions_to_cache(of, caches)
        expected = np.zeros((12, 3), dtype=np.float32)
        expected[frames["a"]] = probabilities["a"]
        with PeakReader(folder) as reader:
            np.testing.assert_array_equal(reader.samples(0, 99), expected)
        covered = np.concatenate([np.arange(a, b) for a, b, _ in runs])
        np.testing.assert_array_equal(covered, frames["a"])
        targets = np.concatenate([np.full(b - a, target) for a, b, target in runs])
        np.testing.assert_array_equal(targets, probabilities["a"].argmax(axis=1))


def test_predictions_whose_runs_went_are_made_again(tmp_path, caches):
    table = tmp_path / "predictions.parquet"
    write_predictions(table, {"a": [0, 1]})
    of = PredictionsOf(table, "a", CLASSES, n_frames=2, hop_size=100)
    folder, runs = predictions_to_cache(of, caches)
    for damage in (b"", None):
        (folder / "runs.npy").unlink() if damage is None else (folder / "runs.npy").write_bytes(b"")
        np.testing.assert_array_equal(predictions_to_cache(of, caches)[1], runs)


def test_a_table_of_predictions_that_is_damaged_is_one_sentence(tmp_path, caches):
    table = tmp_path / "predictions.parquet"
    table.write_bytes(b"no table")
    of = PredictionsOf(table, "a", CLASSES, n_frames=2, hop_size=100)
    with pytest.raises(LoudnessError, match="cannot be read as a table of predictions"):
        predictions_to_cache(of, caches)
    assert left_in(caches) == []
