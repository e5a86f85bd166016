# pyarrow ships no type information.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
"""What a run gets wrong, for a window: confusion, error spans as columns, right examples, marks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from core.assessment import NEAR_EDGE_S
from core.drawing_cache import file_stamp
from core.error_spans import EdgeFinder, EvaluatedFrames, SpanColumns, join_frames
from core.errors import TableError
from core.prediction_rows import PROBABILITY
from core.progress import Progress, ignore
from core.project import open_project
from core.project_store import Mark, ProjectStore
from core.remembered import remembered
from core.review_marks import SpanKeys, attach_marks
from core.stage_plans import current_run, read_run
from core.tables import meta_path, read_meta
from core.timebase import samples_to_seconds

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from core.progress import Report
    from core.tables import TableMeta

    Columns = dict[str, NDArray[Any]]

NEVER_RUN = "Run the pipeline: what the model gets wrong will be listed here."
STALE = (
    "Dataset or settings have changed since the last training. "
    "Run the pipeline: train and evaluate again."
)
NOT_EVALUATED = "The model was not evaluated yet. Run the pipeline: evaluate."

N_BINS = 20
BIN_EDGES = tuple(k / N_BINS for k in range(N_BINS + 1))
"""Of the histogram of scores; the last bin has both of its edges."""


@dataclass(frozen=True)
class Review:
    """What a run gets wrong.

    Parameters
    ----------
    run : str
        Name of its folder.
    model : str
        Its kind.
    keys : SpanKeys
        Names of recordings and classes, and the rate at which samples count.
    originals : tuple of str
        Of each recording the path in the database, or the full path where there was none.
    is_trained_on : ndarray of bool, shape (n_recordings,)
        Which recordings the model was trained on.
    confusion : ndarray of int64, shape (2, n_classes, n_classes)
        Frames of recordings that it was not trained on, then of those that it was: annotated class
        by row, predicted class by column.
    errors : SpanColumns
        Error spans, worst first.
    start_s, end_s : ndarray of float64, shape (n_errors,)
        Their edges, in seconds.
    edge_s : ndarray of float32, shape (n_errors,)
        How far from the nearest edge of an annotation the farthest of their frames is, in seconds.
    histogram : ndarray of int64, shape (n_classes, N_BINS)
        Errors of each annotated class by their score: bin k begins at `BIN_EDGES[k]`.
    examples : SpanColumns
        Of each recording and class the longest and surest span that is right.
    marks : tuple of Mark
        All that there are.
    mark_of : ndarray of int32, shape (n_errors,)
        See `attach_marks`.
    """

    run: str
    model: str
    keys: SpanKeys
    originals: tuple[str, ...]
    is_trained_on: NDArray[np.bool_]
    confusion: NDArray[np.int64]
    errors: SpanColumns
    start_s: NDArray[np.float64]
    end_s: NDArray[np.float64]
    edge_s: NDArray[np.float32]
    histogram: NDArray[np.int64]
    examples: SpanColumns
    marks: tuple[Mark, ...]
    mark_of: NDArray[np.int32]

    @property
    def is_near_edge(self) -> NDArray[np.bool_]:
        """Whether all frames of an error are within 0.1 s of an annotation's edge."""
        return self.edge_s <= NEAR_EDGE_S

    def example_for(self, error: int) -> SpanColumns | None:
        """Find what is right to compare an error with.

        Parameters
        ----------
        error : int
            Place of the error.

        Returns
        -------
        SpanColumns or None
            One span that is annotated with the same class: of the same recording if there is one,
            else the longest and surest of all; its middle, if it is longer than the error.
        """
        examples, errors = self.examples, self.errors
        alike = np.flatnonzero(examples.annotated == errors.annotated[error])
        if not len(alike):
            return None
        is_own = examples.recording[alike] == errors.recording[error]
        weight = examples.n_frames[alike] * examples.score[alike]
        found = examples.take(alike[np.lexsort((weight, is_own))[-1:]])
        too_long = found.end_sample - found.start_sample
        too_long = np.maximum(too_long - errors.end_sample[error] + errors.start_sample[error], 0)
        start = found.start_sample + too_long // 2
        return replace(
            found, start_sample=start, end_sample=found.end_sample - too_long + too_long // 2
        )


