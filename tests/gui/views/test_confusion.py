from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication

from gui.theme import DARK, LIGHT
from gui.views.confusion import ConfusionModel, ConfusionView

CLASSES = ("inaudible", "barely", "audible")
COUNTS = [[4912, 911, 225], [173, 256, 63], [0, 0, 0]]


@pytest.fixture
def view(application, qtbot):
    view = ConfusionView()
    qtbot.addWidget(view)
    view.resize(340, 180)
    view.show_counts(CLASSES, COUNTS)
    view.show()
    with qtbot.waitExposed(view):
        pass
    return view


def cell(view, row, column):
    return view.model().index(row, column)


def test_is_a_proper_model(application, qtmodeltester):
    model = ConfusionModel()
    qtmodeltester.check(model)
    model.show(CLASSES, COUNTS)
    qtmodeltester.check(model)


def test_cells_have_counts_and_shares_of_their_row(view):
    assert cell(view, 0, 1).data() == "911\n15.1 %"
    assert cell(view, 2, 2).data() == "0\n\N{EN DASH}"
    assert view.model().headerData(1, Qt.Orientation.Vertical) == "barely"


def test_a_cell_tells_itself_in_a_sentence(view):
    tip = cell(view, 1, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "173 frames annotated barely were taken for inaudible (35.2 % of its frames)"


def test_a_click_tells_the_cell(view, qtbot):
    place = view.visualRect(cell(view, 1, 2)).center()
    with qtbot.waitSignal(view.cell_clicked) as told:
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert told.args == ["barely", "audible"]


def test_arrows_and_enter_do_the_same(view, qtbot):
    view.setCurrentIndex(cell(view, 0, 0))
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Down)
    with qtbot.waitSignal(view.cell_clicked) as told:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert told.args == ["barely", "barely"]


def test_is_copied_as_a_table(view, qtbot):
    qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[1] == "inaudible\t4912\t911\t225"


@pytest.mark.parametrize("colors", [LIGHT, DARK])
def test_every_number_can_be_read(view, colors):
    """WCAG 2.1 asks for a contrast of 4.5 at least."""
    counts = [[100 - k, k] for k in range(0, 101, 5)]
    for row in counts:
        view.show_counts(("no", "yes"), [row, row])
        view.set_colors(colors)
        for place in ((0, 0), (0, 1), (1, 0), (1, 1)):
            index = cell(view, *place)
            roles = (Qt.ItemDataRole.BackgroundRole, Qt.ItemDataRole.ForegroundRole)
            assert contrast(*(QColor(index.data(role)) for role in roles)) >= 4.5


def contrast(a, b):
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(color):
    parts = (color.redF(), color.greenF(), color.blueF())
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
