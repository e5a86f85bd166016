"""A table of scores: sorted by a click on a column, copied as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from gui.models.score_table_model import ScoreColumn, ScoreTableModel
from gui.table_rows import show_as_rows

if TYPE_CHECKING:
    from collections.abc import Sequence


class ScoreTable(QTableView):
    """Shows rows of one kind; a double click, or Enter, tells the row."""

    row_opened = Signal(object)
    """The values of the row."""

    def __init__(
        self, name: str, columns: Sequence[ScoreColumn], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._model = ScoreTableModel(columns, self)
        self.setModel(self._model)
        show_as_rows(self)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(True)
        self.setCornerButtonEnabled(False)
        header = self.horizontalHeader()
        header.setSortIndicatorClearable(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setResizeContentsPrecision(50)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.setSortingEnabled(True)
        self.activated.connect(lambda index: self.row_opened.emit(self._model.row(index.row())))
        copy = QAction("Copy all", self)
        copy.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(self.scores.as_text()))
        self.addAction(copy)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    @property
    def scores(self) -> ScoreTableModel:
        """What is shown."""
        return self._model

    def show_rows(
        self, rows: Sequence[tuple[Any, ...]], *, columns: Sequence[ScoreColumn] = ()
    ) -> None:
        """Show other rows."""
        self._model.show(rows, columns=columns)
