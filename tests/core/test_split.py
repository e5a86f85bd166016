from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.errors import DatasetError
from core.settings import TrainConfig
from core.split import class_counts, split_dataset, split_frames, split_recordings
from tests.core.labelled_tables import dataset_of

COUNTS = arrays(np.int64, st.tuples(st.integers(2, 12), st.just(3)), elements=st.integers(0, 30))


@given(counts=COUNTS, share=st.floats(0.01, 0.9), seed=st.integers(0, 2**31 - 1))
def test_recordings_are_divided_by_their_number_and_the_seed(counts, share, seed):
    groups = np.arange(len(counts))
    chosen = split_recordings(counts, groups, share=share, seed=seed)
    assert chosen.sum() == min(max(1, round(share * len(counts))), len(counts) - 1)
    assert np.array_equal(chosen, split_recordings(counts, groups, share=share, seed=seed))


@given(counts=COUNTS, share=st.floats(0.01, 0.9), seed=st.integers(0, 99), data=st.data())
def test_groups_are_never_parted_and_both_sides_have_one(counts, share, seed, data):
    numbers = st.integers(0, len(counts) - 1)
    groups = np.array(data.draw(st.lists(numbers, min_size=len(counts), max_size=len(counts))))
    if len(np.unique(groups)) == 1:
        with pytest.raises(ValueError, match="One group"):
            split_recordings(counts, groups, share=share, seed=seed)
        return
    chosen = split_recordings(counts, groups, share=share, seed=seed)
    assert 0 < chosen.sum() < len(chosen)
    for group in np.unique(groups):
        assert len(set(chosen[groups == group])) == 1


@pytest.mark.parametrize("seed", range(5))
def test_a_class_of_one_recording_is_learnt_from(seed):
    counts = np.array([[50, 0], [50, 0], [50, 9], [50, 0], [50, 0]])
    assert not split_recordings(counts, np.arange(5), share=0.4, seed=seed)[2]


def test_classes_are_divided_evenly():
    rng = np.random.default_rng(7)
    # Each recording is nearly all of one class: a blind choice would rarely be even.
    counts = np.eye(3, dtype=np.int64)[rng.integers(0, 3, 40)] * rng.integers(20, 60, (40, 1))
    chosen = split_recordings(counts, np.arange(40), share=0.25, seed=0)
    share = counts[chosen].sum(axis=0) / counts.sum(axis=0)
    assert np.abs(share - 0.25).max() < 0.05


def test_another_seed_gives_another_split():
    counts = np.full((20, 3), 10)
    splits = {tuple(split_recordings(counts, np.arange(20), share=0.3, seed=s)) for s in range(10)}
    assert len(splits) > 5


@given(
    targets=arrays(np.int64, st.integers(2, 200), elements=st.integers(0, 3)),
    share=st.floats(0.05, 0.9),
)
def test_frames_are_divided_class_by_class(targets, share):
    chosen = split_frames(targets, share=share, seed=0)
    for target, n in zip(*np.unique(targets, return_counts=True), strict=True):
        assert chosen[targets == target].sum() == min(max(1, round(share * n)), n - 1)


def test_no_recording_is_on_both_sides():
    dataset = dataset_of([[20, 5, 5]] * 10)
    split = split_dataset(dataset, TrainConfig(validation_split=0.3))
    assert len(split.validation_recordings) == 3
    assert not set(split.training_recordings) & set(split.validation_recordings)
    rows = np.concatenate([split.training, split.validation])
    assert np.array_equal(np.sort(rows), np.arange(len(dataset)))
    assert set(dataset.recording_index[split.validation]) == {
        int(name.removeprefix("rec")) for name in split.validation_recordings
    }


def test_a_split_by_frame_has_recordings_on_both_sides():
    split = split_dataset(dataset_of([[20, 20]] * 4), TrainConfig(split_by="frame"))
    assert split.training_recordings == split.validation_recordings
    assert len(split.validation) == 32


@pytest.mark.parametrize("seed", range(10))
def test_the_same_audio_twice_is_on_one_side(seed):
    dataset = dataset_of([[9, 9]] * 6, hashes=["a", "b", "a", "", "b", "a"])
    split = split_dataset(dataset, TrainConfig(validation_split=0.4, seed=seed))
    for group in ({"rec0", "rec2", "rec5"}, {"rec1", "rec4"}):
        assert len(group & set(split.validation_recordings)) in (0, len(group))


def test_recordings_that_are_named_are_kept_for_validation():
    config = TrainConfig(validation_recordings=("rec3", "rec1.wav"), validation_split=0.9)
    split = split_dataset(dataset_of([[9, 9]] * 5), config)
    assert split.validation_recordings == ("rec1", "rec3")
    assert split.training_recordings == ("rec0", "rec2", "rec4")


@pytest.mark.parametrize(
    ("names", "hashes", "expected"),
    [
        (("rec1", "rec10"), None, "'rec10', named for validation, is no recording"),
        (("rec0",), ["a", "b", "a"], "rec2 is the same audio as rec0"),
        (("rec0", "rec1", "rec2"), None, "No split leaves frames of two classes"),
    ],
)
def test_names_that_leave_no_honest_split_are_refused(names, hashes, expected):
    dataset = dataset_of([[9, 9]] * 3, hashes=hashes)
    with pytest.raises(DatasetError, match=expected):
        split_dataset(dataset, TrainConfig(validation_recordings=names))


def test_recordings_without_labels_alone_validate_nothing_and_are_refused():
    dataset = dataset_of([[9, 9], [0, 0], [9, 9]])
    config = TrainConfig(validation_recordings=("rec1",))
    with pytest.raises(DatasetError, match="No recording named for validation has a labelled"):
        split_dataset(dataset, config)
    both = replace(config, validation_recordings=("rec1", "rec2"))
    assert split_dataset(dataset, both).validation_recordings == ("rec2",)


def test_recordings_without_labels_do_not_count():
    counts = [[9, 9], [0, 0], [9, 9], [0, 0]]
    split = split_dataset(dataset_of(counts), TrainConfig(validation_split=0.5))
    assert {*split.training_recordings, *split.validation_recordings} == {"rec0", "rec2"}


def test_without_validation_all_is_learnt_from():
    split = split_dataset(dataset_of([[5, 5]]), TrainConfig(validation_split=0.0))
    assert len(split.training) == 10
    assert len(split.validation) == 0
    assert split.validation_recordings == ()


@pytest.mark.parametrize(
    ("counts", "hashes", "message"),
    [
        ([[9, 9]], None, "one recording only"),
        ([[9, 9], [9, 9]], ["a", "a"], "one recording only"),
        ([[9, 0], [9, 0]], None, "fewer than two classes"),
        ([[0, 0]], None, "fewer than two classes"),
        ([[9, 0], [0, 9]], None, "No split leaves"),
    ],
)
def test_what_cannot_be_split_is_refused(counts, hashes, message):
    with pytest.raises(DatasetError, match=message) as error:
        split_dataset(dataset_of(counts, hashes=hashes), TrainConfig())
    assert error.value.hint


def test_class_counts_are_those_of_the_rows():
    counts = np.array([[3, 0, 2], [0, 0, 0], [1, 4, 1]])
    assert np.array_equal(class_counts(dataset_of(counts)), counts)
