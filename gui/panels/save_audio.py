"""Saves the sound of the selection as a WAV file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from core.excerpt import Excerpt, save_excerpt
from core.timebase import seconds_to_samples

if TYPE_CHECKING:
    from gui.playback import Player
    from gui.session import Session

FORMATS = {"WAV, 16 bit (*.wav)": 16, "WAV, 24 bit (*.wav)": 24}


class AudioSaving(QObject):
    """Asks where to, and has a child write it; what is shown or heard is what is saved."""

    def __init__(self, session: Session, player: Player, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._player, self._widget = session, player, parent

    def ask(self) -> None:
        """Ask for a file and save the selection in it."""
        selection, source = self._session.time.selection, self._player.source
        recording = self._session.recording
        if selection is None or source is None or recording is None:
            return
        rate = source.meta.sample_rate
        start, stop = (seconds_to_samples(time_s, sample_rate=rate) for time_s in selection)
        name = f"{Path(recording.path).stem}_{selection[0]:.3f}-{selection[1]:.3f}.wav"
        dialog = QFileDialog(self._widget, "Save selected audio", name)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(list(FORMATS))
        dialog.setDefaultSuffix("wav")
        dialog.selectFile(name)
        folder = source.folder
        dialog.accepted.connect(
            lambda: self.save(
                Path(dialog.selectedFiles()[0]),
                Excerpt(folder, start, stop, FORMATS[dialog.selectedNameFilter()]),
            )
        )
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save(self, path: Path, excerpt: Excerpt) -> None:
        """Save an excerpt, and say so."""
        self._session.sound.submit(
            save_excerpt,
            excerpt,
            path,
            done=lambda n_clipped: self._session.say(_told(path, n_clipped)),
        )


def _told(path: Path, n_clipped: int) -> str:
    clipped = f"; {n_clipped} samples beyond full scale were clipped" if n_clipped else ""
    return f"Saved {path}{clipped}"
