"""Ask by key what drove a decision, read it, walk on to the next error, and close it."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from core.explanation import explain_span
from core.isolation import StageRunner
from gui.explaining import STARTING
from tests.e2e.window.pipeline import LONG_MS
from tests.made_review import REVIEWED, make_run


@pytest.fixture
def wrong_project(finished_project):
    """A model that was trained, and errors of which a test knows where they are."""
    (trained,) = (finished_project / "runs").iterdir()
    run = make_run(finished_project, REVIEWED)
    shutil.move(trained / "model.keras", run)
    shutil.rmtree(trained)
    return finished_project


def _open(open_window, project, qtbot):
    window = open_window(project)
    qtbot.waitUntil(lambda: window.media.audio_share == 1.0, timeout=LONG_MS)
    qtbot.waitUntil(lambda: window.media.details is not None, timeout=LONG_MS)
    return window, window.recording.explaining, window.findChild(QWidget, "attributionStrip")


def test_a_selection_is_explained_as_from_python_and_escape_closes_it(
    open_window, finished_project, qtbot
):
    window, explaining, strip = _open(open_window, finished_project, qtbot)
    window.session.time.select(2.0, 2.5)
    qtbot.keyClick(window.recording.waveform, Qt.Key.Key_E)
    assert strip.isVisible()
    assert strip.pane.empty.text() == STARTING
    qtbot.waitUntil(lambda: explaining.explanation is not None, timeout=LONG_MS)
    found = explaining.explanation
    assert f"Frames 80 to 99 of {window.media.details.stem}: why" in strip.title
    name, value = found.strongest()[0]
    assert f"{name} {value:+.2f}" in strip.strongest
    with StageRunner() as runner:
        expected = runner.run(explain_span, finished_project, found.span)
    assert np.array_equal(found.values, expected.values)
    assert (found.predicted, found.other) == (expected.predicted, expected.other)
    moved = float(found.values.sum(dtype=np.float64))
    assert moved == pytest.approx(found.difference - found.baseline, abs=0.02)

    qtbot.keyClick(window.recording.waveform, Qt.Key.Key_Escape)
    assert not strip.isVisible()
    assert window.session.errors.boxes == ()


def test_it_follows_from_error_to_error_into_another_recording(open_window, wrong_project, qtbot):
    window, explaining, strip = _open(open_window, wrong_project, qtbot)
    window.actions_["review"].trigger()
    review = window.review
    review.listening.set_plays(False)
    table = window.findChild(QWidget, "errorsTable")
    qtbot.waitUntil(lambda: table.model().rowCount() > 1, timeout=LONG_MS)
    table.setFocus()
    table.selectRow(0)
    qtbot.waitUntil(lambda: window.session.time.selection is not None, timeout=LONG_MS)
    # Once something of the recording is drawn.
    qtbot.waitUntil(window.actions_["explain"].isEnabled, timeout=LONG_MS)
    qtbot.keyClick(table, Qt.Key.Key_E)
    qtbot.waitUntil(lambda: explaining.explanation is not None, timeout=LONG_MS)
    first = explaining.explanation.span
    assert (first.recording, first.annotated) == ("rec2", "inaudible")

    qtbot.keyClick(table, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: explaining.explanation is None, timeout=LONG_MS)
    assert strip.isVisible()
    qtbot.waitUntil(lambda: explaining.explanation is not None, timeout=LONG_MS)
    second = explaining.explanation.span
    assert second.recording == "rec1"
    errors, error = review.model.review.errors, review.chosen
    assert (second.start_sample, second.end_sample) == (
        errors.start_sample[error],
        errors.end_sample[error],
    )
    assert second.annotated == "audible"

    qtbot.keyClick(table, Qt.Key.Key_Escape)
    assert not strip.isVisible()
    assert window.session.errors.boxes == ()


def test_a_model_that_is_gone_is_a_sentence_in_the_strip(open_window, wrong_project, qtbot):
    next(wrong_project.glob("runs/*/model.keras")).unlink()
    window, explaining, strip = _open(open_window, wrong_project, qtbot)
    qtbot.keyClick(window.recording.waveform, Qt.Key.Key_E)
    qtbot.waitUntil(lambda: bool(explaining.problem), timeout=LONG_MS)
    assert "has no model any more" in strip.pane.empty.text()
    assert window.session.errors.boxes == ()
