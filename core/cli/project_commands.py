"""The commands that work on a whole project."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from core.align_shift import shift_annotations
from core.alignment_check import check_alignment
from core.cli.bars import Bars
from core.cli.results import LEFT_SOMETHING_OUT, list_left_out, show
from core.errors import SettingsError
from core.executor import Execution
from core.isolation import StageRunner
from core.label_errors import find_label_errors, write_label_errors
from core.pipeline import run_stage
from core.project import STAGES, open_project
from core.storage import to_json
from core.words import outcome_in_words

if TYPE_CHECKING:
    from pathlib import Path

    from core.pipeline import StageOutcome


def run_project(folder: Path, until: str, *, workers: int, as_json: bool) -> int:
    """Run what is stale of a project, and show each stage's result as it ends.

    Parameters
    ----------
    folder : Path
        The project folder.
    until : str
        The last stage to run.
    workers : int
        Processes; 0 means one for each core.
    as_json : bool
        Print one JSON object at the end rather than text.

    Returns
    -------
    int
        The exit code: 0, or 3 if something was left out.

    Raises
    ------
    LoudnessError
        What a stage raises.
    """
    project = open_project(folder)
    outcomes: dict[str, StageOutcome] = {}
    with project.writing(), Bars() as bars, StageRunner() as runner:
        for stage in STAGES[: STAGES.index(until) + 1]:
            outcome = runner.run(
                run_stage, project.folder, stage, execution=Execution(workers), report=bars.report
            )
            bars.close()
            outcomes[stage] = outcome
            if not as_json:
                sys.stdout.write("\n".join(outcome_in_words(outcome)) + "\n")
            list_left_out(outcome.left_out)
    if as_json:
        whole: dict[str, Any] = {stage: to_json(o) for stage, o in outcomes.items()}
        sys.stdout.write(json.dumps(whole) + "\n")
    return LEFT_SOMETHING_OUT if any(o.left_out for o in outcomes.values()) else 0


def train_project_again(folder: Path, run: str, *, as_json: bool) -> int:
    """Train again on the labels as they are now, and show both models side by side.

    Parameters
    ----------
    folder : Path
        The project folder.
    run : str
        Name of the old run; empty for the current or the newest.
    as_json : bool
        Print one JSON object rather than text.

    Returns
    -------
    int
        The exit code: 0.

    Raises
    ------
    LoudnessError
        What the training raises.
    """
    from core.train_again import train_again

    project = open_project(folder)
    with project.writing(), Bars() as bars, StageRunner() as runner:
        result = runner.run(train_again, project.folder, run=run, report=bars.report)
    return show("train_again", result, as_json=as_json)


def align_project(folder: Path, *, workers: int, as_json: bool) -> int:
    """Check how the annotations of a project lie to its recordings, and show what was found.

    Parameters
    ----------
    folder : Path
        The project folder.
    workers : int
        Processes; 0 means one for each core.
    as_json : bool
        Print one JSON object rather than text.

    Returns
    -------
    int
        The exit code: 0, or 3 if a recording is suspicious or was left out.

    Raises
    ------
    LoudnessError
        What the check raises.
    """
    with Bars() as bars, StageRunner() as runner:
        check = runner.run(
            check_alignment, folder, execution=Execution(workers), report=bars.report
        )
    code = show("align", check, as_json=as_json)
    return LEFT_SOMETHING_OUT if check.n_suspicious else code


def list_label_errors(folder: Path, *, n_folds: int | None, out: Path | None, as_json: bool) -> int:
    """Find the labels of a project that are probably wrong, and show them.

    Parameters
    ----------
    folder : Path
        The project folder.
    n_folds : int or None
        Number of folds; None for the project's own.
    out : Path or None
        A CSV that the list is written to, too.
    as_json : bool
        Print one JSON object rather than text.

    Returns
    -------
    int
        The exit code.

    Raises
    ------
    LoudnessError
        What the search raises.
    """
    project = open_project(folder)
    with project.writing(), Bars() as bars, StageRunner() as runner:
        found = runner.run(find_label_errors, project.folder, n_folds=n_folds, report=bars.report)
        if out is not None:
            write_label_errors(found, out)
    return show("label_errors", found, as_json=as_json)


def apply_shift(
    folder: Path, recording: str | None, *, offset_s: float | None, stretch: float, as_json: bool
) -> int:
    """Shift the annotations of a recording, and say how many.

    Parameters
    ----------
    folder : Path
        The project folder.
    recording : str or None
        Which recording.
    offset_s : float or None
        In seconds.
    stretch : float
        Factor of times.
    as_json : bool
        Print one JSON object rather than text.

    Returns
    -------
    int
        The exit code.

    Raises
    ------
    LoudnessError
        If something is not said, or cannot be done.
    """
    if recording is None or offset_s is None:
        msg = "It is not said which recording is to be shifted, or how far"
        raise SettingsError(msg, hint="Give --recording=NAME and --offset_s=SECONDS.")
    with Bars() as bars, StageRunner() as runner:
        shifted = runner.run(
            shift_annotations,
            folder,
            recording,
            offset_s=offset_s,
            stretch=stretch,
            report=bars.report,
        )
    return show("align --apply", shifted, as_json=as_json)
