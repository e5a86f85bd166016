from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QMainWindow, QPushButton, QSlider, QVBoxLayout, QWidget

from gui.own_keys import OwnKeys


@pytest.fixture
def window(application, qtbot):
    """A button, a slider and a box in a window that has Space, L, Left and Ctrl+L as its keys."""
    window = QMainWindow()
    page = QWidget()
    layout = QVBoxLayout(page)
    window.parts = {
        "button": QPushButton("Run"),
        "slider": QSlider(Qt.Orientation.Horizontal),
        "box": QComboBox(),
    }
    for part in window.parts.values():
        layout.addWidget(part)
    window.parts["box"].addItems(["all", "loud", "late"])
    window.parts["slider"].setValue(50)
    window.setCentralWidget(page)
    window.heard = []
    for key in ("Space", "L", "Left", "Ctrl+L", "Return", "F1"):
        action = QAction(window)
        action.setShortcut(key)
        action.triggered.connect(lambda _on=False, key=key: window.heard.append(key))
        window.addAction(action)
    window.keys = OwnKeys(window)
    window.keys.watch(window)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    return window


def test_space_and_return_press_the_button(window, qtbot):
    button, pressed = window.parts["button"], []
    button.clicked.connect(lambda: pressed.append(True))
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Space)
    qtbot.keyClick(button, Qt.Key.Key_Return)
    assert len(pressed) == 2
    assert window.heard == []
    qtbot.keyClick(button, Qt.Key.Key_L)
    assert window.heard == ["L"]


def test_arrows_move_the_slider_and_space_is_the_windows(window, qtbot):
    slider = window.parts["slider"]
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Left)
    assert slider.value() < 50
    qtbot.keyClick(slider, Qt.Key.Key_Space)
    assert window.heard == ["Space"]


def test_letters_choose_from_the_box_but_not_with_control(window, qtbot):
    box = window.parts["box"]
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_L)
    assert box.currentText() == "loud"
    assert window.heard == []
    qtbot.keyClick(box, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(box, Qt.Key.Key_F1)
    assert window.heard == ["Ctrl+L", "F1"]
