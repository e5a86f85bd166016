"""Recordings of a project through a run: the same numbers as those of predict and evaluate."""

from __future__ import annotations

import csv
import shutil
import zipfile

import numpy as np
import pyarrow.parquet
import pytest

from core.errors import CheckpointError, ProjectLockedError
from core.folder_lock import writing_to
from core.library import Library, Recording
from core.predict import predict
from core.predict_recordings import PredictedRecordings, predict_recordings
from core.predicted_frames import predicted_intervals
from core.prediction_rows import read_predictions
from core.progress import Cancelled
from core.project import open_project

CLASSES = ("inaudible", "barely", "audible")


@pytest.fixture
def run(finished_project):
    (folder,) = (finished_project / "runs").iterdir()
    return folder


@pytest.fixture
def at_home(_finished_library, finished_project):
    """Its manifest knows where its recordings are, so that what it has can be used again."""
    manifest = finished_project / "transcoded" / "manifest.csv"
    was = _finished_library.with_name("library")
    manifest.write_text(manifest.read_text().replace(str(was), str(finished_project.parent)))
    return finished_project


def recording(project, k):
    name = f"rec{k}.{'wav' if k % 2 else 'flac'}"
    return Recording(f"audio/{name}", project.parent / "audio" / name)


def probabilities_of(frames):
    rows = read_predictions(frames.table, None, CLASSES, hop_size=frames.spec.hop_size)
    np.testing.assert_array_equal(rows.frames, np.arange(frames.n_frames))
    return rows.probabilities


def stages_of(seen):
    return {p.text for p in seen if p.text}


def test_all_frames_get_the_numbers_of_evaluate_from_the_projects_features(at_home, run):
    seen = []
    made = [recording(at_home, k) for k in range(3)]
    done = predict_recordings(at_home, run.name, made, report=seen.append)
    assert "Transcoding" not in stages_of(seen)
    assert [f.database_path for f in done.frames] == [r.database_path for r in made]
    assert (done.n_fresh, done.left_out) == (0, ())
    for frames in done.frames:
        stem = frames.database_path.removeprefix("audio/").partition(".")[0]
        evaluated = read_predictions(run / "predictions.parquet", stem, CLASSES, hop_size=200)
        assert len(evaluated.frames) > 50
        mine = probabilities_of(frames)
        assert len(mine) == frames.n_frames == 320 > len(evaluated.frames)
        np.testing.assert_allclose(
            mine[evaluated.frames], evaluated.probabilities, rtol=0, atol=1e-6
        )
    assert not (run / "predicted" / ".work").exists()


def test_a_harmful_model_is_refused_before_anything_is_made(finished_project, run):
    with zipfile.ZipFile(run / "model.keras", "a") as file:
        file.writestr("mine.py", "print('mine')")
    seen = []
    with pytest.raises(CheckpointError, match="is not loaded"):
        predict_recordings(
            finished_project, run.name, [recording(finished_project, 4)], report=seen.append
        )
    assert "Transcoding" not in stages_of(seen)
    assert not (run / "predicted").exists()


def test_without_the_projects_features_the_numbers_are_the_same(finished_project, run):
    """It has moved: all is made anew. The last two are not of the query, and not annotated."""
    seen = []
    made = [recording(finished_project, k) for k in (0, 4)]
    done = predict_recordings(finished_project, run.name, made, report=seen.append)
    assert {"Transcoding", "Extracting features", "Classifying"} <= stages_of(seen)
    shares = [p.done / p.total for p in seen if p.total]
    assert all(0 <= share <= 1 for share in shares)
    evaluated = read_predictions(run / "predictions.parquet", "rec0", CLASSES, hop_size=200)
    np.testing.assert_allclose(
        probabilities_of(done.frames[0])[evaluated.frames],
        evaluated.probabilities,
        rtol=0,
        atol=1e-6,
    )
    assert sorted(p.suffix for p in (run / "predicted").iterdir()) == [".parquet"] * 2


def test_intervals_are_those_of_predict(finished_project, run, tmp_path):
    made = [recording(finished_project, k) for k in (4, 1)]
    done = predict_recordings(finished_project, run.name, made)
    out = tmp_path / "p.csv"
    predict(run / "model.keras", [r.path for r in made], out_csv=out)
    with out.open(newline="") as file:
        rows = [list(row.values()) for row in csv.DictReader(file)]
    mine = [
        [r.name, f"{p.start_s:.6f}", f"{p.end_s:.6f}", p.label, f"{p.score:.4f}"]
        for r, frames in zip(made, done.frames, strict=True)
        for p in predicted_intervals(frames)
    ]
    assert mine == rows != []


