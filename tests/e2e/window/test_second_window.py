"""A project that another process edits is read-only, and can be edited once that has ended."""

from __future__ import annotations

import json
import signal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QToolButton

from core.editing_right import RIGHT_FILE
from core.project import open_project
from gui.sentence import Sentence
from tests.e2e.window.annotating import open_annotator
from tests.other_window import other_window

OLD = [(0.1, 1.9, "inaudible"), (2.0, 4.0, "audible"), (5.0, 6.0, "barely")]


def test_the_second_window_is_read_only(open_window, project_folder, qtbot):
    with other_window(project_folder) as other:
        annotator = open_annotator(open_window, project_folder, qtbot)
        window = annotator.window
        sign = window.findChild(Sentence, "readOnlySign")
        assert "can only be looked at" in sign.sentence
        assert f"process {other.pid}" in sign.sentence
        assert sign.isVisible()
        assert window.windowTitle().endswith("(read-only)")
        annotator.click(5.5)
        assert annotator.chosen == [(5.0, 6.0)]
        annotator.key(Qt.Key.Key_1)
        annotator.drag(6.5, 7.5)
        assert not window.editing.is_busy
        assert annotator.annotations == OLD
        for name in ("delete", "class_1", "export_annotations", "import_annotations"):
            action = window.actions_[name]
            assert not action.isEnabled()
            assert "can only be looked at" in action.toolTip()
        for name in ("stageRun_transcode", "stageUntil_train", "stageParameters_train"):
            button = window.pipeline.findChild(QToolButton, name)
            assert not button.isEnabled()
            assert "can only be looked at" in button.toolTip()
        run_all = window.findChild(QPushButton, "runAllButton")
        for button in (run_all, window.training.form.train_button):
            assert not button.isEnabled()
            assert "can only be looked at" in button.toolTip()
        assert window.actions_["export_annotations_as"].isEnabled()
        window.annotation_files.export(path=project_folder / "other.csv")
        qtbot.waitUntil((project_folder / "other.csv").exists, timeout=10_000)
        window.pipeline.runs.run_all()
        assert not window.pipeline.runs.is_running
        other.send_signal(signal.SIGKILL)
        other.wait()
    # Nobody has to ask for it.
    qtbot.waitUntil(lambda: not sign.isVisible(), timeout=10_000)
    assert run_all.isEnabled()
    assert "can only be looked at" not in run_all.toolTip()
    assert not window.windowTitle().endswith("(read-only)")
    assert "can only be looked at" not in window.actions_["delete"].toolTip()
    annotator.click(5.5)
    annotator.key(Qt.Key.Key_3)
    annotator.wait(lambda: annotator.annotations[2] == (5.0, 6.0, "audible"))
    annotator.settle()


def test_beside_a_command_a_window_can_only_look_until_it_has_ended(
    open_window, project_folder, qtbot
):
    project = open_project(project_folder)
    with project.writing():
        # As another process would, whose right it is.
        holder = json.loads((project_folder / RIGHT_FILE).read_text())
        (project_folder / RIGHT_FILE).write_text(json.dumps({**holder, "process": 1}))
        window = open_window(project_folder)
        sign = window.findChild(Sentence, "readOnlySign")
        assert "is writing to it since" in sign.sentence
    qtbot.waitUntil(lambda: not sign.isVisible(), timeout=10_000)
    # The window's own stages go by its own right.
    window.pipeline.runs.run(["transcode"])
    assert window.pipeline.runs.is_running
    with qtbot.waitSignal(window.pipeline.runs.stage_ended, timeout=60_000):
        pass
