"""What is said over a pane: a note in its corner, or in its middle where there is nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGraphicsItem, QLabel

if TYPE_CHECKING:
    from PySide6.QtCore import QRect, QRectF
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtWidgets import QWidget

    from gui.theme import PlotColors

MARGIN_PX = 4


class PaneNote(QLabel):
    """A text over a pane; the mouse goes through it."""

    def __init__(self, parent: QWidget, name: str, *, is_centred: bool = False) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._is_centred = is_centred
        self.setWordWrap(is_centred)
        if is_centred:
            self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.hide()

    def set_colors(self, colors: PlotColors) -> None:
        """Be readable over anything."""
        background = colors.background
        style = (
            f"color: {colors.foreground.name()}; padding: 1px 4px; border-radius: 3px;"
            f"background: rgba({background.red()}, {background.green()}, {background.blue()}, 200);"
        )
        self.setStyleSheet(style)

    def say(self, text: str, room: QRect) -> None:
        """Show a text within a part of the pane; an empty one is not shown."""
        if text != self.text():
            self.setText(text)
        self.setVisible(bool(text))
        if not text:
            return
        if self._is_centred:
            self.setGeometry(room)
        else:
            self.adjustSize()
            self.move(room.left() + MARGIN_PX, room.top() + MARGIN_PX)


class PictureItem(QGraphicsItem):
    """A picture in the pixels of a pane's view, behind all that is drawn over time."""

    def __init__(self, view: Any) -> None:  # noqa: ANN401  pyqtgraph has no types
        super().__init__(view)
        self.setZValue(-1000)
        self._view = view
        self._image: QImage | None = None

    @property
    def image(self) -> QImage | None:
        """What is shown."""
        return self._image

    def show_image(self, image: QImage | None) -> None:
        """Show another one."""
        self._image = image
        self.update()

    def boundingRect(self) -> QRectF:
        """All of the view."""
        return self._view.rect()

    def paint(self, painter: QPainter, option: object, widget: object = None) -> None:  # noqa: ARG002  Qt's
        """Draw it, pixel by pixel."""
        if self._image is not None:
            painter.drawImage(self._view.rect(), self._image)
