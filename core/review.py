# pyarrow ships no type information.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
"""What a run gets wrong, for a window: confusion, error spans as columns, right examples, marks."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.drawing_cache import file_stamp
from core.error_spans import EvaluatedFrames
from core.errors import LoudnessError, TableError
from core.evaluate import PREDICTIONS_FILE
from core.prediction_rows import PROBABILITY
from core.progress import Progress, ignore
from core.project import open_project
from core.project_store import Mark, ProjectStore
from core.remembered import remembered
from core.review_marks import attach_marks
from core.run_assessment import EvaluatedRun, evaluated_runs
from core.run_errors import KEPT_FILE, RunErrors, find_run_errors, kept_run_errors
from core.stage_plans import current_run, read_run
from core.table_meta import meta_path, read_meta
from core.tables import opened

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from core.progress import Report
    from core.project import Project
    from core.table_meta import TableMeta

NEVER_RUN = "Run the pipeline: what the model gets wrong will be listed here."
STALE = (
    "Dataset or settings have changed since the last training. "
    "Run the pipeline: train and evaluate again."
)
NOT_EVALUATED = "The model was not evaluated yet. Run the pipeline: evaluate."
GONE = "The run {run} is no longer there. Choose another."
OF_ANOTHER_DATASET = (
    "The dataset has changed since {run} was evaluated, and its errors were not kept with it. "
    "Choose another run."
)


@dataclass(frozen=True, kw_only=True)
class Review(RunErrors):
    """What a run gets wrong, and what was thought of it.

    Parameters
    ----------
    keys, originals, is_trained_on, confusion, errors : object
        See `RunErrors`.
    start_s, end_s, edge_s, histogram, examples : object
        See `RunErrors`.
    run : str
        Name of its folder.
    model : str
        Its kind.
    runs : tuple of EvaluatedRun
        All that can be reviewed, the current one first.
    marks : tuple of Mark
        All that there are.
    mark_of : ndarray of int32, shape (n_errors,)
        See `attach_marks`.
    annotated_now : ndarray of int16, shape (n_errors,)
        See `core.review_states.annotated_now`; what the run was told, as long as nobody has looked.
    """

    run: str
    model: str
    runs: tuple[EvaluatedRun, ...] = ()
    marks: tuple[Mark, ...] = ()
    mark_of: NDArray[np.int32]
    annotated_now: NDArray[np.int16]

    @property
    def is_current(self) -> bool:
        """Whether the run is of the dataset and the settings as they are now."""
        return any(run.is_current and run.folder.name == self.run for run in self.runs)


@dataclass(frozen=True)
class NoReview:
    """There is nothing to review.

    Parameters
    ----------
    why : str
        What to do about it, in a sentence.
    runs : tuple of EvaluatedRun
        What can be reviewed instead.
    """

    why: str
    runs: tuple[EvaluatedRun, ...] = ()


def read_review(folder: Path, *, run: str = "", report: Report = ignore) -> Review | NoReview:
    """Find what a run of a project gets wrong.

    Parameters
    ----------
    folder : Path
        The project folder.
    run : str
        Name of the run's folder; empty for the current run.
    report : callable
        Told what is being done; may raise `Cancelled`.

    Returns
    -------
    Review or NoReview
        The latter where no run of this dataset with these settings was evaluated, or where the
        errors of a past run can no longer be told.

    Raises
    ------
    ProjectError
        If the project or its database cannot be read.
    TableError
        If dataset or predictions are missing or damaged.
    """
    report(Progress("review", text="Reading what the model predicted"))
    project = open_project(folder)
    meta = dataset_meta(project)
    current = current_run(project, dataset=meta) if meta else None
    runs = tuple(evaluated_runs(project, current))
    chosen = project.runs / run if run in {r.folder.name for r in runs} else current
    if run and (chosen is None or chosen.name != run):
        return NoReview(GONE.format(run=run), runs)
    if chosen is None:
        has_runs = any(project.runs.glob("[!.]*/run.json"))
        return NoReview(STALE if has_runs else NEVER_RUN, runs)
    predictions = chosen / PREDICTIONS_FILE
    if not predictions.exists():
        return NoReview(NOT_EVALUATED, runs)
    found = errors_of_run(project, chosen)
    if found is None:
        return NoReview(OF_ANOTHER_DATASET.format(run=chosen.name), runs)
    marks = tuple(ProjectStore(project.store).marks())
    return Review(
        **vars(found),
        run=chosen.name,
        model=str(read_run(chosen).get("kind", "")),
        runs=runs,
        marks=marks,
        mark_of=attach_marks(found.errors, marks, keys=found.keys),
        annotated_now=found.errors.annotated,
    )


def prepare_review(folder: Path, *, report: Report = ignore) -> None:
    """Read ahead what the review of the current run takes longest with.

    Parameters
    ----------
    folder : Path
        The project folder; what is missing or damaged in it is told when it is reviewed.
    report : callable
        May raise `Cancelled`.
    """
    report(Progress("review", text="Reading the dataset"))
    with suppress(LoudnessError):
        dataset_meta(open_project(folder))


def dataset_meta(project: Project) -> TableMeta | None:
    """What lies beside a project's dataset, read again only if it has changed.

    Of a hundred thousand annotations it takes longer than all the rest of a look.

    Parameters
    ----------
    project : Project
        The project.

    Returns
    -------
    TableMeta or None
        None where there is no dataset.

    Raises
    ------
    TableError
        If it is damaged.
    """
    stamp = file_stamp(meta_path(project.dataset))
    return remembered("dataset", stamp, lambda: _read_meta(project.dataset))


def errors_of_run(project: Project, run: Path) -> RunErrors | None:
    """What a run gets wrong, found again only if predictions or dataset have changed.

    Parameters
    ----------
    project : Project
        The project.
    run : Path
        The run's folder.

    Returns
    -------
    RunErrors or None
        None if the dataset has changed since, and nothing was kept.

    Raises
    ------
    TableError
        If dataset or predictions are missing or damaged.
    """
    meta, predictions = dataset_meta(project), run / PREDICTIONS_FILE
    on = (predictions, predictions.with_name(KEPT_FILE), meta_path(project.dataset))
    key = tuple(file_stamp(p) for p in (*on, run / "run.json"))
    return remembered("review", key, lambda: _errors_of(run, meta))


def _errors_of(run: Path, meta: TableMeta | None) -> RunErrors | None:
    """What the evaluation kept, or what follows from predictions of the dataset as it is."""
    path = run / PREDICTIONS_FILE
    kept = kept_run_errors(path)
    if kept is not None:
        return kept
    known = read_run(run)
    if meta is None or known.get("dataset", {}).get("sha256") != meta.sha256:
        return None
    trained_on = set(known.get("split", {}).get("training", ()))
    return find_run_errors(_read_frames(path, meta), meta, trained_on=trained_on)


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
        with opened(path) as file:
            return pyarrow.parquet.read_table(file, columns=names, read_dictionary=["recording"])
    except (pa.ArrowInvalid, pa.ArrowKeyError, KeyError, OSError) as error:
        msg = f"{path} cannot be read as a table of predictions: {str(error).splitlines()[0]}"
        raise TableError(msg, hint="Run the pipeline: evaluate again.") from error
