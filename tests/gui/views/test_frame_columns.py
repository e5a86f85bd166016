from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.views.frame_columns import LEAST_DOT_PX, column_values
from tests.gui.views.made_media import RATE_HZ, MadeMedia

N_FRAMES = 4000
VALUES = np.random.default_rng(4).uniform(-1, 1, (N_FRAMES, 3)).astype(np.float32)


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    from PySide6.QtCore import QCoreApplication

    assert QCoreApplication is not None
    media = MadeMedia(tmp_path_factory.mktemp("frames"))
    yield media.reader(VALUES, 40)
    media.close()


def _values(reader, start_s, end_s, width_px=800, *, hop_size=200, frame_size=200):
    return column_values(
        reader,
        (0, 2),
        start_s=start_s,
        end_s=end_s,
        width_px=width_px,
        hop_size=hop_size,
        frame_size=frame_size,
        sample_rate=RATE_HZ,
    )


@given(
    start=st.floats(-100, N_FRAMES * 200),
    span=st.floats(4, 800 * 150),
    hop_size=st.sampled_from([100, 200, 300]),
    frame_size=st.sampled_from([200, 350]),
)
def test_from_near_each_pixel_has_the_frames_over_its_middle(
    reader, start, span, hop_size, frame_size
):
    span = min(span, 790 * hop_size)
    start_s, end_s = start / RATE_HZ, (start + span) / RATE_HZ
    found = _values(reader, start_s, end_s, hop_size=hop_size, frame_size=frame_size)
    for x in range(0, 800, 37):
        sample = start_s * RATE_HZ + (x + 0.5) * (end_s - start_s) * RATE_HZ / 800
        over = [
            n
            for n in range(max(0, int(sample // hop_size) - 5), int(sample // hop_size) + 2)
            if n * hop_size <= sample < n * hop_size + frame_size and n < N_FRAMES
        ]
        if not over:
            assert np.isnan(found.low[x]).all()
        else:
            np.testing.assert_array_equal(found.low[x], VALUES[over][:, [0, 2]].min(axis=0))
            np.testing.assert_array_equal(found.high[x], VALUES[over][:, [0, 2]].max(axis=0))


def test_from_far_no_frame_is_missed(reader):
    found = _values(reader, 0, N_FRAMES / 40, 100)
    assert found.high.max(axis=0).tolist() == VALUES[:, [0, 2]].max(axis=0).tolist()
    assert found.low.min(axis=0).tolist() == VALUES[:, [0, 2]].min(axis=0).tolist()
    assert len(found.centres_px) == 0
    # Half a pixel may come from its neighbour, no more.
    np.testing.assert_array_equal(found.high[50], VALUES[2000:2040, [0, 2]].max(axis=0))


def test_a_frame_that_is_wide_enough_has_a_dot_in_its_middle(reader):
    n_in_view = 800 // LEAST_DOT_PX
    found = _values(reader, 1.0, 1.0 + n_in_view / 40)
    pixels_per_frame = 800 / n_in_view
    assert len(found.centres_px) == n_in_view
    assert found.centres_px[3] == pytest.approx(3.5 * pixels_per_frame, abs=1)
    np.testing.assert_array_equal(found.values[3], VALUES[43, [0, 2]])
    assert list(found.dots(1))[3] == (found.centres_px[3], pytest.approx(VALUES[43, 2]))
    assert len(_values(reader, 1.0, 5.0).centres_px) == 0
