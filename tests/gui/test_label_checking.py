from __future__ import annotations

import pytest

from core.errors import ProjectLockedError
from core.folder_lock import writing_to
from gui.label_checking import LabelChecking
from tests.made_label_error import SPANS, keep_list

PATIENCE_MS = 60_000


@pytest.fixture
def checking(session):
    return LabelChecking(session)


@pytest.fixture
def listed(checking, session, finished_project, qtbot):
    keep_list(finished_project)
    session.open_project(finished_project)
    checking.want(True)
    qtbot.waitUntil(lambda: checking.kept is not None, timeout=PATIENCE_MS)
    return checking


def test_nothing_is_read_for_nobody(checking, session, finished_project, qtbot):
    session.open_project(finished_project)
    assert not checking.is_reading
    checking.want(True)
    assert checking.is_reading
    qtbot.waitUntil(lambda: not checking.is_reading, timeout=PATIENCE_MS)
    assert checking.kept is None


def test_a_label_is_called_right_and_that_is_taken_back(listed, qtbot):
    listed.mark(1, is_right=True)
    qtbot.waitUntil(lambda: listed.kept.verdicts == ("", "right", ""), timeout=PATIENCE_MS)
    listed.mark(1, is_right=False)
    qtbot.waitUntil(lambda: listed.kept.verdicts == ("", "", ""), timeout=PATIENCE_MS)


def test_what_is_annotated_now_is_read_when_that_changes(listed, session, finished_project, qtbot):
    table = finished_project.parent / "annotations.csv"
    table.write_text(table.read_text().replace("rec1.wav,2,4,audible", "rec1.wav,2,4,barely"))
    session.annotations_changed.emit(None, 0)
    qtbot.waitUntil(lambda: listed.kept.now[0] == "barely", timeout=PATIENCE_MS)
    assert listed.kept.found.spans == SPANS


def test_a_search_holds_the_project_until_it_is_cancelled(listed, finished_project, qtbot):
    listed.run()
    assert listed.is_running
    with pytest.raises(ProjectLockedError), writing_to(finished_project):
        pass
    listed.cancel()
    qtbot.waitUntil(lambda: not listed.is_running, timeout=PATIENCE_MS)
    assert listed.kept.found.spans == SPANS
    with writing_to(finished_project):
        pass


def test_where_another_program_writes_nothing_is_begun(listed, session, finished_project):
    with writing_to(finished_project):
        listed.run()
    assert not listed.is_running
    (box,) = session.errors.boxes
    box.close()


def test_what_cannot_be_told_is_a_sentence(checking, session, project_folder, qtbot):
    table = project_folder.parent / "annotations.csv"
    table.write_text("file_name,start,end,class\nrec0.flac,2,4,audible\n")
    session.open_project(project_folder)
    checking.run()
    qtbot.waitUntil(lambda: not checking.is_running, timeout=PATIENCE_MS)
    assert "cannot be told from one recording" in checking.error.message
    assert session.errors.boxes == ()


def test_another_project_knows_nothing_of_the_last_one(listed, session):
    session.close_project()
    assert (listed.kept, listed.error, listed.is_running) == (None, None, False)
