"""A quiet recording is raised to the target; silence is left alone."""

from __future__ import annotations

import numpy as np
import pytest

from core.listening import MOST_GAIN_DB, factor, measure
from core.peak_writer import PeakWriter
from core.peaks import PeakMeta, PeakReader


@pytest.mark.parametrize(
    ("level", "gain_db"), [(0.0501187, 20), (0.501187, 0), (1e-6, MOST_GAIN_DB), (0, 0)]
)
def test_a_steady_level_is_brought_to_the_target(tmp_path, level, gain_db):
    samples = np.full((9000, 1), level, dtype=np.float32)
    # A single knock decides nothing.
    samples[17] = 0.9 if level else 0
    with PeakWriter(tmp_path, PeakMeta(8000, 1, "float32")) as writer:
        writer.push(samples)
    with PeakReader(tmp_path) as reader:
        loudness = measure(reader)
    assert loudness.gain_db == pytest.approx(gain_db, abs=0.01)
    assert loudness.peak == pytest.approx(0.9 if level else 0)


def test_decibels():
    assert factor(-20) == pytest.approx(0.1)
