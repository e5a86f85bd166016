"""The line above a recording: what it is, how far it is decoded, what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.elided_label import ElidedLabel
from gui.sentence import Sentence, Tone
from gui.views.time_text import frequency_text, time_text

if TYPE_CHECKING:
    from PySide6.QtGui import QAction

    from core.recording_details import RecordingDetails
    from gui.actions import Actions
    from gui.media import Media
    from gui.session import Session
    from gui.views.wave_columns import Amplitude

GAINS = tuple(2.0**k for k in range(13))


class RecordingHeader(QWidget):
    """Name, rate, channels, length, codec and state of the open recording."""

    gain_chosen = Signal(float)
    """The user wants the linear axis so much larger."""

    def __init__(self, session: Session, actions: Actions, media: Media) -> None:
        super().__init__()
        self.setObjectName("recordingHeader")
        self._session, self._media = session, media
        self._transcoded_alone = False
        self._name = ElidedLabel()
        font = self._name.font()
        font.setBold(True)
        self._name.setFont(font)
        self._facts = QLabel()
        self._facts.setObjectName("recordingFacts")
        self._state = Sentence()
        self._state.setObjectName("recordingState")
        self._relink = QPushButton("Find missing files …")
        relink = actions["relink"]
        relink.changed.connect(lambda: self._follow(relink))
        self._follow(relink)
        self._relink.clicked.connect(relink.trigger)
        self._relink.hide()
        self._gain = QComboBox()
        self._gain.setObjectName("gainBox")
        self._gain.setToolTip("Magnify the amplitude (Shift and wheel); the axis tells by how much")
        self._gain.setAccessibleName("Magnify the amplitude")
        for gain in GAINS:
            self._gain.addItem(f"Amplitude \N{MULTIPLICATION SIGN} {gain:.0f}", gain)
        self._gain.activated.connect(lambda k: self.gain_chosen.emit(GAINS[k]))
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self._name, 1)
        line.addWidget(self._facts)
        line.addWidget(self._gain)
        below = QHBoxLayout()
        below.addWidget(self._state, 1)
        below.addWidget(self._relink, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 3, 6, 1)
        layout.setSpacing(2)
        layout.addLayout(line)
        layout.addLayout(below)
        session.recording_changed.connect(self.refresh)
        media.details_changed.connect(self.refresh)
        media.audio_changed.connect(self.refresh)
        self.refresh()

    @property
    def state(self) -> str:
        """What is said about the recording now; empty if nothing need be said."""
        return self._state.sentence

    def show_amplitude(self, amplitude: Amplitude) -> None:
        """Show how much the amplitude is magnified."""
        self._gain.setCurrentIndex(GAINS.index(amplitude.gain) if amplitude.gain in GAINS else 0)
        self._gain.setEnabled(not amplitude.is_decibel)

    def show_transcoded(self, on: bool) -> None:  # noqa: FBT001  a slot of a checkable action
        """Say that the transcoded recording is shown in place of the original."""
        self._transcoded_alone = on
        self.refresh()

    def refresh(self, *_: object) -> None:
        """Say what is known now."""
        recording, details = self._session.recording, self._media.details
        if recording is None:
            return
        self._name.setText(recording.name, tip=str(recording.path))
        self._facts.setText(_facts(details) if details else "")
        is_missing = bool(self._media.original_problem) and not recording.path.exists()
        self._relink.setVisible(is_missing)
        self._state.say(*self._what_to_say(is_missing=is_missing))

    def _follow(self, relink: QAction) -> None:
        """Be enabled as the action is, and say why not as it does."""
        self._relink.setEnabled(relink.isEnabled())
        self._relink.setToolTip(relink.toolTip())

    def _what_to_say(self, *, is_missing: bool) -> tuple[Tone, str]:
        media, details = self._media, self._media.details
        instead = ""
        if media.transcoded and (media.original_problem or self._transcoded_alone):
            instead = "The transcoded recording is shown."
        problem = "The file is missing." if is_missing else media.original_problem
        if problem:
            return Tone.WRONG, f"{problem} {instead}".strip()
        if media.original is None or not media.original.is_complete:
            share = f"{media.audio_share:.0%} done" if media.original else "about to begin"
            return Tone.BUSY, f"Decoding, {share}"
        if details and details.is_left_out:
            return Tone.ODD, details.transcoded_problem
        if details and details.annotations_problem:
            return Tone.ODD, f"{details.annotations_problem} {instead}".strip()
        if details and details.oddities:
            return Tone.ODD, f"When it was transcoded: {details.oddities}. {instead}".strip()
        return Tone.PLAIN, f"{instead} {_whose(details)}".strip()


def _whose(details: RecordingDetails | None) -> str:
    """Of which run the predictions are, where that is not the current one."""
    if details is None or details.run is None or details.run_is_current or not details.predictions:
        return ""
    return f"Predicted by {details.run.name}, which is not the current run."


def _facts(details: RecordingDetails) -> str:
    """Rate, channels, length and codec."""
    parts: list[str] = []
    if details.sample_rate:
        n = details.n_channels
        channels = {1: "mono", 2: "stereo"}.get(n, f"{n} channels")
        parts += [frequency_text(details.sample_rate), channels]
    if details.duration_s:
        parts.append(time_text(details.duration_s, 3))
    parts += [details.codec] if details.codec else []
    if details.transcoded_rate:
        parts.append(f"transcoded to {frequency_text(details.transcoded_rate)}")
    return "  ·  ".join(parts)
