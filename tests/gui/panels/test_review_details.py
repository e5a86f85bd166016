from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QLabel, QLineEdit, QMainWindow

from core.project_store import Mark
from core.review import read_review
from gui.actions import Actions
from gui.elided_label import ElidedLabel
from gui.error_listening import ErrorListening
from gui.panels.review_details import NOTHING_CHOSEN, ReviewDetails
from gui.sentence import Sentence
from tests.gui.pretended_player import PretendedPlayer
from tests.made_review import make_tables_project
from tests.shown_media import ShownMedia

MARK = Mark("rec2", 5000, 6000, 8000, "inaudible", "wrong", "a car")


@pytest.fixture(scope="module")
def review(tmp_path_factory):
    wrong = (("rec0", 2, 6, 2), ("rec2", 15, 20, 1, 0.8))
    return read_review(make_tables_project(tmp_path_factory.mktemp("made") / "project", wrong))


@pytest.fixture
def details(session, qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    actions = Actions(window)
    listening = ErrorListening(session, ShownMedia(session), PretendedPlayer())
    details = ReviewDetails(session, actions, listening)
    details.actions_, details.listening = actions, listening
    window.setCentralWidget(details)
    window.show()
    with qtbot.waitExposed(window):
        pass
    details.notes = []
    details.note_written.connect(details.notes.append)
    yield details
    window.close()


def checked(details):
    verdicts = ("right", "wrong", "unsure")
    return [v for v in verdicts if details.actions_[f"mark_{v}"].isChecked()]


def test_says_what_to_do_while_nothing_is_chosen(details):
    assert details.findChild(ElidedLabel, "reviewWhere").text() == NOTHING_CHOSEN
    assert not details.findChild(QLineEdit, "reviewNote").isEnabled()


def test_shows_what_the_error_is(details, review):
    details.show_error(review, 0, None)
    text = details.findChild(QLabel, "reviewClasses").text()
    assert "inaudible" in text
    assert "<b>barely</b> 0.80" in text
    where = details.findChild(ElidedLabel, "reviewWhere").text()
    assert where == "rec2\n0.625 to 0.750 s, 5 frames"
    assert checked(details) == []


def test_shows_the_mark_and_its_note(details, review):
    details.show_error(review, 0, MARK)
    assert checked(details) == ["wrong"]
    assert details.note == "a car"
    details.show_error(review, 1, None)
    assert (checked(details), details.note) == ([], "")


def test_a_note_is_told_once_it_is_finished_and_another_one(details, review, qtbot):
    details.show_error(review, 0, MARK)
    field = details.findChild(QLineEdit, "reviewNote")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert details.notes == []
    qtbot.keyClicks(field, " again")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert details.notes == ["a car again"]


def test_how_it_is_heard_is_chosen_here(details):
    details.findChild(QCheckBox, "reviewPlays").setChecked(False)
    details.findChild(QDoubleSpinBox, "reviewContext").setValue(0.5)
    assert (details.listening.plays, details.listening.context_s) == (False, 0.5)


def test_what_is_compared_is_said(details):
    where = details.findChild(ElidedLabel, "reviewWhere")
    before = where.text()
    details.show_compared("Both are equally loud.", example="Right example in rec1")
    assert details.findChild(Sentence, "reviewLevel").sentence == "Both are equally loud."
    assert where.text() == "Right example in rec1"
    details.show_compared("")
    assert details.findChild(Sentence, "reviewLevel").isHidden()
    assert where.text() == before


def test_matching_of_levels_is_chosen_here(details):
    details.findChild(QCheckBox, "reviewMatchLevels").setChecked(False)
    assert not details.listening.matching.is_on
