"""All about one recording: what is there is told, and what is not is a sentence."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import ProjectError, RecordingError, SettingsError
from core.library import Recording
from core.manifest import read_manifest, write_manifest
from core.pipeline import run_stage
from core.progress import Cancelled
from core.project import open_project, save_project
from core.recording_details import describe_recording, sentence
from core.settings import AnnotationConfig, FeatureConfig, TrainConfig
from core.table_meta import read_meta
from tests.core.test_prediction_rows import write_predictions
from tests.windows import make_project

RATE_HZ = 16_000


@pytest.fixture(scope="module")
def extracted(tmp_path_factory):
    library = tmp_path_factory.mktemp("extracted") / "library"
    project = make_project(library, n_recordings=4, seconds=6.5)
    for stage in ("transcode", "extract", "dataset"):
        run_stage(project, stage)
    return library


@pytest.fixture
def project(extracted):
    """Transcoded and extracted where it lies."""
    return extracted / "project"


@pytest.fixture
def own_project(extracted, tmp_path):
    """One to be changed; moved, so that what is transcoded belongs to originals elsewhere."""
    shutil.copytree(extracted, tmp_path / "library")
    folder = tmp_path / "library" / "project"
    manifest = folder / "transcoded" / "manifest.csv"
    manifest.write_text(manifest.read_text().replace(str(extracted), str(tmp_path / "library")))
    return folder


def recording(project, k=0):
    name = f"rec{k}.{'wav' if k % 2 else 'flac'}"
    return Recording(f"audio/{name}", project.parent / "audio" / name)


def change(project, **sections):
    save_project(open_project(project).with_settings(**sections))


def test_everything_about_a_recording_that_is_all_right(project):
    details = describe_recording(project, recording(project))
    assert details.recording == recording(project)
    assert details.stem == "rec0"
    assert (details.sample_rate, details.n_channels) == (RATE_HZ, 1)
    assert details.n_samples == 6.5 * RATE_HZ
    assert details.duration_s == 6.5
    assert details.codec == "flac/pcm_16"
    assert details.transcoded == project / "transcoded" / "rec0.wav"
    assert (details.transcoded_rate, details.transcoded_samples) == (8000, 52_000)
    assert details.spec is not None
    assert (details.spec.hop_size, details.n_frames) == (200, 260)
    assert details.features == project / "features" / "rec0.parquet"
    assert details.classes == ("inaudible", "barely", "audible")
    assert [(a.start_s, a.end_s, a.target) for a in details.annotations] == [
        (0.1, 1.9, 0),
        (2.0, 4.0, 2),
        (5.0, 6.0, 1),
    ]
    assert not details.problem + details.transcoded_problem + details.features_problem
    assert not details.annotations_problem
    assert details.run is None
    assert details.predictions_problem == "No model trained yet."


def test_annotations_come_by_their_start_whatever_their_order(own_project):
    path = own_project.parent / "annotations.csv"
    header, *rows = path.read_text().splitlines()
    path.write_text("\n".join([header, *reversed(rows)]))
    details = describe_recording(own_project, recording(own_project))
    assert [a.start_s for a in details.annotations] == [0.1, 2.0, 5.0]


def test_an_original_that_is_gone_or_broken_is_a_sentence(own_project):
    there = recording(own_project)
    there.path.write_bytes(b"fLaC and then nothing that makes sense")
    details = describe_recording(own_project, there)
    assert details.problem.startswith("rec0.flac cannot be read as audio")
    assert (details.sample_rate, details.n_samples, details.duration_s) == (0, None, None)
    there.path.unlink()
    details = describe_recording(own_project, there)
    assert details.problem.startswith("There is no file")
    assert details.original_stamp == ""
    # All else is there.
    assert details.transcoded_samples == 52_000
    assert details.n_frames == 260
    assert len(details.annotations) == 3


def test_a_recording_that_no_stage_knows(own_project):
    """It was shown, but not selected: only its own file and its annotations are there."""
    other = recording(own_project, 3)
    details = describe_recording(own_project, other)
    assert details.stem == "rec3"
    assert details.transcoded is None
    assert details.transcoded_problem == "Not transcoded yet."
    assert not details.is_left_out
    assert details.features_problem == "No features extracted yet."
    assert len(details.annotations) == 3


def test_a_recording_that_was_left_out_says_why(own_project):
    recording(own_project).path.write_bytes(b"no audio at all, to be sure of it")
    run_stage(own_project, "transcode")
    details = describe_recording(own_project, recording(own_project))
    assert details.transcoded is None
    assert details.transcoded_problem.startswith("Left out when transcoding: ")
    assert details.features_problem == details.transcoded_problem
    assert details.is_left_out


def test_a_transcoded_file_that_is_gone(own_project):
    (own_project / "transcoded" / "rec0.wav").unlink()
    details = describe_recording(own_project, recording(own_project))
    assert details.transcoded is None
    assert "is gone" in details.transcoded_problem


def test_features_of_an_earlier_transcoded_file_are_not_laid_over_the_new_one(own_project):
    folder = own_project / "transcoded"
    entries = read_manifest(folder)
    write_manifest(folder, [replace(e, sha256="0" * 64) for e in entries])
    details = describe_recording(own_project, recording(own_project))
    assert details.spec is None
    assert details.n_frames == 0
    assert "earlier transcoded file" in details.features_problem


def test_damaged_features_are_a_sentence(own_project):
    (own_project / "features" / "rec0.parquet").write_bytes(b"PAR1")
    details = describe_recording(own_project, recording(own_project))
    assert details.spec is None
    assert "are damaged" in details.features_problem


def test_a_damaged_manifest_is_a_sentence(own_project):
    (own_project / "transcoded" / "manifest.csv").write_text("nonsense\n1\n")
    details = describe_recording(own_project, recording(own_project))
    assert "is damaged" in details.transcoded_problem
    assert details.sample_rate == RATE_HZ


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (None, "cannot be read"),
        ("a,b\n1,2\n", "has no column"),
        ('file_name,start,end,class\n"rec0.flac,1,2,audible\n' + "x" * 200_000, "is no table"),
    ],
)
def test_a_broken_table_of_annotations_does_not_hide_the_recording(own_project, text, problem):
    path = own_project.parent / "annotations.csv"
    path.write_text(text) if text else path.unlink()
    details = describe_recording(own_project, recording(own_project))
    assert details.annotations == ()
    assert problem in details.annotations_problem
    assert details.n_frames == 260
    # Mended, it is read again.
    path.write_text("file_name,start,end,class\nrec0,1,2,audible\n")
    details = describe_recording(own_project, recording(own_project))
    assert [a.target for a in details.annotations] == [2]
    assert details.annotations_problem == ""


def test_a_database_that_is_gone_does_not_hide_the_recording(own_project):
    (own_project.parent / "loudsense.db").unlink()
    assert len(describe_recording(own_project, recording(own_project)).annotations) == 3
    details = describe_recording(own_project, recording(own_project, 3))
    assert "cannot be opened" in details.annotations_problem
    assert details.sample_rate == RATE_HZ


def test_no_project_or_a_wrong_one_is_one_error(own_project, tmp_path):
    with pytest.raises(ProjectError, match="is no project"):
        describe_recording(tmp_path / "nowhere", recording(own_project))
    (own_project / "project.toml").write_text("[train]\nepochs = -1\n")
    with pytest.raises(SettingsError):
        describe_recording(own_project, recording(own_project))


def make_run(project, name="2026-01-01_fc", **spec):
    run = project / "runs" / name
    run.mkdir(parents=True)
    features = {"sample_rate": 8000, "frame_size": 200, "hop_size": 200, "version": 1, **spec}
    (run / "run.json").write_text(json.dumps({"features": features}))
    return run


def test_the_newest_run_shows_its_predictions(own_project):
    make_run(own_project)
    run = make_run(own_project, "2026-02-02_cnn")
    details = describe_recording(own_project, recording(own_project))
    assert (details.run, details.run_is_current) == (run, False)
    assert details.predictions is None
    assert "is not evaluated yet" in details.predictions_problem
    write_predictions(run / "predictions.parquet", {"rec0": [1, 2]})
    details = describe_recording(own_project, recording(own_project))
    assert details.predictions == run / "predictions.parquet"
    assert details.predictions_problem == ""


def test_predictions_of_other_frames_are_not_laid_over_these(own_project):
    run = make_run(own_project, hop_size=100)
    write_predictions(run / "predictions.parquet", {"rec0": [1, 2]})
    details = describe_recording(own_project, recording(own_project))
    assert details.predictions is None
    assert "of other frames" in details.predictions_problem


def test_without_features_there_is_nothing_to_lay_predictions_over(own_project):
    run = make_run(own_project)
    write_predictions(run / "predictions.parquet", {"rec0": [1, 2]})
    (own_project / "features" / "rec0.parquet").unlink()
    details = describe_recording(own_project, recording(own_project))
    assert details.predictions_problem == f"Not predicted by {run.name} yet."


def test_a_project_that_moved_with_its_library_shows_what_it_has(extracted, tmp_path):
    shutil.copytree(extracted, tmp_path / "library")
    project = tmp_path / "library" / "project"
    details = describe_recording(project, recording(project))
    assert details.transcoded == project / "transcoded" / "rec0.wav"
    assert details.n_frames == 260
    assert len(details.annotations) == 3
    # Another file in its place is another recording.
    recording(project).path.write_bytes(b"another")
    assert describe_recording(project, recording(project)).transcoded is None


def test_the_run_of_this_dataset_and_these_settings_comes_before_a_newer_one(own_project):
    make_run(own_project, "2999-01-01_fc")
    current = make_run(own_project)
    known = json.loads((current / "run.json").read_text())
    known["config"] = open_project(own_project).settings.train.to_dict()
    known["dataset"] = {"sha256": read_meta(own_project / "dataset.parquet").sha256}
    (current / "run.json").write_text(json.dumps(known))
    details = describe_recording(own_project, recording(own_project))
    assert (details.run, details.run_is_current) == (current, True)
    # Another that is asked for, as long as it is there.
    details = describe_recording(own_project, recording(own_project), run="2999-01-01_fc")
    assert (details.run.name, details.run_is_current) == ("2999-01-01_fc", False)
    details = describe_recording(own_project, recording(own_project), run="gone")
    assert (details.run, details.run_is_current) == (current, True)
    # Another number of epochs: then the newest is as good as any.
    change(own_project, train=TrainConfig(epochs=7))
    details = describe_recording(own_project, recording(own_project))
    assert (details.run.name, details.run_is_current) == ("2999-01-01_fc", False)


def test_what_changes_changes_its_stamp_and_no_other(own_project):
    def stamps(details):
        return details.original_stamp, details.transcoded_stamp, details.features_stamp

    there = recording(own_project)
    before = stamps(describe_recording(own_project, there))
    assert all(before)
    change(own_project, features=FeatureConfig(frame_size=400))
    run_stage(own_project, "extract")
    details = describe_recording(own_project, there)
    after = stamps(details)
    assert [a == b for a, b in zip(before, after, strict=True)] == [True, True, False]
    assert details.spec.frame_size == 400


def test_no_table_of_annotations_is_a_sentence(own_project):
    change(own_project, annotations=AnnotationConfig())
    details = describe_recording(own_project, recording(own_project))
    assert details.annotations_problem == "The project names no table of annotations."


def test_it_can_be_cancelled(project):
    def report(_progress):
        raise Cancelled

    with pytest.raises(Cancelled):
        describe_recording(project, recording(project), report=report)


def test_a_sentence_has_message_and_hint():
    error = RecordingError("x.wav is broken", path=Path("x.wav"), hint="Mend it.")
    assert sentence(error) == "x.wav is broken. Mend it."
    assert sentence(RecordingError("Is it there?", path="x")) == "Is it there?"
