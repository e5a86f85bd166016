"""Whether a stage is fresh or stale, and why: by what its products say they are made from."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from core.drawing_cache import file_stamp
from core.errors import TableError
from core.manifest import read_manifest, settings_text
from core.progress import ignore
from core.project_annotations import ProjectAnnotations
from core.project_store import ProjectStore, RecordingStatus
from core.remembered import remembered
from core.storage import read_json
from core.table_meta import meta_path, read_meta

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from core.left_out import LeftOut
    from core.progress import Report
    from core.project import Project
    from core.settings import Config
    from core.table_meta import TableMeta


@dataclass(frozen=True)
class StagePlan:
    """What a stage would do.

    Parameters
    ----------
    stage : str
        Its name.
    fresh : bool
        Whether there is nothing to be done.
    reasons : tuple of str
        Why it is stale.
    n_recordings : int or None
        Recordings that it is about; None while that is not known.
    n_fresh : int
        Of these, how many are done already.
    n_frames : int or None
        Frames that it has made, or would work on.
    seconds : float or None
        Length of the recordings.
    n_bytes : int or None
        Size of what would be read.
    note : str
        What should be known, and does not make it stale.
    """

    stage: str
    fresh: bool
    reasons: tuple[str, ...] = ()
    n_recordings: int | None = None
    n_fresh: int = 0
    n_frames: int | None = None
    seconds: float | None = None
    n_bytes: int | None = None
    note: str = ""


def plan_stage(
    project: Project, stage: str, *, after: str = "", report: Report = ignore
) -> StagePlan:
    """Find out what a stage would do.

    Parameters
    ----------
    project : Project
        The project.
    stage : str
        One of the stages.
    after : str
        An earlier stage that is stale; then this one is, too.
    report : callable
        Called while the database is read; may raise `Cancelled`.

    Returns
    -------
    StagePlan
        Nothing is written.

    Raises
    ------
    LibraryError
        If the database or the query is wrong.
    """
    plan = {
        "transcode": _plan_transcode,
        "extract": _plan_extract,
        "dataset": _plan_dataset,
        "train": _plan_train,
        "evaluate": _plan_evaluate,
    }[stage](project, report)
    if not after:
        return plan
    return replace(plan, fresh=False, reasons=(f"{after} comes first", *plan.reasons))


def recording_statuses(
    project: Project, stage: str, left_out: Iterable[LeftOut]
) -> list[RecordingStatus]:
    """What a stage that has just ended did to each recording.

    Parameters
    ----------
    project : Project
        The project.
    stage : str
        The stage.
    left_out : iterable of LeftOut
        What the stage listed.

    Returns
    -------
    list of RecordingStatus
        Empty for stages that do not work recording by recording.
    """
    entries = [e for e in read_manifest(project.transcoded) if e.status != "not selected"]
    if stage == "transcode":
        return [
            RecordingStatus(
                e.original,
                e.original_stamp,
                "done" if e.status == "transcoded" else "left out",
                e.reason,
            )
            for e in entries
        ]
    if stage == "extract":
        reasons = {item.name: item.reason for item in left_out}
        return [
            RecordingStatus(
                e.original,
                e.sha256,
                "left out" if e.original in reasons else "done",
                reasons.get(e.original, ""),
            )
            for e in entries
            if e.status == "transcoded"
        ]
    return []


def current_run(project: Project, *, dataset: TableMeta | None = None) -> Path | None:
    """Find the newest run that was trained on this dataset with these settings.

    It is looked for again only when runs, settings or the dataset have changed.

    Parameters
    ----------
    project : Project
        The project.
    dataset : TableMeta, optional
        What lies beside its dataset, if it was read already.

    Returns
    -------
    Path or None
        Its folder.
    """
    runs = sorted(project.runs.glob("[!.]*/run.json"), reverse=True)
    config = project.settings.train

    def find() -> Path | None:
        try:
            sha256 = (dataset or read_meta(project.dataset)).sha256
        except TableError:
            return None
        for run in runs:
            known = read_json(run)
            its = known.get("config")
            is_of_dataset = known.get("dataset", {}).get("sha256") == sha256
            if its and is_of_dataset and not config.changes_from(its):
                return run.parent
        return None

    of_files = file_stamp(meta_path(project.dataset)), *map(file_stamp, runs)
    key = str(project.folder), json.dumps(config.to_dict()), of_files
    return remembered("current run", key, find)


def run_features(run: Path) -> dict[str, Any]:
    """Tell which features a run was trained on.

    Parameters
    ----------
    run : Path
        Its folder.

    Returns
    -------
    dict
        The feature spec, as its `to_dict` gave it; empty if that cannot be read.
    """
    return read_run(run).get("features", {})


def read_run(run: Path) -> dict[str, Any]:
    """Read what is known of a run.

    Parameters
    ----------
    run : Path
        Its folder.

    Returns
    -------
    dict
        As in `run.json`; empty if that cannot be read.
    """
    return read_json(run / "run.json")


def _plan_transcode(project: Project, report: Report) -> StagePlan:
    from core.library import Library
    from core.transcode import plan_transcode

    selection = Library(project.settings.library).select(report=report)
    config = project.settings.transcode
    plan = plan_transcode(selection.recordings, config, destination=project.transcoded)
    entries = read_manifest(project.transcoded)
    known = {e.original: e for e in entries if e.status != "not selected"}
    reasons: list[str] = []
    if not entries:
        reasons.append("it was never run")
    elif changed := _changes(config, [e.settings for e in known.values()]):
        reasons.append(changed)
    new = [r for r, _ in plan.todo if entries]
    # A file that was missing before is no news.
    new += [r for r in plan.missing if str(r.path) not in known and entries]
    if new:
        reasons.append(f"{_count(len(new), 'recording')} new or changed")
    gone = len(set(known) - {str(r.path) for r in selection.recordings})
    if gone:
        reasons.append(f"{_count(gone, 'recording')} no longer selected")
    return StagePlan(
        "transcode",
        fresh=not reasons,
        reasons=tuple(reasons),
        n_recordings=len(selection.recordings),
        n_fresh=len(plan.fresh),
        seconds=round(sum(e.n_samples / e.sample_rate for e in plan.fresh), 3),
        n_bytes=plan.n_bytes,
    )


def _plan_extract(project: Project, _report: Report) -> StagePlan:
    from core.extract import find_audio, fresh_names

    entries = [e for e in read_manifest(project.transcoded) if e.status == "transcoded"]
    if not entries:
        return StagePlan("extract", fresh=False, reasons=("nothing is transcoded",))
    items = find_audio(project.transcoded).items
    config = project.settings.features
    fresh = fresh_names(project.features, items, config)
    left_out = ProjectStore(project.store).recordings("extract")
    reasons: list[str] = []
    meta = _meta(project.features)
    if meta is None:
        reasons.append("it was never run")
    elif meta.config != config.to_dict():
        reasons += config.changes_from(meta.config)
    else:
        tried = {r.recording: r.made_from for r in left_out.values() if r.status == "left out"}
        new = [i for i in items if i.name not in fresh and tried.get(i.original) != i.identity]
        if new:
            reasons.append(f"{_count(len(new), 'recording')} new or changed")
        gone = {r.name for r in meta.recordings} - {i.name for i in items}
        if gone:
            reasons.append(f"{_count(len(gone), 'recording')} no longer there")
    return StagePlan(
        "extract",
        fresh=not reasons,
        reasons=tuple(reasons),
        n_recordings=len(items),
        n_fresh=len(fresh),
        n_frames=sum(_n_frames(e.n_samples, config.frame_size, config.hop) for e in entries),
        seconds=round(sum(e.n_samples / e.sample_rate for e in entries), 3),
        n_bytes=sum(e.n_bytes for e in entries),
    )


def _plan_dataset(project: Project, _report: Report) -> StagePlan:
    config = project.settings.annotations
    features, dataset = _meta(project.features), _meta(project.dataset)
    annotations = ProjectAnnotations(project)
    reasons: list[str] = []
    if features is None:
        reasons.append("there are no features")
    if dataset is None or not project.dataset.exists():
        reasons.append("it was never run")
    else:
        source = dataset.source
        if features is not None and source["sha256"] != features.sha256:
            reasons.append("the features changed")
        if annotations.changed_since(source):
            reasons.append(f"{annotations.title} changed")
        # Where the table lies, and what editing allows, make no difference to a dataset.
        same = {k: config.to_dict()[k] for k in ("annotations", "allow_overlaps")}
        reasons += config.changes_from({**dataset.config, **same})
    return StagePlan(
        "dataset",
        fresh=not reasons,
        reasons=tuple(reasons),
        n_recordings=len(features.recordings) if features else None,
        n_fresh=len(features.recordings) if features and not reasons else 0,
        n_frames=dataset.n_rows if dataset else None,
        note=annotations.table_changed(),
    )


def _plan_train(project: Project, _report: Report) -> StagePlan:
    dataset = _meta(project.dataset)
    reasons: list[str] = []
    if dataset is None:
        reasons.append("there is no dataset")
    elif current_run(project) is None:
        newest = max(project.runs.glob("[!.]*/run.json"), default=None)
        known = read_json(newest) if newest else {}
        if not newest:
            reasons.append("it was never run")
        elif known.get("dataset", {}).get("sha256") != dataset.sha256:
            reasons.append("the dataset changed")
        reasons += project.settings.train.changes_from(known["config"]) if known else []
    return StagePlan(
        "train",
        fresh=not reasons,
        reasons=tuple(reasons),
        n_recordings=len(dataset.recordings) if dataset else None,
        n_fresh=len(dataset.recordings) if dataset and not reasons else 0,
        n_frames=dataset.n_rows if dataset else None,
    )


def _plan_evaluate(project: Project, _report: Report) -> StagePlan:
    run = current_run(project)
    if run is None:
        reasons = ("there is no model of this dataset and these settings",)
    else:
        reasons = () if (run / "metrics.json").exists() else ("it was never run for this model",)
    return StagePlan("evaluate", fresh=not reasons, reasons=reasons)


def _changes(config: Config, made_with: list[str]) -> str:
    """What differs from the settings of the entries; empty if nothing does."""
    now = settings_text(config)  # pyright: ignore[reportArgumentType]
    other = next((text for text in made_with if text and text != now), None)
    return ", ".join(config.changes_from(json.loads(other))) if other else ""


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def _n_frames(n_samples: int, frame_size: int, hop_size: int) -> int:
    from core.timebase import count_frames

    return count_frames(n_samples, frame_size=frame_size, hop_size=hop_size)


def _meta(table: Path) -> TableMeta | None:
    try:
        return read_meta(table)
    except TableError:
        return None
