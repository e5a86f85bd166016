"""What is drawn and heard of the open recording: found out, decoded and mapped, as it grows."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QStandardPaths, QTimer, Signal

from core.drawing_cache import (
    PredictionsOf,
    cache_folders,
    decode_to_cache,
    features_to_cache,
    predictions_to_cache,
)
from core.recording_details import describe_recording
from core.timebase import samples_to_seconds
from gui.drawing import Drawing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.annotations.csv import Annotation
    from core.annotations.stored import StoredAnnotation
    from core.library import Recording
    from core.peaks import PeakReader
    from core.recording_details import RecordingDetails
    from gui.session import Session

SETTLE_MS = 120
"""While recordings follow each other faster than this, as with a key held, none is looked at."""


class Media(QObject):
    """Follows the session's recording; what is no longer wanted is cancelled and unmapped."""

    details_changed = Signal(object)
    """Another `RecordingDetails`, or None."""
    audio_changed = Signal()
    """Original or transcoded audio appeared, has grown, is complete, failed or went."""
    tracks_changed = Signal()
    """Features or predictions appeared, have grown or went."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._details: RecordingDetails | None = None
        self._run = ""
        self._description_wanted = False
        self._is_describing = False
        self._is_closed = False
        self._opened_at_s = 0.0
        errors = session.errors
        self._original = Drawing(session.audio, errors, self)
        self._transcoded = Drawing(session.tracks, errors, self)
        self._features = Drawing(session.tracks, errors, self)
        self._probabilities = Drawing(session.tracks, errors, self)
        for drawing in (self._original, self._transcoded):
            drawing.changed.connect(self._on_audio_changed)
        for drawing in (self._features, self._probabilities):
            drawing.changed.connect(self.tracks_changed)
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(SETTLE_MS)
        self._settled.timeout.connect(self._begin)
        session.recording_changed.connect(self._on_recording_changed)
        session.project_changed.connect(self._on_project_changed)
        session.settings_changed.connect(self._describe)
        session.products_changed.connect(self._describe)
        session.predictions_changed.connect(self._describe)

    @property
    def details(self) -> RecordingDetails | None:
        """What is known of the open recording; None until it is."""
        return self._details

    @property
    def original(self) -> PeakReader | None:
        """All channels of the original at its own rate, as far as they are decoded."""
        return self._original.reader

    @property
    def transcoded(self) -> PeakReader | None:
        """The transcoded audio, as far as it is decoded."""
        return self._transcoded.reader

    @property
    def features(self) -> PeakReader | None:
        """Channel k is feature k of `details.spec.columns`, sample n is frame n."""
        return self._features.reader

    @property
    def probabilities(self) -> PeakReader | None:
        """Channel k is class k, sample n is frame n; 0 where nothing was predicted."""
        return self._probabilities.reader

    @property
    def predicted(self) -> NDArray[np.int64]:
        """Runs of frames of one predicted class: first frame, stop frame, target."""
        result = self._probabilities.result
        return np.empty((0, 3), dtype=np.int64) if result is None else result[1]

    @property
    def original_problem(self) -> str:
        """Why the original is not drawn; empty if it is, or will be."""
        return self._original.problem

    @property
    def transcoded_problem(self) -> str:
        """Why there is no transcoded audio; empty if there is, or may be."""
        return self._transcoded.problem

    @property
    def features_problem(self) -> str:
        """Why there are no features; empty if there are, or may be."""
        return self._features.problem

    @property
    def predictions_problem(self) -> str:
        """Why there are no predictions; empty if there are, or may be."""
        return self._probabilities.problem

    @property
    def audio_share(self) -> float:
        """Share of the original that is decoded; of the transcoded where it cannot be."""
        return (self._transcoded if self._original.problem else self._original).share

    @property
    def is_busy(self) -> bool:
        """Whether more is on its way."""
        return (
            self._settled.isActive()
            or self._description_wanted
            or self._is_describing
            or any(drawing.is_busy for drawing in self._drawings)
        )

    @property
    def _drawings(self) -> tuple[Drawing, ...]:
        return self._original, self._transcoded, self._features, self._probabilities

    @property
    def _caches(self) -> tuple[Path, ...]:
        project = self._session.project
        own = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.CacheLocation)
        return cache_folders(project.folder, Path(own)) if project else ()

    def change_annotations(
        self,
        recording: Recording,
        annotations: tuple[Annotation, ...],
        stored: tuple[StoredAnnotation, ...],
    ) -> None:
        """Take over what was edited, without reading all that is known once more."""
        details = self._details
        if details is None or details.recording != recording:
            return
        if self._is_describing:
            # What is being found out may be from before the edit.
            self._description_wanted = True
        self._details = replace(details, annotations=annotations, stored_annotations=stored)
        self.details_changed.emit(self._details)

    def look_again(self) -> None:
        """Find out anew what is known of the open recording."""
        self._describe()

    def choose_run(self, run: str) -> None:
        """Show what a run predicted, by its name; empty for the current one."""
        if run != self._run:
            self._run = run
            self._describe()

    def close(self) -> None:
        """Let all files go; the window closes."""
        self._is_closed = True
        self._settled.stop()
        self._forget()

    def _on_project_changed(self, _project: object) -> None:
        self._run = ""

    def _on_recording_changed(self, recording: Recording | None) -> None:
        self._settled.stop()
        self._forget()
        if recording is None:
            return
        now_s = time.monotonic()
        is_leafing = (now_s - self._opened_at_s) * 1000 < SETTLE_MS
        self._opened_at_s = now_s
        if is_leafing:
            self._settled.start()
        else:
            self._begin()

    def _forget(self) -> None:
        """Let all go, before anybody hears of it: no view may lay one recording over another."""
        had_details, self._details = self._details is not None, None
        self._description_wanted = False
        has_gone = [drawing.drop() for drawing in self._drawings]
        if had_details:
            self.details_changed.emit(None)
        if any(has_gone[:2]):
            self.audio_changed.emit()
        if any(has_gone[2:]):
            self.tracks_changed.emit()

    def _begin(self) -> None:
        """Have the recording that is open now looked at and decoded."""
        recording = self._session.recording
        if recording is None or self._session.project is None:
            return
        self._original.ask(None, decode_to_cache, recording.path, self._caches)
        self._describe()

    def _describe(self, _settings: object = None) -> None:
        """Have the details found out; what comes meanwhile waits, and only the last counts."""
        project, recording = self._session.project, self._session.recording
        if project is None or recording is None or self._settled.isActive() or self._is_closed:
            return
        if self._is_describing:
            self._description_wanted = True
            return
        self._description_wanted, self._is_describing = False, True
        self._session.details.submit(
            describe_recording,
            project.folder,
            recording,
            run=self._run,
            done=partial(self._on_described, recording),
            failed=partial(self._on_not_described, recording),
            cancelled=self._on_description_ended,
        )

    def _on_description_ended(self) -> None:
        self._is_describing = False
        if self._description_wanted:
            self._describe()

    def _on_described(self, recording: Recording, details: RecordingDetails) -> None:
        # Of a recording that was left and opened again it is found out anew, once that has settled.
        is_old = self._description_wanted or self._settled.isActive()
        if recording == self._session.recording and not is_old:
            self._take(details)
        self._on_description_ended()

    def _on_not_described(self, recording: Recording, error: Exception) -> None:
        if recording == self._session.recording:
            self._session.errors.show(error)
        self._on_description_ended()

    def _take(self, details: RecordingDetails) -> None:
        before, self._details = self._details, details
        # The first time it is being decoded already. What could not be may be possible now; where
        # the file has gone, what was drawn of it stays.
        is_another = before and details.original_stamp != before.original_stamp
        if details.original_stamp and before and (is_another or self._original.problem):
            self._original.ask(None, decode_to_cache, details.recording.path, self._caches)
        self._ask_for_transcoded(details)
        self._ask_for_predictions(details)
        self._ask_for_features(details)
        self._correct_duration()
        if details != before:
            self.details_changed.emit(details)

    def _ask_for_transcoded(self, details: RecordingDetails) -> None:
        if details.transcoded is None:
            self._transcoded.clear(details.transcoded_problem)
            return
        key = details.transcoded_stamp
        self._transcoded.ask(key, decode_to_cache, details.transcoded, self._caches)

    def _ask_for_features(self, details: RecordingDetails) -> None:
        if details.features is None:
            self._features.clear(details.features_problem)
            return
        key = details.features_stamp
        self._features.ask(key, features_to_cache, details.features, self._caches)

    def _ask_for_predictions(self, details: RecordingDetails) -> None:
        grid = details.predictions_grid
        if details.predictions is None or grid is None:
            self._probabilities.clear(details.predictions_problem)
            return
        of = PredictionsOf(
            details.predictions,
            None if details.are_all_predicted else details.stem,
            classes=details.classes,
            n_frames=details.n_predicted,
            hop_size=grid.hop_size,
        )
        key = (details.predictions_stamp, of)
        self._probabilities.ask(key, predictions_to_cache, of, self._caches)

    def _on_audio_changed(self) -> None:
        self._correct_duration()
        self.audio_changed.emit()

    def _correct_duration(self) -> None:
        """Tell the time axis how long the recording is, as well as that is known now."""
        details = self._details
        told_s = (details and details.duration_s) or 0.0
        original, transcoded = self._original.reader, self._transcoded.reader
        if original is not None and original.is_complete:
            self._set_duration(_length_s(original))
        elif original is not None and (told_s or details):
            self._set_duration(max(told_s, _length_s(original)))
        elif told_s:
            self._set_duration(told_s)
        elif transcoded is not None and details is not None:
            rate = details.transcoded_rate or transcoded.meta.sample_rate
            listed_s = samples_to_seconds(details.transcoded_samples, sample_rate=rate)
            self._set_duration(max(listed_s, _length_s(transcoded)))

    def _set_duration(self, duration_s: float) -> None:
        if duration_s:
            self._session.time.set_duration(duration_s)


def _length_s(reader: PeakReader) -> float:
    return samples_to_seconds(reader.n_samples, sample_rate=reader.meta.sample_rate)
