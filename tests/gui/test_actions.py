from __future__ import annotations

from collections import Counter
from importlib.resources import files

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLineEdit, QMainWindow, QTableWidget, QVBoxLayout, QWidget

from gui.actions import REASONS, SPECS, Actions, Menu, Reach, State


@pytest.fixture
def window(application, qtbot):
    window = QMainWindow()
    page = QWidget()
    layout = QVBoxLayout(page)
    window.view, window.field = QTableWidget(2, 2), QLineEdit()
    layout.addWidget(window.view)
    layout.addWidget(window.field)
    window.setCentralWidget(page)
    window.actions_ = Actions(window)
    window.actions_.add_to_recording_view(window.view)
    window.actions_.enable(set(State))
    window.show()
    window.activateWindow()
    with qtbot.waitActive(window):
        window.activateWindow()
    yield window
    window.close()
    window.deleteLater()


def test_ids_and_keys_are_given_once():
    ids = Counter(spec.id for spec in SPECS)
    assert [name for name, n in ids.items() if n > 1] == []
    # The tables of runs and of label errors are no places where annotations are edited, and
    # where an annotation is chosen no proposal is: a key may mean either there.
    places = {Reach.RUNS, Reach.ANNOTATIONS, Reach.PROPOSALS}
    for here in places:
        apart = {*places, Reach.LABEL_ERRORS} - {here}
        specs = [spec for spec in SPECS if spec.reach not in apart]
        keys = Counter(QKeySequence(key).toString() for spec in specs for key in spec.keys)
        assert [name for name, n in keys.items() if n > 1] == []


def test_every_key_is_one():
    assert [k for spec in SPECS for k in spec.keys if QKeySequence(k).isEmpty()] == []


def test_every_icon_is_there_and_every_action_has_a_tip():
    icons = {p.name for p in files("resources").joinpath("icons").iterdir()}
    assert [s.id for s in SPECS if s.icon and f"{s.icon}.svg" not in icons] == []
    assert [s.id for s in SPECS if not s.tip or s.tip.endswith(".")] == []


def test_every_menu_has_an_action_and_no_two_letters_alike():
    for menu in Menu:
        texts = [spec.text for spec in SPECS if spec.menu is menu]
        assert texts or menu is Menu.EDIT
        letters = Counter(t[t.index("&") + 1].lower() for t in texts if "&" in t)
        assert [letter for letter, n in letters.items() if n > 1] == [], menu


def test_what_an_action_needs_decides_whether_it_is_enabled(window):
    actions = window.actions_
    actions.enable({State.PROJECT, State.RECORDING})
    assert actions["play"].isEnabled()
    assert not actions["play_selection"].isEnabled()
    actions.enable({State.RECORDING, State.SELECTION})
    assert actions["play_selection"].isEnabled()
    assert not actions["project_settings"].isEnabled()
    assert actions["new_project"].isEnabled()


def test_every_state_has_a_sentence_for_where_it_is_missing():
    assert [state for state in State if not REASONS.get(state, "").endswith(".")] == []


def test_what_is_disabled_says_what_is_missing_first(window):
    split, delete = window.actions_["split"], window.actions_["delete"]
    window.actions_.enable({State.CHOSEN})
    assert split.toolTip() == "Split the annotation at the playhead (S)\nOpen a recording first."
    assert split.statusTip() == "Split the annotation at the playhead. Open a recording first."
    window.actions_.enable({State.EDITABLE})
    assert split.toolTip() == "Split the annotation at the playhead (S)"
    assert split.statusTip() == "Split the annotation at the playhead"
    assert delete.toolTip().endswith("\nChoose an annotation first.")


def test_what_would_edit_says_why_the_project_can_only_be_looked_at(window):
    window.actions_.enable({State.PROJECT}, "Ada is editing it.")
    assert window.actions_["undo"].toolTip().endswith("\nAda is editing it.")
    assert window.actions_["run_all"].toolTip().endswith("\nAda is editing it.")
    assert window.actions_["play"].toolTip().endswith("\nOpen a recording first.")
    assert "Ada" not in window.actions_["filter"].toolTip()


def test_keys_do_nothing_while_typing(window, qtbot):
    seen = []
    for spec in SPECS:
        window.actions_[spec.id].triggered.connect(lambda _on, i=spec.id: seen.append(i))
    window.field.setFocus()
    qtbot.keyClicks(window.field, "loud 1 [fdtn]+-=")
    qtbot.keyClick(window.field, "a")
    assert window.field.text() == "loud 1 [fdtn]+-=a"
    assert seen == []


def test_keys_of_the_recording_view_work_there_alone(window, qtbot):
    seen = []
    window.actions_["seek_start"].triggered.connect(lambda: seen.append("start"))
    window.actions_["play"].triggered.connect(lambda: seen.append("play"))
    from PySide6.QtCore import Qt

    window.field.setFocus()
    qtbot.keyClick(window.field, Qt.Key.Key_Home)
    assert seen == []
    window.view.setFocus()
    qtbot.keyClick(window.view, Qt.Key.Key_Home)
    qtbot.keyClick(window.view, Qt.Key.Key_Space)
    assert seen == ["start", "play"]
