"""The frames themselves, once zoomed in far enough: which an annotation takes in, and which not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics

from core.labelling import CONFLICT, UNLABELLED, FrameGrid, label_frames
from core.timebase import owning_frames, sample_under, samples_to_seconds, seconds_to_samples
from gui.theme import class_color
from gui.views.pixels import PixelItem, column_middle

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from PySide6.QtGui import QPainter

    from core.features.spec import FeatureSpec
    from core.recording_details import RecordingDetails
    from gui.theme import PlotColors
    from gui.views.annotation_items import Layout
    from gui.views.pixels import Span

SHOWN_FROM_PX = 6.0
"""Frames that are narrower are not drawn."""

FRAME_ROW_PX = 13
MOST_FRAME_ROWS = 4
NUMBER_EVERY = (1, 2, 5, 10, 20, 50, 100)


@dataclass(frozen=True)
class Frames:
    """The frames of a recording, and what the annotations make of them.

    Parameters
    ----------
    spec : FeatureSpec
        Where they lie.
    n_frames : int
        How many there are.
    labels : ndarray of int8, shape (n_frames,)
        As `core.labelling.label_frames` gives them.
    """

    spec: FeatureSpec
    n_frames: int
    labels: NDArray[np.int8]

    @classmethod
    def of(cls, details: RecordingDetails | None, layout: Layout) -> Frames | None:
        """The frames of a recording; None without features."""
        if details is None or details.spec is None or not details.n_frames:
            return None
        spec = details.spec
        grid = FrameGrid(spec.frame_size, spec.hop_size, details.n_frames)
        labels, _counts = label_frames(
            layout.start_samples, layout.end_samples, layout.targets, grid=grid
        )
        return cls(spec, details.n_frames, labels)

    @property
    def hop_s(self) -> float:
        """Step from one frame to the next."""
        return float(samples_to_seconds(self.spec.hop_size, sample_rate=self.spec.sample_rate))

    @property
    def n_rows(self) -> int:
        """Rows in which frames can be drawn that overlap."""
        return min(MOST_FRAME_ROWS, -(-self.spec.frame_size // self.spec.hop_size))

    def at(self, time_s: float) -> int | None:
        """The frame that owns a moment; None if there is none."""
        sample = sample_under(time_s, sample_rate=self.spec.sample_rate)
        frame = int(owning_frames([sample], hop_size=self.spec.hop_size)[0])
        return frame if 0 <= frame < self.n_frames else None

    def edges_s(self, frames: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Start and end of frames; the end is the start of the first sample behind."""
        starts = frames * self.spec.hop_size
        rate = self.spec.sample_rate
        ends = starts + self.spec.frame_size
        return samples_to_seconds(starts, sample_rate=rate), samples_to_seconds(
            ends, sample_rate=rate
        )

    def in_view(self, span: Span) -> NDArray[np.int64]:
        """Numbers of the frames of which a part is in view."""
        spec = self.spec
        edges = seconds_to_samples(
            np.array([span.start_s, span.end_s], dtype=np.float64), sample_rate=spec.sample_rate
        )
        edges[0] -= spec.frame_size
        first, last = owning_frames(edges, hop_size=spec.hop_size).tolist()
        return np.arange(max(0, first), min(self.n_frames, last + 1), dtype=np.int64)


