from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from core.learning.curves import curves
from gui.theme import DARK, LIGHT, class_color
from gui.views.score_curves import ScoreCurves

CLASSES = ("inaudible", "barely", "a<b")


@pytest.fixture
def view(application, qtbot):
    view = ScoreCurves(LIGHT)
    qtbot.addWidget(view)
    view.resize(900, 200)
    view.show()
    with qtbot.waitExposed(view):
        pass
    return view


@pytest.fixture(scope="module")
def made():
    rng = np.random.default_rng(0)
    targets = rng.integers(0, 3, 300)
    probabilities = np.eye(3, dtype=np.float32)[targets] + 1.5 * rng.random((300, 3))
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    return curves(targets, probabilities.astype(np.float32), classes=CLASSES)


def drawn(plot):
    return [tuple(map(list, item.getData())) for item in plot.plot.listDataItems()]


def test_draws_the_points_as_they_are(view, made):
    view.show_curves(CLASSES, made)
    known = made["precision_recall"]
    assert drawn(view.precision_recall) == [
        (known[name]["recall"], known[name]["precision"]) for name in CLASSES
    ]
    pens = [i.opts["pen"].color().name() for i in view.precision_recall.plot.listDataItems()]
    assert pens == [class_color(k, 3, LIGHT).name() for k in range(3)]
    loudest = made["thresholds"]["a<b"]
    precision, recall, f1 = drawn(view.thresholds)
    assert recall == (loudest["threshold"], loudest["recall"])
    assert f1 == (loudest["threshold"], loudest["f1"])
    said = [v for v in loudest["precision"] if v is not None]
    assert precision == (loudest["threshold"][: len(said)], said)
    styles = {i.opts["pen"].style() for i in view.thresholds.plot.listDataItems()}
    assert styles == {Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine}


def test_tells_the_figures_and_takes_no_name_for_markup(view, made):
    view.show_curves(CLASSES, made)
    left, right = view.texts
    assert f"barely {made['precision_recall']['barely']['average_precision']:.3f}" in left
    assert "a&lt;b" in left
    best = made["thresholds"]["a<b"]["best"]
    assert f"best F1 {best['f1']:.3f} at {best['threshold']:.3f}" in right


def test_a_class_without_frames_has_no_curve(view, made):
    without = {
        "precision_recall": {**made["precision_recall"], "a<b": None},
        "thresholds": {**made["thresholds"], "a<b": None},
    }
    view.show_curves(CLASSES, without)
    assert len(drawn(view.precision_recall)) == 2
    assert drawn(view.thresholds) == []
    assert all(text.endswith("\N{EN DASH}") for text in view.texts)
    view.show_curves((), {})
    assert drawn(view.precision_recall) == []
    assert view.texts == ("", "")


def test_follows_the_theme(view, made):
    view.show_curves(CLASSES, made)
    view.set_colors(DARK)
    assert view.precision_recall.backgroundBrush().color() == DARK.background
    pens = [i.opts["pen"].color().name() for i in view.precision_recall.plot.listDataItems()]
    assert pens == [class_color(k, 3, DARK).name() for k in range(3)]


def test_dragging_moves_nothing(view, made, qtbot):
    view.show_curves(CLASSES, made)
    plot = view.precision_recall
    before = plot.plot.getViewBox().viewRange()
    qtbot.mousePress(plot.viewport(), Qt.MouseButton.LeftButton, pos=plot.rect().center())
    qtbot.mouseMove(plot.viewport(), plot.rect().center() / 2)
    qtbot.mouseRelease(plot.viewport(), Qt.MouseButton.LeftButton, pos=plot.rect().center() / 2)
    assert plot.plot.getViewBox().viewRange() == before
