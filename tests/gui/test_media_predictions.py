"""What runs say of all frames of a recording, in a project of which no stage has run."""

from __future__ import annotations

import numpy as np
import pytest

from core.library import Recording
from core.predicted_frames import model_hash, stamp_of, write_predicted
from gui.media import Media
from tests.core.made_runs import FIRST, SECOND, make_run
from tests.core.test_predicted_frames import made

NAME = "audio/rec1.wav"


@pytest.fixture
def project(project_folder):
    for name in (FIRST, SECOND):
        make_run(project_folder / "runs", name)
    return project_folder


@pytest.fixture
def recording(project):
    return Recording(NAME, project.parent / NAME)


@pytest.fixture
def media(session, project, recording, qtbot):
    media = Media(session)
    session.open_project(project)
    session.show_recording(recording)
    wait(qtbot, media)
    yield media
    media.close()


def wait(qtbot, media):
    qtbot.waitUntil(lambda: not media.is_busy, timeout=20_000)


def test_they_are_drawn_without_features_and_of_the_run_that_is_chosen(
    media, session, project, recording, qtbot
):
    assert media.predictions_problem == f"The model {SECOND} is not evaluated yet."
    run = project / "runs" / FIRST
    frames, probabilities = made(
        run, NAME, original=stamp_of(recording.path), model=model_hash(run)
    )
    write_predicted(frames, probabilities)
    session.predictions_changed.emit()
    wait(qtbot, media)
    assert media.predicted.shape == (0, 3)
    media.choose_run(FIRST)
    wait(qtbot, media)
    assert (media.details.run, media.details.are_all_predicted) == (run, True)
    assert media.predictions_problem == ""
    np.testing.assert_array_equal(media.probabilities.samples(0, 10**6), probabilities)
    assert media.predicted[:, 1].max() == frames.n_frames
    # Predicted again, it is drawn anew.
    frames, probabilities = made(
        run, NAME, original=stamp_of(recording.path), model=model_hash(run), seed=1
    )
    write_predicted(frames, probabilities)
    session.predictions_changed.emit()
    wait(qtbot, media)
    np.testing.assert_array_equal(media.probabilities.samples(0, 10**6), probabilities)
    # Another project knows no such run.
    session.close_project()
    session.open_project(project)
    session.show_recording(recording)
    wait(qtbot, media)
    assert media.details.run.name == SECOND
