"""Of streams asked for one after the other, only the last stays open."""

from __future__ import annotations


def test_only_the_last_stream_stays_open(null_sink, application, qtbot):
    from gui.sound_output import SoundOutput

    output = SoundOutput()
    opened = []
    output.opened.connect(opened.append)
    for rate in (8000, 16_000, 44_100):
        output.open("", [rate])
    try:
        qtbot.waitUntil(lambda: bool(opened))
        assert [playout.sample_rate for playout in opened] == [44_100]
    finally:
        # A stream that stays open would keep the tests from ending.
        output.end()
    assert output.playout is None
