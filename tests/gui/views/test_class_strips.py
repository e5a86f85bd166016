from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.features.spec import FeatureSpec
from core.labelling import CONFLICT
from gui.theme import DARK, LIGHT, Scheme, class_color
from gui.views.class_legend import dash_of
from gui.views.class_strips import (
    DIFFERENCE_PX,
    NO_ANNOTATIONS,
    NOT_PREDICTED,
    NOTHING_PREDICTED,
    READING,
    STRIP_PX,
    ClassStrips,
)
from tests.gui.views.made_media import CLASSES, RATE_HZ, SPEC, open_recording, pixels_of, rgb

N_FRAMES = 400
SECONDS = N_FRAMES * SPEC.hop_size / RATE_HZ
ANNOTATIONS = [(1.0, 3.0, 0), (5.0, 7.0, 2), (6.0, 8.0, 1)]
PREDICTED = np.array([[0, 80, 0], [80, 200, 2], [200, 240, 2]], dtype=np.int64)


@pytest.fixture
def pane(session, media, show_pane):
    open_recording(session)
    session.time.set_duration(SECONDS)
    session.time.fit()
    media.predicted = PREDICTED
    probabilities = np.zeros((N_FRAMES, 3), dtype=np.float32)
    probabilities[:80] = 0.8, 0.15, 0.05
    probabilities[80:240] = 0.1, 0.3, 0.6
    media.probabilities = media.reader(probabilities, 40)
    media.describe(annotations=ANNOTATIONS, n_frames=N_FRAMES)
    return show_pane(ClassStrips, 864, 200)


def _strips(pane):
    """Pixels of the annotated strip, the differences and the predicted strip."""
    pixels = pixels_of(pane.item)
    top = STRIP_PX + DIFFERENCE_PX
    return pixels[:STRIP_PX], pixels[STRIP_PX:top], pixels[top : top + STRIP_PX]


def _color(target, colors=LIGHT):
    return rgb(class_color(target, len(CLASSES), colors))


def _seconds(is_there):
    """Start and end of where something is, to a pixel."""
    x = np.flatnonzero(is_there)
    return x[0] * SECONDS / len(is_there), (x[-1] + 1) * SECONDS / len(is_there)


def _height(strip, target):
    """Middle of a class in a strip, 1 at the top."""
    return 1 - np.flatnonzero((strip == _color(target)).any(axis=1)).mean() / len(strip)


def test_an_annotation_is_told_by_place_colour_and_height(pane):
    annotated, _, _ = _strips(pane)
    is_quiet = (annotated == _color(0)).any(axis=0)
    assert _seconds(is_quiet) == pytest.approx((1.0, 3.0), abs=0.03)
    is_loud = (annotated == _color(2)).any(axis=0)
    assert _seconds(is_loud) == pytest.approx((5.0, 6.0), abs=0.03)
    assert _height(annotated, 0) < _height(annotated, 1) < _height(annotated, 2)


def test_conflicts_and_what_is_not_annotated_are_told_apart(pane):
    annotated, _, _ = _strips(pane)
    width = annotated.shape[1]
    at = {time_s: annotated[1:-1, int(time_s / SECONDS * width)] for time_s in (0.5, 6.5)}
    assert (at[0.5] == rgb(LIGHT.background)).all()
    hatched = at[6.5] == rgb(LIGHT.foreground)
    assert 0.2 < hatched.mean() < 0.8
    assert pane.annotated.label_at(int(6.5 * RATE_HZ)) == CONFLICT


def test_edges_stand_at_their_samples(pane, session):
    session.time.set_range(3.0 - 0.001, 3.0 + 0.001)
    annotated, _, _ = _strips(pane)
    is_quiet = (annotated == _color(0)).any(axis=0)
    # The pixel in the middle has both; a sample is 50 pixels wide.
    assert np.flatnonzero(is_quiet)[-1] == pytest.approx(len(is_quiet) / 2, abs=1)


def test_predictions_own_their_hops_and_differences_are_those_of_labelled_frames(pane):
    _, differing, predicted = _strips(pane)
    assert _seconds((predicted == _color(0)).any(axis=0)) == pytest.approx((0, 2.0), abs=0.03)
    assert _seconds((predicted == _color(2)).any(axis=0)) == pytest.approx((2.0, 6.0), abs=0.03)
    is_other = (differing == rgb(LIGHT.playhead)).any(axis=0)
    assert _seconds(is_other) == pytest.approx((2.0, 3.0), abs=0.03)
    assert pane.differing.first.tolist() == [80 * SPEC.hop_size]
    assert pane.differing.stop.tolist() == [120 * SPEC.hop_size]


def test_a_frame_that_an_annotation_does_not_contain_whole_is_no_error(pane, media):
    # It ends 50 samples into frame 80, whose prediction is another.
    media.describe(annotations=[(1.0, 2.0 + 50 / RATE_HZ, 0)], n_frames=N_FRAMES)
    assert len(pane.differing) == 0


