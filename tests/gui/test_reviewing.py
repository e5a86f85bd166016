from __future__ import annotations

import numpy as np
import pytest

from core import project_store
from core.project import open_project
from core.project_store import ProjectStore
from core.review import NEVER_RUN
from gui.reviewing import Reviewing
from tests.made_review import RUN, make_run, make_tables_project

WRONG = (("rec0", 2, 6, 2), ("rec2", 15, 20, 1, 0.8))


@pytest.fixture
def project(tmp_path):
    return make_tables_project(tmp_path / "project", WRONG)


@pytest.fixture
def reviewing(session, qtbot):
    return Reviewing(session)


@pytest.fixture
def opened(reviewing, session, project, qtbot):
    reviewing.want(True)
    session.open_project(project)
    qtbot.waitUntil(lambda: reviewing.review is not None, timeout=15_000)
    return reviewing


def test_nothing_is_read_for_nobody(reviewing, session, project, qtbot):
    session.open_project(project)
    assert not reviewing.is_reading
    reviewing.want(True)
    assert reviewing.is_reading
    qtbot.waitUntil(lambda: reviewing.review is not None, timeout=15_000)
    reviewing.want(False)
    reviewing.want(True)
    assert not reviewing.is_reading


def test_another_run_is_read_and_the_old_one_shown_until_then(opened, session, project, qtbot):
    before = opened.review
    make_run(project, WRONG[:1])
    session.products_changed.emit()
    assert opened.review is before
    assert opened.is_reading
    qtbot.waitUntil(lambda: len(opened.review.errors) == 1, timeout=15_000)
    assert not opened.is_reading


def test_a_project_without_a_run_says_what_to_do(opened, session, project, qtbot):
    (project / "runs" / RUN / "run.json").unlink()
    session.products_changed.emit()
    qtbot.waitUntil(lambda: opened.review is None, timeout=15_000)
    assert opened.why_none == NEVER_RUN
    session.close_project()
    assert (opened.review, opened.why_none) == (None, "")


def test_a_damaged_table_is_an_error(opened, session, project, qtbot):
    (project / "runs" / RUN / "predictions.parquet").write_bytes(b"no table")
    session.products_changed.emit()
    qtbot.waitUntil(lambda: opened.error is not None, timeout=15_000)
    assert "cannot be read as a table of predictions" in opened.error.message
    make_run(project, WRONG)
    session.products_changed.emit()
    qtbot.waitUntil(lambda: opened.error is None and opened.review is not None, timeout=15_000)


def test_a_mark_is_kept_and_taken_away(opened, project, qtbot):
    with qtbot.waitSignal(opened.marks_changed, timeout=15_000):
        opened.mark(0, "wrong", "a car")
    assert opened.review.mark_of.tolist() == [0, -1]
    (kept,) = ProjectStore(open_project(project).store).marks()
    assert (kept.recording, kept.verdict, kept.note) == ("rec2", "wrong", "a car")
    assert (kept.start_sample, kept.end_sample, kept.annotated) == (5000, 6000, "inaudible")
    with qtbot.waitSignal(opened.marks_changed, timeout=15_000):
        opened.mark(0, "")
    assert ProjectStore(open_project(project).store).marks() == []


def test_a_newer_store_is_one_sentence_and_nothing_is_marked(opened, project, session, qtbot):
    path = open_project(project).store
    ProjectStore(path).change_marks()
    connection = project_store.sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with qtbot.waitSignal(session.errors.shown, timeout=15_000) as shown:
        opened.mark(0, "wrong")
    assert "newer version" in shown.args[0]
    assert opened.review.mark_of.tolist() == [-1, -1]
    for box in session.errors.boxes:
        box.close()


def test_the_child_reads_ahead_before_anybody_looks(reviewing, session, project, qtbot):
    reviewing._preparing.setInterval(1)
    session.open_project(project)
    qtbot.waitUntil(lambda: session.reviewing.is_busy)
    qtbot.waitUntil(lambda: not session.reviewing.is_busy, timeout=15_000)
    assert reviewing.review is None
    session.close_project()
    assert not reviewing._preparing.isActive()


def test_it_reads_ahead_too_if_it_comes_behind_the_project(session, project):
    session.open_project(project)
    assert Reviewing(session)._preparing.isActive()


def test_with_another_project_the_current_run_is_wanted_again(opened, session, project, qtbot):
    opened.choose_run("2020-01-01_00-00-00_fc")
    qtbot.waitUntil(lambda: "no longer there" in opened.why_none, timeout=15_000)
    assert [run.folder.name for run in opened.runs] == [RUN]
    session.open_project(project)
    assert (opened.run, opened.runs) == ("", ())
    qtbot.waitUntil(lambda: opened.review is not None, timeout=15_000)


def test_what_was_read_before_an_edit_is_not_shown_but_read_again(
    opened, session, qtbot, monkeypatch
):
    qtbot.waitUntil(lambda: not session.reviewing.is_busy, timeout=15_000)
    jobs, before = [], opened.review
    monkeypatch.setattr(session.reviewing, "submit", lambda *_args, **slots: jobs.append(slots))
    opened._look_at_annotations(before.run)
    session.annotations_changed.emit(None, 0)
    now = np.array([0, 0], dtype=np.int16)
    jobs[0]["done"](now)
    assert opened.review is before
    assert len(jobs) == 2
    jobs[1]["done"](now)
    assert opened.review.annotated_now.tolist() == [0, 0]
    assert len(jobs) == 2
