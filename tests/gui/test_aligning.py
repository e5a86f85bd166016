from __future__ import annotations

import pytest

from core.library import Library
from core.project import open_project
from gui.aligning import Aligning
from tests.made_shift import shift_annotations

PATIENCE_MS = 40_000


@pytest.fixture
def aligning(session):
    return Aligning(session)


@pytest.fixture
def checked(aligning, session, finished_project, qtbot):
    session.open_project(finished_project)
    aligning.run()
    qtbot.waitUntil(lambda: aligning.check is not None, timeout=PATIENCE_MS)
    return aligning


def recording(project, name):
    recordings = Library(open_project(project).settings.library).select().recordings
    return next(r for r in recordings if r.name == name)


def test_without_a_project_nothing_runs(aligning):
    aligning.run()
    assert not aligning.is_running


def test_all_are_checked_and_progress_is_told(aligning, session, finished_project, qtbot):
    told = []
    aligning.progressed.connect(told.append)
    session.open_project(finished_project)
    aligning.run()
    assert aligning.is_running
    qtbot.waitUntil(lambda: aligning.check is not None, timeout=PATIENCE_MS)
    assert not aligning.is_running
    assert len(aligning.check.recordings) == 3
    assert aligning.check.n_suspicious == 0
    assert told


def test_a_check_can_be_cancelled(aligning, session, finished_project, qtbot):
    session.open_project(finished_project)
    aligning.run()
    aligning.cancel()
    qtbot.waitUntil(lambda: not aligning.is_running, timeout=PATIENCE_MS)
    assert aligning.check is None


def test_a_recording_that_was_changed_is_checked_again(checked, finished_project, qtbot):
    shift_annotations(finished_project, "rec1.wav", 0.5)
    changed = recording(finished_project, "rec1.wav")
    checked.check_again(changed, 0)
    assert checked.is_old(changed.database_path)
    qtbot.waitUntil(lambda: not checked.is_old(changed.database_path), timeout=PATIENCE_MS)
    assert len(checked.check.recordings) == 3
    assert checked.check.recordings[0].recording == changed.database_path
    assert checked.check.n_suspicious == 1


def test_before_a_check_a_change_is_no_reason_for_one(aligning, session, finished_project):
    session.open_project(finished_project)
    aligning.check_again(recording(finished_project, "rec1.wav"))
    assert not session.aligning.is_busy


def test_a_project_without_transcoded_audio_is_one_sentence(
    aligning, session, project_folder, qtbot
):
    session.open_project(project_folder)
    aligning.run()
    qtbot.waitUntil(lambda: aligning.error is not None, timeout=PATIENCE_MS)
    assert "No transcoded recording has annotations" in aligning.error.message
    assert not aligning.is_running


def test_another_project_knows_nothing_of_the_last_one(checked, session):
    session.close_project()
    assert (checked.check, checked.error, checked.is_running) == (None, None, False)
