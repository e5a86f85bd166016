"""Which labels of a dataset are probably wrong, by what models of other recordings say of them."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np

from core import __version__
from core.cross_validation import judge_frames
from core.errors import DatasetError
from core.label_spans import Pieces, cut_pieces, find_spans
from core.learning.intervals import confusion_intervals
from core.progress import ignore
from core.split import MINIMUM_CLASSES, audio_groups
from core.timebase import samples_to_seconds

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from core.dataset import Dataset
    from core.error_spans import SpanColumns
    from core.progress import Report
    from core.settings import TrainConfig

MINIMUM_RECORDINGS = 2
MINIMUM_PIECES = 5
"""Of each class: thresholds of confident learning are means over the class, and a mean over fewer
is mostly the doubtful label itself."""

LIBRARIES = ("cleanlab", "tensorflow", "keras", "numpy")


@dataclass(frozen=True)
class LabelError:
    """A span whose label is probably wrong.

    Parameters
    ----------
    recording : str
        Its name in tables.
    path : str
        Of the original, in the database; the full path where it is in none.
    start_sample, end_sample : int
        The span, its end exclusive, at the rate of the dataset.
    start_s, end_s : float
        The same in seconds.
    annotated, suggested : str
        Names of the class that it has, and of the one that is more probable.
    score : float
        How sure: 1 less the probability that models of other recordings give the annotated class.
    n_frames : int
        Number of frames.
    """

    recording: str
    path: str
    start_sample: int
    end_sample: int
    start_s: float
    end_s: float
    annotated: str
    suggested: str
    score: float
    n_frames: int


@dataclass(frozen=True)
class LabelErrors:
    """What a search for label errors gave.

    Parameters
    ----------
    spans : tuple of LabelError
        Surest first.
    sample_rate : int
        In Hz.
    classes : tuple of str
        All of the project, in their order.
    n_recordings, n_pieces : int
        What was judged: recordings, and pieces of annotations of a second at the most.
    n_folds : int
        Models that judged.
    balanced_accuracy : float
        Of these models on the pieces, against the labels as they are: how far to trust the list.
    interval : dict or None
        Its 95 % interval, `low` and `high`.
    notes : tuple of str
        What was not judged, in sentences.
    made_from : dict
        Hash of the dataset, settings, versions.
    """

    spans: tuple[LabelError, ...]
    sample_rate: int
    classes: tuple[str, ...]
    n_recordings: int
    n_pieces: int
    n_folds: int
    balanced_accuracy: float
    interval: dict[str, float] | None
    notes: tuple[str, ...]
    made_from: dict[str, Any]


def judge_labels(
    data: Dataset,
    config: TrainConfig,
    *,
    n_folds: int,
    features: Path | None = None,
    report: Report = ignore,
) -> LabelErrors:
    """Find the labels of a dataset that are probably wrong.

    Parameters
    ----------
    data : Dataset
        The labelled frames.
    config : TrainConfig
        Which models judge, and how they are trained.
    n_folds : int
        Parts that the recordings are divided into, 2 or more.
    features : Path, optional
        For a model that sees a context: the table of features, if it is no longer where the
        dataset says.
    report : callable
        Told the fold and its epoch; may raise `Cancelled`.

    Returns
    -------
    LabelErrors
        The same for the same seed.

    Raises
    ------
    DatasetError
        If it cannot be told, or the dataset cannot be learnt from.
    """
    rows, notes = _rows_to_judge(data)
    seen = judge_frames(data, config, rows=rows, n_folds=n_folds, features=features, report=report)
    pieces = cut_pieces(data, rows & seen.is_told)
    probabilities = pieces.means(seen.probabilities)
    value, interval = _trust(pieces, probabilities)
    n_lost = int(np.count_nonzero(rows & ~seen.is_told))
    if n_lost:
        notes.append(f"{n_lost} frames are not judged: no other recording teaches their class")
    return LabelErrors(
        spans=_named(data, find_spans(data, pieces, probabilities)),
        sample_rate=data.meta.sample_rate,
        classes=data.meta.classes,
        n_recordings=len(np.unique(pieces.recording)),
        n_pieces=len(pieces),
        n_folds=seen.n_folds,
        balanced_accuracy=value,
        interval=interval,
        notes=tuple(notes),
        made_from={
            "dataset": data.meta.sha256,
            "train": config.to_dict(),
            "folds": n_folds,
            "versions": {
                "loudness-classificator": __version__,
                **{name: version(name) for name in LIBRARIES},
            },
        },
    )


def _rows_to_judge(data: Dataset) -> tuple[NDArray[np.bool_], list[str]]:
    """Frames of classes that can be judged, and what is said of the others."""
    audio = audio_groups(data, np.arange(len(data.meta.recordings)))[data.recording_index]
    if len(np.unique(audio)) < MINIMUM_RECORDINGS:
        msg = "Label errors cannot be told from one recording: models of others have to judge it"
        raise DatasetError(msg, hint="Annotate more recordings.")
    pieces = cut_pieces(data, np.ones(len(data), dtype=bool))
    notes: list[str] = []
    judged: list[int] = []
    present = np.unique(data.targets)
    for target in present:
        n_recordings = len(np.unique(audio[data.targets == target]))
        n_pieces = int(np.count_nonzero(pieces.target == target))
        if n_recordings >= MINIMUM_RECORDINGS and n_pieces >= MINIMUM_PIECES:
            judged.append(int(target))
            continue
        where = "1 recording" if n_recordings == 1 else f"{n_recordings} recordings"
        name = data.meta.classes[int(target)]
        notes.append(
            f"{name} is not judged: it is annotated in {where}, {n_pieces} pieces of a second at "
            f"most; {MINIMUM_RECORDINGS} recordings and {MINIMUM_PIECES} pieces are needed"
        )
    if len(judged) < MINIMUM_CLASSES:
        least = f"{MINIMUM_PIECES} annotations in {MINIMUM_RECORDINGS} recordings"
        msg = f"Label errors cannot be told: fewer than two classes have {least}"
        raise DatasetError(msg, hint="Annotate more of each class, in several recordings.")
    return np.isin(data.targets, judged), notes


def _trust(
    pieces: Pieces, probabilities: NDArray[np.float64]
) -> tuple[float, dict[str, float] | None]:
    """Balanced accuracy of the models that judge, refused where it may be chance."""
    classes, labels = np.unique(pieces.target, return_inverse=True)
    if len(classes) < MINIMUM_CLASSES:
        msg = "Label errors cannot be told: no two classes are taught by other recordings"
        raise DatasetError(msg, hint="Annotate each class in several recordings.")
    predicted = probabilities[:, classes].argmax(axis=1)
    recordings, place = np.unique(pieces.recording, return_inverse=True)
    n_classes = len(classes)
    confusions = np.zeros((len(recordings), n_classes, n_classes), dtype=np.int64)
    np.add.at(confusions, (place, labels, predicted), 1)
    hits = np.bincount(labels[labels == predicted], minlength=n_classes)
    value = float((hits / np.bincount(labels)).mean())
    interval = confusion_intervals(confusions)["balanced_accuracy"]
    low = value if interval is None else interval["low"]
    if low <= 1 / n_classes:
        msg = (
            "Label errors cannot be told: on recordings that they have not seen, the models "
            f"may do no better than chance (balanced accuracy {value:.2f}, with "
            f"{n_classes} classes)"
        )
        raise DatasetError(msg, hint="Annotate more recordings, or train the other model.")
    return value, None if interval is None else {k: interval[k] for k in ("low", "high")}


def _named(data: Dataset, spans: SpanColumns) -> tuple[LabelError, ...]:
    meta = data.meta
    edges = spans.start_sample, spans.end_sample
    start_s, end_s = (samples_to_seconds(e, sample_rate=meta.sample_rate) for e in edges)
    recordings = [meta.recordings[int(k)] for k in spans.recording]
    return tuple(
        LabelError(
            recording=recording.name,
            path=recording.database_path or recording.original or recording.path,
            start_sample=int(spans.start_sample[k]),
            end_sample=int(spans.end_sample[k]),
            start_s=float(start_s[k]),
            end_s=float(end_s[k]),
            annotated=meta.classes[int(spans.annotated[k])],
            suggested=meta.classes[int(spans.predicted[k])],
            score=float(spans.score[k]),
            n_frames=int(spans.n_frames[k]),
        )
        for k, recording in enumerate(recordings)
    )
