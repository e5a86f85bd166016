"""The spectrogram of what is in view, computed off the drawing thread, column by column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QToolButton

from core.frequency_axis import LOWEST_LOG_HZ, FrequencyAxis
from core.spectrogram import SpectrogramSpec, columns_in_folder, frames_per_column
from gui.theme import class_color
from gui.views.edge_lines import draw_edges, edge_times_s
from gui.views.pane import Pane
from gui.views.pane_notes import MARGIN_PX, PaneNote, PictureItem
from gui.views.spectrogram_picture import TILE_COLUMNS, Grid, SpectrogramPicture
from gui.views.spectrogram_settings import (
    SpectrogramLook,
    SpectrogramSettings,
    color_table,
    gradient_icon,
    load_look,
)
from gui.views.time_text import frequency_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.peaks import PeakReader
    from core.recording_details import RecordingDetails
    from core.spectrogram import Columns
    from gui.jobs import Job
    from gui.media import Media
    from gui.session import Session
    from gui.theme import PlotColors

WORK_SAMPLES = 1 << 21
"""Samples transformed by one job, some 20 ms of work: so soon something new is shown."""

MOST_TILES_AT_ONCE = 16
PX_PER_TICK = 32
TEXT_PX = 14
MINUS = "\N{MINUS SIGN}"
LEAST_HEIGHT_PX = 80


class Spectrogram(Pane):
    """Levels over time and frequency, of the original or of the transcoded recording."""

    def __init__(self, session: Session, media: Media) -> None:
        self._media = media
        self._session = session
        self._look = load_look()
        self._picture = SpectrogramPicture()
        self._is_transcoded = False
        self._identity = ""
        self._edges: tuple[NDArray[np.float64], NDArray[np.int64]] | None = None
        self._job: Job | None = None
        self._problem_of = ""
        super().__init__(session.time, title="Frequency", colors=session.theme.colors)
        self.setObjectName("spectrogram")
        self.setMinimumHeight(LEAST_HEIGHT_PX)
        self.view.setYRange(0, 1, padding=0)
        self._item = PictureItem(self.view)
        self._note = PaneNote(self.viewport(), "spectrogramNote")
        self._empty = PaneNote(self.viewport(), "spectrogramEmpty", is_centred=True)
        self.settings = SpectrogramSettings(self._look, self)
        self.settings.changed.connect(self._on_look)
        self.settings_button = self._make_button()
        media.audio_changed.connect(self._on_audio)
        media.details_changed.connect(self._on_details)
        self.set_colors(session.theme.colors)
        self._on_details(media.details)
        self._on_audio()

    @property
    def look(self) -> SpectrogramLook:
        """What the user chose."""
        return self._look

    @property
    def is_complete(self) -> bool:
        """Whether all columns in view are computed."""
        return self._job is None and not self._missing()

    def show_transcoded(self, is_transcoded: bool) -> None:  # noqa: FBT001  a slot of an action
        """Draw the transcoded recording, or the original."""
        self._is_transcoded = is_transcoded
        self._on_audio()

    def set_colors(self, colors: PlotColors) -> None:
        """Take the colours of the theme."""
        super().set_colors(colors)
        if hasattr(self, "_empty"):
            self._note.set_colors(colors)
            self._empty.set_colors(colors)
            self._show_look()
            self._refresh()

    def contextMenuEvent(self, ev: Any) -> None:  # noqa: ANN401  Qt's event
        """Offer the settings."""
        self._open_settings()
        ev.accept()

    @property
    def _reader(self) -> PeakReader | None:
        media = self._media
        if self._is_transcoded:
            return media.transcoded
        # What cannot be decoded may have been, when it was transcoded.
        return media.transcoded if media.original_problem else media.original

    def _on_range(self, start_s: float, end_s: float) -> None:  # noqa: ARG002  the axis knows
        if hasattr(self, "settings_button"):
            self._refresh()

    def _on_details(self, details: RecordingDetails | None) -> None:
        self._edges = edge_times_s(details) if details else None
        self._refresh()

    def _on_audio(self) -> None:
        reader = self._reader
        identity = reader.meta.identity if reader else ""
        if identity != self._identity:
            # Nothing of one recording is ever shown under the name of another.
            self._identity = identity
            self._forget()
            if reader:
                self.settings.set_channels(reader.meta.n_channels)
        self._refresh()

    def _on_look(self, look: SpectrogramLook) -> None:
        before, self._look = self._look, look
        if (look.scale, look.highest_hz, look.channel) != (
            before.scale,
            before.highest_hz,
            before.channel,
        ):
            self._forget()
        self._show_look()
        self._refresh()

    def _forget(self) -> None:
        self._picture.clear()
        self._problem_of = ""

    def _refresh(self) -> None:
        """Show what there is, and have the rest computed."""
        reader = self._reader
        self._place_notes(reader)
        if reader is None or not reader.n_samples:
            self._item.show_image(None)
            self.plot.getAxis("left").setTicks([[]])
            return
        self._picture.begin(self._grid(reader))
        self._compute()
        self._draw()
        self._label_frequencies()

    def _spec(self, reader: PeakReader) -> SpectrogramSpec:
        look, half_hz = self._look, reader.meta.sample_rate / 2
        highest_hz = max(min(look.highest_hz or half_hz, half_hz), 2 * LOWEST_LOG_HZ)
        axis = FrequencyAxis(look.scale, highest_hz, self._size_px()[1])
        channel = look.channel_or_mean
        if channel is not None and channel >= reader.meta.n_channels:
            channel = None
        return SpectrogramSpec(look.fft_size, axis, channel)

    def _grid(self, reader: PeakReader) -> Grid:
        key = (reader.meta.identity, self._spec(reader))
        width_px = self._size_px()[0]
        return Grid.for_view(self.time.span_s, width_px, reader.meta.sample_rate, key)

    def _missing(self) -> list[int]:
        reader = self._reader
        if reader is None or not reader.n_samples:
            return []
        self._picture.begin(self._grid(reader))
        return self._picture.missing(self.time.start_s, self.time.end_s, reader.n_samples)

    def _compute(self) -> None:
        """Have the next tiles computed, unless some are."""
        # What is being computed is let run, even if it is not wanted any more: it soon ends, and to
        # cancel it would end the child.
        if self._job is not None:
            return
        reader = self._reader
        missing = self._missing()
        if reader is None or not missing or self._problem_of == reader.meta.identity:
            return
        grid = self._grid(reader)
        spec = self._spec(reader)
        n_frames, _ = frames_per_column(grid.column_samples, spec.fft_size)
        tile_samples = n_frames * spec.fft_size * TILE_COLUMNS
        most = min(max(WORK_SAMPLES // tile_samples, 1), MOST_TILES_AT_ONCE)
        first, n_tiles = _run_of_tiles(missing, most)
        self._job = self._session.drawing.submit(
            columns_in_folder,
            reader.folder,
            reader.meta.identity,
            spec,
            column_samples=grid.column_samples,
            first=first * TILE_COLUMNS,
            n_columns=n_tiles * TILE_COLUMNS,
            done=lambda columns: self._on_computed(grid, columns),
            failed=lambda error: self._on_failed(reader.meta.identity, error),
            cancelled=self._on_cancelled,
        )

    def _on_computed(self, grid: Grid, columns: Columns) -> None:
        self._job = None
        self._picture.put(grid, columns)
        self._compute()
        self._draw()

    def _on_cancelled(self) -> None:
        # All that is computed for a project ends with it; there may be another one by now.
        self._job = None
        self._compute()

    def _on_failed(self, identity: str, error: Exception) -> None:
        self._job = None
        if self._reader is None or self._reader.meta.identity != identity:
            # It was of a recording that is not shown any more.
            self._compute()
            return
        # Said once: each change of the view would bring it again.
        self._problem_of = identity
        self._session.errors.show(error)

    def _draw(self) -> None:
        width_px, height_px = self._size_px()
        codes = self._picture.compose(self.time.start_s, self.time.end_s, width_px, height_px)
        table = color_table(self._look, self.colors.background)
        pixels = table.take(np.ascontiguousarray(codes.T[::-1]))
        self._draw_edges(pixels)
        # A copy: the image would not keep the array alive.
        image = QImage(pixels.data, width_px, height_px, QImage.Format.Format_RGB32).copy()
        self._item.show_image(image)

    def _draw_edges(self, pixels: Any) -> None:  # noqa: ANN401
        details = self._media.details
        if details is None or self._edges is None:
            return
        times_s, targets = self._edges
        colors = [
            class_color(k, len(details.classes), self.colors).rgb()
            for k in range(len(details.classes))
        ]
        draw_edges(
            pixels,
            times_s,
            np.array(colors, dtype=np.uint32)[targets],
            start_s=self.time.start_s,
            end_s=self.time.end_s,
        )

    def _size_px(self) -> tuple[int, int]:
        ratio, rect = self.devicePixelRatioF(), self.view.rect()
        return max(1, round(rect.width() * ratio)), max(1, round(rect.height() * ratio))

    def _label_frequencies(self) -> None:
        reader = self._reader
        if reader is None:
            return
        axis = self._spec(reader).axis
        height_px = self.view.rect().height()
        ticks = [
            (place, frequency_text(hz))
            for hz in axis.ticks_hz(max(2, round(height_px / PX_PER_TICK)))
            # At the very edge a number would be cut off.
            if TEXT_PX / 2 <= (place := axis.place_of(hz)) * height_px <= height_px - TEXT_PX / 2
        ]
        self.plot.getAxis("left").setTicks([ticks])

    def _place_notes(self, reader: PeakReader | None) -> None:
        room = self._room()
        button = self.settings_button
        button.adjustSize()
        button.move(room.right() - button.width() - MARGIN_PX, room.top() + MARGIN_PX)
        has_audio = reader is not None and reader.n_samples > 0
        self._empty.say("" if has_audio else self._why_empty(), room)
        note = ""
        if reader is not None and has_audio:
            fft_size = self._look.fft_size
            samples = self._grid(reader).column_samples
            n_frames, is_sampled = frames_per_column(samples, fft_size)
            if is_sampled:
                n_all = round(2 * samples / fft_size)
                some = f"{n_frames + 1} of {n_all:,} frames"
                note = f"Zoomed out: {some} per column computed, the loudest among them"
        self._note.say(note, room)

    def _why_empty(self) -> str:
        if self._session.recording is None:
            return ""
        media = self._media
        if self._is_transcoded:
            return media.transcoded_problem or "Decoding …"
        return media.original_problem or "Decoding …"

    def _room(self) -> QRect:
        """The part of the pane in which time runs."""
        return self.mapFromScene(self.view.sceneBoundingRect()).boundingRect()

    def _make_button(self) -> QToolButton:
        button = QToolButton(self.viewport())
        button.setObjectName("spectrogramSettingsButton")
        button.setProperty("is_scale", True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setIconSize(QSize(72, 12))
        button.setToolTip("What the colours mean. Click to change FFT size, range and colours")
        button.setCursor(Qt.CursorShape.ArrowCursor)
        button.clicked.connect(self._open_settings)
        return button

    def _open_settings(self) -> None:
        self.settings.adjustSize()
        corner = self.settings_button.mapToGlobal(
            QPoint(
                self.settings_button.width() - self.settings.width(), self.settings_button.height()
            )
        )
        self.settings.move(corner)
        self.settings.show()
        self.settings.fft_size.setFocus()

    def _show_look(self) -> None:
        look = self._look
        self.settings_button.setIcon(gradient_icon(look))
        text = f"{look.floor_db} to {look.top_db} dBFS"
        self.settings_button.setText(text.replace("-", MINUS))


def _run_of_tiles(missing: list[int], most: int) -> tuple[int, int]:
    """The first of those that are missing and its neighbours: first tile, and how many."""
    wanted, first = set(missing), missing[0]
    stop = first + 1
    while stop in wanted and stop - first < most:
        stop += 1
    while first - 1 in wanted and stop - first < most:
        first -= 1
    return first, stop - first
