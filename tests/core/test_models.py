from __future__ import annotations

import numpy as np
import pytest

from core.learning.tensorflow_runtime import import_keras
from core.models import ENERGY_FEATURES, build_cnn, build_fc, energy_floors, fit_scaler
from tests.core.labelled_tables import SPEC

FC = {"n_features": 53, "n_classes": 3}
CNN = {"n_frames": 64, "n_bands": 25, "n_classes": 3}


@pytest.mark.parametrize(
    ("build", "shape"), [(build_fc, (53,)), (build_cnn, (64, 25))], ids=["fc", "cnn"]
)
def test_the_same_seed_gives_the_same_network(build, shape):
    sizes = FC if build is build_fc else CNN
    rng = np.random.default_rng(0)
    inputs = rng.random((5, *shape), dtype=np.float32)
    first, again, other = (build(**sizes, seed=s)(inputs).numpy() for s in (4, 4, 5))
    assert first.shape == (5, 3)
    assert np.allclose(first.sum(axis=1), 1, atol=1e-6)
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_the_context_network_has_three_blocks_of_convolution_and_pooling():
    kinds = [type(layer).__name__ for layer in build_cnn(**CNN, seed=0).layers]
    assert kinds.count("Conv2D") == kinds.count("MaxPooling2D") == 3
    assert "Lambda" not in kinds


def test_energy_is_compressed_and_everything_standardised_inside_the_model():
    rng = np.random.default_rng(0)
    rows = rng.lognormal(-10, 2, (400, 53)).astype(np.float32)
    rows[:, 1:14] = rng.normal(-900, 100, (400, 13))  # MFCC may be negative
    floors = energy_floors(rows, SPEC.columns)
    model = build_fc(**FC, seed=0)
    fit_scaler(model, rows, floors=floors)
    keras = import_keras()
    scaled = keras.Model(model.input, model.get_layer("scaler").output)(rows).numpy()
    assert np.allclose(scaled.mean(axis=0), 0, atol=1e-3)
    assert np.allclose(scaled.std(axis=0), 1, atol=1e-3)
    is_energy = np.array([c.startswith(ENERGY_FEATURES) for c in SPEC.columns])
    assert is_energy.sum() == 1 + 24 + 3
    assert np.array_equal(floors > 0, is_energy)
    by_hand = np.log(rows[:, 14] + floors[14])
    by_hand = (by_hand - by_hand.mean()) / by_hand.std()
    assert np.allclose(scaled[:, 14], by_hand, atol=1e-3)


def test_the_floor_is_a_thousandth_of_what_is_usual():
    rows = np.zeros((5, 53), dtype=np.float32)
    rows[:, 0] = [0, 0, 1, 3, 50]
    rows[:, 1] = 7
    floors = energy_floors(rows, SPEC.columns)
    assert floors[0] == pytest.approx(0.003)
    assert floors[1] == 0
    assert floors[14] == 1  # a band that is always silent


def test_features_without_life_stay_finite():
    rows = np.zeros((20, 53), dtype=np.float32)
    rows[:, 5] = 1e-30
    rows[:, 0] = -1  # no energy is negative, but a table may say so
    model = build_fc(**FC, seed=0)
    fit_scaler(model, rows, floors=energy_floors(rows, SPEC.columns))
    assert np.isfinite(model(rows).numpy()).all()
    assert np.isfinite(model(np.full((1, 53), 1e4, dtype=np.float32)).numpy()).all()


def test_the_context_network_standardises_each_band():
    rng = np.random.default_rng(0)
    rows = (rng.standard_normal((500, 25)) * np.arange(1, 26) + np.arange(25)).astype(np.float32)
    model = build_cnn(**CNN, seed=0)
    fit_scaler(model, rows)
    scaler = model.get_layer("scaler")
    mean, deviation = scaler.get_weights()
    assert np.allclose(mean, rows.mean(axis=0), rtol=1e-4, atol=1e-4)
    assert np.allclose(deviation, rows.std(axis=0), rtol=1e-4)
    assert not scaler.trainable_weights
