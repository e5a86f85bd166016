"""The project folder and its settings file."""

from __future__ import annotations

import tomllib

import pytest

from core.errors import ProjectError, ProjectLockedError, SettingsError
from core.project import Project, ProjectSettings, open_project, save_project
from core.settings import AnnotationConfig, FeatureConfig, LibraryConfig, TrainConfig


def a_project(folder, **sections):
    return Project(folder, ProjectSettings(**sections))


def test_only_what_differs_from_the_defaults_is_written(tmp_path):
    save_project(a_project(tmp_path, features=FeatureConfig(frame_size=400)))
    written = tomllib.loads((tmp_path / "project.toml").read_text())
    assert written == {"features": {"frame_size": 400}}


def test_what_is_saved_is_opened(tmp_path):
    project = a_project(
        tmp_path,
        library=LibraryConfig(
            str(tmp_path / "a.db"), root=str(tmp_path), relinked={"/old": "/new"}
        ),
        annotations=AnnotationConfig(
            str(tmp_path / "a.csv"), classes=("no", "yes"), class_names={"y": "yes"}
        ),
        train=TrainConfig(model="cnn", validation_split=0.3),
    )
    save_project(project)
    assert open_project(tmp_path) == project


def test_a_project_moves_with_the_data_inside_and_beside_it(tmp_path):
    home = tmp_path / "study" / "project"
    settings = {
        "library": LibraryConfig(str(home / "loudsense.db")),
        "annotations": AnnotationConfig(str(tmp_path / "study" / "annotations.csv")),
    }
    save_project(a_project(home, **settings))
    moved = (tmp_path / "study").rename(tmp_path / "moved")
    found = open_project(moved / "project").settings
    assert found.library.database == str(moved / "project" / "loudsense.db")
    assert found.annotations.annotations == str(moved / "annotations.csv")


def test_a_path_elsewhere_stays_absolute(tmp_path):
    elsewhere = "/somewhere/else/loudsense.db"
    save_project(a_project(tmp_path / "a" / "b", library=LibraryConfig(elsewhere)))
    assert open_project(tmp_path / "a" / "b").settings.library.database == elsewhere


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        ("[features]\nframe_size = 'long'", SettingsError, "section features.*frame_size"),
        ("[features]\nframe_seize = 200", SettingsError, "no setting 'frame_seize'"),
        ("[colours]\nx = 1", SettingsError, "section 'colours'"),
        ("features = 3", SettingsError, "section 'features'"),
        ("[features", ProjectError, "cannot be read"),
    ],
)
def test_a_wrong_settings_file_is_refused_by_name_and_left_alone(tmp_path, text, error, says):
    (tmp_path / "project.toml").write_text(text)
    with pytest.raises(error, match=says) as caught:
        open_project(tmp_path)
    assert "project.toml" in str(caught.value) or error is ProjectError
    assert (tmp_path / "project.toml").read_text() == text


def test_a_folder_without_settings_is_no_project(tmp_path):
    with pytest.raises(ProjectError, match="is no project"):
        open_project(tmp_path)


def test_a_project_has_one_writer_at_a_time(tmp_path):
    project = a_project(tmp_path)
    with (
        project.writing(),
        pytest.raises(ProjectLockedError, match="Another program"),
        project.writing(),
    ):
        pass
    with project.writing():
        pass


def test_the_settings_file_stands_for_its_folder(tmp_path):
    project = a_project(tmp_path, features=FeatureConfig(frame_size=400))
    save_project(project)
    assert open_project(tmp_path / "project.toml") == project
