"""The demo as a project, ready to be run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.demo.library import DemoLibrary, make_demo
from core.progress import ignore
from core.project import SETTINGS_FILE, Project, ProjectSettings, save_project
from core.settings import AnnotationConfig, LibraryConfig, TrainConfig, TranscodeConfig

if TYPE_CHECKING:
    from pathlib import Path

    from core.progress import Report

FOLDER = "project"
SAMPLE_RATE_HZ = 8000
VALIDATION_SPLIT = 0.3
WRONG_LABELS = 0.1
"""Part of the annotations: enough in each class to be worth looking for."""


@dataclass(frozen=True)
class DemoProject:
    """A demo, and the project that works on it.

    Parameters
    ----------
    library : DemoLibrary
        Database, annotations and audio.
    project : Path
        The project folder.
    """

    library: DemoLibrary
    project: Path


def make_demo_project(
    destination: Path,
    *,
    seed: int = 0,
    wrong_labels: float = WRONG_LABELS,
    report: Report = ignore,
) -> DemoProject:
    """Make a demo, and a project folder in it; what is there already stays as it is.

    Parameters
    ----------
    destination : Path
        Folder of the demo.
    seed : int
        Another seed, another library.
    wrong_labels : float
        Part of the annotations that is given a wrong class, to be found and mended, 0 to 1.
    report : callable
        Progress; may raise `Cancelled`.

    Returns
    -------
    DemoProject
        Where everything lies.

    Raises
    ------
    LoudnessError
        If the folder holds something else.
    StorageError
        If the disk is full, or the folder cannot be written.
    """
    library = make_demo(destination, seed=seed, wrong_labels=wrong_labels, report=report)
    folder = destination.absolute() / FOLDER
    if not (folder / SETTINGS_FILE).exists():
        settings = ProjectSettings(
            library=LibraryConfig(str(library.database.absolute())),
            transcode=TranscodeConfig(sample_rate=SAMPLE_RATE_HZ, output_format="wav"),
            annotations=AnnotationConfig(str(library.annotations.absolute())),
            train=TrainConfig(validation_split=VALIDATION_SPLIT),
        )
        save_project(Project(folder, settings))
    return DemoProject(library, folder)