@dataclass(frozen=True)
class NoReview:
    """There is nothing to review.

    Parameters
    ----------
    why : str
        What to do about it, in a sentence.
    """

    why: str


def read_review(folder: Path, *, report: Report = ignore) -> Review | NoReview:
    """Find what the current run of a project gets wrong.

    Parameters
    ----------
    folder : Path
        The project folder.
    report : callable
        Told what is being done; may raise `Cancelled`.

    Returns
    -------
    Review or NoReview
        The latter where no run of this dataset with these settings was evaluated.

    Raises
    ------
    ProjectError
        If the project or its database cannot be read.
    TableError
        If dataset or predictions are missing or damaged.
    """
    project = open_project(folder)
    beside = meta_path(project.dataset)
    # Of a hundred thousand annotations it takes longer than all the rest of another look.
    meta = remembered("dataset", file_stamp(beside), lambda: _read_meta(project.dataset))
    run = current_run(project, dataset=meta) if meta else None
    if run is None or meta is None:
        has_runs = any(project.runs.glob("[!.]*/run.json"))
        return NoReview(STALE if has_runs else NEVER_RUN)
    path = run / "predictions.parquet"
    if not path.exists():
        return NoReview(NOT_EVALUATED)
    report(Progress("review", text="Reading what the model predicted"))
    key = tuple(file_stamp(p) for p in (path, beside, run / "run.json"))
    review = remembered("review", key, lambda: _review(run, meta, path))
    marks = tuple(ProjectStore(project.store).marks())
    mark_of = attach_marks(review.errors, marks, keys=review.keys)
    return replace(review, marks=marks, mark_of=mark_of)


def _read_meta(dataset: Path) -> TableMeta | None:
    return read_meta(dataset) if dataset.exists() or meta_path(dataset).exists() else None


def _read_frames(path: Path, meta: TableMeta) -> EvaluatedFrames:
    """Read a table of predictions, whose rows stand as those of the dataset."""
    counts = np.array([r.n_rows for r in meta.recordings], dtype=np.int64)
    n_frames, n_classes = int(counts.sum()), len(meta.classes)
    columns = _read_columns(path, ["recording", "start_sample", "target", "predicted"])
    if len(columns) != n_frames:
        raise _misfit(path, f"it has {len(columns):,} frames, the dataset {n_frames:,}")
    ends = np.cumsum(counts)[counts > 0]
    expected = [r.name for r in meta.recordings if r.n_rows]
    for places in (ends - counts[counts > 0], ends - 1):
        # The first and the last row of each recording tell enough.
        if columns.column("recording").take(places).to_pylist() != expected:
            raise _misfit(path, "it is of other recordings")
    starts, targets, predicted = (columns.column(k).to_numpy() for k in (1, 2, 3))
    for classes in (targets, predicted):
        if n_frames and not 0 <= classes.min() <= classes.max() < n_classes:
            raise _misfit(path, f"it has a class that is none of the {n_classes}")
    scores = np.zeros(n_frames, dtype=np.float32)
    for k, name in enumerate(meta.classes):
        # One after the other, since memory need not hold those of all classes at once.
        column = _read_columns(path, [f"{PROBABILITY}{name}"]).column(0).to_numpy()
        np.copyto(scores, column, where=predicted == k)
    recordings = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    return EvaluatedFrames(recordings, starts, targets, predicted, scores)


def _misfit(path: Path, why: str) -> TableError:
    msg = f"{path} does not fit the dataset: {why}"
    return TableError(msg, hint="Run the pipeline: evaluate again.")


