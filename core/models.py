"""The two networks: one labels a frame by itself, the other by what surrounds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from core.learning.layers import own_layers
from core.learning.tensorflow_runtime import import_keras

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.learning.tensorflow_runtime import Keras, KerasModel

    FloatArray = NDArray[np.float32]

SCORES = "scores"
"""Name of the layer whose outputs become probabilities: what training looks at."""

FC_UNITS = (64, 32)
FC_DROPOUT = 0.2

# Twice as many filters were no better on validation recordings, and half as fast.
CNN_FILTERS = (8, 16, 32)
CNN_UNITS = 32
CNN_DROPOUT = 0.3
KERNEL_SIZE = 3
POOL_SIZE = 2

# Keras's own 0.99 needs more steps than a short epoch has: the first epochs would be misjudged.
NORMALISATION_MOMENTUM = 0.9

# Features that grow with the signal's energy; MFCC are logarithms already, HPCP are relative.
ENERGY_FEATURES = ("loudness", "melbands_", "onset_")

# Values this far below a feature's usual ones are taken as silence.
FLOOR_BELOW_MEDIAN = 1e-3


def build_fc(*, n_features: int, n_classes: int, seed: int) -> KerasModel:
    """The fully connected network, which sees one frame.

    Parameters
    ----------
    n_features : int
        Features of a frame.
    n_classes : int
        Classes.
    seed : int
        The same seed gives the same first weights.

    Returns
    -------
    keras.Model
        From float32 of shape (n, n_features) to the probabilities of the classes; its scaler is
        not yet set (see `fit_scaler`).
    """
    keras, own, seeds = import_keras(), own_layers(), _Seeds(seed)
    layers = keras.layers
    inputs = x = keras.Input((n_features,), name="features")
    x = own.log_compress(name="log")(x)
    x = own.standardise(name="scaler")(x)
    for k, units in enumerate(FC_UNITS, start=1):
        x = _dense(keras, units, f"dense_{k}", seeds, activation="relu")(x)
        x = layers.Dropout(FC_DROPOUT, seed=seeds.next(), name=f"dropout_{k}")(x)
    x = _dense(keras, n_classes, SCORES, seeds, activation="linear")(x)
    outputs = layers.Softmax(name="probabilities")(x)
    return keras.Model(inputs, outputs, name="fc")


def build_cnn(*, n_frames: int, n_bands: int, n_classes: int, seed: int) -> KerasModel:
    """The convolutional network, which sees a patch of frames and bands.

    Three blocks of convolution and pooling find shapes of growing size in time and frequency.

    Parameters
    ----------
    n_frames, n_bands : int
        Size of a patch: eight or more of each.
    n_classes : int
        Classes.
    seed : int
        The same seed gives the same first weights.

    Returns
    -------
    keras.Model
        From float32 of shape (n, n_frames, n_bands) to the probabilities of the classes of the
        frames that the patches stand for; its scaler is not yet set (see `fit_scaler`).
    """
    keras, own, seeds = import_keras(), own_layers(), _Seeds(seed)
    layers = keras.layers
    inputs = x = keras.Input((n_frames, n_bands), name="patch")
    x = own.standardise(name="scaler")(x)
    x = layers.Reshape((n_frames, n_bands, 1), name="image")(x)
    for k, filters in enumerate(CNN_FILTERS, start=1):
        x = layers.Conv2D(
            filters,
            KERNEL_SIZE,
            padding="same",
            use_bias=False,
            kernel_initializer=keras.initializers.GlorotUniform(seeds.next()),
            name=f"convolution_{k}",
        )(x)
        x = layers.BatchNormalization(momentum=NORMALISATION_MOMENTUM, name=f"normalisation_{k}")(x)
        x = layers.ReLU(name=f"rectifier_{k}")(x)
        x = layers.MaxPooling2D(POOL_SIZE, name=f"pooling_{k}")(x)
    x = layers.Flatten(name="shapes")(x)
    x = layers.Dropout(CNN_DROPOUT, seed=seeds.next(), name="dropout_1")(x)
    x = _dense(keras, CNN_UNITS, "dense", seeds, activation="relu")(x)
    x = layers.Dropout(CNN_DROPOUT, seed=seeds.next(), name="dropout_2")(x)
    x = _dense(keras, n_classes, SCORES, seeds, activation="linear")(x)
    outputs = layers.Softmax(name="probabilities")(x)
    return keras.Model(inputs, outputs, name="cnn")


def energy_floors(rows: FloatArray, columns: tuple[str, ...]) -> FloatArray:
    """Floors for the logarithm of the features that grow with energy.

    Parameters
    ----------
    rows : ndarray of float32, shape (n_frames, n_features)
        The frames that are learnt from.
    columns : tuple of str, length n_features
        Names of the features.

    Returns
    -------
    ndarray of float32, shape (n_features,)
        A thousandth of the median of the positive values; 0 for features that stay as they are.
    """
    floors = np.zeros(len(columns), dtype=np.float32)
    for k, column in enumerate(columns):
        if column.startswith(ENERGY_FEATURES):
            positive = rows[:, k][rows[:, k] > 0]
            floors[k] = FLOOR_BELOW_MEDIAN * np.median(positive) if len(positive) else 1.0
    # The floor must stay above 0, even where the features are almost nothing.
    energetic = [c.startswith(ENERGY_FEATURES) for c in columns]
    return np.where(energetic, np.maximum(floors, np.finfo(np.float32).tiny), 0).astype(np.float32)


def fit_scaler(model: KerasModel, rows: FloatArray, *, floors: FloatArray | None = None) -> None:
    """Set the scaler inside a model from the rows that it learns from.

    Parameters
    ----------
    model : keras.Model
        Made by `build_fc` or `build_cnn`.
    rows : ndarray of float32, shape (n_rows, n_columns)
        Training rows alone: nothing of the validation side may be known.
    floors : ndarray of float32, shape (n_columns,), optional
        For the fully connected network, see `energy_floors`.
    """
    if floors is not None:
        model.get_layer("log").set_weights([floors])
        logs = np.log(np.maximum(rows, 0) + np.where(floors > 0, floors, 1))
        rows = np.where(floors > 0, logs, rows)
    mean = rows.mean(axis=0, dtype=np.float64)
    deviation = rows.std(axis=0, dtype=np.float64)
    # A feature that never changes tells nothing, and must not be blown up.
    deviation[deviation < np.finfo(np.float32).eps * np.maximum(1, np.abs(mean))] = 1
    weights = [mean.astype(np.float32), deviation.astype(np.float32)]
    model.get_layer("scaler").set_weights(weights)


class _Seeds:
    """A row of seeds, one for each thing that is drawn."""

    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng([seed, 3])

    def next(self) -> int:
        return int(self._rng.integers(2**31 - 1))


def _dense(keras: Keras, units: int, name: str, seeds: _Seeds, *, activation: str) -> Any:  # noqa: ANN401
    start = keras.initializers.GlorotUniform(seeds.next())
    return keras.layers.Dense(units, activation=activation, kernel_initializer=start, name=name)
