"""What is said and can be done over the predicted strip."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QLabel, QMainWindow, QMenu, QProgressBar, QToolButton

from core.recording_predictions import RunOfRecording
from gui.actions import Actions, State
from gui.predicting import UnderWay
from gui.theme import DARK
from gui.views.class_strips import DIFFERENCE_PX, STRIP_PX, ClassStrips
from gui.views.prediction_bar import STALE, PredictionBar
from tests.gui.views.made_media import open_recording

RUNS = (RunOfRecording("new_cnn", is_current=True), RunOfRecording("old_fc", has_predicted=True))
SOME = np.array([[0, 20, 0], [20, 60, 2]], dtype=np.int64)


class PretendedPredicting(QObject):
    changed = Signal()

    def __init__(self):
        super().__init__()
        self.now, self.problem, self.is_cancelled = None, "", False

    def predict(self):
        self.go_on("Transcoding", 0.25)

    def cancel(self):
        self.is_cancelled = True

    def go_on(self, text, share):
        job = SimpleNamespace(is_cancelled=self.is_cancelled)
        self.now = UnderWay(job, text, share)
        self.changed.emit()


@pytest.fixture
def strips(session, media, show_pane):
    open_recording(session)
    session.time.set_duration(10.0)
    return show_pane(ClassStrips, 700, 120)


@pytest.fixture
def bar(strips, session, media, qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    actions = Actions(window)
    actions.enable(set(State))
    predicting = PretendedPredicting()
    actions["predict_recording"].triggered.connect(predicting.predict)
    media.chosen = []
    media.choose_run = media.chosen.append
    bar = PredictionBar(session, actions, media, predicting)
    bar.predicting_, bar.window_ = predicting, window
    strips.hold(bar)
    return bar


def part(bar, kind, name):
    return bar.findChild(kind, name)


def describe(media, predicted=(), **changes):
    media.predicted = np.array(predicted, dtype=np.int64).reshape(-1, 3)
    values = {"run": Path("/p/runs/new_cnn"), "run_is_current": True, "runs": RUNS}
    media.describe(n_frames=400, **(values | changes))
    media.tracks_changed.emit()


def test_without_a_run_there_is_no_bar(bar, media):
    media.describe(n_frames=400)
    assert not bar.isVisible()


def test_where_nothing_is_predicted_a_button_does_it(bar, media, qtbot):
    describe(media)
    start = part(bar, QToolButton, "predictionStart")
    assert start.isVisible()
    assert part(bar, QToolButton, "predictionRun").text() == "new_cnn (current)"
    qtbot.mouseClick(start, Qt.MouseButton.LeftButton)
    assert part(bar, QLabel, "predictionText").text() == "Transcoding"
    progress = part(bar, QProgressBar, "predictionProgress")
    assert progress.value() / progress.maximum() == 0.25
    assert not start.isVisible()
    bar.predicting_.go_on("Starting TensorFlow, this takes some seconds", None)
    assert progress.maximum() == 0
    cancel = part(bar, QToolButton, "predictionCancel")
    qtbot.mouseClick(cancel, Qt.MouseButton.LeftButton)
    assert bar.predicting_.is_cancelled
    bar.predicting_.go_on("Cancelling", None)
    assert not cancel.isEnabled()


def test_what_is_predicted_is_said_to_be_of_which_run(bar, media):
    describe(media, SOME, are_all_predicted=True)
    run = part(bar, QToolButton, "predictionRun")
    assert not part(bar, QToolButton, "predictionStart").isVisible()
    assert run.text() == "Run"
    assert "new_cnn says of all frames" in run.toolTip()
    assert STALE not in run.toolTip()
    describe(media, SOME, run=Path("/p/runs/old_fc"), run_is_current=False)
    assert run.text() == "Stale run"
    assert "old_fc says of the frames that it was evaluated on" in run.toolTip()
    assert STALE in run.toolTip()


def test_another_run_is_chosen_from_a_menu(bar, media):
    describe(media, SOME)
    menu = part(bar, QMenu, "predictionRuns")
    menu.aboutToShow.emit()
    actions = menu.actions()
    assert [(a.text(), a.isChecked()) for a in actions[:2]] == [
        ("new_cnn (current)", True),
        ("old_fc (stale), has predicted this recording", False),
    ]
    assert [a.objectName() for a in actions[3:]] == ["predict_recording", "predict"]
    actions[1].trigger()
    assert media.chosen == ["old_fc"]


def test_it_stands_where_the_predictions_are_or_would_be(bar, strips, media, session):
    room = strips.room()
    describe(media)
    # With no annotations either, below what is said.
    assert room.contains(bar.geometry())
    assert not bar.geometry().intersects(strips.empty.geometry())
    describe(media, annotations=[(1.0, 2.0, 2)])
    assert room.contains(bar.geometry())
    assert bar.geometry().top() >= room.top() + 2 * STRIP_PX + DIFFERENCE_PX
    assert abs(bar.geometry().center().x() - room.center().x()) <= 1
    describe(media, SOME)
    assert bar.geometry().left() < room.left() + 10
    assert not bar.geometry().intersects(strips.legend.geometry())


def test_why_it_could_not_be_predicted_is_said_in_its_place(bar, strips, media):
    bar.predicting_.problem = "It is broken."
    describe(media, annotations=[(1.0, 2.0, 2)])
    assert strips.empty.text() == "It could not be predicted: It is broken."


def test_it_can_be_read_on_dark(bar, media):
    describe(media)
    bar.set_colors(DARK)
    assert bar.grab().toImage().pixelColor(1, 1).lightness() < 100
