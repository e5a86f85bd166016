from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.learning.examples import (
    ExampleSet,
    TrainingStream,
    balanced_draw,
    class_weights,
    validation_batches,
)

TARGETS = arrays(np.int64, st.integers(1, 300), elements=st.integers(0, 3))


def made_examples(n=130, n_context=0, seed=0):
    rng = np.random.default_rng(seed)
    values = rng.random((200, 3), dtype=np.float32)
    rows = rng.permutation(200 - n_context)[:n].astype(np.int64)
    return ExampleSet(values, rows, rng.integers(0, 3, n), n_context)


@given(targets=TARGETS, limit=st.none() | st.integers(1, 400), epoch=st.integers(0, 5))
def test_an_epoch_shows_no_example_twice_and_no_class_too_often(targets, limit, epoch):
    order = balanced_draw(targets, limit=limit, seed=3, epoch=epoch)
    assert len(set(order)) == len(order)
    assert set(targets[order]) == set(targets)
    assert np.array_equal(order, balanced_draw(targets, limit=limit, seed=3, epoch=epoch))
    if limit is None or len(targets) <= limit:
        assert len(order) == len(targets)
    else:
        part = max(1, limit // len(np.unique(targets)))
        assert np.bincount(targets[order]).max() <= part


def test_another_epoch_draws_others():
    targets = np.repeat([0, 1], [1000, 50])
    first, second = (balanced_draw(targets, limit=100, seed=0, epoch=e) for e in (0, 1))
    assert np.bincount(targets[first]).tolist() == [50, 50]
    assert len(set(first) & set(second)) < 70


@given(targets=TARGETS)
def test_weighted_classes_count_alike(targets):
    weights = class_weights(targets, 5)
    counts = np.bincount(targets, minlength=5)
    assert np.allclose(
        (weights * counts)[counts > 0], len(targets) / np.count_nonzero(counts), rtol=1e-5
    )
    assert not weights[counts == 0].any()


@pytest.mark.parametrize("n_context", [0, 8])
def test_batches_are_the_examples_in_order(n_context):
    examples = made_examples(n_context=n_context)
    expected = [
        examples.values[r : r + n_context] if n_context else examples.values[r]
        for r in examples.rows
    ]
    assert np.array_equal(np.concatenate(list(examples.batches(50))), expected)
    assert [len(b) for b in examples.batches(50)] == [50, 50, 30]


@pytest.mark.parametrize("n_context", [0, 8])
def test_the_stream_gives_each_example_once_with_its_class_and_weight(n_context):
    examples = made_examples(n_context=n_context)
    stream = TrainingStream(examples, n_classes=3, batch_size=40, limit=None, seed=1)
    weights = class_weights(examples.targets, 3)
    orders = []
    for epoch in (0, 1):
        stream.epoch = epoch
        inputs, targets, weight = (
            np.concatenate(column)
            for column in zip(*stream.dataset().as_numpy_iterator(), strict=True)
        )
        order = balanced_draw(examples.targets, limit=None, seed=1, epoch=epoch)
        assert np.array_equal(inputs, next(examples.take(order).batches(1000)))
        assert np.array_equal(targets, examples.targets[order])
        assert np.array_equal(weight, weights[targets])
        orders.append(order)
    assert stream.n_steps == 4
    assert not np.array_equal(*orders)


def test_validation_keeps_the_order_and_weighs_nothing():
    examples = made_examples(n_context=8)
    batches = list(validation_batches(examples, 100).as_numpy_iterator())
    assert np.array_equal(np.concatenate([b[1] for b in batches]), examples.targets)
    assert np.array_equal(batches[0][0], next(examples.batches(100)))
    assert all((b[2] == 1).all() for b in batches)
