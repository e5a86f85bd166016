from __future__ import annotations

import pytest

from core.class_balance import ClassBalance
from gui.theme import DARK, LIGHT, class_color
from gui.views.class_balance import ClassBalanceView

CLASSES = ("inaudible", "barely", "audible")
BALANCE = ClassBalance(
    CLASSES,
    {
        "training": dict(zip(CLASSES, (16_166, 1_310, 0), strict=True)),
        "validation": dict(zip(CLASSES, (4_025, 336, 440), strict=True)),
    },
    {"training": 67, "validation": 1},
)


@pytest.fixture
def view(application, qtbot):
    view = ClassBalanceView(LIGHT)
    qtbot.addWidget(view)
    view.resize(400, 100)
    view.show_balance(BALANCE)
    view.show()
    with qtbot.waitExposed(view):
        pass
    return view


def extent(view, color):
    """How many pixels of a colour there are on the left and on the right side."""
    image = view.grab().toImage()
    middle = image.width() // 2 + 30
    counts = [0, 0]
    for x in range(image.width()):
        for y in range(image.height()):
            if image.pixelColor(x, y) == color:
                counts[x > middle] += 1
    return counts


def test_tells_the_counts_in_words(view):
    training, validation = view.sentences()
    assert training == "Training: 67 recordings, 16,166 inaudible, 1,310 barely, 0 audible."
    assert validation.startswith("Validation: 1 recording, 4,025 inaudible")
    assert view.toolTip() == f"{training}\n{validation}"


@pytest.mark.parametrize("colors", [LIGHT, DARK])
def test_bars_are_as_long_as_their_counts(view, colors):
    view.set_colors(colors)
    quiet, barely, loud = (extent(view, class_color(k, 3, colors)) for k in range(3))
    assert quiet[0] / barely[0] == pytest.approx(16_166 / 1_310, rel=0.35)
    assert loud[0] == 0
    assert loud[1] > barely[1] > 0


def test_without_a_dataset_it_takes_no_room(view):
    view.show_balance(None)
    assert view.sizeHint().height() == 0
    assert view.sentences() == []
    view.grab()


def test_has_a_row_for_each_class(view):
    height = view.sizeHint().height()
    few = ClassBalance(CLASSES[:2], {s: dict.fromkeys(CLASSES[:2], 1) for s in BALANCE.counts}, {})
    view.balance = few
    assert view.sizeHint().height() == height * 3 // 4
