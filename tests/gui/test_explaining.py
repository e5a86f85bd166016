from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from core.errors import CheckpointError
from core.explanation import explain_span
from core.library import Recording
from core.progress import Progress
from gui.actions import Actions, State
from gui.error_listening import ErrorListening, Place
from gui.explaining import LOOKING, STARTING, Explaining
from tests.gui.pretended_player import PretendedPlayer
from tests.shown_media import ShownMedia, make_details

PLACE = Place("/nowhere/rec.wav", 0.5, 0.75)


class Asked(QObject):
    """Stands where a lane stands; a test answers."""

    busy_changed = Signal(bool)
    is_busy = False

    def __init__(self):
        super().__init__()
        self.spans, self.answers = [], []

    def submit(self, function, folder, span, **answers):
        assert (function, folder.exists()) == (explain_span, True)
        self.spans.append(span)
        self.answers.append(answers)

    def answer(self):
        """Explain what was asked for last."""
        found = SimpleNamespace(span=self.spans[-1])
        self.answers[-1]["done"](found)
        return found

    def cancel_all(self):
        """Nothing runs."""

    close = cancel_all


@pytest.fixture
def explaining(session, monkeypatch, tmp_path):
    lane = Asked()
    monkeypatch.setattr(session, "explaining", lane)
    monkeypatch.setattr(session, "_project", SimpleNamespace(folder=tmp_path))
    media, window = ShownMedia(session), QWidget()
    actions = Actions(window)
    actions.enable(set(State))
    explaining = Explaining(session, actions, media)
    listening = ErrorListening(session, media, PretendedPlayer())
    explaining.review = SimpleNamespace(listening=listening, chosen_place=None)
    explaining.follow(explaining.review)
    explaining.lane, explaining.media, explaining.actions_ = lane, media, actions
    explaining.window = window
    yield explaining
    monkeypatch.setattr(session, "_project", None)
    window.deleteLater()


def open_recording(session, explaining, details=None):
    details = details or make_details([(0.5, 0.8, 2)], run=Path("/nowhere/runs/mine"))
    session.show_recording(details.recording)
    session.time.set_duration(1.0)
    explaining.media.show(details)
    return details


def samples(explaining):
    return [(s.start_sample, s.end_sample) for s in explaining.lane.spans]


def test_the_selection_then_the_mouse_then_the_error_then_the_playhead(session, explaining):
    open_recording(session, explaining)
    time = session.time
    time.move_playhead(0.1)
    explaining.actions_["explain"].trigger()
    assert explaining.is_open
    assert explaining.progress == STARTING
    explaining.lane.answer()
    explaining.review.chosen_place = PLACE
    explaining.explain()
    explaining.lane.answer()
    time.move_cursor(0.3)
    explaining.explain()
    explaining.lane.answer()
    time.select(0.4, 0.6)
    explaining.explain()
    explaining.lane.answer()
    assert samples(explaining) == [(800, 801), (4000, 6000), (2400, 2401), (3200, 4800)]
    assert {s.run for s in explaining.lane.spans} == {"mine"}
    assert [s.annotated for s in explaining.lane.spans] == ["", "audible", "", "audible"]


def test_only_the_last_of_several_follows_and_what_comes_for_others_is_dropped(session, explaining):
    open_recording(session, explaining)
    for start_s in (0.1, 0.2, 0.3):
        session.time.select(start_s, start_s + 0.1)
        explaining.explain()
    assert samples(explaining) == [(800, 1600)]
    explaining.lane.answer()
    assert explaining.explanation is None
    assert explaining.progress == STARTING
    assert samples(explaining) == [(800, 1600), (2400, 3200)]
    found = explaining.lane.answer()
    assert explaining.explanation is found
    assert explaining.progress == ""


def test_what_is_closed_meanwhile_is_dropped(session, explaining):
    open_recording(session, explaining)
    explaining.explain()
    explaining.actions_["close_explanation"].trigger()
    assert not explaining.is_open
    explaining.lane.answer()
    assert explaining.explanation is None
    # Another one is not asked for until somebody wants it.
    assert len(explaining.lane.spans) == 1
    explaining.explain()
    assert len(explaining.lane.spans) == 2


def test_what_is_being_done_is_said(session, explaining):
    open_recording(session, explaining)
    explaining.explain()
    tell = explaining.lane.answers[-1]["progressed"]
    tell(Progress("starting", text="Starting"))
    assert explaining.progress == STARTING
    tell(Progress("", 4, 12, "frames", "Following the gradients"))
    assert explaining.progress == "Following the gradients"
    explaining.close()
    tell(Progress("", 8, 12, "frames", "Following the gradients"))
    assert explaining.progress == ""


