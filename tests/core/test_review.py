from __future__ import annotations

import csv
from dataclasses import replace

import numpy as np
import pytest

from core.dataset import load_dataset
from core.errors import TableError
from core.evaluate import _write_errors, error_spans, evaluated_frames, measure_dataset
from core.learning.metrics import confusion_counts
from core.project import open_project
from core.project_store import Mark
from core.review import (
    GONE,
    NEVER_RUN,
    NOT_EVALUATED,
    OF_ANOTHER_DATASET,
    STALE,
    NoReview,
    Review,
    prepare_review,
    read_review,
)
from core.review_marks import UNMARKED, set_mark
from core.review_rows import WantedErrors, find_errors
from core.run_errors import BIN_EDGES, N_BINS, find_run_errors, keep_run_errors
from core.tables import read_table
from tests.made_review import RUN, change_meta, make_run, make_tables_project

WRONG = (
    # Ten rows of each class; frames 0-9, 20-29 and 40-49 of the recording.
    ("rec0", 2, 6, 2),
    ("rec0", 10, 12, 0, 0.6),
    ("rec1", 9, 10, 2),
    ("rec2", 15, 20, 1, 0.8),
)


@pytest.fixture
def project(tmp_path):
    return make_tables_project(tmp_path / "project", WRONG)


def predictions(project):
    columns = [f"p_{c}" for c in ("inaudible", "barely", "audible")]
    table = read_table(project / "runs" / RUN / "predictions.parquet", columns)
    return np.stack([c.to_numpy() for c in table.columns], axis=1)


def test_the_errors_are_those_of_the_evaluation(project, tmp_path):
    review = read_review(project)
    data = load_dataset(open_project(project).dataset)
    rows = evaluated_frames(data, predictions(project))
    expected = error_spans(find_run_errors(rows, data.meta, trained_on=()))
    names, classes = review.keys.recordings, review.keys.classes
    e = review.errors
    found = [
        (names[e.recording[k]], review.start_s[k], review.end_s[k], classes[e.annotated[k]],
         classes[e.predicted[k]], e.n_frames[k], e.score[k])
        for k in range(len(e))
    ]  # fmt: skip
    assert found == [
        (s.recording, s.start_s, s.end_s, s.annotated, s.predicted, s.n_frames, s.score)
        for s in expected
    ]
    assert [f[0] for f in found] == ["rec2", "rec0", "rec0", "rec1"]
    _write_errors(tmp_path / "errors.csv", expected)
    with (tmp_path / "errors.csv").open(newline="") as file:
        assert [row["recording"] for row in csv.DictReader(file)] == [f[0] for f in found]


def test_the_matrices_are_of_held_out_and_of_trained_on(project):
    review = read_review(project)
    data = load_dataset(open_project(project).dataset)
    predicted = predictions(project).argmax(axis=1)
    for side, is_in in enumerate((data.recording_index > 0, data.recording_index == 0)):
        counts = confusion_counts(data.targets[is_in], predicted[is_in], 3)
        assert np.array_equal(review.confusion[side], counts)
    assert review.is_trained_on.tolist() == [True, False, False]
    whole = measure_dataset(data, predictions(project))
    assert review.confusion.sum(axis=0).tolist() == whole["confusion"]


def test_an_error_is_near_an_edge_if_all_of_its_frames_are(project):
    review = read_review(project)
    # The centres of ten frames of 25 ms lie 12.5 to 112.5 ms from the nearer edge.
    assert review.edge_s == pytest.approx([0.1125, 0.1125, 0.0375, 0.0125])
    assert review.is_near_edge.tolist() == [False, False, True, True]


def test_errors_are_counted_by_class_and_score_as_they_are_found_by_them(project):
    review = read_review(project)
    assert review.histogram.sum(axis=1).tolist() == [2, 2, 0]
    for k in range(N_BINS):
        for annotated in range(3):
            wanted = WantedErrors(annotated=annotated, scores=(BIN_EDGES[k], BIN_EDGES[k + 1]))
            assert len(find_errors(review, wanted)) == review.histogram[annotated, k]


def test_the_example_is_of_the_same_recording_and_class_if_there_is_one(project):
    review = read_review(project)
    e = review.errors
    for k in range(len(e)):
        example = review.example_for(k)
        assert example.annotated == example.predicted == e.annotated[k]
        assert example.recording == e.recording[k]
        length = example.end_sample - example.start_sample
        assert 0 < length <= e.end_sample[k] - e.start_sample[k]
    # Rows 6 to 9 are right, and so are 0 and 1: the longer one is the example.
    k = next(k for k in range(len(e)) if e.recording[k] == 0 and e.annotated[k] == 0)
    example = review.example_for(k)
    assert (example.start_sample, example.end_sample) == (6 * 200, 10 * 200)


def test_a_long_example_is_heard_in_its_middle_as_long_as_the_error(project):
    review = read_review(project)
    e = review.errors
    k = next(k for k in range(len(e)) if e.recording[k] == 1)
    # One frame is wrong; the nine before it are right.
    example = review.example_for(k)
    assert (example.start_sample, example.end_sample) == (4 * 200, 5 * 200)


