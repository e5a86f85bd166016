"""A player that plays nothing, and takes note of what it is asked to play."""

from __future__ import annotations

from PySide6.QtCore import QObject

from gui.listening import Listening


class PretendedPlayer(QObject):
    """Stands where `gui.playback.Player` stands."""

    def __init__(self):
        super().__init__()
        self.listening = Listening(self)
        self.source, self.is_playing = None, False
        self.uses_transcoded = False
        self.played = []
        self.problem = ""

    def play_range(self, start_s, end_s, *, loop):
        self.played.append((start_s, end_s, loop))
        self.is_playing = True

    def pause(self):
        self.played.append("pause")
        self.is_playing = False