def test_probabilities_are_as_high_as_they_are(pane):
    pixels = pixels_of(pane.item)[2 * STRIP_PX + DIFFERENCE_PX :]
    width = pixels.shape[1]
    for target, share in ((1, 0.3), (2, 0.6)):
        is_curve = pixels[:, width // 4 : width // 2] == _color(target)
        rows = np.flatnonzero(is_curve.any(axis=1))
        assert 1 - rows.mean() / len(pixels) == pytest.approx(share, abs=0.06)
        drawn, left_out = dash_of(target, len(CLASSES))
        part = is_curve.any(axis=0).mean()
        assert part == pytest.approx(drawn / (drawn + left_out), abs=0.1)
    # Where nothing was predicted there is no probability of 0.
    nothing = pixels[:, int(width * 0.7) :]
    assert not np.isin(nothing, [_color(k) for k in range(3)]).any()


def test_classes_are_named_in_the_runs_and_in_the_legend(pane, session):
    names = [name for _, name, _ in pane._names]
    assert names.count("inaudible") == 2
    assert "conflict" in names
    assert pane.legend.classes == CLASSES
    assert pane.legend.isVisible()
    session.time.fit()
    image = pane.grab().toImage()
    box = pane._names[0][0].translated(pane.room().topLeft())
    inside = [
        image.pixelColor(x, y).lightness()
        for x in range(box.left(), box.right())
        for y in range(box.top() + 4, box.bottom() - 10)
    ]
    assert min(inside) < 100


def test_it_says_what_is_missing(session, media, show_pane):
    pane = show_pane(ClassStrips, 864, 200)
    assert not pane.empty.isVisible()
    open_recording(session)
    session.time.set_duration(SECONDS)
    media.describe(spec=None)
    assert pane.empty.text() == f"{NO_ANNOTATIONS}\n{NOT_PREDICTED}"
    assert not pane.legend.isVisible()
    media.predictions_problem = "The model is not evaluated yet."
    media.describe(annotations=ANNOTATIONS, n_frames=N_FRAMES)
    assert pane.empty.text() == "The model is not evaluated yet."
    media.predictions_problem = ""
    media.describe(annotations=ANNOTATIONS, n_frames=N_FRAMES)
    media.predicted = PREDICTED
    media.tracks_changed.emit()
    assert not pane.empty.isVisible()


def test_annotations_that_have_no_place_are_not_said_to_be_none(session, media, show_pane):
    pane = show_pane(ClassStrips, 864, 200)
    open_recording(session)
    media.describe(annotations=ANNOTATIONS, spec=None)
    says = "3 annotations not drawn: the length of the recording is not known"
    assert pane.empty.text() == f"{says}\n{NOT_PREDICTED}"
    assert len(pane.annotated) == 0
    session.time.set_duration(SECONDS)
    assert len(pane.annotated) == 4
    assert pane.empty.text() == NOT_PREDICTED


def test_predictions_on_their_way_are_not_said_to_be_missing(pane, media):
    nothing, probabilities = np.empty((0, 3), dtype=np.int64), media.probabilities
    media.predicted, media.probabilities = nothing, None
    media.describe(annotations=ANNOTATIONS, n_frames=N_FRAMES, predictions=Path("p.parquet"))
    assert pane.empty.text() == READING
    media.probabilities = probabilities
    media.tracks_changed.emit()
    assert pane.empty.text() == NOTHING_PREDICTED


def test_nothing_of_one_recording_is_shown_under_another(pane, session, media):
    media.details, media.probabilities = None, None
    media.predicted = np.empty((0, 3), dtype=np.int64)
    session.show_recording(None)
    media.details_changed.emit(None)
    media.tracks_changed.emit()
    assert set(np.unique(pixels_of(pane.item)).tolist()) == {rgb(LIGHT.background)}
    assert pane._names == []


def test_it_follows_the_theme(pane, session):
    session.theme.apply(Scheme.DARK)
    annotated, _, _ = _strips(pane)
    assert (annotated == _color(2, DARK)).any()
    session.theme.apply(Scheme.LIGHT)


def test_predictions_lie_on_their_own_grid(pane, media):
    """As without features, or of a run that was trained on others."""
    before = [strip.copy() for strip in _strips(pane)]
    double = FeatureSpec(2 * RATE_HZ, 2 * SPEC.frame_size, 2 * SPEC.hop_size)
    media.describe(
        annotations=ANNOTATIONS, spec=None, predictions_grid=double, n_predicted=N_FRAMES
    )
    np.testing.assert_array_equal(pane.predicted.stop, PREDICTED[:, 1] * double.hop_size)
    for strip, was in zip(_strips(pane), before, strict=True):
        np.testing.assert_array_equal(strip, was)
    media.describe(
        annotations=ANNOTATIONS,
        n_frames=N_FRAMES,
        predictions_grid=replace(SPEC, hop_size=100),
        n_predicted=2 * N_FRAMES,
    )
    *_, predicted = _strips(pane)
    assert _seconds((predicted == _color(2)).any(axis=0)) == pytest.approx((1.0, 3.0), abs=0.02)