def test_the_example_is_of_another_recording_if_the_own_has_none(tmp_path):
    wrong = [("rec0", 0, 10, 2), ("rec1", 20, 27, 1), ("rec2", 10, 15, 1)]
    review = read_review(make_tables_project(tmp_path / "project", wrong))
    k = next(k for k in range(len(review.errors)) if review.errors.recording[k] == 0)
    example = review.example_for(k)
    # Of five and of three right frames the five are taken.
    assert (example.recording, example.annotated, example.n_frames) == (2, 0, 5)


def test_a_class_without_a_right_frame_has_no_example(tmp_path):
    wrong = [("rec0", 0, 10, 2), ("rec1", 20, 30, 1), ("rec2", 10, 20, 1)]
    review = read_review(make_tables_project(tmp_path / "project", wrong))
    k = next(k for k in range(len(review.errors)) if review.errors.recording[k] == 0)
    assert review.example_for(k) is None


def test_without_errors_the_columns_are_empty(tmp_path):
    review = read_review(make_tables_project(tmp_path / "project"))
    assert len(review.errors) == len(review.edge_s) == len(review.mark_of) == 0
    assert review.confusion.sum() == 90


def test_marks_are_found_again_after_another_training(project):
    # The error is from frame 25 to 29; another model gets one more wrong, and another frame less.
    set_mark(project, Mark("rec2", 25 * 200, 30 * 200, 8000, "inaudible", "wrong", "a car"))
    review = read_review(project)
    assert review.mark_of.tolist() == [0, UNMARKED, UNMARKED, UNMARKED]
    make_run(project, [("rec2", 13, 18, 2), ("rec2", 5, 9, 0)])
    review = read_review(project)
    assert review.errors.predicted.tolist() == [2, 0]
    assert review.mark_of.tolist() == [0, UNMARKED]
    assert review.marks[0].note == "a car"


def test_what_is_absent_or_stale_says_what_to_do(project):
    run = project / "runs" / RUN
    (run / "predictions.parquet").rename(run / "kept")
    assert read_review(project) == NoReview(NOT_EVALUATED)
    change_meta(project, sha256="another")
    assert read_review(project) == NoReview(STALE)
    (run / "kept").rename(run / "predictions.parquet")
    stale = read_review(project)
    assert (stale.why, [r.folder for r in stale.runs]) == (STALE, [run])
    (run / "predictions.parquet").unlink()
    (run / "run.json").unlink()
    assert read_review(project) == NoReview(NEVER_RUN)


def test_predictions_of_other_frames_are_a_sentence(project):
    data = open_project(project).dataset
    make_run(project, WRONG)
    recordings = load_dataset(data).meta.recordings
    change_meta(project, recordings=recordings[:2])
    with pytest.raises(TableError, match="90 frames, the dataset 60"):
        read_review(project)
    change_meta(project, recordings=(recordings[1], recordings[0], recordings[2]))
    with pytest.raises(TableError, match="other recordings"):
        read_review(project)


def test_a_damaged_table_is_a_sentence(project):
    path = project / "runs" / RUN / "predictions.parquet"
    path.write_bytes(b"PAR1 and no more")
    with pytest.raises(TableError, match="cannot be read as a table of predictions"):
        read_review(project)


def past_run(project, name="2025-01-01_00-00-00_fc"):
    """The run of these settings is another one now."""
    runs = project / "runs"
    (runs / RUN).rename(runs / name)
    make_run(project, WRONG[:1])
    return runs / name


def test_a_past_run_can_be_reviewed_and_keeps_its_marks(project):
    past = past_run(project)
    set_mark(project, Mark("rec2", 25 * 200, 30 * 200, 8000, "inaudible", "wrong"))
    current, review = read_review(project), read_review(project, run=past.name)
    assert (current.run, current.is_current, len(current.errors)) == (RUN, True, 1)
    assert (review.run, review.is_current, len(review.errors)) == (past.name, False, 4)
    assert review.mark_of.tolist() == [0, UNMARKED, UNMARKED, UNMARKED]
    assert [r.folder.name for r in review.runs] == [RUN, past.name]
    assert review.runs == current.runs


def test_a_past_run_that_cannot_be_told_any_more_is_a_sentence(project):
    past = past_run(project)
    change_meta(project, sha256="another")
    review = read_review(project, run=past.name)
    assert review.why == OF_ANOTHER_DATASET.format(run=past.name)
    assert [r.folder.name for r in review.runs] == [RUN, past.name]
    (past / "predictions.parquet").unlink()
    assert read_review(project, run=past.name).why == GONE.format(run=past.name)
    assert read_review(project, run="../project").why == GONE.format(run="../project")


def test_a_past_run_of_other_classes_and_rate_is_told_with_its_own(project):
    past = past_run(project)
    found = read_review(project, run=past.name)
    keys = replace(found.keys, classes=("low", "middle", "high"), sample_rate=16_000)
    keep_run_errors(replace(found, keys=keys), past / "predictions.parquet")
    change_meta(project, sha256="another")
    review = read_review(project, run=past.name)
    assert review.keys.classes == ("low", "middle", "high")
    assert review.end_s.tolist() == (found.end_s / 2).tolist()


def test_what_is_read_ahead_is_not_read_again(project, monkeypatch):
    prepare_review(project)
    monkeypatch.setattr("core.review._read_meta", None)
    assert isinstance(read_review(project), Review)


def test_reading_ahead_tells_of_nothing(tmp_path):
    prepare_review(tmp_path)
    project = make_tables_project(tmp_path / "project", WRONG)
    (project / "dataset.parquet.meta.json").write_text("{")
    prepare_review(project)
