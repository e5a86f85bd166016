"""Accepting and dismissing as edits: stored, undone, and the same after it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.annotating import confirm_edit
from core.annotations.edits import Bounds
from core.errors import AnnotationError
from core.proposal_edits import accept, dismiss, restore
from core.proposals import Intervals, PredictedRecording, edges_of, propose, read_predicted
from tests.core.annotations.made_edits import ME, done, stored
from tests.core.made_predictions import CLASSES, FRAME_S, predict
from tests.core.made_project import annotations_of, make_project, recording

BOUNDS = Bounds(10.0, 8000.0)
NAME, RUN = "audio/rec1.wav", "a_run"


def listed(proposals):
    return [proposals[k] for k in range(len(proposals))]


def _predicted(rate, frames, targets):
    edges = (np.array(frames) * 200 / rate).round(6)
    scores = np.full(len(targets), 0.9)
    return PredictedRecording(
        NAME,
        RUN,
        Intervals(CLASSES, edges[:-1], edges[1:], np.array(targets), scores),
        200 / rate,
    )


@st.composite
def _cases(draw):
    rate = draw(st.sampled_from([8_000, 22_050, 44_100]))
    frames = sorted(draw(st.sets(st.integers(0, 300), min_size=2, max_size=8)))
    targets = [draw(st.integers(0, 2)) for _ in frames[1:]]
    last_us = int(frames[-1] * 200 / rate * 1e6)
    time = st.integers(0, max(1, last_us)).map(lambda n: n / 1e6)
    spans = draw(st.lists(st.tuples(time, time).filter(lambda s: s[1] - s[0] > 1e-3), max_size=4))
    annotations = [stored(k + 2, *span) for k, span in enumerate(spans)]
    return _predicted(rate, frames, targets), annotations


@given(_cases(), st.data())
def test_what_is_accepted_is_no_proposal_and_is_one_again_when_undone(case, data):
    predicted, annotations = case
    before = propose(predicted, *edges_of(annotations))
    if not len(before):
        return
    some = data.draw(st.sets(st.sampled_from(range(len(before))), min_size=1))
    chosen = [before[k] for k in sorted(some)]
    # Where annotations may not overlap, none does by a microsecond.
    bounds = replace(BOUNDS, annotations=annotations, allow_overlaps=False)
    edit = accept(chosen, file_name="a.wav", bounds=bounds, by=ME)
    assert len(edit.added) == len(chosen)
    now = done(edit, annotations)
    after = propose(predicted, *edges_of(now))
    assert listed(after) == [p for k, p in enumerate(listed(before)) if k not in some]
    assert listed(propose(predicted, *edges_of(done(edit.inverse(), now)))) == listed(before)


@given(_cases(), st.data())
def test_what_is_dismissed_is_no_proposal_until_that_is_undone(case, data):
    predicted, annotations = case
    before = listed(propose(predicted, *edges_of(annotations)))
    if not before:
        return
    some = data.draw(st.sets(st.sampled_from(range(len(before))), min_size=1))
    edit = dismiss([before[k] for k in sorted(some)], predicted, by=ME)
    after = predicted.after(edit)
    left = [p for k, p in enumerate(before) if k not in some]
    assert listed(propose(after, *edges_of(annotations))) == left
    assert listed(propose(after.after(edit.inverse()), *edges_of(annotations))) == before
    assert listed(propose(after.after(restore(after)), *edges_of(annotations))) == before


def test_edits_are_named_after_what_is_accepted():
    proposals = propose(_predicted(8_000, [0, 40, 80], [2, 0]), *edges_of([]))
    first = proposals[0]
    options = {"file_name": "a.wav", "bounds": BOUNDS, "by": ME}
    assert accept([first], **options).name == "accepting of 'audible' 0.90"
    edit = accept([first], label="barely", **options)
    assert edit.name == "accepting of 'audible' 0.90 as 'barely'"
    assert [(a.label, a.author) for a in edit.added] == [("barely", "Ada")]
    assert accept([first], label="audible", **options).name == "accepting of 'audible' 0.90"
    assert accept(listed(proposals), **options).name == "accepting of 2 proposals"
    predicted = _predicted(8_000, [0, 40], [2])
    assert dismiss([first], predicted, by=ME).name == "dismissal of 'audible' 0.90"
    assert dismiss(listed(proposals), predicted, by=ME).name == "dismissal of 2 proposals"
    both = predicted.after(dismiss(listed(proposals), predicted, by=ME))
    assert restore(both).name == "return of 2 dismissed proposals"


def test_what_was_annotated_meanwhile_is_not_annotated_twice():
    proposals = listed(propose(_predicted(8_000, [0, 40, 80], [2, 0]), *edges_of([])))
    bounds = replace(BOUNDS, annotations=[stored(2, 0.0, 1.0)])
    edit = accept(proposals, file_name="a.wav", bounds=bounds, by=ME)
    assert [a.start_s for a in edit.added] == [1.0]
    with pytest.raises(AnnotationError, match="annotated already"):
        accept(proposals[:1], file_name="a.wav", bounds=bounds, by=ME)


def test_nothing_is_no_edit():
    predicted = _predicted(8_000, [0, 40], [2])
    with pytest.raises(AnnotationError, match="no proposal to be accepted"):
        accept([], file_name="a.wav", bounds=BOUNDS, by=ME)
    with pytest.raises(AnnotationError, match="no proposal to be dismissed"):
        dismiss([], predicted, by=ME)
    with pytest.raises(AnnotationError, match="was dismissed"):
        restore(predicted)


@pytest.fixture
def project(tmp_path):
    project = make_project(tmp_path)
    pieces = [(0, 40, 2, 0.9), (40, 80, 1, 0.5)]
    predict(project.runs / RUN, project.folder / "gone.wav", NAME, pieces, n_samples=48_000)
    return project


def proposals_of(project):
    predicted = read_predicted(project.folder, NAME, RUN)
    found = annotations_of(project.folder, recording(project, NAME))
    return listed(propose(predicted, *edges_of(found))), predicted, found


def test_dismissed_stays_dismissed_and_the_table_stays_the_annotations(project):
    before, predicted, found = proposals_of(project)
    # The project has 1 to 2 s and 3 to 4 s annotated.
    assert [(p.start_s, p.end_s) for p in before] == [(0.0, 1.0), (2.0, 3.0), (4.0, 6.0)]
    edit = dismiss(before[:2], predicted, by=ME)
    confirm_edit(project.folder, edit)
    after, predicted, now = proposals_of(project)
    assert after == before[2:]
    assert now == found
    assert {(d.author, d.dismissed_at) for d in predicted.dismissals} == {("Ada", ME.edited_at)}
    with closing(sqlite3.connect(project.store)) as connection:
        assert connection.execute("SELECT count(*) FROM annotation").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM annotation_edit").fetchone() == (0,)
    confirm_edit(project.folder, edit.inverse())
    assert proposals_of(project)[0] == before


def test_accepted_it_is_an_annotation_and_the_log_knows_the_score(project):
    before, _, found = proposals_of(project)
    bounds = replace(BOUNDS, annotations=found)
    edit = accept(before[:1], file_name="rec1.wav", bounds=bounds, by=ME)
    confirm_edit(project.folder, edit)
    after, _, now = proposals_of(project)
    assert after == before[1:]
    assert next((a.start_s, a.end_s, a.label, a.author) for a in now) == (
        0.0,
        1.0,
        "audible",
        "Ada",
    )
    with closing(sqlite3.connect(project.store)) as connection:
        query = "SELECT name, added FROM annotation_edit ORDER BY number DESC LIMIT 1"
        name, added = connection.execute(query).fetchone()
    assert (name, len(json.loads(added))) == ("accepting of 'audible' 0.90", 1)
    confirm_edit(project.folder, edit.inverse())
    assert proposals_of(project)[0] == before


def test_many_at_once_take_little_time():
    n = 20_000
    edges = np.arange(n + 1) * 4.0
    predicted = PredictedRecording(
        NAME,
        RUN,
        Intervals(CLASSES, edges[:-1], edges[1:], np.arange(n) % 3, np.full(n, 0.9)),
        FRAME_S,
    )
    annotations = [stored(k + 2, 4.0 * k, 4.0 * k + 1.0) for k in range(n)]
    proposals = propose(predicted, *edges_of(annotations))
    assert len(proposals) == n
    bounds = Bounds(4.0 * n, 8000.0, annotations=annotations)
    assert len(accept(listed(proposals), file_name="a", bounds=bounds, by=ME).added) == n
