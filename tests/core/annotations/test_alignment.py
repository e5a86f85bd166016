"""The shift of annotations is told with the uncertainty that it has."""

from __future__ import annotations

import numpy as np
import pytest

from core.annotations.alignment import (
    HOP_S,
    Edge,
    _tell,
    edge_profiles,
    estimate_alignment,
    lags_s,
    loudness_edges,
)
from core.annotations.csv import Annotation


def annotation(start_s, end_s, target):
    return Annotation(1, "a.wav", start_s, end_s, target)


def places(annotations, duration_s=10.0):
    edges = loudness_edges([annotation(*a) for a in annotations], duration_s)
    return [(e.time_s, e.rises) for e in edges]


def test_edges_are_where_the_louder_of_two_neighbours_ends():
    """The quieter one may keep its distance, as people's annotations do."""
    assert places([(0, 2.9, 0), (3, 5, 2), (5.2, 10, 0)]) == [(3, True), (5, False)]


def test_a_step_from_class_to_class_is_an_edge_of_the_louder_one():
    assert places([(0, 3, 0), (3, 5, 1), (5, 8, 2), (8, 10, 1)]) == [
        (3, True),
        (5, True),
        (8, False),
    ]


def test_between_neighbours_of_one_class_there_is_no_edge():
    assert places([(1, 3, 2), (3.1, 5, 2)]) == [(1, True), (5, False)]


def test_what_is_not_annotated_is_quieter_than_all_but_the_lowest_class():
    assert places([(1, 3, 2), (6, 7, 0)]) == [(1, True), (3, False)]


def test_the_ends_of_the_recording_are_no_edges():
    assert places([(0, 4, 2), (4, 10, 0)]) == [(4, False)]
    assert places([(0, 10, 2)]) == []


def test_sides_last_as_long_as_what_is_annotated_there():
    (edge, _) = loudness_edges([annotation(0.5, 0.9, 0), annotation(1, 1.2, 2)], 10.0)
    assert edge.loud_s == pytest.approx(0.2)
    assert edge.quiet_s == pytest.approx(0.5)


def level_with(events, n_frames=4000):
    level_db = np.zeros(n_frames)
    for start_s, end_s in events:
        level_db[round(start_s / HOP_S) : round(end_s / HOP_S)] = 20.0
    return level_db


def edges_of(events, shift_s):
    return [
        Edge(t + shift_s, rises, end_s - start_s, 1.0)
        for start_s, end_s in events
        for t, rises in ((start_s, True), (end_s, False))
    ]


EVENTS = [(3.0, 3.5), (7.2, 8.1), (12.9, 13.3), (16.0, 17.0)]


@pytest.mark.parametrize("shift_s", [-1.0, -0.1, 0.0, 0.05, 0.5])
def test_a_clear_step_is_found_to_a_frame(shift_s):
    edges = edges_of(EVENTS, shift_s)
    found = estimate_alignment(edges, edge_profiles(level_with(EVENTS), 0.0, 0.14, edges))
    assert found.shift_s == pytest.approx(-shift_s, abs=3 * HOP_S)
    assert found.low_s <= -shift_s <= found.high_s
    assert found.verdict == ("suspicious" if abs(shift_s) > 0.1 else found.verdict)
    assert found.verdict != "cannot tell"
    assert found.offset_s == found.shift_s
    assert found.stretch == 1.0


def test_an_edge_that_falls_out_of_line_does_not_decide():
    edges = edges_of(EVENTS, 0.0)
    edges[2] = Edge(9.7, rises=True, loud_s=0.5, quiet_s=1.0)
    found = estimate_alignment(edges, edge_profiles(level_with(EVENTS), 0.0, 0.14, edges))
    assert found.verdict == "aligned"
    assert abs(found.shift_s) <= 3 * HOP_S


@pytest.mark.parametrize("rises", [True, False])
def test_no_edge_can_rule_out_what_the_others_say(rises):
    sure = np.full(len(lags_s()), -500.0)
    sure[100] = 0.0
    told = np.exp(_tell(sure, rises=rises))
    assert told.sum() == pytest.approx(1.0, abs=0.02)
    assert told.min() > 0.05 / len(told)


def test_a_level_without_a_step_tells_nothing():
    edges = edges_of(EVENTS, 0.0)
    found = estimate_alignment(edges, edge_profiles(np.zeros(4000), 0.0, 0.14, edges))
    assert found.verdict == "cannot tell"
    assert found.high_s - found.low_s > 3.0


@pytest.mark.parametrize("n_edges", [0, 1])
def test_with_less_than_two_edges_nothing_is_told(n_edges):
    edges = edges_of(EVENTS, 0.0)[:n_edges]
    profiles = edge_profiles(level_with(EVENTS), 0.0, 0.14, edges)
    assert profiles.shape == (n_edges, len(lags_s()))
    found = estimate_alignment(edges, profiles)
    assert (found.verdict, found.shift_s, found.n_edges) == ("cannot tell", None, n_edges)


def test_lags_lie_evenly_around_none():
    lags = lags_s()
    assert lags[len(lags) // 2] == 0.0
    assert np.allclose(lags, -lags[::-1])
