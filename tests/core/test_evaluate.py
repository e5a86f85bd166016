from __future__ import annotations

import csv
import json
from dataclasses import replace

import numpy as np
import pyarrow.parquet
import pytest

from core.checkpoint import CheckpointInfo, save_checkpoint
from core.dataset import load_dataset
from core.error_spans import SpanKeys
from core.errors import CheckpointError, DatasetError
from core.evaluate import error_spans, evaluate, evaluated_frames, measure_dataset
from core.learning.metrics import METRICS
from core.models import build_fc
from core.progress import Cancelled
from core.run_errors import find_run_errors, kept_run_errors
from core.table_meta import read_meta, write_meta
from tests.core.labelled_tables import CLASSES, SPEC, make_tables


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return make_tables(tmp_path_factory.mktemp("made"), n_recordings=3, n_annotations=3)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "model.keras"
    info = CheckpointInfo("fc", CLASSES, SPEC.to_dict())
    save_checkpoint(build_fc(n_features=53, n_classes=3, seed=0), info, path)
    return path


@pytest.fixture(scope="module")
def evaluated(made, model, tmp_path_factory):
    return evaluate(model, made.dataset, out=tmp_path_factory.mktemp("out") / "deep")


def answers(data, wrong):
    """Probabilities that are sure and right, save in the rows of `wrong`."""
    probabilities = np.eye(3, dtype=np.float32)[data.targets]
    for row, (target, score) in wrong.items():
        probabilities[row] = (1 - score) / 2
        probabilities[row, target] = score
    return probabilities


def spans_of(data, probabilities):
    rows = evaluated_frames(data, probabilities)
    return error_spans(find_run_errors(rows, data.meta, trained_on=()))


