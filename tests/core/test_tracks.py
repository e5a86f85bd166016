"""Channels for two ears, and a level that never clips."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.tracks import for_ears, soft_limit


def test_mono_is_on_both_ears_and_many_channels_in_the_middle():
    mono = np.array([[1.0], [2.0]], dtype=np.float32)
    assert for_ears(mono, 2).tolist() == [[1, 1], [2, 2]]
    assert for_ears(np.array([[1.0, 2.0, 6.0]], dtype=np.float32), 2).tolist() == [[3, 3]]
    assert for_ears(np.array([[1.0, 2.0]], dtype=np.float32), 1).tolist() == [[1.5]]


@given(st.floats(-1000, 1000))
def test_what_is_limited_never_clips_and_quiet_samples_stay(value):
    block = np.array([[value]], dtype=np.float32)
    soft_limit(block)
    assert abs(block[0, 0]) <= 1
    if abs(value) <= 0.7:
        assert block[0, 0] == np.float32(value)
