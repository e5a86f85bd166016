from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel

from gui.panels.evaluation_figures import FiguresPage

CLASSES = ("inaudible", "barely", "audible")
BOOTSTRAP = {"n_resamples": 1000, "level": 0.95}
PART = {
    "accuracy": 0.8638,
    "balanced_accuracy": 0.7727,
    "quadratic_kappa": 0.7659,
    "auc_audible_over_inaudible": None,
    "confusion": [[30, 4, 1], [2, 5, 3], [0, 1, 9]],
    "intervals": {
        "accuracy": {"low": 0.797, "high": 0.917, "n_left_out": 0},
        "balanced_accuracy": {"low": 0.628, "high": 0.864, "n_left_out": 4},
        "quadratic_kappa": None,
        "auc_audible_over_inaudible": None,
    },
}


@pytest.fixture
def page(session, qtbot):
    page = FiguresPage(session)
    qtbot.addWidget(page)
    page.resize(1000, 165)
    page.show_part(PART, classes=CLASSES, bootstrap=BOOTSTRAP)
    page.show()
    return page


def figure(page, key):
    return page.findChild(QLabel, f"figure_{key}")


def test_figures_stand_with_their_intervals(page):
    assert figure(page, "balanced_accuracy").text() == "0.773 [0.63, 0.86]"
    assert figure(page, "accuracy").text() == "0.864 [0.80, 0.92]"
    assert figure(page, "quadratic_kappa").text() == "0.766"
    assert figure(page, "auc_audible_over_inaudible").text() == "\N{EN DASH}"


def test_tips_tell_what_an_interval_is_and_why_there_is_none(page):
    tip = figure(page, "balanced_accuracy").toolTip()
    assert "the 95 % interval of 1,000 draws" in tip
    assert tip.endswith("in 4 of them it cannot be said")
    assert figure(page, "accuracy").toolTip().endswith("of as many recordings")
    assert "too few recordings for an interval" in figure(page, "quadratic_kappa").toolTip()
    assert "needs frames of the quietest" in figure(page, "auc_audible_over_inaudible").toolTip()


def test_a_cell_is_told_on_the_status_line(page, session, qtbot):
    with qtbot.waitSignal(session.said) as said:
        page.confusion.cell_clicked.emit("barely", "audible")
    assert said.args[0].startswith("3 frames annotated barely were taken for audible")


def test_can_be_cleared(page):
    page.clear()
    assert figure(page, "accuracy").text() == "\N{EN DASH}"
    assert page.confusion.matrix.rowCount() == 0
    page.say("what", note="a note")
    assert page._note.sentence == "a note"
