from __future__ import annotations

import random
import sqlite3
import time
from contextlib import closing

import pytest

from core.annotating import prepare_editing
from core.annotations import edits
from core.annotations.csv import Annotation
from core.annotations.edits import Edit
from core.annotations.store import AnnotationStore
from gui.editing import _edited
from tests.core.annotations.made_edits import stored
from tests.gui.edited_window import labels, open_edited, relabel, wait_idle


@pytest.fixture
def window(open_window, project_folder, qtbot):
    return open_edited(open_window, project_folder, qtbot)


def _stored(window):
    return AnnotationStore(window.session.project.store).everything()


def recordings(window):
    """Those of the library."""
    model = window.library.model
    return [model.recording(row) for row in range(model.rowCount())]


def starts_of(window, file_name):
    """Where the stored annotations of a recording start, in their order."""
    return sorted(a.start_s for a, _ in _stored(window) if a.file_name == file_name)


def nudge(place, by_s):
    """What moves an annotation, by its place in time."""

    def make(sheet, by):
        one = sorted(sheet.stored.values(), key=lambda a: a.start_s)[place]
        return edits.move([one], by_s, bounds=sheet.bounds, by=by)

    return make


def test_what_is_shown_is_stored_with_who_when_and_how_loud(window, qtbot):
    window.player.listening.set_volume(-7.0)
    with qtbot.waitSignal(window.editing.confirmed, timeout=15_000) as confirmed:
        window.editing.submit(relabel(2, "audible"))
    assert labels(window) == ["inaudible", "audible", "audible"]
    recording, edit = confirmed.args
    assert recording == window.session.recording
    one = next(a for a, _ in _stored(window) if a.id == edit.added[0].id)
    assert one == edit.added[0]
    assert one.label == "audible"
    assert one.author
    assert one.edited_at
    assert one.listening_gain_db == -7.0
    window.player.listening.set_volume(0.0)


def test_a_hundred_thousand_at_once_are_shown_without_a_freeze():
    """Each between two that are there: inserted one by one they took 2 s."""
    n = 100_000
    shown = tuple(Annotation(k + 2, "a", k, k + 0.5, 0, k) for k in range(n))
    added = tuple(stored(n + k, k + 0.5, k + 1.0, "barely") for k in range(n))
    started = time.process_time()
    after = _edited(shown, Edit("accepting", (shown[0],), added), ("audible", "barely"))
    assert time.process_time() - started < 1.2
    assert [a.start_s for a in after] == [0.5 * k for k in range(1, 2 * n)]
    assert {a.target for a in after[::2]} == {1}


def test_quick_edits_are_stored_in_their_order(window, qtbot):
    for label in ("audible", "inaudible", "barely", "audible", "inaudible"):
        window.editing.submit(relabel(2, label))
    wait_idle(window, qtbot)
    assert labels(window)[2] == "inaudible"
    assert window.session.undo_stack.count() == 5
    for _ in range(4):
        window.editing.undo()
    wait_idle(window, qtbot)
    assert labels(window)[2] == "audible"
    assert window.session.undo_stack.index() == 1


def test_an_undo_that_comes_while_its_edit_is_stored_undoes_that_one(window, qtbot):
    window.editing.submit(relabel(2, "audible"))
    wait_idle(window, qtbot)
    window.editing.submit(relabel(0, "barely"))
    window.editing.undo()
    wait_idle(window, qtbot)
    assert labels(window) == ["inaudible", "audible", "audible"]


def test_the_stack_itself_may_be_moved(window, qtbot):
    window.editing.submit(relabel(2, "audible"))
    wait_idle(window, qtbot)
    window.session.undo_stack.undo()
    qtbot.waitUntil(lambda: labels(window)[2] == "barely", timeout=15_000)
    window.session.undo_stack.redo()
    qtbot.waitUntil(lambda: labels(window)[2] == "audible", timeout=15_000)
    wait_idle(window, qtbot)
    assert window.session.undo_stack.count() == 1


@pytest.mark.parametrize("by_hand", [False, True])
def test_an_undo_is_refused_once_somebody_else_has_changed_it(window, qtbot, by_hand):
    window.editing.submit(relabel(2, "audible"))
    wait_idle(window, qtbot)
    with closing(sqlite3.connect(window.session.project.store)) as database, database:
        database.execute("UPDATE annotation SET start_s = 5.5 WHERE start_s = 5.0")
    with qtbot.waitSignal(window.session.errors.shown, timeout=15_000) as shown:
        (window.session.undo_stack.undo if by_hand else window.editing.undo)()
    assert "changed meanwhile" in shown.args[0]
    wait_idle(window, qtbot)
    assert window.session.undo_stack.index() == 1
    assert labels(window)[2] == "audible"
    for box in window.session.errors.boxes:
        box.close()
    qtbot.waitUntil(lambda: not window.media.is_busy, timeout=15_000)


def test_what_makes_no_sense_is_refused_and_the_next_is_stored(window, qtbot):
    said = []
    window.editing.refused.connect(said.append)
    window.editing.submit(relabel(2, "barely"))
    window.editing.submit(relabel(2, "audible"))
    wait_idle(window, qtbot)
    assert len(said) == 1
    assert labels(window)[2] == "audible"
    assert window.session.undo_stack.count() == 1


