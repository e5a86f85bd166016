from __future__ import annotations

import numpy as np
import pytest

from core.error_spans import EdgeFinder, EvaluatedFrames, join_frames, name_ranks
from core.learning.metrics import near_edges


def made_frames(rng, *, n_frames=3000, n_recordings=7):
    recordings = np.sort(rng.integers(0, n_recordings, n_frames))
    gaps = 200 * rng.choice([1, 1, 1, 3], n_frames)
    return EvaluatedFrames(
        recordings,
        np.cumsum(gaps).astype(np.int64),
        rng.integers(0, 3, n_frames // 10).repeat(10),
        rng.integers(0, 3, n_frames // 5).repeat(5),
        rng.random(n_frames).astype(np.float32),
    )


def joined_one_by_one(frames):
    """The rule in its plainest form: frame by frame."""
    spans, before = [], None
    for k in range(len(frames.scores)):
        kind = (frames.recordings[k], frames.annotated[k], frames.predicted[k])
        start = frames.start_samples[k]
        if before == (*kind, start - 200):
            spans[-1][-1].append(frames.scores[k])
        else:
            spans.append([*kind, start, [frames.scores[k]]])
        before = (*kind, start)
    return spans


def test_frames_are_joined_as_one_by_one():
    frames = made_frames(np.random.default_rng(1))
    spans = join_frames(frames, hop_size=200, frame_size=400)
    expected = joined_one_by_one(frames)
    assert len(spans) == len(expected) > 500
    for k, (recording, annotated, predicted, start, scores) in enumerate(expected):
        found = (spans.recording[k], spans.annotated[k], spans.predicted[k], spans.start_sample[k])
        assert found == (recording, annotated, predicted, start)
        assert spans.n_frames[k] == len(scores)
        assert spans.end_sample[k] == start + 200 * (len(scores) - 1) + 400
        assert spans.score[k] == pytest.approx(np.mean(scores, dtype=np.float64))


def test_the_longest_and_surest_come_first_and_equals_by_name_and_time():
    frames = EvaluatedFrames(
        np.array([0, 0, 0, 1, 1, 2]),
        np.array([0, 200, 800, 0, 400, 0]),
        np.zeros(6, dtype=np.int8),
        np.ones(6, dtype=np.int8),
        np.array([0.5, 0.5, 0.9, 0.9, 0.9, 0.95], dtype=np.float32),
    )
    spans = join_frames(frames, hop_size=200, frame_size=200)
    worst = spans.take(spans.worst_first(["b", "a", "c"]))
    assert worst.recording.tolist() == [0, 2, 1, 1, 0]
    assert worst.start_sample.tolist() == [0, 0, 0, 400, 800]
    assert worst.is_wrong.all()


def test_no_frame_no_span():
    nothing = np.empty(0, dtype=np.int64)
    frames = EvaluatedFrames(nothing, nothing, nothing, nothing, np.empty(0))
    spans = join_frames(frames, hop_size=200, frame_size=200)
    assert len(spans) == 0
    assert len(spans.worst_first([])) == 0


def test_names_are_ranked_in_their_order():
    assert name_ranks(["b", "c", "a"]).tolist() == [1, 2, 0]


def test_edges_are_looked_for_in_the_own_recording_alone():
    finder = EdgeFinder(["a", "b", "c"], {"a": [(100, 300, 0)], "c": [(0, 50, 1), (50, 90, 2)]})
    recordings = np.array([0, 0, 0, 1, 2, 2])
    samples = np.array([0.0, 190.0, 10_000.0, 5.0, 60.0, 91.5])
    found = finder.distances(recordings, samples).tolist()
    assert found == [100.0, 90.0, 9700.0, np.inf, 10.0, 1.5]


def test_edges_are_as_near_as_the_metrics_have_it():
    rng = np.random.default_rng(2)
    edges = {name: np.sort(rng.integers(0, 5000, (6, 2)), axis=1) for name in "abc"}
    annotations = {name: [(int(s), int(e), 0) for s, e in rows] for name, rows in edges.items()}
    centres = np.sort(rng.random(300) * 6000)
    finder = EdgeFinder(list("abc"), annotations)
    for k, name in enumerate("abc"):
        distances = finder.distances(np.full(300, k), centres)
        expected = near_edges(centres, annotations[name], within=120.0)
        assert np.array_equal(distances <= 120.0, expected)


def test_without_any_annotation_no_edge_is_near():
    assert EdgeFinder(["a"], {}).distances(np.array([0]), np.array([1.0])).tolist() == [np.inf]
