from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QComboBox, QWidget

from core.overview import StageReport
from core.project import open_project
from core.settings import FeatureConfig, TrainConfig
from gui.closing import Work
from gui.panels.training_form import TrainingForm
from gui.settings_fields import NumberBox
from gui.stage_progress import StageProgress
from gui.stage_runs import StageRuns
from tests.gui.form_editing import write

LONG_MS = 20_000


@pytest.fixture
def page(session, qtbot):
    runs = StageRuns(session)
    page = TrainingForm(session, runs)
    qtbot.addWidget(page)
    page.runs = runs
    page.resize(560, 165)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    yield page
    runs.close()


@pytest.fixture
def opened(page, session, finished_project, qtbot):
    session.open_project(finished_project)
    qtbot.waitUntil(lambda: page.balance.balance is not None, timeout=LONG_MS)
    return page


def field(page, key):
    return page.findChild(NumberBox, f"setting_{key}").lineEdit()


def saved(session):
    return open_project(session.project.folder).settings.train


def test_shows_the_project_s_settings_and_its_classes(opened, session):
    assert opened.form.value() == session.project.settings.train
    balance = opened.balance.balance
    assert sum(sum(side.values()) for side in balance.counts.values()) > 0
    assert opened.balance.sizeHint().height() > 0


def test_without_a_dataset_it_says_what_will_be_done(page, session, project_folder, qtbot):
    session.open_project(project_folder)
    qtbot.waitUntil(lambda: bool(page._balance_note.sentence), timeout=LONG_MS)
    assert "Train makes what is missing" in page._balance_note.sentence
    assert page.balance.balance is None


def test_what_is_written_is_saved_in_the_project_once(opened, session, qtbot):
    seen = []
    session.settings_changed.connect(lambda project: seen.append(project.settings.train.epochs))
    write(field(opened, "epochs"), "123")
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [123]
    assert saved(session).epochs == 123


def test_another_split_is_counted_at_once(opened, qtbot):
    before = opened.balance.balance
    write(field(opened, "validation_split"), "0")
    qtbot.waitUntil(lambda: opened.balance.balance not in (before, None), timeout=LONG_MS)
    assert sum(opened.balance.balance.counts["validation"].values()) == 0
    assert "No recordings are kept for validation" in opened._balance_note.sentence


def test_recordings_named_for_validation_are_told_of_and_kept(opened, session, qtbot):
    before = opened.balance.balance
    named = ("rec1.wav", "rec0.flac")
    session.change_settings(train=replace(saved(session), validation_recordings=named))
    qtbot.waitUntil(lambda: opened.balance.balance not in (before, None), timeout=LONG_MS)
    assert opened.balance.balance.n_recordings["validation"] == 2
    assert "chosen in the library" in opened._balance_note.sentence
    write(field(opened, "epochs"), "77")
    qtbot.waitUntil(lambda: saved(session).epochs == 77)
    assert saved(session).validation_recordings == named


def test_what_is_wrong_is_not_saved(opened, session, qtbot):
    write(field(opened, "epochs"), "0")
    qtbot.waitUntil(lambda: not opened._saving.isActive())
    assert opened.form.problem
    assert not opened.save()
    assert saved(session).epochs == 2
    opened.train()
    assert not opened.runs.is_running


def test_what_is_changed_elsewhere_is_taken_up(opened, session):
    session.change_settings(train=TrainConfig(model="cnn", epochs=9))
    assert opened.form.value().epochs == 9
    assert opened.findChild(QComboBox, "setting_model").currentText() == "cnn"


def test_what_is_being_written_is_not_overwritten(opened, session, qtbot):
    write(field(opened, "epochs"), "55")
    session.change_settings(features=FeatureConfig(frame_size=400))
    assert field(opened, "epochs").text() == "55"
    qtbot.waitUntil(lambda: saved(session).epochs == 55)


def test_a_window_that_closes_keeps_what_was_written_a_moment_ago(opened, session):
    write(field(opened, "epochs"), "77")
    folder = session.project.folder
    session.close()
    assert open_project(folder).settings.train.epochs == 77


def test_train_saves_first_and_then_runs_all(opened, session, monkeypatch):
    seen = []
    monkeypatch.setattr(opened.runs, "run_all", lambda: seen.append(saved(session).epochs))
    write(field(opened, "epochs"), "31")
    opened.train()
    assert seen == [31]
    assert not opened._saving.isActive()


def test_says_how_far_it_is_and_how_long_it_takes(opened):
    opened._on_started("train")
    starting = StageProgress("train", None, "Starting TensorFlow, this takes some seconds")
    opened._on_progressed(starting)
    assert opened._state.sentence == starting.doing
    assert (opened._bar.minimum(), opened._bar.maximum()) == (0, 0)  # it moves
    progress = StageProgress("train", 0.25, "Epoch 3 of at most 9", "2 of 9 epochs", "at most 5 s")
    opened._on_progressed(progress)
    assert opened._state.sentence == "At most 5 s. Epoch 3 of at most 9"
    assert opened._bar.value() / opened._bar.maximum() == 0.25
    assert opened._amount.text() == "2 of 9 epochs"


@pytest.mark.parametrize(
    ("skipped", "words"), [(True, "Nothing to do"), (False, "Trained and evaluated")]
)
def test_says_how_it_ended(opened, skipped, words):
    opened._on_ended(StageReport("evaluate", skipped=skipped, seconds=1.0))
    assert words in opened._state.sentence


def test_nothing_can_be_changed_while_something_runs(opened, session, qtbot, monkeypatch):
    monkeypatch.setattr(opened.runs, "_folder", session.project.folder)
    opened._enable()
    assert not opened.form.isEnabled()
    assert not opened.train_button.isEnabled()
    assert not opened.stop_button.isEnabled()
    assert opened.cancel_button.isEnabled()
    monkeypatch.setattr(opened.runs, "_stage", "train")
    monkeypatch.setattr(opened.runs, "_epochs", {1: {"loss": 1.0}})
    opened._enable()
    assert opened.stop_button.isEnabled()


def test_is_small_enough_for_its_dock(opened):
    assert opened.minimumSizeHint().height() <= 150
    assert opened.minimumSizeHint().width() <= 560
    assert opened.findChild(QWidget, "trainingProgress") is not None


def test_what_is_typed_is_kept_though_recordings_are_ranked(opened, session, qtbot):
    class Ranking(QObject):
        changed = Signal()

    ranking = Ranking()
    opened.runs.give_way_to(Work("Rank", lambda: True, lambda: None, ranking.changed))
    write(field(opened, "epochs"), "77")
    ranking.changed.emit()
    assert not opened.train_button.isEnabled()
    assert "“Rank” is running" in opened.train_button.toolTip()
    qtbot.waitUntil(lambda: saved(session).epochs == 77, timeout=LONG_MS)
