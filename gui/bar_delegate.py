"""A cell with a bar behind its number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

if TYPE_CHECKING:
    from gui.models.cells import AnyIndex

MARGIN_PX = 2
OPACITY = 90


class BarDelegate(QStyledItemDelegate):
    """Draws how large a number is: `role` has it, 0 to 1."""

    def __init__(self, role: int, parent: object = None) -> None:
        super().__init__(parent)  # pyright: ignore[reportCallIssue, reportArgumentType]
        self._role = role

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Draw the cell, and the bar within it."""
        super().paint(painter, option, index)
        share = index.data(self._role)
        if not isinstance(share, float):
            return
        palette, rect = option.palette, option.rect  # pyright: ignore[reportAttributeAccessIssue]
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)  # pyright: ignore[reportAttributeAccessIssue]
        color = QColor(palette.highlightedText().color() if is_chosen else palette.link().color())
        color.setAlpha(OPACITY)
        bar = rect.adjusted(MARGIN_PX, MARGIN_PX, -MARGIN_PX, -MARGIN_PX)
        bar.setWidth(round(bar.width() * min(max(share, 0.0), 1.0)))
        painter.fillRect(bar, color)
