from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from gui.theme import LIGHT
from gui.views.pane_notes import PaneNote, PictureItem


def test_a_note_is_shown_while_there_is_something_to_say(application, qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(300, 200)
    parent.show()
    note, middle = PaneNote(parent, "note"), PaneNote(parent, "middle", is_centred=True)
    note.set_colors(LIGHT)
    room = QRect(60, 10, 200, 150)
    note.say("sampled", room)
    middle.say("Nothing here", room)
    assert note.isVisible()
    assert room.contains(note.geometry())
    assert middle.geometry() == room
    assert note.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    note.say("", room)
    assert not note.isVisible()


def test_a_picture_is_drawn_pixel_by_pixel(application, qtbot):
    widget = pg.PlotWidget()
    qtbot.addWidget(widget)
    widget.resize(300, 200)
    view = widget.getPlotItem().getViewBox()
    widget.grab()
    rect = view.rect()
    width, height = round(rect.width()), round(rect.height())
    pixels = np.full((height, width), 0xFF204060, dtype=np.uint32)
    pixels[7, 11] = 0xFFFF0000
    item = PictureItem(view)
    item.show_image(QImage(pixels.data, width, height, QImage.Format.Format_RGB32).copy())
    corner = view.sceneBoundingRect().topLeft().toPoint()
    shown = widget.grab().toImage()
    assert shown.pixelColor(corner.x() + 11, corner.y() + 7).name() == "#ff0000"
    assert shown.pixelColor(corner.x() + 12, corner.y() + 7).name() == "#204060"
