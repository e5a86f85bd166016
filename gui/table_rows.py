"""What every table of the window looks like: whole rows, all of one height."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QAbstractItemView, QHeaderView

if TYPE_CHECKING:
    from PySide6.QtWidgets import QTableView

ROOM_PX = 6


def show_as_rows(table: QTableView, *, several: bool = False) -> None:
    """Have a table show, and have chosen, whole rows; one at a time, or several."""
    modes = QAbstractItemView.SelectionMode
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(modes.ExtendedSelection if several else modes.SingleSelection)
    table.setAlternatingRowColors(True)
    table.setShowGrid(False)
    table.setWordWrap(False)
    # Tab goes on to what comes after the table.
    table.setTabKeyNavigation(False)
    rows = table.verticalHeader()
    rows.hide()
    # Rows of one height: a million need not be measured.
    rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    rows.setDefaultSectionSize(table.fontMetrics().height() + ROOM_PX)
    table.horizontalHeader().setHighlightSections(False)
