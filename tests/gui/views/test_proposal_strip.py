from __future__ import annotations

import time

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow

from gui.theme import LIGHT, class_color
from gui.views.proposal_strip import NOTHING_LEFT, STRIP_PX, ProposalStrip
from tests.gui.form_editing import activate
from tests.gui.shown_proposals import ShownProposals

LEFT = Qt.MouseButton.LeftButton
DAY_S = 86_400.0


@pytest.fixture
def strip(session, qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    shown = ShownProposals(session, window)
    strip = ProposalStrip(session, shown.proposing)
    strip.shown = shown
    strip.set_colors(LIGHT)
    window.setCentralWidget(strip)
    window.resize(864, 60)
    activate(qtbot, window)
    yield strip
    shown.media.close()


@pytest.fixture
def filled(strip, session, project_folder):
    """Of 10 s, with an editable project."""
    session.open_project(project_folder)
    strip.shown.show()
    session.time.fit()
    return strip


def place(strip, time_s):
    x_px = strip.room().left() + strip.span().x_px(time_s)
    return QPoint(round(x_px), STRIP_PX // 2)


def click(strip, time_s):
    QTest.mouseClick(strip.viewport(), LEFT, pos=place(strip, time_s))


def move(strip, time_s, button=LEFT):
    at = QPointF(place(strip, time_s))
    where = strip.viewport().mapToGlobal(at)
    none, modifiers = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    event = QMouseEvent(QEvent.Type.MouseMove, at, where, none, button, modifiers)
    QApplication.sendEvent(strip.viewport(), event)


def drag(strip, *times_s, releases=True):
    QTest.mousePress(strip.viewport(), LEFT, pos=place(strip, times_s[0]))
    for time_s in times_s[1:]:
        move(strip, time_s)
    if releases:
        QTest.mouseRelease(strip.viewport(), LEFT, pos=place(strip, times_s[-1]))


def column(strip, time_s):
    """Colours of a column of the screen."""
    image = strip.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    x = place(strip, time_s).x()
    return {image.pixelColor(x + k, y).name() for k in range(4) for y in range(2, STRIP_PX - 2)}


def test_it_takes_no_room_where_nothing_is_predicted_or_it_is_not_wanted(strip):
    assert not strip.isVisible()
    strip.shown.show()
    assert strip.isVisible()
    strip.show_proposals(False)
    assert not strip.isVisible()
    strip.show_proposals(True)
    assert strip.isVisible()


def test_each_class_is_hatched_in_its_colour(filled):
    background = LIGHT.background.name()
    hatched = column(filled, 7.7)
    shades = [c for c in hatched if c != background]
    assert len(shades) == 2
    assert background in column(filled, 5.0)
    assert len(column(filled, 5.0)) == 1
    # Apart from what is annotated, whose colour is the class's own.
    assert class_color(2, 3, LIGHT).name() not in shades
    assert not set(shades) & column(filled, 0.7)


def test_when_all_is_decided_it_says_so(filled):
    filled.shown.show(rows=())
    assert filled.isVisible()
    assert filled.empty.text() == NOTHING_LEFT
    assert filled.empty.isVisible()


def test_a_click_chooses_and_elsewhere_seeks(filled, session):
    proposing = filled.shown.proposing
    click(filled, 1.5)
    assert proposing.chosen == 1
    assert session.time.selection == (1.0, 3.0)
    assert session.time.playhead_s == 1.0
    click(filled, 5.0)
    assert proposing.chosen == -1
    assert session.time.selection is None
    assert session.time.playhead_s == pytest.approx(5.0, abs=0.02)
    # Dragging selects, as in every other strip.
    drag(filled, 6.5, 7.0, 7.5)
    assert session.time.selection == pytest.approx((6.5, 7.5), abs=0.02)
    assert proposing.chosen == -1


def test_edges_of_the_chosen_one_are_dragged(filled, session):
    proposing = filled.shown.proposing
    click(filled, 1.5)
    drag(filled, 3.0, 2.6, 2.5)
    assert proposing.edges == pytest.approx((1.0, 2.5), abs=0.02)
    assert session.time.selection == proposing.edges
    drag(filled, 1.0, 1.1, 5.0)
    # It cannot be turned over.
    assert 0 < proposing.edges[1] - proposing.edges[0] < 0.01
    click(filled, 7.0)
    assert (proposing.chosen, proposing.edges) == (3, None)
    drag(filled, 8.0, 9.0, 20.0)
    assert proposing.edges == (6.0, 10.0)


def test_escape_puts_an_edge_back(filled):
    proposing = filled.shown.proposing
    click(filled, 1.5)
    drag(filled, 3.0, 2.6, releases=False)
    assert proposing.edges is not None
    QTest.keyClick(filled, Qt.Key.Key_Escape)
    assert (proposing.chosen, proposing.edges) == (1, None)
    move(filled, 2.0)
    assert proposing.edges is None


def test_what_cannot_be_edited_cannot_be_dragged(filled, session):
    session.set_read_only("Another window edits it.")
    click(filled, 1.5)
    drag(filled, 3.0, 2.6, 2.5)
    assert filled.shown.proposing.edges is None


def test_the_tip_tells_class_score_and_run(filled):
    tip = filled._tip(filled.proposal_at(place(filled, 1.5).x()))
    assert tip.startswith("audible? Predicted by a_run, score 0.930")
    assert filled._tip(filled.proposal_at(place(filled, 5.0).x())) == ""


def test_a_day_of_twenty_thousand_is_drawn_quickly(strip, session, project_folder):
    session.open_project(project_folder)
    start_s = np.arange(20_000) * (DAY_S / 20_000)
    rows = [(s, s + 2.0, k % 3, 0.9) for k, s in enumerate(start_s.tolist())]
    strip.shown.show(rows, seconds=DAY_S)
    session.time.fit()
    taken_s = []
    for k in range(20):
        start = time.perf_counter()
        session.time.set_range(k * 1_000.0, k * 1_000.0 + DAY_S / 2 ** (k % 10))
        strip.grab()
        taken_s.append(time.perf_counter() - start)
    # A frame of the screen lasts 16 ms; a machine that is busy with something else gets longer.
    assert np.median(taken_s) < 0.05
