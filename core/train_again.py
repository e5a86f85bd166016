"""Train again on corrected labels, and lay the old model beside the new one on the same frames."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from core.checkpoint import load_checkpoint, read_checkpoint_info
from core.dataset import load_dataset
from core.errors import DatasetError, LoudnessError, NothingToDoError, ProjectError
from core.evaluate import PREDICTIONS_FILE, evaluate, scored_frames
from core.learning.classify import labelled_examples, probabilities_of
from core.paired_models import compare_models, in_brief, what_became
from core.pipeline import moved_to, new_run, record_outcome, run_stage
from core.progress import Progress, StopTraining, ignore
from core.project import STAGES, open_project
from core.review import Review, read_review
from core.review_states import read_annotated_now, states_of
from core.run_assessment import read_scored_frames
from core.run_summary import BEFORE_FILE, BEFORE_FORMAT, METRICS_FILE, MODEL_FILE, require_model
from core.settings import TrainConfig
from core.stage_plans import current_run, read_run
from core.storage import read_json, to_json, write_json
from core.table_meta import read_meta
from core.train import train

if TYPE_CHECKING:
    from pathlib import Path

    from core.assessment import ScoredFrames
    from core.checkpoint import CheckpointInfo
    from core.progress import Report
    from core.project import Project
    from core.table_meta import TableMeta


@dataclass(frozen=True)
class TrainedAgain:
    """An old model and the one that was trained on corrected labels.

    Parameters
    ----------
    run, old_run : str
        Names of the folders of the new run and of the old one.
    seconds : float
        How long it took.
    old_labels : dict or None
        The old model with the labels that it was evaluated with then; None if it was not.
    first, second : dict
        The old and the new model on the recordings that neither was trained on, with the labels as
        they are now; see `core.paired_models.in_brief`.
    differences, errors : dict
        See `core.paired_models.compare_models`.
    became : dict
        See `core.paired_models.what_became`; empty if the old run's errors are not known.
    """

    run: str
    old_run: str
    seconds: float
    old_labels: dict[str, Any] | None
    first: dict[str, Any]
    second: dict[str, Any]
    differences: dict[str, Any]
    errors: dict[str, dict[str, int]]
    became: dict[str, dict[str, int]] = field(default_factory=dict[str, dict[str, int]])


def train_again(folder: Path, *, run: str = "", report: Report = ignore) -> TrainedAgain:
    """Train with the parameters of a run on the labels as they are now, and compare the two models.

    The recordings that the run kept for validation are kept again, so that both models can be
    measured on them. The project's settings are neither followed nor changed by that. What comes
    before the training is done first where it is stale. The caller holds the project for writing,
    as for `core.pipeline.run_stage`.

    Parameters
    ----------
    folder : Path
        The project folder.
    run : str
        Name of the old run's folder; empty for the current run, or the newest if none is current.
    report : callable
        Progress; may raise `Cancelled`, which leaves no new run, or `StopTraining`, which keeps the
        best model so far.

    Returns
    -------
    TrainedAgain
        It is kept as `before.json` in the new run, too, which is evaluated.

    Raises
    ------
    ProjectError
        If there is no such run, or it kept no recording for validation.
    NothingToDoError
        If no label has changed since.
    LoudnessError
        What the stages raise.
    """
    started = time.monotonic()
    tell = _unstoppable(report)
    project = open_project(folder)
    old = _old_run(project, run)
    info = read_checkpoint_info(old / MODEL_FILE)
    _require_held_out(old, info)
    for stage in STAGES[: STAGES.index("train")]:
        run_stage(folder, stage, report=tell)
    meta = read_meta(project.dataset)
    held = _held(old, info, meta)
    first = _scored_by(old, project, tell)
    config = TrainConfig.from_dict(info.config)
    with new_run(project, config.model) as (part, new):
        began = time.monotonic()
        trained = train(
            project.dataset,
            part / MODEL_FILE,
            config,
            features=project.features,
            held=held,
            report=report,
        )
        evaluated_since = time.monotonic()
        evaluation = evaluate(
            part / MODEL_FILE,
            project.dataset,
            features=project.features,
            out=part,
            held_out=True,
            report=tell,
        )
        tell(Progress("train", text="Comparing the two models"))
        compared = _compare(project, old, part, first=first, meta=meta)
        result = TrainedAgain(
            run=new.name, old_run=old.name, seconds=round(time.monotonic() - started, 3), **compared
        )
        write_json(part / BEFORE_FILE, {"format": BEFORE_FORMAT, **to_json(result)})
    record_outcome(project, "train", moved_to(new, trained), seconds=evaluated_since - began)
    evaluation = replace(evaluation, model=new / MODEL_FILE, out=new)
    record_outcome(project, "evaluate", evaluation, seconds=time.monotonic() - evaluated_since)
    return result


def _unstoppable(report: Report) -> Report:
    """Stopping is for the training alone: what comes before and behind it goes on."""

    def tell(progress: Progress) -> None:
        with suppress(StopTraining):
            report(progress)

    return tell


def _old_run(project: Project, run: str) -> Path:
    if run:
        old = project.runs / run
        if "/" in run or not (old / "run.json").is_file():
            msg = f"There is no run {run}"
            raise ProjectError(msg, hint=f"Name a folder in {project.runs}.")
    else:
        runs = sorted(path.parent for path in project.runs.glob("[!.]*/run.json"))
        found = current_run(project) or (runs[-1] if runs else None)
        if found is None:
            msg = "No model was trained yet"
            raise ProjectError(msg, hint="Run the pipeline first.")
        old = found
    require_model(old)
    return old


def _require_held_out(old: Path, info: CheckpointInfo) -> None:
    sides = [set(info.split.get(side, ())) for side in ("training", "validation")]
    if not sides[1] or sides[0] & sides[1]:
        why = "kept no recording for validation" if not sides[1] else "was split by frame"
        msg = f"{old.name} {why}: there is nothing that both models can be measured on"
        raise ProjectError(msg, hint="Train a model with recordings kept for validation.")


def _held(old: Path, info: CheckpointInfo, meta: TableMeta) -> tuple[str, ...]:
    """Full paths of the recordings to be held, so that no name may mean another one.

    With them those that are the same audio, which may have been annotated since: what is learnt
    from a copy is learnt by heart.
    """
    if info.dataset.get("sha256") == meta.sha256 and not info.stopped_by_hand:
        msg = f"No label has changed since {old.name} was trained"
        raise NothingToDoError(msg, hint="Correct labels first: the same give the same model.")
    names = set(info.split["validation"])
    audio = {r.sha256 for r in meta.recordings if r.name in names} - {""}
    held = tuple(
        r.original or r.path
        for r in meta.recordings
        if r.n_rows and (r.name in names or r.sha256 in audio)
    )
    if not held:
        msg = f"No recording that {old.name} kept for validation is annotated any more"
        raise DatasetError(msg, hint="Annotate one of them, or choose another run.")
    return held


def _scored_by(old: Path, project: Project, report: Report) -> ScoredFrames:
    """What the old model says of the dataset as it is now."""
    report(Progress("train", text="Reading the dataset"))
    data = load_dataset(project.dataset)
    report(Progress("train", text="Starting TensorFlow"))
    checkpoint = load_checkpoint(old / MODEL_FILE)

    def tell(progress: Progress) -> None:
        report(replace(progress, stage="train", text="Measuring the old model on the new labels"))

    examples = labelled_examples(checkpoint, data, project.features, report=tell)
    return scored_frames(data, probabilities_of(checkpoint, examples, report=tell))


def _compare(
    project: Project, old: Path, part: Path, *, first: ScoredFrames, meta: TableMeta
) -> dict[str, Any]:
    known = read_run(part)
    second = read_scored_frames(
        part / PREDICTIONS_FILE, tuple(known["classes"]), known=known, meta=meta
    )
    # It names the recordings that have frames alone.
    place = {name: k for k, name in enumerate(first.recordings)}
    of_dataset = np.array([place[name] for name in second.recordings], dtype=np.int64)
    second = replace(
        second, recordings=first.recordings, recording_index=of_dataset[second.recording_index]
    )
    held = set(known["split"]["validation"])
    chosen = np.array([name in held for name in first.recordings], dtype=bool)
    metrics = read_json(old / METRICS_FILE)
    return {
        "old_labels": in_brief(metrics) if metrics else None,
        **compare_models(first, second, chosen, meta=meta),
        "became": _became(project, old, second, chosen, meta.frame_size),
    }


def _became(
    project: Project,
    old: Path,
    second: ScoredFrames,
    chosen: np.ndarray[Any, np.dtype[np.bool_]],
    frame_size: int,
) -> dict[str, dict[str, int]]:
    try:
        review = read_review(project.folder, run=old.name)
        now = read_annotated_now(project.folder, run=old.name)
    except LoudnessError:
        # Its predictions are damaged or gone: the two models can be compared all the same.
        return {}
    if not isinstance(review, Review):
        return {}
    states = states_of(replace(review, annotated_now=now))
    return what_became(
        review.errors,
        states,
        names=review.keys.recordings,
        second=second,
        chosen=chosen,
        frame_size=frame_size,
    )
