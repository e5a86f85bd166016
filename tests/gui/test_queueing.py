from __future__ import annotations

from types import SimpleNamespace

import pytest

from core.errors import StageCrashedError
from core.library import Recording
from gui.queueing import NEVER_RANKED, NOTHING_LEFT, Queueing
from tests.made_queue import FIRST, SECOND, annotate, leave_to_annotate, rank_by_hand

PATIENCE_MS = 40_000


@pytest.fixture
def project(finished_project):
    """Two recordings are left, of which the second is the more uncertain."""
    leave_to_annotate(finished_project, FIRST, SECOND)
    rank_by_hand(finished_project, {FIRST: 0.25, SECOND: 0.75})
    return finished_project


@pytest.fixture
def queueing(session):
    queueing = Queueing(session)
    queueing.places, queueing.said = [], []
    queueing.place_wanted.connect(queueing.places.append)
    session.said.connect(queueing.said.append)
    return queueing


@pytest.fixture
def read(queueing, session, project, qtbot):
    session.open_project(project)
    queueing.want(True)
    qtbot.waitUntil(lambda: queueing.queue is not None, timeout=PATIENCE_MS)
    return queueing


def recording(project, name):
    return Recording(name, project.parent / name)


def names(queueing):
    return [item.recording for item in queueing.queue.items]


def test_nothing_is_read_for_nobody(queueing, session, project):
    session.open_project(project)
    assert not queueing.is_reading
    assert not session.reviewing.is_busy


def test_without_a_project_nothing_happens(queueing):
    queueing.rank()
    queueing.open_next()
    assert (queueing.is_ranking, queueing.is_reading) == (False, False)


def test_what_is_kept_is_shown(read):
    assert names(read) == [SECOND, FIRST]
    assert not read.is_reading


def test_a_recording_leaves_at_once_and_comes_back(read, project):
    read._session.annotations_changed.emit(recording(project, SECOND), 1)
    assert names(read) == [FIRST]
    assert read.queue.n_annotated == 4
    read._session.annotations_changed.emit(recording(project, SECOND), -1)
    assert names(read) == [SECOND, FIRST]
    assert not read.is_reading


def test_a_mark_takes_it_off_unless_reviewed_ones_are_wanted(read, project):
    read._session.reviewed_changed.emit(recording(project, SECOND), True)
    assert names(read) == [FIRST]
    read.include_reviewed(True)
    assert names(read) == [SECOND, FIRST]
    read.include_reviewed(False)
    read._session.reviewed_changed.emit(recording(project, SECOND), False)
    assert names(read) == [SECOND, FIRST]


def test_an_edit_of_another_one_is_read(read, project, qtbot):
    leave_to_annotate(project, "audio/rec0.flac")
    read._session.annotations_changed.emit(recording(project, "audio/rec0.flac"), -3)
    assert read.is_reading
    qtbot.waitUntil(lambda: read.queue.n_annotated == 2, timeout=PATIENCE_MS)


def test_an_edit_while_it_is_read_is_not_missed(queueing, session, project, qtbot):
    session.open_project(project)
    queueing.want(True)
    # At once: to wait until it has begun may last until it has ended.
    queueing._reading._begin()
    assert queueing._reading._job is not None
    annotate(project, SECOND)
    session.annotations_changed.emit(recording(project, SECOND), 1)
    qtbot.waitUntil(lambda: not queueing.is_reading, timeout=PATIENCE_MS)
    assert names(queueing) == [FIRST]


def test_an_edit_while_it_ranks_is_not_missed(read, project, qtbot):
    before = read.queue
    annotate(project, SECOND)
    read._session.annotations_changed.emit(recording(project, SECOND), 1)
    # As it was when the ranking began.
    read._on_ranked(0, before)
    qtbot.waitUntil(lambda: not read.is_reading, timeout=PATIENCE_MS)
    assert names(read) == [FIRST]


def test_another_training_is_noticed(read, project, qtbot):
    run = next((project / "runs").iterdir())
    run.rename(run.with_name("2000-01-01_00-00-00_fc"))
    rank_by_hand(project, {FIRST: 0.25})
    read._session.products_changed.emit()
    qtbot.waitUntil(lambda: not read.is_reading, timeout=PATIENCE_MS)
    assert read.queue.run == "2000-01-01_00-00-00_fc"


