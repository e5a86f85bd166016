from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel

from gui.models.cells import NOTHING
from gui.views.key_figures import FIGURES, KeyFigures


@pytest.fixture
def figures(application, qtbot):
    figures = KeyFigures("f", larger=1.5)
    qtbot.addWidget(figures)
    return figures


def _label(figures, key):
    return figures.findChild(QLabel, f"f_{key}")


def test_a_figure_has_its_text_its_meaning_and_what_is_more(figures):
    figures.show_texts(
        {f.key: f"0.{k}" for k, f in enumerate(FIGURES)},
        more={f.key: f"more {k}" for k, f in enumerate(FIGURES)},
    )
    for k, figure in enumerate(FIGURES):
        label = _label(figures, figure.key)
        assert label.text() == f"0.{k}"
        assert label.toolTip() == f"{figure.tip}\nmore {k}"


def test_of_a_figure_that_is_none_it_is_said_why(figures):
    figures.show_texts({"accuracy": "0.5"})
    kappa = _label(figures, "quadratic_kappa")
    assert kappa.text() == NOTHING
    assert kappa.toolTip().startswith("It needs frames of two annotated classes.\n")
    assert _label(figures, "accuracy").toolTip() == FIGURES[1].tip


def test_nothing_stays_when_it_is_cleared(figures):
    figures.show_texts({"accuracy": "0.5"})
    figures.clear()
    assert (_label(figures, "accuracy").text(), _label(figures, "accuracy").toolTip()) == (
        NOTHING,
        "",
    )
