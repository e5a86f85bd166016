"""Noise, curves and tones have the level, the spectrum and the pitch that is asked for."""

from __future__ import annotations

import numpy as np
import pytest

from core.demo.signals import (
    amplitude,
    band_passed,
    buzz,
    convolved,
    harmonics,
    resonances,
    shaped_noise,
    slope,
    unit_power,
    wander,
)

RATE = 16000


def level_db(signal, low_hz, high_hz):
    """Power in a band, per Hz."""
    power = np.abs(np.fft.rfft(signal)) ** 2
    hz = np.fft.rfftfreq(signal.size, 1 / RATE)
    return 10 * np.log10(power[(hz >= low_hz) & (hz < high_hz)].mean())


def peaks_hz(signal):
    """Frequencies that stand out, of a signal of one second."""
    power = np.abs(np.fft.rfft(signal * np.hanning(signal.size))) ** 2
    above = power[1:-1] > 1e-4 * power.max()
    return np.flatnonzero((power[1:-1] > power[:-2]) & (power[1:-1] > power[2:]) & above) + 1


def flat(hz):
    return np.ones_like(hz)


def test_unit_power_has_a_mean_square_of_one():
    signal = unit_power(np.array([3.0, -4.0, 0.0]))
    assert np.mean(signal**2) == pytest.approx(1)
    assert signal[1] / signal[0] == pytest.approx(-4 / 3)


def test_six_decibels_are_twice_the_amplitude():
    np.testing.assert_allclose(amplitude(np.array([0.0, 20.0, -6.0206])), [1, 10, 0.5], rtol=1e-5)


@pytest.mark.parametrize("db_per_octave", [0, -3, -6])
def test_noise_has_the_slope_that_is_asked_for(db_per_octave):
    rng = np.random.default_rng(1)
    noise = shaped_noise(20 * RATE, slope(db_per_octave), sample_rate=RATE, rng=rng)
    assert noise.size == 20 * RATE
    assert np.mean(noise**2) == pytest.approx(1)
    fall = level_db(noise, 2000, 2100) - level_db(noise, 500, 525)
    assert fall == pytest.approx(2 * db_per_octave, abs=1)
    assert level_db(noise, 1, 5) < level_db(noise, 80, 100) - 10


def test_resonances_stand_out_by_their_gain():
    gain = resonances([500.0, 2000.0], [12.0, -6.0], width_octaves=0.2)
    found = 20 * np.log10(gain(np.array([100.0, 500.0, 2000.0, 7000.0])))
    np.testing.assert_allclose(found, [0, 12, -6, 0], atol=0.01)


@pytest.mark.parametrize("n_samples", [1, 100, 16000, 50001])
@pytest.mark.parametrize("period_s", [0.05, 1.0, 30.0])
def test_a_wandering_curve_is_smooth_and_bounded(n_samples, period_s):
    rng = np.random.default_rng(2)
    curve = wander(n_samples, period_s=period_s, sample_rate=RATE, rng=rng)
    assert curve.shape == (n_samples,)
    assert np.abs(curve).max() <= 1
    # From one knot to the next it rises by 2 at the most, nowhere steeper than half as much again.
    assert np.abs(np.diff(curve)).max(initial=0) <= 3.1 / (period_s * RATE)
    last_knots = curve[-round(2 * period_s * RATE) :]
    assert n_samples == 1 or np.ptp(last_knots) > 0


@pytest.mark.parametrize("voice", [harmonics, buzz])
def test_a_voice_sounds_at_multiples_of_its_pitch(voice):
    sound = voice(np.full(RATE, 500.0), flat, sample_rate=RATE)
    np.testing.assert_array_equal(peaks_hz(sound), np.arange(500, 7001, 500))


@pytest.mark.parametrize("voice", [harmonics, buzz])
def test_a_voice_keeps_below_half_of_the_sample_rate(voice):
    pitch = np.linspace(900, 1100, 8000)
    sound = voice(pitch, flat, sample_rate=8000)
    power = np.abs(np.fft.rfft(sound)) ** 2
    assert power[3650:].sum() < 1e-3 * power.sum()


def test_an_echo_follows_its_cause():
    impulse = np.zeros(1000)
    impulse[100] = 2.0
    echo = convolved(impulse, np.array([0.0, 0.0, 1.0, 0.5]))
    assert echo.shape == impulse.shape
    wanted = np.zeros(1000)
    wanted[102:104] = 2.0, 1.0
    np.testing.assert_allclose(echo, wanted, atol=1e-12)


def test_filtering_moves_nothing():
    burst = np.zeros(RATE)
    burst[8000] = 1.0
    power = band_passed(burst, (500.0, 2000.0), sample_rate=RATE) ** 2
    assert np.argmax(power) == 8000
    assert np.average(np.arange(RATE), weights=power) == pytest.approx(8000, abs=1)


def test_filtering_keeps_what_is_in_the_band():
    time_s = np.arange(RATE) / RATE
    inside, outside = np.sin(2 * np.pi * 1000 * time_s), np.sin(2 * np.pi * 4000 * time_s)
    passed = band_passed(inside + outside, (500.0, 2000.0), sample_rate=RATE)
    np.testing.assert_allclose(passed[2000:-2000], inside[2000:-2000], atol=0.02)
