"""Features over time: curves, and pictures for those that come in bands, one below the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QScrollBar

from gui.views.class_strips import draw_dot
from gui.views.frame_columns import ColumnValues, column_values
from gui.views.lanes import Lane, LanePane, draw_band
from gui.views.pane_notes import MARGIN_PX
from gui.views.track_buttons import TrackButtons, make_menu_button
from gui.views.track_list import Track, load_chosen, save_chosen
from gui.views.track_scale import TrackScale, in_unit, limit_texts, measure_scale

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtCore import QRect
    from PySide6.QtGui import QWheelEvent

    from core.features.spec import FeatureSpec
    from gui.media import Media
    from gui.session import Session

LEAST_TRACK_PX = 36
NO_FEATURES = "No features yet: run Extract"
NO_TRACKS = "No track is chosen: take some from the menu at the right"
_LINE_PX = 2
_SHADES = 256


class FeatureTracks(LanePane):
    """The tracks that the user has chosen; with more than have room, they scroll."""

    def __init__(self, session: Session, media: Media) -> None:
        self._session = session
        self._media = media
        self._tracks = load_chosen()
        self._scales: dict[tuple[str, str], tuple[int, TrackScale]] = {}
        color_map: Any = pg.colormap.get("viridis")
        table = color_map.getLookupTable(nPts=_SHADES, mode="byte")
        r, g, b = table[:, :3].astype(np.uint32).T
        self._shades = np.uint32(0xFF000000) | r << 16 | g << 8 | b
        super().__init__(session, "featureTracks")
        self.setMinimumHeight(LEAST_TRACK_PX)
        self.scroll_bar = QScrollBar(Qt.Orientation.Vertical, self.viewport())
        self.scroll_bar.setObjectName("featureTracksScroll")
        self.scroll_bar.valueChanged.connect(lambda _value: self.redraw())
        self.menu_button = make_menu_button(self.viewport(), self.toggle)
        self._buttons: list[TrackButtons] = []
        media.details_changed.connect(lambda _details: self.redraw())
        media.tracks_changed.connect(self.redraw)
        self._show_chosen()

    @property
    def tracks(self) -> tuple[Track, ...]:
        """What is chosen, from the top."""
        return self._tracks

    def set_tracks(self, tracks: tuple[Track, ...]) -> None:
        """Choose others, and remember them."""
        self._tracks = tracks
        save_chosen(tracks)
        self._show_chosen()

    def toggle(self, track: Track, is_wanted: bool) -> None:  # noqa: FBT001  a slot of an action
        """Add a track at the bottom, or take it away."""
        if is_wanted == (track in self._tracks):
            return
        others = tuple(t for t in self._tracks if t != track)
        self.set_tracks((*others, track) if is_wanted else others)
        if is_wanted:
            self.scroll_bar.setValue(self.scroll_bar.maximum())

    def move_track(self, track: Track, by: int) -> None:
        """Move a track up (-1) or down (1)."""
        tracks = list(self._tracks)
        place = tracks.index(track)
        target = place + by
        if 0 <= target < len(tracks):
            tracks[place], tracks[target] = tracks[target], tracks[place]
            self.set_tracks(tuple(tracks))

    def wheelEvent(self, ev: QWheelEvent) -> None:
        """Scroll with Shift; else as in all panes."""
        if ev.modifiers() & Qt.KeyboardModifier.ShiftModifier and self.scroll_bar.isVisible():
            # With Shift, Qt takes the wheel for one that turns sideways on some desktops.
            delta = ev.angleDelta()
            steps = (delta.y() or delta.x()) / 120
            self.scroll_bar.setValue(round(self.scroll_bar.value() - steps * LEAST_TRACK_PX / 2))
            ev.accept()
        else:
            super().wheelEvent(ev)

    def draw_lanes(self, pixels: NDArray[np.uint32]) -> None:
        """Draw what is in view."""
        if not hasattr(self, "menu_button"):
            return
        room = self.room()
        lanes = self._lanes(len(pixels))
        details, reader = self._media.details, self._media.features
        spec = details.spec if details else None
        has_features = spec is not None and reader is not None and reader.n_samples > 0
        text = NO_TRACKS if not self._tracks else "" if has_features else self._why_empty()
        self.empty.say(text, room)
        written: list[Lane] = []
        for track, lane in zip(self._tracks, lanes, strict=True):
            scale = None
            if has_features and lane.stop_px > 0 and lane.top_px < len(pixels):
                scale = self._draw_track(pixels, track, lane)
            written.append(_with_scale(lane, track, scale))
        self.axis.set_lanes(tuple(written))
        self._place_buttons(room, lanes)

    def _draw_track(
        self, pixels: NDArray[np.uint32], track: Track, lane: Lane
    ) -> TrackScale | None:
        details, reader = self._media.details, self._media.features
        if details is None or details.spec is None or reader is None:
            return None
        channels = _channels(track, details.spec)
        if not channels:
            return None
        # The lane may reach beyond the view, where it has been scrolled.
        whole = np.full((lane.height_px, pixels.shape[1]), self.colors.background.rgb(), np.uint32)
        spec = details.spec
        values = column_values(
            reader,
            channels,
            start_s=self.time.start_s,
            end_s=self.time.end_s,
            width_px=pixels.shape[1],
            hop_size=spec.hop_size,
            frame_size=spec.frame_size,
            sample_rate=spec.sample_rate,
            only_largest=track.is_banded,
        )
        scale = self._scale(track, channels)
        if track.is_banded:
            self._draw_picture(whole, track, values, scale)
        else:
            self._draw_curve(whole, track, values, scale)
        if lane.top_px > 0:
            whole[0] = self.colors.grid.rgb()
        top, stop = max(0, lane.top_px), min(len(pixels), lane.stop_px)
        pixels[top:stop] = whole[top - lane.top_px : stop - lane.top_px]
        return scale

    def _draw_curve(
        self, part: NDArray[np.uint32], track: Track, values: ColumnValues, scale: TrackScale
    ) -> None:
        curves = self.colors.curves
        color = curves[self._tracks.index(track) % len(curves)]
        inner = part[_LINE_PX:-_LINE_PX]
        low = scale.shares(in_unit(track, values.low))[:, 0]
        high = scale.shares(in_unit(track, values.high))[:, 0]
        draw_band(inner, low, high, color)
        shares = scale.shares(in_unit(track, values.values))
        for x, share in zip(values.centres_px.tolist(), shares[:, 0].tolist(), strict=True):
            draw_dot(inner, x, share, color.rgb())

    def _draw_picture(
        self, part: NDArray[np.uint32], track: Track, values: ColumnValues, scale: TrackScale
    ) -> None:
        shares = scale.shares(in_unit(track, values.high))
        there = np.isfinite(shares[:, 0])
        codes = (np.clip(np.nan_to_num(shares), 0, 1) * (_SHADES - 1)).astype(np.uint8)
        bands = self._shades.take(codes.T[::-1])
        inner = part[_LINE_PX // 2 :]
        rows = np.arange(len(inner)) * len(bands) // len(inner)
        np.copyto(inner, bands[rows], where=there)

    def _scale(self, track: Track, channels: list[int]) -> TrackScale:
        reader = self._media.features
        assert reader is not None  # noqa: S101  for the type checker: the caller has looked
        key = (reader.meta.identity, track.key)
        known = self._scales.get(key)
        if known is None or known[0] != reader.n_samples:
            if known is None:
                self._scales = {k: v for k, v in self._scales.items() if k[0] == key[0]}
            known = (reader.n_samples, measure_scale(reader, track, channels))
            self._scales[key] = known
        return known[1]

    def _lanes(self, height_px: int) -> list[Lane]:
        n = len(self._tracks)
        if not n:
            self.scroll_bar.hide()
            return []
        each_px = max(LEAST_TRACK_PX, height_px // n)
        too_much_px = max(0, n * each_px - height_px)
        bar = self.scroll_bar
        bar.blockSignals(True)
        bar.setRange(0, too_much_px)
        bar.setPageStep(height_px)
        bar.setSingleStep(LEAST_TRACK_PX // 2)
        bar.blockSignals(False)
        bar.setVisible(too_much_px > 0)
        offset = bar.value()
        last_px = height_px + too_much_px - (n - 1) * each_px
        return [
            Lane(t.title, k * each_px - offset, each_px if k < n - 1 else max(last_px, each_px))
            for k, t in enumerate(self._tracks)
        ]

    def _place_buttons(self, room: QRect, lanes: list[Lane]) -> None:
        bar, right = self.scroll_bar, room.right()
        if bar.isVisible():
            bar.setGeometry(
                right - bar.sizeHint().width(), room.top(), bar.sizeHint().width(), room.height()
            )
            right -= bar.width()
        self.menu_button.adjustSize()
        corner = QPoint(right - self.menu_button.width() - MARGIN_PX, room.top() + MARGIN_PX)
        self.menu_button.move(corner)
        for buttons, lane in zip(self._buttons, lanes, strict=True):
            top = room.top() + lane.top_px + MARGIN_PX
            is_first = abs(top - corner.y()) < buttons.height()
            end = corner.x() - MARGIN_PX if is_first else right - MARGIN_PX
            buttons.move(end - buttons.width(), top)
            buttons.setVisible(-buttons.height() < lane.top_px < room.height())

    def _show_chosen(self) -> None:
        for buttons in self._buttons:
            buttons.hide()
            buttons.deleteLater()
        self._buttons = [
            TrackButtons(self.viewport(), track, self.move_track, self.toggle)
            for track in self._tracks
        ]
        for k, buttons in enumerate(self._buttons):
            buttons.set_place(k, len(self._buttons))
        for action in self.menu_button.menu().findChildren(QAction):
            if isinstance(track := action.data(), Track):
                action.setChecked(track in self._tracks)
        self.redraw()

    def _why_empty(self) -> str:
        details = self._media.details
        if details is None:
            return ""
        if self._media.features_problem:
            return self._media.features_problem
        return NO_FEATURES if details.spec is None else "Reading the features …"


def _channels(track: Track, spec: FeatureSpec) -> list[int]:
    places = {name: k for k, name in enumerate(spec.columns)}
    return [places[name] for name in track.columns if name in places]


def _with_scale(lane: Lane, track: Track, scale: TrackScale | None) -> Lane:
    if scale is None:
        return lane
    if track.is_banded:
        # Which row is which; what the colours mean is in the tip of the track's buttons.
        return Lane(lane.title, lane.top_px, lane.height_px, str(len(track.columns) - 1), "0")
    unit = " dB" if track.is_decibel else ""
    high, low = (f"{text}{unit}" for text in limit_texts(scale.high[0], scale.low[0]))
    return Lane(lane.title, lane.top_px, lane.height_px, high, low)
