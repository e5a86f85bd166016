"""Probable label errors of a project: found, kept, and read with what has become of them since."""

from __future__ import annotations

import csv
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np

from core.annotations.matching import assign_annotations
from core.dataset import load_dataset
from core.error_spans import SpanColumns, SpanKeys
from core.label_judgement import LabelError, LabelErrors, judge_labels
from core.pipeline import run_stage
from core.progress import Progress, ignore
from core.project import open_project
from core.project_annotations import ProjectAnnotations
from core.project_store import ProjectStore
from core.recording_annotations import manifest_entries
from core.review_marks import UNMARKED, attach_marks
from core.settings import TrainConfig
from core.stage_plans import plan_stage
from core.storage import read_json, replacing, to_json, write_json
from core.table_meta import read_meta

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from core.annotations.csv import Annotation
    from core.executor import Execution
    from core.progress import Report
    from core.project import Project

BEFORE = ("transcode", "extract", "dataset")
"""Stages that are run first, where they are stale."""

FORMAT = 1
CSV_COLUMNS = ("file_name", "start", "end", "annotated", "suggested", "score")

UNHEEDED = ("validation_recordings", "split_by")
"""Settings of the training that make no difference: every recording is held out once."""


@dataclass(frozen=True)
class KeptLabelErrors:
    """Label errors as they were found, and what has become of them.

    Parameters
    ----------
    found : LabelErrors
        As they were found.
    now : tuple of str
        Of each span the class that most of it is annotated with now; empty if none is.
    verdicts : tuple of str
        Of each span what a reviewer says of its label: ``"right"``, ``"wrong"``, ``"unsure"`` or
        nothing.
    stale : tuple of str
        Why they would be others if they were looked for now; nothing if they would not.
    """

    found: LabelErrors
    now: tuple[str, ...]
    verdicts: tuple[str, ...]
    stale: tuple[str, ...]


def find_label_errors(
    folder: Path,
    *,
    n_folds: int | None = None,
    execution: Execution | None = None,
    report: Report = ignore,
) -> LabelErrors:
    """Find the labels of a project that are probably wrong, and keep them.

    What is stale of the stages up to the dataset is run first. The caller holds the project for
    writing (`Project.writing`).

    Parameters
    ----------
    folder : Path
        The project folder.
    n_folds : int, optional
        Number of folds, in place of the project's own.
    execution : Execution, optional
        How many processes the stages before may use.
    report : callable
        Progress; may raise `Cancelled`, which leaves what was found the last time.

    Returns
    -------
    LabelErrors
        As they are kept.

    Raises
    ------
    DatasetError
        If it cannot be told: too few recordings, classes or annotations, or models that may do no
        better than chance.
    LoudnessError
        What a stage before, or the training, raises.
    """
    for stage in BEFORE:
        run_stage(folder, stage, execution=execution, report=report)
    project = open_project(folder)
    report(Progress("label_errors", text="Reading the dataset"))
    found = judge_labels(
        load_dataset(project.dataset),
        project.settings.train,
        n_folds=n_folds or project.settings.label_errors.folds,
        features=project.features,
        report=report,
    )
    keep_label_errors(project, found)
    return found


def keep_label_errors(project: Project, found: LabelErrors) -> None:
    """Keep what was found, in place of what was found before.

    Parameters
    ----------
    project : Project
        The project.
    found : LabelErrors
        With what it was made from.

    Raises
    ------
    StorageError
        If the disk is full, or the folder cannot be written.
    """
    write_json(project.label_errors, {"format": FORMAT, **to_json(found)})


def read_label_errors(folder: Path, *, report: Report = ignore) -> KeptLabelErrors | None:
    """Read what was found the last time.

    Parameters
    ----------
    folder : Path
        The project folder.
    report : callable
        May raise `Cancelled`.

    Returns
    -------
    KeptLabelErrors or None
        None if nothing was found yet, or what is kept is damaged.

    Raises
    ------
    ProjectError, SettingsError
        If there is no project, or its database cannot be read.
    AnnotationError
        If the annotations cannot be read.
    """
    project = open_project(folder)
    found = _kept(project.label_errors)
    if found is None:
        return None
    report(Progress("label_errors", text="Reading the annotations"))
    return KeptLabelErrors(
        found, _classes_now(project, found), _verdicts(project, found), _stale(project, found)
    )


def write_label_errors(found: LabelErrors, table: Path) -> None:
    """Write the list as a table, CSV.

    Parameters
    ----------
    found : LabelErrors
        The list.
    table : Path
        The file to be made or replaced.

    Raises
    ------
    StorageError
        If the disk is full, or the folder cannot be written.
    """
    with (
        replacing(table) as part,
        part.open("w", newline="", encoding="utf-8", errors="surrogateescape") as file,
    ):
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(CSV_COLUMNS)
        writer.writerows(
            (
                s.path,
                f"{s.start_s:.6f}",
                f"{s.end_s:.6f}",
                s.annotated,
                s.suggested,
                f"{s.score:.4f}",
            )
            for s in found.spans
        )


