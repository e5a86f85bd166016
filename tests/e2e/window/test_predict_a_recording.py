"""A recording that nobody has annotated is predicted where its strip will be, by mouse and key."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QComboBox, QDialogButtonBox, QLineEdit, QToolButton, QWidget

from core.predicted_frames import find_predicted, predicted_intervals
from gui.sentence import Sentence, Tone
from tests.e2e.window.pipeline import LONG_MS, wait_until_looked_at
from tests.gui.views.made_media import pixels_of

NEW = "rec4.flac"


@pytest.fixture
def annotated_by_nobody(finished_project):
    """The project without the annotations of a recording that its query does not select."""
    table = finished_project.parent / "annotations.csv"
    lines = table.read_text().splitlines()
    table.write_text("\n".join(x for x in lines if not x.startswith(NEW)) + "\n")
    return finished_project


@pytest.fixture
def window(open_window, annotated_by_nobody, qtbot):
    window = open_window(annotated_by_nobody)
    wait_until_looked_at(window, qtbot)
    return window


def part(window, name, kind=QWidget):
    return window.findChild(kind, name)


def click_row(window, qtbot, name):
    """Open a recording by a click on its row."""
    table, model = window.library.table, window.library.model
    rows = range(model.rowCount())
    row = next(k for k in rows if model.path(model.listed_row(k)).endswith(name))
    place = table.visualRect(model.index(row, 1)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    session, media = window.session, window.media
    qtbot.waitUntil(lambda: session.recording is not None and session.recording.name == name)
    qtbot.waitUntil(lambda: not media.is_busy and media.details is not None, timeout=LONG_MS)


def wait_for_strip(window, qtbot):
    qtbot.waitUntil(lambda: len(window.recording.strips.predicted) > 0, timeout=LONG_MS)


def assert_all_is_drawn(window, project):
    """The strip and the curves, with the numbers that are kept in the run."""
    (run,) = (project / "runs").iterdir()
    kept = find_predicted(run, f"audio/{NEW}")
    strips = window.recording.strips
    assert strips.predicted.stop[-1] == kept.n_frames * kept.spec.hop_size
    labels = [window.media.details.classes[k] for k in strips.predicted.labels]
    assert labels == [p.label for p in predicted_intervals(kept)] != []
    assert window.media.probabilities.n_samples == kept.n_frames
    assert len(np.unique(pixels_of(strips.item))) > 3
    assert not len(strips.annotated)
    window.session.time.move_playhead(3.0)
    assert window.recording.readout.reading.prediction.startswith("audible")


def test_the_strip_and_the_curves_appear(window, annotated_by_nobody, qtbot):
    click_row(window, qtbot, NEW)
    start = part(window, "predictionStart", QToolButton)
    qtbot.waitUntil(lambda: start.isVisible() and start.isEnabled(), timeout=LONG_MS)
    assert "yet." in window.recording.strips.empty.text()
    qtbot.mouseClick(start, Qt.MouseButton.LeftButton)
    assert part(window, "predictionCancel").isVisible()
    qtbot.mouseClick(part(window, "predictionCancel"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(start.isVisible, timeout=LONG_MS)
    assert not list(annotated_by_nobody.glob("runs/*/predicted/*.parquet"))

    qtbot.waitUntil(start.isEnabled, timeout=LONG_MS)
    waveform = window.recording.waveform
    qtbot.mouseClick(waveform.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(200, 40))
    qtbot.keyClick(waveform, Qt.Key.Key_P, Qt.KeyboardModifier.ShiftModifier)
    assert part(window, "predictionProgress").isVisible()
    wait_for_strip(window, qtbot)
    assert_all_is_drawn(window, annotated_by_nobody)
    assert not window.actions_["predict_recording"].isEnabled()
    assert part(window, "predictionRun", QToolButton).text() in {"Run", "Stale run"}

    # Another one, and back: it is kept.
    click_row(window, qtbot, "rec0.flac")
    click_row(window, qtbot, NEW)
    wait_for_strip(window, qtbot)
    assert window.session.errors.boxes == ()


def test_what_the_dialog_predicted_is_seen_when_it_is_opened(window, annotated_by_nobody, qtbot):
    click_row(window, qtbot, NEW)
    qtbot.keyClick(window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    dialog = part(window, "predictDialog")
    button = dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok)
    qtbot.waitUntil(lambda: bool(dialog.findChild(QLineEdit, "predictTable").text()))
    assert dialog.findChild(QComboBox, "predictRun").count() == 1
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    sentence = dialog.findChild(Sentence, "predictSentence")
    qtbot.waitUntil(lambda: sentence.tone is Tone.GOOD, timeout=LONG_MS)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    wait_for_strip(window, qtbot)
    assert_all_is_drawn(window, annotated_by_nobody)
