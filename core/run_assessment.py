# pyarrow ships no type information.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
"""What is said of a project's runs, from what lies in their folders; no model is loaded."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from core.assessment import SPLITS, ScoredFrames, assess
from core.errors import TableError
from core.evaluate import (
    ASSESSMENT_FILE,
    ASSESSMENT_FORMAT,
    PREDICTIONS_FILE,
    prediction_schema,
)
from core.learning.metrics import METRICS
from core.progress import Progress, ignore
from core.project import open_project
from core.stage_plans import current_run, read_run
from core.storage import read_json, replacing, sha256_of, write_json
from core.table_meta import read_meta
from core.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from core.progress import Report
    from core.project import Project
    from core.table_meta import TableMeta

STEP_KEYS = ("n_frames", "share", "n_too_loud", "n_too_quiet")
COLUMNS = ("split", "table", "row", "measure", "value", "low", "high")


@dataclass(frozen=True)
class EvaluatedRun:
    """A run that has predictions.

    Parameters
    ----------
    folder : Path
        Of the run.
    is_current : bool
        Whether its model is of the dataset and the settings as they are now.
    model : str
        Its kind.
    """

    folder: Path
    is_current: bool
    model: str


@dataclass(frozen=True)
class RunAssessment:
    """What is said of one run.

    Parameters
    ----------
    run : Path
        Its folder.
    classes : tuple of str
        From the quietest to the loudest.
    is_of_dataset : bool
        Whether it was evaluated on the dataset as it is now.
    assessment : dict
        See `core.assessment.assess`.
    splits : tuple of str
        Those that have frames; the one to be shown first comes first.
    """

    run: Path
    classes: tuple[str, ...]
    is_of_dataset: bool
    assessment: dict[str, Any] = field(default_factory=dict[str, Any])
    splits: tuple[str, ...] = ()


def list_evaluated_runs(project_folder: Path, *, report: Report = ignore) -> list[EvaluatedRun]:
    """Find the runs of a project that were evaluated.

    Parameters
    ----------
    project_folder : Path
        The project folder.
    report : Report
        May raise `Cancelled`.

    Returns
    -------
    list of EvaluatedRun
        The current one first, then the newest.

    Raises
    ------
    ProjectError, SettingsError
        If the project cannot be read.
    """
    report(Progress("", text="Looking for runs"))
    project = open_project(project_folder)
    return evaluated_runs(project, current_run(project))


def evaluated_runs(project: Project, current: Path | None) -> list[EvaluatedRun]:
    """Find the runs of a project that were evaluated, where it is known which is current.

    Parameters
    ----------
    project : Project
        The project.
    current : Path or None
        Folder of its current run, as `core.stage_plans.current_run` finds it.

    Returns
    -------
    list of EvaluatedRun
        The current one first, then the newest.
    """
    found = sorted(project.runs.glob(f"[!.]*/{PREDICTIONS_FILE}"), reverse=True)
    runs = [
        EvaluatedRun(
            path.parent,
            is_current=path.parent == current,
            model=str(read_run(path.parent).get("kind", "")),
        )
        for path in found
    ]
    return sorted(runs, key=lambda run: not run.is_current)


def assess_run(run: Path, dataset: Path, *, report: Report = ignore) -> RunAssessment:
    """Say how good a run's predictions are, by the function that `loudness evaluate` calls, too.

    What the evaluation wrote is taken if the predictions are still those that it wrote.

    Parameters
    ----------
    run : Path
        Folder of the run.
    dataset : Path
        The project's dataset. If it has changed since the run was trained, edges and events are
        only known if the evaluation wrote them down.
    report : Report
        Told what is computed; may raise `Cancelled`.

    Returns
    -------
    RunAssessment
        Nothing is written.

    Raises
    ------
    TableError
        If the predictions are missing or damaged.
    """
    known = read_run(run)
    classes = tuple(str(name) for name in known.get("classes", ()))
    meta = _meta_of(dataset, known)
    assessment = _written(run)
    if not assessment:
        report(Progress("", text=f"Reading the predictions of {run.name}"))
        frames = read_scored_frames(run / PREDICTIONS_FILE, classes, known=known, meta=meta)
        assessment = assess(frames, report=report)
    by_split = assessment["by_split"]
    splits = tuple(split for split in SPLITS if by_split[split]["n_frames"])
    return RunAssessment(run, classes, meta is not None, assessment, splits)


def read_scored_frames(
    path: Path, classes: tuple[str, ...], *, known: dict[str, Any], meta: TableMeta | None
) -> ScoredFrames:
    """Read the predictions of a run.

    Parameters
    ----------
    path : Path
        The table of predictions.
    classes : tuple of str
        Of the run, from the quietest to the loudest.
    known : dict
        What `run.json` has; its split tells which recordings the model was trained on.
    meta : TableMeta or None
        Of the dataset that the predictions are of; None if it is not there any more.

    Returns
    -------
    ScoredFrames
        To be assessed.

    Raises
    ------
    TableError
        If the table is missing or damaged, or has other rows than the dataset.
    """
    schema = prediction_schema(classes)
    wanted = [name for name in schema.names if name not in {"id", "end_sample", "predicted"}]
    table = read_table(path, wanted)
    coded = table.column("recording").combine_chunks().dictionary_encode()
    names = tuple(str(name) for name in coded.dictionary.to_pylist())
    index = np.asarray(coded.indices.to_numpy(), dtype=np.int64)
    probabilities = np.empty((len(index), len(classes)), dtype=np.float32)
    for k, name in enumerate(classes):
        probabilities[:, k] = table.column(f"p_{name}").to_numpy()
    targets = table.column("target").to_numpy().astype(np.int64)
    is_other = meta is not None and _n_rows(meta) != _counts(names, index)
    if is_other or np.any(np.diff(index) < 0) or np.any((targets < 0) | (targets >= len(classes))):
        msg = f"{path} has not the rows that were written"
        raise TableError(msg, hint="Evaluate the model again.")
    trained_on = set(known.get("split", {}).get("training", ()))
    return ScoredFrames(
        classes=classes,
        recordings=names,
        recording_index=index,
        start_samples=table.column("start_sample").to_numpy().astype(np.int64),
        targets=targets,
        probabilities=probabilities,
        is_trained_on=np.array([name in trained_on for name in names], dtype=bool),
        meta=meta,
    )


def save_assessment(result: RunAssessment, path: Path, *, report: Report = ignore) -> int:
    """Write what is said of a run: everything as JSON, or all that has a value as one table.

    Parameters
    ----------
    result : RunAssessment
        What is said.
    path : Path
        A name that ends in .json or .csv. The table has one number a row, with its interval where
        it has one, so that a spreadsheet can filter and pivot it; curves are in the JSON alone.
    report : Report
        May raise `Cancelled`.

    Returns
    -------
    int
        Bytes written.

    Raises
    ------
    StorageError
        If the disk is full, or the folder cannot be written.
    """
    report(Progress("", text=f"Writing {path.name}"))
    if path.suffix.lower() == ".json":
        told = {"run": result.run.name, "classes": list(result.classes), **result.assessment}
        write_json(path, told)
    else:
        with replacing(path) as part, part.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            for split in result.splits:
                for row in _rows(result.assessment["by_split"][split], result.classes):
                    writer.writerow([split, *row])
    return path.stat().st_size


def _rows(part: dict[str, Any], classes: tuple[str, ...]) -> Iterator[list[Any]]:
    """Table, row, measure, value, low and high of all numbers of a split."""
    for key in METRICS[: METRICS.index("confusion")]:
        yield ["metrics", "", key, part[key], *_ends(part["intervals"].get(key))]
    for name, counts in zip(classes, part["confusion"], strict=True):
        yield from _numbers("confusion", name, dict(zip(classes, counts, strict=True)))
    for name, values in part["per_class"].items():
        yield from _numbers("per_class", name, values)
    for name, values in part["per_recording"].items():
        steps = enumerate(part["recordings"][name]["errors_by_step"], start=1)
        off = {f"n_frames_off_by_{step}": n for step, n in steps}
        yield from _numbers("per_recording", name, {**values, **off})
    for where in ("near_edge", "inside"):
        yield from _numbers("edges", where, part[where] or {})
    for where, steps in part["steps"].items():
        for row in steps or ():
            values = {f"{key}_off_by_{row['steps']}": row[key] for key in STEP_KEYS}
            yield from _numbers("steps", where, values)
    yield from _event_rows(part["events"] or {})


def _numbers(table: str, row: str, values: dict[str, Any]) -> Iterator[list[Any]]:
    for key, value in values.items():
        yield [table, row, key, value, "", ""]


def _event_rows(events: dict[str, Any]) -> Iterator[list[Any]]:
    for kind in ("event_based", "segment_based"):
        if kind not in events:
            continue
        for key, value in events[kind].items():
            if key not in {"intervals", "per_class"}:
                yield [kind, "all", key, value, *_ends(events[kind]["intervals"].get(key))]
        for name, values in events[kind]["per_class"].items():
            yield from _numbers(kind, name, values)


def _ends(interval: dict[str, float] | None) -> list[Any]:
    return ["", ""] if interval is None else [interval["low"], interval["high"]]


def _written(run: Path) -> dict[str, Any]:
    """What the evaluation wrote; empty if the predictions are others now."""
    known = read_json(run / ASSESSMENT_FILE)
    try:
        is_same = known.get("predictions_sha256") == sha256_of(run / PREDICTIONS_FILE)
    except OSError:
        return {}
    return known["assessment"] if is_same and known.get("format") == ASSESSMENT_FORMAT else {}


def _meta_of(dataset: Path, known: dict[str, Any]) -> TableMeta | None:
    """Metadata of the dataset, if it is the one that the run was trained on."""
    try:
        meta = read_meta(dataset)
    except TableError:
        return None
    return meta if known.get("dataset", {}).get("sha256") == meta.sha256 else None


def _n_rows(meta: TableMeta) -> dict[str, int]:
    return {r.name: r.n_rows for r in meta.recordings if r.n_rows}


def _counts(names: tuple[str, ...], index: np.ndarray[Any, Any]) -> dict[str, int]:
    return dict(zip(names, np.bincount(index, minlength=len(names)).tolist(), strict=True))
