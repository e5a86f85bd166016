"""What moved a decision: the classes, the frames, and values that sum to what they explain."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core import explanation
from core.annotations.csv import Annotation
from core.checkpoint import load_checkpoint, save_checkpoint
from core.errors import CheckpointError, FeatureError, NothingToDoError
from core.explanation import SpanToExplain, explain_span, span_of
from core.features.spec import FeatureSpec
from core.features.table import FeatureTable
from core.learning.attribution import ScoreGradients
from core.learning.classify import frame_probabilities
from core.learning.context import Context, recording_examples
from core.library import Recording
from core.project import open_project
from core.recording_details import RecordingDetails
from core.run_summary import MODEL_FILE
from tests.core.labelled_tables import CLASSES, SPEC
from tests.core.learning.test_attribution import made_checkpoint
from tests.made_review import RUN

FC = RUN.replace("_fc", "_another")


@pytest.fixture
def project(reviewed_project):
    """Recordings of 8 s, which are 320 frames, and a model of each kind."""
    for run, kind in ((RUN, "cnn"), (FC, "fc")):
        (reviewed_project / "runs" / run).mkdir(exist_ok=True)
        made = made_checkpoint(kind)
        save_checkpoint(made.model, made.info, reviewed_project / "runs" / run / MODEL_FILE)
    return reviewed_project


def span(first, stop, *, run=RUN, annotated="", recording="rec0"):
    return SpanToExplain(run, recording, first * 200, stop * 200, annotated)


def total(found):
    return float(np.nan_to_num(found.values).sum(dtype=np.float64))


@pytest.mark.parametrize("run", [RUN, FC])
def test_the_values_sum_to_the_difference_from_the_baseline(project, run):
    seen = []
    found = explain_span(project, span(100, 140, run=run), report=seen.append)
    assert found.frames.tolist() == list(range(100, 140))
    assert (found.start_frame, found.stop_frame, found.n_in_span) == (100, 140, 40)
    assert (found.sample_rate, found.frame_size, found.hop_size) == (8000, 200, 200)
    expected = found.difference - found.baseline
    assert total(found) + found.residual == pytest.approx(expected, abs=1e-4)
    assert abs(found.residual) < 0.01 * abs(expected)
    assert "Starting TensorFlow" in {p.text for p in seen}
    if run == RUN:
        assert (found.kind, found.columns) == ("cnn", Context.of(SPEC.columns).columns)
        assert (found.first_frame, len(found.values)) == (68, 40 + 63)
    else:
        assert (found.kind, found.columns) == ("fc", SPEC.columns)
        assert (found.first_frame, len(found.values)) == (100, 40)
    assert not np.isnan(found.values).any()


def test_patches_are_added_up_at_their_own_frames_also_where_they_are_reflected(project):
    found = explain_span(project, span(3, 6))
    checkpoint = load_checkpoint(project / "runs" / RUN / MODEL_FILE)
    context = Context.of(SPEC.columns)
    table = FeatureTable(open_project(project).features)
    examples = recording_examples(table.matrix("rec0", context.columns), context)
    inputs = next(examples.take(np.array([3, 4, 5])).batches(9))
    weights = np.zeros(3, dtype=np.float32)
    weights[CLASSES.index(found.predicted)], weights[CLASSES.index(found.other)] = 1, -1
    values = ScoreGradients(checkpoint).attribute(inputs, weights).values
    expected = np.zeros((37, 25))
    for k, frame in enumerate((3, 4, 5)):
        for row in range(64):
            # Before the first frame the recording is mirrored.
            expected[abs(frame - 32 + row)] += values[k, row] / 3
    assert (found.first_frame, len(found.values)) == (0, 37)
    assert np.allclose(found.values, expected, atol=1e-5)


def test_the_class_that_is_predicted_against_the_annotated_or_else_the_next(project):
    table = FeatureTable(open_project(project).features)
    checkpoint = load_checkpoint(project / "runs" / FC / MODEL_FILE)
    order = frame_probabilities(checkpoint, table, "rec0")[50].argsort()[::-1]
    first, second, third = (CLASSES[k] for k in order)
    for annotated, other in ((third, third), (second, second), (first, second), ("", second)):
        found = explain_span(project, span(50, 51, run=FC, annotated=annotated))
        assert (found.predicted, found.other) == (first, other)
        assert found.difference > 0
        assert found.is_error == (annotated in {second, third})


def test_the_strongest_come_first_with_their_sums(project):
    found = explain_span(project, span(100, 110))
    strongest = found.strongest()
    sums = dict(zip(found.columns, found.values.sum(axis=0, dtype=np.float64), strict=True))
    assert dict(strongest) == pytest.approx(sums)
    sizes = [abs(value) for _, value in strongest]
    assert sizes == sorted(sizes, reverse=True)


def test_few_values_are_above_the_full_scale(project):
    found = explain_span(project, span(100, 140))
    sizes = np.abs(found.values)
    assert 0 < np.mean(sizes > found.full_scale) < 0.01
    alone = np.zeros((40, 25), dtype=np.float32)
    assert replace(found, values=alone).full_scale == 1.0
    alone[3, 4] = -0.5
    assert replace(found, values=alone).full_scale == 0.5


def test_of_a_long_span_some_frames_are_explained_evenly_chosen(project, monkeypatch):
    monkeypatch.setattr(explanation, "MOST_PATCHES", 5)
    monkeypatch.setattr(explanation, "MOST_FRAMES", 3)
    found = explain_span(project, span(10, 191))
    assert found.frames.tolist() == [10, 55, 100, 145, 190]
    assert found.n_in_span == 181
    found = explain_span(project, span(10, 191, run=FC))
    assert found.frames.tolist() == [10, 100, 190]
    known = np.isfinite(found.values).all(axis=1)
    assert np.flatnonzero(known).tolist() == [0, 90, 180]
    assert np.isnan(found.values[~known]).all()
    assert total(found) + found.residual == pytest.approx(
        found.difference - found.baseline, abs=1e-4
    )


@pytest.mark.parametrize(("start", "end"), [(4050, 4051), (4000, 4199), (3900, 4150)])
def test_where_no_frame_is_whole_the_one_in_the_middle_is_explained(project, start, end):
    found = explain_span(project, SpanToExplain(FC, "rec0", start, end))
    assert found.frames.tolist() == [20]


def test_what_is_not_there_is_a_sentence(project):
    with pytest.raises(CheckpointError, match="The run nobody has no model any more"):
        explain_span(project, span(1, 2, run="nobody"))
    with pytest.raises(FeatureError, match="no features of nobody") as error:
        explain_span(project, span(1, 2, recording="nobody"))
    assert "extract" in error.value.hint
    for first in (320, -5):
        with pytest.raises(NothingToDoError, match="rec0 has no frame there"):
            explain_span(project, span(first, first + 1))


def test_a_model_of_other_features_is_refused(project):
    made = made_checkpoint("fc")
    info = replace(made.info, features=FeatureSpec(16_000, 200, 200).to_dict())
    save_checkpoint(made.model, info, project / "runs" / FC / MODEL_FILE)
    with pytest.raises(CheckpointError, match="8000 Hz instead of 16000 Hz"):
        explain_span(project, span(1, 2, run=FC))


def test_a_model_that_was_trained_again_is_loaded_again(project):
    before = explain_span(project, span(1, 2, run=FC))
    made = made_checkpoint("fc", seed=1)
    save_checkpoint(made.model, made.info, project / "runs" / FC / MODEL_FILE)
    assert explain_span(project, span(1, 2, run=FC)).baseline != before.baseline


DETAILS = RecordingDetails(
    Recording("audio/a.wav", Path("/nowhere/a.wav")),
    "a",
    spec=SPEC,
    n_frames=100,
    classes=CLASSES,
    annotations=(Annotation(2, "a.wav", 0.0, 0.5, 2), Annotation(3, "a.wav", 0.6, 0.7, 1)),
    run=Path("/nowhere/project/runs/mine"),
)


@pytest.mark.parametrize(
    ("start_s", "end_s", "samples", "annotated"),
    [
        (0.1, 0.3, (800, 2400), "audible"),
        (0.375, 0.7, (3000, 5600), "audible"),
        (0.425, 0.7, (3400, 5600), "barely"),
        (0.65, 0.65, (5200, 5201), "barely"),
        (0.55, 0.55, (4400, 4401), ""),
        (1.0, 2.0, (8000, 16000), ""),
        (5.0, 5.0, (40000, 40001), ""),
    ],
)
def test_a_span_of_a_recording_has_the_class_of_most_annotated_frames(
    start_s, end_s, samples, annotated
):
    assert span_of(DETAILS, start_s, end_s) == SpanToExplain("mine", "a", *samples, annotated)


def test_without_annotations_a_span_has_no_class():
    assert span_of(replace(DETAILS, annotations=()), 0.1, 0.3).annotated == ""


def test_without_features_or_a_model_there_is_no_span():
    without = replace(DETAILS, spec=None, features_problem="No features extracted yet.")
    with pytest.raises(FeatureError, match=r"no features of a\.wav") as error:
        span_of(without, 0, 1)
    assert error.value.hint == "No features extracted yet."
    with pytest.raises(CheckpointError, match="no model") as error:
        span_of(replace(DETAILS, run=None), 0, 1)
    assert "train" in error.value.hint
