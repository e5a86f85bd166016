"""What the sound card's monitor records is the recording, and the playhead shows what is heard."""

from __future__ import annotations

import itertools
import time

import numpy as np
import pytest
import soxr

from core.playout import Playout
from tests.gui.playing import RATE, noise, played, tone, write
from tests.sound_card import RATE as CARD_RATE
from tests.sound_card import UNDISTURBED

__all__ = ["played"]

pytestmark = UNDISTURBED

CLOSE_S = 0.020
PLAYHEAD_S = 0.040


def at_card_rate(samples, rate=RATE):
    return soxr.resample(samples, rate, CARD_RATE)


def best_match(heard, expected):
    """Correlation where it is highest, and from which sample on."""
    n = len(heard) + len(expected)
    products = np.fft.rfft(heard, n) * np.conj(np.fft.rfft(expected, n))
    lag = int(np.argmax(np.fft.irfft(products, n)[: len(heard)]))
    part = heard[lag : lag + len(expected)]
    return float(np.corrcoef(part, expected[: len(part)])[0, 1]), lag


def sounding(heard, level=1e-3):
    """First and last sample that is no silence."""
    loud = np.flatnonzero(np.abs(heard) > level)
    return int(loud[0]), int(loud[-1])


def play_out(qtbot, played, null_sink, start=None, *, wait_ms=150):
    """Play until it stops by itself; what was heard."""
    with null_sink.recording(played.player) as heard:
        (start or played.player.play)()
        qtbot.waitUntil(lambda: not played.player.is_playing, timeout=20_000)
        qtbot.wait(wait_ms)
    return heard


def play_for(qtbot, played, null_sink, seconds, *acts):
    """Play, and act after each stretch of so many seconds of the playhead's clock."""
    with null_sink.recording(played.player) as heard:
        played.player.play()
        qtbot.waitUntil(lambda: len(played.places) > 3, timeout=10_000)
        for act in acts:
            qtbot.wait(round(seconds * 1000))
            act()
        qtbot.wait(200)
    return heard


def steepest(samples):
    return float(np.abs(np.diff(samples)).max())


def pitch_of(samples, rate=CARD_RATE):
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum) * rate / len(samples))


def test_what_is_heard_is_the_recording_on_both_ears(null_sink, played, tmp_path, qtbot):
    samples = noise(1.2)
    played.shelf.put(write(tmp_path / "a", samples))
    heard = play_out(qtbot, played, null_sink)
    expected = at_card_rate(samples[:, 0])
    correlation, lag = best_match(heard.samples[:, 0], expected)
    first, last = sounding(heard.samples[:, 0])
    assert correlation > 0.99
    assert abs(first - lag) < CLOSE_S * CARD_RATE
    assert abs(last - lag - len(expected)) < CLOSE_S * CARD_RATE
    assert np.array_equal(heard.samples[:, 0], heard.samples[:, 1])
    assert played.session.time.playhead_s == 1.2
    assert not played.errors
    assert not played.notices


def test_stereo_keeps_its_sides_and_more_channels_are_heard_in_the_middle(
    null_sink, played, tmp_path, qtbot
):
    stereo = noise(0.6, rate=44_100, n_channels=2)
    played.shelf.put(write(tmp_path / "stereo", stereo, rate=44_100))
    heard = play_out(qtbot, played, null_sink)
    for ear in range(2):
        expected = at_card_rate(stereo[:, ear], 44_100)
        assert best_match(heard.samples[:, ear], expected)[0] > 0.99
    many = noise(0.6, rate=44_100, n_channels=4, seed=1)
    played.shelf.put(write(tmp_path / "many", many, rate=44_100))
    heard = play_out(qtbot, played, null_sink)
    expected = at_card_rate(many.mean(axis=1), 44_100)
    assert best_match(heard.samples[:, 1], expected)[0] > 0.99


def bursts(n_bursts, *, seconds_between=0.5, rate=RATE):
    samples = np.zeros((round((n_bursts + 0.6) * seconds_between * rate), 1), dtype=np.float32)
    length = round(0.03 * rate)
    burst = np.hanning(length) * np.random.default_rng(3).standard_normal(length) * 0.3
    for k in range(n_bursts):
        start = round((k + 0.5) * seconds_between * rate)
        samples[start : start + length, 0] = burst
    return samples


@pytest.mark.parametrize("how", [(1, True), (0.5, True), (2, True), (0.5, False)])
def test_the_playhead_shows_what_is_heard(null_sink, played, tmp_path, qtbot, how):
    speed, keeps_pitch = how
    n_bursts = 4 if speed > 1 else 2
    played.shelf.put(write(tmp_path / "a", bursts(n_bursts)))
    played.player.set_speed(speed)
    played.player.set_keeps_pitch(keeps_pitch)
    heard = play_out(qtbot, played, null_sink)
    power = heard.samples[:, 0].astype(np.float64) ** 2
    first = sounding(power, 1e-5)[0]
    period = 0.5 / speed * CARD_RATE
    errors = []
    clock_s, places_s = np.array(played.places).T
    for k in range(n_bursts):
        begin = round(first + k * period - 0.3 * period)
        part = power[max(0, begin) : max(0, round(begin + 0.8 * period))]
        middle = max(0, begin) + (np.arange(len(part)) * part).sum() / part.sum()
        shown_s = np.interp(heard.time_of(middle), clock_s, places_s)
        errors.append((shown_s - (k + 0.5) * 0.5 - 0.015) / speed)
    assert np.abs(errors).max() < PLAYHEAD_S


