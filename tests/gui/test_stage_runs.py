from __future__ import annotations

import time

import pytest

from core.errors import LoudnessError, ProjectLockedError
from core.folder_lock import writing_to
from core.progress import Progress
from core.project import SETTINGS_FILE, STAGES, open_project, save_project
from core.settings import FeatureConfig, TrainConfig
from gui.stage_runs import StageRuns

BEFORE_TRAINING = STAGES[:3]
LONG_MS = 60_000


@pytest.fixture
def runs(session):
    runs = StageRuns(session)
    yield runs
    runs.close()


@pytest.fixture
def opened(session, runs, qtbot, project_folder):
    """Runs of a project that was looked at."""
    with qtbot.waitSignal(runs.overview_changed, timeout=LONG_MS, check_params_cb=bool):
        session.open_project(project_folder)
    return runs


@pytest.fixture
def heard(runs):
    """What was told, in order."""
    seen = []
    runs.stage_started.connect(lambda stage: seen.append(("started", stage)))
    runs.stage_ended.connect(lambda report: seen.append(("ended", report.stage)))
    runs.stage_failed.connect(lambda stage, _error: seen.append(("failed", stage)))
    runs.stage_cancelled.connect(lambda stage: seen.append(("cancelled", stage)))
    return seen


def run_to_end(runs, qtbot, stages):
    with qtbot.waitSignal(runs.idle, timeout=LONG_MS):
        runs.run(stages)


def is_free(folder):
    try:
        with writing_to(folder):
            return True
    except ProjectLockedError:
        return False


def test_looks_at_a_project_that_is_opened(opened, project_folder):
    assert opened.overview.folder == project_folder
    assert [s.stage for s in opened.overview.stages] == list(STAGES)


def test_forgets_a_project_that_is_closed(opened, session):
    session.close_project()
    assert opened.overview is None


def test_runs_stages_in_their_order_and_looks_again(opened, heard, session, qtbot):
    changed = []
    session.products_changed.connect(lambda: changed.append(1))
    run_to_end(opened, qtbot, BEFORE_TRAINING)
    expected = [(what, stage) for stage in BEFORE_TRAINING for what in ("started", "ended")]
    assert heard == expected
    assert len(changed) == 3
    with qtbot.waitSignal(opened.overview_changed, timeout=LONG_MS):
        pass
    assert [s.plan.fresh for s in opened.overview.stages] == [True, True, True, False, False]


def test_the_project_is_held_while_something_runs_and_no_longer(opened, qtbot, project_folder):
    held = []
    opened.stage_started.connect(lambda _stage: held.append(not is_free(project_folder)))
    run_to_end(opened, qtbot, ["transcode", "extract"])
    assert held == [True, True]
    assert is_free(project_folder)
    assert not opened.is_running


def test_run_until_runs_those_before(opened, heard, qtbot):
    with qtbot.waitSignal(opened.idle, timeout=LONG_MS):
        opened.run_until("extract")
    assert [stage for what, stage in heard if what == "ended"] == ["transcode", "extract"]


def test_a_failure_ends_the_run_and_frees_the_project(
    opened, heard, session, qtbot, project_folder
):
    with qtbot.waitSignal(session.errors.shown, timeout=LONG_MS) as shown:
        opened.run(["extract", "dataset"])
    assert heard == [("started", "extract"), ("failed", "extract")]
    assert shown.args[0]
    assert is_free(project_folder)
    assert not opened.is_running
    for box in session.errors.boxes:
        box.close()


def test_a_project_that_another_program_holds_is_a_sentence(
    opened, heard, session, qtbot, project_folder
):
    with writing_to(project_folder), qtbot.waitSignal(session.errors.shown) as shown:
        opened.run_all()
    assert "Another program is writing to" in shown.args[0]
    assert heard == []
    assert not opened.is_running
    for box in session.errors.boxes:
        box.close()


def test_cancel_ends_within_two_seconds_and_starts_nothing_more(
    opened, heard, qtbot, project_folder
):
    with qtbot.waitSignal(opened.progressed, timeout=LONG_MS):
        opened.run_all()
    started_s = time.monotonic()
    with qtbot.waitSignal(opened.idle, timeout=3000):
        opened.cancel()
        assert opened.is_cancelling
    assert time.monotonic() - started_s < 2.0
    assert heard == [("started", "transcode"), ("cancelled", "transcode")]
    assert is_free(project_folder)


def test_closing_the_project_ends_its_run(opened, heard, session, qtbot, project_folder):
    with qtbot.waitSignal(opened.progressed, timeout=LONG_MS):
        opened.run_all()
    with qtbot.waitSignal(opened.idle, timeout=3000):
        session.close_project()
    assert heard[-1] == ("cancelled", "transcode")
    assert is_free(project_folder)


