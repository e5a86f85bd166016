"""What a window draws of a recording, given directly: pyramids made in a folder, and no project."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal

from core.annotations.csv import Annotation
from core.features.spec import FeatureSpec
from core.library import Recording
from core.peak_writer import PeakWriter
from core.peaks import PeakMeta, PeakReader
from core.recording_details import RecordingDetails

CLASSES = ("inaudible", "barely", "audible")


class ShownMedia(QObject):
    """Stands where `gui.media.Media` stands; a test says what there is."""

    details_changed = Signal(object)
    audio_changed = Signal()
    tracks_changed = Signal()

    def __init__(self, parent=None):
        super().__init__(parent)
        self.details = None
        self.original = self.transcoded = self.features = self.probabilities = None
        self.predicted = np.empty((0, 3), dtype=np.int64)
        self.original_problem = self.transcoded_problem = ""
        self.features_problem = self.predictions_problem = ""
        self.audio_share = 1.0
        self.is_busy = False
        self.run = ""

    def show(self, details=None, **readers):
        for name, value in readers.items():
            setattr(self, name, value)
        if details is not None:
            self.details = details
            self.details_changed.emit(details)
        self.audio_changed.emit()
        self.tracks_changed.emit()

    def choose_run(self, run):
        self.run = run

    def close(self):
        for reader in (self.original, self.transcoded, self.features, self.probabilities):
            if reader is not None:
                reader.close()


def make_reader(folder, samples, rate, *, sample_type="int16", complete=True):
    """Peaks of samples, of shape (n_samples,) or (n_samples, n_channels)."""
    samples = np.asarray(samples, dtype=np.float32)
    samples = samples[:, np.newaxis] if samples.ndim == 1 else samples
    writer = PeakWriter(folder, PeakMeta(rate, samples.shape[1], sample_type))
    writer.push(samples)
    if complete:
        writer.close()
    else:
        writer._close_files()
    return PeakReader(folder)


def make_details(annotations=(), *, rate=8000, seconds=1.0, frame=200, hop=200, **changes):
    """Details of a recording with annotations given as (start_s, end_s, target)."""
    rows = tuple(
        Annotation(line, "rec.wav", start, end, target)
        for line, (start, end, target) in enumerate(sorted(annotations), start=2)
    )
    n_samples = round(rate * seconds)
    values = {
        "sample_rate": rate,
        "n_channels": 1,
        "n_samples": n_samples,
        "duration_s": seconds,
        "codec": "wav/pcm_16",
        "transcoded_rate": rate,
        "transcoded_samples": n_samples,
        "spec": FeatureSpec(rate, frame, hop),
        "n_frames": max(0, 1 + (n_samples - frame) // hop),
        "classes": CLASSES,
        "annotations": rows,
    }
    recording = Recording("rec.wav", Path("/nowhere/rec.wav"))
    return RecordingDetails(recording, "rec", **(values | changes))
