"""The annotations that a project's table has of one recording."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.annotations.csv import read_annotations
from core.annotations.matching import assign_annotations
from core.drawing_cache import file_stamp
from core.manifest import FILE_NAME, JOURNAL_NAME, read_manifest
from core.progress import ignore
from core.remembered import remembered

if TYPE_CHECKING:
    from core.annotations.csv import Annotation
    from core.annotations.matching import Assignment
    from core.library import Recording
    from core.manifest import ManifestEntry
    from core.progress import Report
    from core.project import Project


@dataclass(frozen=True)
class _Known:
    """Recordings that an annotation may mean: originals' full paths, and paths in the database."""

    key: object
    names: list[tuple[str, str]]
    places: dict[str, int]

    @classmethod
    def of(cls, key: object, names: dict[str, str]) -> _Known:
        return cls(key, list(names.items()), {name: k for k, name in enumerate(names)})


def find_annotations(
    project: Project,
    recording: Recording,
    entries: dict[str, ManifestEntry],
    *,
    report: Report = ignore,
) -> tuple[tuple[Annotation, ...], str]:
    """Find the annotations that the project's table has of a recording.

    Parameters
    ----------
    project : Project
        The project.
    recording : Recording
        One of its recordings.
    entries : dict of str to ManifestEntry
        What `manifest_entries` gives for the project.
    report : callable
        Called while the database is read; may raise `Cancelled`.

    Returns
    -------
    annotations : tuple of Annotation
        By their start.
    problem : str
        Which were left out since they may mean another recording, too; empty if none were.

    Raises
    ------
    AnnotationError
        If the table cannot be read or is none.
    LibraryError
        If the recording is not in the manifest, and the database cannot be read.
    """
    config = project.settings.annotations
    if not config.annotations:
        return (), "The project names no table of annotations."
    path = Path(config.annotations)
    key = (str(path), file_stamp(path), json.dumps(config.to_dict()))
    table = remembered("annotations", key, lambda: read_annotations(path, config))
    known = _known(project, recording, entries, report)
    assignment = remembered(
        "assignment", (key, known.key), lambda: assign_annotations(table.annotations, known.names)
    )
    place = known.places[str(recording.path)]
    mine = sorted(assignment.by_recording.get(place, ()), key=lambda a: (a.start_s, a.end_s))
    return tuple(mine), _ambiguity(assignment, place, known.names)


def _known(
    project: Project, recording: Recording, entries: dict[str, ManifestEntry], report: Report
) -> _Known:
    """Recordings that an annotation may mean.

    They are those that the manifest knows, as for a dataset; for a recording that it does not know
    those of the database, too.
    """
    key: object = _manifest_key(project.transcoded)
    if str(recording.path) in entries:
        return remembered("known of the manifest", key, lambda: _Known.of(key, _names(entries)))
    from core.library import Library

    library = Library(project.settings.library)
    database = (library.database, Path(f"{library.database}-wal"))
    config = json.dumps(project.settings.library.to_dict())
    key = (key, config, *map(file_stamp, database))

    def read() -> dict[str, str]:
        names: dict[str, str] = {}
        for row in library.rows(project.settings.library.query, report=report):
            path = row["path"]
            if isinstance(path, str) and path.strip() and "\0" not in path:
                names.setdefault(str(library.locate(path)), path)
        # A library that moved is known to the manifest by its old place: not as another one.
        here = set(names.values())
        return names | {o: d for o, d in _names(entries).items() if d not in here}

    names: dict[str, str] = remembered("names of the library", key, read)
    me = (str(recording.path), recording.database_path)
    if me[0] in names:
        return remembered("known of the library", key, lambda: _Known.of(key, names))
    # Not selected by the pipeline's query, but shown by the window's.
    others = {original: path for original, path in names.items() if path != me[1]}
    return _Known.of((key, me), {**others, me[0]: me[1]})


def _names(entries: dict[str, ManifestEntry]) -> dict[str, str]:
    return {e.original: e.database_path for e in entries.values()}


def _ambiguity(assignment: Assignment, place: int, names: list[tuple[str, str]]) -> str:
    """Say which annotations may be meant for this recording, or for another."""
    found = [(a, places) for a, places in assignment.ambiguous if place in places]
    if not found:
        return ""
    annotation, places = found[0]
    both = " and ".join(names[k][0] for k in places)
    n = len(found)
    how_many = "1 annotation is" if n == 1 else f"{n} annotations are"
    return f"{how_many} left out: {annotation.file_name} may mean {both}."


def manifest_entries(folder: Path) -> dict[str, ManifestEntry]:
    """Read what a folder of transcoded files says of itself, or remember it.

    Parameters
    ----------
    folder : Path
        The folder.

    Returns
    -------
    dict of str to ManifestEntry
        By the original's full path.

    Raises
    ------
    TableError
        If the manifest is damaged or cannot be read.
    """

    def read() -> dict[str, ManifestEntry]:
        return {e.original: e for e in read_manifest(folder)}

    return remembered("manifest", _manifest_key(folder), read)


def _manifest_key(folder: Path) -> object:
    return str(folder), *(file_stamp(folder / name) for name in (FILE_NAME, JOURNAL_NAME))
