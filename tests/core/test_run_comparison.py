from __future__ import annotations

from dataclasses import replace

import pytest

from core.run_comparison import Metric, compare_runs, short_hash
from core.run_summary import RunSummary, read_summary
from core.settings import TrainConfig
from core.train_again_words import EPOCHS_CHOSEN
from tests.core.made_runs import FIRST, SECOND, make_run


@pytest.fixture
def two(tmp_path):
    first = make_run(tmp_path, FIRST, score=0.5)
    second = make_run(tmp_path, SECOND, score=0.75, config=TrainConfig(seed=3, epochs=50))
    return read_summary(first), read_summary(second)


def test_parameters_that_differ_come_first(two):
    parameters = compare_runs(*two).parameters
    differing = {p.title: p.values for p in parameters if p.differs}
    assert differing == {"Epochs": ("200", "50"), "Seed": ("0", "3")}
    assert [p.title for p in parameters[:2]] == ["Epochs", "Seed"]
    alike = {p.title: p.values[0] for p in parameters[2:]}
    assert alike["Frame size"] == "200 samples"
    assert alike["Recordings to learn from"] == "3"


def test_how_the_trainings_ended_is_compared(two):
    first, second = two[0], replace(two[1], stopped_by_hand=True)
    values = {p.title: p.values for p in compare_runs(first, second).parameters if p.differs}
    assert values["Training"] == ("ended by itself after epoch 4", "stopped by hand after epoch 4")


def test_metrics_stand_beside_each_other_with_their_difference(two):
    metrics = {m.title: m for m in compare_runs(*two).metrics}
    score = metrics["Balanced accuracy"]
    assert score.values == (0.5, 0.75)
    assert (score.difference, score.better) == (0.25, 1)
    assert metrics["Recall of barely"].difference == 0.25
    assert metrics["Balanced accuracy near edges"].values == (0.5, 0.75)
    auc = metrics["AUC, loudest over quietest"]
    assert (auc.difference, auc.better) == (None, None)


@pytest.mark.parametrize(
    ("values", "better"), [((0.5, 0.5004), None), ((0.501, 0.5), 0), ((None, 0.5), None)]
)
def test_what_is_alike_on_the_screen_is_not_better(values, better):
    assert Metric("", values).better is better


def test_figures_that_must_not_be_compared_are_said(two):
    first, second = two
    assert compare_runs(first, second).caution == ""
    assert "different recordings" in compare_runs(first, replace(second, measured_on="x")).caution
    assert "different datasets" in compare_runs(first, replace(second, dataset_sha256="e")).caution
    assert FIRST in compare_runs(replace(first, metrics={}), second).caution


def test_a_run_of_which_nothing_is_known_can_be_compared(two):
    comparison = compare_runs(two[0], RunSummary("damaged"))
    assert all(m.values[1] is None for m in comparison.metrics)
    assert "damaged" in comparison.caution


def test_that_the_epoch_flatters_a_run_that_was_trained_again_is_told(two):
    first, second = two
    keys = ("balanced_accuracy", "accuracy", "quadratic_kappa", "auc_audible_over_inaudible")
    alike = {"difference": 0.0, "interval": None}
    before = {
        "old_run": first.name,
        "old_labels": None,
        "first": {"n_frames": 9, "n_recordings": 1},
        "second": {},
        "differences": dict.fromkeys(keys, alike) | {"recall": {}},
        "errors": {"spans": dict.fromkeys(("n_first", "n_gone", "n_second", "n_new"), 0)},
        "became": {},
    }
    assert EPOCHS_CHOSEN in compare_runs(first, replace(second, before=before)).note
    assert EPOCHS_CHOSEN not in compare_runs(first, second).note


def test_a_hash_is_cut():
    assert short_hash("0123456789") == "0123456"
    assert short_hash("") == ""
