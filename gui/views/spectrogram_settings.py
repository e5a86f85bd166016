"""How the spectrogram is computed and coloured: chosen in a popover, remembered for good."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QWidget,
)

from core.frequency_axis import FrequencyScale
from core.spectrogram import decibels
from gui.preferences import preferences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from PySide6.QtGui import QColor, QShowEvent

FFT_SIZES = (128, 256, 512, 1024, 2048, 4096, 8192)
COLOR_MAPS = {
    "viridis": "Viridis",
    "inferno": "Inferno",
    "magma": "Magma",
    "plasma": "Plasma",
    "cividis": "Cividis",
    "CET-L1": "Grey",
}
"""All are even to the eye: a step in dB is the same step in lightness anywhere."""

HIGHEST_HZ = (0, 1000, 2000, 4000, 8000, 11_025, 16_000, 20_000)
"""0 is all there is: half the sample rate."""

MEAN_OF_CHANNELS = -1
LOWEST_DB, HIGHEST_DB, LEAST_SPAN_DB = -140, 12, 6
_GROUP = "spectrogram"
_SCALE_NAMES = {"linear": "Linear (Hz)", "mel": "Mel", "log": "Logarithmic (octaves)"}
_GRADIENT_PX = (72, 12)


@dataclass(frozen=True)
class SpectrogramLook:
    """What the user chose."""

    fft_size: int = 1024
    floor_db: int = -100
    top_db: int = -10
    color_map: str = "viridis"
    is_inverted: bool = False
    scale: FrequencyScale = "linear"
    highest_hz: int = 0
    channel: int = MEAN_OF_CHANNELS

    @property
    def channel_or_mean(self) -> int | None:
        """The channel; None for the mean of all."""
        return None if self.channel == MEAN_OF_CHANNELS else self.channel


def load_look() -> SpectrogramLook:
    """What was chosen last; a value that is none of the choices counts as not chosen."""
    stored, look = preferences(), SpectrogramLook()
    choices: dict[str, Sequence[object]] = {
        "fft_size": FFT_SIZES,
        "floor_db": range(LOWEST_DB, HIGHEST_DB - LEAST_SPAN_DB + 1),
        "top_db": range(LOWEST_DB + LEAST_SPAN_DB, HIGHEST_DB + 1),
        "color_map": tuple(COLOR_MAPS),
        "is_inverted": (False, True),
        "scale": get_args(FrequencyScale),
        "highest_hz": HIGHEST_HZ,
    }
    for name, allowed in choices.items():
        value: Any = stored.value(f"{_GROUP}/{name}")
        kind = type(getattr(look, name))
        if kind is bool:
            value = {"true": True, "false": False}.get(str(value).lower(), value)
        elif kind is int and str(value).lstrip("-").isdigit():
            value = int(value)
        if value in allowed:
            look = replace(look, **{name: value})
    if look.top_db - look.floor_db < LEAST_SPAN_DB:
        return replace(look, floor_db=SpectrogramLook.floor_db, top_db=SpectrogramLook.top_db)
    return look


def save_look(look: SpectrogramLook) -> None:
    """Remember it; the channel is a matter of the recording."""
    stored = preferences()
    for f in fields(look):
        if f.name != "channel":
            stored.setValue(f"{_GROUP}/{f.name}", getattr(look, f.name))


def color_table(look: SpectrogramLook, background: QColor) -> NDArray[np.uint32]:
    """Colour of each of the 256 codes of `core.spectrogram`, as QImage has them."""
    levels = decibels(np.arange(256, dtype=np.uint8))
    shares = (levels - look.floor_db) / (look.top_db - look.floor_db)
    table = _colors(look, np.clip(np.nan_to_num(shares), 0, 1).astype(np.float32))
    table[0] = background.rgb()
    return table


def gradient_icon(look: SpectrogramLook) -> QIcon:
    """The colours from the floor to the top, as a picture."""
    width, height = _GRADIENT_PX
    row = _colors(look, np.linspace(0, 1, width).astype(np.float32))
    pixels = np.ascontiguousarray(np.broadcast_to(row, (height, width)))
    image = QImage(pixels.data, width, height, QImage.Format.Format_RGB32).copy()
    return QIcon(QPixmap.fromImage(image))


def _colors(look: SpectrogramLook, shares: NDArray[np.float32]) -> NDArray[np.uint32]:
    color_map: Any = pg.colormap.get(look.color_map)
    shares = 1 - shares if look.is_inverted else shares
    r, g, b = color_map.map(shares, mode="byte")[:, :3].astype(np.uint32).T
    return np.uint32(0xFF000000) | r << 16 | g << 8 | b


class SpectrogramSettings(QFrame):
    """The popover."""

    changed = Signal(object)
    """The new `SpectrogramLook`."""

    def __init__(self, look: SpectrogramLook, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("spectrogramSettings")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._look = look
        self.fft_size = self._choice("fft_size", {n: f"{n} samples" for n in FFT_SIZES})
        self.fft_size.setToolTip("Long: fine in frequency. Short: fine in time. Hann window.")
        self.color_map = self._choice("color_map", COLOR_MAPS)
        self.color_map.setIconSize(QSize(*_GRADIENT_PX))
        self.is_inverted = self._choice(
            "is_inverted", {False: "Loud is light", True: "Loud is dark"}
        )
        self.scale = self._choice("scale", _SCALE_NAMES)
        self.highest_hz = self._choice(
            "highest_hz",
            {hz: f"{hz / 1000:g} kHz" if hz else "All (half the sample rate)" for hz in HIGHEST_HZ},
        )
        self.channel = self._choice("channel", {MEAN_OF_CHANNELS: "Mean of all"})
        self.floor_db, self.top_db = self._level("floor_db"), self._level("top_db")
        self._lay_out()
        self._show()

    @property
    def look(self) -> SpectrogramLook:
        """What is chosen."""
        return self._look

    def set_channels(self, n_channels: int) -> None:
        """Offer the channels of a recording."""
        if self.channel.count() == 1 + n_channels:
            return
        self.channel.blockSignals(True)
        self.channel.clear()
        self.channel.addItem("Mean of all", MEAN_OF_CHANNELS)
        for k in range(n_channels):
            self.channel.addItem(f"Channel {k + 1}", k)
        self.channel.blockSignals(False)
        self.channel.setEnabled(n_channels > 1)
        if self._look.channel >= n_channels:
            self._change("channel", MEAN_OF_CHANNELS)
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what each choice of colours looks like: not before it is seen."""
        self._show_gradients()
        super().showEvent(event)

    def _show_gradients(self) -> None:
        for k, name in enumerate(COLOR_MAPS):
            self.color_map.setItemIcon(k, gradient_icon(replace(self._look, color_map=name)))

    def _choice(self, name: str, texts: dict[Any, str]) -> QComboBox:
        box = QComboBox(self)
        box.setObjectName(name)
        for value, text in texts.items():
            box.addItem(text, value)
        box.currentIndexChanged.connect(lambda _: self._change(name, box.currentData()))
        return box

    def _level(self, name: str) -> QSpinBox:
        box = QSpinBox(self)
        box.setObjectName(name)
        box.setRange(LOWEST_DB, HIGHEST_DB)
        box.setSuffix(" dB")
        box.setSingleStep(5)
        # While a number is being typed, its first digit is none that was meant.
        box.setKeyboardTracking(False)
        box.valueChanged.connect(lambda value: self._change(name, value))
        return box

    def _lay_out(self) -> None:
        levels = QHBoxLayout()
        levels.addWidget(self.floor_db)
        levels.addWidget(QLabel("to"))
        levels.addWidget(self.top_db)
        levels.addStretch()
        form = QFormLayout(self)
        form.addRow("FFT si&ze", self.fft_size)
        form.addRow("&Range (dBFS)", levels)
        form.addRow("&Colours", self.color_map)
        form.addRow("", self.is_inverted)
        form.addRow("Frequency &axis", self.scale)
        form.addRow("&Up to", self.highest_hz)
        form.addRow("C&hannel", self.channel)
        for box, buddy in ((levels, self.floor_db),):
            label: Any = form.labelForField(box)
            label.setBuddy(buddy)
        defaults = QPushButton("&Defaults", self)
        defaults.setObjectName("spectrogramDefaults")
        defaults.clicked.connect(self._reset)
        form.addRow("", defaults)

    def _reset(self) -> None:
        self._take(SpectrogramLook(channel=self._look.channel))

    def _change(self, name: str, value: Any) -> None:  # noqa: ANN401
        if getattr(self._look, name) == value:
            return
        look = replace(self._look, **{name: value})
        # The other end of the range makes room.
        if name == "floor_db":
            floor_db = min(value, HIGHEST_DB - LEAST_SPAN_DB)
            top_db = max(look.top_db, floor_db + LEAST_SPAN_DB)
            look = replace(look, floor_db=floor_db, top_db=top_db)
        elif name == "top_db":
            top_db = max(value, LOWEST_DB + LEAST_SPAN_DB)
            floor_db = min(look.floor_db, top_db - LEAST_SPAN_DB)
            look = replace(look, floor_db=floor_db, top_db=top_db)
        self._take(look)

    def _take(self, look: SpectrogramLook) -> None:
        self._look = look
        self._show()
        save_look(look)
        self.changed.emit(look)

    def _show(self) -> None:
        boxes = (
            self.fft_size, self.color_map, self.is_inverted, self.scale, self.highest_hz,
            self.channel,
        )  # fmt: skip
        for box in boxes:
            box.blockSignals(True)
            box.setCurrentIndex(box.findData(getattr(self._look, box.objectName())))
            box.blockSignals(False)
        if self.isVisible():
            self._show_gradients()
        for spin in (self.floor_db, self.top_db):
            spin.blockSignals(True)
            spin.setValue(getattr(self._look, spin.objectName()))
            spin.blockSignals(False)
