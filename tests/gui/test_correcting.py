"""Why a chosen error cannot be corrected, and that it stays chosen where it is."""

from __future__ import annotations

import pytest

from gui.correcting import NONE_CHOSEN, NOT_OPEN, Correcting
from tests.gui.edited_window import open_edited, relabel, wait_idle


@pytest.fixture
def window(open_window, reviewed_project, qtbot):
    window = open_edited(open_window, reviewed_project, qtbot)
    window.actions_["review"].trigger()
    model = window.review.model
    qtbot.waitUntil(lambda: model.rowCount() > 0, timeout=20_000)
    window.review.listening.set_plays(False)
    return window


def test_why_not_is_said_until_an_error_is_open_and_then_each_key_works_on_it(window, qtbot):
    actions, review, time = window.actions_, window.review, window.session.time
    assert not actions["trim_span"].isEnabled()
    assert NONE_CHOSEN in actions["trim_span"].toolTip()
    review.table.selectRow(0)
    # It is of rec2; rec0 is open.
    assert NOT_OPEN in actions["trim_span"].toolTip()
    qtbot.waitUntil(actions["trim_span"].isEnabled, timeout=20_000)
    assert NOT_OPEN not in actions["trim_span"].toolTip()
    assert review.chosen_prediction == "audible"
    qtbot.waitUntil(lambda: time.selection is not None, timeout=20_000)
    place = (review.chosen_place.start_s, review.chosen_place.end_s)
    for action in ("class_3", "class_2", "undo", "trim_span"):
        actions[action].trigger()
        qtbot.wait(20)
        wait_idle(window, qtbot)
        # Not all annotations that came of it: the next key is for the error, too.
        assert time.selection == pytest.approx(place)
        assert all(place[0] <= a.start_s < place[1] for a in window.session.choice.annotations)
    assert isinstance(window.findChild(Correcting), Correcting)


@pytest.mark.parametrize("key", ["class_1", "trim_span"])
def test_an_edit_that_is_stored_before_it_is_not_taken_for_it(window, qtbot, key):
    review, time = window.review, window.session.time
    review.table.selectRow(0)
    qtbot.waitUntil(window.actions_["trim_span"].isEnabled, timeout=20_000)
    qtbot.waitUntil(lambda: time.selection is not None, timeout=20_000)
    place = (review.chosen_place.start_s, review.chosen_place.end_s)
    chosen = []
    # Looked at while it is told of: on a busy machine both may be stored before anybody waits.
    window.editing.confirmed.connect(
        lambda _recording, _edit: chosen.append(len(window.session.choice.annotations))
    )
    window.editing.submit(relabel(0, "audible"))
    window.actions_[key].trigger()
    wait_idle(window, qtbot)
    # Of something else: what that edited is chosen.
    assert chosen[0] == 1
    assert len(chosen) == 2
    assert all(place[0] <= a.start_s < place[1] for a in window.session.choice.annotations)
    assert time.selection == pytest.approx(place)
