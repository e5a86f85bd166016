"""What a model is shown: single frames or patches of frames, streamed and never all in memory."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from core.learning.tensorflow_runtime import import_tensorflow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from core.dataset import Dataset

    IntArray = NDArray[np.int64]
    FloatArray = NDArray[np.float32]

BATCHES_AHEAD = 4

# What is gathered at once: about 300 patches, or 10,000 single frames.
CHUNK_BYTES = 2_000_000


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
        self._drawn = self._draw()
        self._weights = class_weights(self._drawn.targets, n_classes)
        self.n_steps = -(-len(self._drawn) // batch_size)
        self._drawn_epoch = self.epoch

    def dataset(self) -> Any:  # noqa: ANN401  TensorFlow has no types
        """Build the stream.

        Returns
        -------
        tf.data.Dataset
            Of (inputs, targets, weights).
        """
        return _dataset(self._current, self._batch_size, self._weights)

    def _draw(self) -> ExampleSet:
        order = balanced_draw(
            self._examples.targets, limit=self._limit, seed=self._seed, epoch=self.epoch
        )
        return self._examples.take(order)

    def _current(self) -> ExampleSet:
        if self._drawn_epoch != self.epoch:
            self._drawn, self._drawn_epoch = self._draw(), self.epoch
        return self._drawn


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
    return _dataset(lambda: examples, batch_size, weights)


def _dataset(current: Callable[[], ExampleSet], batch_size: int, weights: FloatArray) -> Any:  # noqa: ANN401
    tf = import_tensorflow()
    examples = current()
    n, shape = len(examples), next(examples.take(slice(1)).batches(1)).shape[1:]
    # Many batches are gathered at once and then cut: Python's part of each batch would cost more
    # than a small network's step.
    n_bytes = 4 * int(np.prod(shape)) * batch_size
    at_once = max(1, CHUNK_BYTES // n_bytes) * batch_size
    whole = n - n % batch_size
    edges = [*range(0, whole, at_once), whole, *([n] if n > whole else [])]

    def gather(chunk: np.int64) -> tuple[NDArray[Any], ...]:
        first, stop = edges[chunk], edges[chunk + 1]
        size = min(batch_size, stop - first)
        chosen = current().take(slice(first, stop))
        columns = next(chosen.batches(len(chosen))), chosen.targets, weights[chosen.targets]
        return tuple(c.reshape(-1, size, *c.shape[1:]) for c in columns)

    def shaped(chunk: Any) -> Any:  # noqa: ANN401
        columns = tf.numpy_function(gather, [chunk], [tf.float32, tf.int64, tf.float32])
        for column, inner in zip(columns, (shape, (), ()), strict=True):
            column.set_shape([None, None, *inner])
        return tuple(columns)

    stream = tf.data.Dataset.range(len(edges) - 1).map(shaped).unbatch()
    n_steps = -(-n // batch_size)
    counted = stream.apply(tf.data.experimental.assert_cardinality(n_steps))
    return counted.prefetch(min(BATCHES_AHEAD, n_steps))
