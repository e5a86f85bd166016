# pyarrow ships no type information.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
"""A model beside the annotations: how good it is, and where it errs."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field, fields, replace
from itertools import compress
from typing import TYPE_CHECKING, Any

import numpy as np

from core.assessment import (
    ALL,
    HELD_OUT,
    ScoredFrames,
    assess,
    measure_frames,
    metrics_of,
)
from core.checkpoint import load_checkpoint, read_checkpoint_info
from core.dataset import load_dataset
from core.error_spans import EvaluatedFrames
from core.errors import DatasetError
from core.learning.classify import labelled_examples, probabilities_of
from core.learning.metrics import METRICS
from core.progress import Progress, ignore
from core.run_errors import find_run_errors, keep_run_errors
from core.storage import replacing, sha256_of, write_json
from core.tables import TableWriter
from core.timebase import frames_at

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pyarrow as pa
    from numpy.typing import NDArray

    from core.checkpoint import CheckpointInfo
    from core.dataset import Dataset
    from core.progress import Report
    from core.run_errors import RunErrors

    IntArray = NDArray[np.int64]
    FloatArray = NDArray[np.float32]

ASSESSMENT_FORMAT = 1
ASSESSMENT_FILE, PREDICTIONS_FILE = "assessment.json", "predictions.parquet"


@dataclass(frozen=True)
class ErrorSpan:
    """Neighbouring frames of one recording that the model gets wrong in the same way.

    Parameters
    ----------
    recording : str
        Its name.
    start_s, end_s : float
        Start of the first frame and end of the last, in seconds from the recording's start.
    annotated, predicted : str
        Names of the classes.
    n_frames : int
        Number of frames.
    score : float
        Mean probability of the predicted class, 0 to 1.
    """

    recording: str
    start_s: float
    end_s: float
    annotated: str
    predicted: str
    n_frames: int
    score: float


@dataclass(frozen=True)
class Evaluation:
    """How good a model is on a dataset.

    Parameters
    ----------
    model, dataset : Path
        What was evaluated, and on what.
    classes : tuple of str
        From the quietest to the loudest: the order of the confusion matrix.
    metrics : dict
        As in `metrics.json`; None where something cannot be said.
    n_error_spans : int
        Spans of errors found.
    n_trained_on : int
        How many of the measured recordings the model was trained on, which flatters it.
    out : Path or None
        Folder with `metrics.json`, `assessment.json`, `predictions.parquet`, `errors.csv`, and
        `errors.npz` for the window.
    split : str
        What `metrics` are of: all recordings, or those that were held out.
    assessment : dict
        Of all splits, with intervals, steps, curves and events; see `core.assessment.assess`.
    """

    model: Path
    dataset: Path
    classes: tuple[str, ...]
    metrics: dict[str, Any]
    n_error_spans: int
    n_trained_on: int = 0
    out: Path | None = None
    split: str = ALL
    assessment: dict[str, Any] = field(default_factory=dict[str, Any])

    def to_dict(self) -> dict[str, Any]:
        """Everything, the metrics not in a dict of their own, and the split's own beside them.

        Returns
        -------
        dict
            Fit for JSON but for its paths.
        """
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        metrics, assessment = values.pop("metrics"), values.pop("assessment")
        part = assessment.get("by_split", {}).get(self.split, {})
        beside = {key: value for key, value in part.items() if key not in METRICS}
        return {**metrics, **values, **beside, **assessment}


def evaluate(
    model: Path,
    dataset: Path,
    *,
    features: Path | None = None,
    out: Path | None = None,
    held_out: bool = False,
    report: Report = ignore,
) -> Evaluation:
    """Compare a model with the annotations.

    Parameters
    ----------
    model : Path
        The model file.
    dataset : Path
        The labelled frames.
    features : Path, optional
        For a model that sees a context: the table of features, if it is no longer where the
        dataset says.
    out : Path, optional
        Folder for metrics, predictions and errors; nothing is written without it.
    held_out : bool
        Take the metrics of recordings that the model was not trained on, if the dataset has any;
        predictions and errors are of all in any case.
    report : Report
        Told the frames done; may raise `Cancelled`.

    Returns
    -------
    Evaluation
        The metrics.

    Raises
    ------
    CheckpointError
        If the model cannot be used, or has other classes or features than the dataset.
    DatasetError
        If the dataset has no frame, or the features that the model needs are gone.
    TableError
        If the dataset or the features are missing or damaged.
    StorageError
        If the disk is full, or the folder cannot be written.
    """

    def tell(progress: Progress) -> None:
        report(replace(progress, stage="evaluate"))

    tell(Progress("", text=f"Reading {dataset.name}"))
    read_checkpoint_info(model)
    data = load_dataset(dataset)
    if not len(data):
        msg = f"{dataset} has no frame to evaluate on"
        raise DatasetError(msg, hint="Annotate recordings, then build the dataset again.")
    tell(Progress("", total=len(data), unit="frames", text="Starting TensorFlow"))
    checkpoint = load_checkpoint(model)
    examples = labelled_examples(checkpoint, data, features, report=tell)
    probabilities = probabilities_of(checkpoint, examples, report=tell)
    frames = scored_frames(data, probabilities, checkpoint.info)
    seen = frames.is_trained_on
    split = HELD_OUT if held_out and not seen.all() else ALL
    n = len(data)
    assessment = assess(frames, report=lambda p: tell(replace(p, done=n, total=n, unit="frames")))
    metrics = metrics_of(assessment["by_split"][split])
    rows, trained_on = evaluated_frames(data, probabilities), set(compress(frames.recordings, seen))
    found = find_run_errors(rows, data.meta, trained_on=trained_on)
    if out is not None:
        _write_predictions(out / PREDICTIONS_FILE, data, probabilities)
        keep_run_errors(found, out / PREDICTIONS_FILE)
        _write_errors(out / "errors.csv", error_spans(found))
        _write_assessment(out, data, assessment)
        write_json(out / "metrics.json", metrics)
    return Evaluation(
        model=model,
        dataset=dataset,
        classes=data.meta.classes,
        metrics=metrics,
        n_error_spans=len(found.errors),
        n_trained_on=int(np.count_nonzero(seen)) if split == ALL else 0,
        out=out,
        split=split,
        assessment=assessment,
    )


def scored_frames(
    data: Dataset, probabilities: FloatArray, info: CheckpointInfo | None = None
) -> ScoredFrames:
    """A dataset's frames with what a model says of them.

    Parameters
    ----------
    data : Dataset
        The labelled frames.
    probabilities : ndarray of float32, shape (n_frames, n_classes)
        Predicted for them.
    info : CheckpointInfo, optional
        Of the model: it tells which recordings it was trained on, if that was on this dataset.

    Returns
    -------
    ScoredFrames
        To be assessed.
    """
    names = tuple(r.name for r in data.meta.recordings)
    trained_on: set[str] = set()
    if info is not None and info.dataset.get("sha256") == data.meta.sha256:
        trained_on = set(info.split.get("training", ()))
    return ScoredFrames(
        classes=data.meta.classes,
        recordings=names,
        recording_index=data.recording_index,
        start_samples=data.start_samples,
        targets=data.targets,
        probabilities=probabilities,
        is_trained_on=np.array([name in trained_on for name in names], dtype=bool),
        meta=data.meta,
    )


def measure_dataset(
    data: Dataset, probabilities: FloatArray, *, rows: IntArray | None = None
) -> dict[str, Any]:
    """Metrics of predictions for a dataset, or for some of its rows.

    Parameters
    ----------
    data : Dataset
        The labelled frames.
    probabilities : ndarray of float32, shape (n_rows, n_classes)
        Predicted for the rows.
    rows : ndarray of int64, shape (n_rows,), optional
        Which rows of the dataset; all if left out.

    Returns
    -------
    dict
        See `core.learning.metrics.measure`.
    """
    everything = probabilities
    if rows is not None:
        everything = np.zeros((len(data), probabilities.shape[1]), dtype=probabilities.dtype)
        everything[rows] = probabilities
    return measure_frames(scored_frames(data, everything), rows=rows)


def error_spans(found: RunErrors) -> list[ErrorSpan]:
    """What a model gets wrong as spans that one can listen to.

    Parameters
    ----------
    found : RunErrors
        What it gets wrong.

    Returns
    -------
    list of ErrorSpan
        Worst first: the longest and surest, by the sum of the frames' scores.
    """
    names, classes, errors = found.keys.recordings, found.keys.classes, found.errors
    numbers = (errors.recording, errors.annotated, errors.predicted, errors.n_frames, errors.score)
    return [
        ErrorSpan(names[recording], start, end, classes[annotated], classes[given], n, score)
        for start, end, recording, annotated, given, n, score in zip(
            *(column.tolist() for column in (found.start_s, found.end_s, *numbers)), strict=True
        )
    ]


def evaluated_frames(data: Dataset, probabilities: FloatArray) -> EvaluatedFrames:
    """What is annotated and predicted of a dataset's frames.

    Parameters
    ----------
    data : Dataset
        The labelled frames.
    probabilities : ndarray of float32, shape (n_frames, n_classes)
        Predicted for them.

    Returns
    -------
    EvaluatedFrames
        To be joined.
    """
    return EvaluatedFrames(
        data.recording_index,
        data.start_samples,
        data.targets,
        probabilities.argmax(axis=1),
        probabilities.max(axis=1),
    )


def prediction_schema(classes: Sequence[str]) -> pa.Schema:
    """Columns and types of the table of predictions.

    Parameters
    ----------
    classes : sequence of str
        From the quietest to the loudest.

    Returns
    -------
    pyarrow.Schema
        What a frame is, its annotated and predicted class, and one probability for each class.
    """
    import pyarrow as pa

    keys = [("id", pa.string()), ("recording", pa.string())]
    edges = [("start_sample", pa.int64()), ("end_sample", pa.int64())]
    answers = [("target", pa.int8()), ("predicted", pa.int8())]
    return pa.schema([*keys, *edges, *answers, *((f"p_{c}", pa.float32()) for c in classes)])


def _write_predictions(path: Path, data: Dataset, probabilities: FloatArray) -> None:
    import pyarrow as pa

    meta, schema = data.meta, prediction_schema(data.meta.classes)
    names = [meta.recordings[k].name for k in data.recording_index]
    frames = frames_at(data.start_samples, hop_size=meta.hop_size)
    columns: list[Any] = [
        [f"{name}_f{frame}" for name, frame in zip(names, frames, strict=True)],
        names,
        data.start_samples,
        data.start_samples + meta.frame_size,
        data.targets,
        probabilities.argmax(axis=1),
        *np.ascontiguousarray(probabilities.T),
    ]
    arrays = [pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)]
    with replacing(path) as part, TableWriter(part, schema, parquet=True) as writer:
        writer.write(pa.Table.from_arrays(arrays, schema=schema))


def _write_assessment(out: Path, data: Dataset, assessment: dict[str, Any]) -> None:
    """Beside the predictions, of which it says whether they are still the same."""
    known = {
        "format": ASSESSMENT_FORMAT,
        "dataset_sha256": data.meta.sha256,
        "predictions_sha256": sha256_of(out / PREDICTIONS_FILE),
    }
    write_json(out / ASSESSMENT_FILE, {**known, "assessment": assessment})


def _write_errors(path: Path, spans: list[ErrorSpan]) -> None:
    columns = ["recording", "start", "end", "annotated", "predicted", "n_frames", "score"]
    with replacing(path) as part, part.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        for s in spans:
            times = [round(s.start_s, 6), round(s.end_s, 6)]
            writer.writerow(
                [s.recording, *times, s.annotated, s.predicted, s.n_frames, round(s.score, 4)]
            )
