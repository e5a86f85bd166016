"""What is known of one run, by the files in its folder, however damaged they are."""

from __future__ import annotations

import hashlib
import json
import math
import re
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from core.errors import CheckpointError

if TYPE_CHECKING:
    from pathlib import Path

MODEL_FILE = "model.keras"
RUN_FILE = "run.json"
HISTORY_FILE = "history.csv"
METRICS_FILE = "metrics.json"
NOTE_FILE = "note.txt"
BEFORE_FILE, BEFORE_FORMAT = "before.json", 1
"""What `core.train_again` wrote: the run beside the one whose labels were corrected."""


PART = ".part"
"""What ends so is not whole; the next training clears it away."""

DELETED = ".deleted"

NUMBERS = (
    "balanced_accuracy",
    "accuracy",
    "quadratic_kappa",
    "auc_audible_over_inaudible",
)
"""Metrics of a run that are one number, or None."""

_MOMENT = re.compile(r"\.?(\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d)_")


@dataclass(frozen=True)
class RunSummary:
    """What is known of a run.

    Parameters
    ----------
    name : str
        Of its folder.
    trained_at : str
        When it was trained, ISO 8601, UTC; empty if that cannot be told.
    model : str
        Its kind.
    classes : tuple of str
        From the quietest to the loudest.
    dataset, dataset_sha256 : str
        Name and hash of what it was trained on.
    features : dict
        The feature spec, as its `to_dict` gave it.
    config : dict
        The settings of the training.
    n_recordings : dict
        Number of recordings on the sides ``"training"`` and ``"validation"``.
    n_epochs, best_epoch : int
        Epochs trained, and the one (from 1) whose weights were kept.
    stopped_by_hand : bool
        Whether the user ended the training while it went on.
    metrics : dict
        `NUMBERS`, `n_frames`, `n_recordings`, `per_class`, `near_edge` and `inside`; those of the
        evaluation, else those of the training's validation side, else empty.
    is_evaluated : bool
        Whether they are those of the evaluation.
    measured_on : str
        Tells recordings that were measured from others: runs with the same can be compared.
    is_current : bool
        Whether the model is of the dataset and the settings as they are now.
    note : str
        What somebody wrote on it.
    before : dict
        What `core.train_again.train_again` kept, if it was made by that; else empty.
    problem : str
        What is wrong with it; empty if nothing is.
    """

    name: str
    trained_at: str = ""
    model: str = ""
    classes: tuple[str, ...] = ()
    dataset: str = ""
    dataset_sha256: str = ""
    features: dict[str, Any] = field(default_factory=dict[str, Any])
    config: dict[str, Any] = field(default_factory=dict[str, Any])
    n_recordings: dict[str, int] = field(default_factory=dict[str, int])
    n_epochs: int = 0
    best_epoch: int = 0
    stopped_by_hand: bool = False
    metrics: dict[str, Any] = field(default_factory=dict[str, Any])
    is_evaluated: bool = False
    measured_on: str = ""
    is_current: bool = False
    note: str = ""
    before: dict[str, Any] = field(default_factory=dict[str, Any])
    problem: str = ""


def require_model(run: Path) -> None:
    """Refuse a run whose model is gone.

    Parameters
    ----------
    run : Path
        The run's folder.

    Raises
    ------
    CheckpointError
        If it is.
    """
    if not (run / MODEL_FILE).is_file():
        msg = f"The run {run.name} has no model any more"
        raise CheckpointError(msg, hint="Choose another run.")


def ending_in_words(run: RunSummary) -> str:
    """Tell how a training ended.

    Parameters
    ----------
    run : RunSummary
        The run.

    Returns
    -------
    str
        Such as ``"stopped by hand after epoch 7"``; empty if nothing is known of it.
    """
    if not run.n_epochs:
        return ""
    how = "stopped by hand" if run.stopped_by_hand else "ended by itself"
    return f"{how} after epoch {run.n_epochs:,}"


