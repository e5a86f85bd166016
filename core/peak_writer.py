"""Makes the min/max pyramid that `core.peaks` draws from."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any, BinaryIO, Self

import numpy as np

from core.errors import storage_error
from core.peaks import DTYPES, FULL_SCALE, LEVEL_FACTORS, META_FORMAT, META_NAME, file_names

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from numpy.typing import NDArray

    from core.peaks import PeakMeta, SampleType


class PeakWriter:
    """Makes a folder of peaks from blocks; a context manager.

    Left by an exception, the folder stays incomplete.

    Parameters
    ----------
    folder : Path
        It is made; an older pyramid in it is removed.
    meta : PeakMeta
        What the blocks are; `n_samples` and `identity` are set here.

    Raises
    ------
    StorageError
        If the disk is full, or the folder cannot be written.
    """

    def __init__(self, folder: Path, meta: PeakMeta) -> None:
        self._folder = folder
        self._meta = replace(meta, n_samples=None, identity=uuid.uuid4().hex)
        self._n_samples = 0
        self._files: list[BinaryIO] = []
        row: NDArray[Any] = np.zeros((0, meta.n_channels), dtype=DTYPES[meta.sample_type])
        self._waiting = [(row, row) for _ in LEVEL_FACTORS]
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for name in (META_NAME, *file_names()):
                # Removed, never cut: a window may have it mapped.
                (folder / name).unlink(missing_ok=True)
            for name in file_names():
                self._files.append((folder / name).open("wb"))
            self._write_meta()
        except OSError as error:
            self._close_files()
            raise self._explain(error) from error

    def push(self, block: NDArray[np.float32]) -> None:
        """Append samples; they can be drawn when this returns.

        Parameters
        ----------
        block : ndarray of float32, shape (n_samples, n_channels)
            Full scale is -1 to 1. NaN is drawn as 0.

        Raises
        ------
        StorageError
            If they cannot be written.
        """
        rows = _to_stored(block, self._meta.sample_type)
        try:
            # Samples first: a level never tells of what is not there.
            self._append(0, rows)
            self._n_samples += len(rows)
            self._push_level(0, rows, rows)
        except OSError as error:
            raise self._explain(error) from error

    def close(self) -> None:
        """Say in the folder that the pyramid is complete.

        The last samples are in no bin of the coarse levels; they are drawn from the finer ones.

        Raises
        ------
        StorageError
            If the end cannot be written.
        """
        try:
            self._meta = replace(self._meta, n_samples=self._n_samples)
            self._write_meta()
        except OSError as error:
            raise self._explain(error) from error
        finally:
            self._close_files()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is None:
            self.close()
        else:
            self._close_files()

    def _push_level(self, level: int, smallest: NDArray[Any], largest: NDArray[Any]) -> None:
        """Append to a level what the finer one has got."""
        if level == len(LEVEL_FACTORS):
            return
        step = LEVEL_FACTORS[0] if level == 0 else LEVEL_FACTORS[level] // LEVEL_FACTORS[level - 1]
        low, high = self._waiting[level]
        low, high = np.concatenate([low, smallest]), np.concatenate([high, largest])
        n_whole = len(low) // step * step
        self._waiting[level] = low[n_whole:], high[n_whole:]
        if n_whole:
            starts = np.arange(0, n_whole, step, dtype=np.int64)
            bins = (
                np.minimum.reduceat(low[:n_whole], starts, axis=0),
                np.maximum.reduceat(high[:n_whole], starts, axis=0),
            )
            self._append_bins(level, *bins)

    def _append_bins(self, level: int, smallest: NDArray[Any], largest: NDArray[Any]) -> None:
        self._append(1 + level, np.stack([smallest, largest], axis=1))
        self._push_level(level + 1, smallest, largest)

    def _append(self, file: int, rows: NDArray[Any]) -> None:
        self._files[file].write(np.ascontiguousarray(rows).data)
        self._files[file].flush()

    def _write_meta(self) -> None:
        part = self._folder / f".{META_NAME}.part"
        part.write_text(json.dumps({"format": META_FORMAT, **vars(self._meta)}), encoding="utf-8")
        part.replace(self._folder / META_NAME)

    def _close_files(self) -> None:
        for file in self._files:
            try:
                file.close()
            except OSError:
                # What could not be written has been told already; the folder is incomplete.
                continue

    def _explain(self, error: OSError) -> Exception:
        return storage_error(error, self._folder) or error


def _to_stored(block: NDArray[np.float32], sample_type: SampleType) -> NDArray[Any]:
    finite = np.nan_to_num(block, nan=0.0, posinf=1.0, neginf=-1.0)
    if sample_type == "float32":
        return finite.astype(DTYPES["float32"])
    full_scale = np.float32(FULL_SCALE["int16"])
    scaled = np.rint(np.clip(finite, -1, 1) * full_scale)
    return np.minimum(scaled, full_scale - 1).astype(DTYPES["int16"])
