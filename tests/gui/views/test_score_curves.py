from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPicture

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
    assert all(dash in left for dash in ("(\N{EM DASH})", "(- -)"))
    best = made["thresholds"]["a<b"]["best"]
    assert f"best F1 {best['f1']:.3f} at {best['threshold']:.3f}" in right


def test_the_threshold_of_any_class_is_drawn_in_its_colour(view, made):
    view.show_curves(CLASSES, made)
    assert view.threshold_class == "a<b"
    assert [view.choice.itemText(k) for k in range(2)] == ["a<b", "barely or louder"]
    for k, name in ((1, "barely"), (2, "a<b")):
        view.choose_class(name)
        known = made["thresholds"][name]
        assert drawn(view.thresholds)[2] == (known["threshold"], known["f1"])
        pens = {i.opts["pen"].color().name() for i in view.thresholds.plot.listDataItems()}
        assert pens == {class_color(k, 3, LIGHT).name()}
        assert f"best F1 {known['best']['f1']:.3f}" in view.texts[1]
    # Another split of the same run leaves the choice.
    view.choose_class("barely")
    view.show_curves(CLASSES, {**made})
    assert view.threshold_class == "barely"
    view.show_curves(("no", "yes"), {})
    assert view.threshold_class == "yes"


def test_classes_are_told_apart_by_their_dashes_too(view, made):
    view.show_curves(CLASSES, made)
    styles = [i.opts["pen"].style() for i in view.precision_recall.plot.listDataItems()]
    assert styles[-1] == Qt.PenStyle.SolidLine
    assert len(set(styles)) == len(CLASSES)


def test_a_picture_says_which_class_was_chosen(view, made):
    view.show_curves(CLASSES, made)
    view.choose_class("barely")
    assert not view.texts[1].startswith("barely")
    view.make_picture()
    assert not view.choice.isVisible()
    assert view.texts[1].startswith("barely or louder: ")


def test_a_class_without_frames_has_no_curve(view, made):
    without = {
        "precision_recall": {**made["precision_recall"], "a<b": None},
        "thresholds": {**made["thresholds"], "a<b": None},
    }
    view.show_curves(CLASSES, without)
    assert len(drawn(view.precision_recall)) == 2
    assert drawn(view.thresholds) == []
    assert all(text.endswith("\N{EN DASH}") for text in view.texts)
    view.choose_class("barely")
    assert len(drawn(view.thresholds)) == 3
    view.show_curves((), {})
    assert drawn(view.precision_recall) == []
    assert view.texts == ("", "")


@pytest.mark.parametrize("height", [120, 400])
def test_the_ends_of_the_axes_are_named_however_low_the_dock_is(view, made, qtbot, height):
    view.show_curves(CLASSES, made)
    view.resize(600, height)
    qtbot.waitUntil(lambda: view.height() == height)
    assert view.minimumSizeHint().height() <= height
    view.grab()
    for plot in (view.precision_recall, view.thresholds):
        for side in ("left", "bottom"):
            axis = plot.plot.getAxis(side)
            picture = QPicture()
            painter = QPainter(picture)
            _, _, texts = axis.generateDrawSpecs(painter)
            painter.end()
            assert [text for _, _, text in texts] == ["0", "0.2", "0.4", "0.6", "0.8", "1"]
            top = min(axis.mapRectToScene(rect).top() for rect, _, _ in texts)
            assert top >= 0


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
