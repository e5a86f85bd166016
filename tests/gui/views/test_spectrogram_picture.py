from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.spectrogram import NO_AUDIO, Columns
from gui.views.spectrogram_picture import (
    MOST_LAYERS,
    MOST_TILES,
    TILE_COLUMNS,
    Grid,
    SpectrogramPicture,
)

RATE_HZ = 1000


def _columns(first_tile, n_tiles=1, n_rows=4, *, n_samples=10**9, is_final=True):
    """Columns that tell their own number, modulo 200."""
    numbers = np.arange(first_tile * TILE_COLUMNS, (first_tile + n_tiles) * TILE_COLUMNS)
    codes = np.broadcast_to((numbers % 200 + 1)[:, np.newaxis], (len(numbers), n_rows))
    return Columns(int(numbers[0]), codes.astype(np.uint8), n_samples, is_final)


def _compute_all(picture, grid, start_s, end_s, n_samples=10**9):
    picture.begin(grid)
    for tile in picture.missing(start_s, end_s, n_samples):
        picture.put(grid, _columns(tile))


@given(st.floats(1e-3, 1e5), st.integers(1, 4000), st.integers(8000, 96_000), st.floats(0, 1e4))
def test_panning_keeps_the_grid(span_s, width_px, rate_hz, start_s):
    grid = Grid.for_view(span_s, width_px, rate_hz)
    assert grid.column_samples >= 1
    wanted = max(1.0, span_s * rate_hz / width_px)
    assert grid.column_samples == pytest.approx(wanted, rel=1e-5)
    # A span that has gone through an addition and a subtraction differs in its last digits.
    again = (start_s + span_s) - start_s
    if again > 0 and abs(again - span_s) < 1e-9 * span_s:
        near = Grid.for_view(again, width_px, rate_hz)
        assert near.column_samples == pytest.approx(grid.column_samples, rel=2e-6)


def test_each_pixel_has_the_column_at_its_middle():
    picture, grid = SpectrogramPicture(), Grid(10.0, RATE_HZ)
    _compute_all(picture, grid, 0, 10)
    shown = picture.compose(1.003, 4.003, 300, 4)
    middles = 1.003 + (np.arange(300) + 0.5) * 0.01
    expected = np.floor(middles / grid.column_s + 1e-9) % 200 + 1
    np.testing.assert_array_equal(shown[:, 0], expected)


def test_only_what_is_new_is_missing_after_panning():
    picture, grid = SpectrogramPicture(), Grid(10.0, RATE_HZ)
    _compute_all(picture, grid, 0, 10)
    assert picture.missing(0, 10, 10**9) == []
    tile_s = TILE_COLUMNS * grid.column_s
    assert picture.missing(8, 8 + 3 * tile_s, 10**9) == [8, 9]
    # Behind the end of the recording there is nothing to compute.
    assert picture.missing(8, 8 + 3 * tile_s, int(8.5 * tile_s * RATE_HZ)) == [8]


def test_an_earlier_grid_fills_the_gaps():
    picture, coarse, fine = SpectrogramPicture(), Grid(100.0, RATE_HZ), Grid(10.0, RATE_HZ)
    _compute_all(picture, coarse, 0, 10)
    picture.begin(fine)
    stretched = picture.compose(2, 5, 300, 4)
    np.testing.assert_array_equal(stretched[:, 0], np.repeat(np.arange(20, 50), 10) % 200 + 1)
    picture.put(fine, _columns(1))
    shown = picture.compose(2, 5, 300, 4)
    # The second tile of the fine grid reaches from 1.28 to 2.56 s.
    np.testing.assert_array_equal(shown[:56, 0], np.arange(200, 256) % 200 + 1)
    np.testing.assert_array_equal(shown[56:], stretched[56:])


def test_another_height_stretches_the_rows():
    picture, grid = SpectrogramPicture(), Grid(10.0, RATE_HZ)
    picture.begin(grid)
    codes = np.broadcast_to(np.array([10, 20], dtype=np.uint8), (TILE_COLUMNS, 2))
    picture.put(grid, Columns(0, codes, 10**9, is_final=True))
    assert picture.compose(0, 1, 100, 6)[50].tolist() == [10, 10, 10, 20, 20, 20]


def test_what_has_grown_is_computed_again_but_shown_meanwhile():
    picture, grid = SpectrogramPicture(), Grid(10.0, RATE_HZ)
    picture.begin(grid)
    picture.put(grid, _columns(0, n_samples=700, is_final=False))
    assert picture.missing(0, 1, 700) == []
    assert picture.missing(0, 1, 900) == [0]
    assert (picture.compose(0, 1, 100, 4) != NO_AUDIO).all()
    picture.put(grid, _columns(0))
    assert picture.missing(0, 1, 10**9) == []


def test_columns_of_a_grid_that_was_forgotten_are_left_out():
    picture, grid = SpectrogramPicture(), Grid(10.0, RATE_HZ, "old")
    picture.begin(grid)
    picture.clear()
    picture.begin(Grid(10.0, RATE_HZ, "new"))
    picture.put(grid, _columns(0))
    assert (picture.compose(0, 1, 100, 4) == NO_AUDIO).all()


def test_memory_is_bounded():
    picture = SpectrogramPicture()
    for k in range(10):
        grid = Grid(10.0 + k, RATE_HZ)
        picture.begin(grid)
        for tile in range(MOST_TILES + 20):
            picture.put(grid, _columns(tile))
    assert len(picture._layers) == MOST_LAYERS
    assert max(len(layer.tiles) for layer in picture._layers) == MOST_TILES
    assert (MOST_TILES + 19) in picture._layers[-1].tiles
