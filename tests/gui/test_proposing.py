from __future__ import annotations

from dataclasses import replace

import pytest

from core.annotations import edits
from core.settings import ProposalConfig
from gui.actions import State
from tests.gui.edited_window import relabel, wait_idle
from tests.gui.proposed_window import PROPOSED, annotated, chosen, open_proposed, proposed


@pytest.fixture
def window(open_window, project_folder, qtbot):
    return open_proposed(open_window, project_folder, qtbot)


@pytest.fixture
def proposing(window):
    return window.proposing


def test_what_is_predicted_and_not_annotated_is_proposed(window):
    assert proposed(window) == PROPOSED
    assert window.proposing.states == {State.PROPOSED: True, State.PROPOSAL: False}


def test_it_goes_when_it_is_annotated_by_any_means_and_comes_back(window, qtbot):
    window.session.time.select(6.4, 9.0)
    window.annotating.give_class(0)
    wait_idle(window, qtbot)
    assert proposed(window) == [*PROPOSED[:6], (6.1, 6.4, "inaudible")]
    window.editing.undo()
    wait_idle(window, qtbot)
    assert proposed(window) == PROPOSED
    window.editing.submit(
        lambda sheet, by: edits.delete(
            [a for a in sheet.stored.values() if a.start_s == 2.0], by=by
        )
    )
    wait_idle(window, qtbot)
    assert (2.0, 4.3, "audible") in proposed(window)
    assert window.proposing.chosen < 0


def test_quick_acceptances_go_from_one_to_the_next(window, proposing, qtbot):
    proposing.choose(2)
    for _ in range(3):
        proposing.accept()
    assert chosen(window) == 6.0
    wait_idle(window, qtbot)
    assert chosen(window) == 6.0
    assert [a for a in annotated(window) if a not in PROPOSED] == [
        (0.1, 1.9, "inaudible"),
        (2.0, 4.0, "audible"),
        (5.0, 6.0, "barely"),
    ]
    assert proposed(window) == [*PROPOSED[:2], *PROPOSED[5:]]
    texts = []
    while window.session.undo_stack.canUndo():
        texts.append(window.session.undo_stack.undoText())
        window.editing.undo()
        wait_idle(window, qtbot)
    assert texts == [
        "accepting of 'barely' 0.55",
        "accepting of 'inaudible' 0.97",
        "accepting of 'audible' 0.93",
    ]
    assert proposed(window) == PROPOSED
    # What came back last can be decided anew.
    assert chosen(window) == 4.0


def test_the_last_one_leaves_nothing_chosen(window, proposing, qtbot):
    said = []
    window.session.said.connect(said.append)
    proposing.choose(8)
    proposing.accept()
    wait_idle(window, qtbot)
    assert proposing.chosen < 0
    assert said[-1] == "That was the last proposal."


def test_another_class_and_other_edges_are_taken_over(window, proposing, qtbot):
    proposing.choose(7)
    proposing.draw_edges(6.75, 7.25)
    assert window.session.time.selection == (6.75, 7.25)
    assert proposing.accept_as(1)
    wait_idle(window, qtbot)
    assert (6.75, 7.25, "barely") in annotated(window)
    # The rest is proposed as it was.
    assert proposed(window)[7:] == [
        (6.5, 6.75, "audible"),
        (7.25, 7.5, "audible"),
        (7.5, 8.0, "inaudible"),
    ]
    assert window.session.undo_stack.undoText() == "accepting of 'audible' 0.70 as 'barely'"
    assert not window.session.choice.annotations
    proposing.choose(-1)
    assert not proposing.accept_as(1)


def test_dismissed_it_stays_so_until_that_is_undone(window, proposing, project_folder, qtbot):
    proposing.choose(2)
    proposing.dismiss()
    wait_idle(window, qtbot)
    assert chosen(window) == 4.3
    assert proposed(window) == [*PROPOSED[:2], *PROPOSED[3:]]
    assert len(annotated(window)) == 3
    window.session.close_project()
    window.open_project(project_folder)
    qtbot.waitUntil(lambda: proposing.predicted is not None, timeout=15_000)
    assert proposed(window) == [*PROPOSED[:2], *PROPOSED[3:]]
    proposing.restore()
    wait_idle(window, qtbot)
    assert proposed(window) == PROPOSED
    for _ in range(2):
        window.editing.undo()
        wait_idle(window, qtbot)
    assert proposed(window) == [*PROPOSED[:2], *PROPOSED[3:]]


def test_many_are_one_step(window, proposing, qtbot):
    proposing.accept_all(0.9)
    wait_idle(window, qtbot)
    assert [p[2] for p in proposed(window)] == ["barely", "barely", "audible"]
    proposing.dismiss_all(0.6)
    wait_idle(window, qtbot)
    assert proposed(window) == [(6.5, 7.5, "audible")]
    stack = window.session.undo_stack
    assert [stack.text(k) for k in range(stack.count())] == [
        "accepting of 6 proposals",
        "dismissal of 2 proposals",
    ]
    for _ in range(2):
        window.editing.undo()
        wait_idle(window, qtbot)
    assert proposed(window) == PROPOSED
    for _ in range(2):
        window.editing.redo()
        wait_idle(window, qtbot)
    assert proposed(window) == [(6.5, 7.5, "audible")]


def test_one_choice_ends_the_other(window, proposing):
    proposing.choose(2)
    assert window.session.time.selection == (4.0, 4.3)
    window.session.choice.choose(window.media.details.annotations[:1])
    assert proposing.chosen < 0
    proposing.choose(2)
    assert not window.session.choice.annotations
    window.session.time.select(1.0, 2.0)
    assert proposing.chosen < 0


def test_what_is_too_short_to_be_seen_is_looked_at_closely(window, proposing):
    time = window.session.time
    proposing.choose(7)
    assert (time.start_s, time.end_s) == (0.0, 8.0)
    proposing.predicted = replace(
        proposing.predicted,
        intervals=replace(
            proposing.predicted.intervals,
            end_s=proposing.predicted.intervals.start_s + 0.03,
        ),
    )
    proposing._find(window.media.details)
    proposing.choose(len(proposing.proposals) - 1)
    assert time.span_s < 2.1


def test_next_and_previous_go_from_where_one_is(window, proposing):
    window.session.time.move_playhead(4.4)
    window.actions_["next_proposal"].trigger()
    assert chosen(window) == 4.75
    assert window.session.time.playhead_s == 4.75
    for start_s in (4.3, 4.0, 1.9, 0.0, 0.0):
        window.actions_["previous_proposal"].trigger()
        assert chosen(window) == start_s
    window.session.time.clear_selection()
    window.session.time.move_playhead(4.4)
    window.actions_["previous_proposal"].trigger()
    assert chosen(window) == 4.3


def test_the_least_duration_can_be_changed(window, qtbot):
    window.session.change_settings(proposals=ProposalConfig(minimum_duration=0.45))
    expected = [p for p in PROPOSED if p[1] - p[0] >= 0.44]
    qtbot.waitUntil(lambda: proposed(window) == expected, timeout=15_000)


def test_of_another_recording_nothing_is_proposed(window, qtbot):
    window.session.open_recording("rec1.wav")
    qtbot.waitUntil(lambda: window.session.recording.name == "rec1.wav", timeout=15_000)
    qtbot.waitUntil(lambda: window.media.details is not None, timeout=15_000)
    assert proposed(window) == []
    assert window.proposing.predicted is None
    window.editing.submit(relabel(0, "audible"))
    wait_idle(window, qtbot)
    assert not window.actions_["next_proposal"].isEnabled()
