from __future__ import annotations

import pytest

from gui.actions import SPECS, Menu, State
from tests.core.made_runs import FIRST, SECOND, make_run


@pytest.fixture
def window(open_window):
    return open_window()


def _enabled(window, *names):
    return [window.actions_[name].isEnabled() for name in names]


def test_without_a_project_only_what_opens_one_is_enabled(window):
    assert window.enabling.states == {State.IDLE}
    assert _enabled(window, "new_project", "open_demo", "run_all", "play", "filter") == [
        *(True, True, False, False, False)
    ]


def test_with_a_recording_it_can_be_played(window, project_folder, qtbot):
    window.open_project(project_folder)
    qtbot.waitUntil(window.actions_["play"].isEnabled, timeout=10_000)
    assert _enabled(window, "run_all", "next_recording", "cancel", "play_selection") == [
        *(True, True, False, False)
    ]
    qtbot.waitUntil(lambda: window.session.time.duration_s > 2, timeout=10_000)
    window.session.time.select(1.0, 2.0)
    assert _enabled(window, "play_selection", "zoom_selection") == [True, True]
    window.session.close_project()
    assert window.enabling.states == {State.IDLE}


def test_what_no_run_has_predicted_can_be(window, finished_project, qtbot):
    window.open_project(finished_project)
    action = window.actions_["predict_recording"]
    qtbot.waitUntil(action.isEnabled, timeout=20_000)
    window.session.show_recording(None)
    assert not action.isEnabled()


def test_escape_is_the_sounds_before_it_is_the_explanations(window, monkeypatch):
    explaining, player = window.recording.explaining, window.player
    explaining.is_open = True
    explaining.changed.emit()
    assert _enabled(window, "close_explanation", "stop") == [True, False]
    monkeypatch.setattr(type(player), "can_stop", True)
    player.state_changed.emit()
    assert _enabled(window, "close_explanation", "stop") == [False, True]
    monkeypatch.undo()
    explaining.close()
    assert _enabled(window, "close_explanation", "stop") == [False, False]


def test_what_can_be_done_with_runs_depends_on_what_is_selected(
    window, project_folder, qtbot, monkeypatch
):
    def enabled():
        return {s.id for s in SPECS if s.menu is Menu.RUNS and window.actions_[s.id].isEnabled()}

    make_run(project_folder / "runs", FIRST)
    (make_run(project_folder / "runs", SECOND) / "run.json").write_text("{")
    window.open_project(project_folder)
    past = window.training.past
    qtbot.waitUntil(lambda: past.model.rowCount() == 2, timeout=10_000)
    of_any = {"export_run", "run_folder", "delete_runs"}
    past.select(FIRST)
    assert enabled() == {"load_run", "note_run"} | of_any
    past.select(SECOND)
    assert enabled() == of_any
    past.select(FIRST, SECOND)
    assert enabled() == {"compare_runs", "delete_runs"}
    past.select()
    assert enabled() == set()
    past.select(FIRST)
    with monkeypatch.context() as patched:
        patched.setattr(type(window.pipeline.runs), "is_running", True)
        window.enabling.refresh()
        assert enabled() == {"note_run", "run_folder"}
