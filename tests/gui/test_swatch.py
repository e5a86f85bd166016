from __future__ import annotations

from PySide6.QtGui import QColor

from gui.swatch import SWATCH_PX, swatch


def test_it_is_a_square_of_the_colour(application):
    picture = swatch(QColor("#3366cc")).toImage()
    assert (picture.width(), picture.height()) == (SWATCH_PX, SWATCH_PX)
    middle = picture.pixelColor(SWATCH_PX // 2, SWATCH_PX // 2)
    assert middle == QColor("#3366cc")
    assert picture.pixelColor(SWATCH_PX - 1, SWATCH_PX - 1).alpha() == 0