class FrameGridItem(PixelItem):
    """Boxes of frames along the bottom, with their numbers, and thin lines where they start.

    Filled with a class's colour: taken in by an annotation of it. Hatched: touched, but left out.
    Crossed, with ``!``: left out because annotations contradict each other. Empty: not annotated.
    """

    def __init__(
        self, view: object, span: Callable[[], Span], layout: Callable[[], Layout]
    ) -> None:
        # Below all else: a line where a frame starts must hide neither a sample nor an edge.
        super().__init__(view, z=-25)
        self._span = span
        self._layout = layout
        self.colors: PlotColors | None = None
        self.frames: Frames | None = None

    @property
    def is_shown(self) -> bool:
        """Whether frames are wide enough now."""
        frames = self.frames
        return frames is not None and frames.hop_s * self._span().px_per_s >= SHOWN_FROM_PX

    @property
    def strip_px(self) -> int:
        """Height of the boxes; 0 while they are not shown."""
        return self.frames.n_rows * FRAME_ROW_PX if self.frames and self.is_shown else 0

    def draw(self, painter: QPainter, width_px: int, height_px: int) -> None:
        """Draw what is in view, if it is wide enough."""
        frames, colors = self.frames, self.colors
        if frames is None or colors is None or not self.is_shown:
            return
        span = self._span()
        numbers = frames.in_view(span)
        starts_s, ends_s = frames.edges_s(numbers)
        touched = self._touched(starts_s, ends_s)
        font = QFont(painter.font())
        font.setPixelSize(FRAME_ROW_PX - 3)
        painter.setFont(font)
        every = self._numbered(QFontMetrics(font), numbers, span, frames.hop_s * frames.n_rows)
        top = height_px - self.strip_px
        painter.setPen(colors.grid)
        for x_px in span.x_px(starts_s).tolist():
            painter.drawLine(QPointF(column_middle(x_px), 0), QPointF(column_middle(x_px), top))
        lefts, rights = span.x_px(starts_s).tolist(), span.x_px(ends_s).tolist()
        labels = frames.labels[numbers].tolist()
        n_rows = frames.n_rows
        texts: list[tuple[QRectF, str, bool]] = []
        for k, number in enumerate(numbers.tolist()):
            left, right = column_middle(lefts[k]), column_middle(rights[k])
            y = top + number % n_rows * FRAME_ROW_PX
            box = QRectF(left, y + 0.5, right - left, FRAME_ROW_PX - 1)
            self._draw_box(painter, box, labels[k], touched[k])
            text = "!" if labels[k] == CONFLICT else str(number) if number % every == 0 else ""
            is_hatched = labels[k] == CONFLICT or (
                labels[k] == UNLABELLED and touched[k] is not None
            )
            texts += [(box, text, is_hatched)] if text else []
        self._draw_texts(painter, texts, width_px)

    def _touched(
        self, starts_s: NDArray[np.float64], ends_s: NDArray[np.float64]
    ) -> list[int | None]:
        """The class of an annotation that each frame overlaps, if only in part."""
        layout = self._layout()
        result: list[int | None] = [None] * len(starts_s)
        if len(starts_s):
            near = (layout.start_s < ends_s[-1]) & (layout.end_s > starts_s[0])
            for index in np.flatnonzero(near).tolist():
                first = int(np.searchsorted(ends_s, layout.start_s[index], side="right"))
                stop = int(np.searchsorted(starts_s, layout.end_s[index], side="left"))
                for k in range(first, stop):
                    result[k] = int(layout.targets[index])
        return result

    def _draw_box(self, painter: QPainter, box: QRectF, label: int, touched: int | None) -> None:
        colors = self.colors
        if colors is None:
            return
        n_classes = len(self._layout().classes)
        painter.fillRect(box, colors.background)
        if label == CONFLICT:
            painter.fillRect(box, QBrush(colors.foreground, Qt.BrushStyle.DiagCrossPattern))
        elif label != UNLABELLED:
            color = QColor(class_color(label, n_classes, colors))
            color.setAlpha(170)
            painter.fillRect(box, color)
        elif touched is not None:
            color = class_color(touched, n_classes, colors)
            painter.fillRect(box, QBrush(color, Qt.BrushStyle.BDiagPattern))
        painter.setPen(colors.cursor)
        painter.drawRect(box)

    def _draw_texts(
        self, painter: QPainter, texts: list[tuple[QRectF, str, bool]], width_px: int
    ) -> None:
        """Write over all boxes: a number may be wider than its own, and the next would cut it."""
        if self.colors is None:
            return
        painter.setPen(self.colors.foreground)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip
        metrics = painter.fontMetrics()
        seen = QRectF(0, 0, width_px, self.boundingRect().height())
        for box, text, is_hatched in texts:
            # Of a frame that reaches beyond the view, in the middle of what is seen of it; at the
            # edge a part of a number would be read as another one.
            place = box.intersected(seen)
            half_px = metrics.horizontalAdvance(text) / 2
            if half_px <= place.center().x() <= width_px - half_px:
                if is_hatched:
                    # Between the strokes of the hatching no number can be read.
                    patch = QRectF(0, 0, 2 * half_px + 2, box.height() - 2)
                    patch.moveCenter(place.center())
                    painter.fillRect(patch, self.colors.background)
                painter.drawText(place, flags, text)

    def _numbered(
        self, metrics: QFontMetrics, numbers: NDArray[np.int64], span: Span, step_s: float
    ) -> int:
        """Every how manieth frame has room for its number."""
        if not len(numbers):
            return 1
        wanted_px = metrics.horizontalAdvance(str(numbers[-1])) + 6
        step_px = step_s * span.px_per_s
        return next((n for n in NUMBER_EVERY if n * step_px >= wanted_px), NUMBER_EVERY[-1])
