"""Windows and projects for tests; PySide6 is imported only where a test asks for a window."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from core.project import STAGES, Project, ProjectSettings, save_project
from core.settings import (
    AnnotationConfig,
    FeatureConfig,
    LibraryConfig,
    TrainConfig,
    TranscodeConfig,
)
from tests.made_library import make_library

if TYPE_CHECKING:
    from pathlib import Path


def make_project(folder: Path, *, n_recordings: int = 5, seconds: float = 8.0) -> Path:
    """A library with a project beside it, of which no stage has run."""
    library = make_library(folder, n_recordings=n_recordings, seconds=seconds)
    settings = ProjectSettings(
        library=LibraryConfig(database=str(library.database)),
        transcode=TranscodeConfig(sample_rate=8000, output_format="wav"),
        features=FeatureConfig(frame_size=200),
        annotations=AnnotationConfig(annotations=str(library.annotations)),
        train=TrainConfig(epochs=2),
    )
    project = Project(folder / "project", settings)
    save_project(project)
    return project.folder


@pytest.fixture
def project_folder(tmp_path) -> Path:
    """A project of which no stage has run."""
    return make_project(tmp_path / "library")


@pytest.fixture(scope="session")
def _finished_library(tmp_path_factory) -> Path:
    from core.isolation import StageRunner
    from core.pipeline import run_stage

    folder = tmp_path_factory.mktemp("finished") / "library"
    project = make_project(folder)
    # In a child: a process that has TensorFlow in it is slow to test windows with.
    with StageRunner() as runner:
        for stage in STAGES:
            runner.run(run_stage, project, stage)
    # Where it was made it is no more, so that each copy of it is one that has moved.
    return folder.rename(folder.with_name("kept"))


@pytest.fixture
def finished_project(_finished_library, tmp_path) -> Path:
    """A project all of whose stages have run (moved since, so that features count as stale)."""
    shutil.copytree(_finished_library, tmp_path / "library")
    return tmp_path / "library" / "project"


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown():
    """Collect garbage here, since tests need not come to where the application does."""
    if "gui.garbage" in sys.modules:
        sys.modules["gui.garbage"].collect_if_due()


@pytest.fixture
def own_preferences(tmp_path_factory):
    """Preferences that are nobody's."""
    from PySide6.QtCore import QSettings

    folder = str(tmp_path_factory.mktemp("preferences"))
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, folder)


@pytest.fixture
def application(own_preferences, qapp):
    """The styled application."""
    from gui.application import make_application

    return make_application()


@pytest.fixture
def session(application):
    """A session without a window."""
    from gui.session import Session

    session = Session()
    yield session
    session.close()
    session.deleteLater()


@pytest.fixture
def open_window(application, qtbot):
    """Opens windows of the application, shown and active; they are closed after the test."""
    from PySide6.QtCore import QEvent
    from PySide6.QtWidgets import QApplication

    from gui.main_window import MainWindow

    windows = []

    def open_window(project=None):
        window = MainWindow(project)
        windows.append(window)
        window.show()
        window.activateWindow()
        with qtbot.waitActive(window):
            window.activateWindow()
        return window

    yield open_window
    for window in windows:
        window.end()
        window.deleteLater()
    QApplication.processEvents()
    # Processing events deletes nothing by itself: what is said while a window closes would leave
    # its timers waiting for ever.
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
