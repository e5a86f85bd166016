from __future__ import annotations

import numpy as np
import pytest

from gui.views.edge_lines import MARK_PX, draw_edges, edge_times_s
from tests.gui.views.made_media import RATE_HZ, MadeMedia

COLOR = 0xFF123456


def _draw(times_s, *, width_px=400, height_px=50):
    pixels = np.zeros((height_px, width_px), dtype=np.uint32)
    colors = np.full(len(times_s), COLOR, dtype=np.uint32)
    draw_edges(pixels, np.array(times_s), colors, start_s=10.0, end_s=14.0)
    return pixels


def test_a_line_goes_through_the_whole_height_at_its_pixel():
    pixels = _draw([9.0, 10.0, 12.005, 15.0])
    assert np.flatnonzero(pixels.any(axis=0)).tolist() == [0, 200]
    assert pixels[:, 200].all()
    # Dashed, so that it is seen on any colour.
    assert set(np.unique(pixels[:, 200]).tolist()) == {COLOR, 0xFF000000, 0xFFFFFFFF}


def test_many_are_marks_at_the_top_in_their_colour():
    pixels = _draw(np.linspace(10, 14, 100, endpoint=False))
    assert (pixels[:MARK_PX] == COLOR).any(axis=0).sum() == 100
    assert set(np.unique(pixels[:MARK_PX]).tolist()) == {0, COLOR}
    assert not pixels[MARK_PX:].any()


def test_very_many_do_not_hide_the_picture():
    assert not _draw(np.linspace(10, 14, 5000, endpoint=False)).any()


def test_edges_stand_at_samples(application, tmp_path):
    media = MadeMedia(tmp_path)
    media.describe(annotations=[(1.00004, 2.0, 0), (1.5, 1.7, 2)])
    times_s, targets = edge_times_s(media.details)
    assert times_s * RATE_HZ == pytest.approx([8000, 12_000, 13_600, 16_000])
    assert targets.tolist() == [0, 2, 2, 0]
    media.describe()
    assert len(edge_times_s(media.details)[0]) == 0
