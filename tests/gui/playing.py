"""What tests of playing share: signals with a known answer, and a player of them."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import numpy as np
import pytest
from PySide6.QtCore import QObject, Signal

from core.peak_writer import PeakWriter
from core.peaks import PeakMeta, PeakReader

RATE = 8000


def noise(seconds, *, rate=RATE, n_channels=1, seed=0, level=0.3):
    """Band-limited noise, which survives resampling."""
    random = np.random.default_rng(seed)
    n_samples = round(seconds * rate)
    spectrum = np.fft.rfft(random.standard_normal((n_samples, n_channels)), axis=0)
    spectrum[round(len(spectrum) * 0.8) :] = 0
    samples = np.fft.irfft(spectrum, n_samples, axis=0)
    return (samples / np.abs(samples).max() * level).astype(np.float32)


def tone(seconds, hz, *, rate=RATE, level=0.3):
    times = np.arange(round(seconds * rate)) / rate
    return (level * np.sin(2 * np.pi * hz * times)).astype(np.float32)[:, np.newaxis]


def write(folder, samples, *, rate=RATE, sample_type="int16"):
    with PeakWriter(folder, PeakMeta(rate, samples.shape[1], sample_type)) as writer:
        writer.push(samples)
    return folder


class Shelf(QObject):
    """Audio that is there already, as `gui.media.Media` offers it."""

    audio_changed = Signal()

    def __init__(self, session):
        super().__init__(session)
        self._session = session
        self.original = None
        self.transcoded = None

    def put(self, folder, *, transcoded=None):
        self.close()
        self.original = PeakReader(folder)
        self.transcoded = PeakReader(transcoded) if transcoded else None
        duration_s = self.original.n_samples / self.original.meta.sample_rate
        self._session.time.set_duration(duration_s)
        self._session.time.fit()
        self.audio_changed.emit()

    def close(self):
        for reader in (self.original, self.transcoded):
            if reader is not None:
                reader.close()
        self.original = self.transcoded = None


@dataclass
class Played:
    """A player, its shelf, and where its playhead was at which time of the monotonic clock."""

    session: object
    shelf: Shelf
    player: object
    notices: list = field(default_factory=list)
    errors: list = field(default_factory=list)
    places: list = field(default_factory=list)

    def note(self, time_s):
        self.places.append((time.monotonic(), time_s))


@pytest.fixture
def played(session):
    from gui.playback import Player

    shelf = Shelf(session)
    player = Player(session, shelf)
    result = Played(session, shelf, player)
    player.notice.connect(result.notices.append)
    session.errors.shown.connect(lambda message, _hint: result.errors.append(message))
    session.time.playhead_moved.connect(result.note)
    yield result
    player.close()
    shelf.close()
    for box in session.errors.boxes:
        box.close()
