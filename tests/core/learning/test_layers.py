from __future__ import annotations

import numpy as np

from core.learning.layers import own_layers
from core.learning.tensorflow_runtime import import_keras


def test_logarithm_with_a_floor_and_the_rest_as_it_is():
    layer = own_layers().log_compress()
    inputs = np.array([[0.0, -3.0, 2.0], [5.0, 1e-9, -7.0]], dtype=np.float32)
    layer.build(inputs.shape)
    floors = np.array([0.5, 1e-9, 0.0], dtype=np.float32)
    layer.set_weights([floors])
    logs = np.log(np.maximum(inputs, 0) + np.array([0.5, 1e-9, 1], dtype=np.float32))
    expected = np.where(floors > 0, logs, inputs)
    assert np.allclose(layer(inputs).numpy(), expected, rtol=1e-6)


def test_standardised_values():
    layer = own_layers().standardise()
    layer.build((None, 2))
    layer.set_weights([np.array([1.0, -2.0]), np.array([2.0, 4.0])])
    result = layer(np.array([[3.0, 2.0]], dtype=np.float32)).numpy()
    assert result.tolist() == [[1.0, 1.0]]


def test_the_layers_are_defined_once_and_known_by_name():
    assert own_layers() is own_layers()
    find = import_keras().saving.get_registered_object
    assert find("loudness>LogCompress") is own_layers().log_compress
    assert find("loudness>Standardise") is own_layers().standardise
