from __future__ import annotations

import pytest

from core.pace import Pace
from core.progress import Progress
from gui.stage_progress import STARTING_TENSORFLOW, progress_in_words


def told(*progresses, stage):
    """What is said of the last, where one came each second."""
    pace = Pace()
    for now_s, progress in enumerate(progresses):
        pace.update(progress, float(now_s))
    return progress_in_words(stage, progresses[-1], pace, is_stopping=False, metrics={})


def test_progress_is_told_in_words():
    done = [Progress("transcode", n, 34.0, "recordings", "a.wav") for n in (0.0, 2.0, 4.0)]
    words = told(*done, stage="transcode")
    assert words.doing == "a.wav"
    assert words.fraction == pytest.approx(4 / 34)
    assert words.amount == "4 of 34 recordings, 2.0 recordings/s"
    assert words.time_left == "about 15 s left"


def test_a_training_may_end_early():
    epochs = [Progress("train", n, 12.0, "epochs") for n in (0.0, 1.0, 2.0)]
    assert told(*epochs, stage="train").time_left == "at most 10 s left"


def test_tensorflow_is_said_to_take_its_time():
    words = told(Progress("train", 0, 2, "epochs", STARTING_TENSORFLOW), stage="train")
    assert words.doing == "Starting TensorFlow, this takes some seconds"
    assert words.fraction is None
    assert words.time_left == ""


def test_an_unknown_total_has_no_fraction():
    words = told(Progress("transcode", text="Reading the database"), stage="transcode")
    assert words.fraction is None
