"""Levels are measured where they are opened, and what is done about them is told."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.level_match import LevelMatch
from gui.error_listening import Place
from gui.level_matching import (
    ALIKE,
    AS_RECORDED,
    COMMON,
    MEASURING,
    SILENT,
    LevelMatching,
    _words,
)
from tests.gui.pretended_player import PretendedPlayer
from tests.shown_media import ShownMedia, make_reader

RATE = 8000
ERROR, EXAMPLE = Place("a.wav", 0.0, 1.0), Place("a.wav", 2.0, 3.0)


@pytest.fixture
def matching(session, tmp_path):
    media, player = ShownMedia(session), PretendedPlayer()
    times = np.arange(4 * RATE) / RATE
    levels = np.where(times < 1.5, 0.4, 0.1)
    media.original = player.source = make_reader(
        tmp_path / "pcm", levels * np.sin(2 * np.pi * 400 * times), RATE
    )
    matching = LevelMatching(session, media, player)
    matching.player, matching.media = player, media
    yield matching
    media.close()


def measure(matching, qtbot, *places):
    for place in places:
        with qtbot.waitSignal(matching.changed, timeout=15_000):
            matching.measure(place, 0.1)


def test_the_example_is_raised_to_the_error_and_that_is_told(matching, qtbot):
    listening = matching.player.listening
    matching.begin(ERROR, EXAMPLE)
    assert (matching.words, matching.missing) == (MEASURING, ERROR)
    measure(matching, qtbot, ERROR)
    assert (matching.match, matching.missing) == (None, EXAMPLE)
    measure(matching, qtbot, EXAMPLE)
    assert matching.words == "Example raised by 12.0 dB to match."
    matching.apply(EXAMPLE)
    assert listening.level_db == pytest.approx(12.04, abs=0.05)
    matching.apply(ERROR)
    assert listening.level_db == pytest.approx(0, abs=0.05)
    matching.end()
    assert (listening.level_db, matching.words) == (None, AS_RECORDED)


def test_in_the_other_direction_it_is_lowered(matching, qtbot):
    matching.begin(EXAMPLE, ERROR)
    measure(matching, qtbot, EXAMPLE, ERROR)
    assert matching.words == "Example lowered by 12.0 dB to match."


def test_the_common_level_of_the_error_stays(matching, qtbot):
    from core.listening import measure as look_at

    listening = matching.player.listening
    listening.set_loudness(look_at(matching.media.original))
    listening.set_normalises(True)
    common_db = listening.level_db
    assert matching.words == COMMON
    matching.begin(EXAMPLE, ERROR)
    measure(matching, qtbot, EXAMPLE, ERROR)
    matching.apply(EXAMPLE)
    assert listening.level_db == pytest.approx(common_db)
    matching.apply(ERROR)
    assert listening.level_db == pytest.approx(common_db - 12.04, abs=0.05)


def test_the_option_is_remembered_and_off_leaves_everything(matching, session, qtbot):
    matching.begin(ERROR, EXAMPLE)
    measure(matching, qtbot, ERROR, EXAMPLE)
    matching.apply(EXAMPLE)
    matching.set_on(False)
    assert (matching.player.listening.level_db, matching.words) == (None, AS_RECORDED)
    assert matching.missing is None
    matching.apply(EXAMPLE)
    assert matching.player.listening.level_db is None
    again = LevelMatching(session, matching.media, matching.player)
    assert not again.is_on
    matching.set_on(True)
    assert matching.match is not None
    assert LevelMatching(session, matching.media, matching.player).is_on


def test_what_is_not_decoded_yet_or_stands_in_is_not_measured(matching, session, tmp_path):
    matching.begin(ERROR, EXAMPLE)
    part = make_reader(tmp_path / "part", np.zeros(RATE // 2), RATE, complete=False)
    whole, matching.player.source = matching.player.source, part
    matching.measure(ERROR, 0.0)
    assert not session.drawing.is_busy
    matching.media.original, matching.media.transcoded = None, whole
    matching.player.source = whole
    matching.measure(ERROR, 0.0)
    assert not session.drawing.is_busy
    matching.media.original_problem = "It has gone."
    matching.measure(ERROR, 0.0)
    assert session.drawing.is_busy
    part.close()


def test_the_transcoded_recording_is_measured_on_its_own(matching, qtbot):
    matching.begin(ERROR, EXAMPLE)
    measure(matching, qtbot, ERROR, EXAMPLE)
    matching.player.uses_transcoded = True
    assert matching.missing == ERROR
    matching.player.uses_transcoded = False
    assert matching.missing is None


def test_audio_that_has_gone_is_told_and_both_are_heard_as_they_are(matching, session, qtbot):
    matching.begin(ERROR, EXAMPLE)
    for path in matching.media.original.folder.iterdir():
        path.unlink()
    with qtbot.waitSignal(session.errors.shown, timeout=15_000):
        matching.measure(ERROR, 0.0)
    assert (matching.missing, matching.words) == (None, AS_RECORDED)
    for box in session.errors.boxes:
        box.close()


def test_words():
    assert _words(LevelMatch(0.0, 0.01)) == ALIKE
    assert _words(LevelMatch(left_db=math.inf)) == SILENT
    assert _words(LevelMatch(-3.24, 3.0)) == (
        "Example +3.0 dB, error \N{MINUS SIGN}3.2 dB to match without clipping."
    )
    assert _words(LevelMatch(-0.01, 50.0, 30.0)).endswith("They still differ by 30.0 dB.")
