"""Train again on corrected labels, beside the run whose labels they are."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from core.annotating import confirm_edit
from core.annotations.edits import Bounds, label_range, sign
from core.checkpoint import CheckpointInfo
from core.cli import program as cli
from core.errors import NothingToDoError, ProjectError
from core.isolation import StageRunner
from core.overview import train_again_briefly
from core.pipeline import plan_project, run_stage
from core.progress import Cancelled
from core.project import STAGES, Project, ProjectSettings, open_project, save_project
from core.project_annotations import ProjectAnnotations
from core.review import read_review
from core.run_comparison import compare_runs
from core.run_summary import read_summary
from core.settings import AnnotationConfig, LibraryConfig, TrainConfig, TranscodeConfig
from core.split import split_dataset
from core.stage_plans import current_run, read_run
from core.storage import read_json
from core.train_again import _held, train_again
from core.words import in_words
from tests.core.labelled_tables import dataset_of
from tests.made_library import make_library


@pytest.fixture(scope="module")
def _trained(tmp_path_factory):
    home = tmp_path_factory.mktemp("again") / "home"
    library = make_library(home / "library", n_recordings=6, seconds=7.0)
    settings = ProjectSettings(
        library=LibraryConfig(str(library.database), query="SELECT path FROM recording"),
        transcode=TranscodeConfig(sample_rate=8000, output_format="wav"),
        annotations=AnnotationConfig(str(library.annotations)),
        train=TrainConfig(epochs=2, validation_split=0.4),
    )
    project = Project(home / "project", settings)
    save_project(project)
    with StageRunner() as runner:
        for stage in STAGES:
            runner.run(run_stage, project.folder, stage)
    shutil.copytree(home, home.with_name("kept"))
    return project


def put_back(project, kept):
    """Paths are whole ones, so that copies must lie where the project was made."""
    home = project.folder.parent
    shutil.rmtree(home)
    shutil.copytree(home.with_name(kept), home)


@pytest.fixture
def folder(_trained):
    put_back(_trained, "kept")
    return _trained.folder


def correct(folder, k=0):
    """Give an error the class that the model said."""
    review = read_review(folder)
    name = review.keys.recordings[int(review.errors.recording[k])]
    kept = ProjectAnnotations(open_project(folder))
    own = [a for a, _ in kept.of(n for n in kept.names() if n.startswith(name))]
    label = review.keys.classes[int(review.errors.predicted[k])]
    edit = label_range(
        own, review.start_s[k], review.end_s[k], label, bounds=Bounds(annotations=own), by=sign()
    )
    confirm_edit(folder, edit)


def stale(folder):
    return [p.stage for p in plan_project(folder).stages if not p.fresh]


@pytest.fixture(scope="module")
def _again(_trained):
    """Labels were corrected, and the model was trained again."""
    put_back(_trained, "kept")
    folder, old = _trained.folder, current_run(_trained)
    settings = (folder / "project.toml").read_text()
    correct(folder)
    with StageRunner() as runner:
        result = runner.run(train_again, folder, run=old.name)
    shutil.copytree(folder.parent, folder.parent.with_name("kept_again"))
    return folder, old, result, settings


@pytest.fixture
def again(_trained, _again):
    put_back(_trained, "kept_again")
    return _again


def test_the_same_recordings_are_held_and_nothing_is_stale_for_that(again):
    folder, old, result, settings = again
    new = folder / "runs" / result.run
    assert read_run(new)["split"]["validation"] == read_run(old)["split"]["validation"]
    assert read_run(new)["config"] == read_run(old)["config"]
    assert (folder / "project.toml").read_text() == settings
    assert stale(folder) == []
    assert current_run(open_project(folder)) == new
    assert read_review(folder).run == new.name


def test_both_are_measured_on_the_same_frames_and_it_is_kept(again):
    folder, old, result, _ = again
    assert result.first["n_frames"] == result.second["n_frames"] > 0
    assert result.old_labels["n_recordings"] == result.first["n_recordings"]
    kept = read_json(folder / "runs" / result.run / "before.json")
    assert (kept["old_run"], kept["second"]) == (old.name, result.second)
    assert result.second["balanced_accuracy"] == pytest.approx(
        read_json(folder / "runs" / result.run / "metrics.json")["balanced_accuracy"]
    )
    assert result.became["corrected"]["n"] >= 1
    comparison = compare_runs(read_summary(old), read_summary(folder / "runs" / result.run))
    assert "that neither was trained on" in comparison.note
    assert not comparison.caution
    score = comparison.metrics[0]
    assert score.then == pytest.approx(result.old_labels["balanced_accuracy"])
    assert score.values[0] == pytest.approx(result.first["balanced_accuracy"])
    told = in_words("train_again", kept)
    assert told[0].startswith(f"{result.run}, beside {old.name}, on {result.first['n_frames']}")


def test_a_cancelled_one_leaves_nothing_half(folder):
    correct(folder)
    before = sorted((folder / "runs").iterdir())

    def cancel(progress):
        if progress.stage == "evaluate" and progress.done:
            raise Cancelled

    with pytest.raises(Cancelled):
        train_again(folder, report=cancel)
    assert sorted((folder / "runs").iterdir()) == before
    assert stale(folder) == ["train", "evaluate"]


def test_what_cannot_be_compared_is_said_before_anything_is_done(folder, capsys):
    with pytest.raises(NothingToDoError, match="No label has changed since"):
        train_again(folder)
    with pytest.raises(ProjectError, match="There is no run elsewhere"):
        train_again_briefly(folder, "elsewhere")
    run = current_run(open_project(folder))
    (run / "model.keras").rename(run / "moved.keras")
    assert cli.run(["train_again", str(folder), f"--run={run.name}", "--json"]) == 2
    assert "has no model any more" in capsys.readouterr().err
    assert json.loads((run / "run.json").read_text())


def test_a_copy_of_a_held_recording_that_was_annotated_since_is_held_too():
    data = dataset_of([[9] * 3] * 4, hashes=["a", "b", "a", ""])
    rows = [replace(r, n_rows=27) for r in data.meta.recordings]
    meta = replace(data.meta, recordings=tuple(rows))
    info = CheckpointInfo(
        "fc",
        meta.classes,
        {},
        dataset={"sha256": "old"},
        split={"training": ["rec1", "rec3"], "validation": ["rec0"]},
    )
    held = _held(Path("old"), info, meta)
    assert held == ("rec0.wav", "rec2.wav")
    # It is not refused as being learnt by heart.
    split = split_dataset(replace(data, meta=meta), TrainConfig(validation_recordings=held))
    assert split.training_recordings == ("rec1", "rec3")