def test_the_playhead_waits_with_a_card_that_has_run_dry(
    null_sink, played, tmp_path, qtbot, monkeypatch
):
    n_bursts = 6
    played.shelf.put(write(tmp_path / "a", bursts(n_bursts)))
    n_fills, fill = itertools.count(), Playout.fill

    def stalling_fill(playout, out):
        if next(n_fills) == 60:
            time.sleep(0.4)
        fill(playout, out)

    monkeypatch.setattr(Playout, "fill", stalling_fill)
    with null_sink.recording(played.player, n_stalls=1) as heard:
        played.player.play()
        qtbot.waitUntil(lambda: not played.player.is_playing, timeout=20_000)
        qtbot.wait(150)
    assert played.notices == ["The sound was interrupted: the computer is too busy."]
    power = heard.samples[:, 0].astype(np.float64) ** 2
    is_loud = np.convolve(power, np.ones(CARD_RATE // 50), "same") > 1e-3
    edges = np.flatnonzero(np.diff(is_loud.astype(np.int8)))
    clock_s, places_s = np.array(played.places).T
    shown_s = [
        np.interp(heard.time_of(np.average(np.arange(a, b), weights=power[a:b])), clock_s, places_s)
        for a, b in zip(edges[::2], edges[1::2], strict=True)
    ]
    assert shown_s == pytest.approx(0.265 + 0.5 * np.arange(n_bursts), abs=PLAYHEAD_S)


@pytest.mark.parametrize(
    "how",
    [(0.5, True, 440), (0.5, False, 220), (2, False, 880), (0.25, True, 440)],
)
def test_speed_changes_the_duration_and_the_pitch_only_if_wanted(
    null_sink, played, tmp_path, qtbot, how
):
    speed, keeps_pitch, hz = how
    played.shelf.put(write(tmp_path / "a", tone(0.4, 440)))
    played.player.set_speed(speed)
    played.player.set_keeps_pitch(keeps_pitch)
    heard = play_out(qtbot, played, null_sink).samples[:, 0]
    first, last = sounding(heard, 0.02)
    assert (last - first) / CARD_RATE == pytest.approx(0.4 / speed, abs=0.05)
    assert pitch_of(heard[first:last]) == pytest.approx(hz, abs=5)


def test_a_loop_has_no_seam_and_its_period_to_the_sample(null_sink, played, tmp_path, qtbot):
    # 440.5 Hz: the ends of the loop do not fit.
    samples = tone(2, 440.5, rate=CARD_RATE)
    played.shelf.put(write(tmp_path / "a", samples, rate=CARD_RATE))
    period = round(0.2531 * CARD_RATE)
    played.session.time.select(0.5, 0.5 + period / CARD_RATE)
    played.player.set_loop(True)
    heard = play_for(qtbot, played, null_sink, 1.2, played.player.stop).samples[:, 0]
    first, last = sounding(heard)
    inner = heard[first + period : last - 1000]
    n_periods = len(inner) // period
    assert n_periods >= 3
    assert np.abs(inner[period:] - inner[:-period]).max() < 1e-3
    assert steepest(heard) < 1.1 * steepest(samples[:, 0])


def test_starting_seeking_pausing_and_stopping_do_not_click(null_sink, played, tmp_path, qtbot):
    samples = tone(6, 300.3, rate=CARD_RATE)
    played.shelf.put(write(tmp_path / "a", samples, rate=CARD_RATE))
    player, time = played.player, played.session.time
    time.move_playhead(1.0007)
    heard = play_for(
        qtbot,
        played,
        null_sink,
        0.25,
        lambda: time.request_seek(3.1003),
        player.pause,
        player.play,
        player.stop,
    ).samples[:, 0]
    assert np.abs(heard).max() > 0.25
    assert steepest(heard) < 1.5 * steepest(samples[:, 0])


def test_a_pause_goes_on_where_the_sound_stopped(null_sink, played, tmp_path, qtbot):
    samples = noise(3)
    played.shelf.put(write(tmp_path / "a", samples))
    player, time = played.player, played.session.time
    player.play()
    qtbot.waitUntil(lambda: time.playhead_s > 0.4)
    player.pause()
    qtbot.waitUntil(lambda: not player._tick.isActive())
    at_s = time.playhead_s
    assert player.can_stop
    with null_sink.recording(player) as heard:
        player.play()
        qtbot.waitUntil(lambda: time.playhead_s > at_s + 0.5)
        player.stop()
        qtbot.wait(250)
    expected = at_card_rate(samples[round(at_s * RATE) : round((at_s + 0.4) * RATE), 0])
    correlation, lag = best_match(heard.samples[:, 0], expected)
    assert correlation > 0.99
    assert abs(sounding(heard.samples[:, 0])[0] - lag) < CLOSE_S * CARD_RATE
    assert time.playhead_s == at_s
    assert not player.is_playing


def test_a_range_is_played_once(null_sink, played, tmp_path, qtbot):
    samples = noise(3)
    played.shelf.put(write(tmp_path / "a", samples))
    heard = play_out(qtbot, played, null_sink, lambda: played.player.play_range(1.25, 1.75))
    expected = at_card_rate(samples[RATE * 5 // 4 : RATE * 7 // 4, 0])
    correlation, lag = best_match(heard.samples[:, 0], expected)
    first, last = sounding(heard.samples[:, 0])
    assert correlation > 0.98
    assert abs(first - lag) < CLOSE_S * CARD_RATE
    assert abs(last - lag - len(expected)) < CLOSE_S * CARD_RATE
    assert played.session.time.playhead_s == 1.75


def test_volume_and_level_for_listening_are_exact(null_sink, played, tmp_path, qtbot):
    samples = tone(0.5, 400, rate=CARD_RATE, level=0.02)
    played.shelf.put(write(tmp_path / "a", samples, rate=CARD_RATE, sample_type="float32"))
    listening = played.player.listening
    for volume_db, normalises, peak in (
        (-20.0, False, 0.002),
        (0.0, True, 10 ** (-6 / 20)),
        (-60.0, True, 0.0),
    ):
        listening.set_volume(volume_db)
        listening.set_normalises(normalises)
        heard = play_out(qtbot, played, null_sink)
        assert np.abs(heard.samples).max() == pytest.approx(peak, rel=2e-3)
    assert listening.level_db == pytest.approx(20 * np.log10(0.5012 / 0.02), abs=0.05)


def test_what_was_deleted_is_played_to_its_end(null_sink, played, tmp_path, qtbot):
    samples = noise(1)
    folder = write(tmp_path / "a", samples)
    played.shelf.put(folder)

    def start():
        played.player.play()
        for file in folder.iterdir():
            file.unlink()

    heard = play_out(qtbot, played, null_sink, start)
    assert best_match(heard.samples[:, 0], at_card_rate(samples[:, 0]))[0] > 0.99
    assert not played.errors


def test_closing_the_recording_stops_without_a_click(null_sink, played, tmp_path, qtbot):
    samples = tone(3, 300, rate=CARD_RATE)
    played.shelf.put(write(tmp_path / "a", samples, rate=CARD_RATE))

    def close():
        played.shelf.close()
        played.session.recording_changed.emit(None)

    heard = play_for(qtbot, played, null_sink, 0.3, close).samples[:, 0]
    assert not played.player.is_playing
    assert not played.player._tick.isActive()
    assert steepest(heard) < 1.2 * steepest(samples[:, 0])


def test_a_device_that_vanishes_is_told_once_and_played_to_when_it_is_back(
    own_sink, played, tmp_path, qtbot
):
    played.shelf.put(write(tmp_path / "a", noise(5)))
    played.player.play()
    qtbot.waitUntil(lambda: played.session.time.playhead_s > 0.1)
    own_sink.stop()
    qtbot.waitUntil(lambda: not played.player.is_playing, timeout=5000)
    assert len(played.errors) == 1
    assert "has gone" in played.errors[0]
    own_sink.start()
    at_s = played.session.time.playhead_s
    played.player.play()
    qtbot.waitUntil(lambda: played.session.time.playhead_s > at_s + 0.1, timeout=5000)
    played.player.stop()
    assert len(played.errors) == 1


def test_without_a_device_one_sentence_says_so(played, tmp_path, qtbot):
    played.shelf.put(write(tmp_path / "a", noise(1)))
    with qtbot.waitSignal(played.player.output.devices_changed, timeout=5000):
        played.player.play()
    if played.player.output.devices:
        pytest.skip("this machine has a sound card")
    assert not played.player.is_playing
    assert len(played.errors) == 1
    assert "no sound device" in played.errors[0]
    assert played.player.problem


def test_the_other_recording_is_heard_from_the_same_moment(null_sink, played, tmp_path, qtbot):
    original, transcoded = noise(3, rate=16_000), noise(3, seed=9)
    played.shelf.put(
        write(tmp_path / "a", original, rate=16_000), transcoded=write(tmp_path / "b", transcoded)
    )
    with null_sink.recording(played.player) as heard:
        played.player.play()
        qtbot.waitUntil(lambda: played.session.time.playhead_s > 0.5)
        played.player.set_transcoded(True)
        qtbot.waitUntil(lambda: not played.player.is_playing, timeout=8000)
        qtbot.wait(200)
    switched_s = 1.2
    expected = at_card_rate(transcoded[round(switched_s * RATE) : round(2.8 * RATE), 0])
    assert best_match(heard.samples[:, 0], expected)[0] > 0.99
    before = at_card_rate(original[: round(0.4 * 16_000), 0], 16_000)
    assert best_match(heard.samples[:, 0], before)[0] > 0.98
