from __future__ import annotations

from pathlib import Path

import pytest

from core.library import Recording
from gui.restoring import Restoring

RECORDING = Recording("a.wav", Path("/audio/a.wav"))


@pytest.fixture
def restoring(session):
    return Restoring(session)


@pytest.fixture
def wanted(session):
    asked = []
    session.recording_wanted.connect(asked.append)
    return asked


def _leave(session, restoring, project_folder):
    session.open_project(project_folder)
    session.show_recording(RECORDING)
    session.time.set_duration(60.0)
    session.time.set_range(10.0, 12.0)
    session.time.select(10.5, 11.0)
    session.time.move_playhead(10.75)
    restoring.save()
    session.close_project()


def test_recording_zoom_and_selection_come_back(session, restoring, wanted, project_folder):
    _leave(session, restoring, project_folder)
    session.open_project(project_folder)
    assert wanted == ["/audio/a.wav"]
    session.show_recording(RECORDING)
    session.time.set_duration(60.0)
    assert (session.time.start_s, session.time.end_s) == (10.0, 12.0)
    assert session.time.selection == (10.5, 11.0)
    assert session.time.playhead_s == 10.75


def test_another_recording_is_shown_from_its_start(session, restoring, wanted, project_folder):
    _leave(session, restoring, project_folder)
    session.open_project(project_folder)
    session.show_recording(Recording("b.wav", Path("/audio/b.wav")))
    session.time.set_duration(60.0)
    assert session.time.selection is None
    session.show_recording(RECORDING)
    session.time.set_duration(60.0)
    assert session.time.selection is None


def test_what_came_back_once_does_not_come_back_again(session, restoring, wanted, project_folder):
    _leave(session, restoring, project_folder)
    session.open_project(project_folder)
    session.show_recording(RECORDING)
    session.time.set_duration(60.0)
    session.time.fit()
    session.time.set_duration(61.0)
    assert session.time.span_s > 50


def test_a_project_seen_for_the_first_time_asks_for_nothing(
    session, restoring, wanted, project_folder
):
    session.open_project(project_folder)
    assert wanted == []
