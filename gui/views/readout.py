"""What there is under the cursor, or without one at the playhead, in numbers."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.labelling import CONFLICT
from core.timebase import owning_frames, sample_under
from gui.views.time_text import time_text

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from core.peaks import PeakReader
    from core.recording_details import RecordingDetails
    from gui.media import Media
    from gui.session import Session
    from gui.views.waveform import Waveform

_UNKNOWN = "\N{EN DASH}"
_GAP = "&nbsp;&nbsp;&nbsp;"


@dataclass(frozen=True)
class Reading:
    """What there is at one moment; what is not known is an empty text."""

    time: str = ""
    original_sample: str = ""
    transcoded_sample: str = ""
    frame: str = ""
    level: str = ""
    annotation: str = ""
    prediction: str = ""
    probabilities: str = ""
    features: dict[str, float] = field(default_factory=dict[str, float])

    def parts(self) -> list[tuple[str, str]]:
        """What it is called, and what it is; in a narrow window the last ones are left out."""
        return [
            ("Sample", self.original_sample),
            ("Frame", self.frame),
            ("Annotated", self.annotation),
            ("Predicted", self.prediction),
            ("Level", self.level),
            ("Transcoded", self.transcoded_sample),
            ("Probabilities", self.probabilities),
        ]


def read_at(time_s: float, media: Media, waveform: Waveform) -> Reading:
    """Everything that is known of a moment: of the sample, at each rate, that lasts then."""
    details, frames = media.details, waveform.frame_item.frames
    frame = frames.at(time_s) if frames else None
    prediction, probabilities, values = "", "", dict[str, float]()
    if details is not None and (predicted := _predicted_frame(time_s, details)) is not None:
        prediction, probabilities = _prediction(predicted, media, details.classes)
    spec = details.spec if details is not None else None
    if spec is not None and frame is not None and media.features is not None:
        row = media.features.samples(frame, frame + 1)
        if len(row):
            values = dict(zip(spec.columns, row[0].tolist(), strict=False))
    return Reading(
        time=time_text(time_s),
        original_sample=_sample(time_s, media.original),
        transcoded_sample=_sample(time_s, media.transcoded),
        frame=_frame(frame, frames.labels if frames else None),
        level=_level(time_s, waveform),
        annotation=_annotation(time_s, waveform),
        prediction=prediction,
        probabilities=probabilities,
        features=values,
    )


def _sample(time_s: float, reader: PeakReader | None) -> str:
    if reader is None:
        return ""
    rate = reader.meta.sample_rate
    return f"{sample_under(time_s, sample_rate=rate)} at {rate} Hz"


def _frame(frame: int | None, labels: np.ndarray | None) -> str:
    if frame is None or labels is None:
        return ""
    return f"{frame}, conflicting annotations" if labels[frame] == CONFLICT else str(frame)


def _level(time_s: float, waveform: Waveform) -> str:
    """Peak level of what the column of that moment shows, of all channels."""
    reader, span = waveform.base, waveform.span()
    if reader is None:
        return ""
    rate = reader.meta.sample_rate
    first = sample_under(time_s, sample_rate=rate)
    n_samples = max(1, round(rate / span.px_per_s))
    if first >= reader.n_samples:
        return ""
    low, high = reader.envelope(first, first + n_samples, 1)
    peak = float(np.nanmax(np.abs(np.concatenate([low, high]))))
    if n_samples == 1 and reader.meta.n_channels == 1:
        return f"{_decibel(peak)} ({float(high[0, 0]):+.5f})"
    return _decibel(peak)


def _decibel(peak: float) -> str:
    return f"{20 * np.log10(peak):.1f} dBFS" if peak > 0 else "silence"


def _annotation(time_s: float, waveform: Waveform) -> str:
    layout = waveform.layout_
    starts, ends, place = layout.start_s, layout.end_s, time_s
    if layout.sample_rate:
        starts, ends = layout.start_samples, layout.end_samples
        place = sample_under(time_s, sample_rate=layout.sample_rate)
    inside = np.flatnonzero((starts <= place) & (place < ends))
    return " + ".join(dict.fromkeys(layout.name(int(k)) for k in inside))


def _predicted_frame(time_s: float, details: RecordingDetails) -> int | None:
    """The frame of the predictions' own grid that owns a moment."""
    grid = details.predictions_grid or details.spec
    if grid is None:
        return None
    sample = sample_under(time_s, sample_rate=grid.sample_rate)
    return int(owning_frames([sample], hop_size=grid.hop_size)[0])


def _prediction(frame: int, media: Media, classes: tuple[str, ...]) -> tuple[str, str]:
    """The predicted class of a frame with its probability, and the probabilities of all."""
    runs = media.predicted
    place = int(np.searchsorted(runs[:, 0], frame, side="right")) - 1
    if place < 0 or frame >= runs[place, 1]:
        return "", ""
    target = int(runs[place, 2])
    name = classes[target] if target < len(classes) else str(target)
    if media.probabilities is None:
        return name, ""
    rows = media.probabilities.samples(frame, frame + 1)
    if not len(rows) or target >= rows.shape[1]:
        return name, ""
    row = rows[0].tolist()
    each = [f"{c} {p:.1%}" for c, p in zip(classes, row, strict=False)]
    return f"{name} {row[target]:.0%}", ", ".join(each)


