"""Proposals accepted by their score, as the shell does it."""

from __future__ import annotations

import json

import pytest

from core.accept_proposals import accept_proposals
from core.annotating import confirm_edit
from core.annotations.store import AnnotationStore
from core.editing_right import EditingRight, Holder
from core.errors import CheckpointError, NothingToDoError, ProjectLockedError
from core.learning.model_file import add_record
from core.project import save_project
from core.proposal_edits import dismiss
from core.proposals import edges_of, propose, read_predicted
from core.run_summary import MODEL_FILE, RUN_FILE
from core.settings import ProposalConfig
from tests.core.annotations.made_edits import ME
from tests.core.made_predictions import predict
from tests.core.made_project import annotations_of, make_project, recording
from tests.core.made_runs import make_run

NAME, OTHER, RUN = "audio/rec1.wav", "audio/rec2.wav", "2026-01-01_00-00-00_fc"


@pytest.fixture
def project(tmp_path):
    """1 to 2 s and 3 to 4 s of 6 s are annotated."""
    project = make_project(tmp_path)
    pieces = [(0, 40, 2, 0.95), (40, 80, 1, 0.8), (80, 120, 0, 0.92), (120, 240, 1, 0.91)]
    run = make_run(project.runs, RUN)
    # What nothing is to be predicted with is a record alone.
    (run / MODEL_FILE).unlink()
    add_record(run / MODEL_FILE, json.loads((run / RUN_FILE).read_text()))
    predict(run, project.folder / "gone.wav", NAME, pieces, n_samples=48_000)
    return project


def found(project):
    return [
        (a.start_s, a.end_s, a.label)
        for a in annotations_of(project.folder, recording(project, NAME))
    ]


BEFORE = [(1.0, 2.0, "audible"), (3.0, 4.0, "barely")]


def test_those_with_the_score_become_annotations_in_one_edit(project):
    told = accept_proposals(project.folder, ["rec1"], run=RUN, preview=True)
    assert (told.n_accepted, told.n_left, told.n_recordings) == (3, 0, 1)
    assert found(project) == BEFORE
    assert not project.store.exists()
    done = accept_proposals(project.folder, [NAME, "rec1.wav"], run=RUN, least_score=0.92)
    assert (done.counts, done.n_left) == ({"audible": 1, "inaudible": 1}, 1)
    assert found(project) == [
        (0.0, 1.0, "audible"),
        BEFORE[0],
        (2.0, 3.0, "inaudible"),
        BEFORE[1],
    ]
    # The import of the table, and this.
    assert AnnotationStore(project.store).revision() == 2
    again = accept_proposals(project.folder, [NAME], run=RUN, least_score=0.92)
    assert (again.n_accepted, again.n_left) == (0, 1)
    assert AnnotationStore(project.store).revision() == 2


def test_what_was_dismissed_is_left(project):
    predicted = read_predicted(project.folder, NAME, RUN)
    stored = annotations_of(project.folder, recording(project, NAME))
    first = propose(predicted, *edges_of(stored))[0]
    confirm_edit(project.folder, dismiss([first], predicted, by=ME))
    done = accept_proposals(project.folder, [NAME], run=RUN)
    assert done.counts == {"inaudible": 1, "barely": 1}


def test_names_of_nothing_are_listed_and_the_others_are_done(project):
    done = accept_proposals(project.folder, ["rec9", NAME], run=RUN)
    assert [(x.name, x.reason) for x in done.left_out] == [
        ("rec9", "the library has no such recording")
    ]
    assert len(found(project)) == 5
    with pytest.raises(NothingToDoError, match="no recording whose proposals") as refused:
        accept_proposals(project.folder, ["rec9"], run=RUN)
    assert "rec9" in refused.value.hint


def test_without_a_run_there_is_nothing_to_do(tmp_path):
    with pytest.raises(NothingToDoError, match="no run that could propose"):
        accept_proposals(make_project(tmp_path).folder, [NAME])


def test_a_recording_that_cannot_be_annotated_does_not_keep_the_others_from_it(project):
    _annotate_up_to_half_a_sample(project)
    project = project.with_settings(proposals=ProposalConfig(minimum_duration=0.0))
    save_project(project)
    with pytest.raises(NothingToDoError, match="no recording whose proposals") as refused:
        accept_proposals(project.folder, [NAME], run=RUN)
    assert "would be shorter than a sample" in refused.value.hint
    other = project.folder / "gone.wav"
    predict(project.runs / RUN, other, OTHER, [(0, 240, 1, 0.95)], n_samples=48_000)
    done = accept_proposals(project.folder, [NAME, OTHER], run=RUN)
    assert [x.name for x in done.left_out] == [NAME]
    assert "would be shorter than a sample" in done.left_out[0].reason
    assert (done.n_recordings, done.counts) == (1, {"barely": 2})


def _annotate_up_to_half_a_sample(project):
    (project.folder.parent / "annotations.csv").write_text(
        "file_name,start,end,class\nrec1.wav,1,2,audible\nrec1.wav,2.00006,6,audible\n"
        "rec2.wav,1,2,audible\n"
    )


def test_another_window_that_edits_is_not_disturbed(project, monkeypatch):
    with EditingRight(project.folder):
        monkeypatch.setattr(Holder, "is_ours", lambda _: False)
        with pytest.raises(ProjectLockedError, match="can only be looked at"):
            accept_proposals(project.folder, [NAME], run=RUN)
    assert found(project) == BEFORE


def test_the_right_is_had_before_anything_is_predicted(project, monkeypatch):
    (project.runs / RUN / MODEL_FILE).unlink()
    with EditingRight(project.folder):
        monkeypatch.setattr(Holder, "is_ours", lambda _: False)
        with pytest.raises(ProjectLockedError):
            accept_proposals(project.folder, [NAME], run=RUN)
        # To count, nothing need be held.
        with pytest.raises(CheckpointError):
            accept_proposals(project.folder, [NAME], run=RUN, preview=True)
