from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QMainWindow, QPushButton

from core.library import Recording
from core.review import NEVER_RUN, OF_ANOTHER_DATASET, STALE
from gui.actions import SPECS, Actions
from gui.elided_label import ElidedLabel
from gui.level_matching import AS_RECORDED, MEASURING
from gui.models.error_spans_model import Column
from gui.panels.review import NO_EXAMPLE, NO_PROJECT, NONE_FIT, NONE_WRONG, ReviewPanel
from gui.sentence import Sentence
from tests.gui.pretended_player import PretendedPlayer
from tests.made_review import RUN, change_meta, make_run, make_tables_project
from tests.shown_media import ShownMedia, make_reader

PAST = "2025-01-01_00-00-00_fc"
WRONG = (
    ("rec0", 2, 6, 2),  # inaudible, 4 frames, trained on
    ("rec1", 9, 10, 2),  # barely, 1 frame
    ("rec2", 15, 20, 1, 0.8),  # inaudible, 5 frames
    ("rec2", 2, 4, 0, 0.7),  # audible, 2 frames
)


@pytest.fixture
def project(tmp_path):
    return make_tables_project(tmp_path / "project", WRONG)


@pytest.fixture
def panel(session, qtbot):
    window = QMainWindow()
    actions, player = Actions(window), PretendedPlayer()
    for spec in SPECS:
        actions[spec.id].setEnabled(True)
    media = ShownMedia(session)
    panel = ReviewPanel(session, actions, media, player)
    panel.media = media
    panel.actions_, panel.player, panel.wanted = actions, player, []
    session.recording_wanted.connect(panel.wanted.append)
    window.setCentralWidget(panel)
    window.resize(1000, 220)
    window.show()
    window.activateWindow()
    with qtbot.waitActive(window):
        window.activateWindow()
    panel.reviewing.want(True)
    yield panel
    session.close()
    window.close()
    window.deleteLater()


@pytest.fixture
def opened(panel, session, project, qtbot):
    session.open_project(project)
    qtbot.waitUntil(lambda: panel.model.rowCount() > 0, timeout=15_000)
    return panel


def listed(panel):
    model = panel.model
    return [model.index(row, Column.RECORDING).data() for row in range(model.rowCount())]


def text(panel, name):
    return panel.findChild(Sentence, name).sentence


def click_cell(panel, qtbot, row, column):
    view = panel.matrix
    place = view.visualRect(view.model().index(row, column)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)


def click_row(panel, qtbot, row):
    place = panel.table.visualRect(panel.model.index(row, Column.START)).center()
    qtbot.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=place)


def arrive(panel, session, name):
    """What was asked for is opened and decoded."""
    session.show_recording(Recording(f"{name}.wav", Path(f"/nowhere/{name}.wav")))
    session.time.set_duration(10.0)
    panel.player.source = object()
    panel.listening._go_on()


def test_lists_the_errors_of_held_out_recordings_worst_first(opened):
    assert listed(opened) == ["rec2", "rec2", "rec1"]
    assert text(opened, "reviewCounts") == "3 of 4 errors, 8 frames; none of 3 looked at"
    assert sum(sum(row) for row in opened.matrix.matrix.counts) == 60
    opened.filters.choose_split("")
    assert listed(opened) == ["rec2", "rec0", "rec2", "rec1"]
    assert sum(sum(row) for row in opened.matrix.matrix.counts) == 90


def test_a_cell_lists_its_errors_and_its_number_is_theirs(opened, qtbot):
    click_cell(opened, qtbot, 0, 1)
    assert listed(opened) == ["rec2"]
    assert opened.matrix.matrix.counts[0][1] == opened.model.n_frames == 5
    click_cell(opened, qtbot, 2, 2)
    assert (listed(opened), opened.model.n_frames) == (["rec2"], 2)


def test_a_cell_that_is_asked_for_too_early_is_shown_when_it_can_be(panel, session, project, qtbot):
    panel.choose_cell("barely", "audible")
    session.open_project(project)
    qtbot.waitUntil(lambda: panel.model.rowCount() > 0, timeout=15_000)
    assert listed(panel) == ["rec1"]


