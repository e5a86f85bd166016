from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QProgressBar, QToolButton

from core.overview import StageOverview, StageReport
from core.stage_plans import StagePlan
from gui.panels.pipeline_card import StageCard
from gui.panels.pipeline_words import StageState
from gui.stage_progress import StageProgress
from gui.theme import Scheme

FRESH = StageOverview("train", StagePlan("train", fresh=True), finished_at="2026-01-01T00:00:00")
STALE = StageOverview(
    "train",
    StagePlan("train", fresh=False, reasons=("the dataset changed", "epochs 2 -> 3")),
    finished_at="2026-01-01T00:00:00+00:00",
)


@pytest.fixture
def card(application, qtbot):
    card = StageCard("train", "Train", has_parameters=True)
    qtbot.addWidget(card)
    card.resize(180, 160)
    card.enable("")
    with qtbot.waitExposed(card):
        card.show()
    return card


def bar(card):
    return card.findChild(QProgressBar, "stageProgress_train")


@pytest.mark.parametrize(
    ("name", "signal"),
    [
        ("stageRun_train", "run_wanted"),
        ("stageUntil_train", "run_until_wanted"),
        ("stageParameters_train", "parameters_wanted"),
    ],
)
def test_buttons_work_by_mouse_and_key(card, qtbot, name, signal):
    button = card.findChild(QToolButton, name)
    with qtbot.waitSignal(getattr(card, signal)):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(getattr(card, signal)):
        qtbot.keyClick(button, Qt.Key.Key_Space)


def test_what_is_fresh_cannot_be_run(card):
    card.show_overview(FRESH)
    card.enable("")
    assert not card.run_button.isEnabled()
    assert "nothing to do" in card.run_button.toolTip()
    assert card.parameters_button.isEnabled()
    assert card.state_text == "Fresh"
    assert bar(card).value() == bar(card).maximum()


def test_what_is_stale_says_why(card):
    card.show_overview(STALE)
    assert card.state_text == "Stale: the dataset changed, epochs 2 -> 3"
    assert card.state is StageState.STALE


def test_progress_is_shown(card):
    card.show_started()
    assert bar(card).maximum() == 0
    metrics = {"loss": 0.5, "balanced_accuracy": 0.75, "val_balanced_accuracy": 0.7}
    progress = StageProgress("train", 0.25, "Epoch 3 of at most 12", "", "at most 2 min left")
    card.show_progress(progress)
    assert card.state_text == "Running, at most 2 min left"
    assert card.detail_text == "Epoch 3 of at most 12"
    assert bar(card).value() == bar(card).maximum() / 4
    card.show_progress(StageProgress("train", 0.25, "", "", "", metrics))
    assert card._last.text() == "loss 0.500, balanced acc. 0.750, validation 0.700"


def test_a_failure_stays_until_it_runs_again(card):
    card.show_overview(STALE)
    card.show_failure("The disk is full")
    card.show_overview(STALE)
    assert card.state_text == "Failed: The disk is full"
    card.show_started()
    card.show_ended(StageReport("train", skipped=False, seconds=1.0))
    card.show_overview(FRESH)
    assert card.state is StageState.FRESH


def test_a_cancelled_stage_says_that_nothing_is_lost(card):
    card.show_overview(STALE)
    card.show_cancelled()
    assert card.state_text == "Cancelled, what is done is kept"
    card.forget()
    assert card.state is StageState.UNKNOWN


def test_each_state_has_a_colour_in_light_and_dark(card):
    for is_dark in (False, True):
        card.set_dark(is_dark)
        colors = set()
        for overview in (FRESH, STALE):
            card.show_overview(overview)
            image = card.grab().toImage()
            colors.add(QColor(image.pixel(4, image.height() // 2)).name())
        assert len(colors) == 2


def test_the_sign_takes_the_colour_of_the_theme(card, session):
    """It is drawn once for each state, and would keep the colour it was drawn in."""
    darkest = {}
    for scheme in (Scheme.DARK, Scheme.LIGHT):
        session.theme.apply(scheme)
        card.set_dark(session.theme.is_dark)
        card.show_overview(FRESH)
        image = card._sign.pixmap().toImage()
        pixels = [
            image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())
        ]
        darkest[scheme] = min(c.lightnessF() for c in pixels if c.alpha() > 200)
    assert darkest[Scheme.LIGHT] < 0.3
    assert darkest[Scheme.DARK] > 0.7


def test_what_forbids_to_run_is_said_at_every_button(card):
    card.show_overview(FRESH)
    card.enable("Somebody else has it.")
    for button in (card.run_button, card.until_button, card.parameters_button):
        assert not button.isEnabled()
        assert button.toolTip().endswith("\nSomebody else has it.")
