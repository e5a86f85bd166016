"""Volume is remembered; what would clip is limited."""

from __future__ import annotations

import pytest

from core.listening import Loudness


def test_volume_is_remembered_and_kept_in_its_range(application):
    from gui.listening import Listening

    listening = Listening()
    listening.set_volume(-200)
    assert listening.is_mute
    listening.set_volume(-12.5)
    assert Listening().volume_db == -12.5


def test_only_what_would_clip_is_limited(application):
    from gui.listening import Listening

    listening = Listening()
    listening.set_volume(0)
    listening.set_loudness(Loudness(peak=0.9, gain_db=20))
    assert not listening.is_limited
    listening.set_normalises(True)
    assert listening.is_limited
    assert listening.gain == pytest.approx(10)


def test_a_match_stands_in_place_of_the_common_level(application):
    from gui.listening import Listening

    listening = Listening()
    listening.set_volume(0)
    listening.set_loudness(Loudness(peak=0.1, gain_db=14))
    listening.set_normalises(True)
    listening.set_match(-6.0)
    assert (listening.level_db, listening.common_db) == (-6.0, 14)
    assert listening.gain == pytest.approx(0.501, abs=0.001)
    listening.set_match(None)
    assert listening.level_db == 14
