from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QWidget

from gui.actions import Actions
from gui.panels.recording_header import RecordingHeader
from tests.shown_media import ShownMedia, make_details, make_reader


@pytest.fixture
def media(session):
    media = ShownMedia(session)
    yield media
    media.close()


@pytest.fixture
def header(session, media, qtbot):
    window = QWidget()
    window.actions_ = Actions(window)
    header = RecordingHeader(session, window.actions_, media)
    header.setParent(window)
    header.window_ = window
    qtbot.addWidget(window)
    window.resize(900, 60)
    window.show()
    return header


@pytest.fixture
def details(tmp_path):
    """Of a recording whose file is there."""
    details = make_details()
    path = tmp_path / "there.wav"
    path.touch()
    recording = replace(details.recording, path=path)
    return replace(details, recording=recording, codec="wav/pcm_16", n_channels=2)


def _show(header, media, session, details, **readers):
    session.show_recording(details.recording)
    media.show(details, **readers)


def test_says_what_the_recording_is(header, media, session, details, tmp_path):
    _show(header, media, session, details, original=make_reader(tmp_path, np.zeros(8000), 8000))
    facts = header.findChild(QLabel, "recordingFacts").text()
    assert "8 kHz" in facts
    assert "stereo" in facts
    assert "wav/pcm_16" in facts
    assert header.state == ""


def test_a_low_rate_is_told_in_hertz(header, media, session, details):
    _show(header, media, session, replace(details, sample_rate=1, transcoded_rate=800))
    facts = header.findChild(QLabel, "recordingFacts").text()
    assert facts.startswith("1 Hz")
    assert "transcoded to 800 Hz" in facts


def test_says_how_far_it_is_decoded(header, media, session, details, tmp_path):
    media.audio_share = 0.34
    reader = make_reader(tmp_path, np.zeros(800), 8000, complete=False)
    _show(header, media, session, details, original=reader)
    assert "34" in header.state


def test_a_missing_file_can_be_looked_for(header, media, session, details, qtbot):
    details.recording.path.unlink()
    media.original_problem = "There is no file there.wav"
    _show(header, media, session, details)
    assert "missing" in header.state
    asked = []
    relink = header.window_.actions_["relink"]
    relink.setEnabled(True)
    relink.triggered.connect(lambda: asked.append(True))
    button = header.findChild(QPushButton)
    assert button.isVisible()
    button.click()
    assert asked == [True]


def test_what_cannot_be_decoded_says_why(header, media, session, details):
    media.original_problem = "there.wav cannot be read as audio: the file is empty"
    _show(header, media, session, details)
    assert header.state == "there.wav cannot be read as audio: the file is empty"
    assert not header.findChild(QPushButton).isVisible()


def test_a_recording_that_was_left_out_says_why(header, media, session, details, tmp_path):
    why = "Left out when transcoding: it is silent."
    left_out = replace(details, is_left_out=True, transcoded_problem=why, annotations_problem="x")
    _show(header, media, session, left_out, original=make_reader(tmp_path, np.zeros(80), 8000))
    assert header.state == why


def test_annotations_that_cannot_be_read_are_told(header, media, session, details, tmp_path):
    broken = replace(details, annotations_problem="a.csv has no column start")
    _show(header, media, session, broken, original=make_reader(tmp_path, np.zeros(80), 8000))
    assert header.state == "a.csv has no column start"


def test_the_user_chooses_how_much_the_amplitude_is_magnified(header):
    chosen = []
    header.gain_chosen.connect(chosen.append)
    box = header.findChild(QComboBox, "gainBox")
    box.setCurrentIndex(3)
    box.activated.emit(3)
    assert chosen == [8.0]
    assert "8" in box.currentText()


def test_says_whose_the_predictions_are_if_not_the_current_run_s(
    header, media, session, details, tmp_path
):
    reader = make_reader(tmp_path, np.zeros(8000), 8000)
    run = tmp_path / "2025-01-01_fc"
    told = replace(details, run=run, predictions=run / "predictions.parquet")
    _show(header, media, session, told, original=reader)
    assert header.state == "Predicted by 2025-01-01_fc, which is not the current run."
    media.show(replace(told, run_is_current=True))
    assert header.state == ""
    media.show(replace(told, predictions=None))
    assert header.state == ""
