"""The library panel in a window of its own."""

from __future__ import annotations

import pytest


@pytest.fixture
def library_panel(session, qtbot):
    """The panel, shown, its actions enabled; `panel.opened` and `panel.said` tell what it did."""
    from PySide6.QtWidgets import QMainWindow

    from gui.actions import SPECS, Actions
    from gui.panels.library import LibraryPanel

    window = QMainWindow()
    actions = Actions(window)
    for spec in SPECS:
        actions[spec.id].setEnabled(True)
    panel = LibraryPanel(session, actions)
    panel.opened, panel.said = [], []
    session.recording_changed.connect(lambda r: panel.opened.append(r.name if r else None))
    session.said.connect(panel.said.append)
    window.setCentralWidget(panel)
    window.resize(700, 400)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    yield panel
    session.close()
    window.close()
    window.deleteLater()
