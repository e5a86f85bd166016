from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.checkpoint import Checkpoint, CheckpointInfo
from core.learning.attribution import ScoreGradients
from core.learning.context import Context
from core.models import build_cnn, build_fc, energy_floors, fit_scaler
from core.progress import Cancelled
from tests.core.labelled_tables import CLASSES, SPEC

CONTEXT = Context.of(SPEC.columns)
FC, CNN = (53,), (64, 25)
MISSED = {"fc": 0.008, "cnn": 0.003}
"""Share of all that moved that the sum may miss: 1.6 times the most of 900 paths."""


def made_checkpoint(kind, seed=0):
    """A network with biases, without which no rectifier would open or close along a path."""
    checkpoint = started_checkpoint(kind, seed)
    rng = np.random.default_rng(seed)
    for layer in checkpoint.model.layers:
        if layer.name.startswith(("dense", "scores", "normalisation")):
            # Kernel or gamma, then bias or beta, then what batches had.
            kept = layer.get_weights()
            kept[1] = rng.normal(scale=0.3, size=kept[1].shape)
            layer.set_weights(kept)
    return checkpoint


def started_checkpoint(kind, seed):
    """Weights as they are drawn, and a scaler that shifts and stretches."""
    rng = np.random.default_rng(seed)
    if kind == "fc":
        model = build_fc(n_features=53, n_classes=3, seed=seed)
        rows = rng.lognormal(size=(40, 53)).astype(np.float32)
        fit_scaler(model, rows, floors=energy_floors(rows, SPEC.columns))
        return Checkpoint(model, CheckpointInfo("fc", CLASSES, SPEC.to_dict()))
    model = build_cnn(n_frames=64, n_bands=25, n_classes=3, seed=seed)
    fit_scaler(model, rng.normal(2, 3, size=(40, 25)).astype(np.float32))
    info = CheckpointInfo("cnn", CLASSES, SPEC.to_dict(), CONTEXT.to_dict())
    return Checkpoint(model, info)


def made_inputs(kind, n, seed=1):
    rng = np.random.default_rng(seed)
    if kind == "fc":
        return rng.lognormal(sigma=1.5, size=(n, *FC)).astype(np.float32)
    return rng.normal(2, 6, size=(n, *CNN)).astype(np.float32)


def difference(first, second):
    weights = np.zeros(3, dtype=np.float32)
    weights[first], weights[second] = 1, -1
    return weights


@pytest.fixture(scope="module")
def gradients():
    return {
        (kind, s): ScoreGradients(made_checkpoint(kind, s))
        for kind in ("fc", "cnn")
        for s in (0, 1)
    }


@pytest.mark.parametrize("kind", ["fc", "cnn"])
@given(data=st.data())
@settings(max_examples=12)
def test_what_is_attributed_sums_to_the_difference_from_the_baseline(gradients, kind, data):
    known = gradients[kind, data.draw(st.integers(0, 1))]
    inputs = made_inputs(kind, data.draw(st.integers(1, 5)), data.draw(st.integers(0, 999)))
    classes = data.draw(st.permutations(range(3)))[:2]
    found = known.attribute(inputs, difference(*classes))
    moved = np.abs(found.values).sum(axis=tuple(range(1, inputs.ndim)))
    assert np.all(np.abs(found.residuals) <= MISSED[kind] * moved + 1e-5)
    scores = known.scores(inputs)
    expected = scores[:, classes[0]] - scores[:, classes[1]]
    assert found.outputs == pytest.approx(expected.astype(np.float64), abs=1e-4)


@pytest.mark.parametrize("kind", ["fc", "cnn"])
def test_classes_the_other_way_round_change_the_sign_alone(gradients, kind):
    known, inputs = gradients[kind, 0], made_inputs(kind, 3)
    one, other = (known.attribute(inputs, difference(*c)) for c in ((2, 0), (0, 2)))
    assert np.allclose(one.values, -other.values, atol=1e-6)
    assert one.baseline == pytest.approx(-other.baseline)


@pytest.mark.parametrize("kind", ["fc", "cnn"])
def test_scores_become_the_probabilities_that_prediction_gives(kind):
    checkpoint = made_checkpoint(kind)
    inputs = made_inputs(kind, 7)
    powers = np.exp(ScoreGradients(checkpoint).scores(inputs).astype(np.float64))
    expected = powers / powers.sum(axis=1, keepdims=True)
    assert np.allclose(checkpoint.probabilities(inputs), expected, atol=1e-5)


def test_of_a_linear_model_it_is_weight_times_what_is_above_the_mean():
    """All rectifiers are held open, so that any number of steps is exact."""
    checkpoint = made_checkpoint("fc")
    model = checkpoint.model
    rng = np.random.default_rng(5)
    mean, deviation = rng.normal(size=53), rng.uniform(0.5, 2, size=53)
    model.get_layer("log").set_weights([np.zeros(53)])
    model.get_layer("scaler").set_weights([mean, deviation])
    product = np.eye(53)
    for name, bias in (("dense_1", 1e3), ("dense_2", 1e5), ("scores", 0.0)):
        kernel, biases = model.get_layer(name).get_weights()
        product = product @ kernel.astype(np.float64)
        if name != "scores":
            # Far above what the inputs can take away; float32 leaves some digits for those.
            biases = np.full_like(biases, bias)
        model.get_layer(name).set_weights([kernel, biases])
    inputs = rng.normal(size=(4, 53)).astype(np.float32)
    expected = (inputs - mean) / deviation * (product[:, 2] - product[:, 1])
    found = ScoreGradients(checkpoint).attribute(inputs, difference(2, 1), n_steps=1)
    assert np.allclose(found.values, expected, atol=1e-4)


def test_an_input_that_no_weight_looks_at_is_given_nothing():
    checkpoint = made_checkpoint("fc")
    layer = checkpoint.model.get_layer("dense_1")
    kernel, bias = layer.get_weights()
    kernel[7] = 0
    layer.set_weights([kernel, bias])
    found = ScoreGradients(checkpoint).attribute(made_inputs("fc", 3), difference(2, 0))
    assert np.all(found.values[:, 7] == 0)
    assert np.any(found.values[:, 8] != 0)


def test_more_steps_leave_less():
    known = ScoreGradients(made_checkpoint("cnn"))
    inputs = made_inputs("cnn", 4)
    few, many = (
        np.abs(known.attribute(inputs, difference(2, 0), n_steps=n).residuals).max()
        for n in (2, 128)
    )
    assert many < few / 4


def test_cancel_ends_it_between_batches(gradients):
    seen = []

    def report(progress):
        seen.append((progress.done, progress.total))
        if len(seen) == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        gradients["cnn", 0].attribute(made_inputs("cnn", 12), difference(2, 0), report=report)
    assert seen == [(0, 12), (4, 12)]
