"""What a project's products tell of each recording: transcoded, left out, features, errors."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, TypeVar

from core.annotations.matching import RecordingFinder
from core.errors import LoudnessError, TableError
from core.manifest import read_manifest
from core.project_annotations import ProjectAnnotations
from core.project_store import ProjectStore
from core.stage_plans import current_run
from core.table_meta import read_meta

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from core.manifest import ManifestEntry
    from core.project import Project

T = TypeVar("T")


@dataclass
class Products:
    """What is known of recordings, by the original's full path and by the path in the database.

    Parameters
    ----------
    entries : dict of str to ManifestEntry
        What became of them in transcoding.
    extracted : set of str
        Those that have features.
    reasons : dict of str to str
        Why recordings were left out after they were transcoded.
    n_errors : dict of str to int
        Error spans that the evaluation of the current run found.
    problems : list of str
        What could not be read, and why.
    """

    entries: dict[str, ManifestEntry] = field(default_factory=dict[str, "ManifestEntry"])
    extracted: set[str] = field(default_factory=set[str])
    reasons: dict[str, str] = field(default_factory=dict[str, str])
    n_errors: dict[str, int] = field(default_factory=dict[str, int])
    problems: list[str] = field(default_factory=list[str])


def read_products(project: Project) -> Products:
    """Read what a project's stages have made, as far as they have run.

    Parameters
    ----------
    project : Project
        The project.

    Returns
    -------
    Products
        What is damaged is listed there, and missing.
    """
    products = Products()

    def try_reading(read: Callable[[], T], otherwise: T) -> T:
        try:
            return read()
        except LoudnessError as error:
            products.problems.append(f"{error.message}.")
            return otherwise

    for entry in try_reading(lambda: read_manifest(project.transcoded), []):
        if entry.database_path:
            products.entries.setdefault(entry.database_path, entry)
        products.entries[entry.original] = entry
    products.extracted |= try_reading(lambda: _extracted(project), set())
    store = ProjectStore(project.store)
    for path, status in try_reading(lambda: store.recordings("extract"), {}).items():
        if status.status == "left out":
            products.reasons[path] = status.reason
    products.n_errors |= try_reading(lambda: _count_errors(project), {})
    return products


def count_annotations(
    project: Project, recordings: Iterable[tuple[int, str, str, bool]]
) -> Counter[int]:
    """Count the annotations of each recording, by the rules of `RecordingFinder`.

    A name that means one of the pipeline's recordings means no other.

    Parameters
    ----------
    project : Project
        The project.
    recordings : iterable of (int, str, str, bool)
        Of each recording a number, its full path, its path in the database, and whether it is one
        of the pipeline's. A file that comes twice has both times all of its annotations.

    Returns
    -------
    Counter
        By the recordings' numbers.

    Raises
    ------
    AnnotationError
        If the table of annotations cannot be read.
    """
    n_of_name = ProjectAnnotations(project).counts()
    wanted = set(n_of_name) | {PurePath(name).stem for name in n_of_name}
    numbers: dict[str, list[int]] = {}
    own: dict[str, str] = {}
    others: dict[str, str] = {}
    for number, original, database_path, is_pipelines in recordings:
        if _may_be_meant(original, database_path, wanted):
            numbers.setdefault(original, []).append(number)
            (own if is_pipelines else others).setdefault(original, database_path)
    finders = [
        (list(known), RecordingFinder(list(known.items()))) for known in (own, others) if known
    ]
    counts: Counter[int] = Counter()
    for name, n_annotations in n_of_name.items():
        for originals, finder in finders:
            if found := finder.find(name):
                if len(found) == 1:
                    counts.update(dict.fromkeys(numbers[originals[found[0]]], n_annotations))
                break
    return counts


def _may_be_meant(original: str, database_path: str, wanted: set[str]) -> bool:
    """Whether a recording has one of the names; most have not, and need not be looked into."""
    if original in wanted or database_path in wanted:
        return True
    name = original.rpartition("/")[2]
    return name in wanted or PurePath(name).stem in wanted


def _extracted(project: Project) -> set[str]:
    try:
        recordings = read_meta(project.features).recordings
    except TableError:
        if project.features.exists():
            raise
        return set()
    return {path for r in recordings for path in (r.original, r.database_path) if path}


def _count_errors(project: Project) -> dict[str, int]:
    run = current_run(project)
    if run is None or not (run / "errors.csv").exists():
        return {}
    path = run / "errors.csv"
    try:
        with path.open(newline="", encoding="utf-8") as file:
            counts = Counter(row["recording"] for row in csv.DictReader(file))
    except (OSError, ValueError, KeyError, csv.Error) as error:
        msg = f"{path} cannot be read: {error!r}"
        raise TableError(msg, hint="Run the stage evaluate again.") from error
    return {
        path: counts[r.name]
        for r in read_meta(project.dataset).recordings
        if r.name in counts
        for path in (r.original, r.database_path)
        if path
    }
