from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QLabel, QToolButton

from core.features.spec import FeatureSpec
from gui.views.annotation_items import Layout
from gui.views.frame_grid import Frames
from gui.views.readout import Reading, Readout, read_at
from gui.views.waveform import Waveform
from tests.shown_media import ShownMedia, make_details, make_reader


@pytest.fixture
def readout(session, qtbot, tmp_path):
    media = ShownMedia(session)
    session.time.set_duration(1.0)
    session.time.fit()
    waveform = Waveform(session, media)
    readout = Readout(session, media, waveform)
    qtbot.addWidget(waveform)
    qtbot.addWidget(readout)
    readout.show()
    details = make_details([(0.1, 0.3, 1), (0.2, 0.3, 2)])
    columns = details.spec.columns
    features = np.arange(40)[:, np.newaxis] + np.arange(len(columns)) / 100
    chances = np.tile([0.1, 0.2, 0.7], (40, 1))
    media.show(
        details,
        original=make_reader(tmp_path / "o", np.full(16_000, 0.5), 16_000),
        transcoded=make_reader(tmp_path / "t", np.full(8000, 0.5), 8000),
        features=make_reader(tmp_path / "f", features, 40, sample_type="float32"),
        probabilities=make_reader(tmp_path / "p", chances, 40, sample_type="float32"),
        predicted=np.array([[4, 9, 2], [20, 22, 0]]),
    )
    yield readout
    media.close()


def test_the_cursor_is_read_out(readout):
    readout.time.move_cursor(0.15)
    reading = readout.reading
    assert reading.time == "0:00.150000"
    assert reading.original_sample == "2400 at 16000 Hz"
    assert reading.transcoded_sample == "1200 at 8000 Hz"
    assert reading.frame == "6"
    assert reading.level == "-6.0 dBFS"
    assert reading.annotation == "barely"
    assert reading.prediction == "audible 70%"
    assert reading.probabilities == "inaudible 10.0%, barely 20.0%, audible 70.0%"
    assert ("Probabilities", reading.probabilities) in reading.parts()
    assert reading.features["loudness"] == pytest.approx(6.0)


@given(st.integers(4000, 4999), st.floats(0.01, 0.99))
def test_all_that_is_read_out_is_of_the_sample_that_lasts(sample, part):
    # Frames of 100 samples from 4000 on, of which every other one is annotated and loud.
    starts = range(4000, 5000, 200)
    details = make_details([(n / 8000, (n + 100) / 8000, 2) for n in starts], frame=100, hop=100)
    media = ShownMedia()
    media.details = details
    media.predicted = np.array([[n // 100, n // 100 + 1, 2] for n in starts])
    layout = Layout.of(details)
    frames = Frames.of(details, layout)
    waveform = SimpleNamespace(
        base=None,
        span=lambda: None,
        layout_=layout,
        frame_item=SimpleNamespace(frames=frames),
    )
    for time_s in ((sample + part) / 8000, sample / 8000):
        reading = read_at(time_s, media, waveform)
        assert reading.frame == str(sample // 100)
        name = "audible" if sample // 100 % 2 == 0 else ""
        assert (reading.annotation, reading.prediction) == (name, name)


def test_predictions_are_read_out_by_their_own_frames(readout):
    """There need be no features, and the run may have been trained on others."""
    details = make_details(spec=None, n_frames=0, transcoded_rate=0, rate=16_000)
    grid = FeatureSpec(8000, 400, 400)
    readout._media.show(replace(details, predictions_grid=grid, n_predicted=20))
    readout.time.move_cursor(0.2)
    assert readout.reading.frame == ""
    assert readout.reading.prediction == "audible 70%"
    readout.time.move_cursor(0.19)
    assert readout.reading.prediction == ""


def test_samples_are_read_out_where_they_are_drawn(readout):
    readout.time.move_cursor(2400.7 / 16_000)
    assert readout.reading.original_sample == "2400 at 16000 Hz"
    assert readout.reading.transcoded_sample == "1200 at 8000 Hz"


def test_without_a_cursor_the_playhead_is(readout):
    readout.time.move_cursor(0.15)
    readout.time.move_playhead(0.8)
    assert readout.reading.frame == "6"
    readout.time.move_cursor(None)
    assert readout.reading.frame == "32"
    assert readout.reading.prediction == ""
    assert readout.reading.annotation == ""


def test_overlapping_annotations_are_both_named_and_the_conflict_too(readout):
    readout.time.move_cursor(0.25)
    assert readout.reading.annotation == "barely + audible"
    assert readout.reading.frame == "10, conflicting annotations"


def test_the_table_has_every_feature_and_follows(readout, qtbot):
    readout.time.move_cursor(0.15)
    button = readout.findChild(QToolButton, "featureValuesButton")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert readout.table.isVisible()
    values = readout.table.values()
    assert list(values) == list(readout.reading.features)
    assert values["loudness"] == "6"
    readout.time.move_cursor(0.5)
    assert readout.table.values()["loudness"] == "20"
    readout.table.close()


def test_beyond_the_last_frame_there_are_no_features(readout):
    readout.time.set_duration(2.0)
    readout.time.move_cursor(1.5)
    assert readout.reading.frame == ""
    assert readout.reading.features == {}
    assert readout.reading.level == ""


def test_a_narrow_line_leaves_out_whole_parts_and_none_by_halves(readout, qtbot):
    readout.time.move_cursor(0.15)
    line = readout.findChild(QLabel, "readoutLine")
    shown = {}
    for width in (1600, 800, 300):
        readout.resize(width, 30)
        shown[width] = line.text()
        document = QTextDocument()
        document.setDefaultFont(line.font())
        document.setDocumentMargin(0)
        document.setHtml(line.text())
        assert document.idealWidth() <= line.width() + 1
    assert "Transcoded" in shown[1600]
    assert "Sample" in shown[800]
    assert "Transcoded" not in shown[800]
    assert "Transcoded" in line.toolTip()


def test_a_class_is_read_out_as_it_is_named(readout):
    readout.resize(800, 30)
    readout.reading = Reading(annotation="a<b")
    readout._show_parts()
    assert "a&lt;b" in readout.findChild(QLabel, "readoutLine").text()
