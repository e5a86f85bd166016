"""Why something cannot be done now, said where it would be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QWidget


def enable(what: QAction | QWidget, tip: str, why_not: str = "") -> None:
    """Enable something with its tip; or disable it, with the reason below the tip."""
    what.setEnabled(not why_not)
    what.setToolTip(f"{tip}\n{why_not}" if why_not else tip)
