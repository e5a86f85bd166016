from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.learning.uncertainty import (
    LOOK_S,
    Uncertainty,
    frame_uncertainties,
    recording_uncertainty,
)

HOP, RATE = 200, 8000
N_LOOK = 200  # frames of 25 ms in 5 s
SURE, TORN = (1.0, 0.0, 0.0), (0.5, 0.0, 0.5)

weights = arrays(np.float64, st.tuples(st.integers(1, 60), st.just(3)), elements=st.floats(0.01, 1))


def frames(*parts):
    """Frames as (how many, probabilities)."""
    rows = [row for n, row in parts for _ in range(n)]
    return np.array(rows, dtype=np.float32).reshape(-1, 3)


def measured(probabilities, hop=HOP):
    return recording_uncertainty(probabilities, hop_size=hop, sample_rate=RATE)


def test_a_frame_is_uncertain_where_its_best_two_classes_are_near():
    found = frame_uncertainties(np.array([SURE, TORN, (0.6, 0.3, 0.1)], dtype=np.float32))
    np.testing.assert_allclose(found, [0, 1, 0.7], atol=1e-6)


def test_the_third_class_says_nothing():
    """Margin, not entropy: what counts is the decision between two."""
    found = frame_uncertainties(np.array([(0.5, 0.5, 0), (0.4, 0.4, 0.2)], dtype=np.float32))
    np.testing.assert_allclose(found, 1, atol=1e-6)


def test_few_uncertain_seconds_do_not_drown_in_a_long_recording():
    short = measured(frames((N_LOOK, TORN)))
    long = measured(frames((40 * N_LOOK, SURE), (N_LOOK, TORN), (40 * N_LOOK, SURE)))
    assert short.score == long.score == pytest.approx(1)
    assert (long.start_s, long.end_s) == (40 * LOOK_S, 41 * LOOK_S)


def test_they_need_not_be_together():
    scattered = frames(*[(N_LOOK // 5, TORN), (2 * N_LOOK, SURE)] * 5)
    assert measured(scattered).score == pytest.approx(1)


def test_a_short_recording_is_measured_whole():
    found = measured(frames((10, SURE), (30, TORN)))
    assert found == Uncertainty(pytest.approx(0.75), 0.0, 1.0)


def test_a_hop_longer_than_that_is_one_frame():
    assert measured(frames((3, SURE), (1, TORN)), hop=6 * RATE) == Uncertainty(1.0, 18.0, 24.0)


def test_nothing_is_certain():
    assert measured(frames()) == Uncertainty(0.0, 0.0, 0.0)


def test_of_equals_the_earliest_is_shown():
    assert measured(frames((4 * N_LOOK, (0.6, 0.3, 0.1)))).start_s == 0


@given(weights)
def test_the_score_is_that_of_the_most_uncertain_and_names_of_classes_do_not_matter(drawn):
    probabilities = (drawn / drawn.sum(axis=1, keepdims=True)).astype(np.float32)
    hop = 4 * HOP  # 50 frames in 5 s
    found = measured(probabilities, hop)
    each = np.sort(frame_uncertainties(probabilities))[::-1]
    assert 0 <= found.score <= 1
    assert found.score == pytest.approx(each[:50].mean())
    assert found.score >= each.mean() - 1e-9
    for order in ([2, 0, 1], [1, 0, 2]):
        assert measured(probabilities[:, order], hop) == found
    # The stretch has no frame that the score could not have.
    assert found.end_s - found.start_s == pytest.approx(min(50, len(probabilities)) * 0.1)
    assert 0 <= found.start_s <= found.end_s <= len(probabilities) * 0.1 + 1e-9


@given(weights, st.randoms())
def test_the_order_of_frames_does_not_matter_to_the_score(drawn, random):
    probabilities = (drawn / drawn.sum(axis=1, keepdims=True)).astype(np.float32)
    order = list(range(len(probabilities)))
    random.shuffle(order)
    found, other = (measured(p, 4 * HOP).score for p in (probabilities, probabilities[order]))
    assert found == pytest.approx(other)
