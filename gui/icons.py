"""Icons, drawn as SVG in the text colour of the palette, so that dark needs no second set."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

SIZE_PX = 20
SHARPNESS = 2.0
"""Drawn larger than shown, for screens with fine pixels."""


def icon(name: str) -> QIcon:
    """An icon of `resources/icons`, in the colours of the palette as it is now.

    Raises
    ------
    FileNotFoundError
        If there is no icon of that name.
    """
    palette = QApplication.palette()
    active, text = QPalette.ColorGroup.Active, QPalette.ColorRole.WindowText
    return _icon(
        name,
        normal=palette.color(active, text).name(),
        disabled=palette.color(QPalette.ColorGroup.Disabled, text).name(),
        selected=palette.color(active, QPalette.ColorRole.HighlightedText).name(),
    )


@cache
def _icon(name: str, *, normal: str, disabled: str, selected: str) -> QIcon:
    """Drawn once: many are asked for in several places, and again with each change of palette."""
    source = files("resources").joinpath("icons", f"{name}.svg").read_text(encoding="utf-8")
    result = QIcon()
    for mode, color in (
        (QIcon.Mode.Normal, normal),
        (QIcon.Mode.Disabled, disabled),
        (QIcon.Mode.Selected, selected),
    ):
        result.addPixmap(_draw(source.replace("currentColor", color)), mode)
    return result


def _draw(svg: str) -> QPixmap:
    pixmap = QPixmap(round(SIZE_PX * SHARPNESS), round(SIZE_PX * SHARPNESS))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(svg.encode())).render(
        painter, QRectF(0, 0, pixmap.width(), pixmap.height())
    )
    painter.end()
    pixmap.setDevicePixelRatio(SHARPNESS)
    return pixmap
