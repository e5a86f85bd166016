from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from gui.models.cells import header_text

HEADERS = [("Start", "From the start of the recording"), ("End", "Where it ends")]
ROLES = Qt.ItemDataRole


@pytest.mark.parametrize(
    ("section", "role", "expected"),
    [
        (0, ROLES.DisplayRole, "Start"),
        (1, ROLES.ToolTipRole, "Where it ends"),
        (1, ROLES.DecorationRole, None),
        (2, ROLES.DisplayRole, None),
        (-1, ROLES.DisplayRole, None),
    ],
)
def test_a_column_has_a_name_and_a_tip(section, role, expected):
    assert header_text(HEADERS, section, Qt.Orientation.Horizontal, role) == expected


def test_rows_have_no_headers():
    assert header_text(HEADERS, 0, Qt.Orientation.Vertical, ROLES.DisplayRole) is None
