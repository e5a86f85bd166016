"""A project's stages: which are fresh, which are stale and why, and running them in order."""

from __future__ import annotations

import dataclasses
import shutil
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from core.executor import Execution
from core.left_out import LeftOut
from core.progress import ignore
from core.project import STAGES, Project, open_project
from core.project_store import ProjectStore, StageRecord
from core.stage_plans import StagePlan, current_run, plan_stage, recording_statuses
from core.storage import to_json

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from core.progress import Report
    from core.train import TrainResult


@dataclass(frozen=True)
class ProjectPlan:
    """What a project's stages would do.

    Parameters
    ----------
    stages : tuple of StagePlan
        In the order in which they run.
    """

    stages: tuple[StagePlan, ...]


@dataclass(frozen=True)
class StageOutcome:
    """How a stage of a project ended.

    Parameters
    ----------
    stage : str
        Its name.
    skipped : bool
        Whether it was fresh, so that nothing was done; then `result` is that of the last time.
    seconds : float
        How long it took.
    result : dict
        What the stage returned.
    left_out : tuple of LeftOut
        What it went on without, and why.
    """

    stage: str
    skipped: bool
    seconds: float
    result: dict[str, Any]
    left_out: tuple[LeftOut, ...] = ()


def plan_project(folder: Path, *, report: Report = ignore) -> ProjectPlan:
    """Find out what the stages would do, before they do it.

    Parameters
    ----------
    folder : Path
        The project folder.
    report : callable
        Called while the database is read; may raise `Cancelled`.

    Returns
    -------
    ProjectPlan
        Nothing is written.

    Raises
    ------
    ProjectError
        If there is no project.
    LibraryError
        If the database or the query is wrong.
    """
    project = open_project(folder)
    plans: list[StagePlan] = []
    for stage in STAGES:
        before = next((p.stage for p in plans if not p.fresh), "")
        plans.append(plan_stage(project, stage, after=before, report=report))
    return ProjectPlan(tuple(plans))


def run_stage(
    folder: Path, stage: str, *, execution: Execution | None = None, report: Report = ignore
) -> StageOutcome:
    """Run a stage of a project, unless it is fresh.

    The caller holds the project for writing (`Project.writing`): the window and the command line
    do so for the whole run.

    Parameters
    ----------
    folder : Path
        The project folder.
    stage : str
        One of `STAGES`; those before it have been run.
    execution : Execution, optional
        How many processes.
    report : callable
        Progress; may raise `Cancelled`.

    Returns
    -------
    StageOutcome
        What was done and what was left out.

    Raises
    ------
    LoudnessError
        What the stage raises.
    """
    project = open_project(folder)
    store = ProjectStore(project.store)
    if plan_stage(project, stage, report=report).fresh:
        return _outcome(store.stage(stage), stage)
    started = time.monotonic()
    result = _RUNNERS[stage](project, execution or Execution(), report)
    return record_outcome(project, stage, result, seconds=time.monotonic() - started)


def record_outcome(project: Project, stage: str, result: object, *, seconds: float) -> StageOutcome:
    """Keep what a stage did, in place of what it did the last time.

    Parameters
    ----------
    project : Project
        The project.
    stage : str
        The stage.
    result : dataclass
        What it returned.
    seconds : float
        How long it took.

    Returns
    -------
    StageOutcome
        The same in brief.
    """
    record = StageRecord(
        stage=stage,
        finished_at=datetime.now(UTC).isoformat(timespec="seconds"),
        seconds=round(seconds, 3),
        result=to_json(result),
    )
    left_out: tuple[LeftOut, ...] = getattr(result, "left_out", ())
    ProjectStore(project.store).record(record, recording_statuses(project, stage, left_out))
    return StageOutcome(
        stage, skipped=False, seconds=record.seconds, result=record.result, left_out=left_out
    )


def _outcome(record: StageRecord | None, stage: str) -> StageOutcome:
    """What a fresh stage did the last time."""
    if record is None:
        # Fresh by what lies in the folder, but finished by a run that was killed right then.
        return StageOutcome(stage, skipped=True, seconds=0.0, result={})
    left_out = tuple(LeftOut(**item) for item in record.result.get("left_out", ()))
    return StageOutcome(stage, skipped=True, seconds=0.0, result=record.result, left_out=left_out)


def _transcode(project: Project, execution: Execution, report: Report) -> Any:  # noqa: ANN401
    from core.library import Library
    from core.transcode import transcode

    selection = Library(project.settings.library).select(report=report)
    return transcode(
        selection,
        project.settings.transcode,
        destination=project.transcoded,
        execution=execution,
        report=report,
    )


def _extract(project: Project, execution: Execution, report: Report) -> Any:  # noqa: ANN401
    from core.extract import extract

    return extract(
        project.transcoded,
        project.settings.features,
        table=project.features,
        execution=execution,
        report=report,
    )


def _dataset(project: Project, _execution: Execution, report: Report) -> Any:  # noqa: ANN401
    from core.build_dataset import build_dataset
    from core.project_annotations import ProjectAnnotations

    return build_dataset(
        project.features,
        ProjectAnnotations(project).read(),
        project.settings.annotations,
        table=project.dataset,
        report=report,
    )


@contextmanager
def new_run(project: Project, model: str) -> Generator[tuple[Path, Path]]:
    """Make a run: it is there whole when the block ends, or not at all if that raises.

    Parameters
    ----------
    project : Project
        The project, held for writing. What a killed training left is cleared away.
    model : str
        Kind of the model.

    Yields
    ------
    part : Path
        Folder to be filled.
    run : Path
        What it will be called.
    """
    for left_over in project.runs.glob(".*.part"):
        shutil.rmtree(left_over)
    moment = datetime.now(UTC).strftime("%Y-%m-%d_%H-%M-%S")
    run = project.runs / f"{moment}_{model}"
    part = project.runs / f".{run.name}.part"
    try:
        yield part, run
        part.rename(run)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise


def moved_to(run: Path, result: TrainResult) -> TrainResult:
    """Tell where a training's files are in the end.

    Parameters
    ----------
    run : Path
        Folder of the run.
    result : TrainResult
        As the training returned it.

    Returns
    -------
    TrainResult
        With other paths.
    """
    return dataclasses.replace(
        result,
        model_file=run / result.model_file.name,
        run_file=run / result.run_file.name,
        history_file=run / result.history_file.name,
    )


def _train(project: Project, _execution: Execution, report: Report) -> Any:  # noqa: ANN401
    from core.train import train

    config = project.settings.train
    with new_run(project, config.model) as (part, run):
        result = train(
            project.dataset,
            part / "model.keras",
            config,
            features=project.features,
            report=report,
        )
    return moved_to(run, result)


def _evaluate(project: Project, _execution: Execution, report: Report) -> Any:  # noqa: ANN401
    from core.errors import ProjectError
    from core.evaluate import evaluate

    run = current_run(project)
    if run is None:
        msg = "There is no model of this dataset and these settings"
        raise ProjectError(msg, hint="Run the stage train first.")
    return evaluate(
        run / "model.keras",
        project.dataset,
        features=project.features,
        out=run,
        held_out=True,
        report=report,
    )


_RUNNERS = {
    "transcode": _transcode,
    "extract": _extract,
    "dataset": _dataset,
    "train": _train,
    "evaluate": _evaluate,
}
