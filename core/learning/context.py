"""The bands around a frame, relative to their recording: what the context network sees."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from core.errors import DatasetError, TableError
from core.features.spec import FeatureSpec
from core.features.table import FeatureTable
from core.learning.examples import ExampleSet
from core.progress import Progress, ignore
from core.storage import sha256_of
from core.timebase import frames_at

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from core.dataset import Dataset
    from core.progress import Report

    IntArray = NDArray[np.int64]
    FloatArray = NDArray[np.float32]

CONTEXT_FRAMES = 64
FRAMES_BEFORE = 32

# Below these lies the noise of 16 bit: a rounding error of uniform density has the power 1/12 of a
# step squared (Widrow & Kollar, Quantization Noise, 2008, eq. 4.25); through a Hann window whose
# sum is 2 that makes about 2e-12 in a mel band of 200 samples, and about 3e-8 of loudness.
LOUDNESS_FLOOR = 1e-8
BAND_FLOOR = 1e-12

FEATURES_HINT = "Name the table of features that the dataset was made from with --input_features."


@dataclass(frozen=True)
class Context:
    """Which numbers around a frame a model sees.

    Parameters
    ----------
    columns : tuple of str
        The bands, by their feature's name.
    floors : tuple of float, one for each column
        Added before the logarithm, in the feature's unit.
    n_frames : int
        Length of a patch in frames.
    n_before : int
        How many of them come before the frame that is labelled.
    """

    columns: tuple[str, ...]
    floors: tuple[float, ...]
    n_frames: int = CONTEXT_FRAMES
    n_before: int = FRAMES_BEFORE

    @classmethod
    def of(cls, columns: tuple[str, ...]) -> Self:
        """The context in a table of features: loudness and all mel bands.

        Parameters
        ----------
        columns : tuple of str
            Names of all the features.

        Returns
        -------
        Context
            The loudness, then the bands in their order.
        """
        bands = tuple(c for c in columns if c.startswith("melbands_"))
        return cls(("loudness", *bands), (LOUDNESS_FLOOR, *[BAND_FLOOR] * len(bands)))

    def to_dict(self) -> dict[str, Any]:
        """Every field by its name.

        Returns
        -------
        dict
            Fit for JSON.
        """
        return {**asdict(self), "columns": list(self.columns), "floors": list(self.floors)}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Make a context from what `to_dict` gave.

        Parameters
        ----------
        values : dict
            As read from JSON.

        Returns
        -------
        Context
            The same context.
        """
        rest = dict(values)
        rest["columns"], rest["floors"] = tuple(rest["columns"]), tuple(rest["floors"])
        return cls(**rest)

    @property
    def n_padding(self) -> int:
        """Rows that a recording gets beyond its frames."""
        return self.n_frames - 1

    def rows_of(self, matrix: FloatArray) -> FloatArray:
        """A recording's bands, relative to the recording and with its edges reflected.

        The medians are taken over the whole recording, annotated or not: they stand for its
        background, and the network then sees what rises above it.

        Parameters
        ----------
        matrix : ndarray of float32, shape (n_frames, n_columns)
            The features named by `columns`, of all frames of a recording; one frame or more.

        Returns
        -------
        ndarray of float32, shape (n_frames + n_padding, n_columns)
            Rows n to n + `n_frames` - 1 are the patch of frame n.
        """
        bands = np.log(np.maximum(matrix, 0) + np.asarray(self.floors, dtype=np.float32))
        bands -= np.median(bands, axis=0)
        # NumPy reflects as often as a short recording needs it, and repeats a frame that is alone.
        after = self.n_padding - self.n_before
        return np.pad(bands, ((self.n_before, after), (0, 0)), mode="reflect")

    def frames_of_rows(self, n_frames: int) -> IntArray:
        """Tell which frame each row is of.

        Parameters
        ----------
        n_frames : int
            Frames of the recording, one or more.

        Returns
        -------
        ndarray of int64, shape (n_frames + n_padding,)
            Of each row that `rows_of` gives, the frame; at the edges one that is reflected.
        """
        after = self.n_padding - self.n_before
        return np.pad(np.arange(n_frames), (self.n_before, after), mode="reflect")


