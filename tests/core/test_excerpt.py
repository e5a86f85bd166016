"""What is saved is whole, and what cannot be saved is said."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import ProjectError, RecordingError
from core.excerpt import Excerpt, save_excerpt
from core.peak_writer import PeakWriter
from core.peaks import PeakMeta


def test_too_loud_samples_are_clipped_and_counted(tmp_path):
    with PeakWriter(tmp_path / "a", PeakMeta(8000, 1, "float32")) as writer:
        writer.push(np.array([[0.5], [2.0], [-3.0]], dtype=np.float32))
    assert save_excerpt(Excerpt(tmp_path / "a", 0, 3, 16), tmp_path / "x.wav") == 2
    with pytest.raises(ProjectError, match="no audio"):
        save_excerpt(Excerpt(tmp_path / "a", 5, 9, 16), tmp_path / "y.wav")
    assert not (tmp_path / "y.wav").exists()


def test_what_is_not_decoded_yet_is_not_saved(tmp_path):
    with PeakWriter(tmp_path / "a", PeakMeta(8000, 1)) as writer:
        writer.push(np.zeros((100, 1), dtype=np.float32))
        with pytest.raises(RecordingError, match="not decoded"):
            save_excerpt(Excerpt(tmp_path / "a", 50, 200, 16), tmp_path / "x.wav")
