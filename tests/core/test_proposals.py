"""What is proposed beside annotations and dismissals."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.annotations.bounds import Bounds
from core.annotations.dismissals import Dismissal, read_dismissals
from core.annotations.edits import Edit
from core.features.spec import FeatureSpec
from core.predicted_frames import predicted_intervals
from core.project import save_project
from core.proposal_edits import accept
from core.proposals import (
    ROUNDING_S,
    Intervals,
    PredictedRecording,
    Proposal,
    edges_of,
    propose,
    read_predicted,
    uncovered,
)
from core.settings import ProposalConfig
from tests.core.annotations.made_edits import ME, stored
from tests.core.made_predictions import CLASSES, FRAME_S, predict
from tests.core.made_project import make_project

RUN = "a_run"
NAME = "audio/rec1.wav"


def intervals(*rows):
    """Of (start_s, end_s, target, score)."""
    table = np.array(rows, dtype=np.float64).reshape(-1, 4)
    return Intervals(CLASSES, table[:, 0], table[:, 1], table[:, 2].astype(int), table[:, 3])


def predicted(*rows, dismissals=(), least_s=FRAME_S):
    return PredictedRecording(NAME, RUN, intervals(*rows), least_s, tuple(dismissals))


def dismissal(start_s, end_s, label="audible"):
    return Dismissal(NAME, RUN, start_s, end_s, label)


def found(predicted, *edges):
    columns = np.array(edges, dtype=np.float64).reshape(-1, 2)
    proposals = propose(predicted, columns[:, 0], columns[:, 1])
    return [(p.start_s, p.end_s, p.label, p.score) for p in map(proposals.__getitem__, range(len(proposals)))]  # fmt: skip  # noqa: E501


THREE = ((0.0, 1.0, 0, 0.9), (1.0, 3.0, 2, 0.8), (3.0, 4.0, 1, 0.5))


def test_what_is_annotated_whole_is_no_proposal_and_in_part_it_is_for_the_rest():
    assert len(found(predicted(*THREE))) == 3
    assert found(predicted(*THREE), (1.0, 3.0), (3.0, 4.0)) == [(0.0, 1.0, "inaudible", 0.9)]
    assert found(predicted(*THREE), (0.0, 1.0), (1.5, 2.0), (1.75, 2.5), (2.9, 9.0)) == [
        (1.0, 1.5, "audible", 0.8),
        (2.5, 2.9, "audible", 0.8),
    ]


def test_pieces_shorter_than_a_frame_are_none():
    assert found(predicted(*THREE), (0.0, 1.0), (1.02, 2.9751), (3.025, 4.0)) == [
        (3.0, 3.025, "barely", 0.5)
    ]
    # What rounding to microseconds took of a frame makes it no shorter.
    assert len(found(predicted((0.0, FRAME_S - 1e-6, 0, 0.9)))) == 1
    # And what it left is nothing, whatever length is wanted.
    assert found(predicted(*THREE, least_s=0.0), (1e-6, 4.0)) == []
    assert len(found(predicted(*THREE, least_s=1.5))) == 1


def test_what_was_dismissed_is_none_of_its_class_alone():
    of = predicted(*THREE, dismissals=[dismissal(1.0, 3.0)])
    assert [p[2] for p in found(of)] == ["inaudible", "barely"]
    # It stays so where an annotation has moved an edge.
    assert [p[2] for p in found(of, (1.0, 1.2))] == ["inaudible", "barely"]
    of = predicted(*THREE, dismissals=[dismissal(1.0, 3.0, "barely")])
    assert [p[2] for p in found(of)] == ["inaudible", "audible", "barely"]


SECONDS = st.integers(0, 4_000).map(lambda n: n / 1_000)


@st.composite
def _recordings(draw):
    """Predicted intervals that tile a part of 4 s, annotations that overlap, dismissals."""
    edges = sorted(draw(st.sets(SECONDS, min_size=2, max_size=12)))
    rows = [(a, b, draw(st.integers(0, 2)), 0.5) for a, b in itertools.pairwise(edges)]
    spans = st.tuples(SECONDS, SECONDS).filter(lambda s: s[0] < s[1])
    annotations = draw(st.lists(spans, max_size=8))
    dismissed = draw(st.lists(st.tuples(spans, st.sampled_from(CLASSES)), max_size=4))
    of = predicted(*rows, dismissals=[dismissal(*span, label) for span, label in dismissed])
    return of, annotations


def _is_in(times_s, spans):
    return np.any([(a <= times_s) & (times_s < b) for a, b in spans] or [times_s < 0], axis=0)


@given(_recordings())
def test_each_moment_is_proposed_annotated_dismissed_or_in_a_rest_that_is_too_short(made):
    of, annotations = made
    proposals = found(of, *annotations)
    times_s = np.arange(4_000) / 1_000 + 0.0005
    is_annotated = _is_in(times_s, annotations)
    is_proposed = _is_in(times_s, [p[:2] for p in proposals])
    assert not (is_annotated & is_proposed).any()
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(proposals))
    for start_s, end_s, target, _ in zip(*_columns(of.intervals), strict=True):
        label = CLASSES[target]
        mine = _is_in(times_s, [(start_s, end_s)])
        others = [p[:2] for p in proposals if p[2] != label]
        assert not (mine & _is_in(times_s, others)).any()
        gone = [(d.start_s, d.end_s) for d in of.dismissals if d.label == label]
        assert not (mine & is_proposed & _is_in(times_s, gone)).any()
        rest = mine & ~is_proposed & ~is_annotated & ~_is_in(times_s, gone)
        # What is left over comes in stretches that are shorter than a frame.
        edges = np.flatnonzero(np.diff(np.concatenate([[0], rest.astype(int), [0]])))
        assert all((b - a) / 1_000 < FRAME_S for a, b in edges.reshape(-1, 2))
    assert all(p[1] - p[0] >= FRAME_S - ROUNDING_S for p in proposals)


def _columns(columns):
    return columns.start_s, columns.end_s, columns.targets, columns.scores


@given(_recordings())
def test_the_parts_are_those_of_the_intervals_that_they_say(made):
    of, annotations = made
    edges = np.array(annotations, dtype=np.float64).reshape(-1, 2)
    which, start_s, end_s = uncovered(of.intervals.start_s, of.intervals.end_s, *edges.T)
    assert np.all(start_s < end_s)
    assert np.all(of.intervals.start_s[which] <= start_s)
    assert np.all(end_s <= of.intervals.end_s[which])
    assert np.all(np.diff(start_s) > 0)


def test_beside_times_that_are_no_whole_microseconds_proposals_can_be_accepted():
    rng = np.random.default_rng(1)
    for _ in range(20):
        edges = np.sort(rng.random(20) * 10).reshape(-1, 2)
        kept = [stored(k, *edge) for k, edge in enumerate(edges.tolist())]
        proposals = propose(predicted((0.0, 11.0, 0, 0.9)), *edges_of(kept))
        bounds = Bounds(11.0, 8_000, allow_overlaps=False, annotations=tuple(kept))
        n = len(proposals)
        edit = accept([proposals[k] for k in range(n)], file_name=NAME, bounds=bounds, by=ME)
        # As proposed, so that nothing of it is proposed again.
        assert [(a.start_s, a.end_s) for a in edit.added] == [
            (proposals[k].start_s, proposals[k].end_s) for k in range(n)
        ]


def test_scores_part_them():
    rows = intervals(*THREE)
    assert rows.at_least(0.8) == [rows[0], rows[1]]
    assert rows.below(0.8) == [rows[2]]
    assert str(rows[1]) == "'audible' 0.80"
    assert rows[2] == Proposal(3.0, 4.0, "barely", 0.5)


def test_dismissals_follow_edits():
    of = predicted(*THREE, dismissals=[dismissal(0.0, 1.0)])
    other = replace(dismissal(5.0, 6.0), run="another")
    edit = Edit("x", (), (), dismissed=(dismissal(1.0, 3.0), other))
    after = of.after(edit)
    assert [d.start_s for d in after.dismissals] == [0.0, 1.0]
    assert after.after(edit.inverse()) == of
    assert after.after(edit) == after


def test_edges_are_in_the_order_of_the_annotations():
    start_s, end_s = edges_of([stored(1, 2.0, 3.0), stored(2, 0.5, 1.5)])
    assert (start_s.tolist(), end_s.tolist()) == ([2.0, 0.5], [3.0, 1.5])


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path)


def _predict(project, pieces, **options):
    options = {"n_samples": 8_100} | options
    return predict(project.runs / RUN, project.folder / "gone.wav", NAME, pieces, **options)


def test_what_is_read_is_what_the_run_says(project):
    frames = _predict(project, [(5, 10, 2, 0.75), (10, 11, 2, 0.95), (20, 30, 1, 0.5)])
    read = read_predicted(project.folder, NAME, RUN)
    expected = predicted_intervals(frames)
    assert [(p.start_s, p.end_s, p.label) for p in map(read.intervals.__getitem__, range(5))] == [
        (p.start_s, p.end_s, p.label) for p in expected
    ]
    np.testing.assert_allclose(read.intervals.scores, [p.score for p in expected])
    assert (read.recording, read.run, read.least_s, read.dismissals) == (NAME, RUN, FRAME_S, ())
    assert read_predicted(project.folder, NAME, "another") is None
    assert read_predicted(project.folder, "audio/rec2.wav", RUN) is None


def test_classes_that_the_project_does_not_have_are_not_proposed(project):
    _predict(project, [(5, 10, 2, 0.75)], classes=("inaudible", "quiet", "loud"))
    read = read_predicted(project.folder, NAME, RUN)
    assert [read.intervals.classes[t] for t in read.intervals.targets] == ["inaudible"] * 2
    assert read.intervals.start_s.tolist() == [0.0, 0.25]


def test_the_last_one_ends_with_the_recording(project):
    _predict(project, [(39, 40, 2, 0.9)], n_samples=8_000, spec=FeatureSpec(8000, 150, 200))
    read = read_predicted(project.folder, NAME, RUN)
    assert read.intervals.end_s[-1] == 1.0
    _predict(project, [(39, 40, 2, 0.9)], n_samples=7_950, spec=FeatureSpec(8000, 150, 200))
    assert read_predicted(project.folder, NAME, RUN).intervals.end_s[-1] == 7_950 / 8_000


def test_edges_are_whole_microseconds_as_those_of_annotations_are(project):
    spec = FeatureSpec(22_050, 200, 200)
    frames = _predict(project, [(5, 10, 2, 0.75)], spec=spec)
    read = read_predicted(project.folder, NAME, RUN).intervals
    assert read.end_s.tolist() == read.end_s.round(6).tolist()
    expected = [p.end_s for p in predicted_intervals(frames)]
    np.testing.assert_allclose(read.end_s, expected, rtol=0, atol=5e-7)


def test_the_least_duration_is_a_setting(project):
    _predict(project, [])
    save_project(project.with_settings(proposals=ProposalConfig(minimum_duration=0.5)))
    assert read_predicted(project.folder, NAME, RUN).least_s == 0.5


def test_nothing_is_written_by_reading(project):
    _predict(project, [])
    read_predicted(project.folder, NAME, RUN)
    assert not project.store.exists()
    assert read_dismissals(project.store, NAME, RUN) == ()
