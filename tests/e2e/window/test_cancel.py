"""Cancel: within two seconds whatever runs; what is done is kept, and the next run goes on."""

from __future__ import annotations

import time

import pytest

from core.project import open_project, save_project
from core.settings import TrainConfig
from tests.e2e.window.pipeline import (
    LONG_MS,
    PATIENT_MS,
    is_free,
    press,
    runs_of,
    state_of,
    wait_until_looked_at,
)


@pytest.fixture
def long_training(project_folder):
    """A project whose training would take minutes."""
    project = open_project(project_folder)
    save_project(project.with_settings(train=TrainConfig(epochs=100_000, patience=100_000)))
    return project_folder


def cancel(window, qtbot):
    started_s = time.monotonic()
    with qtbot.waitSignal(runs_of(window).idle, timeout=PATIENT_MS):
        press(window, qtbot, "cancelButton")
    return time.monotonic() - started_s


def test_a_transcode_is_cancelled_and_resumed(open_window, qtbot, project_folder):
    window = open_window(project_folder)
    wait_until_looked_at(window, qtbot)
    with qtbot.waitSignal(runs_of(window).progressed, timeout=LONG_MS):
        press(window, qtbot, "runAllButton")
    assert cancel(window, qtbot) < 2.0
    assert is_free(project_folder)
    assert not list(project_folder.rglob(".*.part"))
    with qtbot.waitSignal(runs_of(window).idle, timeout=LONG_MS):
        press(window, qtbot, "stageUntil_extract")
    with qtbot.waitSignal(runs_of(window).overview_changed, timeout=LONG_MS):
        pass
    assert state_of(window, "extract") == "Fresh"


@pytest.mark.parametrize("moment", ["this takes some seconds", "Epoch"])
def test_a_training_is_cancelled_even_while_tensorflow_starts(
    open_window, qtbot, long_training, moment
):
    window = open_window(long_training)
    runs = runs_of(window)
    wait_until_looked_at(window, qtbot)
    before = set(long_training.glob("runs/*"))
    with qtbot.waitSignal(
        runs.progressed, timeout=LONG_MS, check_params_cb=lambda p: moment in p.doing
    ):
        press(window, qtbot, "stageUntil_train")
    assert cancel(window, qtbot) < 2.0
    assert state_of(window, "train") == "Cancelled, what is done is kept"
    assert set(long_training.glob("runs/*")) == before
    assert runs.stage == ""
    assert runs.waiting == ()
