from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from core.library import Recording
from gui.error_listening import ErrorListening, Place
from tests.gui.pretended_player import PretendedPlayer
from tests.shown_media import ShownMedia, make_reader

FIRST, SECOND = (Recording(f"audio/{n}.wav", Path(f"/nowhere/audio/{n}.wav")) for n in "ab")
PLACE = Place("audio/a.wav", 3.0, 3.5)
QUIET = Place("audio/a.wav", 5.0, 6.0)
OTHER = Place("/nowhere/audio/b.wav", 1.0, 2.0)


@pytest.fixture
def listening(session):
    media, player = ShownMedia(session), PretendedPlayer()
    listening = ErrorListening(session, media, player)
    listening.player, listening.media, listening.wanted = player, media, []
    session.recording_wanted.connect(listening.wanted.append)
    return listening


def arrive(session, listening, recording, *, duration_s=8.0):
    """The recording is opened, looked at and decoded."""
    session.show_recording(recording)
    session.time.set_duration(duration_s)
    listening.player.source = object()
    listening.media.audio_changed.emit()


def test_a_place_is_shown_and_looped_with_its_context_once_it_is_there(listening, session):
    listening.show(PLACE)
    assert listening.wanted == ["audio/a.wav"]
    assert listening.player.played == []
    arrive(session, listening, FIRST)
    time = session.time
    assert (time.start_s, time.end_s, time.selection) == (2.0, 4.5, (3.0, 3.5))
    assert listening.player.played == [(2.0, 4.5, True)]
    session.time.set_duration(8.1)
    listening.media.audio_changed.emit()
    assert len(listening.player.played) == 1


def test_without_a_sound_device_it_is_seen_and_nobody_is_stopped(listening, session):
    said = []
    session.said.connect(said.append)
    listening.player.problem = "There is no sound device."
    listening.show(PLACE)
    arrive(session, listening, FIRST)
    assert session.time.selection == (3.0, 3.5)
    assert listening.player.played == []
    assert said == ["There is no sound device."]


def test_until_it_is_shown_its_recording_is_awaited(listening, session):
    listening.show(PLACE)
    assert listening.is_awaited(FIRST)
    assert not listening.is_awaited(SECOND)
    assert not listening.is_awaited(None)
    arrive(session, listening, FIRST)
    assert not listening.is_awaited(FIRST)


def test_in_the_open_recording_it_is_shown_at_once(listening, session):
    arrive(session, listening, FIRST)
    listening.show(PLACE)
    assert listening.wanted == []
    assert session.time.selection == (3.0, 3.5)
    listening.show(Place("audio/a.wav", 7.8, 8.0))
    assert listening.player.played == [(2.0, 4.5, True), "pause", (6.8, 8.0, True)]


def test_what_is_not_decoded_so_far_waits(listening, session):
    listening.show(PLACE)
    arrive(session, listening, FIRST, duration_s=2.0)
    assert session.time.selection is None
    session.time.set_duration(5.0)
    assert session.time.selection == (3.0, 3.5)
    assert len(listening.player.played) == 1


def test_where_the_recording_ends_sooner_the_place_is_cut(listening, session):
    listening.media.details = SimpleNamespace()
    listening.show(PLACE)
    arrive(session, listening, FIRST, duration_s=3.2)
    assert session.time.selection == (3.0, 3.2)


def test_only_the_last_of_several_is_shown(listening, session):
    listening.show(PLACE)
    listening.show(OTHER)
    assert listening.wanted == ["audio/a.wav", "/nowhere/audio/b.wav"]
    arrive(session, listening, SECOND)
    assert session.time.selection == (1.0, 2.0)
    assert listening.player.played == [(0.0, 3.0, True)]


def test_another_recording_that_the_user_opens_is_left_alone(listening, session):
    listening.show(PLACE)
    arrive(session, listening, SECOND)
    assert session.time.selection is None
    arrive(session, listening, FIRST)
    assert listening.player.played == []


def test_playing_may_be_off_and_still_be_asked_for(listening, session):
    arrive(session, listening, FIRST)
    listening.set_plays(False)
    listening.show(PLACE)
    assert session.time.selection == (3.0, 3.5)
    assert listening.player.played == []
    listening.show(PLACE, plays=True)
    assert listening.player.played == [(2.0, 4.5, True)]


def test_context_and_playing_are_remembered(listening, session):
    listening.set_context(2.5)
    listening.set_plays(False)
    again = ErrorListening(session, listening.media, listening.player)
    assert (again.context_s, again.plays) == (2.5, False)
    listening.set_context(1000.0)
    assert listening.context_s == 30.0


@pytest.fixture
def heard(listening, session, tmp_path):
    """A recording of a loud stretch and one that is 12 dB quieter; what is heard of it."""
    times = np.arange(64_000) / 8000
    levels = np.where(times < 4, 0.4, 0.1)
    reader = make_reader(tmp_path / "pcm", levels * np.sin(2500 * times), 8000)
    arrive(session, listening, FIRST)
    listening.player.source = listening.media.original = reader
    yield listening.player.listening
    reader.close()


def test_a_compared_place_is_played_once_both_levels_are_known(listening, heard, qtbot):
    player = listening.player
    listening.show(PLACE)
    player.played.clear()
    listening.compare(PLACE, QUIET, hears_example=True)
    # The error plays on until it is measured.
    assert player.played == []
    qtbot.waitUntil(lambda: player.played[-1:] == [(4.0, 7.0, True)], timeout=15_000)
    assert [p for p in player.played if p != "pause"] == [(4.0, 7.0, True)]
    assert heard.level_db == pytest.approx(12.04, abs=0.05)
    listening.compare(PLACE, QUIET, hears_example=False)
    assert player.played[-1] == (2.0, 4.5, True)
    assert heard.level_db == pytest.approx(0, abs=0.05)
    listening.end_comparing()
    assert heard.level_db is None


def test_an_error_that_was_not_opened_yet_is_measured_first(listening, heard, session, qtbot):
    listening.compare(PLACE, QUIET, hears_example=True)
    assert session.time.selection == (3.0, 3.5)
    qtbot.waitUntil(lambda: listening.player.played[-1:] == [(4.0, 7.0, True)], timeout=15_000)
    assert (2.0, 4.5, True) not in listening.player.played


def test_without_matching_both_are_as_they_were_recorded(listening, heard):
    listening.matching.set_on(False)
    listening.compare(PLACE, QUIET, hears_example=True)
    assert listening.player.played[-1] == (4.0, 7.0, True)
    assert heard.level_db is None


def test_matching_may_be_switched_while_one_compares(listening, heard, qtbot):
    listening.matching.set_on(False)
    listening.compare(PLACE, QUIET, hears_example=True)
    listening.matching.set_on(True)
    qtbot.waitUntil(lambda: heard.level_db is not None, timeout=15_000)
    assert heard.level_db == pytest.approx(12.04, abs=0.05)
    assert listening.player.played[-1] == (4.0, 7.0, True)
    listening.matching.set_on(False)
    assert heard.level_db is None
    listening.matching.set_on(True)
    assert heard.level_db == pytest.approx(12.04, abs=0.05)


def test_with_another_project_nothing_is_shown_any_more(listening, session, project_folder):
    listening.show(PLACE)
    session.open_project(project_folder)
    arrive(session, listening, FIRST)
    assert session.time.selection is None
