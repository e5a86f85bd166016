from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QMainWindow, QToolButton

from core.annotations.dismissals import Dismissal
from gui.models.proposals_model import Column
from gui.panels.proposals import NO_MODEL, NO_RECORDING, NOT_PREDICTED, NOTHING_LEFT, ProposalsPanel
from gui.preferences import preferences
from gui.sentence import Sentence, Tone
from tests.gui.form_editing import activate
from tests.gui.shown_proposals import RUN, ShownProposals
from tests.shown_media import make_details


class PretendedPredicting(QObject):
    """Predicts nothing, and says what it is told to."""

    changed = Signal()
    now = None
    problem = ""


@pytest.fixture
def panel(session, qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    shown = ShownProposals(session, window)
    panel = ProposalsPanel(session, shown.actions, shown.media, shown.proposing)
    panel.shown, panel.predicting = shown, PretendedPredicting(window)
    panel.predict_with(panel.predicting)
    window.setCentralWidget(panel)
    window.resize(260, 480)
    activate(qtbot, window)
    yield panel
    shown.media.close()


@pytest.fixture
def filled(panel, session, project_folder):
    session.open_project(project_folder)
    panel.shown.show(are_all_predicted=False)
    return panel


def sentence(panel, name="proposalsEmpty"):
    return panel.findChild(Sentence, name)


def click(panel, qtbot, row, how="mouseClick"):
    place = panel.table.visualRect(panel.model.index(row, Column.CLASS)).center()
    getattr(qtbot, how)(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_says_why_there_is_none(panel, session, project_folder):
    predict = panel.findChild(QToolButton, "proposalsPredict")
    assert sentence(panel).sentence == NO_RECORDING
    assert not predict.isVisible()
    session.open_project(project_folder)
    details = make_details()
    session.show_recording(details.recording)
    panel.shown.media.show(details)
    assert sentence(panel).sentence == NO_MODEL
    assert not predict.isVisible()
    panel.shown.media.show(make_details(run=RUN))
    assert sentence(panel).sentence == NOT_PREDICTED.format("a_run")
    assert predict.isVisible()
    panel.predicting.now = SimpleNamespace(text="Classifying")
    panel.predicting.changed.emit()
    assert (sentence(panel).tone, sentence(panel).sentence) == (Tone.BUSY, "Classifying")
    assert not predict.isVisible()
    panel.predicting.now, panel.predicting.problem = None, "it is broken"
    panel.predicting.changed.emit()
    assert sentence(panel).sentence == "It could not be predicted: it is broken"


def test_says_so_when_all_is_decided(filled, session):
    filled.shown.proposing._key = None
    filled.shown.media.details = make_details(run=RUN, are_all_predicted=True)
    filled.shown.proposing.predicted = None
    filled.shown.proposing._find(filled.shown.media.details)
    assert sentence(filled).sentence == NOTHING_LEFT.format("a_run")
    assert not filled.accept_all.isVisible()


def test_the_chosen_row_and_the_chosen_proposal_are_one(filled, session, qtbot):
    proposing = filled.shown.proposing
    click(filled, qtbot, 1)
    assert proposing.chosen == 1
    assert session.time.selection == (1.0, 3.0)
    filled.model.sort(Column.SCORE, Qt.SortOrder.AscendingOrder)
    click(filled, qtbot, 0)
    assert proposing.chosen == 2
    proposing.choose(0)
    assert [i.row() for i in filled.table.selectionModel().selectedRows()] == [3]
    session.time.clear_selection()
    assert not filled.table.selectionModel().hasSelection()


def test_a_double_click_plays(filled, qtbot):
    with qtbot.waitSignal(filled.play_wanted) as wanted:
        click(filled, qtbot, 1)
        click(filled, qtbot, 1, "mouseDClick")
    assert wanted.args == [1.0, 3.0]


def test_buttons_count_what_they_would_do(filled):
    assert filled.accept_all.text() == "Accept all of at least 0.90 (2)"
    assert filled.dismiss_all.text() == "Dismiss all below 0.60 (1)"
    assert sentence(filled, "proposalsCounts").sentence == "4 proposals"
    filled.least.setValue(0.7)
    assert filled.accept_all.text() == "Accept all of at least 0.70 (3)"
    filled.below.setValue(0.5)
    assert filled.dismiss_all.text() == "Dismiss all below 0.50 (0)"
    assert not filled.dismiss_all.isEnabled()
    assert float(preferences().value("proposals/accepted")) == 0.7
    assert not filled.restore.isVisible()
    one = Dismissal("rec.wav", "a_run", 3.0, 4.0, "barely")
    filled.shown.show(dismissals=[one])
    assert filled.restore.text() == "Propose the dismissed again (1)"
    assert sentence(filled, "proposalsCounts").sentence == "3 proposals, 1 dismissed"


def test_read_only_says_why_and_disables(filled, session):
    assert filled.accept_all.isEnabled()
    session.set_read_only("This project can only be looked at: Ada is editing it.")
    assert sentence(filled, "proposalsReadOnly").sentence == session.read_only
    assert not filled.accept_all.isEnabled()
    assert session.read_only in filled.accept_all.toolTip()
