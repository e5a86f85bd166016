"""What is made to be heard can be heard when told so, and nothing of it stays."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest

from core.rendition import RenditionSpec
from tests.gui.playing import RATE, noise, write


def test_a_rendition_has_its_place_in_time_and_goes(session, tmp_path, qtbot):
    from gui.renditions import Renditions

    renditions = Renditions(session, session)
    source = write(tmp_path / "a", noise(2))
    ready = []
    spec = RenditionSpec(source, RATE // 2, 2 * RATE, 2.0, keeps_pitch=True, sample_rate=RATE)
    renditions.ask(spec, RATE, ready.append)
    qtbot.waitUntil(lambda: bool(ready), timeout=10_000)
    track = ready[0].track
    qtbot.waitUntil(lambda: not session.sound.is_busy)
    assert track.time_at(0) == 0.5
    assert track.time_at(RATE // 2) == pytest.approx(1.5)
    assert np.abs(track.read(0, 4000, 1)).max() > 0.05
    renditions.clear()
    assert not list(Path(tempfile.gettempdir()).iterdir())