def _kept(path: Path) -> LabelErrors | None:
    values: dict[str, Any] = read_json(path)
    if values.pop("format", None) != FORMAT:
        return None
    try:
        values["spans"] = tuple(LabelError(**span) for span in values["spans"])
        values["classes"], values["notes"] = tuple(values["classes"]), tuple(values["notes"])
        return LabelErrors(**values)
    except (KeyError, TypeError):
        return None


def _classes_now(project: Project, found: LabelErrors) -> tuple[str, ...]:
    """Class that more than half of each span is annotated with."""
    known = [(e.original, e.database_path) for e in manifest_entries(project.transcoded).values()]
    places = {name: k for k, names in enumerate(known) for name in names if name}
    table = ProjectAnnotations(project).table()
    of_recordings = assign_annotations(table.annotations, known).by_recording
    classes = project.settings.annotations.classes
    ordered: dict[int, _Ordered] = {}
    now: list[str] = []
    for span in found.spans:
        k = places.get(span.path, -1)
        if k not in ordered:
            ordered[k] = _Ordered(of_recordings.get(k, ()))
        target = _target_now(span, ordered[k])
        now.append("" if target is None else classes[target])
    return tuple(now)


class _Ordered:
    """Annotations of a recording by start, so that few are read to find those in a span."""

    def __init__(self, annotations: Sequence[Annotation]) -> None:
        self._annotations = sorted(annotations, key=lambda a: a.start_s)
        self._starts = [a.start_s for a in self._annotations]
        # The latest end so far rises, as a search needs it, where the ends may not.
        self._ends = list(accumulate((a.end_s for a in self._annotations), max))

    def near(self, start_s: float, end_s: float) -> Sequence[Annotation]:
        """All that overlap with a span, and hardly any other."""
        first = bisect_right(self._ends, start_s)
        return self._annotations[first : bisect_left(self._starts, end_s)]


def _target_now(span: LabelError, annotations: _Ordered) -> int | None:
    shares: dict[int, float] = {}
    for a in annotations.near(span.start_s, span.end_s):
        overlap_s = min(a.end_s, span.end_s) - max(a.start_s, span.start_s)
        if overlap_s > 0:
            shares[a.target] = shares.get(a.target, 0.0) + overlap_s
    target = max(shares, key=lambda k: shares[k], default=None)
    is_most = target is not None and 2 * shares[target] > span.end_s - span.start_s
    return target if is_most else None


def _verdicts(project: Project, found: LabelErrors) -> tuple[str, ...]:
    marks = ProjectStore(project.store).marks()
    names = tuple(dict.fromkeys(s.recording for s in found.spans))
    keys = SpanKeys(names, found.classes, found.sample_rate)
    places = attach_marks(_columns(found, names), marks, keys=keys)
    return tuple("" if k == UNMARKED else marks[int(k)].verdict for k in places)


def _columns(found: LabelErrors, names: Sequence[str]) -> SpanColumns:
    spans = found.spans
    place = {name: k for k, name in enumerate(names)}
    return SpanColumns(
        recording=np.array([place[s.recording] for s in spans], dtype=np.int32),
        start_sample=np.array([s.start_sample for s in spans], dtype=np.int64),
        end_sample=np.array([s.end_sample for s in spans], dtype=np.int64),
        annotated=np.array([found.classes.index(s.annotated) for s in spans], dtype=np.int16),
        predicted=np.array([found.classes.index(s.suggested) for s in spans], dtype=np.int16),
        n_frames=np.array([s.n_frames for s in spans], dtype=np.int32),
        score=np.array([s.score for s in spans], dtype=np.float64),
    )


def _stale(project: Project, found: LabelErrors) -> tuple[str, ...]:
    """What differs from what they were found in, in words."""
    plan = plan_stage(project, "dataset")
    reasons = list(plan.reasons)
    made_from, settings = found.made_from, project.settings
    if plan.fresh and _dataset_hash(project) != made_from.get("dataset"):
        reasons.append("the dataset changed")
    heeded = {k: v for k, v in made_from.get("train", {}).items() if k not in UNHEEDED}
    now = settings.train.to_dict()
    kept = TrainConfig.from_dict({**heeded, **{k: now[k] for k in UNHEEDED}})
    reasons += settings.train.changes_from(kept.to_dict())
    folds = made_from.get("folds", settings.label_errors.folds)
    reasons += settings.label_errors.changes_from({"folds": folds})
    return tuple(reasons)


def _dataset_hash(project: Project) -> str:
    return read_meta(project.dataset).sha256
