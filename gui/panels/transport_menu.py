"""The menu of the loudspeaker: where sound comes out, and how the playhead is followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

if TYPE_CHECKING:
    from gui.actions import Actions
    from gui.playback import Player


class SoundMenu(QMenu):
    """Output devices, looked for anew each time that it opens."""

    def __init__(self, actions: Actions, player: Player, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("soundMenu")
        self.setToolTipsVisible(True)
        self._actions, self._player = actions, player
        self._group: QActionGroup | None = None
        self.aboutToShow.connect(player.output.look_for_devices)
        player.output.devices_changed.connect(self._fill)
        player.sound_changed.connect(self._fill)
        self._fill()

    def _fill(self) -> None:
        output, chosen = self._player.output, self._player.device_name
        self.clear()
        if self._group is not None:
            self._group.deleteLater()
        self._group = QActionGroup(self)
        self.addSection("Output device")
        default = f"System's choice ({output.default_name})" if output.default_name else ""
        self._add(default or "System's choice", "", chosen)
        for name in dict.fromkeys(device.name for device in output.devices):
            self._add(name, name, chosen)
        if chosen and all(device.name != chosen for device in output.devices):
            self._add(f"{chosen} (not there now)", chosen, chosen)
        if output.problem:
            self.addAction(output.problem).setEnabled(False)
        self.addSection("While playing")
        self.addAction(self._actions["follow_page"])
        self.addAction(self._actions["follow_scroll"])

    def _add(self, text: str, name: str, chosen: str) -> None:
        action = self.addAction(text)
        action.setCheckable(True)
        action.setChecked(name == chosen)
        action.triggered.connect(lambda _on: self._player.choose_device(name))
        if self._group is not None:
            self._group.addAction(action)
