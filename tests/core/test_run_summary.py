from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.run_summary import (
    HISTORY_FILE,
    METRICS_FILE,
    MODEL_FILE,
    RUN_FILE,
    RunSummary,
    ending_in_words,
    read_summary,
)
from tests.core.made_runs import CLASSES, FIRST, make_run


def test_tells_all_that_is_known(tmp_path):
    run = read_summary(make_run(tmp_path))
    assert (run.name, run.model, run.classes) == (FIRST, "fc", CLASSES)
    assert run.trained_at == "2026-01-01T08:00:00+00:00"
    assert (run.n_epochs, run.best_epoch) == (4, 3)
    assert run.n_recordings == {"training": 3, "validation": 1}
    assert (run.dataset, run.dataset_sha256) == ("dataset.parquet", "d" * 64)
    assert run.config["epochs"] == 200
    assert run.metrics["balanced_accuracy"] == 0.5
    assert run.metrics["auc_audible_over_inaudible"] is None
    assert run.is_evaluated
    assert run.problem == run.note == ""


def test_what_grows_with_the_recordings_is_left_out(tmp_path):
    assert "per_recording" not in read_summary(make_run(tmp_path)).metrics


def test_without_an_evaluation_the_training_s_own_figures_count(tmp_path):
    run = read_summary(make_run(tmp_path, score=None))
    assert run.metrics["balanced_accuracy"] == 0.4
    assert not run.is_evaluated
    # On the same recordings.
    assert run.measured_on == read_summary(make_run(tmp_path / "other")).measured_on


def test_that_it_was_stopped_by_hand_is_told(tmp_path):
    run = make_run(tmp_path, n_epochs=7)
    assert ending_in_words(read_summary(run)) == "ended by itself after epoch 7"
    known = json.loads((run / RUN_FILE).read_text())
    (run / RUN_FILE).write_text(json.dumps({**known, "stopped_by_hand": True}))
    assert ending_in_words(read_summary(run)) == "stopped by hand after epoch 7"
    assert ending_in_words(RunSummary("damaged")) == ""


@pytest.mark.parametrize(
    ("file", "content", "problem"),
    [
        (RUN_FILE, None, "run.json is missing"),
        (RUN_FILE, b'{"kind": "f', "run.json is damaged"),
        (RUN_FILE, b"\xff\xfe", "run.json is damaged"),
        (RUN_FILE, b"[1]", "run.json is damaged"),
        (RUN_FILE, b'{"kind": "svm"}', "run.json is not what a training writes"),
        (RUN_FILE, b'{"format": 99}', "It was made by a newer version of this program"),
        (METRICS_FILE, b"{", "metrics.json is damaged"),
        (HISTORY_FILE, None, "history.csv is missing"),
        (MODEL_FILE, None, "model.keras is missing"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, file, content, problem):
    path = make_run(tmp_path) / file
    path.unlink() if content is None else path.write_bytes(content)
    run = read_summary(path.parent)
    assert run.problem == problem
    assert run.trained_at.startswith("2026-01-01")


def test_everything_that_is_wrong_is_said(tmp_path):
    (tmp_path / "strange").mkdir()
    run = read_summary(tmp_path / "strange")
    assert run.problem == "run.json is missing; model.keras is missing; history.csv is missing"
    assert run.trained_at  # of the folder


@pytest.mark.parametrize(
    ("name", "words"),
    [(f".{FIRST}.part", "not whole"), (f".{FIRST}.deleted.part", "not deleted whole")],
)
def test_what_is_half_there_says_why(tmp_path, name, words):
    run = read_summary(make_run(tmp_path, name))
    assert words in run.problem
    assert run.trained_at.startswith("2026-01-01")


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=5,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(
    file=st.sampled_from([RUN_FILE, METRICS_FILE]),
    key=st.sampled_from(
        [
            *(
                "kind",
                "classes",
                "features",
                "config",
                "dataset",
                "split",
                "n_epochs",
                "stopped_by_hand",
            ),
            *("validation", "per_class", "near_edge", "per_recording", "n_frames"),
            *("balanced_accuracy", "n_recordings", "best_epoch", "format"),
        ]
    ),
    value=JSON,
)
def test_no_value_makes_it_fail(tmp_path_factory, file, key, value):
    path = make_run(tmp_path_factory.mktemp("runs")) / file
    path.write_text(json.dumps({**json.loads(path.read_text()), key: value}))
    run = read_summary(path.parent)
    assert run.name == FIRST
    assert all(v is None or isinstance(v, (int, float, dict)) for v in run.metrics.values())
