"""Recordings that a run is unsure of, of a project whose stages have run."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest

from core.annotation_queue_table import QUEUE_FILE, find_queue
from core.errors import CheckpointError, NothingToDoError
from core.isolation import StageRunner
from core.learning.uncertainty import recording_uncertainty
from core.library import Recording
from core.predicted_frames import find_predicted
from core.prediction_rows import read_predictions
from core.progress import Cancelled
from core.rank_recordings import rank_recordings, read_queue
from tests.made_queue import FIRST, REVIEWED, SECOND, annotate, leave_to_annotate


@pytest.fixture(scope="module")
def _ranked_library(_finished_library, tmp_path_factory):
    """Ranked once, in a child: this process stays without TensorFlow."""
    folder = tmp_path_factory.mktemp("ranked") / "library"
    shutil.copytree(_finished_library, folder)
    leave_to_annotate(folder / "project", REVIEWED, FIRST, SECOND)
    with StageRunner() as runner:
        runner.run(rank_recordings, folder / "project")
    return folder


@pytest.fixture
def ranked(_ranked_library, tmp_path):
    """Copied with its time stamps, so that what was predicted is still of these files."""
    shutil.copytree(_ranked_library, tmp_path / "library")
    return tmp_path / "library" / "project"


def run_of(project):
    return next(p for p in (project / "runs").iterdir() if not p.name.startswith("."))


def names(queue):
    return sorted(item.recording for item in queue.items)


def mark_reviewed(project, recording):
    with closing(sqlite3.connect(project.parent / "loudsense.db")) as connection:
        connection.execute("UPDATE recording SET reviewed = 1 WHERE path = ?", (recording,))
        connection.commit()


def recording(project, name):
    return Recording(name, project.parent / name)


def test_what_is_not_annotated_is_ranked_by_what_the_run_keeps(ranked):
    queue = read_queue(ranked)
    run = run_of(ranked)
    assert (queue.run, queue.newest, queue.why_stale) == (run.name, run.name, "")
    assert names(queue) == [FIRST, SECOND]
    assert (queue.n_recordings, queue.n_annotated, queue.n_only_reviewed) == (5, 2, 1)
    assert (queue.n_to_do, queue.n_unranked, queue.left_out) == (2, 0, ())
    assert queue.items[0].uncertainty >= queue.items[1].uncertainty
    for item in queue.items:
        frames = find_predicted(run, item.recording)
        rows = read_predictions(frames.table, None, frames.classes, hop_size=200)
        found = recording_uncertainty(rows.probabilities, hop_size=200, sample_rate=8000)
        assert (item.uncertainty, item.start_s, item.end_s) == (
            *(found.score, found.start_s, found.end_s),
        )
        assert 0 < item.uncertainty < 1
        assert (item.end_s - item.start_s, item.length_s) == (5.0, 8.0)
        shares = [np.mean(rows.targets == k) for k in range(3)]
        np.testing.assert_allclose([*item.expected.values()], shares)
        assert [*item.expected] == ["inaudible", "barely", "audible"]


def test_it_is_kept_with_the_run(ranked):
    assert {"queue.parquet", "queue.parquet.meta.json"} <= {
        path.name for path in run_of(ranked).iterdir()
    }
    assert [k.row.recording for k in find_queue(run_of(ranked)).rows] == [
        row.recording for row in read_queue(ranked).rows
    ]


@pytest.mark.parametrize("change", [annotate, mark_reviewed])
def test_what_is_annotated_or_reviewed_leaves(ranked, change):
    change(ranked, FIRST)
    queue = read_queue(ranked)
    assert names(queue) == [SECOND]
    assert queue.knows(FIRST)
    assert queue.n_unranked == 0


def test_what_is_no_more_annotated_comes_back(ranked):
    table = ranked.parent / "annotations.csv"
    before, queue = table.read_text(), read_queue(ranked)
    annotate(ranked, FIRST)
    assert names(read_queue(ranked)) == [SECOND]
    table.write_text(before)
    assert read_queue(ranked) == queue


def test_reviewed_ones_are_ranked_if_that_is_wanted(ranked):
    assert read_queue(ranked, with_reviewed=True).n_unranked == 1
    queue = rank_recordings(ranked, with_reviewed=True)
    assert names(queue) == [REVIEWED, FIRST, SECOND]
    assert (queue.n_to_do, queue.n_unranked, queue.n_fresh) == (3, 0, 2)
    # Those that were ranked before have the numbers that they had.
    before = find_queue(run_of(ranked)).rows
    assert len(before) == 3
    assert names(read_queue(ranked)) == [FIRST, SECOND]


def test_what_was_predicted_is_not_predicted_again(ranked):
    seen = []
    before = read_queue(ranked)
    queue = rank_recordings(ranked, report=seen.append)
    assert queue.n_fresh == 2
    assert not {p.text for p in seen} & {"Classifying", "Transcoding", "Extracting features"}
    assert queue.rows == before.rows


def test_only_some_can_be_ranked_and_what_is_known_of_others_stays(ranked):
    predicted = run_of(ranked) / "predicted"
    kept = {r.recording: r for r in read_queue(ranked).rows}
    shutil.rmtree(predicted)
    queue = rank_recordings(ranked, recordings=[recording(ranked, SECOND)])
    assert {r.recording: r for r in queue.rows} == kept
    assert len([*predicted.glob("*.parquet")]) == 1


def test_one_that_is_annotated_is_not_ranked_though_it_is_asked_for(ranked):
    queue = rank_recordings(ranked, recordings=[recording(ranked, "audio/rec0.flac")])
    assert names(queue) == [FIRST, SECOND]
    assert not queue.knows("audio/rec0.flac")


def test_one_that_cannot_be_read_is_listed_with_the_reason(ranked):
    recording(ranked, FIRST).path.write_bytes(b"RIFF")
    queue = rank_recordings(ranked)
    assert names(queue) == [SECOND]
    assert [item.name for item in queue.left_out] == [str(recording(ranked, FIRST).path)]
    assert queue.left_out[0].reason
    assert queue.n_unranked == 1
    # It is said again by whoever reads it later.
    assert read_queue(ranked).left_out == queue.left_out


def test_cancelled_it_leaves_what_was_kept_and_goes_on_where_it_was(ranked):
    before = read_queue(ranked)
    shutil.rmtree(run_of(ranked) / "predicted")

    def report(progress):
        # Behind the first of the two.
        if progress.text == "Classifying" and progress.recording == "rec4":
            raise Cancelled

    with pytest.raises(Cancelled):
        rank_recordings(ranked, report=report)
    assert read_queue(ranked) == before
    assert rank_recordings(ranked).n_fresh == 1


def test_where_all_is_annotated_there_is_nothing_to_do(ranked):
    for name in (FIRST, SECOND):
        annotate(ranked, name)
    queue = rank_recordings(ranked)
    assert (queue.items, queue.n_to_do) == ((), 0)


def test_after_another_training_the_order_is_stale(ranked):
    first = run_of(ranked)
    newer = first.with_name("2999-01-01_00-00-00_fc")
    shutil.copytree(first, newer)
    (newer / QUEUE_FILE).unlink()
    queue = read_queue(ranked)
    assert (queue.run, queue.newest) == (first.name, newer.name)
    assert queue.why_stale == (
        f"There is a newer model, {newer.name}, since {first.name} ranked the recordings"
    )
    assert names(queue) == [FIRST, SECOND]
    again = rank_recordings(ranked)
    assert (again.run, again.why_stale) == (newer.name, "")
    assert read_queue(ranked) == replace(again, n_fresh=0)
    assert read_queue(ranked, first.name).why_stale


def test_a_run_with_another_model_is_stale(ranked):
    with (run_of(ranked) / "model.keras").open("ab") as file:
        file.write(b"x")
    assert "has another model" in read_queue(ranked).why_stale


def test_without_a_run_there_is_nothing_to_rank_with(project_folder):
    with pytest.raises(CheckpointError, match="no model") as caught:
        rank_recordings(project_folder)
    assert "Train" in caught.value.hint
    queue = read_queue(project_folder)
    assert (queue.run, queue.newest, queue.rows, queue.n_recordings) == ("", "", (), 5)


def test_a_run_that_is_gone_is_one_sentence(ranked):
    with pytest.raises(CheckpointError, match="gone has no model any more"):
        rank_recordings(ranked, "gone")


def test_an_empty_library_is_one_sentence(ranked):
    with closing(sqlite3.connect(ranked.parent / "loudsense.db")) as connection:
        connection.execute("DELETE FROM recording")
        connection.commit()
    with pytest.raises(NothingToDoError, match="lists no recording"):
        rank_recordings(ranked)