def read_summary(run: Path) -> RunSummary:
    """Tell what is known of a run; what is damaged is said in its `problem`.

    Parameters
    ----------
    run : Path
        Its folder.

    Returns
    -------
    RunSummary
        Whether it is current is left open.
    """
    summary = RunSummary(run.name, trained_at=_moment(run), note=_note(run))
    if run.name.endswith(f"{DELETED}{PART}"):
        return replace(summary, problem="It was not deleted whole: delete it again")
    if run.name.endswith(PART):
        why = "It is not whole: it is being written, or its training was killed"
        return replace(summary, problem=why)
    known, problem = _read_json(run / RUN_FILE)
    problems = [problem]
    if known:
        try:
            summary = _described(summary, known)
        except (ArithmeticError, ValueError, KeyError, TypeError, AttributeError):
            problems.append(_why_strange(known))
    metrics: dict[str, Any] = {}
    if (run / METRICS_FILE).exists():
        metrics, problem = _read_json(run / METRICS_FILE)
        problems.append(problem)
    if metrics:
        names = list(_table(metrics.get("per_recording")))
        summary = _measured(summary, metrics, names, is_evaluated=True)
    before, problem = _read_before(run)
    problems.append(problem)
    summary = replace(summary, before=before)
    problems += [f"{n} is missing" for n in (MODEL_FILE, HISTORY_FILE) if not (run / n).is_file()]
    return replace(summary, problem="; ".join(p for p in problems if p))


def _read_before(run: Path) -> tuple[dict[str, Any], str]:
    if not (run / BEFORE_FILE).exists():
        return {}, ""
    before, problem = _read_json(run / BEFORE_FILE)
    return (before if before.get("format") == BEFORE_FORMAT else {}), problem


def _described(summary: RunSummary, known: dict[str, Any]) -> RunSummary:
    """With what the training wrote down; raises as `CheckpointInfo.from_dict` does."""
    from core.checkpoint import CheckpointInfo

    info = CheckpointInfo.from_dict(known)
    sides = {side: len(names) for side, names in info.split.items()}
    summary = replace(
        summary,
        model=info.kind,
        classes=info.classes,
        dataset=str(info.dataset.get("name", "")),
        dataset_sha256=str(info.dataset.get("sha256", "")),
        features=info.features,
        config=info.config,
        n_recordings=sides,
        n_epochs=int(info.n_epochs),
        best_epoch=int(info.best_epoch),
        stopped_by_hand=info.stopped_by_hand is True,
    )
    if not info.validation:
        return summary
    names = info.split.get("validation", [])
    return _measured(summary, info.validation, names, is_evaluated=False)


def _measured(
    summary: RunSummary, values: dict[str, Any], names: list[str], *, is_evaluated: bool
) -> RunSummary:
    """With metrics, less what is long."""
    kept: dict[str, Any] = {key: _number(values.get(key)) for key in NUMBERS}
    for key in ("n_frames", "n_recordings"):
        kept[key] = int(_number(values.get(key)) or 0)
    for key in ("per_class", "near_edge", "inside"):
        kept[key] = _table(values.get(key))
    text = json.dumps([sorted(names), summary.dataset_sha256])
    measured_on = hashlib.sha256(text.encode()).hexdigest()
    return replace(summary, metrics=kept, is_evaluated=is_evaluated, measured_on=measured_on)


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return value if math.isfinite(value) else None


def _table(value: object) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _why_strange(known: dict[str, Any]) -> str:
    from core.checkpoint import CHECKPOINT_FORMAT

    number = _number(known.get("format"))
    if number is not None and number > CHECKPOINT_FORMAT:
        return "It was made by a newer version of this program"
    return f"{RUN_FILE} is not what a training writes"


def _read_json(path: Path) -> tuple[dict[str, Any], str]:
    """What a file says, and what is wrong with it."""
    try:
        value: Any = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}, f"{path.name} is missing"
    except OSError as error:
        return {}, f"{path.name} cannot be read: {error.strerror}"
    except ValueError:
        return {}, f"{path.name} is damaged"
    if not isinstance(value, dict) or not value:
        return {}, f"{path.name} is damaged"
    return cast("dict[str, Any]", value), ""


def _moment(run: Path) -> str:
    """When a run was trained: by its name, else by its folder's time stamp."""
    found = _MOMENT.match(run.name)
    with suppress(ValueError):
        if found:
            moment = datetime.strptime(found[1], "%Y-%m-%d_%H-%M-%S").replace(tzinfo=UTC)
            return moment.isoformat()
    try:
        return datetime.fromtimestamp(int(run.stat().st_mtime), UTC).isoformat()
    except OSError:
        return ""


def _note(run: Path) -> str:
    try:
        return (run / NOTE_FILE).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
