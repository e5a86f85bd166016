from __future__ import annotations

import logging
import sys

import pytest

from core.errors import LibraryError
from core.progress import Cancelled
from gui.errors import BUG_TITLE, ErrorDoor, install_excepthook


@pytest.fixture
def door(application):
    door = ErrorDoor()
    yield door
    for box in door.boxes:
        box.close()


def test_a_user_is_told_message_and_hint(door, caplog):
    told = []
    door.shown.connect(lambda *texts: told.append(texts))
    door.show(LibraryError("No such table.", hint="Write another."), title="Open project")
    (box,) = door.boxes
    assert (box.text(), box.informativeText()) == ("No such table.", "Write another.")
    assert box.windowTitle() == "Open project"
    assert box.detailedText() == ""
    assert told == [("No such table.", "Write another.")]
    assert "Traceback" not in caplog.text


def test_a_bug_goes_with_its_traceback_into_the_log_and_can_be_copied(door, caplog):
    caplog.set_level(logging.ERROR, "loudness")
    try:
        {}["missing"]
    except KeyError as error:
        door.show(error)
    (box,) = door.boxes
    assert box.windowTitle() == BUG_TITLE
    assert "KeyError" in box.text()
    assert "Traceback" in box.detailedText()
    assert "Traceback" in caplog.text


def test_the_same_again_is_one_box(door):
    for _ in range(3):
        door.show(LibraryError("No."))
    door.show(LibraryError("Another."))
    assert [box.text() for box in door.boxes] == ["No.", "Another."]
    door.boxes[0].close()
    assert [box.text() for box in door.boxes] == ["Another."]


def test_a_cancellation_is_no_error(door):
    door.show(Cancelled())
    assert door.boxes == ()


def test_text_is_never_taken_for_markup(door):
    door.show(LibraryError("<b>rec</b>.wav is missing"))
    assert door.boxes[0].textFormat().name == "PlainText"


def test_what_nobody_caught_goes_through_the_door(door, monkeypatch):
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    install_excepthook(door)
    sys.excepthook(ValueError, ValueError("oops"), None)
    assert [box.text() for box in door.boxes] == ["ValueError: oops"]
