from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QMainWindow

from core.library import Recording
from gui.preferences import preferences
from gui.window_state import (
    ProjectView,
    last_project,
    restore_layout,
    save_layout,
    save_view,
    saved_view,
)

NAMES = ["a.wav", "Möwe, 'laut'.flac", "a/b=c%1.wav", "\udcff.wav"]


@pytest.fixture
def opened(session, project_folder):
    session.open_project(project_folder)
    session.show_recording(Recording("a.wav", Path("/audio/a.wav")))
    session.time.set_duration(100.0)
    return session


def test_what_was_in_view_comes_back(opened, project_folder):
    opened.time.set_range(10.123456789, 20.5)
    opened.time.select(12.0, 13.25)
    opened.time.move_playhead(11.5)
    save_view(opened)
    expected = ProjectView("/audio/a.wav", (10.123456789, 20.5), (12.0, 13.25), 11.5)
    assert saved_view(project_folder) == expected
    assert last_project() == project_folder


@pytest.mark.parametrize("name", NAMES)
def test_a_recording_of_any_name_comes_back(opened, project_folder, name):
    opened.show_recording(Recording(name, Path("/audio") / name))
    save_view(opened)
    assert saved_view(project_folder).recording == f"/audio/{name}"


def test_nothing_is_known_of_another_project(opened, tmp_path):
    save_view(opened)
    assert saved_view(tmp_path) == ProjectView()


def test_a_project_that_was_closed_is_not_opened_again(opened):
    save_view(opened)
    opened.close_project()
    save_view(opened)
    assert last_project() is None


def test_a_project_that_has_gone_is_not_opened_again(opened, project_folder):
    save_view(opened)
    (project_folder / "project.toml").unlink()
    assert last_project() is None


@pytest.mark.parametrize("value", ["", "x", ["1", "x"], ["1"], ["1", "2", "3"]])
def test_what_somebody_spoilt_by_hand_is_left_alone(opened, project_folder, value):
    save_view(opened)
    kept = preferences()
    for key in kept.allKeys():
        if key.endswith("/range"):
            kept.setValue(key, value)
    assert saved_view(project_folder).range_s is None


@given(start=st.floats(0, 1e5), length=st.floats(1e-6, 1e5))
def test_times_come_back_to_the_last_digit(tmp_path_factory, start, length):
    settings = QSettings(str(tmp_path_factory.mktemp("x") / "x.ini"), QSettings.Format.IniFormat)
    settings.setValue("range", [start, start + length])
    settings.sync()
    read = QSettings(settings.fileName(), QSettings.Format.IniFormat).value("range")
    assert [float(part) for part in read] == [start, start + length]


def test_size_and_docks_come_back(application):
    window = QMainWindow()
    window.setGeometry(40, 50, 700, 500)
    save_layout(window, window.saveState(1))
    other = QMainWindow()
    docks = restore_layout(other)
    assert (other.width(), other.height()) == (700, 500)
    assert docks == window.saveState(1)
    window.deleteLater()
    other.deleteLater()


def test_without_a_memory_there_is_no_layout(application):
    window = QMainWindow()
    assert restore_layout(window).isEmpty()
    window.deleteLater()
