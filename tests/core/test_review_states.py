"""What became of error spans, by what is annotated there now."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.annotating import confirm_edit
from core.annotations.csv import Annotation
from core.annotations.edits import Bounds, delete, label_range, sign
from core.error_spans import SpanColumns
from core.project import open_project, save_project
from core.project_annotations import ProjectAnnotations
from core.project_store import Mark
from core.review import read_review
from core.review_marks import set_mark
from core.review_rows import WantedErrors, find_errors
from core.review_states import (
    ANOTHER,
    CONFIRMED,
    CORRECTED,
    NOTHING,
    OPEN,
    RELABELLED,
    REMOVED,
    annotated_now,
    changed_frames,
    progress_in_words,
    read_annotated_now,
    restate,
    states_of,
)
from core.run_errors import keep_run_errors
from core.settings import AnnotationConfig
from core.table_meta import read_meta
from tests.made_review import RUN, change_meta, make_tables_project

WRONG = (
    ("rec2", 15, 20, 1),  # inaudible, rows 10 to 19: frames 20 to 29; taken for barely
    ("rec0", 2, 6, 2),  # inaudible, frames 2 to 5
    ("rec1", 9, 10, 2),  # barely, frame 9
)
REC2, REC0, REC1 = range(3)
CLASSES = ("inaudible", "barely", "audible")
HOP_S = 200 / 8000


def rows_of(folder):
    """The annotations that the made dataset tells of, as a table."""
    meta = read_meta(open_project(folder).dataset)
    lines = ["file_name,start,end,class"]
    for name, spans in meta.annotations.items():
        lines += [f"{name}.wav,{a / 8000},{b / 8000},{CLASSES[k]}" for a, b, k in spans]
    return "\n".join(lines) + "\n"


@pytest.fixture
def folder(tmp_path):
    folder = make_tables_project(tmp_path / "project", WRONG)
    (folder / "annotations.csv").write_text(rows_of(folder))
    settings = AnnotationConfig(str(folder / "annotations.csv"))
    save_project(open_project(folder).with_settings(annotations=settings))
    return folder


def edit_of(folder, name, make):
    kept = ProjectAnnotations(open_project(folder))
    own = [a for a, _ in kept.of([f"{name}.wav"])]
    edit = make(own, Bounds(annotations=own), sign())
    confirm_edit(folder, edit)
    return edit


def relabel(folder, label):
    """The error in rec2 gets a class."""
    return edit_of(
        folder,
        "rec2",
        lambda own, bounds, by: label_range(
            own, 25 * HOP_S, 30 * HOP_S, label, bounds=bounds, by=by
        ),
    )


def states(folder):
    review = read_review(folder)
    now = read_annotated_now(folder, run=RUN)
    return states_of(replace(review, annotated_now=now)).tolist()


def test_all_are_open_before_an_edit(folder):
    assert states(folder) == [OPEN] * 3


@pytest.mark.parametrize(("label", "state"), [("barely", CORRECTED), ("audible", RELABELLED)])
def test_a_label_that_was_mended_is_told_and_its_undo_too(folder, label, state):
    edit = relabel(folder, label)
    assert states(folder) == [state, OPEN, OPEN]
    confirm_edit(folder, edit.inverse())
    assert states(folder) == [OPEN] * 3


def test_what_is_no_longer_annotated_is_removed(folder):
    edit_of(folder, "rec0", lambda own, _bounds, by: delete(own[:1], by=by))
    assert states(folder) == [OPEN, REMOVED, OPEN]


def test_a_mark_confirms_until_the_label_is_another(folder):
    set_mark(folder, Mark("rec2", 25 * 200, 30 * 200, 8000, "inaudible", "right"))
    set_mark(folder, Mark("rec0", 2 * 200, 6 * 200, 8000, "inaudible", "wrong"))
    assert states(folder) == [CONFIRMED, OPEN, OPEN]
    relabel(folder, "barely")
    assert states(folder) == [CORRECTED, OPEN, OPEN]


def test_a_run_of_another_dataset_is_told_by_what_was_kept(folder):
    keep_run_errors(read_review(folder), folder / "runs" / RUN / "predictions.parquet")
    change_meta(folder, sha256="another")
    relabel(folder, "barely")
    assert read_annotated_now(folder, run=RUN).tolist() == [1, 0, 1]


def test_without_annotations_all_is_as_the_run_was_told(tmp_path):
    folder = make_tables_project(tmp_path / "project", WRONG)
    assert read_annotated_now(folder, run=RUN).tolist() == [0, 0, 1]


def test_one_recording_is_looked_at_again_alone(folder):
    review = read_review(folder)
    own = [Annotation(0, "rec2.wav", 20 * HOP_S, 30 * HOP_S, 1, 7)]
    after = restate(review, 2, own, CLASSES)
    assert states_of(after).tolist() == [CORRECTED, OPEN, OPEN]
    assert restate(after, 2, own, CLASSES) is after
    assert states_of(review).tolist() == [OPEN] * 3
    # Classes are compared by name.
    other = restate(review, 2, own, ("silent", "loud"))
    assert other.annotated_now.tolist() == [ANOTHER, 0, 1]
    assert states_of(other).tolist() == [RELABELLED, OPEN, OPEN]
    assert states_of(restate(review, 2, (), CLASSES)).tolist() == [REMOVED, OPEN, OPEN]


def test_frames_of_changed_labels_are_counted_by_cell_and_side(folder):
    review = read_review(folder)
    own = [Annotation(0, "rec0.wav", 0.0, 10.0, 2, 7)]
    review = restate(restate(review, 0, own, CLASSES), 2, (), CLASSES)
    counts = changed_frames(review, states_of(review))
    assert counts[1, 0, 2] == 4  # rec0 was trained on
    assert counts[0, 0, 1] == 5
    assert counts.sum() == 9


def test_open_only_leaves_out_what_was_looked_at(folder):
    review = restate(read_review(folder), 2, (), CLASSES)
    assert find_errors(review, WantedErrors(open_only=True)).tolist() == [REC0, REC1]


def test_progress_is_told_in_words():
    states = np.array([OPEN, OPEN, CORRECTED, CORRECTED, CONFIRMED, REMOVED], dtype=np.int8)
    verdicts = np.array([-1, 2, 1, -1, 0, -1], dtype=np.int8)
    told = "5 of 6 looked at: 1 confirmed, 2 corrected, 1 removed, 1 marked unsure"
    assert progress_in_words(states, verdicts) == told
    assert progress_in_words(states[:1], verdicts[:1]) == "none of 1 looked at"
    assert progress_in_words(states[:0], verdicts[:0]) == ""


SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 12)), min_size=1, max_size=5)
INTERVALS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 40), st.integers(1, 20), st.integers(0, 3)),
    max_size=8,
)


@given(spans=SPANS, intervals=INTERVALS)
def test_the_class_is_that_of_most_samples(spans, intervals):
    n = len(spans)
    columns = SpanColumns(
        recording=np.arange(n, dtype=np.int32) % 3,
        start_sample=np.array([a for a, _ in spans]),
        end_sample=np.array([a + b for a, b in spans]),
        annotated=np.zeros(n, dtype=np.int16),
        predicted=np.ones(n, dtype=np.int16),
        n_frames=np.ones(n, dtype=np.int32),
        score=np.ones(n),
    )
    table = np.array(intervals, dtype=np.int64).reshape(-1, 4)
    made = table[:, 0], table[:, 1], table[:, 1] + table[:, 2], table[:, 3]
    found = annotated_now(columns, made, n_classes=3)
    for k, (start, length) in enumerate(spans):
        by_class = [set() for _ in range(4)]
        for recording, first, size, target in intervals:
            if recording == k % 3:
                by_class[target] |= set(range(first, first + size))
        own = [len(samples & set(range(start, start + length))) for samples in by_class]
        nothing = length - len(set.union(*by_class) & set(range(start, start + length)))
        expected = {0: own[0], 1: own[1], 2: own[2], ANOTHER: own[3], NOTHING: nothing}
        if 2 * own[0] > length:
            assert found[k] == 0
        else:
            assert expected[found[k]] == max(expected.values())