def test_the_next_is_opened_though_nobody_looked_before(queueing, session, project, qtbot):
    session.open_project(project)
    queueing.open_next()
    qtbot.waitUntil(lambda: bool(queueing.places), timeout=PATIENCE_MS)
    (place,) = queueing.places
    assert (place.original, place.start_s, place.end_s) == (SECOND, 1.0, 6.0)


def test_the_first_comes_first_whatever_is_open_then_one_behind_the_other(read, session, project):
    session.show_recording(recording(project, SECOND))
    for _ in range(3):
        read.open_next()
    assert [p.original for p in read.places] == [SECOND, FIRST, SECOND]


def test_one_that_was_chosen_in_the_list_is_gone_on_from(read):
    read.open(read.queue.items[1])
    read.open_next()
    assert [p.original for p in read.places] == [FIRST, SECOND]


def test_another_order_begins_with_its_first(read):
    read.open_next()
    read._on_ranked(0, read.queue)
    read.open_next()
    assert [p.original for p in read.places] == [SECOND, SECOND]


def test_at_the_end_it_says_so(read, session, project, qtbot):
    for name in (FIRST, SECOND):
        session.annotations_changed.emit(recording(project, name), 1)
    with qtbot.waitSignal(read.missing):
        read.open_next()
    assert read.said[-1] == NOTHING_LEFT


def test_where_nothing_is_ranked_it_says_what_to_do(queueing, session, finished_project, qtbot):
    session.open_project(finished_project)
    with qtbot.waitSignal(queueing.missing, timeout=PATIENCE_MS):
        queueing.open_next()
    assert queueing.said[-1] == NEVER_RANKED
    assert queueing.places == []


def test_a_ranking_is_told_and_cancelled(read, qtbot):
    before = read.queue
    told = []
    read.progressed.connect(told.append)
    read.rank()
    assert read.is_ranking
    qtbot.waitUntil(lambda: bool(told), timeout=PATIENCE_MS)
    read.cancel()
    qtbot.waitUntil(lambda: not read.is_ranking, timeout=3000)
    assert read.queue == before


@pytest.fixture
def pretended(monkeypatch):
    """Have a lane begin nothing; the list is of what it was given."""

    def pretend(lane):
        jobs = []

        def submit(*_args, **slots):
            jobs.append(SimpleNamespace(ends=[], **slots))
            jobs[-1].cancel = lambda ends=jobs[-1].ends: ends.append("cancelled")
            return jobs[-1]

        monkeypatch.setattr(lane, "submit", submit)
        return jobs

    return pretend


def test_a_ranking_of_another_project_that_ends_now_ends_no_other(read, session, pretended):
    jobs = pretended(session.stages)
    read.rank()
    read._on_project_changed(None)
    read.rank()
    jobs[0].cancelled()
    assert read.is_ranking
    jobs[1].cancelled()
    assert not read.is_ranking


def test_an_error_is_kept_to_be_said(queueing, session, project_folder, qtbot):
    session.open_project(project_folder)
    queueing.rank()
    qtbot.waitUntil(lambda: queueing.error is not None, timeout=PATIENCE_MS)
    assert queueing.error.hint == "Train a model first."
    assert not queueing.is_ranking


def test_a_crash_is_told_without_the_functions_name(read):
    read._on_rank_failed(StageCrashedError("rank_recordings ended", hint="Try again."))
    assert read.error.message == "the ranking ended"
    assert names(read) == [SECOND, FIRST]


def test_of_two_errors_the_newest_is_said(read, project, qtbot):
    read._on_rank_failed(StageCrashedError("rank_recordings ended"))
    assert read.error.message == "the ranking ended"
    (project / "project.toml").write_text("[")
    read.refresh()
    qtbot.waitUntil(lambda: not read.is_reading, timeout=PATIENCE_MS)
    assert "project.toml" in read.error.message


def test_another_project_knows_nothing_of_the_last_one(read, session):
    session.close_project()
    assert (read.queue, read.error, read.is_ranking) == (None, None, False)
