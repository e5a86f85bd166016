"""Annotations over time: a strip of named blocks in their classes' colours, and a tint below."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPen

from core.timebase import frames_inside, samples_to_seconds, seconds_to_samples
from gui.annotation_choice import key_of
from gui.annotation_columns import columns_of
from gui.annotation_signature import signature_text
from gui.theme import class_color
from gui.views.pixels import PixelItem, column_middle, premultiplied, to_image
from gui.views.time_text import time_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray
    from PySide6.QtGui import QImage, QPainter

    from core.annotations.csv import Annotation
    from core.annotations.stored import StoredAnnotation
    from core.recording_details import RecordingDetails
    from gui.theme import PlotColors
    from gui.views.pixels import Span

ROW_PX = 17
MOST_ROWS = 3
MOST_NAMED = 80
"""With more in view, there are neither names nor outlines: the strip alone is drawn."""

TINT_ALPHA = 28
BLOCK_ALPHA = 150
DRAWN_APART_PX = 1.0
"""The edge in seconds is drawn beside that in samples if they are so far apart."""


@dataclass(frozen=True)
class Layout:
    """Where the annotations of a recording lie.

    Parameters
    ----------
    annotations : tuple of Annotation
        By their start.
    classes : tuple of str
        Names of the classes.
    start_s, end_s : ndarray of float, shape (n_annotations,)
        Their edges in seconds: those of the samples, if the rate that counts is known.
    start_samples, end_samples : ndarray of int64, shape (n_annotations,)
        Their edges at that rate; empty if it is not known.
    n_frames_inside : ndarray of int64, shape (n_annotations,)
        How many frames each takes in; empty without features.
    rows : ndarray of int64, shape (n_annotations,)
        Those that overlap are in different rows, as far as there are rows.
    stored : mapping of int to StoredAnnotation
        Whose they are, by what they are known by through edits.
    """

    annotations: tuple[Annotation, ...]
    classes: tuple[str, ...]
    targets: NDArray[np.int64]
    start_s: NDArray[np.float64]
    end_s: NDArray[np.float64]
    start_samples: NDArray[np.int64]
    end_samples: NDArray[np.int64]
    n_frames_inside: NDArray[np.int64]
    rows: NDArray[np.int64]
    sample_rate: int
    stored: Mapping[int, StoredAnnotation] = field(default_factory=dict[int, "StoredAnnotation"])

    @classmethod
    def of(cls, details: RecordingDetails | None) -> Layout:
        """Lay out the annotations of a recording; views that ask for the same share it."""
        if details is not None and _last and _last[0][0] is details:
            return _last[0][1]
        layout = cls._of(details)
        if details is not None:
            _last[:] = [(details, layout)]
        return layout

    @classmethod
    def _of(cls, details: RecordingDetails | None) -> Layout:
        annotations = details.annotations if details else ()
        rate = _sample_rate(details)
        columns = columns_of(annotations)
        start_s, end_s = columns.starts_s, columns.ends_s
        rows = _rows(start_s, end_s)
        start = end = inside = np.empty(0, dtype=np.int64)
        if rate:
            start = seconds_to_samples(start_s, sample_rate=rate)
            end = seconds_to_samples(end_s, sample_rate=rate)
            start_s = samples_to_seconds(start, sample_rate=rate)
            end_s = samples_to_seconds(end, sample_rate=rate)
        if details and details.spec:
            first, stop = frames_inside(
                start,
                end,
                frame_size=details.spec.frame_size,
                hop_size=details.spec.hop_size,
                n_frames=details.n_frames,
            )
            inside = stop - first
        classes = details.classes if details else ()
        stored = {a.id: a for a in details.stored_annotations} if details else {}
        return cls(
            *(annotations, classes, columns.targets, start_s, end_s, start, end, inside, rows),
            rate,
            stored,
        )

    @property
    def n_rows(self) -> int:
        """How many rows the strip has: one, unless annotations overlap."""
        return int(self.rows.max()) + 1 if len(self.rows) else 1

    def in_view(self, span: Span) -> NDArray[np.int64]:
        """Places of the annotations of which a part is in view."""
        stop = int(np.searchsorted(self.start_s, span.end_s, side="right"))
        return np.flatnonzero(self.end_s[:stop] >= span.start_s)

    def at(self, time_s: float, row: int | None, slack_s: float = 0.0) -> int | None:
        """The annotation there, the shortest if there are several; None for none."""
        hit = (self.start_s - slack_s <= time_s) & (time_s < self.end_s + slack_s)
        if row is not None:
            hit &= self.rows == row
        found = np.flatnonzero(hit)
        if not len(found):
            return None
        return int(found[np.argmin(self.end_s[found] - self.start_s[found])])

    def name(self, index: int) -> str:
        """The class of an annotation."""
        return self.classes[self.annotations[index].target]

    def tip(self, index: int) -> str:
        """Times, samples, class, frames taken in, and whose it is."""
        annotation = self.annotations[index]
        length_s = annotation.end_s - annotation.start_s
        where = f" (line {annotation.line} of the table)" if annotation.line else ""
        lines = [
            f"{self.name(index)}{where}",
            f"{time_text(annotation.start_s)} to {time_text(annotation.end_s)}, {length_s:.6g} s",
        ]
        if self.sample_rate:
            start, end = int(self.start_samples[index]), int(self.end_samples[index])
            lines.append(f"samples {start} to {end - 1} at {self.sample_rate} Hz")
        if len(self.n_frames_inside):
            n = int(self.n_frames_inside[index])
            lines.append(f"{n} frame{'' if n == 1 else 's'} taken in")
        whose = signature_text(self.stored.get(key_of(annotation)))
        lines += [whose] if whose else []
        return "\n".join(lines)


_last: list[tuple[RecordingDetails, Layout]] = []


def _sample_rate(details: RecordingDetails | None) -> int:
    """The rate at which annotations count; 0 while it is not known."""
    if details is None:
        return 0
    return details.spec.sample_rate if details.spec else details.transcoded_rate


def _rows(start_s: NDArray[np.float64], end_s: NDArray[np.float64]) -> NDArray[np.int64]:
    """A row for each, the first one that is free; the last row takes what is left over."""
    rows = np.zeros(len(start_s), dtype=np.int64)
    # Where all before have ended, the first row is free again: only what overlaps is gone through.
    ended = np.maximum.accumulate(end_s)
    is_first = np.ones(len(start_s) + 1, dtype=bool)
    is_first[1:-1] = start_s[1:] >= ended[:-1]
    free_from = [-np.inf] * MOST_ROWS
    for k in np.flatnonzero(~(is_first[:-1] & is_first[1:])).tolist():
        start, end = float(start_s[k]), float(end_s[k])
        row = next((r for r in range(MOST_ROWS) if free_from[r] <= start), MOST_ROWS - 1)
        rows[k] = row
        free_from[row] = max(free_from[row], end)
    return rows


def strip_pixels(layout: Layout, span: Span, colors: PlotColors, row_px: int) -> NDArray[np.uint32]:
    """The strip as pixels: colour and height tell the class, the louder the taller.

    A column that several classes share is that one's which covers most of it.
    """
    pixels = np.zeros((layout.n_rows * row_px, span.width_px), dtype=np.uint32)
    n_classes = len(layout.classes)
    covered = _coverage(layout, span)
    # From the loudest on, which is the one to see of two that cover the same.
    most = n_classes - 1 - covered[:, ::-1].argmax(axis=1)
    most[covered.max(axis=1) < 0] = -1
    for row, target in np.ndindex(layout.n_rows, n_classes):
        color = QColor(class_color(target, n_classes, colors))
        color.setAlpha(BLOCK_ALPHA)
        bottom = (row + 1) * row_px
        top = bottom - block_height(target, n_classes, row_px)
        pixels[top:bottom, most[row] == target] = premultiplied(color)
    return pixels


def block_height(target: int, n_classes: int, row_px: int) -> int:
    """Height of a block in its row: the quietest class has three quarters, the loudest all."""
    share = 0.75 + 0.25 * target / max(1, n_classes - 1)
    return max(1, round(share * (row_px - 1)))


def _coverage(layout: Layout, span: Span) -> NDArray[np.float64]:
    """How much of each column annotations cover, in columns; -1 where they do not touch it.

    Of shape (rows, classes, columns).
    """
    seen = layout.in_view(span)
    shape = (layout.n_rows, len(layout.classes), span.width_px + 1)
    first, stop = span.columns(layout.start_s[seen], layout.end_s[seen])
    # The columns at both ends are covered in part.
    before_px = np.clip(span.x_px(layout.start_s[seen]) - first, 0, 1)
    behind_px = np.clip(stop - span.x_px(layout.end_s[seen]), 0, 1)
    place = (layout.rows[seen] * shape[1] + layout.targets[seen]) * shape[2]
    size = math.prod(shape)

    def count(columns: NDArray[np.int64], weights: NDArray[np.float64] | None = None) -> Any:  # noqa: ANN401
        return np.bincount(place + columns, weights, minlength=size).reshape(shape)

    n_touching = np.cumsum(count(first) - count(stop), axis=2)
    missing = count(first, before_px) + count(np.maximum(stop - 1, 0), behind_px)
    covered = np.where(n_touching > 0, np.maximum(n_touching - missing, 0), -1.0)
    return covered[..., :-1]


class AnnotationItem(PixelItem):
    """The annotations in view: tint, strip along the top, outlines and names if there are few."""

    def __init__(self, view: object, span: Callable[[], Span], colors: PlotColors) -> None:
        super().__init__(view, z=-20)
        self._span = span
        self._key: object = None
        self._image: QImage | None = None
        self._tint: QImage | None = None
        self.colors = colors
        self.layout = Layout.of(None)
        self.left_free_px: Callable[[], int] = lambda: 0
        """Height along the bottom that is somebody else's."""

    @property
    def strip_px(self) -> int:
        """Height of the strip."""
        return self.layout.n_rows * ROW_PX

    def show_layout(self, layout: Layout) -> None:
        """Show other annotations."""
        self.layout = layout
        self._key = None
        self.update()

    def set_colors(self, colors: PlotColors) -> None:
        """Take the colours of the theme."""
        self.colors = colors
        self._key = None
        self.update()

    def draw(self, painter: QPainter, width_px: int, height_px: int) -> None:
        """Draw what is in view."""
        if not self.layout.annotations:
            return
        span = self._span()
        height_px -= self.left_free_px()
        if span != self._key:
            self._key = span
            pixels = strip_pixels(self.layout, span, self.colors, ROW_PX)
            self._image = to_image(pixels)
            self._tint = to_image(_tint(pixels))
        if self._image is not None and self._tint is not None:
            below = QRectF(0, self.strip_px, width_px, height_px - self.strip_px)
            painter.drawImage(below, self._tint)
            painter.drawImage(QPointF(0, 0), self._image)
        seen = self.layout.in_view(span)
        if len(seen) <= MOST_NAMED:
            for index in seen.tolist():
                self._draw_one(painter, span, index, height_px)

    def _draw_one(self, painter: QPainter, span: Span, index: int, height_px: int) -> None:
        layout = self.layout
        color = class_color(int(layout.targets[index]), len(layout.classes), self.colors)
        bottom = (int(layout.rows[index]) + 1) * ROW_PX
        height = block_height(int(layout.targets[index]), len(layout.classes), ROW_PX)
        annotation = layout.annotations[index]
        edges_px = []
        for edge_s, true_s in (
            (layout.start_s[index], annotation.start_s),
            (layout.end_s[index], annotation.end_s),
        ):
            x_px, true_px = float(span.x_px(edge_s)), float(span.x_px(true_s))
            edges_px.append(x_px)
            if abs(x_px - true_px) >= DRAWN_APART_PX:
                painter.setPen(QPen(color, 1, Qt.PenStyle.DotLine))
                painter.drawLine(
                    QPointF(column_middle(true_px), 0), QPointF(column_middle(true_px), height_px)
                )
            painter.setPen(QPen(color, 1))
            top = bottom - height
            painter.drawLine(
                QPointF(column_middle(x_px), top), QPointF(column_middle(x_px), height_px)
            )
        left, right = max(edges_px[0], 0.0), min(edges_px[1], float(span.width_px))
        self._draw_name(painter, layout.name(index), QRectF(left, bottom - ROW_PX, right - left, 0))

    def _draw_name(self, painter: QPainter, name: str, place: QRectF) -> None:
        font = QFont(painter.font())
        font.setPixelSize(ROW_PX - 6)
        metrics = QFontMetrics(font)
        room = int(place.width()) - 6
        if room < metrics.horizontalAdvance(name[:1] + "…"):
            return
        painter.setFont(font)
        painter.setPen(self.colors.foreground)
        text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QPointF(place.x() + 4, place.y() + ROW_PX - 4), text)


def _tint(pixels: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """One faint row for the whole height, of the strip's bottom rows laid over each other."""
    rows = pixels[ROW_PX - 1 :: ROW_PX]
    row = rows[0]
    for other in rows[1:]:
        row = np.where(other != 0, other, row)
    parts = row.view(np.uint8).astype(np.uint32) * TINT_ALPHA // BLOCK_ALPHA
    return parts.astype(np.uint8).view(np.uint32)[np.newaxis]
