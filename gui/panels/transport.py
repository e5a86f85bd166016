"""The transport: what is played, how fast, how loud and where, on one line below the recording."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.following import Follow, Following
from gui.icons import SIZE_PX, icon
from gui.listening import LOUDEST_DB, QUIETEST_DB
from gui.panels.save_audio import AudioSaving
from gui.panels.transport_menu import SoundMenu
from gui.playback import FASTEST, SLOWEST

if TYPE_CHECKING:
    from PySide6.QtGui import QAction

    from gui.actions import Actions
    from gui.playback import Player
    from gui.session import Session

SEEK_SHARE, SEEK_FAR_SHARE = 0.05, 0.5
STEPS_PER_DB = 2
SLIDER_PX = (50, 110)
SPEED_STEP = 0.05
SMALL_SHARE = 0.85


def clock(time_s: float) -> str:
    """A time as hours, minutes, seconds and thousandths."""
    whole_ms = round(time_s * 1000)
    minutes, ms = divmod(whole_ms, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{ms // 1000:02}.{ms % 1000:03}"


class TransportBar(QWidget):
    """Buttons, read-out, speed, volume and device; connects the actions of playing."""

    def __init__(self, session: Session, actions: Actions, player: Player) -> None:
        super().__init__()
        self.setObjectName("transport")
        self._session, self._actions, self._player = session, actions, player
        self._time = session.time
        self.following = Following(self._time, player, self)
        self.saving = AudioSaving(session, player, self)
        self._tips: dict[QToolButton, str] = {}
        self._play = self._button("play", "playButton")
        self._buttons = [
            self._play,
            self._button("play_selection", "playSelectionButton"),
            self._button("stop", "stopButton"),
            self._button("loop", "loopButton"),
        ]
        self._make_readout()
        self._make_speed()
        self._make_volume()
        self._lay_out()
        self._connect()
        self._show_state()
        self._show_times()
        self._show_level()

    def _button(self, action_id: str, name: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setDefaultAction(self._actions[action_id])
        button.setIconSize(QSize(SIZE_PX, SIZE_PX))
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return button

    def _switch(self, action_id: str, name: str) -> QToolButton:
        """A button for an action that has a shorter text, or one that changes."""
        action, button = self._actions[action_id], QToolButton()
        button.setObjectName(name)
        button.setCheckable(True)
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setToolTip(action.toolTip())
        button.clicked.connect(lambda _on: action.trigger())
        action.toggled.connect(button.setChecked)
        return button

    def _make_readout(self) -> None:
        self._position = QLabel()
        self._position.setObjectName("positionLabel")
        self._position.setToolTip("Where the playhead is: hours, minutes, seconds")
        self._length = QLabel()
        self._length.setObjectName("lengthLabel")
        font = self._position.font()
        font.setBold(True)
        self._position.setFont(font)
        for label in (self._position, self._length):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        small = self._length.font()
        small.setPointSizeF(SMALL_SHARE * small.pointSizeF())
        self._length.setFont(small)
        widest = self._length.fontMetrics().horizontalAdvance("selected 00000.000 s")
        self._length.setMinimumWidth(widest)

    def _make_speed(self) -> None:
        self._speed = QDoubleSpinBox()
        self._speed.setObjectName("speedBox")
        self._speed.setRange(SLOWEST, FASTEST)
        self._speed.setSingleStep(SPEED_STEP)
        self._speed.setSuffix(" x")
        self._speed.setKeyboardTracking(False)
        self._speed.setToolTip("Speed: 0.25 to 2 times ([ and ])")
        self._speed.setAccessibleName("Speed")
        self._pitch = self._switch("keep_pitch", "pitchButton")
        self._pitch.setText("Pitch")

    def _make_volume(self) -> None:
        self._level = self._switch("normalise", "levelButton")
        self._volume = QSlider(Qt.Orientation.Horizontal)
        self._volume.setObjectName("volumeSlider")
        self._volume.setRange(round(QUIETEST_DB * STEPS_PER_DB), round(LOUDEST_DB * STEPS_PER_DB))
        self._volume.setPageStep(3 * STEPS_PER_DB)
        self._volume.setMinimumWidth(SLIDER_PX[0])
        self._volume.setMaximumWidth(SLIDER_PX[1])
        self._volume.setAccessibleName("Volume")
        self._volume.setToolTip("Volume in decibels; at 0 dB the samples are played as they are")
        self._decibels = QLabel()
        self._decibels.setObjectName("volumeLabel")
        metrics = self._decibels.fontMetrics()
        self._decibels.setFixedWidth(metrics.horizontalAdvance("-60.0 dB"))
        self._menu = SoundMenu(self._actions, self._player, self)
        self._device = QToolButton()
        self._device.setObjectName("deviceButton")
        self._device.setIcon(icon("volume"))
        self._device.setIconSize(QSize(SIZE_PX, SIZE_PX))
        self._device.setAutoRaise(True)
        self._device.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._device.setMenu(self._menu)

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(6, 3, 6, 3)
        layout.setSpacing(4)
        for button in self._buttons:
            layout.addWidget(button)
        layout.addSpacing(6)
        readout = QVBoxLayout()
        readout.setSpacing(0)
        readout.addWidget(self._position)
        readout.addWidget(self._length)
        layout.addLayout(readout)
        layout.addStretch(1)
        for widget in (self._speed, self._pitch, self._level):
            layout.addWidget(widget)
        layout.addSpacing(4)
        layout.addWidget(self._device)
        layout.addWidget(self._volume)
        layout.addWidget(self._decibels)

    def _connect(self) -> None:
        actions, player, time = self._actions, self._player, self._time
        for name, slot in {
            "play": player.toggle,
            "play_selection": self._play_selection,
            "stop": player.stop,
            "slower": lambda: player.step_speed(-1),
            "faster": lambda: player.step_speed(1),
            "seek_back": lambda: self._seek(-SEEK_SHARE),
            "seek_forward": lambda: self._seek(SEEK_SHARE),
            "seek_far_back": lambda: self._seek(-SEEK_FAR_SHARE),
            "seek_far_forward": lambda: self._seek(SEEK_FAR_SHARE),
            "seek_start": lambda: self._seek_to(0.0),
            "seek_end": lambda: self._seek_to(time.duration_s),
            "save_audio": self.saving.ask,
        }.items():
            actions[name].triggered.connect(_without_arguments(slot))
        actions["keep_pitch"].setChecked(player.keeps_pitch)
        for name, set_on in {
            "loop": player.set_loop,
            "keep_pitch": player.set_keeps_pitch,
            "normalise": player.listening.set_normalises,
            "show_transcoded": player.set_transcoded,
        }.items():
            actions[name].toggled.connect(set_on)
        for name, mode in {"follow_page": Follow.PAGE, "follow_scroll": Follow.SCROLL}.items():
            actions[name].setChecked(self.following.mode is mode)
            actions[name].toggled.connect(lambda on, m=mode: self._choose_follow(m, on=on))
        player.state_changed.connect(self._show_state)
        player.sound_changed.connect(self._show_sound)
        player.listening.changed.connect(self._show_level)
        self._session.theme.changed.connect(lambda _colors: self._show_icons())
        self._speed.valueChanged.connect(player.set_speed)
        self._volume.valueChanged.connect(
            lambda value: player.listening.set_volume(value / STEPS_PER_DB)
        )
        time.playhead_moved.connect(lambda _time: self._show_times())
        time.duration_changed.connect(lambda _time: self._show_times())
        time.selection_changed.connect(lambda _selection: self._show_times())
        for name in ("play", "play_selection", "stop", "loop", "keep_pitch"):
            actions[name].changed.connect(self._show_enabled)
        self._show_sound()

    def _play_selection(self) -> None:
        selection = self._time.selection
        if selection is not None:
            self._player.play_range(*selection, loop=self._player.loops)

    def _seek(self, share: float) -> None:
        self._seek_to(self._time.playhead_s + share * self._time.span_s)

    def _seek_to(self, time_s: float) -> None:
        self._time.request_seek(time_s)
        playhead_s = self._time.playhead_s
        self._time.reveal(playhead_s, playhead_s)

    def _choose_follow(self, mode: Follow, *, on: bool) -> None:
        other = "follow_scroll" if mode is Follow.PAGE else "follow_page"
        if on:
            self._actions[other].setChecked(False)
            self.following.choose(mode)
        elif self.following.mode is mode:
            self.following.choose(Follow.NOT)

    def _show_state(self) -> None:
        self._show_icons()
        self._show_enabled()

    def _show_icons(self) -> None:
        action = self._actions["play"]
        action.setIcon(icon("pause" if self._player.is_playing else "play"))
        self._device.setIcon(icon("volume"))

    def _show_enabled(self) -> None:
        """Without a sound device nothing here can be used but the choice of one."""
        problem = self._player.problem
        for button in self._buttons:
            action: QAction = button.defaultAction()
            button.setEnabled(action.isEnabled() and not problem)
            button.setToolTip(problem or action.toolTip())
        is_open = self._actions["keep_pitch"].isEnabled()
        for widget in (self._speed, self._pitch, self._level):
            widget.setEnabled(is_open and not problem)
        self._volume.setEnabled(not problem)
        self._device.setToolTip(problem or "Output device")

    def _show_sound(self) -> None:
        if self._speed.value() != self._player.speed:
            self._speed.setValue(self._player.speed)
        for name, on in (("loop", self._player.loops), ("keep_pitch", self._player.keeps_pitch)):
            self._actions[name].setChecked(on)

    def _show_level(self) -> None:
        listening = self._player.listening
        value = round(listening.volume_db * STEPS_PER_DB)
        if self._volume.value() != value:
            self._volume.setValue(value)
        volume = "mute" if listening.is_mute else f"{listening.volume_db:+.1f} dB"
        self._decibels.setText(volume)
        level_db = listening.level_db
        self._level.setText("Level" if level_db is None else f"Listening {level_db:+.1f} dB")
        self._level.setMinimumWidth(self._level.sizeHint().width())
        self._level.setToolTip(
            f"{self._actions['normalise'].toolTip()}\n"
            "All but the loudest hundredth is brought to -6 dB; what would clip is limited softly."
        )
        self._actions["normalise"].setChecked(listening.normalises)

    def _show_times(self) -> None:
        time = self._time
        self._position.setText(clock(time.playhead_s))
        text = f"of {clock(time.duration_s)}"
        tip = "Length of the recording"
        if time.selection is not None:
            start_s, end_s = time.selection
            text = f"selected {end_s - start_s:.3f} s"
            tip = f"Selected: {clock(start_s)} to {clock(end_s)}, of {clock(time.duration_s)}"
        if self._length.text() != text:
            self._length.setText(text)
            self._length.setToolTip(tip)


def _without_arguments(slot: object) -> object:
    """For signals that tell whether something is checked, to whom that means nothing."""

    def call(*_: object) -> None:
        slot()  # pyright: ignore[reportCallIssue]

    return call