def test_another_recording_closes_it(session, explaining):
    open_recording(session, explaining)
    explaining.explain()
    explaining.lane.answer()
    session.show_recording(Recording("b.wav", Path("/nowhere/b.wav")))
    assert not explaining.is_open
    assert explaining.explanation is None


def test_it_follows_to_an_error_in_another_recording(session, explaining, qtbot):
    open_recording(session, explaining)
    explaining.explain()
    explaining.lane.answer()
    other = Recording("b.wav", Path("/nowhere/b.wav"))
    explaining.review.listening.show(Place("/nowhere/b.wav", 0.25, 0.5))
    session.time.set_duration(0)
    explaining.media.details = None
    session.show_recording(other)
    assert explaining.is_open
    assert (explaining.explanation, explaining.progress) == (None, LOOKING)
    session.time.set_duration(1.0)
    # It is shown before it is looked at.
    assert session.time.selection == (0.25, 0.5)
    qtbot.waitUntil(lambda: not explaining._timer.isActive())
    assert len(explaining.lane.spans) == 1
    details = make_details([], run=Path("/nowhere/runs/mine"))
    explaining.media.show(replace(details, recording=other, stem="b"))
    assert explaining.lane.spans[-1].recording == "b"
    assert samples(explaining)[-1] == (2000, 4000)
    assert explaining.lane.answer() is explaining.explanation


def test_errors_that_are_walked_past_quickly_are_not_asked_for(session, explaining, qtbot):
    open_recording(session, explaining)
    explaining.explain()
    explaining.lane.answer()
    for start_s in (0.1, 0.2, 0.3):
        explaining.review.listening.show(Place("/nowhere/rec.wav", start_s, start_s + 0.1))
    assert explaining.progress == LOOKING
    qtbot.waitUntil(lambda: len(explaining.lane.spans) == 2)
    assert samples(explaining)[-1] == (2400, 3200)


def test_closed_it_follows_nobody(session, explaining):
    open_recording(session, explaining)
    explaining.review.listening.show(PLACE)
    assert not explaining._timer.isActive()
    assert explaining.lane.spans == []


def test_another_model_is_asked_again(session, explaining):
    details = open_recording(session, explaining)
    explaining.explain()
    explaining.lane.answer()
    explaining.media.show(replace(details, duration_s=1.1))
    assert len(explaining.lane.spans) == 1
    explaining.media.show(replace(details, run=Path("/nowhere/runs/newer")))
    assert explaining.explanation is None
    assert [s.run for s in explaining.lane.spans] == ["mine", "newer"]


def test_without_a_model_or_features_it_says_what_to_do(session, explaining):
    details = open_recording(session, explaining, make_details([]))
    explaining.explain()
    assert (
        explaining.problem == "There is no model that could be explained. Run the pipeline: train."
    )
    problem = "No features extracted yet."
    explaining.media.show(replace(details, spec=None, features_problem=problem))
    assert explaining.problem == f"There are no features of rec.wav. {problem}"
    assert explaining.lane.spans == []


def test_what_a_child_cannot_do_is_a_sentence_and_a_bug_is_a_box(session, explaining):
    open_recording(session, explaining)
    explaining.explain()
    explaining.lane.answers[-1]["failed"](
        CheckpointError("The run is gone", hint="Choose another.")
    )
    assert explaining.problem == "The run is gone. Choose another."
    session.time.select(0.1, 0.2)
    explaining.explain()
    assert explaining.problem == ""
    shown = []
    session.errors.shown.connect(lambda *said: shown.append(said))
    explaining.lane.answers[-1]["failed"](RuntimeError("bug"))
    assert len(shown) == 1
    assert not explaining.is_open
    for box in session.errors.boxes:
        box.close()


def test_a_failure_nobody_waits_for_is_dropped(session, explaining):
    open_recording(session, explaining)
    explaining.explain()
    session.time.select(0.1, 0.2)
    explaining.explain()
    explaining.lane.answers[0]["failed"](RuntimeError("bug"))
    assert explaining.problem == ""
    assert samples(explaining)[-1] == (800, 1600)
    explaining.lane.answers[-1]["cancelled"]()
    assert len(explaining.lane.spans) == 3


def test_without_a_recording_nothing_happens(explaining):
    explaining.explain()
    assert not explaining.is_open


def test_where_nothing_is_shown_nothing_is_closed(explaining, qtbot):
    with qtbot.assertNotEmitted(explaining.changed):
        explaining.close()
