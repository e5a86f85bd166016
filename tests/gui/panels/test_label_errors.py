from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QMainWindow, QProgressBar, QPushButton, QSpinBox

from core.errors import DatasetError
from core.label_errors import KeptLabelErrors
from core.progress import Progress
from gui.actions import SPECS, Actions
from gui.models.label_errors_model import IS_RIGHT, Column
from gui.panels.label_errors import NEVER_FOUND, NO_PROJECT, RUNNING, LabelErrorsPanel
from gui.sentence import Sentence, Tone
from tests.made_label_error import SPANS, made_list

KEPT = KeptLabelErrors(made_list(), ("audible", "inaudible", "barely"), ("", "", ""), ())


@pytest.fixture
def panel(session, qtbot):
    window = QMainWindow()
    actions = Actions(window)
    for spec in SPECS:
        actions[spec.id].setEnabled(True)
    panel = LabelErrorsPanel(session, actions)
    panel.wanted, panel.asked, panel.marks = [], [], []
    panel.place_wanted.connect(panel.wanted.append)
    actions["find_label_errors"].triggered.connect(lambda: panel.asked.append("find"))
    panel.checking.mark = lambda place, *, is_right: panel.marks.append((place, is_right))
    panel.actions_ = actions
    window.setCentralWidget(panel)
    window.resize(1000, 220)
    window.show()
    window.activateWindow()
    with qtbot.waitActive(window):
        window.activateWindow()
    yield panel
    session.close()
    window.close()
    window.deleteLater()


def show(panel, kept):
    panel.checking.kept = kept
    panel.checking.changed.emit()


@pytest.fixture
def filled(panel, session, project_folder):
    session.open_project(project_folder)
    show(panel, KEPT)
    return panel


def sentence(panel, name):
    return panel.findChild(Sentence, name)


def button(panel, name):
    return panel.findChild(QPushButton, name)


def test_an_empty_panel_says_what_it_is_for(panel, session, project_folder):
    assert sentence(panel, "labelErrorsEmpty").sentence == NO_PROJECT
    assert not button(panel, "labelErrorsStart").isVisible()
    session.open_project(project_folder)
    assert sentence(panel, "labelErrorsEmpty").sentence == NEVER_FOUND
    button(panel, "labelErrorsStart").click()
    assert panel.asked == ["find"]


def test_while_a_stage_runs_the_button_says_why_it_is_off(filled):
    filled.actions_["find_label_errors"].setEnabled(False)
    again = button(filled, "labelErrorsAgain")
    assert (again.isEnabled(), again.toolTip()) == (False, RUNNING)


def test_up_and_down_open_what_they_come_to(filled, qtbot):
    filled.table.selectRow(0)
    qtbot.keyClick(filled.table, Qt.Key.Key_Down)
    assert filled.wanted == []
    qtbot.waitUntil(lambda: bool(filled.wanted))
    (place,) = filled.wanted
    span = SPANS[1]
    assert (place.original, place.start_s, place.end_s) == (span.path, span.start_s, span.end_s)
    assert filled.chosen_place is None, "its recording is not open"


def test_y_calls_the_label_right_and_goes_on_to_the_next(filled, qtbot):
    filled.table.selectRow(0)
    qtbot.keyClick(filled.table, Qt.Key.Key_Y)
    assert filled.marks == [(0, True)]
    show(filled, replace(KEPT, verdicts=("right", "", "")))
    assert filled.model.rowCount() == 2
    assert filled.chosen == 1
    assert "Probably wrong: 2; mended: 0; called right: 1; of 3 recordings." in (
        sentence(filled, "labelErrorsCounts").sentence
    )


def test_what_was_called_right_can_be_put_back(filled):
    show(filled, replace(KEPT, verdicts=("right", "", "")))
    filled.findChild(QCheckBox, "labelErrorsShowRight").setChecked(True)
    assert filled.model.index(0, Column.STATE).data() == IS_RIGHT
    filled.table.selectRow(0)
    button(filled, "labelErrorsRight").click()
    assert filled.marks == [(0, False)]


def test_a_corrected_span_stays_chosen(filled):
    filled.table.selectRow(1)
    show(filled, replace(KEPT, now=("audible", "barely", "barely")))
    assert filled.chosen == 1
    assert filled.model.index(1, Column.STATE).data() == "✓ now barely"


def test_why_a_list_is_stale_is_said(filled):
    show(filled, replace(KEPT, stale=("the annotations changed", "folds 5 -> 3")))
    counts = sentence(filled, "labelErrorsCounts")
    assert counts.tone is Tone.ODD
    assert "the annotations changed, folds 5 -> 3" in counts.sentence


def test_how_far_to_trust_the_list_is_said(filled):
    show(filled, replace(KEPT, found=replace(KEPT.found, notes=("barely is not judged",))))
    trust = sentence(filled, "labelErrorsTrust").sentence
    assert "balanced accuracy of 0.80 (95 %: 0.70 to 0.90)" in trust
    assert trust.endswith("barely is not judged.")


def test_what_cannot_be_told_is_said_in_a_sentence(filled):
    filled.checking._failed = DatasetError("It cannot be told", hint="Annotate more.")
    show(filled, None)
    empty = sentence(filled, "labelErrorsEmpty")
    assert (empty.tone, empty.sentence) == (Tone.WRONG, "It cannot be told. Annotate more.")


def test_progress_is_shown(filled):
    filled.checking.progressed.emit(
        Progress("label_errors", 1.5, 5, "folds", "Fold 2 of 5, epoch 12 of at most 200")
    )
    assert filled.findChild(QProgressBar, "labelErrorsProgress").value() == 300
    assert sentence(filled, "labelErrorsCounts").sentence.startswith("Fold 2 of 5, epoch 12")


def test_the_number_of_folds_is_a_setting_of_the_project(filled, session):
    folds = filled.findChild(QSpinBox, "labelErrorsFolds")
    assert folds.value() == 5
    folds.setValue(3)
    assert session.project.settings.label_errors.folds == 3
