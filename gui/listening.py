"""How loud it is heard: volume in decibels, and the level for listening only."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from core.listening import Loudness, factor
from gui.preferences import preferences

QUIETEST_DB, LOUDEST_DB = -60.0, 12.0
"""At the quiet end nothing is heard."""


class Listening(QObject):
    """Volume, which is remembered, and whether recordings are brought to a common level."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        volume_db = float(str(preferences().value("playback/volume_db", 0.0)))
        self._volume_db = min(max(volume_db, QUIETEST_DB), LOUDEST_DB)
        self._normalises = False
        self._loudness: Loudness | None = None
        self._match_db: float | None = None

    @property
    def volume_db(self) -> float:
        """In decibels; 0 leaves the recording's samples as they are."""
        return self._volume_db

    @property
    def is_mute(self) -> bool:
        """Whether nothing is heard."""
        return self._volume_db <= QUIETEST_DB

    @property
    def normalises(self) -> bool:
        """Whether recordings are brought to a common level."""
        return self._normalises

    @property
    def common_db(self) -> float | None:
        """What brings the open recording to the common level; None where that is not wanted."""
        return self._loudness.gain_db if self._normalises and self._loudness else None

    @property
    def level_db(self) -> float | None:
        """What the open recording is raised by; None where it is not."""
        return self.common_db if self._match_db is None else self._match_db

    @property
    def gain_db(self) -> float | None:
        """What samples are raised by in all; None where nothing is heard."""
        return None if self.is_mute else self._volume_db + (self.level_db or 0.0)

    @property
    def gain(self) -> float:
        """Factor for the samples."""
        return 0.0 if self.is_mute else factor(self._volume_db + (self.level_db or 0.0))

    @property
    def is_limited(self) -> bool:
        """Whether it would clip, were it not limited."""
        return self._loudness is not None and self.gain * self._loudness.peak > 1.0

    def set_volume(self, volume_db: float) -> None:
        """Change the volume."""
        volume_db = min(max(volume_db, QUIETEST_DB), LOUDEST_DB)
        if volume_db != self._volume_db:
            self._volume_db = volume_db
            preferences().setValue("playback/volume_db", volume_db)
            self.changed.emit()

    def set_normalises(self, on: bool) -> None:  # noqa: FBT001  as an action has it
        """Bring recordings to a common level, or leave them."""
        if on != self._normalises:
            self._normalises = on
            self.changed.emit()

    def set_match(self, gain_db: float | None) -> None:
        """Raise what is heard by so much in place of the common level; None ends that."""
        if gain_db != self._match_db:
            self._match_db = gain_db
            self.changed.emit()

    def set_loudness(self, loudness: Loudness | None) -> None:
        """Say how loud the open recording is."""
        if loudness != self._loudness:
            self._loudness = loudness
            self.changed.emit()