def test_overlaps_are_made_only_where_the_project_allows_them(window, qtbot):
    from dataclasses import replace

    annotations = window.session.project.settings.annotations
    window.session.change_settings(annotations=replace(annotations, allow_overlaps=False))
    qtbot.waitUntil(lambda: not window.media.is_busy, timeout=15_000)
    said = []
    window.editing.refused.connect(said.append)

    def make(sheet, by):
        return edits.make(sheet.file_name, 3.0, 4.5, "barely", bounds=sheet.bounds, by=by)

    window.editing.submit(make)
    wait_idle(window, qtbot)
    assert "overlap" in said[0]
    window.session.change_settings(annotations=annotations)
    qtbot.waitUntil(lambda: not window.media.is_busy, timeout=15_000)
    window.editing.submit(make)
    wait_idle(window, qtbot)
    assert len(labels(window)) == 4


def test_another_project_has_nothing_to_undo(window, qtbot):
    window.editing.submit(relabel(2, "audible"))
    wait_idle(window, qtbot)
    window.session.close_project()
    assert not window.session.undo_stack.canUndo()
    assert window.editing.why_not
    assert not window.editing.can_undo


def test_what_waits_behind_a_cancelled_edit_is_stored(window, qtbot):
    """As when another project is edited while the last edit of the one before still ends."""
    lane = window.session.annotating
    # The lane goes on with the edit once this one has been heard of.
    lane.submit(prepare_editing, window.session.project.folder)
    window.editing.submit(relabel(2, "audible"))
    lane.cancel_all()
    window.editing.submit(relabel(2, "inaudible"))
    wait_idle(window, qtbot)
    assert labels(window)[2] == "inaudible"
    assert window.session.undo_stack.count() == 1


def test_an_edit_that_was_given_up_and_is_cancelled_later_ends_no_other(window, monkeypatch):
    """As when another project is edited before the child of the one before has ended."""
    jobs = []
    monkeypatch.setattr(
        window.session.annotating, "submit", lambda *_args, **slots: jobs.append(slots)
    )
    window.editing.submit(relabel(2, "audible"))
    window.editing.give_up()
    window.editing.submit(relabel(2, "inaudible"))
    jobs[0]["cancelled"]()
    window.editing.submit(relabel(0, "barely"))
    assert window.editing.is_busy
    # The third waits for the second.
    assert len(jobs) == 2
    jobs[1]["cancelled"]()
    assert len(jobs) == 3
    window.editing.give_up()


def test_edits_that_wait_while_another_recording_is_opened_follow_each_other(window, qtbot):
    other = next(r for r in recordings(window) if r != window.session.recording)
    for _ in range(3):
        window.editing.submit(nudge(0, 0.01))
    window.session.show_recording(other)
    wait_idle(window, qtbot)
    assert window.session.errors.boxes == ()
    assert starts_of(window, "rec0.flac")[0] == pytest.approx(0.13)
    assert window.session.undo_stack.count() == 3


def test_what_was_read_before_an_edit_is_not_taken_for_what_is_stored(window, qtbot, monkeypatch):
    """An edit is stored while its recording is opened anew."""
    session, opened = window.session, window.session.recording
    held = []
    monkeypatch.setattr(
        session.annotating, "submit", lambda *args, **slots: held.append((args, slots))
    )
    window.editing.submit(nudge(0, 0.01))
    session.show_recording(next(r for r in recordings(window) if r != opened))
    qtbot.waitUntil(lambda: window.media.details is not None, timeout=15_000)
    submit, read = session.details.submit, []

    def submit_held(*args, done, **slots):
        return submit(*args, done=lambda found: read.append((done, found)), **slots)

    monkeypatch.setattr(session.details, "submit", submit_held)
    session.show_recording(opened)
    # It is read as it was before the edit, and that comes last.
    qtbot.waitUntil(lambda: bool(read), timeout=15_000)
    monkeypatch.undo()
    ((function, *args), slots) = held.pop()
    slots["done"](function(*args))
    ((done, found),) = read
    done(found)
    qtbot.waitUntil(lambda: window.media.details is not None, timeout=15_000)
    assert window.media.details.annotations[0].start_s == pytest.approx(0.11)
    window.editing.submit(nudge(0, 0.01))
    wait_idle(window, qtbot)
    assert session.errors.boxes == ()
    assert starts_of(window, "rec0.flac")[0] == pytest.approx(0.12)


@pytest.mark.parametrize("seed", range(3))
def test_edits_undos_and_other_recordings_in_any_order_and_at_any_pace(window, qtbot, seed):
    chance = random.Random(seed)  # noqa: S311  no secret
    editing, session = window.editing, window.session
    steps = (
        lambda: editing.submit(nudge(0, chance.choice([0.01, 0.02]))),
        lambda: editing.submit(relabel(1, chance.choice(["audible", "barely", "inaudible"]))),
        editing.undo,
        editing.redo,
        lambda: session.show_recording(chance.choice(recordings(window))),
    )
    for _ in range(60):
        chance.choice(steps)()
        qtbot.wait(chance.choice([0, 1, 10, 50]))
    wait_idle(window, qtbot)
    assert session.errors.boxes == ()
    for recording in recordings(window):
        session.show_recording(recording)
        qtbot.waitUntil(lambda: not window.media.is_busy, timeout=15_000)
        shown = [a.start_s for a in window.media.details.annotations]
        assert shown == starts_of(window, recording.path.name)
    while session.undo_stack.canUndo():
        editing.undo()
        wait_idle(window, qtbot)
    assert session.errors.boxes == ()
    assert {s for r in recordings(window) for s in starts_of(window, r.path.name)} == {
        0.1,
        2.0,
        5.0,
    }
