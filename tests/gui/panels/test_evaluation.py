from __future__ import annotations

import shutil

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QMainWindow

from gui.actions import Actions
from gui.panels.evaluation import EMPTY, EvaluationPanel


@pytest.fixture
def panel(session, qtbot):
    """The panel, in a window that is not shown yet."""
    window = QMainWindow()
    qtbot.addWidget(window)
    panel = EvaluationPanel(session, Actions(window))
    window.setCentralWidget(panel)
    window.resize(1000, 200)
    panel.frame = window
    return panel


@pytest.fixture
def shown(panel, session, finished_project, qtbot):
    session.open_project(finished_project)
    panel.frame.show()
    panel.set_seen(True)
    qtbot.waitUntil(lambda: panel.result is not None, timeout=20_000)
    return panel


def text(panel, name):
    return panel.findChild(QLabel, name).text()


def another_run(project):
    (run,) = (project / "runs").glob("[!.]*")
    return shutil.copytree(run, run.with_name("1999-01-01_00-00-00_fc"))


def test_says_what_to_do_while_there_is_no_run(panel, session, project_folder, qtbot):
    panel.frame.show()
    panel.set_seen(True)
    assert text(panel, "evaluationMessage") == EMPTY
    session.open_project(project_folder)
    qtbot.waitUntil(lambda: not session.listing.is_busy, timeout=20_000)
    assert text(panel, "evaluationMessage") == EMPTY
    assert panel.findChild(QLabel, "evaluationMessage").isVisible()
    assert panel.result is None


def test_reads_nothing_before_it_is_seen(panel, session, finished_project, qtbot):
    session.open_project(finished_project)
    session.products_changed.emit()
    panel.frame.show()
    assert not session.listing.is_busy
    panel.set_seen(True)
    assert session.listing.is_busy
    qtbot.waitUntil(lambda: panel.result is not None, timeout=20_000)


def test_shows_the_recordings_that_were_held_out_first(shown):
    part = shown.result.assessment["by_split"]["held_out"]
    assert shown.split == "held_out"
    assert text(shown, "figure_accuracy").startswith(f"{part['accuracy']:.3f}")
    assert shown.figures.confusion.matrix.counts == part["confusion"]
    assert shown.classes.scores.rowCount() == 3
    assert shown.recordings.scores.rowCount() == part["n_recordings"]
    assert "that the model was not trained on" in shown.figures._what.text()
    assert shown.figures._note.sentence == ""


def test_another_split_is_shown_and_kept(shown, session, qtbot):
    place = shown.split_box.findText("All recordings")
    shown.split_box.setCurrentIndex(place)
    shown.split_box.activated.emit(place)
    part = shown.result.assessment["by_split"]["all"]
    assert shown.recordings.scores.rowCount() == part["n_recordings"]
    assert "does better on them" in shown.figures._note.sentence
    with qtbot.waitSignal(shown.shown_changed, timeout=20_000):
        session.products_changed.emit()
    assert shown.split == "all"


def test_another_run_can_be_chosen_and_stays(shown, session, finished_project, qtbot):
    other = another_run(finished_project)
    with qtbot.waitSignal(shown.shown_changed, timeout=20_000):
        session.products_changed.emit()
    assert [shown.run_box.itemText(k)[:4] for k in range(2)] != ["1999", "1999"]
    assert shown.run_box.itemText(0).endswith(" (current)")
    with qtbot.waitSignal(shown.shown_changed, timeout=20_000):
        shown.run_box.setCurrentIndex(1)
        shown.run_box.activated.emit(1)
    assert shown.result.run == other
    with qtbot.waitSignal(shown.shown_changed, timeout=20_000):
        session.products_changed.emit()
    assert shown.run == other


def test_a_newer_run_takes_the_place_of_the_newest(shown, session, finished_project, qtbot):
    run = shown.run
    newer = shutil.copytree(run, run.with_name("2999-01-01_00-00-00_fc"))
    with qtbot.waitSignal(shown.shown_changed, timeout=20_000):
        session.products_changed.emit()
    assert shown.result.run == newer
    assert shown.run_box.count() == 2


def test_a_run_that_cannot_be_read_is_a_sentence_and_others_can_be_chosen(
    shown, session, finished_project, qtbot
):
    other = another_run(finished_project)
    (other / "predictions.parquet").write_bytes(b"PAR1")
    with qtbot.waitSignal(shown.shown_changed, timeout=20_000):
        session.products_changed.emit()
    shown.run_box.setCurrentIndex(1)
    shown.run_box.activated.emit(1)
    qtbot.waitUntil(lambda: shown.result is None, timeout=20_000)
    assert "cannot be read as a table" in shown.figures._note.sentence
    assert shown.run_box.isVisible()
    assert shown.recordings.scores.rowCount() == 0
    shown.run_box.setCurrentIndex(0)
    shown.run_box.activated.emit(0)
    qtbot.waitUntil(lambda: shown.result is not None, timeout=20_000)
    assert not session.errors.boxes


def test_a_double_click_opens_the_recording(shown, session, qtbot):
    wanted = []
    session.recording_wanted.connect(wanted.append)
    shown.tabs.setCurrentWidget(shown.recordings)
    table = shown.recordings
    at = table.visualRect(table.model().index(0, 0)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert wanted == [table.scores.row(0)[0]]


def test_nothing_stays_of_a_project_that_is_closed(shown, session, qtbot):
    with qtbot.waitSignal(shown.shown_changed):
        session.close_project()
    assert shown.result is None
    assert shown.run_box.count() == 0
    assert text(shown, "evaluationMessage") == EMPTY


def test_saving_asks_for_a_file(shown):
    shown._on_save()
    (dialog,) = shown.findChildren(QFileDialog)
    assert dialog.isVisible()
    dialog.reject()


def test_follows_the_theme(shown, session):
    from gui.theme import DARK, Scheme

    session.theme.apply(Scheme.DARK)
    assert shown.curves.thresholds.backgroundBrush().color() == DARK.background
    session.theme.apply(Scheme.LIGHT)
