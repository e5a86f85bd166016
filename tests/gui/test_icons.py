from __future__ import annotations

from importlib.resources import files

import pytest
from PySide6.QtGui import QColor, QIcon, QPalette

from gui.icons import icon

NAMES = sorted(p.name.removesuffix(".svg") for p in files("resources").joinpath("icons").iterdir())


def _pixels(picture, mode=QIcon.Mode.Normal):
    image = picture.pixmap(20, 20, mode).toImage()
    colors = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return [color for color in colors if color.alpha() > 200]


@pytest.mark.parametrize("name", NAMES)
def test_every_icon_can_be_drawn(application, name):
    assert len(_pixels(icon(name))) > 5


def test_icons_take_the_color_of_the_text(application):
    before = application.palette()
    palette = QPalette(before)
    palette.setColor(QPalette.ColorRole.WindowText, QColor("#ff0000"))
    application.setPalette(palette)
    try:
        reds = [(c.red(), c.green(), c.blue()) for c in _pixels(icon("play"))]
    finally:
        application.setPalette(before)
    assert set(reds) == {(255, 0, 0)}


def test_a_disabled_icon_is_paler(application):
    picture = icon("play")
    assert _pixels(picture) != _pixels(picture, QIcon.Mode.Disabled)


def test_an_icon_that_is_not_there_is_an_error(application):
    with pytest.raises(FileNotFoundError):
        icon("nothing")


def test_an_icon_in_a_selected_row_has_the_color_of_its_text(application):
    expected = application.palette().color(QPalette.ColorRole.HighlightedText).name()
    assert {c.name() for c in _pixels(icon("play"), QIcon.Mode.Selected)} == {expected}
