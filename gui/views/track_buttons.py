"""The menu from which feature tracks are chosen, and the small buttons of each track."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from gui.views.track_list import TRACKS, Track

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QMouseEvent

_BUTTON_PX = 18
_DRAWN = "Light is high, dark is low, over the range of the whole recording."


class _StayingMenu(QMenu):
    """Stays open while several tracks are checked."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Check without closing."""
        action: Any = self.activeAction()
        if action is not None and action.isCheckable():
            action.trigger()
        else:
            super().mouseReleaseEvent(event)


def make_menu_button(parent: QWidget, toggle: Callable[[Track, bool], None]) -> QToolButton:
    """The button that opens the list of tracks."""
    button = QToolButton(parent)
    button.setObjectName("featureTracksButton")
    button.setText("Tracks")
    button.setToolTip("Choose which features are shown")
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setCursor(Qt.CursorShape.ArrowCursor)
    menu = _StayingMenu(button)
    menu.setObjectName("featureTracksMenu")
    groups: dict[str, QMenu] = {"": menu}
    for track in TRACKS:
        if track.group not in groups:
            groups[track.group] = _StayingMenu(track.group, menu)
            menu.addMenu(groups[track.group])
        action = QAction(track.title, menu)
        action.setCheckable(True)
        action.setData(track)
        action.triggered.connect(lambda is_checked, t=track: toggle(t, is_checked))
        groups[track.group].addAction(action)
    button.setMenu(menu)
    return button


class TrackButtons(QWidget):
    """Up, down, away."""

    def __init__(
        self,
        parent: QWidget,
        track: Track,
        move: Callable[[Track, int], None],
        toggle: Callable[[Track, bool], None],
    ) -> None:
        super().__init__(parent)
        self.track = track
        self.setObjectName(f"trackButtons_{track.key}")
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.up = self._button("▲", f"Move {track.title} up")
        self.down = self._button("▼", f"Move {track.title} down")
        self.away = self._button("✕", f"Do not show {track.title}")
        self.up.clicked.connect(lambda: move(track, -1))
        self.down.clicked.connect(lambda: move(track, 1))
        self.away.clicked.connect(lambda: toggle(track, False))
        self.adjustSize()
        self.show()

    def set_place(self, place: int, n_tracks: int) -> None:
        """Tell which way it can go."""
        self.up.setEnabled(place > 0)
        self.down.setEnabled(place < n_tracks - 1)

    def _button(self, text: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setToolTip(f"{tip}. {_DRAWN}" if self.track.is_banded else tip)
        button.setFixedSize(_BUTTON_PX, _BUTTON_PX)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._row.addWidget(button)
        return button
