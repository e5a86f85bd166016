from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QMainWindow, QProgressBar, QPushButton

from core.annotation_queue import AnnotationQueue, QueueRow
from core.errors import CheckpointError
from core.left_out import LeftOut
from core.library import Recording
from core.progress import Progress
from gui.actions import SPECS, Actions
from gui.models.queue_model import Column
from gui.panels.annotate_next import (
    ALL_DONE,
    ALL_RANKED_DONE,
    NEVER_RANKED,
    NO_PROJECT,
    NO_RUN,
    AnnotateNextPanel,
)
from gui.sentence import Sentence
from gui.stage_progress import STARTING_TENSORFLOW

QUEUE = AnnotationQueue(
    "a_run",
    (
        QueueRow("audio/b.wav", 0.75, 1.0, 6.0, 8.0, {"low": 1.0}),
        QueueRow("audio/a.wav", 0.25, 0.0, 5.0, 9.0, {"low": 1.0}, is_reviewed=True),
        QueueRow("audio/c.wav", 0.125, 0.0, 5.0, 9.0, {"low": 1.0}),
    ),
    60,
    14,
    1,
    newest="a_run",
)


@pytest.fixture
def panel(session, qtbot):
    window = QMainWindow()
    actions = Actions(window)
    for spec in SPECS:
        actions[spec.id].setEnabled(True)
    panel = AnnotateNextPanel(session, actions)
    panel.places, panel.actions_ = [], actions
    panel.queueing.place_wanted.connect(panel.places.append)
    actions["rank_recordings"].triggered.connect(lambda _on: panel.queueing.rank())
    window.setCentralWidget(panel)
    window.resize(1000, 220)
    window.show()
    with qtbot.waitActive(window):
        window.activateWindow()
    yield panel
    session.close()
    window.close()
    window.deleteLater()


@pytest.fixture
def filled(panel, session, project_folder):
    """As if three recordings had been ranked."""
    session.open_project(project_folder)
    show(panel, QUEUE)
    return panel


def show(panel, queue):
    panel.queueing.queue = queue
    panel.queueing._reading.take_as_read()
    panel.queueing.changed.emit()


def text(panel, name):
    return panel.findChild(Sentence, name).sentence


def button(panel, name):
    return panel.findChild(QPushButton, name)


def listed(panel):
    return [panel.model.item(k).recording for k in range(panel.model.rowCount())]


def test_an_empty_panel_says_what_it_is_for(panel, session, project_folder):
    assert text(panel, "queueEmpty") == NO_PROJECT
    assert not button(panel, "queueStart").isVisible()
    session.open_project(project_folder)
    show(panel, AnnotationQueue(n_recordings=5, newest="a_run"))
    assert text(panel, "queueEmpty") == NEVER_RANKED
    assert button(panel, "queueStart").isVisible()


@pytest.mark.parametrize(
    ("queue", "said", "can_start"),
    [
        (AnnotationQueue(n_recordings=5), NO_RUN, False),
        (AnnotationQueue(n_recordings=5, n_annotated=5, newest="a_run"), ALL_DONE, False),
        (
            replace(QUEUE, rows=(replace(QUEUE.rows[0], n_annotations=1),)),
            ALL_RANKED_DONE,
            True,
        ),
    ],
)
def test_where_nothing_is_listed_it_says_why(filled, queue, said, can_start):
    panel = filled
    show(panel, queue)
    assert text(panel, "queueEmpty") == said
    assert button(panel, "queueStart").isVisible() is can_start


def test_what_is_to_be_annotated_is_listed_and_counted(filled):
    assert listed(filled) == ["audio/b.wav", "audio/c.wav"]
    assert text(filled, "queueCounts") == (
        "14 of 60 annotated, 1 more reviewed, 2 in the queue, 43 not ranked."
    )
    assert button(filled, "queueAgain").isVisible()
    assert text(filled, "queueStale") == ""


def test_reviewed_ones_are_listed_where_they_are_wanted(filled):
    filled.findChild(QCheckBox, "queueReviewed").click()
    assert listed(filled) == ["audio/b.wav", "audio/a.wav", "audio/c.wav"]


def test_a_double_click_or_enter_opens_where_the_model_is_unsure(filled, qtbot):
    place = filled.table.visualRect(filled.model.index(1, Column.LENGTH)).center()
    viewport = filled.table.viewport()
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=place)
    assert filled.places == []
    qtbot.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=place)
    filled.table.selectRow(0)
    filled.table.setFocus()
    qtbot.keyClick(filled.table, Qt.Key.Key_Return)
    assert [(p.original, p.start_s, p.end_s) for p in filled.places] == [
        ("audio/c.wav", 0.0, 5.0),
        ("audio/b.wav", 1.0, 6.0),
    ]


def test_the_open_recording_is_chosen(filled, session):
    session.show_recording(Recording("audio/c.wav", Path("/audio/c.wav")))
    assert filled.chosen.recording == "audio/c.wav"
    session.show_recording(Recording("audio/z.wav", Path("/audio/z.wav")))
    assert filled.chosen.recording == "audio/c.wav"
    assert filled.places == []


def test_what_is_stale_is_said(filled):
    show(filled, replace(QUEUE, why_stale="There is a newer model"))
    assert text(filled, "queueStale") == "There is a newer model: rank them again."


def test_what_could_not_be_ranked_is_said(filled):
    show(filled, replace(QUEUE, left_out=(LeftOut("x.wav", "It is broken."),)))
    assert text(filled, "queueStale") == "1 could not be ranked (x.wav: It is broken)."


def test_an_error_is_said_and_the_list_stays(filled, session):
    filled.queueing._failed = CheckpointError("The run has no model", hint="Train.")
    filled.queueing.changed.emit()
    assert text(filled, "queueStale") == "The run has no model. Train."
    assert listed(filled) == ["audio/b.wav", "audio/c.wav"]
    filled.queueing.queue = None
    filled.queueing.changed.emit()
    assert text(filled, "queueEmpty") == "The run has no model. Train."


def test_a_ranking_shows_how_far_it_is_and_is_cancelled(filled, qtbot):
    qtbot.mouseClick(button(filled, "queueAgain"), Qt.MouseButton.LeftButton)
    bar = filled.findChild(QProgressBar, "queueProgress")
    assert bar.isVisible()
    assert not button(filled, "queueAgain").isVisible()
    filled._on_progressed(Progress("predict", 1, 4, "recordings", "Classifying"))
    assert (bar.value(), bar.maximum()) == (250, 1000)
    assert text(filled, "queueDoing") == "Classifying"
    filled._on_progressed(Progress("predict", text=STARTING_TENSORFLOW))
    assert bar.maximum() == 0
    qtbot.mouseClick(button(filled, "queueCancel"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not filled.queueing.is_ranking, timeout=10_000)
    assert not bar.isVisible()


def test_while_a_stage_runs_the_button_says_why_not(filled):
    filled.actions_["rank_recordings"].setEnabled(False)
    again = button(filled, "queueAgain")
    assert not again.isEnabled()
    assert again.toolTip().endswith("when nothing else runs")
    filled.actions_["rank_recordings"].setEnabled(True)
    assert again.isEnabled()
