"""What was heard, beside what was to be heard."""

from __future__ import annotations

import numpy as np
import soundfile
from scipy.signal import correlate, resample_poly

from tests.sound_card import RATE


def alike(heard, expected):
    """Largest normalised correlation of what was heard with what was to be heard."""
    found = correlate(heard, expected, mode="valid")
    energy = np.convolve(heard**2, np.ones(len(expected)), mode="valid")
    return float((found / np.sqrt(energy * (expected**2).sum() + 1e-12)).max())


def original(window, start_s, end_s):
    """A range of the open recording's original, at the rate of the sound card."""
    samples, rate = soundfile.read(window.session.recording.path)
    return resample_poly(samples[round(start_s * rate) : round(end_s * rate)], RATE, rate)
