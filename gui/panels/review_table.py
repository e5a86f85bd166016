"""The list of errors: what its columns have room for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTableView

from gui.models.error_spans_model import Column
from gui.table_rows import show_as_rows

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from gui.models.error_spans_model import ErrorSpansModel

SAMPLES = {
    Column.START: "00:00.000",
    Column.LENGTH: "Length s",
    Column.ANNOTATED: "inaudible",
    Column.PREDICTED: "inaudible",
    Column.SCORE: "Score",
    Column.EDGE: "Edge s",
    Column.MARK: "unsure",
    Column.STATE: "relabelled",
}
"""Texts that the columns have room for; the recording's name has the rest."""

ROOM_PX = 8
RECORDING_PX = 100
SWATCH_PX = 18


class ErrorsTable(QTableView):
    """The list of errors."""

    def __init__(self, model: ErrorSpansModel) -> None:
        super().__init__()
        self.setObjectName("errorsTable")
        self.setAccessibleName("Errors")
        self.setModel(model)
        show_as_rows(self)
        columns = self.horizontalHeader()
        columns.setSortIndicatorClearable(True)
        columns.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        columns.setMinimumSectionSize(30)
        # Where there is little room, what one comes for is in view without scrolling.
        for place, column in enumerate((Column.STATE, Column.MARK), start=1):
            columns.moveSection(columns.visualIndex(column), place)
        for column in (Column.LENGTH, Column.EDGE):
            columns.moveSection(columns.visualIndex(column), len(Column) - 1)
        self.setSortingEnabled(True)
        for k, sample in SAMPLES.items():
            swatch_px = SWATCH_PX if k in {Column.ANNOTATED, Column.PREDICTED} else 0
            width = self.fontMetrics().horizontalAdvance(sample) + ROOM_PX + swatch_px
            self.setColumnWidth(k, width)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Names have what is left, and where that is too little, what they need."""
        super().resizeEvent(event)
        left_px = self.viewport().width() - sum(self.columnWidth(k) for k in SAMPLES)
        modes = QHeaderView.ResizeMode
        mode = modes.Stretch if left_px >= RECORDING_PX else modes.Interactive
        if self.horizontalHeader().sectionResizeMode(Column.RECORDING) != mode:
            self.horizontalHeader().setSectionResizeMode(Column.RECORDING, mode)
            if mode == modes.Interactive:
                self.setColumnWidth(Column.RECORDING, RECORDING_PX)

    def keyboardSearch(self, _search: str) -> None:
        """Typing finds nothing here: Qt would look at every row."""
