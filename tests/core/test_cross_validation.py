from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.cross_validation import draw_folds, judge_frames
from core.dataset import load_dataset
from core.progress import Cancelled
from core.settings import TrainConfig
from tests.core.labelled_tables import dataset_of, make_tables

CONFIG = TrainConfig(epochs=3)
N_RECORDINGS = 4
COUNTS = arrays(np.int64, st.tuples(st.integers(2, 12), st.just(3)), elements=st.integers(0, 30))


@given(
    counts=COUNTS,
    n_folds=st.integers(2, 12),
    seed=st.integers(0, 2**31 - 1),
    data=st.data(),
)
def test_folds_part_no_group_and_are_alike(counts, n_folds, seed, data):
    groups = data.draw(arrays(np.int64, len(counts), elements=st.integers(0, 20)))
    folds = draw_folds(counts, groups, n_folds=n_folds, seed=seed)
    n_groups = len(np.unique(groups))
    assert set(folds) == set(range(min(n_folds, n_groups)))
    parts = [np.unique(groups[folds == k]) for k in np.unique(folds)]
    assert sum(len(p) for p in parts) == n_groups
    assert max(len(p) for p in parts) - min(len(p) for p in parts) <= 1
    assert np.array_equal(folds, draw_folds(counts, groups, n_folds=n_folds, seed=seed))


@given(seed=st.integers(0, 2**31 - 1))
def test_a_class_of_two_recordings_is_never_held_out_whole(seed):
    counts = np.array([[9, 4], [9, 0], [9, 0], [9, 4], [9, 0], [9, 0]])
    folds = draw_folds(counts, np.arange(6), n_folds=2, seed=seed)
    assert folds[0] != folds[3]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    return load_dataset(make_tables(folder, n_recordings=N_RECORDINGS).dataset)


@pytest.fixture(scope="module")
def judged(data):
    return judge_frames(data, CONFIG, rows=np.ones(len(data), dtype=bool), n_folds=N_RECORDINGS)


def test_every_frame_is_judged_once(judged):
    assert judged.n_folds == N_RECORDINGS
    assert judged.is_told.all()
    assert judged.probabilities.sum(axis=1) == pytest.approx(1, abs=1e-5)


def test_a_recording_is_judged_without_a_look_at_its_labels(data, judged):
    own = data.recording_index == 1
    targets = data.targets.copy()
    # As many of each class, so that the folds are the same.
    targets[own] = np.roll(targets[own], 10)
    other = replace(data, targets=targets)
    rows = np.ones(len(data), dtype=bool)
    again = judge_frames(other, CONFIG, rows=rows, n_folds=N_RECORDINGS)
    assert np.array_equal(again.probabilities[own], judged.probabilities[own])
    assert not np.array_equal(again.probabilities[~own], judged.probabilities[~own])


def test_rows_that_take_no_part_are_neither_judged_nor_learnt_from(data):
    rows = data.targets != 1
    seen = judge_frames(data, CONFIG, rows=rows, n_folds=2)
    assert np.array_equal(seen.is_told, rows)
    assert np.isnan(seen.probabilities[~rows]).all()
    assert seen.probabilities[rows, 1].mean() < 1 / 3


def test_of_a_class_that_others_do_not_teach_nothing_is_told():
    made = dataset_of([[40, 40, 0], [40, 40, 0], [40, 0, 40]])
    seen = judge_frames(made, CONFIG, rows=np.ones(len(made), dtype=bool), n_folds=3)
    assert not seen.is_told[made.targets == 2].any()
    assert seen.is_told[made.targets == 0].all()


def test_two_recordings_are_enough():
    made = dataset_of([[40, 40], [40, 40]])
    seen = judge_frames(made, CONFIG, rows=np.ones(len(made), dtype=bool), n_folds=5)
    assert seen.n_folds == 2
    assert seen.is_told.all()


def test_progress_counts_folds_and_can_cancel(data):
    told = []

    def tell(progress):
        told.append(progress)
        if progress.done > 1:
            raise Cancelled

    with pytest.raises(Cancelled):
        judge_frames(data, CONFIG, rows=np.ones(len(data), dtype=bool), n_folds=2, report=tell)
    counted = [p for p in told if p.unit == "folds"]
    assert [p.done for p in counted] == sorted(p.done for p in counted)
    assert {p.total for p in counted} == {2}
    assert counted[0].text.startswith("Fold 1 of 2, epoch 1 of at most 3")
    assert counted[-1].text.startswith("Fold 2 of 2")
