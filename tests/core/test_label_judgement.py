from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.dataset import load_dataset
from core.errors import DatasetError
from core.label_judgement import judge_labels
from core.settings import TrainConfig
from tests.core.labelled_tables import dataset_of, make_tables

CONFIG = TrainConfig(epochs=15)
WRONG_RECORDING, FIRST, STOP, TRUTH, GIVEN = 2, 40, 50, 0, 2


@pytest.fixture(scope="module")
def right(tmp_path_factory):
    """Every label is right, and easily learnt."""
    folder = tmp_path_factory.mktemp("made")
    return load_dataset(make_tables(folder, n_recordings=6).dataset)


@pytest.fixture(scope="module")
def spoilt(right):
    """The third annotation of rec2 has a wrong class."""
    targets = right.targets.copy()
    own = np.flatnonzero(right.recording_index == WRONG_RECORDING)
    annotations = {k: list(v) for k, v in right.meta.annotations.items()}
    start, end, truth = annotations["rec2"][1]
    assert truth == TRUTH
    annotations["rec2"][1] = (start, end, GIVEN)
    targets[own[10:20]] = GIVEN
    return replace(right, targets=targets, meta=replace(right.meta, annotations=annotations))


@pytest.fixture(scope="module")
def found(spoilt):
    return judge_labels(spoilt, CONFIG, n_folds=3)


def test_a_planted_wrong_label_is_found_and_nothing_else(found, spoilt):
    (error,) = found.spans
    start, end, _ = spoilt.meta.annotations["rec2"][1]
    assert (error.recording, error.start_sample, error.end_sample) == ("rec2", start, end)
    assert (error.annotated, error.suggested) == ("audible", "inaudible")
    assert error.score > 0.5
    assert (error.start_s, error.end_s) == (start / 8000, end / 8000)
    assert error.n_frames == 10


def test_what_was_judged_and_by_what_is_told(found, spoilt):
    assert (found.n_folds, found.n_recordings, found.n_pieces) == (3, 6, 36)
    assert found.balanced_accuracy > 0.9
    assert found.interval["low"] > 1 / 3
    assert found.notes == ()
    assert found.made_from["dataset"] == spoilt.meta.sha256
    assert found.made_from["versions"]["cleanlab"]


def test_the_same_seed_gives_the_same_list(found, spoilt):
    assert judge_labels(spoilt, CONFIG, n_folds=3) == found


def test_a_class_of_one_recording_is_not_judged_and_said_so(right):
    # What is "barely" elsewhere is not annotated.
    rows = (right.targets != 1) | (right.recording_index == 0)
    data = replace(
        right,
        features=right.features[rows],
        targets=right.targets[rows],
        recording_index=right.recording_index[rows],
        start_samples=right.start_samples[rows],
    )
    found = judge_labels(data, CONFIG, n_folds=2)
    assert found.spans == ()
    (note,) = found.notes
    assert note.startswith("barely is not judged: it is annotated in 1 recording")


@pytest.mark.parametrize(
    ("counts", "hashes", "sentence"),
    [
        ([[400, 400]], None, "cannot be told from one recording"),
        ([[400, 400], [400, 400]], ["same", "same"], "cannot be told from one recording"),
        ([[400, 0], [400, 0]], None, "fewer than two classes"),
        ([[400, 20], [400, 20]], None, "fewer than two classes"),
        ([[400, 0], [0, 400]], None, "fewer than two classes"),
    ],
)
def test_where_it_cannot_be_told_nothing_is_accused(counts, hashes, sentence):
    with pytest.raises(DatasetError, match=sentence) as refused:
        judge_labels(dataset_of(counts, hashes=hashes), CONFIG, n_folds=5)
    assert refused.value.hint.startswith("Annotate")


def test_models_that_do_no_better_than_chance_accuse_nobody(right):
    targets = np.random.default_rng(1).permutation(right.targets.reshape(-1, 10)).ravel()
    with pytest.raises(DatasetError, match="may do no better than chance"):
        judge_labels(replace(right, targets=targets), CONFIG, n_folds=2)
