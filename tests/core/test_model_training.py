from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.dataset import load_dataset
from core.errors import DatasetError
from core.learning.classify import probabilities_of
from core.model_training import examples_of, train_model
from core.progress import ignore
from core.settings import TrainConfig
from core.split import Split, split_dataset
from tests.core.labelled_tables import make_tables

CONFIG = TrainConfig(epochs=2)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return load_dataset(make_tables(tmp_path_factory.mktemp("made")).dataset)


def test_rows_on_neither_side_are_not_looked_at(data):
    whole = split_dataset(data, CONFIG)
    training = whole.training[: len(whole.training) // 2]
    split = Split(training, whole.validation, (), ())
    unused = np.setdiff1d(np.arange(len(data)), np.concatenate([training, whole.validation]))
    features = data.features.copy()
    features[unused] = 1e6
    other = replace(data, features=features)
    found = []
    for dataset in (data, other):
        examples = examples_of(dataset, CONFIG)
        trained = train_model(dataset, examples, split, CONFIG, report=ignore)
        found.append(probabilities_of(trained.checkpoint, examples.take(training)))
    assert np.array_equal(*found)


def test_the_counts_and_the_epochs_are_those_of_the_split(data):
    split = split_dataset(data, CONFIG)
    trained = train_model(data, examples_of(data, CONFIG), split, CONFIG, report=ignore)
    assert len(trained.fit.history) == trained.checkpoint.info.n_epochs == 2
    counts = trained.checkpoint.info.class_counts
    assert sum(counts["training"].values()) == len(split.training)


def test_what_is_no_number_is_refused_with_its_place(data):
    features = data.features.copy()
    features[3, 2] = np.nan
    with pytest.raises(DatasetError, match="something other than numbers: mfcc_1 of rec0"):
        examples_of(replace(data, features=features), CONFIG)
