"""A project's run and recordings become predictions, with label tracks beside them."""

from __future__ import annotations

import csv
from dataclasses import replace

import pytest

from core.errors import CheckpointError, NothingToDoError
from core.isolation import StageRunner
from core.library import Recording
from core.predict import predict
from core.project import open_project, save_project
from core.run_prediction import labels_folder, predict_with_run, runs_to_predict_with
from core.run_summary import RunSummary


@pytest.fixture
def run(finished_project):
    (folder,) = (finished_project / "runs").iterdir()
    return folder.name


def test_the_current_run_comes_first_then_those_evaluated():
    runs = [
        RunSummary("e", problem="model.keras is missing"),
        RunSummary("d"),
        RunSummary("c", is_evaluated=True),
        RunSummary("b", is_current=True),
        RunSummary("a", is_evaluated=True),
    ]
    assert [r.name for r in runs_to_predict_with(runs)] == ["b", "c", "a", "d"]


def test_recordings_of_the_query_are_predicted_and_labelled(finished_project, run, tmp_path):
    out = tmp_path / "p.csv"
    # In a child, as the window does: TensorFlow stays out of this process.
    with StageRunner() as runner:
        done = runner.run(
            predict_with_run, finished_project, run, None, out_csv=out, with_labels=True
        )
    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert done.result.n_recordings == 3  # those that are reviewed
    assert done.left_out == ()
    assert done.labels == labels_folder(out) == tmp_path / "p_labels"
    files = sorted(done.labels.iterdir())
    stems = {r["recording"].partition(".")[0] for r in rows}
    assert [p.name for p in files] == sorted(f"{stem}.txt" for stem in stems)
    assert len(files) == 3
    # What was said of each frame is kept, and the table is of that.
    kept = sorted((finished_project / "runs" / run / "predicted").iterdir())
    assert [p.name.partition("-")[0] for p in kept] == ["rec0", "rec1", "rec2"]
    stamps = [p.stat().st_mtime_ns for p in kept]
    model = finished_project / "runs" / run / "model.keras"
    audio = [
        finished_project.parent / "audio" / r for r in dict.fromkeys(r["recording"] for r in rows)
    ]
    with StageRunner() as runner:
        runner.run(predict, model, audio, out_csv=tmp_path / "theirs.csv")
        again = runner.run(
            predict_with_run, finished_project, run, None, out_csv=tmp_path / "again.csv"
        )
    assert out.read_bytes() == (tmp_path / "theirs.csv").read_bytes()
    assert out.read_bytes() == (tmp_path / "again.csv").read_bytes()
    assert again.result.seconds_per_class == done.result.seconds_per_class
    assert [p.stat().st_mtime_ns for p in kept] == stamps
    for path in files:
        expected = [
            [r["start"], r["end"], r["class"]]
            for r in rows
            if r["recording"].partition(".")[0] == path.stem
        ]
        assert [line.split("\t") for line in path.read_text().splitlines()] == expected != []


def test_a_run_that_is_gone_is_a_sentence(finished_project, tmp_path):
    with pytest.raises(CheckpointError, match="gone has no model any more"):
        predict_with_run(finished_project, "gone", None, out_csv=tmp_path / "p.csv")


def test_a_query_that_selects_nothing_is_a_sentence(finished_project, run, tmp_path):
    project = open_project(finished_project)
    library = project.settings.library
    empty = replace(library, query="SELECT path FROM recording WHERE reviewed = 7")
    save_project(project.with_settings(library=empty))
    with pytest.raises(NothingToDoError, match="selects no recording"):
        predict_with_run(finished_project, run, None, out_csv=tmp_path / "p.csv")


def test_a_truncated_model_is_a_sentence_and_leaves_nothing(finished_project, run, tmp_path):
    model = finished_project / "runs" / run / "model.keras"
    model.write_bytes(model.read_bytes()[:2000])
    with pytest.raises(CheckpointError) as raised:
        predict_with_run(
            finished_project, run, [tmp_path / "any.wav"], out_csv=tmp_path / "out" / "p.csv"
        )
    assert "model.keras" in raised.value.message
    assert not (tmp_path / "out").exists()


def test_recordings_of_which_none_can_be_read_are_a_sentence(finished_project, run, tmp_path):
    path = finished_project.parent / "audio" / "rec4.flac"
    path.write_bytes(b"fLaC")
    with pytest.raises(NothingToDoError, match="Not one of 1") as raised:
        predict_with_run(
            finished_project, run, [Recording("audio/rec4.flac", path)], out_csv=tmp_path / "p.csv"
        )
    assert [item.name for item in raised.value.left_out] == [str(path)]
    assert not (tmp_path / "p.csv").exists()
