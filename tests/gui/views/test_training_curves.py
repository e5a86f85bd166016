from __future__ import annotations

import numpy as np
import pytest

from core.runs import best_epoch_of
from gui.theme import DARK, LIGHT
from gui.views.training_curves import MOST_POINTS, EpochColumns, TrainingCurves
from tests.core.made_runs import epoch

EPOCHS = [epoch(k) for k in range(1, 6)]
UNCHECKED = [{"loss": 1 / k, "recall_quiet": 0.1 * k} for k in range(1, 4)]


@pytest.fixture
def curves(application, qtbot):
    curves = TrainingCurves(LIGHT)
    qtbot.addWidget(curves)
    curves.resize(600, 180)
    curves.show()
    with qtbot.waitExposed(curves):
        pass
    return curves


def texts(curves):
    return [entry.text for entry in curves.legend.entries]


def looks(lines):
    return {(line.color.name(), line.style, line.marked) for line in lines}


def test_says_what_will_be_drawn_while_there_is_nothing(curves):
    assert curves._empty.isVisible()
    curves.show_runs([("a", EPOCHS, 2)])
    assert not curves._empty.isVisible()
    curves.show_runs([])
    assert curves._empty.isVisible()


def test_draws_both_sides_and_each_class(curves):
    curves.show_runs([("a", EPOCHS, 2)])
    training, validation = curves.lines_of("loss")
    assert training.values.tolist() == [e["loss"] for e in EPOCHS]
    assert validation.values.tolist() == [e["val_loss"] for e in EPOCHS]
    recalls = curves.lines_of("recall")
    assert recalls[1].values.tolist() == [e["val_recall_barely"] for e in EPOCHS]
    assert texts(curves) == [
        *("training", "validation", "inaudible", "barely", "audible", "best epoch: 2")
    ]


@pytest.mark.parametrize("key", ["loss", "balanced_accuracy", "recall"])
def test_lines_are_told_apart_without_their_colour(curves, key):
    curves.show_runs([("a", EPOCHS, 2), ("b", EPOCHS, 3)])
    lines = curves.lines_of(key)
    assert len({(line.style, line.marked) for line in lines}) == len(lines)


def test_two_runs_lie_over_each_other(curves):
    curves.show_runs([("first", EPOCHS, 2), ("second", EPOCHS[:3], 3)])
    assert curves.run_names == ("first", "second")
    assert curves.n_epochs == (5, 3)
    assert [len(line.values) for line in curves.lines_of("loss")] == [5, 5, 3, 3]
    assert texts(curves)[:2] == ["first", "second"]
    assert texts(curves)[-2:] == ["best epoch: 2", "best epoch: 3"]


def test_without_validation_the_training_s_recalls_are_drawn(curves):
    curves.show_runs([("a", UNCHECKED, 3)])
    (line,) = curves.lines_of("recall")
    assert line.values.tolist() == pytest.approx([0.1, 0.2, 0.3])
    assert not len(curves.lines_of("loss")[1].values)


def test_follows_a_training_epoch_by_epoch(curves, qtbot):
    curves.follow("now")
    assert not curves._empty.isVisible()
    for k, metrics in enumerate(EPOCHS, start=1):
        curves.add_epoch(metrics)
        assert curves.n_epochs == (k,)
    qtbot.waitUntil(lambda: curves.best_epochs == (5,))
    epochs, values = curves.plots["loss"].curve_data(0)
    assert (epochs, values) == ([1, 2, 3, 4, 5], [e["loss"] for e in EPOCHS])


def test_what_no_longer_is_followed_gets_no_epoch(curves):
    curves.follow("now", EPOCHS[:2])
    assert curves.is_live
    curves.show_runs([("a", EPOCHS[:1], 1)])
    curves.add_epoch(EPOCHS[2])
    assert curves.n_epochs == (1,)
    assert not curves._timer.isActive()


def test_the_range_takes_in_all_epochs_and_the_highest_loss(curves):
    curves.show_runs([("a", [{"loss": 7.0}, {"loss": 2.0}, {}], 1)])
    (x, y) = curves.plots["loss"].plot.getViewBox().viewRange()
    assert x[0] <= 1
    assert x[1] >= 3
    assert y[1] >= 7
    (_, shares) = curves.plots["recall"].plot.getViewBox().viewRange()
    assert shares[0] <= 0
    assert shares[1] >= 1


def test_fewer_lines_leave_none_of_those_before(curves):
    curves.show_runs([("a", EPOCHS, 2), ("b", EPOCHS, 3)])
    curves.show_runs([("a", EPOCHS, 2)])
    plot = curves.plots["loss"]
    assert [curve.isVisible() for curve in plot._curves] == [True, True, False, False]
    assert [best.isVisible() for best in plot._bests] == [True, False]
    assert not any(marker.isVisible() for marker in plot._markers)


def test_a_single_epoch_is_seen(curves):
    curves.show_runs([("a", EPOCHS[:1], 1)])
    assert all(marker.isVisible() for marker in curves.plots["loss"]._markers)
    assert curves.plots["loss"]._markers[0].getData()[1].tolist() == [EPOCHS[0]["loss"]]


def test_of_many_epochs_no_peak_is_lost(curves):
    losses = [1.0] * 10_001
    losses[5000], losses[-1] = 9.0, 0.25
    curves.show_runs([("a", [{"loss": loss} for loss in losses], 1)])
    epochs, values = curves.plots["loss"].curve_data(0)
    assert len(epochs) == len(values) <= MOST_POINTS + 2
    assert (max(values), min(values)) == (9.0, 0.25)
    assert abs(epochs[values.index(9.0)] - 5001) <= 51


def test_only_whole_epochs_are_named(curves):
    axis = curves.plots["loss"].plot.getAxis("bottom")
    for n in (1, 2, 3, 7, 1000):
        curves.show_runs([("a", EPOCHS[:1] * n, 1)])
        low, high = axis.range
        ticks = [value for _, values in axis.tickValues(low, high, 120) for value in values]
        assert ticks
        assert all(float(value).is_integer() for value in ticks)


def test_another_look_colours_what_is_drawn(curves):
    curves.show_runs([("a", EPOCHS, 2)])
    light = looks(curves.lines_of("recall"))
    curves.set_colors(DARK)
    assert looks(curves.lines_of("recall")).isdisjoint(light)
    image = curves.plots["loss"].grab().toImage()
    assert image.pixelColor(2, 2).lightness() < 60


def test_columns_have_gaps_where_an_epoch_has_no_number():
    columns = EpochColumns([{"a": 1.0}, {"b": 2.0}, {"a": 3.0, "b": 4.0}])
    np.testing.assert_array_equal(columns.column("a"), [1.0, np.nan, 3.0])
    np.testing.assert_array_equal(columns.column("b"), [np.nan, 2.0, 4.0])
    assert not len(columns.column("c"))


@pytest.mark.parametrize(
    ("scores", "best"), [([], 0), ([0.5, 0.7, 0.7, 0.6], 2), ([None, None], 2), ([0.5], 1)]
)
def test_the_best_epoch_is_the_one_that_a_training_keeps(scores, best):
    epochs = [{} if s is None else {"val_balanced_accuracy": s} for s in scores]
    assert best_epoch_of(epochs) == best
