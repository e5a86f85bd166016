"""A project's past trainings: what is known of each, its history, a note on it, and its end.

A note lies in the run's own folder, as `note.txt`: it goes where the run goes, is deleted with it,
and anybody can read it; `project.sqlite` may be lost and made anew by running the stages again.
"""

from __future__ import annotations

import csv
import math
import shutil
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.errors import ProjectError, storage_error
from core.progress import Progress, ignore
from core.project import open_project
from core.run_summary import DELETED, HISTORY_FILE, NOTE_FILE, PART, read_summary
from core.stage_plans import current_run
from core.storage import replacing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from core.progress import Report
    from core.project import Project
    from core.run_summary import RunSummary


@dataclass(frozen=True)
class RunHistory:
    """How the epochs of a run went.

    Parameters
    ----------
    name : str
        Of the run.
    epochs : tuple of dict
        For each epoch, from 1, its metrics; those of the validation side begin with ``val_``.
    problem : str
        Why there are none, or not all.
    """

    name: str
    epochs: tuple[dict[str, float], ...] = ()
    problem: str = ""


def list_runs(folder: Path, *, report: Report = ignore) -> tuple[RunSummary, ...]:
    """List a project's runs; one that is damaged is listed with what is wrong.

    Parameters
    ----------
    folder : Path
        The project folder.
    report : callable
        Told the runs looked at; may raise `Cancelled`.

    Returns
    -------
    tuple of RunSummary
        The newest first.

    Raises
    ------
    ProjectError
        If there is no project, or the folder of the runs cannot be read.
    SettingsError
        If one of its settings is wrong.
    """
    project = open_project(folder)
    try:
        runs = [path for path in project.runs.iterdir() if path.is_dir()]
    except FileNotFoundError:
        return ()
    except OSError as error:
        msg = f"{project.runs} cannot be read: {error.strerror}"
        raise ProjectError(msg, hint="Check the rights of the folder.") from error
    current = current_run(project)
    found: list[RunSummary] = []
    for k, run in enumerate(runs):
        report(Progress("runs", k, len(runs), "runs", run.name))
        found.append(replace(read_summary(run), is_current=run == current))
    return tuple(sorted(found, key=lambda r: (r.trained_at, r.name), reverse=True))


def read_histories(
    folder: Path, names: Sequence[str], *, report: Report = ignore
) -> tuple[RunHistory, ...]:
    """Read how the epochs of runs went.

    Parameters
    ----------
    folder : Path
        The project folder.
    names : sequence of str
        The runs.
    report : callable
        Told the runs read; may raise `Cancelled`.

    Returns
    -------
    tuple of RunHistory
        In the order of the names.

    Raises
    ------
    ProjectError
        If there is no project.
    SettingsError
        If one of its settings is wrong.
    """
    project = open_project(folder)
    found: list[RunHistory] = []
    for k, name in enumerate(names):
        report(Progress("runs", k, len(names), "runs", name))
        found.append(_history(_folder_of(project, name)))
    return tuple(found)


def write_note(folder: Path, name: str, text: str, *, report: Report = ignore) -> str:
    """Keep a note on a run, in place of the one that is there.

    Parameters
    ----------
    folder : Path
        The project folder.
    name : str
        The run.
    text : str
        The note; empty to have none.
    report : callable
        Told when it is done; may raise `Cancelled` before.

    Returns
    -------
    str
        The note as it is kept: without white space around it.

    Raises
    ------
    ProjectError
        If there is no such project or run.
    StorageError
        If the disk is full, or the folder cannot be written.
    """
    report(Progress("note", text=name))
    run = _folder_of(open_project(folder), name)
    if not run.is_dir():
        raise _gone(run)
    text, path = text.strip(), run / NOTE_FILE
    try:
        if text:
            with replacing(path) as part:
                part.write_text(text + "\n", encoding="utf-8", errors="replace")
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise storage_error(error, path) or error from error
    return text


def delete_runs(folder: Path, names: Iterable[str], *, report: Report = ignore) -> None:
    """Delete runs: each is there whole, or no longer a run.

    Parameters
    ----------
    folder : Path
        The project folder.
    names : iterable of str
        The runs; one that is gone already is no error.
    report : callable
        Told each run before it is deleted; may raise `Cancelled`.

    Raises
    ------
    ProjectError
        If there is no project, or a name is none of a run.
    ProjectLockedError
        If another program is writing to the project.
    StorageError
        If the folder cannot be written.
    """
    project = open_project(folder)
    runs = [_folder_of(project, name) for name in names]
    with project.writing():
        for k, run in enumerate(runs):
            report(Progress("delete", k, len(runs), "runs", run.name))
            try:
                _delete(run)
            except OSError as error:
                raise storage_error(error, run) or error from error


def _delete(run: Path) -> None:
    if run.is_symlink():
        # What it leads to belongs to somebody else.
        run.unlink()
        return
    doomed = run
    if not run.name.endswith(PART):
        # In one step it is no run any more; what remains if this is killed, a training clears away.
        doomed = run.with_name(f".{run.name}{DELETED}{PART}")
        if doomed.exists():
            shutil.rmtree(doomed)
        with suppress(FileNotFoundError):
            run.rename(doomed)
    with suppress(FileNotFoundError):
        shutil.rmtree(doomed)


def _folder_of(project: Project, name: str) -> Path:
    if name in ("", ".", "..") or "/" in name or "\0" in name:
        msg = f"{name!r} is no name of a run"
        raise ProjectError(msg, hint="Name a folder in the project's runs.")
    return project.runs / name


def _gone(run: Path) -> ProjectError:
    return ProjectError(f"There is no run {run}", hint="Look at the list of runs again.")


def _history(run: Path) -> RunHistory:
    epochs: list[dict[str, float]] = []
    try:
        with (run / HISTORY_FILE).open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.DictReader(file), start=1):
                if int(row.pop("epoch") or 0) != number:
                    return RunHistory(run.name, tuple(epochs), f"{HISTORY_FILE} is damaged")
                values = {key: float(text) for key, text in row.items() if text}
                epochs.append({k: v for k, v in values.items() if math.isfinite(v)})
    except FileNotFoundError:
        return RunHistory(run.name, problem=f"{HISTORY_FILE} is missing")
    except OSError as error:
        problem = f"{HISTORY_FILE} cannot be read: {error.strerror}"
        return RunHistory(run.name, tuple(epochs), problem)
    except (ValueError, KeyError, TypeError, csv.Error):
        return RunHistory(run.name, tuple(epochs), f"{HISTORY_FILE} is damaged")
    return RunHistory(run.name, tuple(epochs), "" if epochs else f"{HISTORY_FILE} is empty")


def best_epoch_of(epochs: Iterable[Mapping[str, float]]) -> int:
    """Which epoch a training keeps, by the rule of `core.learning.fitting`.

    Parameters
    ----------
    epochs : iterable of dict
        Metrics of each epoch, see `RunHistory`.

    Returns
    -------
    int
        From 1: the first of those with the highest balanced accuracy on the validation side, or
        the last if that has no frames; 0 without epochs.
    """
    best, score = 0, None
    for epoch, metrics in enumerate(epochs, start=1):
        found = metrics.get("val_balanced_accuracy")
        if found is None or score is None or found > score:
            best, score = epoch, found
    return best
