"""A project at a glance, for a window: what each stage would do and did, and the newest results."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.errors import LoudnessError
from core.left_out import LeftOut
from core.pipeline import run_stage
from core.progress import ignore
from core.project import STAGES, Project, ProjectSettings, open_project
from core.project_store import ProjectStore, StageRecord
from core.stage_plans import StagePlan, current_run, plan_stage, read_run
from core.storage import read_json, to_json
from core.words import in_words

if TYPE_CHECKING:
    from pathlib import Path

    from core.executor import Execution
    from core.progress import Report

MOST_LISTED = 10_000
"""Of what a stage left out: nobody reads more, and a window must not wait for it."""

MOST_LINES = 200


@dataclass(frozen=True)
class StageOverview:
    """What a stage would do, and what it did the last time.

    Parameters
    ----------
    stage : str
        Its name.
    plan : StagePlan or None
        What it would do; None if that cannot be said.
    problem : str
        Why there is no plan.
    finished_at : str
        When it last ended, ISO 8601, UTC; empty if it never has.
    seconds : float
        How long that took.
    left_out : tuple of LeftOut
        What it went on without; the first `MOST_LISTED`.
    n_left_out : int
        Number of all that it went on without.
    """

    stage: str
    plan: StagePlan | None
    problem: str = ""
    finished_at: str = ""
    seconds: float = 0.0
    left_out: tuple[LeftOut, ...] = ()
    n_left_out: int = 0


@dataclass(frozen=True)
class RunResults:
    """How good a trained model is.

    Parameters
    ----------
    run : Path
        Folder of the run.
    is_current : bool
        Whether the model is of the dataset and the settings as they are now.
    model : str
        Its kind.
    classes : tuple of str
        From the quietest to the loudest.
    metrics : dict
        As in `metrics.json`.
    n_trained_on : int
        Recordings that it was trained on.
    n_flattering : int
        How many of those it was measured on, too.
    """

    run: Path
    is_current: bool
    model: str
    classes: tuple[str, ...]
    metrics: dict[str, Any]
    n_trained_on: int
    n_flattering: int


@dataclass(frozen=True)
class ProjectOverview:
    """A project at a glance.

    Parameters
    ----------
    folder : Path
        The project folder.
    settings : ProjectSettings
        As they stand in `project.toml`.
    stages : tuple of StageOverview
        In the order in which they run.
    results : RunResults or None
        Of the current run, else of the newest that was evaluated; None if there is none.
    """

    folder: Path
    settings: ProjectSettings
    stages: tuple[StageOverview, ...]
    results: RunResults | None


@dataclass(frozen=True)
class StageReport:
    """How a stage ended, in brief.

    Parameters
    ----------
    stage : str
        Its name.
    skipped : bool
        Whether it was fresh, so that nothing was done.
    seconds : float
        How long it took.
    lines : tuple of str
        What it did, in words.
    n_left_out : int
        How much it went on without.
    left_out : tuple of LeftOut
        The first `MOST_LINES` of them.
    run, before : str
        Names of the run that was trained again and of the one before it; else empty.
    """

    stage: str
    skipped: bool
    seconds: float
    lines: tuple[str, ...] = ()
    n_left_out: int = 0
    left_out: tuple[LeftOut, ...] = field(default=())
    run: str = ""
    before: str = ""


def overview_project(folder: Path, *, report: Report = ignore) -> ProjectOverview:
    """Look at a project; what cannot be said of one stage does not hide the others.

    Parameters
    ----------
    folder : Path
        The project folder.
    report : callable
        Called while the database is read; may raise `Cancelled`.

    Returns
    -------
    ProjectOverview
        Nothing is written.

    Raises
    ------
    ProjectError
        If there is no project, or it cannot be read.
    SettingsError
        If one of its settings is wrong.
    """
    project = open_project(folder)
    stages: list[StageOverview] = []
    before = ""
    for stage in STAGES:
        plan, problem = _plan(project, stage, before, report)
        record, store_problem = _record(project, stage)
        if not before and not (plan and plan.fresh):
            before = stage
        left_out = record.result.get("left_out", ()) if record else ()
        stages.append(
            StageOverview(
                stage,
                plan,
                problem=problem or store_problem,
                finished_at=record.finished_at if record else "",
                seconds=record.seconds if record else 0.0,
                left_out=tuple(LeftOut(**item) for item in left_out[:MOST_LISTED]),
                n_left_out=len(left_out),
            )
        )
    return ProjectOverview(project.folder, project.settings, tuple(stages), _results(project))


def run_stage_briefly(
    folder: Path, stage: str, *, execution: Execution | None = None, report: Report = ignore
) -> StageReport:
    """Run a stage of a project, unless it is fresh, and tell in a few words what it did.

    Parameters
    ----------
    folder : Path
        The project folder, held for writing by the caller.
    stage : str
        One of the stages.
    execution : Execution, optional
        How many processes.
    report : callable
        Progress; may raise `Cancelled`.

    Returns
    -------
    StageReport
        Small, however much the stage did.

    Raises
    ------
    LoudnessError
        What the stage raises.
    """
    outcome = run_stage(folder, stage, execution=execution, report=report)
    lines = in_words(stage, outcome.result)
    if len(lines) > MOST_LINES:
        lines = [*lines[:MOST_LINES], f"… and {len(lines) - MOST_LINES} more lines"]
    return StageReport(
        stage,
        skipped=outcome.skipped,
        seconds=outcome.seconds,
        lines=tuple(lines),
        n_left_out=len(outcome.left_out),
        left_out=outcome.left_out[:MOST_LINES],
    )


def train_again_briefly(folder: Path, run: str, *, report: Report = ignore) -> StageReport:
    """Train again, and tell in a few words what came of it.

    Parameters
    ----------
    folder : Path
        The project folder, held for writing by the caller.
    run : str
        Name of the old run's folder.
    report : callable
        See `train_again`.

    Returns
    -------
    StageReport
        Of the stage that trains.

    Raises
    ------
    LoudnessError
        What `train_again` raises.
    """
    from core.train_again import train_again

    result = train_again(folder, run=run, report=report)
    lines = in_words("train_again", to_json(result))
    return StageReport(
        "train",
        skipped=False,
        seconds=result.seconds,
        lines=tuple(lines),
        run=result.run,
        before=result.old_run,
    )


def _plan(
    project: Project, stage: str, before: str, report: Report
) -> tuple[StagePlan | None, str]:
    try:
        return plan_stage(project, stage, after=before, report=report), ""
    except LoudnessError as error:
        return None, _sentence(error)


def _record(project: Project, stage: str) -> tuple[StageRecord | None, str]:
    try:
        return ProjectStore(project.store).stage(stage), ""
    except LoudnessError as error:
        return None, _sentence(error)


def _sentence(error: LoudnessError) -> str:
    return f"{error.message}. {error.hint}" if error.hint else error.message


def _results(project: Project) -> RunResults | None:
    """Of the current run if it was evaluated, else of the newest that was."""
    current = current_run(project)
    runs = sorted(project.runs.glob("[!.]*/metrics.json"), reverse=True)
    folders = [path.parent for path in runs]
    if current in folders:
        folders.insert(0, current)
    for run in folders:
        metrics, known = read_json(run / "metrics.json"), read_run(run)
        if metrics and known:
            return _run_results(run, metrics, known, is_current=run == current)
    return None


def _run_results(
    run: Path, metrics: dict[str, Any], known: dict[str, Any], *, is_current: bool
) -> RunResults:
    trained_on = set(known.get("split", {}).get("training", ()))
    return RunResults(
        run=run,
        is_current=is_current,
        model=str(known.get("kind", "")),
        classes=tuple(known.get("classes", ())),
        metrics=metrics,
        n_trained_on=len(trained_on),
        n_flattering=len(trained_on & set(metrics.get("per_recording", {}))),
    )
