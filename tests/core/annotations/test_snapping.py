"""Times drawn to edges and frames."""

from __future__ import annotations

import pytest

from core.annotations.snapping import snap


@pytest.mark.parametrize(
    ("time_s", "expected"),
    [(1.04, 1.0), (1.08, 1.1), (2.0, 2.0), (0.96, 1.0)],
)
def test_drawn_to_the_nearest_edge_in_reach(time_s, expected):
    assert snap(time_s, [1.0, 1.1, 5.0], within_s=0.05) == expected


def test_an_edge_goes_before_a_frame_and_a_frame_before_nothing():
    assert snap(1.01, [1.03], hop_s=0.025, within_s=0.05) == 1.03
    assert snap(1.51, [1.03], hop_s=0.025, within_s=0.05) == pytest.approx(1.5)
    assert snap(1.51, [], hop_s=10.0, within_s=0.05) == 1.51
    assert snap(1.51, [], within_s=0.05) == 1.51
    assert snap(1.51, [7.0]) == 7.0
