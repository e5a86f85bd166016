"""The open recording is predicted in a lane; each recording keeps its own state."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from core.errors import StageCrashedError
from core.left_out import LeftOut
from core.library import Recording
from core.predict_recordings import PredictedRecordings, predict_recordings
from core.progress import Progress
from core.recording_predictions import RunOfRecording
from gui.predicting import CANCELLING, WAITING, Predicting
from tests.shown_media import ShownMedia, make_details

A, B = (Recording(f"audio/{name}.wav", Path(f"/x/{name}.wav")) for name in "ab")
RUN = RunOfRecording("a_run", is_current=True)


class PretendedLane:
    """Takes what is submitted, and does nothing with it."""

    def __init__(self, lane):
        self._lane = lane
        self.calls = []

    def submit(self, *args, **kwargs):
        self.calls.append((args, kwargs))
        job = SimpleNamespace(is_cancelled=False)
        job.cancel = lambda: setattr(job, "is_cancelled", True)
        return job

    def __getattr__(self, name):
        return getattr(self._lane, name)


@pytest.fixture
def lane(session):
    session.stages = lane = PretendedLane(session.stages)
    return lane


@pytest.fixture
def media(session):
    media = ShownMedia(session)
    yield media
    media.close()


@pytest.fixture
def predicting(session, lane, media, project_folder):
    predicting = Predicting(session, media)
    session.open_project(project_folder)
    session.show_recording(A)
    media.show(details())
    return predicting


def details(**changes):
    return make_details(run=Path("/p/runs/a_run"), runs=(RUN,), **changes)


def test_what_is_open_is_predicted_with_the_run_that_is_shown(
    predicting, lane, session, project_folder, qtbot
):
    assert predicting.can_predict
    with qtbot.waitSignal(predicting.changed):
        predicting.predict()
    ((args, _),) = lane.calls
    assert args == (predict_recordings, project_folder, "a_run", (A,))
    assert predicting.now.text == WAITING
    assert not predicting.can_predict
    predicting.predict()
    assert len(lane.calls) == 1


def test_each_recording_has_its_own_progress(predicting, lane, session):
    predicting.predict()
    lane.calls[0][1]["progressed"](Progress("predict", 0.25, 1, "recordings", "Transcoding"))
    assert (predicting.now.text, predicting.now.share) == ("Transcoding", 0.25)
    lane.calls[0][1]["progressed"](Progress("predict", 0.7, 1, "", "Starting TensorFlow"))
    assert predicting.now.text.startswith("Starting TensorFlow, this takes some seconds")
    assert predicting.now.share is None
    session.show_recording(B)
    assert predicting.now is None
    predicting.predict()
    assert lane.calls[1][0][-1] == (B,)
    assert predicting.now.text == WAITING
    session.show_recording(A)
    assert predicting.now.text.startswith("Starting")


def test_when_it_is_done_what_is_shown_is_looked_at_again(predicting, lane, session, qtbot):
    said = []
    session.said.connect(said.append)
    predicting.predict()
    with qtbot.waitSignals([session.predictions_changed, predicting.changed]):
        lane.calls[0][1]["done"](PredictedRecordings(()))
    assert predicting.now is None
    assert said == ["a.wav is predicted."]


def test_why_one_cannot_be_read_is_kept_until_it_is_tried_again(predicting, lane, session):
    predicting.predict()
    lane.calls[0][1]["done"](PredictedRecordings((), left_out=(LeftOut("a.wav", "It is broken"),)))
    assert predicting.problem == "It is broken"
    session.show_recording(B)
    assert predicting.problem == ""
    session.show_recording(A)
    assert predicting.problem == "It is broken"
    predicting.predict()
    assert predicting.problem == ""


def test_it_is_cancelled_and_says_so_until_it_has_ended(predicting, lane):
    predicting.predict()
    job = predicting.now.job
    predicting.cancel()
    assert job.is_cancelled
    assert predicting.now.text == CANCELLING
    lane.calls[0][1]["progressed"](Progress("predict", 0.5, 1, "", "Classifying"))
    assert predicting.now.text == CANCELLING
    lane.calls[0][1]["cancelled"]()
    assert predicting.now is None
    assert predicting.can_predict


def test_an_error_is_shown_in_the_words_of_the_user(predicting, lane, session, qtbot):
    predicting.predict()
    error = StageCrashedError("predict_recordings crashed with SIGSEGV")
    with qtbot.waitSignal(session.errors.shown) as shown:
        lane.calls[0][1]["failed"](error)
    assert shown.args[0] == "the prediction crashed with SIGSEGV"
    assert predicting.now is None
    for box in session.errors.boxes:
        box.close()


@pytest.mark.parametrize(
    "shown",
    [
        make_details(),
        make_details(run=Path("/p/runs/gone"), runs=(RUN,)),
        details(are_all_predicted=True),
    ],
)
def test_without_a_model_or_anything_to_add_nothing_can_be_predicted(
    predicting, lane, media, shown
):
    media.show(shown)
    assert not predicting.can_predict
    predicting.predict()
    assert lane.calls == []


def test_another_project_knows_nothing_of_it(predicting, session):
    predicting.predict()
    session.close_project()
    session.show_recording(A)
    assert predicting.now is None
