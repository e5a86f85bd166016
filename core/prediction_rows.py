# pyarrow ships no type information.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
"""What a run predicted for the frames of one recording, read from the table of all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import TableError
from core.tables import opened
from core.timebase import frames_at

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

BLOCK_ROWS = 131_072
BUFFER_BYTES = 1_000_000
PROBABILITY = "p_"


@dataclass(frozen=True)
class PredictionRows:
    """The frames of a recording for which something was predicted.

    Parameters
    ----------
    frames : ndarray of int64, shape (n_rows,)
        Frame numbers, rising.
    targets : ndarray of int64, shape (n_rows,)
        Predicted class; -1 for one that the project does not have.
    probabilities : ndarray of float32, shape (n_rows, n_classes)
        Of the project's classes, from the quietest to the loudest.
    """

    frames: NDArray[np.int64]
    targets: NDArray[np.int64]
    probabilities: NDArray[np.float32]

    def dense(self, start: int, stop: int) -> NDArray[np.float32]:
        """Probabilities of a range of frames.

        Parameters
        ----------
        start, stop : int
            Frames ``start`` to ``stop - 1``.

        Returns
        -------
        ndarray of float32, shape (stop - start, n_classes)
            0 where nothing was predicted.
        """
        first, end = np.searchsorted(self.frames, [start, stop])
        block = np.zeros((stop - start, self.probabilities.shape[1]), dtype=np.float32)
        block[self.frames[first:end] - start] = self.probabilities[first:end]
        return block

    def runs(self) -> NDArray[np.int64]:
        """Join neighbouring frames of one predicted class.

        Returns
        -------
        ndarray of int64, shape (n_runs, 3)
            First frame, stop frame and target of each, in the order of time.
        """
        known = self.targets >= 0
        frames, targets = self.frames[known], self.targets[known]
        if not len(frames):
            return np.empty((0, 3), dtype=np.int64)
        ends = np.flatnonzero((np.diff(frames) != 1) | (np.diff(targets) != 0))
        first = np.concatenate([[0], ends + 1])
        last = np.concatenate([ends, [len(frames) - 1]])
        return np.stack([frames[first], frames[last] + 1, targets[first]], axis=1)


def read_predictions(
    path: Path, recording: str | None, classes: tuple[str, ...], *, hop_size: int
) -> PredictionRows:
    """Read what was predicted for a recording; memory does not depend on the table's length.

    Parameters
    ----------
    path : Path
        The table of a run, as `core.evaluate` or `core.predicted_frames` writes it.
    recording : str or None
        Name of the recording in tables; None for a table that is of one recording alone.
    classes : tuple of str
        Those of the project, from the quietest to the loudest. A class that the run does not know
        has probability 0.
    hop_size : int
        Step from one frame to the next, in samples, > 0.

    Returns
    -------
    PredictionRows
        Empty for a recording that the run was not evaluated on.

    Raises
    ------
    TableError
        If the table is missing or damaged, or of other frames.
    """
    import pyarrow as pa
    import pyarrow.parquet

    starts: list[NDArray[np.int64]] = []
    targets: list[NDArray[np.int64]] = []
    probabilities: list[NDArray[np.float32]] = []
    try:
        with opened(path) as file:
            table = pyarrow.parquet.ParquetFile(file, pre_buffer=False, buffer_size=BUFFER_BYTES)
            theirs = _classes(table.schema_arrow.names)
            columns = [f"{PROBABILITY}{c}" for c in theirs]
            places = np.array([_place(c, classes) for c in theirs], dtype=np.int64)
            kept = np.flatnonzero(places >= 0)
            wanted = ["start_sample", "predicted", *columns]
            wanted += [] if recording is None else ["recording"]
            for batch in table.iter_batches(BLOCK_ROWS, columns=wanted):
                rows = batch
                if recording is not None:
                    rows = batch.filter(_is(batch.column("recording"), recording))
                if not len(rows):
                    if starts:
                        # The rows of a recording stand together.
                        break
                    continue
                starts.append(rows.column("start_sample").to_numpy())
                targets.append(places[rows.column("predicted").to_numpy()])
                block = np.zeros((len(rows), len(classes)), dtype=np.float32)
                for k in kept.tolist():
                    block[:, places[k]] = rows.column(columns[k]).to_numpy()
                probabilities.append(block)
    except (pa.ArrowInvalid, pa.ArrowKeyError, KeyError, IndexError, OSError) as error:
        msg = f"{path} cannot be read as a table of predictions: {str(error).splitlines()[0]}"
        raise TableError(msg, hint="Evaluate the model again.") from error
    if not starts:
        nothing = np.empty(0, dtype=np.int64)
        return PredictionRows(nothing, nothing, np.empty((0, len(classes)), dtype=np.float32))
    try:
        frames = frames_at(np.concatenate(starts), hop_size=hop_size)
    except ValueError as error:
        msg = f"{path} is of other frames: {error}"
        raise TableError(msg, hint="Evaluate the model again.") from error
    return PredictionRows(frames, np.concatenate(targets), np.concatenate(probabilities))


def _is(column: Any, value: str) -> Any:  # noqa: ANN401  pyarrow's
    import pyarrow.compute

    compare: Any = pyarrow.compute
    return compare.equal(column, value)


def _classes(columns: list[str]) -> list[str]:
    return [c.removeprefix(PROBABILITY) for c in columns if c.startswith(PROBABILITY)]


def _place(name: str, classes: tuple[str, ...]) -> int:
    return classes.index(name) if name in classes else -1