def _marked(name: str, text: str) -> str:
    return f"<span style='color:gray'>{name}</span> {html.escape(text)}"


class Readout(QWidget):
    """A line of numbers, and a table of feature values that can be opened beside."""

    def __init__(self, session: Session, media: Media, waveform: Waveform) -> None:
        super().__init__()
        self.setObjectName("readout")
        self.time = session.time
        self._media = media
        self._waveform = waveform
        self.reading = Reading()
        self._where = QLabel()
        self._line = QLabel()
        self._line.setObjectName("readoutLine")
        self._line.setTextFormat(Qt.TextFormat.RichText)
        self._line.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        digits = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        digits.setPointSizeF(self.font().pointSizeF())
        self._where.setFont(digits)
        width = self._where.fontMetrics().horizontalAdvance("Playhead 00:00:00.000000 ")
        self._where.setFixedWidth(width)
        self._where.setToolTip("Time under the mouse, or else of the playhead")
        self._button = QToolButton()
        self._button.setObjectName("featureValuesButton")
        self._button.setText("Feature values …")
        self._button.setToolTip("Show every feature of the frame under the cursor in a table")
        self._button.setAutoRaise(True)
        self._button.clicked.connect(self.show_features)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(6, 1, 6, 1)
        layout.addWidget(self._where)
        layout.addWidget(self._line, 1)
        layout.addWidget(self._button)
        self.table = FeatureValues(self)
        self.time.cursor_moved.connect(self.refresh)
        self.time.playhead_moved.connect(self.refresh)
        media.details_changed.connect(self.refresh)
        media.tracks_changed.connect(self.refresh)
        media.audio_changed.connect(self.refresh)
        self.refresh()

    def minimumSizeHint(self) -> QSize:
        """It may be cut off; nothing else should be for its sake."""
        return QSize(200, super().minimumSizeHint().height())

    def refresh(self, *_: object) -> None:
        """Read again."""
        time = self.time
        is_cursor = time.cursor_s is not None
        time_s = time.playhead_s if time.cursor_s is None else time.cursor_s
        if not time.duration_s:
            self._where.setText("")
            self._line.setText("")
            return
        self.reading = read_at(time_s, self._media, self._waveform)
        self._where.setText(f"{'Cursor' if is_cursor else 'Playhead':8} {self.reading.time}")
        self._show_parts()
        self._button.setEnabled(bool(self.reading.features))
        if self.table.isVisible():
            self.table.show_values(self.reading)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show more, or less."""
        super().resizeEvent(event)
        self._show_parts()

    def _show_parts(self) -> None:
        """Those that fit: half a number would be a wrong one."""
        parts = [(name, text) for name, text in self.reading.parts() if text]
        metrics, left_px = self._line.fontMetrics(), self._line.width()
        gap_px = metrics.horizontalAdvance("\N{NO-BREAK SPACE}" * 3)
        shown = list[str]()
        for name, text in parts:
            left_px -= metrics.horizontalAdvance(f"{name} {text}") + (gap_px if shown else 0)
            if left_px < 0:
                break
            shown.append(_marked(name, text))
        self._line.setText(_GAP.join(shown))
        self._line.setToolTip("<br>".join(_marked(*part) for part in parts))

    def show_features(self) -> None:
        """Open the table of feature values."""
        self.table.show_values(self.reading)
        self.table.show()
        self.table.raise_()


class FeatureValues(QDialog):
    """All features of one frame."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("featureValues")
        self.setWindowTitle("Feature values")
        self.setWindowFlag(Qt.WindowType.Tool)
        self._frame = QLabel()
        self._table = QTableWidget(0, 2)
        self._table.setHorizontalHeaderLabels(["Feature", "Value"])
        self._table.verticalHeader().hide()
        self._table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self._table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        layout = QVBoxLayout(self)
        layout.addWidget(self._frame)
        layout.addWidget(self._table)
        self.resize(260, 420)

    def values(self) -> dict[str, str]:
        """What the table shows."""
        rows = range(self._table.rowCount())
        return {self._text(row, 0): self._text(row, 1) for row in rows}

    def show_values(self, reading: Reading) -> None:
        """Show the features of a reading."""
        self._frame.setText(f"Frame {reading.frame or _UNKNOWN} at {reading.time or _UNKNOWN}")
        if self._table.rowCount() != len(reading.features):
            self._table.setRowCount(len(reading.features))
            for row in range(len(reading.features)):
                for column in range(2):
                    self._table.setItem(row, column, QTableWidgetItem())
        for row, (name, value) in enumerate(reading.features.items()):
            for column, text in enumerate((name, f"{value:.6g}")):
                item = self._table.item(row, column)
                if item is not None:
                    item.setText(text)

    def _text(self, row: int, column: int) -> str:
        item = self._table.item(row, column)
        return item.text() if item else ""
