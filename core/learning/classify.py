"""What a model makes of frames: probabilities, and the intervals that come of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from core.checkpoint import require_same_features
from core.errors import CheckpointError
from core.learning.context import Context, context_examples, find_features, recording_examples
from core.learning.examples import ExampleSet, frame_examples
from core.progress import Progress, ignore
from core.timebase import owned_interval

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from core.checkpoint import Checkpoint, CheckpointInfo
    from core.dataset import Dataset
    from core.features.table import FeatureTable
    from core.progress import Report

    FloatArray = NDArray[np.float32]

# About 30 MB in the first convolution, and a few milliseconds: short enough for a quick Cancel.
PATCH_BATCH_SIZE = 256
FRAME_BATCH_SIZE = 65_536


@dataclass(frozen=True)
class Prediction:
    """One interval of a recording with the class that the model gives it.

    Parameters
    ----------
    start_s, end_s : float
        Seconds from the start of the recording.
    label : str
        Name of the class.
    score : float
        Mean probability of the class over the interval's frames, 0 to 1.
    """

    start_s: float
    end_s: float
    label: str
    score: float


def probabilities_of(
    checkpoint: Checkpoint, examples: ExampleSet, *, report: Report = ignore
) -> FloatArray:
    """Classify examples, batch by batch.

    Parameters
    ----------
    checkpoint : Checkpoint
        The model.
    examples : ExampleSet
        As the model sees them.
    report : Report
        Told the frames done after each batch; may raise `Cancelled`.

    Returns
    -------
    ndarray of float32, shape (n_examples, n_classes)
        In the order of the examples.
    """
    batch_size = PATCH_BATCH_SIZE if examples.n_context else FRAME_BATCH_SIZE
    result = np.empty((len(examples), len(checkpoint.info.classes)), dtype=np.float32)
    done = 0
    for inputs in examples.batches(batch_size):
        result[done : done + len(inputs)] = checkpoint.probabilities(inputs)
        done += len(inputs)
        report(Progress("", done, len(examples), "frames", "Classifying frames"))
    return result


def frame_probabilities(
    checkpoint: Checkpoint, table: FeatureTable, recording: str, *, report: Report = ignore
) -> FloatArray:
    """Classify all frames of a recording.

    Parameters
    ----------
    checkpoint : Checkpoint
        The model.
    table : FeatureTable
        Features of the spec that the model was trained on.
    recording : str
        The recording's name in the table.
    report : Report
        Told the frames done; may raise `Cancelled`.

    Returns
    -------
    ndarray of float32, shape (n_frames, n_classes)
        Row n is frame n; no row for a recording without frames.

    Raises
    ------
    CheckpointError
        If the features are of another spec.
    TableError
        If the table has no such recording, or is damaged.
    """
    require_same_features(checkpoint.info, table.meta, table.path)
    examples = frames_of_recording(checkpoint.info, table, recording)
    return probabilities_of(checkpoint, examples, report=report)


def frames_of_recording(info: CheckpointInfo, table: FeatureTable, recording: str) -> ExampleSet:
    """All frames of a recording as a model sees them.

    Parameters
    ----------
    info : CheckpointInfo
        Of the model.
    table : FeatureTable
        Features of the spec that the model was trained on; see `require_same_features`.
    recording : str
        The recording's name in the table.

    Returns
    -------
    ExampleSet
        One for each frame, in order, without classes.

    Raises
    ------
    TableError
        If the table has no such recording, or is damaged.
    """
    if info.context is None:
        matrix = table.matrix(recording, info.spec.columns)
        rows = np.arange(len(matrix), dtype=np.int64)
        return ExampleSet(matrix, rows, np.zeros_like(rows))
    context = Context.from_dict(info.context)
    return recording_examples(table.matrix(recording, context.columns), context)


def labelled_examples(
    checkpoint: Checkpoint,
    dataset: Dataset,
    features: Path | None = None,
    *,
    report: Report = ignore,
) -> ExampleSet:
    """The frames of a dataset as a model sees them.

    Parameters
    ----------
    checkpoint : Checkpoint
        The model.
    dataset : Dataset
        The labelled frames.
    features : Path, optional
        The table of features, if it is no longer where the dataset says.
    report : Report
        Told the recording whose context is read.

    Returns
    -------
    ExampleSet
        One for each row of the dataset, in its order.

    Raises
    ------
    CheckpointError
        If the dataset has other classes or features than the model.
    DatasetError
        If the model needs the features and they are gone, have changed or do not fit.
    """
    info = checkpoint.info
    if info.classes != dataset.meta.classes:
        ours, theirs = ", ".join(info.classes), ", ".join(dataset.meta.classes)
        msg = f"The model tells {ours} apart, {dataset.path} is about {theirs}"
        raise CheckpointError(msg, hint="Use the model and the dataset of one project.")
    require_same_features(info, dataset.meta, dataset.path)
    if info.context is None:
        return frame_examples(dataset)
    table = find_features(dataset, features)
    return context_examples(dataset, table, Context.from_dict(info.context), report=report)


def to_intervals(
    probabilities: FloatArray, *, classes: Sequence[str], hop_size: int, sample_rate: float
) -> list[Prediction]:
    """Join neighbouring frames of one class.

    Parameters
    ----------
    probabilities : ndarray of float32, shape (n_frames, n_classes)
        Of all frames of a recording, in order.
    classes : sequence of str, length n_classes
        From the quietest to the loudest.
    hop_size : int
        Step from one frame to the next in samples, > 0; a frame owns its hop.
    sample_rate : float
        In Hz, > 0.

    Returns
    -------
    list of Prediction
        In the order of time, without gaps or overlaps; neighbours are of different classes.
    """
    if not len(probabilities):
        return []
    predicted = probabilities.argmax(axis=1)
    bounds = [0, *(np.flatnonzero(np.diff(predicted)) + 1).tolist(), len(predicted)]
    predictions: list[Prediction] = []
    for first, stop in pairwise(bounds):
        target = int(predicted[first])
        start_s, end_s = owned_interval(first, stop, hop_size=hop_size, sample_rate=sample_rate)
        score = float(probabilities[first:stop, target].mean(dtype=np.float64))
        predictions.append(Prediction(start_s, end_s, classes[target], score))
    return predictions


def ending_by(intervals: list[Prediction], length_s: float) -> list[Prediction]:
    """Keep predictions within their recording: the last hop may be longer than what is left.

    Parameters
    ----------
    intervals : list of Prediction
        In the order of time.
    length_s : float
        Length of the recording in seconds.

    Returns
    -------
    list of Prediction
        The same, the last one cut where the recording ends.
    """
    if not intervals or intervals[-1].end_s <= length_s:
        return intervals
    return [*intervals[:-1], replace(intervals[-1], end_s=length_s)]
