"""What the models of tables share: how a cell stands, and what its column's header says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt

if TYPE_CHECKING:
    from collections.abc import Sequence

AnyIndex = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
NOTHING = "\N{EN DASH}"
"""Stands where something cannot be said."""


def header_text(
    headers: Sequence[tuple[str, str]], section: int, orientation: Qt.Orientation, role: int
) -> str | None:
    """Name of a column, or as a tool-tip what it means."""
    if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(headers):
        return None
    name, tip = headers[section]
    texts = {Qt.ItemDataRole.DisplayRole: name, Qt.ItemDataRole.ToolTipRole: tip}
    return texts.get(Qt.ItemDataRole(role))