def recording_examples(matrix: FloatArray, context: Context) -> ExampleSet:
    """All frames of a recording in their context.

    Parameters
    ----------
    matrix : ndarray of float32, shape (n_frames, n_columns)
        The features named by the context.
    context : Context
        What the model sees.

    Returns
    -------
    ExampleSet
        One for each frame, without classes; none if there is no frame.
    """
    rows = np.arange(len(matrix), dtype=np.int64)
    values = context.rows_of(matrix) if len(matrix) else np.empty_like(matrix)
    return ExampleSet(values, rows, np.zeros_like(rows), context.n_frames)


def context_examples(
    dataset: Dataset, table: FeatureTable, context: Context, *, report: Report = ignore
) -> ExampleSet:
    """The labelled frames in their context.

    Parameters
    ----------
    dataset : Dataset
        Which frames, and their classes.
    table : FeatureTable
        Features of all frames of the dataset's recordings; see `find_features`.
    context : Context
        What the model sees.
    report : Report
        Told the recording that is read.

    Returns
    -------
    ExampleSet
        One for each row of the dataset, in its order.

    Raises
    ------
    DatasetError
        If the table lacks a frame that the dataset labels.
    TableError
        If the table is damaged.
    """
    used = [k for k, r in enumerate(dataset.meta.recordings) if r.n_rows]
    n_frames = {r.name: r.n_rows for r in table.meta.recordings}
    names = [dataset.meta.recordings[k].name for k in used]
    n_values = sum(n_frames[name] + context.n_padding for name in names)
    values = np.empty((n_values, len(context.columns)), dtype=np.float32)
    frames = frames_at(dataset.start_samples, hop_size=dataset.meta.hop_size)
    first_row, start = np.zeros(len(dataset.meta.recordings), dtype=np.int64), 0
    for done, (k, name) in enumerate(zip(used, names, strict=True)):
        report(Progress("", done, len(used), "recordings", "Reading the context", name))
        if frames[dataset.recording_index == k].max() >= n_frames[name]:
            msg = f"{dataset.path} labels frames of {name} that {table.path} does not have"
            raise DatasetError(msg, hint="Build the dataset again.")
        rows = context.rows_of(table.matrix(name, context.columns))
        values[start : start + len(rows)] = rows
        first_row[k], start = start, start + len(rows)
    rows = first_row[dataset.recording_index] + frames
    return ExampleSet(values, rows, dataset.targets, context.n_frames)


def find_features(dataset: Dataset, features: Path | None = None) -> FeatureTable:
    """Open the table of features that a dataset was made from.

    Parameters
    ----------
    dataset : Dataset
        The labelled frames.
    features : Path, optional
        Where the table is now; if left out, where it was when the dataset was made.

    Returns
    -------
    FeatureTable
        Checked to have the dataset's recordings, on the dataset's grid.

    Raises
    ------
    DatasetError
        If it is gone, has changed or does not fit.
    TableError
        If `features` is no table of features.
    """
    if features is not None:
        table = FeatureTable(features)
        if not _is_source(table, dataset):
            _require_fit(table, dataset)
        return table
    path = dataset.path.parent / str(dataset.meta.source.get("path", ""))
    try:
        table = FeatureTable(path)
    except TableError as error:
        msg = f"The features that {dataset.path} was made from are gone: {path}"
        raise DatasetError(msg, hint=FEATURES_HINT) from error
    if not _is_source(table, dataset):
        msg = f"The features in {path} have changed since {dataset.path} was made from them"
        raise DatasetError(msg, hint="Build the dataset again. " + FEATURES_HINT)
    return table


def _is_source(table: FeatureTable, dataset: Dataset) -> bool:
    known = table.meta.sha256
    if not known or known != dataset.meta.source.get("sha256"):
        return False
    # A folder's hash stands for its files; a single file may have been changed behind its metadata.
    return table.path.is_dir() or sha256_of(table.path) == known


def _require_fit(table: FeatureTable, dataset: Dataset) -> None:
    theirs, ours = FeatureSpec.from_dict(table.meta.features), dataset.meta
    differences = theirs.differences(FeatureSpec.from_dict(ours.features))
    if differences:
        msg = f"{table.path} does not fit {dataset.path}: {', '.join(differences)}"
        raise DatasetError(msg, hint=FEATURES_HINT)
    lengths = {r.name: r.n_samples for r in table.meta.recordings}
    for recording in ours.recordings:
        length = lengths.get(recording.name)
        if length != recording.n_samples:
            has = "lacks it" if length is None else f"has it with {length}"
            msg = (
                f"{dataset.path} has the recording {recording.name} with {recording.n_samples} "
                f"samples, {table.path} {has}"
            )
            raise DatasetError(msg, hint=FEATURES_HINT)