def test_what_is_wrong_is_kept_for_the_window(made, evaluated):
    kept = kept_run_errors(evaluated.out / "predictions.parquet")
    assert kept.confusion.sum(axis=0).tolist() == evaluated.metrics["confusion"]
    assert len(kept.errors) == evaluated.n_error_spans
    meta = read_meta(made.dataset)
    assert kept.keys == SpanKeys(
        tuple(r.name for r in meta.recordings), meta.classes, meta.sample_rate
    )
    with (evaluated.out / "errors.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["start"]) for row in rows] == pytest.approx(kept.start_s, abs=1e-6)
    assert [float(row["score"]) for row in rows] == pytest.approx(kept.errors.score, abs=1e-4)


def test_neighbouring_errors_of_one_kind_are_one_span(made):
    # 30 rows a recording: frames 0-9, 20-29 and 40-49 of it; rec0 has the classes 0, 1, 2.
    data = load_dataset(made.dataset)
    wrong = dict.fromkeys([2, 3, 4], (2, 0.9)) | {5: (1, 0.6)}
    wrong |= dict.fromkeys([8, 9], (2, 0.7)) | dict.fromkeys([10], (2, 0.7))
    wrong |= dict.fromkeys([29], (0, 0.8)) | dict.fromkeys([30], (0, 0.5))
    spans = spans_of(data, answers(data, wrong))
    found = [
        (s.recording, round(s.start_s / 0.025), round(s.end_s / 0.025), s.annotated, s.predicted)
        for s in spans
    ]
    assert found == [
        ("rec0", 2, 5, "inaudible", "audible"),
        ("rec0", 8, 10, "inaudible", "audible"),
        ("rec0", 49, 50, "audible", "inaudible"),
        ("rec0", 20, 21, "barely", "audible"),
        ("rec0", 5, 6, "inaudible", "barely"),
        ("rec1", 0, 1, "barely", "inaudible"),
    ]
    assert [s.n_frames for s in spans] == [3, 2, 1, 1, 1, 1]
    assert [s.score for s in spans] == pytest.approx([0.9, 0.7, 0.8, 0.7, 0.6, 0.5])


def test_frames_on_both_sides_of_a_gap_are_two_spans(tmp_path):
    made = make_tables(tmp_path, n_recordings=1, n_annotations=4)  # classes 0, 1, 2, 0
    data = load_dataset(made.dataset)
    meta = replace(data.meta, classes=("only", "other", "third"))
    data = replace(data, meta=meta, targets=np.zeros_like(data.targets))
    spans = spans_of(data, answers(data, {9: (1, 0.9), 10: (1, 0.9)}))
    assert [(round(s.start_s / 0.025), s.n_frames) for s in spans] == [(9, 1), (20, 1)]


def test_no_error_no_span(made):
    data = load_dataset(made.dataset)
    assert spans_of(data, answers(data, {})) == []


def test_near_an_edge_is_within_a_tenth_of_a_second(made):
    data = load_dataset(made.dataset)
    metrics = measure_dataset(data, answers(data, {0: (1, 0.9), 15: (2, 0.9)}))
    # Frames are 25 ms: the centres of the first and last four of ten lie 12.5 to 87.5 ms away.
    assert metrics["near_edge"]["n_frames"] == 9 * 8
    assert metrics["inside"]["n_frames"] == 9 * 2
    assert metrics["near_edge"]["accuracy"] == pytest.approx(71 / 72)
    assert metrics["inside"]["accuracy"] == pytest.approx(17 / 18)


def test_some_rows_are_measured_as_if_they_were_all(made):
    data = load_dataset(made.dataset)
    rows = np.flatnonzero(data.recording_index == 1)
    metrics = measure_dataset(data, answers(data, {})[rows], rows=rows)
    assert metrics["n_frames"] == 30
    assert list(metrics["per_recording"]) == ["rec1"]


def test_the_files_say_what_the_result_says(made, evaluated):
    assert sorted(p.name for p in evaluated.out.iterdir()) == [
        "assessment.json", "errors.csv", "errors.npz", "metrics.json", "predictions.parquet"
    ]  # fmt: skip
    assert json.loads((evaluated.out / "metrics.json").read_text()) == evaluated.metrics
    data = load_dataset(made.dataset)
    rows = pyarrow.parquet.read_table(evaluated.out / "predictions.parquet").to_pandas()
    assert list(rows.columns) == [
        "id", "recording", "start_sample", "end_sample", "target", "predicted",
        "p_inaudible", "p_barely", "p_audible",
    ]  # fmt: skip
    assert rows["id"].tolist()[9:11] == ["rec0_f9", "rec0_f20"]
    assert (rows["end_sample"] - rows["start_sample"] == 200).all()
    assert np.array_equal(rows["target"], data.targets)
    probabilities = rows.filter(like="p_").to_numpy()
    assert np.array_equal(rows["predicted"], probabilities.argmax(axis=1))
    assert evaluated.metrics == measure_dataset(data, probabilities)
    written = json.loads((evaluated.out / "assessment.json").read_text())
    assert written["assessment"] == evaluated.assessment
    assert written["dataset_sha256"] == data.meta.sha256
    with (evaluated.out / "errors.csv").open(newline="") as file:
        errors = list(csv.DictReader(file))
    assert len(errors) == evaluated.n_error_spans > 0
    assert sum(int(e["n_frames"]) for e in errors) == (rows["predicted"] != rows["target"]).sum()


def test_what_is_beside_the_metrics_is_of_the_same_split(evaluated):
    told = evaluated.to_dict()
    part = told["by_split"]["all"]
    for key, value in part.items():
        assert told[key] == value, key
    assert told["split"] == "all"
    assert list(told)[: len(METRICS)] == list(METRICS)
    json.dumps(
        {k: v for k, v in told.items() if k not in {"model", "dataset", "out"}}, allow_nan=False
    )


def test_nothing_is_written_without_a_folder(made, model, evaluated, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    result = evaluate(model, made.dataset)
    assert result.metrics == evaluated.metrics
    assert not list(tmp_path.iterdir())


def test_recordings_that_were_learnt_from_are_told_and_may_be_held_out(made, tmp_path):
    info = CheckpointInfo(
        "fc",
        CLASSES,
        SPEC.to_dict(),
        dataset={"sha256": read_meta(made.dataset).sha256},
        split={"training": ["rec0", "rec2"], "validation": ["rec1"]},
    )
    path, network = tmp_path / "m.keras", build_fc(n_features=53, n_classes=3, seed=0)
    save_checkpoint(network, info, path)
    whole = evaluate(path, made.dataset)
    assert (whole.n_trained_on, whole.metrics["n_recordings"]) == (2, 3)
    apart = evaluate(path, made.dataset, held_out=True, out=tmp_path / "out")
    assert apart.n_trained_on == 0
    assert list(apart.metrics["per_recording"]) == ["rec1"]
    assert (whole.split, apart.split) == ("all", "held_out")
    assert whole.assessment == apart.assessment
    parts = whole.assessment["by_split"]
    assert {split: list(part["per_recording"]) for split, part in parts.items()} == {
        "held_out": ["rec1"], "trained_on": ["rec0", "rec2"], "all": ["rec0", "rec1", "rec2"]
    }  # fmt: skip
    rows = pyarrow.parquet.read_table(tmp_path / "out" / "predictions.parquet")
    assert len(rows) == whole.to_dict()["n_frames"] == 90
    save_checkpoint(network, replace(info, dataset={"sha256": "another"}), path)
    assert evaluate(path, made.dataset).n_trained_on == 0


def test_progress_and_cancel(made, model, tmp_path):
    seen = []
    evaluate(model, made.dataset, report=seen.append)
    assert {p.stage for p in seen} == {"evaluate"}
    assert (seen[-1].done, seen[-1].total, seen[-1].unit) == (90, 90, "frames")
    assert "Starting TensorFlow" in [p.text for p in seen]

    def cancel(progress):
        if progress.done:
            raise Cancelled

    with pytest.raises(Cancelled):
        evaluate(model, made.dataset, out=tmp_path / "out", report=cancel)
    assert not (tmp_path / "out").exists()


def test_other_classes_are_refused_by_name(model, tmp_path):
    made = make_tables(tmp_path)
    meta = read_meta(made.dataset)
    write_meta(made.dataset, replace(meta, classes=("soft", "middling", "loud")))
    with pytest.raises(CheckpointError, match="is about soft, middling, loud"):
        evaluate(model, made.dataset)


def test_a_dataset_without_frames_is_an_error(model, tmp_path):
    made = make_tables(tmp_path, n_recordings=1, n_annotations=0)
    with pytest.raises(DatasetError, match="no frame"):
        evaluate(model, made.dataset)
