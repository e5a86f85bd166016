"""Annotated and predicted classes as strips, where they differ, and the probabilities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter

from core.class_runs import ClassRuns, PresenceFinder, combine_intervals, find_differences
from core.timebase import frames_inside, seconds_to_samples
from gui.annotation_columns import columns_of
from gui.theme import class_color
from gui.views.class_legend import ClassLegend, dash_of
from gui.views.frame_columns import column_values
from gui.views.lanes import DOT_PX, Lane, LanePane, draw_band, mix, rows_of
from gui.views.pane_notes import MARGIN_PX

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.features.spec import FeatureSpec
    from core.recording_details import RecordingDetails
    from gui.media import Media
    from gui.session import Session
    from gui.theme import PlotColors
    from gui.views.prediction_bar import PredictionBar

STRIP_PX = 22
DIFFERENCE_PX = 7
LEAST_PROBABILITY_PX = 34
LEAST_NAMED_PX = 44
TINT = 0.28
HATCH_PX = 3
PLATE_ALPHA = 190

NO_ANNOTATIONS = "No annotations of this recording"
NOT_PREDICTED = "Not predicted yet: train and evaluate a model"
READING = "Reading the predictions …"
NOTHING_PREDICTED = "No frame of this recording was predicted"


class ClassStrips(LanePane):
    """Each class has a height of its own in a strip, the loudest at the top, besides its colour."""

    def __init__(self, session: Session, media: Media) -> None:
        self._session = session
        self._media = media
        self._bar: PredictionBar | None = None
        none = np.zeros(0, dtype=np.int64)
        self._nothing = ClassRuns(none, none, none)
        self._classes: tuple[str, ...] = ()
        self._rate = 0
        self._grid: FeatureSpec | None = None
        self._annotated = self._predicted = self._differing = PresenceFinder(self._nothing, 0)
        self._labelled_frames = self._nothing
        self._is_timed = False
        self._predicted_of: object = None
        super().__init__(session, "classStrips")
        self.setMinimumHeight(2 * STRIP_PX + DIFFERENCE_PX + LEAST_PROBABILITY_PX)
        self.legend = ClassLegend(self.viewport())
        self._names: list[tuple[QRect, str, int]] = []
        media.details_changed.connect(self._on_details)
        media.tracks_changed.connect(self._on_tracks)
        self.time.duration_changed.connect(self._on_duration)
        self._on_details(media.details)

    @property
    def annotated(self) -> ClassRuns:
        """Annotations as runs of samples."""
        return self._annotated.runs

    @property
    def predicted(self) -> ClassRuns:
        """Predictions as runs of samples of their own grid, each frame its hop."""
        return self._predicted.runs

    @property
    def differing(self) -> ClassRuns:
        """Where a frame's label and its prediction differ, as runs of samples of that grid."""
        return self._differing.runs

    def hold(self, bar: PredictionBar) -> None:
        """Have a bar where the predictions are, or would be."""
        self._bar = bar
        bar.setParent(self.viewport())
        bar.refresh()
        bar.changed.connect(self.redraw)
        self.redraw()

    def draw_lanes(self, pixels: NDArray[np.uint32]) -> None:
        """Draw what is in view."""
        self._names = []
        lanes = self._lanes(len(pixels))
        self.axis.set_lanes(tuple(lane for lane in lanes if lane.title))
        has_any = bool(len(self.annotated) or len(self.predicted))
        room = self.room()
        self._place_legend(room, is_shown=has_any)
        taken_px = self._place_bar(room, has_any=has_any)
        if not has_any:
            self.axis.set_lanes(())
            self.empty.say(self._why_empty(), room.adjusted(0, 0, 0, -taken_px))
            return
        annotated, difference, predicted, probability = lanes
        self._draw_strip(pixels, annotated, self._annotated, self._rate)
        self._draw_differences(pixels, difference)
        self._draw_strip(pixels, predicted, self._predicted, self._grid_rate)
        self._draw_probabilities(pixels, probability)
        missing = "" if len(self.predicted) else self._why_not_predicted()
        rest = QRect(room.left(), room.top() + predicted.top_px, room.width(), STRIP_PX)
        if not missing and not len(self.annotated):
            missing = self._why_not_annotated()
            rest.moveTop(room.top() + annotated.top_px)
        self.empty.say(missing, rest)

    def set_colors(self, colors: PlotColors) -> None:
        """Take the colours of the theme."""
        super().set_colors(colors)
        if hasattr(self, "legend"):
            self._show_legend()
            if self._bar is not None:
                self._bar.set_colors(colors)

    def drawForeground(self, painter: QPainter, rect: Any) -> None:  # noqa: ANN401
        """Write the names of the classes where there is room."""
        super().drawForeground(painter, rect)
        painter.save()
        painter.resetTransform()
        offset = self.room().topLeft()
        font = painter.font()
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(self.colors.foreground)
        plate = QColor(self.colors.background)
        plate.setAlpha(PLATE_ALPHA)
        for box, name, _ in self._names:
            box = box.translated(offset)  # noqa: PLW2901  in the widget's pixels
            text = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, box.width())
            # The bar of a class in the middle of the order lies behind its name.
            behind = painter.boundingRect(box, Qt.AlignmentFlag.AlignCenter, text)
            painter.fillRect(behind.adjusted(-2, 2, 2, -1), plate)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()

    def _on_details(self, details: RecordingDetails | None) -> None:
        self._classes = details.classes if details else ()
        annotations = details.annotations if details else ()
        self._rate = (details.transcoded_rate or details.sample_rate) if details else 0
        # Predictions may lie on another grid than the features, or there may be no features.
        self._grid = grid = (details.predictions_grid or details.spec) if details else None
        runs, frames = self._nothing, self._nothing
        self._is_timed = self._rate > 0 and self.time.duration_s > 0
        if details and annotations and self._is_timed:
            columns = columns_of(annotations)
            times_s = np.stack([columns.starts_s, columns.ends_s], axis=1)
            targets = columns.targets
            edges = seconds_to_samples(times_s, sample_rate=self._rate)
            runs = combine_intervals(edges[:, 0], edges[:, 1], targets)
            if grid:
                edges = seconds_to_samples(times_s, sample_rate=grid.sample_rate)
                first, stop = frames_inside(
                    edges[:, 0],
                    edges[:, 1],
                    frame_size=grid.frame_size,
                    hop_size=grid.hop_size,
                    n_frames=details.n_predicted or details.n_frames,
                )
                frames = combine_intervals(first, stop, targets)
        self._annotated = PresenceFinder(runs, len(self._classes))
        self._labelled_frames = frames
        self._predicted_of = None
        self._show_legend()
        self._on_tracks()

    def _on_duration(self, duration_s: float) -> None:
        if self._rate and (duration_s > 0) != self._is_timed:
            self._on_details(self._media.details)

    def _on_tracks(self) -> None:
        rows = self._media.predicted
        if rows is not self._predicted_of or not len(rows):
            self._predicted_of = rows
            is_known = self._grid is not None and len(rows) > 0
            runs = ClassRuns(*rows.T.astype(np.int64)) if is_known else self._nothing
            differing = find_differences(self._labelled_frames, runs)
            n_classes = len(self._classes)
            self._predicted = PresenceFinder(self._in_samples(runs), n_classes)
            self._differing = PresenceFinder(self._in_samples(differing), n_classes)
        self.redraw()

    def _in_samples(self, frames: ClassRuns) -> ClassRuns:
        """Each frame owns its hop."""
        hop_size = self._grid.hop_size if self._grid else 1
        return ClassRuns(frames.first * hop_size, frames.stop * hop_size, frames.labels)

    def _lanes(self, height_px: int) -> tuple[Lane, Lane, Lane, Lane]:
        top = 2 * STRIP_PX + DIFFERENCE_PX
        return (
            Lane("Annotated", 0, STRIP_PX),
            Lane("", STRIP_PX, DIFFERENCE_PX),
            Lane("Predicted", STRIP_PX + DIFFERENCE_PX, STRIP_PX),
            Lane("Probability", top, max(1, height_px - top), "1", "0"),
        )

    @property
    def _grid_rate(self) -> int:
        return self._grid.sample_rate if self._grid else self._rate

    def _edges(self, width_px: int, rate: int) -> NDArray[np.float64]:
        """Samples at which the pixels start and end."""
        times_s = np.linspace(self.time.start_s, self.time.end_s, width_px + 1)
        return times_s * rate

    def _draw_strip(
        self, pixels: NDArray[np.uint32], lane: Lane, finder: PresenceFinder, rate: int
    ) -> None:
        part = pixels[lane.top_px + 1 : lane.stop_px - 1]
        height_px, width_px = part.shape
        n_classes, background = len(self._classes), self.colors.background
        if not len(finder.runs) or not height_px:
            return
        presence = finder.presence(self._edges(width_px, rate))
        levels = (n_classes - 1) - np.arange(height_px) * n_classes // height_px
        counts = presence.sum(axis=1)
        for target in range(n_classes):
            is_there = presence[:, target]
            if not is_there.any():
                continue
            color = class_color(target, n_classes, self.colors)
            # A tint over the whole height, where it is the only one; its own height in full.
            tint = np.uint32(mix(color, background, TINT))
            np.copyto(part, tint, where=is_there & (counts == 1))
        for target in range(n_classes):
            is_there = presence[:, target] & ~presence[:, n_classes]
            color = class_color(target, n_classes, self.colors)
            own = (levels == target)[:, np.newaxis]
            np.copyto(part, np.uint32(color.rgb()), where=own & is_there)
        in_conflict = presence[:, n_classes]
        if in_conflict.any():
            y, x = np.ogrid[:height_px, :width_px]
            hatch = (x + y) // HATCH_PX % 2 == 0
            np.copyto(part, np.uint32(self.colors.foreground.rgb()), where=hatch & in_conflict)
        self._name_runs(lane, finder.runs, width_px, rate)

    def _name_runs(self, lane: Lane, runs: ClassRuns, width_px: int, rate: int) -> None:
        start, span = self.time.start_s * rate, self.time.span_s * rate
        seen = runs.within(int(start), int(start + span) + 1)
        left = np.clip((seen.first - start) / span, 0, 1) * width_px
        right = np.clip((seen.stop - start) / span, 0, 1) * width_px
        for k in np.flatnonzero(right - left >= LEAST_NAMED_PX):
            label = int(seen.labels[k])
            name = self._classes[label] if label >= 0 else "conflict"
            x = round(left[k]) + 2
            box = QRect(x, lane.top_px, round(right[k]) - x - 2, lane.height_px)
            self._names.append((box, name, label))

    def _draw_differences(self, pixels: NDArray[np.uint32], lane: Lane) -> None:
        part = pixels[lane.top_px + 1 : lane.stop_px - 1]
        if len(self.differing):
            edges = self._edges(part.shape[1], self._grid_rate)
            there = self._differing.presence(edges).any(axis=1)
            np.copyto(part, np.uint32(self.colors.playhead.rgb()), where=there)

    def _draw_probabilities(self, pixels: NDArray[np.uint32], lane: Lane) -> None:
        reader, grid = self._media.probabilities, self._grid
        n_classes = len(self._classes)
        part = pixels[lane.top_px + 2 : lane.stop_px - 1]
        if reader is None or not reader.n_samples or grid is None or not len(part):
            return
        if reader.meta.n_channels != n_classes:
            return
        values = column_values(
            reader,
            tuple(range(n_classes)),
            start_s=self.time.start_s,
            end_s=self.time.end_s,
            width_px=part.shape[1],
            hop_size=grid.hop_size,
            frame_size=grid.hop_size,
            sample_rate=grid.sample_rate,
        )
        # A frame that was not predicted has no probability, rather than none for each class.
        unknown = (values.high <= 0).all(axis=1)
        values.low[unknown] = values.high[unknown] = np.nan
        x = np.arange(part.shape[1])
        for target in range(n_classes):
            drawn, left_out = dash_of(target, n_classes)
            color = class_color(target, n_classes, self.colors)
            is_shown = x % (drawn + left_out) < drawn
            draw_band(part, values.low[:, target], values.high[:, target], color, is_shown=is_shown)
            for centre, value in values.dots(target):
                if value > 0:
                    draw_dot(part, centre, value, color.rgb())

    def _place_legend(self, room: QRect, *, is_shown: bool) -> None:
        if not hasattr(self, "legend"):
            return
        self.legend.setVisible(is_shown)
        top = room.top() + 2 * STRIP_PX + DIFFERENCE_PX + MARGIN_PX
        self.legend.move(room.right() - self.legend.width() - MARGIN_PX, top)

    def _place_bar(self, room: QRect, *, has_any: bool) -> int:
        """At the left of the probabilities, or in the middle where there are none; its height."""
        bar = self._bar
        if bar is None or bar.isHidden():
            return 0
        top = room.top() + 2 * STRIP_PX + DIFFERENCE_PX
        if len(self.predicted):
            bar.move(room.left() + MARGIN_PX, top + MARGIN_PX)
            return 0
        left = room.left() + max(0, room.width() - bar.width()) // 2
        if has_any:
            bar.move(left, top + max(0, room.bottom() - top - bar.height()) // 2)
            return 0
        bar.move(left, room.bottom() + 1 - bar.height() - MARGIN_PX)
        return bar.height() + MARGIN_PX

    def _show_legend(self) -> None:
        if hasattr(self, "legend"):
            self.legend.show_classes(self._classes, self.colors)

    def _why_empty(self) -> str:
        if self._media.details is None:
            return ""
        return f"{self._why_not_annotated()}\n{self._why_not_predicted()}"

    def _why_not_annotated(self) -> str:
        details = self._media.details
        n = len(details.annotations) if details else 0
        if n and not self._is_timed:
            s = "" if n == 1 else "s"
            return f"{n} annotation{s} not drawn: the length of the recording is not known"
        return (details.annotations_problem if details else "") or NO_ANNOTATIONS

    def _why_not_predicted(self) -> str:
        details, media = self._media.details, self._media
        if self._bar is not None and self._bar.problem:
            return f"It could not be predicted: {self._bar.problem}"
        if media.predictions_problem or details is None or details.predictions is None:
            return media.predictions_problem or NOT_PREDICTED
        reader = media.probabilities
        return NOTHING_PREDICTED if reader is not None and reader.is_complete else READING


def draw_dot(pixels: NDArray[np.uint32], x: int, share: float, color: int) -> None:
    """Draw a frame's value."""
    y = int(rows_of(np.array([share], dtype=np.float32), len(pixels))[0])
    half = DOT_PX // 2
    pixels[max(0, y - half) : y + half + 1, max(0, x - half) : x + half + 1] = color
