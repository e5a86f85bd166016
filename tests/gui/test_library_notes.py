from __future__ import annotations

import pytest

from tests.gui.edited_window import open_edited, relabel, wait_idle


@pytest.fixture
def window(open_window, project_folder, qtbot):
    window = open_edited(open_window, project_folder, qtbot)
    listing = window.library.listing
    qtbot.waitUntil(lambda: listing.states is not None and not listing.text, timeout=15_000)
    return window


def _count(window):
    return int(window.library.listing.states.annotations[window.library.current])


def test_annotations_are_counted_without_a_survey(window, qtbot):
    folder = window.library.listing.states_folder
    window.session.annotations_changed.emit(window.session.recording, 2)
    qtbot.waitUntil(lambda: _count(window) == 5, timeout=15_000)
    assert window.library.listing.states_folder == folder
    window.editing.submit(relabel(0, "audible"))
    wait_idle(window, qtbot)
    assert _count(window) == 5


def test_a_recording_that_is_not_the_open_one_is_left_to_the_next_survey(window, qtbot):
    from pathlib import Path

    from core.library import Recording

    window.session.annotations_changed.emit(Recording("b", Path("/b")), 2)
    qtbot.waitUntil(lambda: not window.session.annotating.is_busy, timeout=15_000)
    assert _count(window) == 3
