"""What `gui.media.Media` gives to views, made of arrays: real folders of peaks, no decoding."""

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

RATE_HZ = 8000
SPEC = FeatureSpec(RATE_HZ, 200, 200)
CLASSES = ("inaudible", "barely", "audible")


class MadeMedia(QObject):
    """The properties and signals that the views use."""

    details_changed = Signal(object)
    audio_changed = Signal()
    tracks_changed = Signal()

    def __init__(self, folder):
        super().__init__()
        self._folder = folder
        self._n_made = 0
        self._readers = []
        self.details = None
        self.original = self.transcoded = self.features = self.probabilities = None
        self.predicted = np.empty((0, 3), dtype=np.int64)
        self.original_problem = self.transcoded_problem = ""
        self.features_problem = self.predictions_problem = ""
        self.audio_share = 1.0

    def reader(self, values, rate_hz=RATE_HZ):
        """A reader of values of shape (n,) or (n, n_channels)."""
        values = np.asarray(values, dtype=np.float32)
        values = values[:, np.newaxis] if values.ndim == 1 else values
        writer = self.writer(values.shape[1], rate_hz)
        writer.push(values)
        writer.close()
        return self.map(writer)

    def writer(self, n_channels, rate_hz=RATE_HZ):
        """A folder that grows."""
        self._n_made += 1
        return PeakWriter(
            self._folder / str(self._n_made), PeakMeta(rate_hz, n_channels, "float32")
        )

    def map(self, writer):
        self._readers.append(PeakReader(writer._folder))
        return self._readers[-1]

    def describe(self, *, annotations=(), n_frames=0, spec=SPEC, name="a.wav", **changes):
        """Tell of a recording; annotations are (start_s, end_s, target)."""
        self.details = RecordingDetails(
            Recording(name, Path("/") / name),
            Path(name).stem,
            sample_rate=RATE_HZ,
            n_channels=1,
            transcoded_rate=RATE_HZ,
            spec=spec,
            n_frames=n_frames,
            classes=CLASSES,
            annotations=tuple(Annotation(k, name, *a) for k, a in enumerate(annotations)),
            **changes,
        )
        self.details_changed.emit(self.details)

    def close(self):
        for reader in self._readers:
            reader.close()


def open_recording(session, name="a.wav"):
    """As if somebody had clicked it."""
    session.show_recording(Recording(name, Path("/") / name))


def pixels_of(item):
    """Pixels of a picture item, shape (height, width), as 0xRRGGBB."""
    image = item.image
    rows = np.frombuffer(image.constBits(), dtype=np.uint32)
    return rows.reshape(image.height(), image.width()).copy() & 0xFFFFFF


def rgb(color):
    return color.rgb() & 0xFFFFFF