def _read_columns(path: Path, names: list[str]) -> Any:  # noqa: ANN401  pyarrow's
    """Columns of a table; of the names of recordings, each is read only once."""
    import pyarrow as pa
    import pyarrow.parquet

    try:
        with path.open("rb") as file:
            return pyarrow.parquet.read_table(file, columns=names, read_dictionary=["recording"])
    except (pa.ArrowInvalid, pa.ArrowKeyError, KeyError, OSError) as error:
        msg = f"{path} cannot be read as a table of predictions: {str(error).splitlines()[0]}"
        raise TableError(msg, hint="Run the pipeline: evaluate again.") from error


def _review(run: Path, meta: TableMeta, path: Path) -> Review:
    """All that does not depend on marks."""
    frames = _read_frames(path, meta)
    known, names = read_run(run), tuple(r.name for r in meta.recordings)
    trained_on = set(known.get("split", {}).get("training", ()))
    is_trained_on = np.array([name in trained_on for name in names], dtype=bool)
    spans = join_frames(frames, hop_size=meta.hop_size, frame_size=meta.frame_size)
    is_wrong = spans.is_wrong
    errors = spans.take(is_wrong)
    wrong = np.flatnonzero(frames.is_wrong)
    edge_s = _edge_distances(frames, wrong, errors, meta)
    order = errors.worst_first(names)
    errors = errors.take(order)
    start_s, end_s = (
        samples_to_seconds(samples, sample_rate=meta.sample_rate)
        for samples in (errors.start_sample, errors.end_sample)
    )
    return Review(
        run=run.name,
        model=str(known.get("kind", "")),
        keys=SpanKeys(names, meta.classes, meta.sample_rate),
        originals=tuple(r.database_path or r.original for r in meta.recordings),
        is_trained_on=is_trained_on,
        confusion=_confusion(frames, is_trained_on, len(meta.classes)),
        errors=errors,
        start_s=start_s,
        end_s=end_s,
        edge_s=edge_s[order],
        histogram=_histogram(errors, len(meta.classes)),
        examples=_examples(spans.take(~is_wrong), len(meta.classes)),
        marks=(),
        mark_of=np.empty(0, dtype=np.int32),
    )


def _confusion(
    frames: EvaluatedFrames, is_trained_on: NDArray[np.bool_], n_classes: int
) -> NDArray[np.int64]:
    cells = frames.annotated.astype(np.int32) * n_classes + frames.predicted
    cells += is_trained_on.astype(np.int32)[frames.recordings] * n_classes**2
    counts = np.bincount(cells, minlength=2 * n_classes**2).astype(np.int64)
    return counts.reshape(2, n_classes, n_classes)


def _edge_distances(
    frames: EvaluatedFrames, wrong: NDArray[np.int64], errors: SpanColumns, meta: TableMeta
) -> NDArray[np.float32]:
    """Of each error the distance of the frame that is farthest from any edge, in seconds."""
    if not len(errors):
        return np.empty(0, dtype=np.float32)
    finder = EdgeFinder([r.name for r in meta.recordings], meta.annotations)
    centres = frames.start_samples[wrong] + meta.frame_size / 2
    distances = finder.distances(frames.recordings[wrong], centres)
    starts = np.cumsum(errors.n_frames) - errors.n_frames
    return (np.maximum.reduceat(distances, starts) / meta.sample_rate).astype(np.float32)


def _histogram(errors: SpanColumns, n_classes: int) -> NDArray[np.int64]:
    bins = np.searchsorted(BIN_EDGES[1:-1], errors.score, side="right")
    cells = errors.annotated.astype(np.int64) * N_BINS + bins
    return np.bincount(cells, minlength=n_classes * N_BINS).reshape(n_classes, N_BINS)


def _examples(right: SpanColumns, n_classes: int) -> SpanColumns:
    """Of each recording and class the longest and surest span that is right."""
    kinds = right.recording.astype(np.int64) * n_classes + right.annotated
    order = np.lexsort((-right.n_frames * right.score, kinds))
    _, first = np.unique(kinds[order], return_index=True)
    return right.take(order[first])
