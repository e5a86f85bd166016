# pyarrow ships no type information.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
"""What a run says of all frames of a recording, kept in the run's folder: one table a recording.

A table is named by the recording's path in the database, so that a project can move with its
library, and knows which original and which model it is of. It goes where its run goes, and is
deleted with it.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import FeatureError
from core.features.spec import FeatureSpec
from core.features.table import PART_KEY, read_note
from core.prediction_rows import PROBABILITY, read_predictions
from core.run_summary import MODEL_FILE
from core.storage import replacing, sha256_of
from core.tables import TableWriter
from core.timebase import frame_starts, samples_to_seconds
from core.transcode_plan import file_stamp

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pyarrow as pa
    from numpy.typing import NDArray

    from core.learning.classify import Prediction

PREDICTED_FOLDER = "predicted"
LONGEST_STEM_BYTES = 150
HASH_LETTERS = 10


@dataclass(frozen=True)
class PredictedFrames:
    """A table of what a run says of all frames of a recording.

    Parameters
    ----------
    table : Path
        Where it is.
    database_path : str
        The recording, as the database names it.
    original : str
        Size and time stamp of the original that it is of; see `stamp_of`.
    model : str
        Hash of the model's file.
    classes : tuple of str
        The model's, from the quietest to the loudest.
    spec : FeatureSpec
        The features that the model saw; the frames lie on its grid.
    n_frames : int
        Rows of the table: frame n is row n.
    n_samples : int
        Length of the transcoded recording, at the rate of the spec.
    """

    table: Path
    database_path: str
    original: str
    model: str
    classes: tuple[str, ...]
    spec: FeatureSpec
    n_frames: int
    n_samples: int


def stamp_of(original: Path) -> str:
    """By what a change of an original is noticed, wherever it lies.

    Parameters
    ----------
    original : Path
        The file.

    Returns
    -------
    str
        Of size and time stamp; empty if there is no such file.
    """
    n_bytes, modified_ns = file_stamp(original)
    return f"{n_bytes}-{modified_ns}" if n_bytes >= 0 else ""


def model_hash(run: Path) -> str:
    """Tell which model a run has.

    Parameters
    ----------
    run : Path
        The run's folder.

    Returns
    -------
    str
        Hash of the model's file; empty if there is none.
    """
    try:
        return sha256_of(run / MODEL_FILE)
    except OSError:
        return ""


def table_of(run: Path, database_path: str) -> Path:
    """Where a run keeps what it says of a recording.

    Parameters
    ----------
    run : Path
        The run's folder.
    database_path : str
        The recording, as the database names it.

    Returns
    -------
    Path
        There need not be such a file.
    """
    stem = os.fsencode(PurePath(database_path).stem)[:LONGEST_STEM_BYTES]
    # Several recordings may have one stem.
    digest = hashlib.sha256(os.fsencode(database_path)).hexdigest()[:HASH_LETTERS]
    return run / PREDICTED_FOLDER / f"{os.fsdecode(stem)}-{digest}.parquet"


def predicted_schema(classes: Sequence[str]) -> pa.Schema:
    """Columns and types of a table: those of `core.evaluate.prediction_schema` without targets.

    Parameters
    ----------
    classes : sequence of str
        From the quietest to the loudest.

    Returns
    -------
    pyarrow.Schema
        Where a frame lies, its predicted class, and one probability for each class.
    """
    import pyarrow as pa

    edges = [("start_sample", pa.int64()), ("end_sample", pa.int64()), ("predicted", pa.int8())]
    return pa.schema([*edges, *((f"{PROBABILITY}{c}", pa.float32()) for c in classes)])


def write_predicted(frames: PredictedFrames, probabilities: NDArray[np.float32]) -> None:
    """Keep what a run says of a recording, in place of what was kept before.

    Parameters
    ----------
    frames : PredictedFrames
        What it is of, and where it goes.
    probabilities : ndarray of float32, shape (n_frames, n_classes)
        Row n is frame n.

    Raises
    ------
    StorageError
        If the disk is full, or the folder cannot be written.
    """
    import pyarrow as pa

    schema = predicted_schema(frames.classes)
    starts = frame_starts(len(probabilities), hop_size=frames.spec.hop_size)
    columns: list[Any] = [
        starts,
        starts + frames.spec.frame_size,
        probabilities.argmax(axis=1),
        *np.ascontiguousarray(probabilities.T),
    ]
    arrays = [pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)]
    known = {
        "database_path": frames.database_path,
        "original": frames.original,
        "model": frames.model,
        "classes": frames.classes,
        "spec": frames.spec.to_dict(),
        "n_frames": len(probabilities),
        "n_samples": frames.n_samples,
    }
    with replacing(frames.table) as part, TableWriter(part, schema, parquet=True) as writer:
        writer.write(pa.Table.from_arrays(arrays, schema=schema))
        writer.annotate(PART_KEY, json.dumps(known))


def find_predicted(run: Path, database_path: str) -> PredictedFrames | None:
    """Find what a run says of all frames of a recording; only the file's end is read.

    Parameters
    ----------
    run : Path
        The run's folder.
    database_path : str
        The recording, as the database names it.

    Returns
    -------
    PredictedFrames or None
        None if nothing is kept, or it cannot be read: then it is made anew.
    """
    table = table_of(run, database_path)
    known = read_note(table)
    try:
        if known is None or known["database_path"] != database_path:
            return None
        known["classes"] = tuple(known["classes"])
        known["spec"] = FeatureSpec.from_dict(known["spec"])
        return PredictedFrames(table=table, **known)
    except (KeyError, TypeError, ValueError, FeatureError):
        return None


def why_stale(frames: PredictedFrames, original: Path, model: str) -> str:
    """Tell whether a table is of the recording and the model as they are now.

    Parameters
    ----------
    frames : PredictedFrames
        What is kept.
    original : Path
        The original. Where it has gone, what is kept is as good as it was.
    model : str
        The run's model now, as `model_hash` tells it.

    Returns
    -------
    str
        Why it no longer counts; empty if it does.
    """
    if frames.model != model:
        return "The run has another model now"
    if stamp_of(original) not in {"", frames.original}:
        return "The recording has changed since it was predicted"
    return ""


def predicted_intervals(frames: PredictedFrames) -> list[Prediction]:
    """Join neighbouring frames of one predicted class.

    Parameters
    ----------
    frames : PredictedFrames
        What is kept of a recording.

    Returns
    -------
    list of Prediction
        Class, start, end and score of each interval, in the order of time and without gaps, as
        `core.predict.predict` writes them.

    Raises
    ------
    TableError
        If the table is missing or damaged.
    """
    from core.learning.classify import ending_by, to_intervals

    spec = frames.spec
    rows = read_predictions(frames.table, None, frames.classes, hop_size=spec.hop_size)
    intervals = to_intervals(
        rows.probabilities,
        classes=frames.classes,
        hop_size=spec.hop_size,
        sample_rate=spec.sample_rate,
    )
    length_s = samples_to_seconds(frames.n_samples, sample_rate=spec.sample_rate)
    return ending_by(intervals, length_s)
