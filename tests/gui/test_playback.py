from __future__ import annotations

import numpy as np

from tests.gui.playing import RATE, noise, played, write
from tests.sound_card import RATE as CARD_RATE

__all__ = ["played"]


def best_match(heard, samples, rate):
    import soxr

    expected = soxr.resample(samples, rate, CARD_RATE)
    n = len(heard) + len(expected)
    lags = np.fft.irfft(np.fft.rfft(heard, n) * np.conj(np.fft.rfft(expected, n)), n)
    lag = int(np.argmax(lags[: len(heard)]))
    part = heard[lag : lag + len(expected)]
    return float(np.corrcoef(part, expected[: len(part)])[0, 1]), lag, len(expected)


def test_first(null_sink, played, tmp_path, qtbot):
    samples = noise(1.5)
    played.shelf.put(write(tmp_path / "a", samples))
    with null_sink.recording() as heard:
        played.player.play()
        qtbot.waitUntil(lambda: not played.player.is_playing, timeout=8000)
        qtbot.wait(200)
    x = heard.samples[:, 0]
    print(len(x), np.abs(x).max(), played.errors, played.notices, played.places[:3], played.places[-3:])
    c, lag, n = best_match(x, samples[:, 0], RATE)
    loud = np.flatnonzero(np.abs(x) > 1e-3)
    print("corr", c, "first", (loud[0] - lag) / CARD_RATE, "last", (loud[-1] - lag - n) / CARD_RATE)
    at = np.array(played.places)
    t = np.array([heard.time_of(lag + s * CARD_RATE) for s in np.arange(0.2, 1.4, 0.1)])
    print("playhead error ms", (np.interp(t, at[:, 0], at[:, 1]) - np.arange(0.2, 1.4, 0.1)) * 1e3)
    assert c > 0.99
