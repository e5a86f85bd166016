from __future__ import annotations

from core.train_again_words import (
    EPOCHS_CHOSEN,
    SAME_LEARNT,
    comparison_in_words,
    gain_in_words,
    learnt_the_same,
)


def _became(n, n_held_out):
    return {"n": n, "n_labelled": n, "n_right": 1, "n_held_out": n_held_out, "n_held_out_right": 0}


def _values(n_held_out):
    metrics = {
        "n_frames": 90,
        "n_recordings": 3,
        "balanced_accuracy": 0.5,
        "quadratic_kappa": 0.25,
        "auc_audible_over_inaudible": None,
        "recall": {"barely": 0.125},
    }
    gain = {"difference": 0.0, "interval": {"low": -0.1, "high": 0.1}}
    keys = ("balanced_accuracy", "quadratic_kappa", "auc_audible_over_inaudible")
    return {
        "run": "new",
        "old_run": "old",
        "old_labels": None,
        "first": metrics,
        "second": metrics,
        "differences": dict.fromkeys(keys, gain) | {"recall": {"barely": gain}},
        "errors": {"spans": {"n_first": 9, "n_gone": 4, "n_second": 7, "n_new": 2}},
        "became": {"corrected": _became(2, n_held_out), "open": _became(5, 0)},
    }


def test_three_columns_and_what_became_of_errors_are_told():
    lines = comparison_in_words(_values(1))
    assert lines[0] == "new, beside old, on 90 frames of 3 recordings that neither was trained on"
    assert lines[2].split() == [
        "balanced",
        "accuracy",
        "-",
        "0.500",
        "0.500",
        "+0.000",
        "[-0.10,",
        "+0.10]",
    ]
    assert (
        "Error spans: 9 of the old model, 4 of them gone; 7 of the new one, 2 of them new" in lines
    )
    assert lines[-1] == "Labels corrected: 2; the new model agrees with 1 of 2 (held out: 0 of 1)"
    assert SAME_LEARNT not in lines


def test_that_nothing_else_was_learnt_is_told():
    assert SAME_LEARNT in comparison_in_words(_values(2))
    assert not learnt_the_same({})


def test_that_the_epoch_flatters_the_new_model_is_always_told_under_the_table():
    for n_held_out in range(3):
        lines = comparison_in_words(_values(n_held_out))
        place = lines.index(f"note: {EPOCHS_CHOSEN}")
        assert lines[place - 1].startswith("In brackets")


def test_a_gain_without_an_interval_is_told_alone():
    assert gain_in_words({"difference": None, "interval": None}) == "-"
    assert gain_in_words({"difference": -0.25, "interval": None}) == "-0.250"
