"""Keeps the playhead in view while something plays: by turning pages, or by scrolling."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from gui.preferences import preferences

if TYPE_CHECKING:
    from gui.playback import Player
    from gui.views.time_axis import TimeAxis

MARGIN_SHARE = 0.05
"""So much of a page before the playhead is shown again on the next one."""


class Follow(enum.StrEnum):
    """How the playhead is followed."""

    NOT = "not"
    PAGE = "page"
    SCROLL = "scroll"


class Following(QObject):
    """Moves what is in view; whoever goes elsewhere meanwhile is not pulled back."""

    def __init__(self, time: TimeAxis, player: Player, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._time, self._player = time, player
        saved = str(preferences().value("playback/follow", Follow.PAGE.value))
        self.mode = Follow(saved) if saved in list(Follow) else Follow.PAGE
        self._before_s = time.playhead_s
        time.playhead_moved.connect(self._follow)

    def choose(self, mode: Follow) -> None:
        """Follow in another way from now on."""
        self.mode = mode
        preferences().setValue("playback/follow", mode.value)

    def _follow(self, playhead_s: float) -> None:
        before_s, self._before_s = self._before_s, playhead_s
        time = self._time
        if not self._player.is_playing or self.mode is Follow.NOT:
            return
        if self.mode is Follow.SCROLL:
            half_s = time.span_s / 2
            time.set_range(playhead_s - half_s, playhead_s + half_s)
            return
        was_in_view = time.start_s <= before_s <= time.end_s
        is_in_view = time.start_s <= playhead_s < time.end_s
        if was_in_view and not is_in_view and time.end_s < time.duration_s + time.start_s:
            start_s = playhead_s - MARGIN_SHARE * time.span_s
            time.set_range(start_s, start_s + time.span_s)
