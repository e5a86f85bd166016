"""The playhead stays in view; whoever looks elsewhere is not pulled back."""

from __future__ import annotations

import pytest


class Playing:
    is_playing = True


@pytest.fixture
def following(session):
    from gui.following import Follow, Following

    session.time.set_duration(100.0)
    session.time.set_range(0.0, 10.0)
    following = Following(session.time, Playing(), session)
    following.choose(Follow.PAGE)
    return following


def test_a_page_is_turned_at_its_edge(following, session):
    time = session.time
    time.move_playhead(9.9)
    assert time.start_s == 0
    time.move_playhead(10.1)
    assert time.start_s == pytest.approx(9.6)
    assert time.span_s == pytest.approx(10)


def test_whoever_looks_elsewhere_stays_there(following, session):
    time = session.time
    time.set_range(50.0, 60.0)
    for place_s in (9.9, 10.1, 10.3):
        time.move_playhead(place_s)
    assert time.start_s == 50


def test_scrolling_keeps_the_playhead_in_the_middle(following, session):
    from gui.following import Follow

    following.choose(Follow.SCROLL)
    session.time.move_playhead(42.0)
    assert (session.time.start_s, session.time.end_s) == (37.0, 47.0)
    following.choose(Follow.NOT)
    session.time.move_playhead(80.0)
    assert session.time.start_s == 37.0
