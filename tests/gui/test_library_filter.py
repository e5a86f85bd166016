"""The filter's field and box."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit

from gui.library_filter import LibraryFilter


@pytest.fixture
def bar(application, qtbot):
    bar = LibraryFilter()
    qtbot.addWidget(bar)
    with qtbot.waitActive(bar):
        bar.show()
        bar.activateWindow()
    return bar


def test_several_keys_are_one_wish(bar, qtbot):
    wishes = []
    bar.changed.connect(lambda: wishes.append(bar.words))
    bar.begin()
    QTest.keyClicks(bar.findChild(QLineEdit), " ab c ")
    qtbot.waitUntil(lambda: bool(wishes))
    assert wishes == ["ab c"]


def test_escape_clears_first_and_leaves_then(bar, qtbot):
    field = bar.findChild(QLineEdit)
    bar.begin()
    QTest.keyClicks(field, "abc")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == ""
    with qtbot.waitSignals([bar.changed, bar.left]):
        QTest.keyClick(field, Qt.Key.Key_Escape)


def test_clearing_tells_nobody(bar, qtbot):
    bar.findChild(QLineEdit).setText("abc")
    with qtbot.assertNotEmitted(bar.changed, wait=200):
        bar.clear()
    assert (bar.words, bar.quick) == ("", "all")


def test_counts_stand_behind_the_states(bar):
    box = bar.findChild(QComboBox)
    bar.show_counts({"all": 9, "missing": 1200})
    assert [box.itemText(k) for k in range(3)] == ["All", "Missing (1,200)", "Left out"]
    bar.show_counts({})
    assert box.itemText(1) == "Missing"