def test_a_chosen_error_is_opened_zoomed_and_looped(opened, session, qtbot):
    click_row(opened, qtbot, 0)
    qtbot.waitUntil(lambda: opened.wanted == ["rec2.wav"])
    arrive(opened, session, "rec2")
    time = session.time
    assert time.selection == pytest.approx((0.625, 0.75))
    assert (time.start_s, time.end_s) == pytest.approx((0.0, 2.125), abs=0.4)
    assert opened.player.played == [(0.0, 1.75, True)]


def test_up_and_down_walk_through_and_play_each(opened, session, qtbot):
    click_row(opened, qtbot, 0)
    qtbot.waitUntil(lambda: len(opened.wanted) == 1)
    arrive(opened, session, "rec2")
    qtbot.keyClick(opened.table, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: len(opened.player.played) == 3)
    assert session.time.selection == pytest.approx((0.05, 0.1))
    qtbot.keyClick(opened.table, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: opened.wanted == ["rec2.wav", "rec1.wav"])
    opened.actions_["previous_error"].trigger()
    opened.actions_["previous_error"].trigger()
    assert opened.table.currentIndex().row() == 0


def test_running_through_opens_only_where_one_stays(opened, qtbot):
    click_row(opened, qtbot, 0)
    qtbot.keyClick(opened.table, Qt.Key.Key_Down)
    qtbot.keyClick(opened.table, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: opened.wanted == ["rec1.wav"])


def test_a_mark_by_key_is_shown_and_again_taken_away(opened, qtbot):
    opened.details.findChild(QCheckBox, "reviewGoesOn").click()
    click_row(opened, qtbot, 1)
    with qtbot.waitSignal(opened.reviewing.marks_changed, timeout=15_000):
        qtbot.keyClick(opened.table, Qt.Key.Key_X)
    assert opened.model.index(1, Column.MARK).data() == "wrong"
    assert opened.actions_["mark_wrong"].isChecked()
    with qtbot.waitSignal(opened.reviewing.marks_changed, timeout=15_000):
        qtbot.keyClick(opened.table, Qt.Key.Key_Y)
    assert opened.model.index(1, Column.MARK).data() == "right"
    assert not opened.actions_["mark_wrong"].isChecked()
    with qtbot.waitSignal(opened.reviewing.marks_changed, timeout=15_000):
        qtbot.keyClick(opened.table, Qt.Key.Key_Y)
    assert opened.model.index(1, Column.MARK).data() == ""


def test_confirming_goes_on_to_the_next_error_and_is_counted(opened, qtbot):
    click_row(opened, qtbot, 0)
    with qtbot.waitSignal(opened.reviewing.marks_changed, timeout=15_000):
        qtbot.keyClick(opened.table, Qt.Key.Key_Y)
    assert opened.table.currentIndex().row() == 1
    states = [opened.model.index(row, Column.STATE).data() for row in range(3)]
    assert states == ["confirmed", "open", "open"]
    assert text(opened, "reviewCounts").endswith("; 1 of 3 looked at: 1 confirmed")
    opened.filters.open_only.click()
    assert opened.model.rowCount() == 2
    assert text(opened, "reviewCounts").endswith("; 1 of 3 looked at: 1 confirmed")
    # Taking it away is no reason to go on.
    opened.filters.open_only.click()
    click_row(opened, qtbot, 0)
    with qtbot.waitSignal(opened.reviewing.marks_changed, timeout=15_000):
        qtbot.keyClick(opened.table, Qt.Key.Key_Y)
    assert opened.table.currentIndex().row() == 0
    assert opened.model.index(0, Column.STATE).data() == "open"


def test_a_note_is_kept_with_the_mark(opened, qtbot):
    click_row(opened, qtbot, 0)
    opened.details._note.setText("a car")
    with qtbot.waitSignal(opened.reviewing.marks_changed, timeout=15_000):
        opened.actions_["mark_unsure"].trigger()
    assert opened.details.note == "a car"
    with qtbot.waitSignal(opened.reviewing.marks_changed, timeout=15_000):
        opened.details._note.setText("a bus")
        opened.details._note.editingFinished.emit()
    assert opened.model.mark(opened.chosen).note == "a bus"