def test_what_is_fresh_is_not_predicted_again_and_what_changed_is(finished_project, run):
    made = [recording(finished_project, k) for k in (3, 4)]
    first = predict_recordings(finished_project, run.name, made)
    stamps = [f.table.stat().st_mtime_ns for f in first.frames]
    shutil.copyfile(made[0].path, made[0].path.with_name("kept.wav"))
    shutil.copyfile(recording(finished_project, 1).path, made[0].path)
    again = predict_recordings(finished_project, run.name, [*made, made[0]])
    assert again.n_fresh == 1
    assert [f.database_path for f in again.frames] == [r.database_path for r in made]
    changed = [f.table.stat().st_mtime_ns != s for f, s in zip(first.frames, stamps, strict=True)]
    assert changed == [True, False]
    assert again.frames[0].original != first.frames[0].original
    assert again.frames[1] == first.frames[1]


def test_features_of_an_original_that_changed_are_not_used(at_home, run):
    one = recording(at_home, 0)
    shutil.copyfile(recording(at_home, 2).path, one.path)
    seen = []
    done = predict_recordings(at_home, run.name, [one], report=seen.append)
    assert "Transcoding" in stages_of(seen)
    other = predict_recordings(at_home, run.name, [recording(at_home, 2)])
    np.testing.assert_allclose(
        probabilities_of(done.frames[0]), probabilities_of(other.frames[0]), rtol=0, atol=1e-6
    )


def test_one_that_cannot_be_read_is_listed_and_the_others_are_predicted(finished_project, run):
    broken = recording(finished_project, 3)
    broken.path.write_bytes(b"RIFF")
    short = Recording("audio/short.wav", finished_project.parent / "audio" / "short.wav")
    shutil.copyfile(recording(finished_project, 1).path, short.path)
    short.path.write_bytes(short.path.read_bytes()[: 44 + 100])
    gone = Recording("audio/gone.wav", finished_project.parent / "audio" / "gone.wav")
    made = [broken, recording(finished_project, 4), gone, short]
    done = predict_recordings(finished_project, run.name, made)
    assert [f.database_path for f in done.frames] == ["audio/rec4.flac"]
    assert sorted(item.name for item in done.left_out) == sorted(
        str(r.path) for r in (broken, gone, short)
    )
    for alone in (broken, gone, short):
        one = predict_recordings(finished_project, run.name, [alone])
        assert one.frames == ()
        assert [item.name for item in one.left_out] == [str(alone.path)]
        assert one.left_out[0].reason
    assert [p.suffix for p in (run / "predicted").iterdir()] == [".parquet"]


@pytest.mark.parametrize("text", ["Transcoding", "Extracting features", "Classifying"])
def test_cancelled_it_leaves_nothing_half(finished_project, run, text):
    def report(progress):
        if progress.text == text:
            raise Cancelled

    with pytest.raises(Cancelled):
        predict_recordings(
            finished_project,
            run.name,
            [recording(finished_project, 4)],
            report=report,
        )
    assert not [p for p in (run / "predicted").rglob("*") if p.is_file() and p.suffix != ".wav"]
    done = predict_recordings(finished_project, run.name, [recording(finished_project, 4)])
    assert len(done.frames) == 1
    assert [p.suffix for p in (run / "predicted").iterdir()] == [".parquet"]


def test_nothing_asked_for_is_nothing_done(finished_project, run):
    assert predict_recordings(finished_project, run.name, []) == PredictedRecordings(())
    assert not (run / "predicted").exists()


def test_a_run_that_is_gone_is_a_sentence_and_does_not_come_back(finished_project):
    with pytest.raises(CheckpointError, match="gone has no model any more"):
        predict_recordings(finished_project, "gone", [recording(finished_project, 0)])
    assert not (finished_project / "runs" / "gone").exists()


def test_two_do_not_write_at_once(finished_project, run):
    with writing_to(run / "predicted"), pytest.raises(ProjectLockedError):
        predict_recordings(finished_project, run.name, [recording(finished_project, 0)])


def test_recordings_of_the_query_come_by_their_names_in_the_database(finished_project):
    selection = Library(open_project(finished_project).settings.library).select()
    assert selection.recordings[0] == recording(finished_project, 0)


def test_the_table_is_as_its_schema_says(finished_project, run):
    made = [recording(finished_project, 4)]
    done = predict_recordings(finished_project, run.name, made)
    with done.frames[0].table.open("rb") as file:
        table = pyarrow.parquet.read_table(file)
    assert table.column_names == [
        *("start_sample", "end_sample", "predicted", "p_inaudible", "p_barely", "p_audible")
    ]
    starts, ends = (table.column(c).to_numpy() for c in ("start_sample", "end_sample"))
    np.testing.assert_array_equal(starts, np.arange(320) * 200)
    np.testing.assert_array_equal(ends, starts + 200)