def test_what_was_edited_by_hand_counts(opened, session, qtbot, project_folder):
    project = open_project(project_folder)
    save_project(project.with_settings(features=FeatureConfig(frame_size=400)))
    run_to_end(opened, qtbot, ["transcode"])
    assert session.project.settings.features.frame_size == 400


def test_settings_that_are_changed_keep_what_was_edited_by_hand(opened, session, project_folder):
    project = open_project(project_folder)
    save_project(project.with_settings(features=FeatureConfig(frame_size=400)))
    session.change_settings(train=TrainConfig(epochs=7))
    kept = open_project(project_folder).settings
    assert (kept.features.frame_size, kept.train.epochs) == (400, 7)


def test_a_project_file_that_is_gone_is_a_sentence(opened, session, qtbot, project_folder):
    (project_folder / SETTINGS_FILE).unlink()
    with qtbot.waitSignal(session.errors.shown) as shown:
        opened.run_all()
    assert "it has no project.toml" in shown.args[0]
    assert not opened.is_running
    for box in session.errors.boxes:
        box.close()


def test_several_changes_are_one_look(opened, session, qtbot):
    seen = []
    opened.overview_changed.connect(seen.append)
    for epochs in (3, 4, 5):
        session.change_settings(train=TrainConfig(epochs=epochs))
    qtbot.waitUntil(lambda: bool(seen), timeout=LONG_MS)
    assert len(seen) == 1
    assert seen[0].settings.train.epochs == 5


def test_edits_wait_for_the_look_that_runs_and_are_looked_at_after_it(opened, session, qtbot):
    # At once: to wait until it has begun may last until it has ended.
    opened._look_now()
    running, seen = opened._look, []
    assert running is not None
    opened.overview_changed.connect(seen.append)
    for _ in range(5):
        session.annotations_changed.emit(None, 0)
        assert opened._look is running
    qtbot.waitUntil(lambda: len(seen) == 2, timeout=LONG_MS)
    assert opened._look is None


def test_a_look_that_fails_says_so_without_a_box(opened, session, qtbot, project_folder):
    (project_folder / SETTINGS_FILE).write_text("[nonsense")
    with qtbot.waitSignal(opened.look_failed, timeout=LONG_MS) as told:
        opened.look()
    assert isinstance(told.args[0], LoudnessError)
    assert session.errors.boxes == ()


class Training:
    """A training that runs as far as a test tells it to, without a child."""

    def __init__(self, runs, monkeypatch):
        self.runs, self.asked = runs, []
        monkeypatch.setattr(runs, "_folder", "somewhere")
        monkeypatch.setattr(runs, "_stage", "train")
        monkeypatch.setattr(runs, "_job", self)

    def stop(self):
        self.asked.append("stop")

    def cancel(self):
        self.asked.append("cancel")

    def end_epoch(self, epoch):
        metrics = {"loss": 1 / epoch}
        self.runs._on_progressed(Progress("train", epoch, 9, "epochs", metrics=metrics))


@pytest.fixture
def training(runs, monkeypatch):
    return Training(runs, monkeypatch)


def test_each_epoch_is_told_once(runs, training):
    seen = []
    runs.epoch_ended.connect(lambda epoch, metrics: seen.append((epoch, metrics["loss"])))
    for epoch in (1, 1, 2, 2, 2, 3):
        training.end_epoch(epoch)
    assert seen == [(1, 1.0), (2, 0.5), (3, 1 / 3)]
    assert [e["loss"] for e in runs.epochs] == [1.0, 0.5, 1 / 3]


def test_a_training_can_be_stopped_once_it_has_a_model(runs, training):
    told = []
    runs.stoppable_changed.connect(told.append)
    runs.stop_and_keep_best()
    assert not runs.can_stop
    training.end_epoch(1)
    assert runs.can_stop
    runs.stop_and_keep_best()
    runs.stop_and_keep_best()
    assert training.asked == ["stop"]
    assert runs.is_stopping
    assert not runs.can_stop
    training.end_epoch(2)
    assert told == [True, False]


def test_a_training_that_is_being_stopped_says_so_until_it_is_measured(runs, training):
    training.end_epoch(1)
    runs.stop_and_keep_best()
    told = runs._in_words(Progress("train", 1.5, 9, "epochs", "Epoch 2 of at most 9"))
    assert told.doing == "Stopping, the best model is kept"
    assert told.fraction is None
    told = runs._in_words(Progress("train", 2, 2, "epochs", "Measuring the model"))
    assert told.doing == "Measuring the model"


def test_a_training_that_is_being_stopped_can_be_cancelled(runs, training):
    training.end_epoch(1)
    runs.stop_and_keep_best()
    runs.cancel()
    assert training.asked == ["stop", "cancel"]


def test_nothing_but_a_training_can_be_stopped(runs, training, monkeypatch):
    training.end_epoch(1)
    monkeypatch.setattr(runs, "_stage", "evaluate")
    assert not runs.can_stop
