"""Columns of a spectrogram that have been computed, put together to what is in view."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from core.spectrogram import NO_AUDIO

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.spectrogram import Columns

TILE_COLUMNS = 128
"""Columns are computed and kept by so many."""

MOST_LAYERS = 4
MOST_TILES = 160
"""Of a layer: some screens to either side; those farthest from the view are forgotten first."""

_RELATIVE_STEP = 1e-6


@dataclass(frozen=True)
class Grid:
    """Columns of one length, counted from the recording's start.

    Parameters
    ----------
    column_samples : float
        Length of a column in samples.
    sample_rate : int
        In Hz.
    key : object
        Whatever else the columns depend on.
    """

    column_samples: float
    sample_rate: int
    key: object = None

    @classmethod
    def for_view(cls, span_s: float, width_px: int, sample_rate: int, key: object = None) -> Grid:
        """One column per pixel, or per sample where those are wider."""
        samples = max(1.0, span_s * sample_rate / width_px)
        # Panning changes the span by rounding; that must not make other columns of it.
        digits = round(-math.log10(samples * _RELATIVE_STEP))
        return cls(max(1.0, round(samples, digits)), sample_rate, key)

    @property
    def column_s(self) -> float:
        """Length of a column."""
        return self.column_samples / self.sample_rate

    def columns_at(self, times_s: NDArray[np.float64]) -> NDArray[np.int64]:
        """Columns at times."""
        return np.floor(times_s / self.column_s).astype(np.int64)


@dataclass
class _Layer:
    """Tiles of one grid: those that would change with more of the recording are not final."""

    grid: Grid
    tiles: dict[int, NDArray[np.uint8]] = field(default_factory=dict[int, "NDArray[np.uint8]"])
    unfinished: dict[int, int] = field(default_factory=dict[int, int])


class SpectrogramPicture:
    """Keeps columns, of the grid that is wanted and of earlier ones, which fill the gaps."""

    def __init__(self) -> None:
        self._layers: list[_Layer] = []

    def clear(self) -> None:
        """Forget all."""
        self._layers.clear()

    def begin(self, grid: Grid) -> None:
        """Want another grid; what there is of it already is used."""
        if self._layers and self._layers[-1].grid == grid:
            return
        known = [layer for layer in self._layers if layer.grid == grid]
        others = [layer for layer in self._layers if layer.grid != grid and layer.tiles]
        self._layers = [*others[1 - MOST_LAYERS :], *(known or [_Layer(grid)])]

    def missing(self, start_s: float, end_s: float, n_samples: int) -> list[int]:
        """Tiles of the wanted grid that are to be computed, the middle of the view first."""
        layer = self._layers[-1]
        first, last = layer.grid.columns_at(np.array([start_s, end_s])) // TILE_COLUMNS
        tile_samples = layer.grid.column_samples * TILE_COLUMNS
        last = min(int(last), int((n_samples - 1) // tile_samples))
        # Those that have grown come after those of which there is nothing.
        wanted = [
            (tile in layer.tiles, abs(tile - (first + last) / 2), tile)
            for tile in range(max(0, int(first)), last + 1)
            if tile not in layer.tiles or layer.unfinished.get(tile, n_samples) < n_samples
        ]
        return [tile for _, _, tile in sorted(wanted)]

    def put(self, grid: Grid, columns: Columns) -> None:
        """Keep neighbouring tiles, unless their grid is no longer known."""
        layer = next((layer for layer in self._layers if layer.grid == grid), None)
        if layer is None:
            return
        first = columns.first // TILE_COLUMNS
        for k in range(len(columns.codes) // TILE_COLUMNS):
            tile = first + k
            layer.tiles[tile] = columns.codes[k * TILE_COLUMNS : (k + 1) * TILE_COLUMNS]
            layer.unfinished.pop(tile, None)
            if not columns.is_final:
                layer.unfinished[tile] = columns.n_samples
        while len(layer.tiles) > MOST_TILES:
            farthest = max(layer.tiles, key=lambda tile: abs(tile - first))
            del layer.tiles[farthest]
            layer.unfinished.pop(farthest, None)

    def compose(
        self, start_s: float, end_s: float, width_px: int, height_px: int
    ) -> NDArray[np.uint8]:
        """What is in view, of shape (width, height), from the lowest frequency on.

        A pixel has the column that lies at its middle; of an earlier grid where there is none yet.
        """
        picture = np.full((width_px, height_px), NO_AUDIO, dtype=np.uint8)
        pixel_s = (end_s - start_s) / width_px
        places = np.arange(width_px, dtype=np.float64) + 0.5
        times_s: NDArray[np.float64] = start_s + places * pixel_s
        for layer in self._layers:
            columns = layer.grid.columns_at(times_s)
            tiles = columns // TILE_COLUMNS
            for tile in (
                range(int(tiles[0]), int(tiles[-1]) + 1)
                if len(layer.tiles) > (tiles[-1] - tiles[0])
                else sorted(layer.tiles)
            ):
                codes = layer.tiles.get(tile)
                if codes is None:
                    continue
                begin, end = np.searchsorted(tiles, [tile, tile + 1])
                if begin < end:
                    rows = codes[columns[begin:end] - tile * TILE_COLUMNS]
                    picture[begin:end] = _fit(rows, height_px)
        return picture


def _fit(rows: NDArray[np.uint8], height_px: int) -> NDArray[np.uint8]:
    n_rows = rows.shape[1]
    if n_rows == height_px:
        return rows
    return rows[:, np.arange(height_px) * n_rows // height_px]
