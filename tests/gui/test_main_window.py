from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMenu, QWidget

from gui.actions import SPECS
from gui.main_window import TITLE

NAMES = [
    *("recordingsTable", "recordingsFilter", "overview", "waveform", "spectrogram"),
    *("featureTracks", "playButton", "loopButton", "speedBox", "volumeSlider", "pipelinePanel"),
    *("runAllButton", "cancelButton", "annotationsTable", "confusionMatrix"),
    *("reviewPanel", "reviewMatrix", "errorsTable"),
    *("trainingDock", "trainingPanel", "stopTrainingButton", "trainingCurves", "runsTable"),
]
STAGES = ["transcode", "extract", "dataset", "train", "evaluate"]


@pytest.fixture
def window(open_window, project_folder, qtbot):
    window = open_window(project_folder)
    qtbot.waitUntil(lambda: window.session.recording is not None, timeout=10_000)
    return window


def test_the_parts_have_their_names(window):
    of_stages = {f"{kind}_{s}" for kind in ("stageRun", "stageProgress") for s in STAGES}
    names = {part.objectName() for part in window.findChildren(QWidget)}
    assert {*NAMES, *of_stages} - names == set()


def test_every_action_is_in_a_menu_and_does_something(window):
    shown = {a for menu in window.menuBar().findChildren(QMenu) for a in menu.actions()}
    for spec in SPECS:
        action = window.actions_[spec.id]
        assert action in shown, spec.id
        assert action.receivers("2triggered(bool)") > 0 or action.receivers("2toggled(bool)") > 0, (
            spec.id
        )


def test_menus_tell_what_each_line_does(window):
    # The one without a title is Qt's, for what does not fit.
    menus = [menu for menu in window.menuBar().findChildren(QMenu) if menu.title()]
    assert [menu.title() for menu in menus if not menu.toolTipsVisible()] == []
    for menu in menus:
        for action in menu.actions():
            is_line = not action.isSeparator() and action.menu() is None
            # Qt's own answer, where nobody has said more.
            assert not is_line or action.toolTip() != action.text().replace("&", ""), action.text()


def test_keys_of_the_recording_view_leave_the_transport_alone(null_sink, window, qtbot):
    slider = window.findChild(QWidget, "volumeSlider")
    qtbot.waitUntil(lambda: window.player.output.is_known, timeout=10_000)
    assert slider.isEnabled()
    at_s, before = window.session.time.playhead_s, slider.value()
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Left)
    assert slider.value() < before
    qtbot.keyClick(slider, Qt.Key.Key_Tab)
    assert window.focusWidget() is not slider
    assert window.session.time.playhead_s == at_s


def test_a_project_brings_its_docks_and_takes_them_along(window, project_folder):
    docks = window.findChildren(QDockWidget)
    assert [dock.isVisible() for dock in docks] == [True] * len(docks)
    assert window.windowTitle() == f"{project_folder.name} - {TITLE}"
    window.actions_["close_project"].trigger()
    assert [dock.isVisible() for dock in docks] == [False] * len(docks)
    assert window.windowTitle() == TITLE


def test_the_review_waits_behind_the_pipeline(window, project_folder):
    for _ in range(2):
        assert not window.pipeline.visibleRegion().isEmpty()
        assert window.review.visibleRegion().isEmpty()
        assert not window.review.reviewing.is_reading
        window.actions_["close_project"].trigger()
        window.open_project(project_folder)
    window.actions_["review"].trigger()
    assert not window.review.visibleRegion().isEmpty()
    assert window.pipeline.visibleRegion().isEmpty()
    assert window.review.reviewing.is_reading


def test_a_cell_of_the_results_is_shown_in_the_review(window):
    confusion = window.pipeline.results.confusion
    confusion.show_counts(("barely", "audible"), ((1, 2), (3, 4)))
    confusion.cell_clicked.emit("barely", "audible")
    assert not window.review.visibleRegion().isEmpty()
    assert window.review.reviewing.is_reading


def test_what_is_no_project_is_a_sentence(window, tmp_path, project_folder):
    window.open_project(tmp_path)
    (box,) = window.session.errors.boxes
    assert "is no project" in box.text()
    assert window.session.project.folder == project_folder
    box.close()
