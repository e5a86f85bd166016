"""A small project whose annotations can be looked at: three recordings, two of them selected."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from core.project import Project, ProjectSettings, save_project
from core.settings import AnnotationConfig, FeatureConfig, LibraryConfig

HEADER = "file_name,start,end,class"


def make_project(tmp_path):
    """A project without annotations."""
    settings = ProjectSettings(
        library=LibraryConfig(database=str(tmp_path / "loudsense.db")),
        features=FeatureConfig(frame_size=400),
        annotations=AnnotationConfig(
            annotations=str(tmp_path / "annotations.csv"), class_names={"loud": "audible"}
        ),
    )
    project = Project(tmp_path / "project", settings)
    save_project(project)
    with closing(sqlite3.connect(tmp_path / "loudsense.db")) as connection:
        connection.execute("CREATE TABLE recording (path TEXT, reviewed INT)")
        rows = [("a.wav", 1), ("b.wav", 1), ("c.wav", 0)]
        connection.executemany("INSERT INTO recording VALUES (?, ?)", rows)
        connection.commit()
    return project


def annotate(project, *rows, header=HEADER):
    """Write its table of annotations."""
    path = project.folder.parent / "annotations.csv"
    path.write_text("\n".join([header, *rows]) + "\n")
