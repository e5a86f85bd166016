"""The layers that the models have beside Keras's own; a model file names them, no more."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from core.learning.tensorflow_runtime import import_keras

PACKAGE = "loudness"


class Layers(NamedTuple):
    """The classes of the layers, each a `keras.layers.Layer`.

    Parameters
    ----------
    log_compress : type
        ``log(max(x, 0) + floor)`` for each feature whose floor is above 0; the rest as it is.
    standardise : type
        ``(x - mean) / deviation`` for each feature.
    """

    log_compress: Any
    standardise: Any


@cache
def own_layers() -> Layers:
    """Define the layers and register them, so that Keras finds them when it reads a model.

    Returns
    -------
    Layers
        The same classes each time.
    """
    keras = import_keras()
    ops = keras.ops
    register = keras.saving.register_keras_serializable

    # The numbers are weights, not settings: so they lie in the model file, in both its formats.
    def add_row(layer: Any, name: str, shape: tuple[int | None, ...], start: str) -> Any:  # noqa: ANN401
        return layer.add_weight(
            name=name, shape=(shape[-1],), initializer=start, trainable=False, dtype="float32"
        )

    @register(package=PACKAGE)
    class LogCompress(keras.layers.Layer):
        def build(self, input_shape: tuple[int | None, ...]) -> None:
            self.floor = add_row(self, "floor", input_shape, "zeros")

        def call(self, inputs: Any) -> Any:  # noqa: ANN401
            is_compressed = self.floor > 0
            # Where the floor is 0 the logarithm is not used, but its gradient must stay finite.
            floor = ops.where(is_compressed, self.floor, ops.ones_like(self.floor))
            return ops.where(is_compressed, ops.log(ops.maximum(inputs, 0.0) + floor), inputs)

    @register(package=PACKAGE)
    class Standardise(keras.layers.Layer):
        def build(self, input_shape: tuple[int | None, ...]) -> None:
            self.mean = add_row(self, "mean", input_shape, "zeros")
            self.deviation = add_row(self, "deviation", input_shape, "ones")

        def call(self, inputs: Any) -> Any:  # noqa: ANN401
            return (inputs - self.mean) / self.deviation

    return Layers(LogCompress, Standardise)
