from __future__ import annotations

import pytest

from gui.elided_label import ElidedLabel


@pytest.fixture
def label(application, qtbot):
    label = ElidedLabel("short", n_lines=2)
    qtbot.addWidget(label)
    label.resize(80, label.sizeHint().height())
    return label


def ink(label):
    """Rows of pixels that differ from an empty label's."""
    image = label.grab().toImage()
    empty = image.pixel(image.width() - 1, image.height() - 1)
    return [
        y
        for y in range(image.height())
        if any(image.pixel(x, y) != empty for x in range(image.width()))
    ]


def test_a_long_text_asks_for_no_more_room(label):
    before = label.minimumSizeHint()
    label.setText("a text that is far too long for eighty pixels, even over two lines of them")
    assert label.minimumSizeHint() == before


def test_a_text_goes_over_two_lines_and_no_further(label):
    first = max(ink(label))
    label.setText("a text that is far too long for eighty pixels, even over two lines of them")
    assert max(ink(label)) > first + 5


def test_the_whole_text_is_the_tip(label):
    label.setText("what does not fit")
    assert label.toolTip() == "what does not fit"
    assert label.accessibleName() == "what does not fit"
    label.setText("what does not fit", tip="and more")
    assert label.toolTip() == "and more"


@pytest.mark.parametrize("text", ["", "\n", "\n\n\n", "verylongwordwithoutanyplacetobreakit" * 4])
def test_any_text_can_be_drawn(label, text):
    label.setText(text)
    ink(label)
