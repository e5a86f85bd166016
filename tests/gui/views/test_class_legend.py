"""The classes' names beside their lines."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtWidgets import QWidget

from gui.theme import DARK, LIGHT, class_color
from gui.views.class_legend import ClassLegend, dash_of

CLASSES = ("inaudible", "barely", "audible")


@pytest.fixture
def legend(application, qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(400, 60)
    legend = ClassLegend(parent)
    parent.show()
    legend.parent_ = parent
    return legend


def test_the_loudest_is_a_whole_line_and_no_two_neighbours_are_alike():
    assert dash_of(2, 3) == (1, 0)
    dashes = [dash_of(target, 5) for target in range(5)]
    assert all(a != b for a, b in itertools.pairwise(dashes))


@pytest.mark.parametrize("colors", [LIGHT, DARK])
def test_each_class_has_its_name_and_its_colour(legend, colors):
    legend.show_classes(CLASSES, colors)
    assert legend.classes == CLASSES
    image = legend.grab().toImage()
    seen = {
        image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())
    }
    assert {class_color(k, 3, colors).name() for k in range(3)} <= seen
    wide = legend.width()
    legend.show_classes(CLASSES[:1], colors)
    assert legend.width() < wide
