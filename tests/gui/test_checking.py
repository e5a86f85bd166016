from __future__ import annotations

from dataclasses import replace

import pytest

from core.library import Recording
from core.recording_details import RecordingDetails
from core.settings import AnnotationConfig
from gui.checking import Checking
from gui.media import Media
from tests.core.lintable_project import annotate, make_project


@pytest.fixture
def project(tmp_path):
    project = make_project(tmp_path)
    annotate(project, "a.wav,0,1,loud", "a.wav,1.02,2,barely", "b.wav,0,1,loud")
    return project


@pytest.fixture
def checking(session):
    media = Media(session)
    yield Checking(session, media)
    media.close()


def until_found(qtbot, checking, counts):
    qtbot.waitUntil(
        lambda: checking.result is not None and checking.result.counts == counts, timeout=15_000
    )


@pytest.fixture
def opened(checking, session, project, qtbot):
    checking.want(True)
    session.open_project(project.folder)
    until_found(qtbot, checking, {"short gap": 1})
    return checking


def test_nothing_is_looked_for_for_nobody(checking, session, project, qtbot):
    session.open_project(project.folder)
    assert not checking.is_looking
    checking.want(True)
    assert checking.is_looking
    until_found(qtbot, checking, {"short gap": 1})
    checking.want(False)
    checking.want(True)
    assert not checking.is_looking
    assert checking.result.edits[0] is not None


def test_it_looks_again_and_shows_the_old_until_then(opened, session, project, qtbot):
    before = opened.result
    annotate(project, "a.wav,0,1,loud", "b.wav,0,1,loud", "x.wav,0,1,loud")
    session.products_changed.emit()
    assert opened.result is before
    assert opened.is_looking
    until_found(qtbot, opened, {"unknown file": 1})
    session.close_project()
    assert opened.result is None
    assert not opened.is_looking


def test_an_edit_of_the_open_recording_is_a_reason_another_recording_is_none(opened, project):
    folder = project.folder.parent
    details = RecordingDetails(Recording("a.wav", folder / "a.wav"), "a")
    opened._on_details(details)
    opened._on_details(RecordingDetails(Recording("b.wav", folder / "b.wav"), "b"))
    opened._on_details(details)
    opened._on_details(replace(details))
    opened._on_details(None)
    assert not opened.is_looking
    opened._on_details(replace(details, stored_annotations=("another",)))
    assert opened.is_looking


def test_what_cannot_be_read_is_kept_as_an_error(opened, session, qtbot):
    session.change_settings(annotations=AnnotationConfig())
    qtbot.waitUntil(lambda: opened.error is not None, timeout=15_000)
    assert opened.result is None
    assert "no annotations" in opened.error.message
