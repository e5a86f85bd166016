"""Why a run's model gives a span the class that it gives: which features, when, and how much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.drawing_cache import file_stamp
from core.errors import CheckpointError, FeatureError, NothingToDoError
from core.labelling import FrameGrid, label_frames
from core.progress import Progress, ignore
from core.project import open_project
from core.remembered import remembered
from core.run_summary import MODEL_FILE, require_model
from core.table_meta import meta_path
from core.timebase import frames_inside, owning_frames, sample_under, seconds_to_samples

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from core.checkpoint import Checkpoint, CheckpointInfo
    from core.features.table import FeatureTable
    from core.learning.attribution import ScoreGradients
    from core.progress import Report
    from core.project import Project
    from core.recording_details import RecordingDetails

    IntArray = NDArray[np.int64]

MOST_PATCHES = 100
MOST_FRAMES = 4096
"""Of a longer span so many are explained, evenly chosen: neighbours are nearly alike."""

FULL_SCALE_PERCENT = 99.5


@dataclass(frozen=True)
class SpanToExplain:
    """What is to be explained, and by which model.

    Parameters
    ----------
    run : str
        Name of the run.
    recording : str
        Name of the recording in tables.
    start_sample, end_sample : int
        Edges at the rate of the features. The frames that lie whole inside are explained; where
        there is none, the one that owns the middle.
    annotated : str
        Class that the span is annotated with; empty if none, or several.
    """

    run: str
    recording: str
    start_sample: int
    end_sample: int
    annotated: str = ""


@dataclass(frozen=True)
class Explanation:
    """What moved a decision between two classes.

    Parameters
    ----------
    span : SpanToExplain
        What was asked for.
    kind : str
        Of the model, ``"fc"`` or ``"cnn"``.
    columns : tuple of str
        The features that the model sees.
    sample_rate, frame_size, hop_size : int
        Where frames lie.
    frames : ndarray of int64, shape (n_explained,)
        The frames whose decision is explained, rising.
    start_frame, stop_frame : int
        The span that they are of.
    first_frame : int
        Frame of the first row of `values`.
    values : ndarray of float32, shape (n_frames, n_columns)
        What each feature of each frame added to the difference of the scores, in the unit of
        log-odds: above 0 toward `predicted`, below toward `other`. The mean of the explained
        frames; NaN for frames that the model did not look at.
    predicted, other : str
        The class with the highest mean score; the annotated class if that is another one, else
        the class with the next highest.
    difference, baseline : float
        Mean score of `predicted` less that of `other`; the same of the mean of the training.
    residual : float
        What the values miss of ``difference - baseline``, to which they should sum.
    """

    span: SpanToExplain
    kind: str
    columns: tuple[str, ...]
    sample_rate: int
    frame_size: int
    hop_size: int
    frames: IntArray
    start_frame: int
    stop_frame: int
    first_frame: int
    values: NDArray[np.float32]
    predicted: str
    other: str
    difference: float
    baseline: float
    residual: float

    @property
    def n_in_span(self) -> int:
        """Frames of the span; more than were explained if it is a long one."""
        return self.stop_frame - self.start_frame

    @property
    def is_error(self) -> bool:
        """Whether the span is annotated with another class than is predicted."""
        return self.other == self.span.annotated

    @property
    def full_scale(self) -> float:
        """Size of value that is drawn in full colour: few are larger. Above 0."""
        sizes = np.abs(self.values)
        # Where hardly anything is above 0, the largest.
        most = float(np.nanpercentile(sizes, FULL_SCALE_PERCENT)) or float(np.nanmax(sizes))
        return most or 1.0

    def strongest(self) -> list[tuple[str, float]]:
        """Order the features by how much they moved.

        Returns
        -------
        list of (str, float)
            Each feature with the sum of its values over time, those that moved most first.
        """
        totals = np.nan_to_num(self.values).sum(axis=0, dtype=np.float64)
        order = np.argsort(-np.abs(totals), kind="stable").tolist()
        return [(self.columns[k], float(totals[k])) for k in order]


def span_of(details: RecordingDetails, start_s: float, end_s: float) -> SpanToExplain:
    """Say what is to be explained of a recording that is open in a window.

    Parameters
    ----------
    details : RecordingDetails
        The recording; the run is the one whose predictions are shown.
    start_s, end_s : float
        Edges in seconds; the frame at a moment, if they are the same.

    Returns
    -------
    SpanToExplain
        With the class that most of the annotated frames have.

    Raises
    ------
    FeatureError
        If there are no features of the recording.
    CheckpointError
        If there is no run.
    """
    spec = details.spec
    if spec is None or not details.n_frames:
        msg = f"There are no features of {details.recording.name}"
        raise FeatureError(msg, hint=details.features_problem or "It is shorter than a frame.")
    if details.run is None:
        msg = "There is no model that could be explained"
        raise CheckpointError(msg, hint="Run the pipeline: train.")
    rate = spec.sample_rate
    if end_s > start_s:
        edges = np.array([start_s, end_s], dtype=np.float64)
        start, end = seconds_to_samples(edges, sample_rate=rate).tolist()
    else:
        start = sample_under(start_s, sample_rate=rate)
        end = start + 1
    grid = FrameGrid(spec.frame_size, spec.hop_size, details.n_frames)
    first, stop = _frames_of(start, end, grid)
    annotated = _annotated(details, grid, rate)[first:stop]
    counts = np.bincount(annotated[annotated >= 0], minlength=1)
    label = details.classes[int(counts.argmax())] if counts.any() else ""
    return SpanToExplain(details.run.name, details.stem, start, end, label)


def explain_span(folder: Path, span: SpanToExplain, *, report: Report = ignore) -> Explanation:
    """Find which features moved a model's decision about a span.

    Integrated gradients of the difference of two scores, with the mean of the training as the
    baseline; see `core.learning.attribution` and decision 9. What the patches of several frames
    say of one frame is added up at that frame.

    Parameters
    ----------
    folder : Path
        The project folder.
    span : SpanToExplain
        What is to be explained; the run need not be the current one.
    report : callable
        Told what is being done; may raise `Cancelled`.

    Returns
    -------
    Explanation
        Nothing is written.

    Raises
    ------
    ProjectError, SettingsError
        If there is no project, or one of its settings is wrong.
    CheckpointError
        If the run is gone, its model cannot be used, or it is of other features.
    FeatureError
        If there are no features of the recording.
    NothingToDoError
        If the recording has no frame there.
    TableError
        If there is no table of features, or it is damaged.
    """
    from core.checkpoint import require_same_features
    from core.learning.classify import frames_of_recording

    project = open_project(folder)
    checkpoint, gradients = _load(project, span.run, report)
    report(Progress("explain", text=f"Reading the features of {span.recording}"))
    info, table = checkpoint.info, _open_features(project)
    require_same_features(info, table.meta, table.path)
    if span.recording not in {r.name for r in table.meta.recordings}:
        msg = f"There are no features of {span.recording}"
        raise FeatureError(msg, hint="Run the pipeline: extract.")
    examples = frames_of_recording(info, table, span.recording)
    grid = FrameGrid(info.spec.frame_size, info.spec.hop_size, len(examples))
    first, stop = _frames_of(span.start_sample, span.end_sample, grid)
    if stop == first:
        msg = f"{span.recording} has no frame there"
        raise NothingToDoError(msg, hint="Choose an earlier place: the last hop is incomplete.")
    n_most = MOST_PATCHES if examples.n_context else MOST_FRAMES
    frames = np.unique(np.linspace(first, stop - 1, min(stop - first, n_most)).round())
    frames = frames.astype(np.int64)
    chosen = examples.take(frames)
    inputs = next(chosen.batches(len(chosen)))
    scores = gradients.scores(inputs).mean(axis=0, dtype=np.float64)
    predicted, other = _two_classes(scores, info.classes, span.annotated)
    weights = np.zeros(len(info.classes), dtype=np.float32)
    weights[[predicted, other]] = 1, -1
    found = gradients.attribute(inputs, weights, report=report)
    columns, frame_of_row = _seen(info, len(examples))
    offsets = np.arange(examples.n_context or 1)
    where = frame_of_row[chosen.rows[:, np.newaxis] + offsets]
    first_row, values = _placed(found.values.reshape(*where.shape, len(columns)), where)
    return Explanation(
        span=span,
        kind=info.kind,
        columns=columns,
        sample_rate=info.spec.sample_rate,
        frame_size=grid.frame_size,
        hop_size=grid.hop_size,
        frames=frames,
        start_frame=first,
        stop_frame=stop,
        first_frame=first_row,
        values=values,
        predicted=info.classes[predicted],
        other=info.classes[other],
        difference=float(found.outputs.mean()),
        baseline=found.baseline,
        residual=float(found.residuals.mean()),
    )


def _load(project: Project, run: str, report: Report) -> tuple[Checkpoint, ScoreGradients]:
    """The model and its gradients, compiled once for all that is asked of it."""
    require_model(project.runs / run)
    path = project.runs / run / MODEL_FILE

    def load() -> tuple[Checkpoint, ScoreGradients]:
        report(Progress("explain", text="Starting TensorFlow"))
        from core.checkpoint import load_checkpoint
        from core.learning.attribution import ScoreGradients

        checkpoint = load_checkpoint(path)
        return checkpoint, ScoreGradients(checkpoint)

    return remembered("explained model", file_stamp(path), load)


def _open_features(project: Project) -> FeatureTable:
    from core.features.table import FeatureTable

    stamp = file_stamp(meta_path(project.features))
    return remembered("features", stamp, lambda: FeatureTable(project.features))


def _seen(info: CheckpointInfo, n_frames: int) -> tuple[tuple[str, ...], IntArray]:
    """The features that the model sees of a recording, and the frame that each row is of."""
    from core.learning.context import Context

    if info.context is None:
        return info.spec.columns, np.arange(n_frames, dtype=np.int64)
    context = Context.from_dict(info.context)
    return context.columns, context.frames_of_rows(n_frames)


def _frames_of(start_sample: int, end_sample: int, grid: FrameGrid) -> tuple[int, int]:
    """The frames whole inside a span, else the one that owns its middle; none past the end."""
    size, hop, n_frames = grid.frame_size, grid.hop_size, grid.n_frames
    inside = frames_inside(
        [start_sample], [end_sample], frame_size=size, hop_size=hop, n_frames=n_frames
    )
    first, stop = (int(edge[0]) for edge in inside)
    if stop > first:
        return first, stop
    middle = (start_sample + max(start_sample, end_sample - 1)) // 2
    frame = int(owning_frames([middle], hop_size=hop)[0])
    return (frame, frame + 1) if 0 <= frame < n_frames else (0, 0)


def _annotated(details: RecordingDetails, grid: FrameGrid, rate: int) -> NDArray[Any]:
    """Class of each frame of a recording, below 0 where it has none."""
    edges = np.array([[a.start_s, a.end_s] for a in details.annotations], dtype=np.float64)
    samples = seconds_to_samples(edges.reshape(-1, 2), sample_rate=rate)
    targets = np.array([a.target for a in details.annotations], dtype=np.int64)
    labels, _counts = label_frames(samples[:, 0], samples[:, 1], targets, grid=grid)
    return labels


def _two_classes(
    scores: NDArray[np.float64], classes: tuple[str, ...], annotated: str
) -> tuple[int, int]:
    predicted, second = np.argsort(-scores, kind="stable")[:2].tolist()
    place = classes.index(annotated) if annotated in classes else predicted
    return predicted, second if place == predicted else place


def _placed(values: NDArray[np.float32], where: IntArray) -> tuple[int, NDArray[np.float32]]:
    """Values of shape (n_examples, n_rows, n_columns) added up at their frames, as a mean."""
    first, stop = int(where.min()), int(where.max()) + 1
    placed = np.zeros((stop - first, values.shape[-1]), dtype=np.float64)
    np.add.at(placed, where - first, values)
    seen = np.bincount((where - first).ravel(), minlength=stop - first) > 0
    placed[~seen] = np.nan
    return first, (placed / len(values)).astype(np.float32)
