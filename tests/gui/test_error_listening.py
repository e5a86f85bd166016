from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from core.library import Recording
from gui.error_listening import ErrorListening, Place
from tests.gui.pretended_player import PretendedPlayer
from tests.shown_media import ShownMedia

FIRST, SECOND = (Recording(f"audio/{n}.wav", Path(f"/nowhere/audio/{n}.wav")) for n in "ab")
PLACE = Place("audio/a.wav", 3.0, 3.5)
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


def test_the_level_is_common_while_comparing_and_then_as_before(listening):
    heard = listening.player.listening
    listening.set_levelled(True)
    assert (heard.normalises, listening.is_levelled) == (True, True)
    listening.set_levelled(True)
    listening.set_levelled(False)
    assert (heard.normalises, listening.is_levelled) == (False, False)
    heard.set_normalises(True)
    listening.set_levelled(True)
    listening.set_levelled(False)
    assert heard.normalises


def test_with_another_project_nothing_is_shown_any_more(listening, session, project_folder):
    listening.show(PLACE)
    session.open_project(project_folder)
    arrive(session, listening, FIRST)
    assert session.time.selection is None
