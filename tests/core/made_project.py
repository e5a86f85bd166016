"""Small projects with a table of annotations, and edits of them."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from core.library import Recording
from core.progress import ignore
from core.project import Project, ProjectSettings, open_project, save_project
from core.recording_annotations import find_annotations, manifest_entries
from core.settings import AnnotationConfig, LibraryConfig

TABLE = (
    "file_name,start,end,class\n"
    "rec1.wav,1.0,2.00,audible\n"
    "rec1,3,4,barely\n"
    "rec2.wav,0.5,1.5,odd\n"
    "rec2.wav,zero,1,barely\n"
)


def make_project(folder, *, table=TABLE, paths=("audio/rec1.wav", "audio/rec2.wav"), **settings):
    """A project whose table and database lie beside it."""
    with closing(sqlite3.connect(folder / "x.db")) as connection:
        connection.execute("CREATE TABLE recording (path TEXT, reviewed INTEGER)")
        connection.executemany("INSERT INTO recording VALUES (?, 1)", [(p,) for p in paths])
        connection.commit()
    if table is not None:
        (folder / "annotations.csv").write_text(table, newline="")
        settings["annotations"] = str(folder / "annotations.csv")
    library = LibraryConfig(str(folder / "x.db"))
    project = Project(
        folder / "project",
        ProjectSettings(library=library, annotations=AnnotationConfig(**settings)),
    )
    save_project(project)
    return project


def recording(project, path):
    return Recording(path, project.folder.parent / path)


def annotations_of(project_folder, recording, *, report=ignore):
    """The annotations of a recording as they can be edited; until the first edit the table's."""
    project = open_project(project_folder)
    entries = manifest_entries(project.transcoded)
    return find_annotations(project, recording, entries, report=report).stored
