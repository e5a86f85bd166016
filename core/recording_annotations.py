"""The annotations that a project's table has of one recording."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from core.annotations.matching import RecordingFinder
from core.annotations.stored import to_annotations
from core.drawing_cache import file_stamp
from core.manifest import FILE_NAME, JOURNAL_NAME, read_manifest, without_former_places
from core.progress import ignore
from core.project_annotations import ProjectAnnotations
from core.remembered import remembered

if TYPE_CHECKING:
    from core.annotations.csv import Annotation
    from core.annotations.stored import StoredAnnotation
    from core.library import Library, Recording
    from core.manifest import ManifestEntry
    from core.progress import Report
    from core.project import Project


@dataclass(frozen=True)
class _Known:
    """Recordings that an annotation may mean: originals' full paths, and paths in the database."""

    key: object
    names: list[tuple[str, str]]
    places: dict[str, int]
    finder: RecordingFinder

    @classmethod
    def of(cls, key: object, names: dict[str, str]) -> _Known:
        known = list(names.items())
        return cls(key, known, {name: k for k, name in enumerate(names)}, RecordingFinder(known))


@dataclass(frozen=True)
class FoundAnnotations:
    """The annotations of a recording.

    Parameters
    ----------
    annotations : tuple of Annotation
        Those whose class the project knows, by their start.
    stored : tuple of StoredAnnotation
        All, as they can be edited, by their start.
    problem : str
        Why there are none, or not all; empty if nothing is wrong.
    name : str
        What a new annotation calls the recording.
    """

    annotations: tuple[Annotation, ...]
    stored: tuple[StoredAnnotation, ...]
    problem: str
    name: str


def find_annotations(
    project: Project,
    recording: Recording,
    entries: dict[str, ManifestEntry],
    *,
    report: Report = ignore,
) -> FoundAnnotations:
    """Find the annotations that a project has of a recording.

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
    FoundAnnotations
        Annotations that may mean another recording, too, are left out, and told.

    Raises
    ------
    AnnotationError
        If the table cannot be read or is none.
    ProjectError
        If the project's database cannot be read.
    LibraryError
        If the recording is not in the manifest, and the database cannot be read.
    """
    annotations = ProjectAnnotations(project)
    known = _known(project, recording, entries, report)
    place = known.places[str(recording.path)]
    names = annotations.names()
    mine = [name for name in names if known.finder.find(name) == (place,)]
    found = annotations.of(mine)
    problems: list[str] = []
    if annotations.is_kept:
        problems.append(annotations.table_changed())
    elif annotations.path is None:
        problems.append("The project names no table of annotations.")
    elif not found and not annotations.has_any():
        # Says what is wrong with a table that has no annotation at all.
        annotations.table()
    problems.append(_ambiguity(annotations, known, names, place))
    return FoundAnnotations(
        to_annotations(found, annotations.config),
        tuple(stored for stored, _ in found),
        " ".join(filter(None, problems)),
        _name(recording, known, mine, names),
    )


def _name(recording: Recording, known: _Known, mine: list[str], names: list[str]) -> str:
    """What a new annotation calls a recording: as its others do, or as is the table's custom."""
    if mine:
        return mine[0]
    place = known.places[str(recording.path)]
    base = PurePath(recording.database_path).name
    has_paths = any("/" in name for name in names)
    has_endings = not names or any(PurePath(name).suffix for name in names)
    candidates = [base if has_endings else PurePath(base).stem]
    candidates.insert(0 if has_paths or not names else 1, recording.database_path)
    # What is short may mean several; the full path never does.
    free = (
        name for name in candidates if name == name.strip() and known.finder.find(name) == (place,)
    )
    return next(free, str(recording.path))


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
    key = (key, library_stamp(library))

    def read() -> dict[str, str]:
        names = library_names(library, project.settings.library.query, report=report)
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


def _ambiguity(annotations: ProjectAnnotations, known: _Known, names: list[str], place: int) -> str:
    """Say which annotations may be meant for this recording, or for another."""
    ambiguous = [
        name for name in names if place in (found := known.finder.find(name)) and len(found) > 1
    ]
    left_out = annotations.of(ambiguous)
    if not left_out:
        return ""
    both = " and ".join(known.names[k][0] for k in known.finder.find(ambiguous[0]))
    n = len(left_out)
    how_many = "1 annotation is" if n == 1 else f"{n} annotations are"
    return f"{how_many} left out: {ambiguous[0]} may mean {both}."


def library_stamp(library: Library) -> str:
    """What a library is at this moment, by which a change is noticed.

    Parameters
    ----------
    library : Library
        The library.

    Returns
    -------
    str
        Of its settings, and of its database's files.
    """
    stamps = [file_stamp(path) for path in (library.database, Path(f"{library.database}-wal"))]
    return json.dumps([library.config.to_dict(), *stamps])


def library_names(library: Library, query: str, *, report: Report) -> dict[str, str]:
    """Recordings that a query reads, and that can be found.

    Parameters
    ----------
    library : Library
        The library.
    query : str
        The query.
    report : callable
        Called while the database is read; may raise `Cancelled`.

    Returns
    -------
    dict of str to str
        The path in the database, by the original's full path.

    Raises
    ------
    LibraryError
        If the database cannot be read.
    """
    from core.listing import is_usable

    names: dict[str, str] = {}
    for row in library.rows(query, report=report):
        if is_usable(path := row["path"]):
            names.setdefault(str(library.locate(path)), path)
    return names


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
        return {e.original: e for e in without_former_places(read_manifest(folder))}

    return remembered("manifest", _manifest_key(folder), read)


def _manifest_key(folder: Path) -> object:
    return str(folder), *(file_stamp(folder / name) for name in (FILE_NAME, JOURNAL_NAME))
