"""Which columns of a table are shown: chosen by a right click on their names, and remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMenu

from gui.preferences import preferences

if TYPE_CHECKING:
    from collections.abc import Collection

    from PySide6.QtCore import QPoint
    from PySide6.QtWidgets import QTableView


class ColumnChoice(QObject):
    """Shows and hides the columns of a table that has its model.

    Parameters
    ----------
    table : QTableView
        The table.
    key : str
        Under which the hidden ones are remembered, by their titles.
    hidden : collection of int
        Those that are hidden until the user says something else.
    kept : int
        The one without which a row cannot be told.
    """

    def __init__(
        self, table: QTableView, *, key: str, hidden: Collection[int] = (), kept: int = 0
    ) -> None:
        super().__init__(table)
        self._table, self._key, self._kept = table, key, kept
        known = preferences().value(key)
        titles = [self._title(k) for k in hidden] if known is None else str(known).split("\n")
        for k in range(table.model().columnCount()):
            table.setColumnHidden(k, k != kept and self._title(k) in titles)
        header = table.horizontalHeader()
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self.show_menu)

    def show_menu(self, position: QPoint) -> QMenu:
        """Offer the columns."""
        menu = QMenu(self._table)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setObjectName("columnsMenu")
        for k in range(self._table.model().columnCount()):
            action = menu.addAction(self._title(k))
            action.setCheckable(True)
            action.setChecked(not self._table.isColumnHidden(k))
            action.setEnabled(k != self._kept)
            action.toggled.connect(lambda on, k=k: self.show_column(k, shown=on))
        menu.popup(self._table.horizontalHeader().mapToGlobal(position))
        return menu

    def show_column(self, column: int, *, shown: bool) -> None:
        """Show a column, or hide it, from now on."""
        table = self._table
        table.setColumnHidden(column, not shown)
        if shown:
            table.resizeColumnToContents(column)
        n_columns = table.model().columnCount()
        hidden = [self._title(k) for k in range(n_columns) if table.isColumnHidden(k)]
        preferences().setValue(self._key, "\n".join(hidden))

    def _title(self, column: int) -> str:
        return str(self._table.model().headerData(column, Qt.Orientation.Horizontal))
