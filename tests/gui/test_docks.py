from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QTabBar, QWidget

from gui.closing import BOX
from gui.main_window import MainWindow


@pytest.fixture
def window(open_window, project_folder, qtbot):
    window = open_window(project_folder)
    qtbot.waitUntil(lambda: window.session.recording is not None, timeout=10_000)
    return window


def test_a_dock_that_was_closed_stays_closed(window, project_folder):
    window.docks.every[1].close()
    window.actions_["close_project"].trigger()
    window.open_project(project_folder)
    assert [dock.isVisible() for dock in window.docks.every] == [
        True,
        False,
        *[True] * (len(window.docks.every) - 2),
    ]


def test_the_pipeline_stands_before_what_comes_of_it(window, project_folder):
    annotations, pipeline, *others = window.docks.every[1:]
    checks = next(dock for dock in others if dock.windowTitle() == "Checks")
    proposals = next(dock for dock in others if dock.windowTitle() == "Proposals")
    others.remove(checks)
    others.remove(proposals)
    for _ in range(2):
        assert window.tabifiedDockWidgets(pipeline) == others
        assert window.tabifiedDockWidgets(annotations) == [proposals, checks]
        assert window.checks.visibleRegion().isEmpty()
        # To Qt, a dock that another covers is visible.
        assert not window.pipeline.visibleRegion().isEmpty()
        assert window.evaluation.visibleRegion().isEmpty()
        assert window.evaluation.result is None
        window.actions_["close_project"].trigger()
        window.open_project(project_folder)


def test_f6_goes_from_panel_to_panel(window, qtbot):
    panels = [
        *(window.library, window.recording, window.transport),
        *(window.annotations, window.proposals, window.checks, window.pipeline),
        *(window.training, window.evaluation, window.review, window.label_errors),
        *(window.alignment, window.annotate_next),
    ]
    table = window.findChild(QWidget, "annotationsTable")
    qtbot.waitUntil(table.isVisible, timeout=10_000)
    window.findChild(QWidget, "recordingsTable").setFocus()
    seen = []
    while 0 not in seen:
        qtbot.keyClick(window, Qt.Key.Key_F6)
        focus = window.focusWidget()
        seen.append(next(k for k, p in enumerate(panels) if p is focus or p.isAncestorOf(focus)))
        assert not panels[seen[-1]].visibleRegion().isEmpty()
    # Panels that have nothing to show yet have nothing to be focused either.
    assert seen[:4] == [1, 2, 3, 5]
    assert seen == [*sorted(seen[:-1]), 0]
    qtbot.keyClick(window, Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    focus = window.focusWidget()
    assert panels[seen[-2]].isAncestorOf(focus) or panels[seen[-2]] is focus


def test_the_pipeline_stands_before_the_training_until_that_is_wanted(window):
    def is_in_front(panel):
        return not panel.visibleRegion().isEmpty()

    assert is_in_front(window.pipeline)
    assert not is_in_front(window.training)
    window.docks.show(window.training)
    assert is_in_front(window.training)
    assert not is_in_front(window.pipeline)


def test_no_tab_bar_of_an_earlier_arrangement_is_left(application, project_folder, qtbot):
    def names_of_tabs(window):
        bars = window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
        shown = [bar for bar in bars if bar.isVisible()]
        return sorted(tuple(bar.tabText(k) for k in range(bar.count())) for bar in shown)

    for _ in range(2):  # the second is arranged as the first was left
        window = MainWindow(project_folder)
        qtbot.addWidget(window)
        window.show()
        groups = sorted(
            tuple(dock.windowTitle() for dock in window.docks.every if dock in (front, *others))
            for front in window.docks.every[1:3]
            if (others := window.tabifiedDockWidgets(front))
        )
        assert len(groups) == 2
        qtbot.waitUntil(lambda w=window, g=groups: names_of_tabs(w) == g)
        window.actions_["close_project"].trigger()
        window.open_project(project_folder)
        qtbot.waitUntil(lambda w=window, g=groups: names_of_tabs(w) == g)
        window.end()


@pytest.mark.parametrize("panel", ["annotate_next", "label_errors"])
def test_what_runs_in_a_panel_is_cancelled_as_a_stage_and_asked_for(
    window, qtbot, monkeypatch, panel
):
    part = {
        "annotate_next": lambda: window.annotate_next.queueing,
        "label_errors": lambda: window.label_errors.checking,
    }[panel]()
    actions, cancels = window.actions_, []

    def submit(*_args, **slots):
        return SimpleNamespace(cancel=lambda: cancels.append(slots["cancelled"]))

    monkeypatch.setattr(window.session.stages, "submit", submit)
    begin = part.rank if panel == "annotate_next" else part.run
    begin()
    assert actions["cancel"].isEnabled()
    assert not actions["run_all"].isEnabled()
    actions["cancel"].trigger()
    cancels.pop()()
    assert not actions["cancel"].isEnabled()
    begin()
    actions["close_project"].trigger()
    assert window.session.project is not None
    box = window.findChild(QMessageBox, BOX)
    (stop,) = [b for b in box.buttons() if "close" in b.text()]
    qtbot.mouseClick(stop, Qt.MouseButton.LeftButton)
    cancels.pop()()
    qtbot.waitUntil(lambda: window.session.project is None)