def test_marks_survive_another_training(opened, session, project, qtbot):
    click_row(opened, qtbot, 0)
    with qtbot.waitSignal(opened.reviewing.marks_changed, timeout=15_000):
        opened.actions_["mark_wrong"].trigger()
    make_run(project, [("rec2", 12, 18, 2), ("rec1", 0, 9, 2)])
    session.products_changed.emit()
    qtbot.waitUntil(lambda: listed(opened) == ["rec1", "rec2"], timeout=15_000)
    marks = [opened.model.index(row, Column.MARK).data() for row in range(2)]
    assert marks == ["", "wrong"]
    assert opened.chosen is None


def test_a_right_example_is_heard_and_what_is_done_to_the_levels_is_told(opened, session, qtbot):
    opened.details.findChild(QCheckBox, "reviewMatchLevels").click()
    click_row(opened, qtbot, 0)
    qtbot.waitUntil(lambda: len(opened.wanted) == 1)
    arrive(opened, session, "rec2")
    opened.actions_["compare"].trigger()
    # Of inaudible in rec2, rows 10 to 14 are right: frames 20 to 24.
    assert session.time.selection == pytest.approx((0.5, 0.625))
    where = opened.details.findChild(ElidedLabel, "reviewWhere")
    assert where.text() == "Right example in rec2\n0.500 to 0.625 s"
    assert text(opened, "reviewLevel") == AS_RECORDED
    with qtbot.waitSignal(opened.reviewing.marks_changed, timeout=15_000):
        opened.actions_["mark_unsure"].trigger()
    assert where.text().startswith("Right example")
    opened.actions_["compare"].trigger()
    assert session.time.selection == pytest.approx((0.625, 0.75))
    assert where.text() == "rec2\n0.625 to 0.750 s, 5 frames"
    assert text(opened, "reviewLevel") == AS_RECORDED
    click_row(opened, qtbot, 1)
    assert text(opened, "reviewLevel") == ""


def test_levels_are_told_as_soon_as_they_are_measured(opened, session, tmp_path, qtbot):
    times = np.arange(80_000) / 8000
    levels = np.where(times < 0.625, 0.1, 0.4)
    with make_reader(tmp_path / "pcm", levels * np.sin(2500 * times), 8000) as reader:
        click_row(opened, qtbot, 0)
        qtbot.waitUntil(lambda: len(opened.wanted) == 1)
        arrive(opened, session, "rec2")
        opened.player.source = opened.media.original = reader
        opened.actions_["compare"].trigger()
        assert text(opened, "reviewLevel").endswith(MEASURING)
        qtbot.waitUntil(lambda: "to match" in text(opened, "reviewLevel"), timeout=15_000)
        # Its context is louder: there is room for so much.
        told = "Example +8.0 dB, error \N{MINUS SIGN}4.1 dB to match without clipping."
        assert told in text(opened, "reviewLevel")


def test_where_nothing_is_right_there_is_nothing_to_compare_with(panel, session, tmp_path, qtbot):
    wrong = [("rec0", 0, 10, 2), ("rec1", 20, 30, 1), ("rec2", 10, 20, 1)]
    session.open_project(make_tables_project(tmp_path / "other", wrong))
    qtbot.waitUntil(lambda: panel.model.rowCount() > 0, timeout=15_000)
    click_row(panel, qtbot, 0)
    with qtbot.waitSignal(session.said) as said:
        panel.actions_["compare"].trigger()
    assert said.args == [NO_EXAMPLE]
    assert not panel.actions_["compare"].isChecked()


def test_a_filter_keeps_what_is_chosen_if_it_is_still_listed(opened, qtbot):
    click_row(opened, qtbot, 2)
    chosen = opened.chosen
    opened.filters.choose_cell(1, 2)
    assert (opened.chosen, opened.table.currentIndex().row()) == (chosen, 0)
    opened.filters.choose_cell(0, 2)
    assert opened.chosen is None
    assert text(opened, "reviewCounts") == NONE_FIT


