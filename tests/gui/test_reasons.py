from __future__ import annotations

from PySide6.QtWidgets import QPushButton

from gui.reasons import enable


def test_what_is_disabled_says_why_below_its_tip(application, qtbot):
    button = QPushButton("Run")
    qtbot.addWidget(button)
    enable(button, "Run it", "Open a project first.")
    assert not button.isEnabled()
    assert button.toolTip() == "Run it\nOpen a project first."
    enable(button, "Run it")
    assert button.isEnabled()
    assert button.toolTip() == "Run it"
