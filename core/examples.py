"""What a model is shown: single frames or patches of frames, streamed and never all in memory."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from core.tensorflow_runtime import import_tensorflow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from core.dataset import Dataset

    IntArray = NDArray[np.int64]
    FloatArray = NDArray[np.float32]

MAXIMUM_BATCHES_AHEAD = 16

# What is gathered at once: about 1000 patches, or 40,000 single frames.
CHUNK_BYTES = 8_000_000

Batches: TypeAlias = "tuple[NDArray[Any], ...]"
"""Inputs, targets and weights, each of shape (n_batches, batch_size, ...)."""


@dataclass(frozen=True)
class ExampleSet:
    """Labelled or unlabelled frames as a model sees them.

    Parameters
    ----------
    values : ndarray of float32, shape (n_rows, n_columns)
        The numbers that all examples share.
    rows : ndarray of int64, shape (n_examples,)
        Row of each example; with a context, the patch's first row.
    targets : ndarray of int64, shape (n_examples,)
        Class of each example; 0 where that is not known.
    n_context : int
        Rows of a patch; 0 for examples that are single rows.
    """

    values: FloatArray
    rows: IntArray
    targets: IntArray
    n_context: int = 0

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, index: IntArray | slice) -> ExampleSet:
        """Some of the examples; the values are shared.

        Parameters
        ----------
        index : ndarray of int64, shape (n,), or slice
            Which, in which order.

        Returns
        -------
        ExampleSet
            The `n` chosen ones.
        """
        return replace(self, rows=self.rows[index], targets=self.targets[index])

    def batches(self, batch_size: int) -> Iterator[FloatArray]:
        """Yield what the model is given, in order.

        Parameters
        ----------
        batch_size : int
            Examples in a batch.

        Yields
        ------
        ndarray of float32, shape (n, n_columns) or (n, n_context, n_columns)
            At most `batch_size` examples.
        """
        offsets = np.arange(self.n_context)
        for start in range(0, len(self), batch_size):
            rows = self.rows[start : start + batch_size]
            yield self.values[rows[:, None] + offsets] if self.n_context else self.values[rows]


def frame_examples(dataset: Dataset) -> ExampleSet:
    """Each labelled frame by itself.

    Parameters
    ----------
    dataset : Dataset
        The labelled frames.

    Returns
    -------
    ExampleSet
        One for each row of the dataset, in its order.
    """
    rows = np.arange(len(dataset), dtype=np.int64)
    return ExampleSet(dataset.features, rows, dataset.targets)


def balanced_draw(targets: IntArray, *, limit: int | None, seed: int, epoch: int) -> IntArray:
    """Order in which an epoch goes through the examples.

    Neighbouring patches are nearly alike, so that an epoch need not show them all: with a limit,
    each epoch draws others.

    Parameters
    ----------
    targets : ndarray of int64, shape (n_examples,)
        Class of each example.
    limit : int or None
        Examples of an epoch at the most, no class having more than its part; None for all.
    seed : int
        The same seed and epoch give the same order.
    epoch : int
        Number of the epoch, from 0.

    Returns
    -------
    ndarray of int64, shape (n,)
        Places in `targets`, none twice.
    """
    rng = np.random.default_rng([seed, 2, epoch])
    if limit is None or len(targets) <= limit:
        return rng.permutation(len(targets))
    classes = np.unique(targets)
    part = max(1, limit // len(classes))
    chosen = [rng.permutation(np.flatnonzero(targets == c))[:part] for c in classes]
    return rng.permutation(np.concatenate(chosen))


def class_weights(targets: IntArray, n_classes: int) -> FloatArray:
    """Weights under which all classes count alike.

    Parameters
    ----------
    targets : ndarray of int64, shape (n_examples,)
        Class of each example of an epoch.
    n_classes : int
        Number of classes.

    Returns
    -------
    ndarray of float32, shape (n_classes,)
        The mean over the examples is 1; 0 for a class without examples.
    """
    counts = np.bincount(targets, minlength=n_classes)
    n_present = np.count_nonzero(counts)
    share = counts * n_present / max(1, len(targets))
    return np.divide(1, share, out=np.zeros(n_classes), where=counts > 0).astype(np.float32)


class TrainingStream:
    """Batches for training, in another order each epoch.

    Parameters
    ----------
    examples : ExampleSet
        What is learnt from.
    n_classes : int
        Number of classes, for their weights.
    batch_size : int
        Examples in a step.
    limit : int or None
        See `balanced_draw`.
    seed : int
        The same seed gives the same batches.

    Attributes
    ----------
    epoch : int
        To be set before each epoch.
    n_steps : int
        Batches in an epoch; the last may be smaller.
    """

    def __init__(
        self, examples: ExampleSet, *, n_classes: int, batch_size: int, limit: int | None, seed: int
    ) -> None:
        self.epoch = 0
        self._examples = examples
        self._limit, self._seed, self._batch_size = limit, seed, batch_size
        drawn = self._draw()
        self._weights = class_weights(examples.targets[drawn], n_classes)
        self.n_steps = -(-len(drawn) // batch_size)

    def dataset(self) -> Any:  # noqa: ANN401  TensorFlow has no types
        """Build the stream.

        Returns
        -------
        tf.data.Dataset
            Of (inputs, targets, weights).
        """
        return _dataset(self._examples, self._batches, self.n_steps, MAXIMUM_BATCHES_AHEAD)

    def _draw(self) -> IntArray:
        return balanced_draw(
            self._examples.targets, limit=self._limit, seed=self._seed, epoch=self.epoch
        )

    def _batches(self) -> Iterator[Batches]:
        drawn = self._examples.take(self._draw())
        whole = len(drawn) - len(drawn) % self._batch_size
        # Many batches are gathered at once and then cut: Python's part of each batch would cost
        # more than a small network's step.
        values = self._examples.values
        n_bytes = values[:1].nbytes * max(1, self._examples.n_context) * self._batch_size
        at_once = max(1, CHUNK_BYTES // max(1, n_bytes)) * self._batch_size
        yield from _chunks(drawn.take(slice(whole)), self._weights, at_once, self._batch_size)
        yield from _chunks(drawn.take(slice(whole, None)), self._weights, at_once, None)


def validation_batches(examples: ExampleSet, batch_size: int) -> Any:  # noqa: ANN401
    """Batches in the order of the examples, each class as heavy as it is.

    Parameters
    ----------
    examples : ExampleSet
        What is checked with.
    batch_size : int
        Examples in a step.

    Returns
    -------
    tf.data.Dataset
        Of (inputs, targets, weights).
    """
    weights = np.ones(int(examples.targets.max()) + 1, dtype=np.float32)
    n_steps = -(-len(examples) // batch_size)
    return _dataset(examples, lambda: _chunks(examples, weights, batch_size, None), n_steps, 2)


def _chunks(
    examples: ExampleSet, weights: FloatArray, chunk_size: int, batch_size: int | None
) -> Iterator[Batches]:
    """Yield inputs, targets and weights in batches of one size; of a chunk's size without one."""
    start = 0
    for inputs in examples.batches(chunk_size):
        targets = examples.targets[start : start + len(inputs)]
        start += len(inputs)
        size = len(inputs) if batch_size is None else batch_size
        columns = inputs, targets, weights[targets]
        yield tuple(c.reshape(-1, size, *c.shape[1:]) for c in columns)


def _dataset(
    examples: ExampleSet, batches: Callable[[], Iterator[Batches]], n_steps: int, n_ahead: int
) -> Any:  # noqa: ANN401
    tf = import_tensorflow()
    shape = (examples.n_context,) if examples.n_context else ()
    signature = (
        tf.TensorSpec([None, None, *shape, examples.values.shape[1]], tf.float32),
        tf.TensorSpec([None, None], tf.int64),
        tf.TensorSpec([None, None], tf.float32),
    )
    stream = tf.data.Dataset.from_generator(batches, output_signature=signature).unbatch()
    counted = stream.apply(tf.data.experimental.assert_cardinality(n_steps))
    return counted.prefetch(min(n_ahead, n_steps))
