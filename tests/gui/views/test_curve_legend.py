from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from gui.views.curve_legend import CurveLegend, Entry

ENTRIES = [
    Entry("training", QColor("#ff0000"), Qt.PenStyle.DashLine),
    Entry("validation", QColor("#00ff00"), marked=True),
    Entry("inaudible", QColor("#0000ff")),
]


@pytest.fixture
def legend(application, qtbot):
    legend = CurveLegend()
    qtbot.addWidget(legend)
    legend.show_entries(ENTRIES)
    legend.resize(600, 20)
    legend.show()
    with qtbot.waitExposed(legend):
        pass
    return legend


def colors_of(legend):
    image = legend.grab().toImage()
    return {
        image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())
    }


def test_draws_a_sample_of_each(legend):
    assert {"#ff0000", "#00ff00", "#0000ff"} <= colors_of(legend)
    assert legend.accessibleName() == "training, validation, inaudible"


def test_takes_as_many_rows_as_it_needs(legend, qtbot):
    one_row = legend.height()
    legend.resize(150, legend.height())
    qtbot.waitUntil(lambda: legend.height() == 3 * one_row)
    legend.resize(600, legend.height())
    qtbot.waitUntil(lambda: legend.height() == one_row)


def test_without_entries_it_is_one_empty_row(legend):
    legend.show_entries([])
    assert legend.accessibleName() == ""
    assert legend.height() > 0
