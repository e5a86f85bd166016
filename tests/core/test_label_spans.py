from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.label_spans import _cells, confident_learning, cut_pieces, find_spans
from tests.core.labelled_tables import SPEC, dataset_of

HOP, FRAMES_OF_A_SECOND = SPEC.hop_size, 40
LONGEST_S = 1.5


def annotated(*recordings):
    """A dataset of annotations that stand one behind the other: (number of frames, class)."""
    counts = [[sum(n for n, c in r if c == k) for k in range(3)] for r in recordings]
    data = dataset_of(counts)
    annotations, starts, targets = {}, [], []
    for k, spans in enumerate(recordings):
        first, own = 0, []
        for n, target in spans:
            own.append((first * HOP, (first + n) * HOP, target))
            starts += [frame * HOP for frame in range(first, first + n)]
            targets += [target] * n
            first += n
        annotations[f"rec{k}"] = own
    meta = replace(data.meta, annotations=annotations)
    return replace(data, meta=meta, targets=np.array(targets), start_samples=np.array(starts))


def everything(data):
    return cut_pieces(data, np.ones(len(data), dtype=bool))


SPANS = st.lists(st.tuples(st.integers(1, 130), st.integers(0, 2)), min_size=1, max_size=6)
RECORDINGS = st.lists(SPANS, min_size=1, max_size=4)


@given(recordings=RECORDINGS)
def test_pieces_are_of_one_annotation_and_a_second_at_most(recordings):
    data = annotated(*recordings)
    pieces = everything(data)
    assert pieces.n_frames.sum() == len(data)
    assert pieces.n_frames.max() <= FRAMES_OF_A_SECOND
    edges = {(k, start) for k, name in enumerate(data.meta.annotations)
             for start, _, _ in data.meta.annotations[name]}  # fmt: skip
    firsts = {
        (int(r), int(data.start_samples[row]))
        for r, row in zip(pieces.recording, pieces.first, strict=True)
    }
    # Each annotation begins a piece, though the one before it may have the same class.
    assert edges <= firsts
    lengths = [pieces.n_frames[pieces.annotation == k] for k in np.unique(pieces.annotation)]
    assert all(n.max() - n.min() <= 1 for n in lengths)


def test_frames_that_are_left_out_part_pieces():
    data = annotated([(30, 2)])
    rows = np.ones(30, dtype=bool)
    rows[10:12] = False
    assert cut_pieces(data, rows).n_frames.tolist() == [10, 18]


def test_pieces_of_many_recordings_are_cut_at_once():
    data = dataset_of([[60, 0]] * 12_000)
    started_s = time.thread_time()
    pieces = everything(data)
    # A moment; more than three seconds where each recording reads the rows of all.
    assert time.thread_time() - started_s < LONGEST_S
    assert pieces.n_frames.tolist() == [30, 30] * 12_000


def test_recordings_that_stand_mixed_up_are_cut_as_any():
    recordings = [(3, 0), (4, 0), (5, 1)], [(7, 2)], [(2, 1), (6, 1)]
    data = annotated(*recordings)
    mixed = np.random.default_rng(0).permutation(len(data))
    columns = ("features", "targets", "recording_index", "start_samples")
    taken = replace(data, **{name: getattr(data, name)[mixed] for name in columns})
    assert np.array_equal(
        _cells(taken, np.arange(len(data))), _cells(data, np.arange(len(data)))[mixed]
    )


def test_no_frame_is_no_piece():
    data = annotated([(3, 0)])
    assert len(cut_pieces(data, np.zeros(3, dtype=bool))) == 0


def test_a_mean_is_over_the_frames_of_its_piece():
    data = annotated([(2, 0), (3, 1)])
    probabilities = np.arange(15, dtype=np.float32).reshape(5, 3)
    means = everything(data).means(probabilities)
    assert means.tolist() == [[1.5, 2.5, 3.5], [9.0, 10.0, 11.0]]


def sure_of(targets, *, by=0.9):
    """Probabilities by a model that is as sure of each of these classes."""
    return np.where(np.eye(3)[targets] > 0, by, (1 - by) / 2)


def test_confident_learning_finds_what_was_planted():
    truth = np.repeat([0, 1, 2], 30)
    labels = truth.copy()
    labels[[3, 40]] = [2, 0]
    is_wrong, quality = confident_learning(labels, sure_of(truth))
    assert np.flatnonzero(is_wrong).tolist() == [3, 40]
    assert quality[3] < 0.1 < quality[4]


def test_one_class_is_never_wrong():
    is_wrong, _ = confident_learning(np.zeros(5, dtype=np.int64), np.ones((5, 1)))
    assert not is_wrong.any()


def test_a_long_span_does_not_drown_a_short_one_that_is_surer():
    recordings = [[(40, 0), (40, 1), (40, 2)] for _ in range(8)]
    recordings += [[(200, 0), (40, 1), (40, 2)], [(40, 0), (4, 1), (40, 2)]]
    data = annotated(*recordings)
    pieces = everything(data)
    truth = pieces.target.copy()
    is_long = (pieces.recording == 8) & (pieces.target == 0)
    is_short = (pieces.recording == 9) & (pieces.target == 1)
    truth[is_long], truth[is_short] = 2, 2
    probabilities = sure_of(truth)
    probabilities[is_long] = [0.04, 0.04, 0.92]
    probabilities[is_short] = [0.01, 0.01, 0.98]
    spans = find_spans(data, pieces, probabilities)
    assert spans.recording.tolist() == [9, 8]
    assert spans.n_frames.tolist() == [4, 200]
    assert (spans.annotated.tolist(), spans.predicted.tolist()) == ([1, 0], [2, 2])
    assert spans.end_sample[0] - spans.start_sample[0] == 4 * HOP


@given(recordings=RECORDINGS, seed=st.integers(0, 1000))
def test_spans_lie_in_annotations_of_their_class_surest_first(recordings, seed):
    data = annotated(*recordings)
    pieces = everything(data)
    probabilities = np.random.default_rng(seed).dirichlet([1, 1, 1], len(pieces))
    spans = find_spans(data, pieces, probabilities)
    assert np.array_equal(spans.score, -np.sort(-spans.score))
    assert ((spans.score >= 0) & (spans.score <= 1)).all()
    assert spans.is_wrong.all()
    for k in range(len(spans)):
        start, end = int(spans.start_sample[k]), int(spans.end_sample[k])
        own = data.meta.annotations[f"rec{spans.recording[k]}"]
        assert any(s <= start < end <= e and t == spans.annotated[k] for s, e, t in own)
        assert end - start == spans.n_frames[k] * HOP
