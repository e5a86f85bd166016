from __future__ import annotations

import pytest
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from gui.panel_focus import go_to_panel


@pytest.fixture
def panels(application, qtbot):
    """A window of three panels; the one in the middle can have no focus."""
    window = QWidget()
    layout = QHBoxLayout(window)
    made = {}
    for name, is_enabled in (("first", True), ("second", False), ("third", True)):
        panel = QWidget()
        inside = QHBoxLayout(panel)
        for field in ("other", name):
            edit = QLineEdit()
            edit.setObjectName(field)
            inside.addWidget(edit)
        panel.setEnabled(is_enabled)
        layout.addWidget(panel)
        made[panel] = name
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    return window, made


@pytest.mark.parametrize(
    ("step", "expected"), [(1, ["first", "third", "first"]), (-1, ["first", "third", "first"])]
)
def test_it_goes_round_by_what_is_named_and_passes_over_what_cannot(panels, step, expected):
    window, made = panels
    brought, seen = [], []
    # As if the last of them had the focus, or the first.
    list(made)[2].findChildren(QLineEdit)[0].setFocus()
    for _ in range(3):
        go_to_panel(made, step, bring_forward=brought.append)
        seen.append(window.focusWidget().objectName())
    assert seen == expected
    assert [made[panel] for panel in brought] == expected


def test_where_nothing_can_have_the_focus_nothing_happens(panels):
    _window, made = panels
    for panel in made:
        panel.setEnabled(False)
    go_to_panel(made, 1, bring_forward=lambda _panel: pytest.fail("nothing to bring"))
