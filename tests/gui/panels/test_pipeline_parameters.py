from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QWidget

from core.project import open_project
from core.settings import FeatureConfig
from gui.panels.pipeline_parameters import SECTIONS, ParametersDialog


@pytest.fixture
def dialog(session, qtbot, project_folder):
    session.open_project(project_folder)
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    dialog = ParametersDialog(session, session.project, "extract", parent)
    dialog.open()
    yield dialog
    parent.close()


def save_button(dialog):
    return dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Save)


def test_saves_what_was_entered(dialog, session, qtbot, project_folder):
    dialog.form.set_value(FeatureConfig(frame_size=320))
    qtbot.mouseClick(save_button(dialog), Qt.MouseButton.LeftButton)
    assert session.project.settings.features.frame_size == 320
    assert open_project(project_folder).settings.features.frame_size == 320


def test_escape_changes_nothing(dialog, session, qtbot):
    dialog.form.set_value(FeatureConfig(frame_size=320))
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert session.project.settings.features.frame_size == 200


def test_what_cannot_be_saved_is_told_and_nothing_is_lost(dialog, session, qtbot, project_folder):
    (project_folder / "project.toml").write_text("[nonsense")
    dialog.form.set_value(FeatureConfig(frame_size=320))
    with qtbot.waitSignal(session.errors.shown):
        qtbot.mouseClick(save_button(dialog), Qt.MouseButton.LeftButton)
    assert dialog.isVisible()
    for box in session.errors.boxes:
        box.close()
    dialog.reject()


@pytest.mark.parametrize("stage", SECTIONS)
def test_every_stage_with_parameters_has_a_form(stage, session, qtbot, project_folder):
    session.open_project(project_folder)
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = ParametersDialog(session, session.project, stage, parent)
    section, _ = SECTIONS[stage]
    assert dialog.form.value() == getattr(session.project.settings, section)