def test_says_what_to_do_without_a_run(panel, session, project, qtbot):
    assert text(panel, "reviewEmpty") == NO_PROJECT
    (project / "runs" / RUN / "run.json").unlink()
    session.open_project(project)
    qtbot.waitUntil(lambda: text(panel, "reviewEmpty") == NEVER_RUN, timeout=15_000)
    button = panel.findChild(QPushButton, "reviewRunAll")
    with qtbot.waitSignal(panel.actions_["run_all"].triggered):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def shown_runs(panel):
    return [panel.run_box.itemText(k) for k in range(panel.run_box.count())]


def make_past_run(project):
    """The run that was reviewed is a past one, and there is another."""
    runs = project / "runs"
    (runs / RUN).rename(runs / PAST)
    make_run(project, WRONG[2:3])


def test_the_errors_of_a_past_run_are_listed_and_its_predictions_drawn(
    panel, session, project, qtbot
):
    make_past_run(project)
    session.open_project(project)
    qtbot.waitUntil(lambda: panel.model.rowCount() == 1, timeout=15_000)
    assert shown_runs(panel) == [f"{RUN} (current)", PAST]
    assert panel.media.run == ""
    qtbot.keyClick(panel.run_box, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: panel.model.rowCount() == 3, timeout=15_000)
    assert (panel.run_box.currentText(), panel.media.run) == (PAST, PAST)
    click_row(panel, qtbot, 0)
    with qtbot.waitSignal(panel.reviewing.marks_changed, timeout=15_000):
        panel.actions_["mark_wrong"].trigger()
    qtbot.keyClick(panel.run_box, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: panel.model.rowCount() == 1, timeout=15_000)
    assert panel.media.run == ""
    assert panel.model.index(0, Column.MARK).data() == "wrong"


def test_where_the_current_run_cannot_be_reviewed_a_past_one_can(panel, session, project, qtbot):
    make_past_run(project)
    shutil.rmtree(project / "runs" / RUN)
    change_meta(project, sha256="another")
    session.open_project(project)
    qtbot.waitUntil(lambda: text(panel, "reviewEmpty") == STALE, timeout=15_000)
    assert (shown_runs(panel), panel.run_box.currentIndex()) == ([PAST], -1)
    assert panel.run_box.isVisible()
    qtbot.keyClick(panel.run_box, Qt.Key.Key_Down)
    # It was evaluated before errors were kept.
    sentence = OF_ANOTHER_DATASET.format(run=PAST)
    qtbot.waitUntil(lambda: text(panel, "reviewEmpty") == sentence, timeout=15_000)
    assert panel.media.run == ""


def test_a_damaged_table_is_a_sentence(panel, session, project, qtbot):
    (project / "runs" / RUN / "predictions.parquet").write_bytes(b"no table")
    session.open_project(project)
    qtbot.waitUntil(lambda: "cannot be read" in text(panel, "reviewEmpty"), timeout=15_000)


def test_a_model_without_errors_is_told(panel, session, tmp_path, qtbot):
    session.open_project(make_tables_project(tmp_path / "right"))
    qtbot.waitUntil(lambda: text(panel, "reviewCounts") == NONE_WRONG, timeout=15_000)


def test_closing_the_project_empties_the_panel(opened, session, qtbot):
    click_row(opened, qtbot, 0)
    session.close_project()
    assert opened.chosen is None
    assert listed(opened) == []
    assert text(opened, "reviewEmpty") == NO_PROJECT


def test_the_place_of_what_is_chosen_is_known_while_its_recording_is_open(opened, session):
    assert opened.chosen_place is None
    opened.table.selectRow(0)
    assert opened.chosen_place is None
    review = opened.model.review
    name = review.originals[int(review.errors.recording[opened.chosen])]
    session.show_recording(Recording(name, Path(name)))
    place = opened.chosen_place
    assert place.original == name
    assert place.start_s == pytest.approx(review.start_s[opened.chosen])
    assert place.end_s == pytest.approx(review.end_s[opened.chosen])
