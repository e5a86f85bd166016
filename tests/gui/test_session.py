from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import LoudnessError, ProjectError, ProjectLockedError
from core.library import Recording
from core.project import open_project
from core.settings import FeatureConfig
from tests.windows import make_project

RECORDING = Recording("a.wav", Path("/audio/a.wav"))


@pytest.fixture
def heard(session):
    """What the session told, in order."""
    seen = []
    for name in ("project_changed", "settings_changed", "recording_changed"):
        getattr(session, name).connect(lambda value, n=name: seen.append((n, value)))
    return seen


def test_opens_and_closes_a_project(session, heard, project_folder):
    session.open_project(project_folder)
    assert session.project.folder == project_folder
    session.close_project()
    assert session.project is None
    assert [value and value.folder for _, value in heard] == [project_folder, None]


def test_what_cannot_be_opened_leaves_the_open_project(session, heard, project_folder, tmp_path):
    session.open_project(project_folder)
    with pytest.raises(ProjectError):
        session.open_project(tmp_path / "nothing")
    assert session.project.folder == project_folder
    assert len(heard) == 1


def test_another_project_closes_the_first(session, project_folder, tmp_path):
    session.open_project(project_folder)
    session.show_recording(RECORDING)
    other = make_project(tmp_path / "other", n_recordings=1)
    session.open_project(other)
    assert session.recording is None
    assert session.project.folder == other


def test_another_recording_starts_from_the_beginning(session, heard):
    session.show_recording(RECORDING)
    session.time.set_duration(10.0)
    session.time.set_range(2.0, 3.0)
    session.time.select(2.0, 2.5)
    session.show_recording(Recording("b.wav", Path("/audio/b.wav")))
    assert (session.time.duration_s, session.time.selection) == (0.0, None)
    session.show_recording(session.recording)
    assert [value.name for _, value in heard] == ["a.wav", "b.wav"]


def test_changed_settings_are_saved(session, heard, project_folder):
    session.open_project(project_folder)
    session.change_settings(features=FeatureConfig(frame_size=400))
    assert open_project(project_folder).settings.features.frame_size == 400
    assert heard[-1] == ("settings_changed", session.project)


def test_settings_of_a_project_that_is_only_looked_at_stay_as_they_were(session, project_folder):
    session.open_project(project_folder)
    before = (project_folder / "project.toml").read_bytes()
    session.set_read_only("Somebody else is editing it.")
    with pytest.raises(ProjectLockedError, match="Somebody else is editing it"):
        session.change_settings(features=FeatureConfig(frame_size=400))
    assert (project_folder / "project.toml").read_bytes() == before


def test_settings_that_cannot_be_saved_stay_as_they_were(session, project_folder):
    session.open_project(project_folder)
    before = session.project
    (project_folder / "project.toml").unlink()
    project_folder.rmdir()
    project_folder.touch()
    with pytest.raises(LoudnessError):
        session.change_settings(features=FeatureConfig(frame_size=400))
    assert session.project == before


def test_closing_a_project_ends_what_is_computed_for_it(session, project_folder, qtbot):
    session.open_project(project_folder)
    job = session.drawing.submit(_for_ever)
    qtbot.waitSignal(job.progressed).wait()
    with qtbot.waitSignal(job.cancelled):
        session.close_project()


def _for_ever(*, report):
    from core.progress import Progress

    while True:
        report(Progress("waiting"))
