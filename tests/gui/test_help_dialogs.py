from __future__ import annotations

import sys

import pytest
import shiboken6
from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QTreeWidget

from core import __version__
from gui.actions import SPECS
from gui.help_dialogs import AboutDialog, KeysDialog, keys_text, plain
from tests.gui.form_editing import activate, press


@pytest.fixture
def keys(application, qtbot):
    dialog = KeysDialog()
    activate(qtbot, dialog)
    yield dialog
    if shiboken6.isValid(dialog):
        dialog.close()


def _shown(dialog):
    tree = dialog.findChild(QTreeWidget, "keysTree")
    groups = [tree.topLevelItem(k) for k in range(tree.topLevelItemCount())]
    return {
        group.text(0): [
            (group.child(i).text(0), group.child(i).text(1))
            for i in range(group.childCount())
            if not group.child(i).isHidden()
        ]
        for group in groups
        if not group.isHidden()
    }


def test_every_action_with_keys_is_listed_below_its_menu(keys):
    shown = _shown(keys)
    for spec in SPECS:
        line = (plain(spec.text), keys_text(spec.keys))
        group = shown.get(plain(spec.menu.value), [])
        assert (line in group) == bool(spec.keys), spec.id
    assert ("Ctrl+Wheel", "Zoom") in [(b, a) for a, b in shown["Mouse in the recording view"]]
    assert "Help" in shown


def test_is_searched_by_what_is_done_by_key_and_by_menu(keys):
    line = keys.findChild(QLineEdit, "keysFilter")
    assert line.hasFocus()
    QTest.keyClicks(line, "GO start home")
    assert list(_shown(keys).values()) == [[("Go to the start", "Home")]]
    line.clear()
    QTest.keyClicks(line, "ctrl+n")
    assert ("New project", "Ctrl+N") in _shown(keys)["File"]
    assert "Playback" not in _shown(keys)
    line.clear()
    QTest.keyClicks(line, "no such thing")
    assert _shown(keys) == {}


def test_fits_a_small_screen_and_closes_by_key(keys, qtbot):
    assert keys.width() <= 1280
    assert keys.height() <= 800
    with qtbot.waitSignal(keys.destroyed):
        QTest.keyClick(keys, Qt.Key.Key_Escape)


def test_versions_can_be_copied(application, qtbot):
    loaded = set(sys.modules)
    dialog = AboutDialog()
    activate(qtbot, dialog)
    press(dialog, QPushButton, "aboutCopy")
    text = QGuiApplication.clipboard().text()
    dialog.close()
    for part in (__version__, qVersion(), "essentia 2", "tensorflow 2", "Preferences: /", "Log: /"):
        assert part in text
    assert "not installed" not in text
    new = set(sys.modules) - loaded
    assert not {"tensorflow", "essentia", "av", "soundfile", "sounddevice"} & new
