"""What is chosen and what is being dragged, drawn over the waveform and its annotations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPen

from gui.theme import class_color
from gui.views.annotation_items import ROW_PX, block_height
from gui.views.annotation_spots import LEAST_HELD_PX
from gui.views.pixels import PixelItem, column_middle

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from gui.views.annotation_gestures import Block
    from gui.views.waveform import Waveform

ABOVE_WAVE = -5.0
MOST_OUTLINED = 200
"""More are not told apart: where so many are chosen, the strip says which."""

HANDLE_PX = 5
PREVIEW_ALPHA = 210
TINT_ALPHA = 40
PLATE_ALPHA = 225
INVITATION = "Drag here to annotate"


class EditItem(PixelItem):
    """Outlines and handles of chosen annotations; what a drag makes, with its length."""

    def __init__(self, waveform: Waveform) -> None:
        super().__init__(waveform.view, z=ABOVE_WAVE)
        self._waveform = waveform
        waveform.choice.changed.connect(self.update)
        waveform.gestures.preview_changed.connect(self.update)

    def draw(self, painter: QPainter, width_px: int, height_px: int) -> None:
        """Draw what is in view."""
        waveform = self._waveform
        height_px -= waveform.frame_item.strip_px
        preview = waveform.gestures.preview
        if preview:
            span = waveform.span()
            seen = [b for b in preview if b.end_s >= span.start_s and b.start_s <= span.end_s]
            for block in seen[:MOST_OUTLINED]:
                self._draw_block(painter, block, width_px, height_px)
            if not preview[0].is_apart:
                self._write(painter, preview[0], width_px)
            return
        if waveform.has_strip and not waveform.layout_.annotations:
            self._invite(painter, width_px)
        places = waveform.gestures.chosen_places()
        for index in places if len(places) <= MOST_OUTLINED else ():
            self._outline(painter, index, width_px)

    def _invite(self, painter: QPainter, width_px: int) -> None:
        colors = self._waveform.colors
        painter.fillRect(QRectF(0, 0, width_px, ROW_PX - 1), colors.grid)
        font = QFont(painter.font())
        font.setPixelSize(ROW_PX - 6)
        painter.setFont(font)
        painter.setPen(colors.foreground)
        place = QRectF(6, 0, width_px - 12, ROW_PX - 1)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(place, flags, INVITATION)

    def _outline(self, painter: QPainter, index: int, width_px: int) -> None:
        waveform = self._waveform
        layout, span = waveform.layout_, waveform.span()
        left = float(span.x_px(layout.start_s[index]))
        right = float(span.x_px(layout.end_s[index]))
        if right < 0 or left > width_px:
            return
        target, row = int(layout.targets[index]), int(layout.rows[index])
        box = self._box(left, right, target, row)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(waveform.colors.foreground, 2))
        painter.drawRect(box)
        if right - left < LEAST_HELD_PX or not waveform.gestures.is_enabled:
            return
        painter.setPen(QPen(waveform.colors.background, 1))
        painter.setBrush(waveform.colors.foreground)
        for x_px in (box.left(), box.right()):
            middle = box.center().y()
            place = QRectF(x_px - HANDLE_PX / 2, middle - HANDLE_PX, HANDLE_PX, 2 * HANDLE_PX)
            painter.drawRect(place)

    def _box(self, left: float, right: float, target: int, row: int) -> QRectF:
        n_classes = len(self._waveform.layout_.classes)
        bottom = (row + 1) * ROW_PX
        height = block_height(target, n_classes, ROW_PX)
        left, right = column_middle(left), max(column_middle(right), column_middle(left) + 1)
        return QRectF(left, bottom - height, right - left, height - 1)

    def _draw_block(self, painter: QPainter, block: Block, width_px: int, height_px: int) -> None:
        waveform = self._waveform
        span, n_classes = waveform.span(), len(waveform.layout_.classes)
        left, right = float(span.x_px(block.start_s)), float(span.x_px(block.end_s))
        if right < 0 or left > width_px:
            return
        color = QColor(class_color(block.target, n_classes, waveform.colors))
        box = self._box(left, right, block.target, block.row)
        below = QRectF(box.left(), box.bottom(), box.width(), height_px - box.bottom())
        color.setAlpha(TINT_ALPHA)
        painter.fillRect(below, color)
        color.setAlpha(PREVIEW_ALPHA)
        style = Qt.PenStyle.DashLine if block.is_apart else Qt.PenStyle.SolidLine
        if not block.is_apart:
            painter.fillRect(box, color)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(waveform.colors.foreground, 1, style))
        painter.drawRect(box)
        painter.setPen(QPen(waveform.colors.foreground, 1, Qt.PenStyle.DashLine))
        for x_px in (box.left(), box.right()):
            painter.drawLine(QPointF(x_px, box.bottom()), QPointF(x_px, height_px))

    def _write(self, painter: QPainter, block: Block, width_px: int) -> None:
        """The class, the edges and the length, on a plate below the strip."""
        waveform = self._waveform
        classes = waveform.layout_.classes
        name = classes[block.target] if block.target < len(classes) else str(block.target)
        length_s = block.end_s - block.start_s
        text = f"{name}  {length_s:.3f} s  ({block.start_s:.3f} to {block.end_s:.3f} s)"
        font = QFont(painter.font())
        font.setPixelSize(ROW_PX - 5)
        font.setBold(True)
        painter.setFont(font)
        metrics = QFontMetrics(font)
        width = metrics.horizontalAdvance(text) + 10
        span = waveform.span()
        middle = float(span.x_px((block.start_s + block.end_s) / 2))
        left = min(max(middle - width / 2, 2.0), max(2.0, width_px - width - 2.0))
        top = waveform.annotation_item.strip_px + 4
        place = QRectF(left, top, width, metrics.height() + 4)
        plate = QColor(waveform.colors.background)
        plate.setAlpha(PLATE_ALPHA)
        painter.setPen(QPen(waveform.colors.foreground, 1))
        painter.setBrush(plate)
        painter.drawRoundedRect(place, 3, 3)
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
