from __future__ import annotations

import csv
import json
import shutil
from dataclasses import replace

import pyarrow.parquet as pq
import pytest

from core import run_assessment
from core.errors import StorageError, TableError
from core.evaluate import evaluate
from core.project import open_project, save_project
from core.run_assessment import assess_run, list_evaluated_runs, save_assessment
from core.settings import TrainConfig
from core.table_meta import read_meta, write_meta


@pytest.fixture
def run(finished_project):
    (found,) = list_evaluated_runs(finished_project)
    return found.folder


def compute(run, dataset):
    """What is said if the evaluation wrote nothing down."""
    (run / "assessment.json").unlink()
    return assess_run(run, dataset)


def test_runs_are_listed_the_current_one_first(finished_project, run):
    shutil.copytree(run, run.with_name("2999-01-01_00-00-00_fc"))
    (run.parent / "2999-02-01_00-00-00_fc").mkdir()
    runs = list_evaluated_runs(finished_project)
    assert [(r.folder.name[:4], r.is_current, r.model) for r in runs] == [
        ("2999", True, "fc"), (run.name[:4], False, "fc"),
    ]  # fmt: skip
    project = open_project(finished_project)
    save_project(project.with_settings(train=TrainConfig(epochs=77)))
    assert [r.is_current for r in list_evaluated_runs(finished_project)] == [False, False]


def test_a_run_is_told_from_its_files_as_the_evaluation_told_it(finished_project, run, tmp_path):
    dataset = finished_project / "dataset.parquet"
    written = assess_run(run, dataset)
    computed = compute(run, dataset)
    assert computed == written
    assert computed.is_of_dataset
    assert computed.splits == ("held_out", "trained_on", "all")
    told = evaluate(run / "model.keras", dataset)
    assert told.assessment == computed.assessment
    metrics = json.loads((run / "metrics.json").read_text())
    part = computed.assessment["by_split"]["held_out"]
    assert metrics == {key: part[key] for key in metrics}


def test_what_was_written_is_not_taken_for_other_predictions(finished_project, run, monkeypatch):
    dataset = finished_project / "dataset.parquet"
    seen = []
    monkeypatch.setattr(run_assessment, "assess", lambda f, **_: seen.append(f) or _nothing())
    assess_run(run, dataset)
    assert not seen
    predictions = run / "predictions.parquet"
    pq.write_table(pq.read_table(predictions), predictions, compression="none")
    assess_run(run, dataset)
    assert len(seen) == 1
    (run / "assessment.json").write_text("{")
    assess_run(run, dataset)
    assert len(seen) == 2


def _nothing():
    return {"by_split": {split: {"n_frames": 0} for split in ("held_out", "trained_on", "all")}}


def test_a_run_of_another_dataset_is_told_without_edges(finished_project, run):
    dataset = finished_project / "dataset.parquet"
    before = compute(run, dataset)
    write_meta(dataset, replace(read_meta(dataset), sha256="another"))
    result = assess_run(run, dataset)
    assert not result.is_of_dataset
    part, old = (r.assessment["by_split"]["all"] for r in (result, before))
    assert part["near_edge"] is part["events"] is None
    assert part["confusion"] == old["confusion"]
    assert part["intervals"] == old["intervals"]


def test_predictions_that_are_gone_or_others_are_an_error(finished_project, run):
    dataset = finished_project / "dataset.parquet"
    (run / "assessment.json").unlink()
    meta = read_meta(dataset)
    first = replace(meta.recordings[0], n_rows=meta.recordings[0].n_rows + 1)
    write_meta(dataset, replace(meta, recordings=(first, *meta.recordings[1:])))
    with pytest.raises(TableError, match="not the rows that were written"):
        assess_run(run, dataset)
    (run / "predictions.parquet").write_bytes(b"PAR1")
    with pytest.raises(TableError, match="cannot be read as a table"):
        assess_run(run, dataset)
    (run / "predictions.parquet").unlink()
    with pytest.raises(TableError, match="There is no table"):
        assess_run(run, dataset)


def test_everything_is_saved_as_json(finished_project, run, tmp_path):
    result = assess_run(run, finished_project / "dataset.parquet")
    path = tmp_path / "saved.json"
    assert save_assessment(result, path) == path.stat().st_size
    told = json.loads(path.read_text())
    assert told["by_split"] == result.assessment["by_split"]
    assert (told["run"], told["classes"]) == (run.name, list(result.classes))


def test_tables_are_saved_as_one_that_can_be_filtered(finished_project, run, tmp_path):
    result = assess_run(run, finished_project / "dataset.parquet")
    path = tmp_path / "saved.csv"
    save_assessment(result, path)
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["split"] for row in rows} == set(result.splits)
    assert {row["table"] for row in rows} == {
        "metrics", "confusion", "per_class", "per_recording", "edges", "steps", "event_based",
        "segment_based",
    }  # fmt: skip
    part = result.assessment["by_split"]["all"]

    def value(table, row, measure):
        (found,) = [
            r for r in rows
            if (r["split"], r["table"], r["row"], r["measure"]) == ("all", table, row, measure)
        ]  # fmt: skip
        return found

    accuracy, interval = value("metrics", "", "accuracy"), part["intervals"]["accuracy"]
    assert float(accuracy["value"]) == part["accuracy"]
    assert float(accuracy["low"]), float(accuracy["high"]) == (interval["low"], interval["high"])
    assert int(value("confusion", "audible", "barely")["value"]) == part["confusion"][2][1]
    name = next(iter(part["per_recording"]))
    off = part["recordings"][name]["errors_by_step"][1]
    assert int(value("per_recording", name, "n_frames_off_by_2")["value"]) == off
    f1 = value("event_based", "all", "f1")
    assert float(f1["value"]) == part["events"]["event_based"]["f1"]


def test_a_folder_that_is_gone_is_told(finished_project, run, tmp_path):
    result = assess_run(run, finished_project / "dataset.parquet")
    (tmp_path / "file").touch()
    with pytest.raises(StorageError):
        save_assessment(result, tmp_path / "file" / "saved.csv")
