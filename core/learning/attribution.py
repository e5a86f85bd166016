# TensorFlow and Keras ship no type information.
# pyright: reportUnknownMemberType=false
"""Which inputs moved a model's scores: gradients, integrated along the path from a baseline."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.learning.tensorflow_runtime import import_keras, import_tensorflow
from core.models import SCORES
from core.progress import Progress, ignore

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.checkpoint import Checkpoint
    from core.progress import Report

    FloatArray = NDArray[np.float32]

PATCH_STEPS = 64
FRAME_STEPS = 256
"""Points of a path, of patches and of single frames. Decision 9 has what fewer would miss."""

MOST_VALUES = 256 * 64 * 25
"""Inputs of all points that are worked on at once, which are those of one path at the least."""


@dataclass(frozen=True)
class Attribution:
    """What each input did to a weighted sum of the scores.

    Parameters
    ----------
    values : ndarray of float32, shape (n_examples, *input_shape)
        In the unit of the scores, which is that of log-odds.
    outputs : ndarray of float64, shape (n_examples,)
        The weighted sum of the scores of each example.
    baseline : float
        The same of the baseline.
    """

    values: FloatArray
    outputs: NDArray[np.float64]
    baseline: float

    @property
    def residuals(self) -> NDArray[np.float64]:
        """What the values of each example miss of the difference that they should sum to."""
        inner = tuple(range(1, self.values.ndim))
        return self.outputs - self.baseline - self.values.sum(axis=inner, dtype=np.float64)


class ScoreGradients:
    """The scores of a model and their gradients; what is compiled is kept.

    Parameters
    ----------
    checkpoint : Checkpoint
        The model.
    """

    def __init__(self, checkpoint: Checkpoint) -> None:
        keras, tf = import_keras(), import_tensorflow()
        model, shape = checkpoint.model, checkpoint.info.input_shape
        self._n_points = max(1, MOST_VALUES // math.prod(shape))
        scaled = model.get_layer("scaler").output
        scale = keras.Model(model.input, scaled)
        score = keras.Model(scaled, model.get_layer(SCORES).output)
        inputs = tf.TensorSpec([None, *shape], tf.float32)

        def scores(inputs: Any) -> Any:  # noqa: ANN401  TensorFlow has no types
            return score(scale(inputs, training=False), training=False)

        def integrate(inputs: Any, weights: Any, n_steps: Any) -> Any:  # noqa: ANN401
            ends = scale(inputs, training=False)
            # At the middle of each step: a step's two errors then nearly cancel each other.
            shares = (tf.range(n_steps, dtype=tf.float32) + 0.5) / tf.cast(n_steps, tf.float32)
            points = tf.tensordot(shares, ends, axes=0)
            points = tf.reshape(points, [-1, *shape])
            with tf.GradientTape() as tape:
                tape.watch(points)
                outputs = tf.linalg.matvec(score(points, training=False), weights)
            gradients = tape.gradient(outputs, points)
            gradients = tf.reshape(gradients, [n_steps, -1, *shape])
            return ends * tf.reduce_mean(gradients, axis=0)

        weights, n_steps = tf.TensorSpec([None], tf.float32), tf.TensorSpec([], tf.int32)
        self._scores = tf.function(scores, input_signature=[inputs])
        self._integrate = tf.function(integrate, input_signature=[inputs, weights, n_steps])
        zeros = np.zeros((1, *shape), dtype=np.float32)
        self._baseline_scores = score(zeros, training=False).numpy()[0]

    def scores(self, inputs: FloatArray) -> FloatArray:
        """Compute the inputs of the softmax.

        Parameters
        ----------
        inputs : ndarray of float32, shape (n, *input_shape)
            The examples.

        Returns
        -------
        ndarray of float32, shape (n, n_classes)
            Differences of two classes are log-odds.
        """
        parts = range(0, max(1, len(inputs)), self._n_points)
        found = [self._scores(inputs[k : k + self._n_points]).numpy() for k in parts]
        return np.concatenate(found)

    def attribute(
        self,
        inputs: FloatArray,
        weights: FloatArray,
        *,
        n_steps: int | None = None,
        report: Report = ignore,
    ) -> Attribution:
        """Integrate the gradients of a weighted sum of the scores.

        The path is straight, from what the model's scaler makes 0 (the mean of the training) to
        what it makes of the inputs. What each input is given sums to the difference between the
        two ends, up to the error of the sum over `n_steps` points.

        Parameters
        ----------
        inputs : ndarray of float32, shape (n, *input_shape)
            The examples.
        weights : ndarray of float32, shape (n_classes,)
            What is explained; 1 and -1 for the difference of two classes.
        n_steps : int, optional
            Points of the path, > 0; if left out, as many as the kind of model needs.
        report : Report
            Told the frames done; may raise `Cancelled`.

        Returns
        -------
        Attribution
            In the order of the examples.

        References
        ----------
        Sundararajan, Taly, Yan: Axiomatic Attribution for Deep Networks, 2017, eq. 3;
        https://arxiv.org/abs/1703.01365
        """
        weights = np.asarray(weights, dtype=np.float32)
        values = np.empty(inputs.shape, dtype=np.float32)
        n_steps = n_steps or (PATCH_STEPS if inputs.ndim > 2 else FRAME_STEPS)  # noqa: PLR2004
        at_once = max(1, self._n_points // n_steps)
        for start in range(0, len(inputs), at_once):
            report(Progress("", start, len(inputs), "frames", "Following the gradients"))
            part = inputs[start : start + at_once]
            values[start : start + len(part)] = self._integrate(part, weights, n_steps).numpy()
        exact = weights.astype(np.float64)
        outputs = self.scores(inputs).astype(np.float64) @ exact
        return Attribution(values, outputs, float(self._baseline_scores.astype(np.float64) @ exact))
