from __future__ import annotations

import csv
import shutil
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.annotations.csv import Annotation
from core.errors import DatasetError
from core.isolation import StageRunner
from core.label_errors import (
    _Ordered,
    _target_now,
    find_label_errors,
    read_label_errors,
    write_label_errors,
)
from core.project import open_project, save_project
from core.project_store import Mark
from core.review_marks import clear_mark, set_mark
from core.settings import LabelErrorConfig, TrainConfig
from tests.made_label_error import SPANS, WRONG, keep_list, made_span, make_spoilt_project

LONGEST_S = 2.0


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory):
    """A project with a wrong label, and what was found in it."""
    folder = make_spoilt_project(tmp_path_factory.mktemp("spoilt") / "library")
    # In a child: as everywhere, and it is the child that is told of progress.
    told = []
    with StageRunner() as runner:
        found = runner.run(find_label_errors, folder, report=told.append)
    return folder, found, told


@pytest.fixture
def kept(finished_project):
    """A list that is kept in a project of which all stages have run."""
    project = open_project(finished_project)
    keep_list(finished_project)
    return project


def test_a_planted_wrong_label_comes_first_and_is_kept(spoilt):
    folder, found, _ = spoilt
    first = found.spans[0]
    assert (first.path, first.annotated, first.suggested) == (
        f"audio/{WRONG}",
        "inaudible",
        "audible",
    )
    assert (first.start_s, first.end_s) == (2.0, 4.0)
    kept = read_label_errors(folder)
    assert kept.found == found
    assert kept.now[0] == "inaudible"
    assert kept.stale == ()
    assert set(kept.verdicts) == {""}


def test_the_stages_before_are_run_and_progress_counts_folds(spoilt):
    folder, found, told = spoilt
    assert open_project(folder).dataset.exists()
    assert found.n_folds == 2
    assert {"transcode", "extract", "dataset", "label_errors"} <= {p.stage for p in told}
    assert "Fold 2 of 2" in " ".join(p.text for p in told)


def test_a_search_that_is_refused_leaves_what_was_found(spoilt, tmp_path):
    folder = tmp_path / "library" / "project"
    shutil.copytree(spoilt[0].parent, folder.parent)
    kept = open_project(folder).label_errors.read_bytes()
    table = folder.parent / "annotations.csv"
    lines = table.read_text().replace(",audible", ",inaudible").splitlines(keepends=True)
    table.write_text("".join(line for line in lines if "barely" not in line))
    with pytest.raises(DatasetError, match="fewer than two classes"):
        find_label_errors(folder)
    assert open_project(folder).label_errors.read_bytes() == kept


def test_there_is_nothing_before_a_search_or_where_it_is_damaged(finished_project):
    assert read_label_errors(finished_project) is None
    keep_list(finished_project)
    path = open_project(finished_project).label_errors
    path.write_text(path.read_text()[:-20])
    assert read_label_errors(finished_project) is None
    path.write_text('{"format": 1, "spans": [{}]}')
    assert read_label_errors(finished_project) is None


def test_settings_that_matter_make_it_stale_and_are_named(kept):
    before = read_label_errors(kept.folder).stale
    settings = replace(
        kept.settings,
        train=TrainConfig(epochs=2, seed=4, validation_recordings=("rec0.flac",)),
        label_errors=LabelErrorConfig(folds=3),
    )
    save_project(replace(kept, settings=settings))
    stale = read_label_errors(kept.folder).stale
    assert [reason for reason in stale if reason not in before] == ["seed 0 -> 4", "folds 5 -> 3"]


def test_another_table_of_annotations_makes_it_stale(kept):
    table = kept.folder.parent / "annotations.csv"
    assert "the annotations changed" not in read_label_errors(kept.folder).stale
    table.write_text(table.read_text().replace("rec1.wav,2,4,audible", "rec1.wav,2,4,barely"))
    again = read_label_errors(kept.folder)
    assert any("annotations" in reason for reason in again.stale)
    assert again.now == ("barely", "inaudible", "barely")


def test_where_nothing_is_annotated_now_no_class_is_told(kept):
    table = kept.folder.parent / "annotations.csv"
    table.write_text(table.read_text().replace("rec1.wav,2,4,audible", "rec1.wav,2,2.9,audible"))
    assert read_label_errors(kept.folder).now[0] == ""


TIMES = st.integers(0, 40)


@given(
    spans=st.lists(st.tuples(TIMES, st.integers(1, 40), st.integers(0, 2)), max_size=12),
    start=TIMES,
    length=st.integers(1, 20),
)
def test_the_class_of_a_span_is_that_of_most_of_it_wherever_annotations_lie(spans, start, length):
    # Quarters of a second: their sums are exact, in whichever order.
    own = [Annotation(k, "a", s / 4, (s + n) / 4, c) for k, (s, n, c) in enumerate(spans)]
    span = made_span("rec1", start / 4, (start + length) / 4, "barely", "audible", score=0.5)
    shares = [0] * 3
    for s, n, c in spans:
        shares[c] += max(0, min(s + n, start + length) - max(s, start))
    target = _target_now(span, _Ordered(own))
    if target is None:
        assert 2 * max(shares) <= length
    else:
        assert shares[target] == max(shares)
        assert 2 * shares[target] > length


def test_a_long_recording_with_many_errors_is_read_fast():
    n = 10_000
    own = _Ordered([Annotation(k, "a", float(k), k + 0.75, k % 3) for k in range(n)])
    spans = [made_span("rec1", k, k + 0.5, "barely", "audible", score=0.5) for k in range(n)]
    started_s = time.thread_time()
    targets = [_target_now(span, own) for span in spans]
    # A moment; more than ten seconds where each span is laid beside each annotation.
    assert time.thread_time() - started_s < LONGEST_S
    assert targets == [k % 3 for k in range(n)]


def test_marks_of_a_review_are_those_of_the_list(kept):
    span = SPANS[1]
    mark = Mark(span.recording, span.start_sample, span.end_sample, 8000, span.annotated, "right")
    set_mark(kept.folder, mark)
    assert read_label_errors(kept.folder).verdicts == ("", "right", "")
    clear_mark(kept.folder, mark)
    assert read_label_errors(kept.folder).verdicts == ("", "", "")


def test_the_list_is_a_table_in_seconds(kept, tmp_path):
    found = read_label_errors(kept.folder).found
    write_label_errors(found, tmp_path / "list.csv")
    with (tmp_path / "list.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["file_name"] for row in rows] == [s.path for s in SPANS]
    assert (rows[0]["start"], rows[0]["end"]) == ("2.000000", "4.000000")
    assert (rows[0]["annotated"], rows[0]["suggested"]) == ("audible", "barely")
    assert [float(row["score"]) for row in rows] == [0.95, 0.9, 0.8]
