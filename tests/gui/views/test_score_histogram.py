from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QToolTip

from gui.theme import DARK, LIGHT
from gui.views.score_histogram import ScoreHistogram


@pytest.fixture
def histogram(application, qtbot):
    histogram = ScoreHistogram(LIGHT)
    qtbot.addWidget(histogram)
    histogram.resize(100, 22)
    histogram.show_counts([0, 1, 100, 10])
    histogram.show()
    with qtbot.waitExposed(histogram):
        pass
    histogram.told = []
    histogram.bin_chosen.connect(histogram.told.append)
    return histogram


def click(qtbot, histogram, x):
    qtbot.mouseClick(histogram, Qt.MouseButton.LeftButton, pos=QPoint(x, 10))


def test_a_click_chooses_a_bin_and_another_lets_it_go(histogram, qtbot):
    click(qtbot, histogram, 60)
    assert (histogram.told, histogram.chosen) == ([2], 2)
    click(qtbot, histogram, 90)
    click(qtbot, histogram, 90)
    assert (histogram.told, histogram.chosen) == ([2, 3, -1], -1)


def test_a_bin_is_chosen_by_key(histogram, qtbot):
    qtbot.keyClick(histogram, Qt.Key.Key_Right)
    qtbot.keyClick(histogram, Qt.Key.Key_Left)
    qtbot.keyClick(histogram, Qt.Key.Key_Left)
    assert histogram.told == [3, 2, 1]


def test_a_bin_tells_itself_in_a_sentence(histogram):
    assert histogram.in_words(1) == "1 error with a score from 0.25 to 0.50"
    place = QPoint(60, 5)
    event = QHelpEvent(QEvent.Type.ToolTip, place, histogram.mapToGlobal(place))
    histogram.event(event)
    assert QToolTip.text() == "100 errors with a score from 0.50 to 0.75"
    QToolTip.hideText()


def heights(histogram, color):
    image = histogram.grab().toImage()
    return [
        sum(image.pixelColor(x, y).name() == color.name() for y in range(21))
        for x in (12, 37, 62, 87)
    ]


def test_bars_are_as_high_as_they_count_and_none_is_lost(histogram):
    assert heights(histogram, LIGHT.waveform) == [0, 2, 20, 2]


def test_what_is_chosen_is_seen_also_in_the_dark(histogram):
    histogram.set_colors(DARK)
    histogram.choose(2)
    assert heights(histogram, DARK.playhead)[2] == 20
    assert histogram.told == []


def test_without_errors_nothing_is_drawn_or_chosen(histogram, qtbot):
    histogram.show_counts([])
    click(qtbot, histogram, 60)
    qtbot.keyClick(histogram, Qt.Key.Key_Left)
    assert histogram.told == []
    assert heights(histogram, LIGHT.waveform) == [0, 0, 0, 0]
