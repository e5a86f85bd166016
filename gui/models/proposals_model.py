"""Proposals as a table: when, how long, which class, how sure the run is of it."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt

from gui.models.annotations_model import swatch
from gui.models.cells import LEFT, RIGHT, AnyIndex, header_text
from gui.theme import class_color

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtCore import QObject
    from PySide6.QtGui import QPixmap

    from core.proposals import Intervals
    from gui.theme import PlotColors


class Column(enum.IntEnum):
    """The columns, in their order."""

    CLASS = 0
    SCORE = 1
    START = 2
    DURATION = 3


_HEADERS = (
    ("Class", "Class that the run predicts"),
    ("Score", "Mean probability of the class over what is predicted, 0 to 1"),
    ("Start s", "Start in seconds from the start of the recording"),
    ("Length s", "Length in seconds"),
)


class ProposalsModel(QAbstractTableModel):
    """Proposals in an order of the user's choice, by their start until then."""

    def __init__(self, colors: PlotColors, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._colors = colors
        self._proposals: Intervals | None = None
        self._order: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self._rows: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self._sorted_by: tuple[int, Qt.SortOrder] = (Column.START, Qt.SortOrder.AscendingOrder)
        self._swatches: list[QPixmap] = []

    def show(self, proposals: Intervals) -> None:
        """Show others, sorted as the last ones were."""
        if proposals is self._proposals:
            return
        self.beginResetModel()
        self._proposals = proposals
        self._draw_swatches()
        self._arrange()
        self.endResetModel()

    def set_colors(self, colors: PlotColors) -> None:
        """Take the colours of the theme."""
        self._colors = colors
        self._draw_swatches()
        if len(self._order):
            last = self.index(len(self._order) - 1, Column.CLASS)
            role = Qt.ItemDataRole.DecorationRole
            self.dataChanged.emit(self.index(0, Column.CLASS), last, [role])

    def place(self, row: int) -> int:
        """Which proposal stands in a row: its place in the order of time."""
        return int(self._order[row])

    def row_of(self, place: int) -> int:
        """Where a proposal stands; -1 if nowhere."""
        return int(self._rows[place]) if 0 <= place < len(self._rows) else -1

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008  as Qt has it
        """One row for each proposal."""
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008  as Qt has it
        """What is said of each."""
        return 0 if parent.isValid() else len(Column)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Name of a column, and what it means."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return LEFT if section == Column.CLASS else Qt.AlignmentFlag.AlignCenter
        return header_text(_HEADERS, section, orientation, role)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A cell."""
        if not index.isValid() or self._proposals is None:
            return None
        place, column = int(self._order[index.row()]), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(self._proposals, place, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return LEFT if column == Column.CLASS else RIGHT
        if role == Qt.ItemDataRole.DecorationRole and column == Column.CLASS:
            return self._swatches[self._proposals.targets[place]]
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; equals stay by their start."""
        if not 0 <= column < len(Column):
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        places = [(int(self._order[i.row()]), i.column()) for i in before]
        self._sorted_by = (column, order)
        self._arrange()
        after = [self.index(int(self._rows[place]), c) for place, c in places]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _arrange(self) -> None:
        proposals = self._proposals
        if proposals is None:
            return
        column, order = self._sorted_by
        key = {
            Column.CLASS: proposals.targets,
            Column.SCORE: proposals.scores,
            Column.START: proposals.start_s,
            Column.DURATION: proposals.end_s - proposals.start_s,
        }[Column(column)]
        sign = -1 if order == Qt.SortOrder.DescendingOrder else 1
        self._order = np.argsort(sign * key, kind="stable")
        self._rows = np.empty_like(self._order)
        self._rows[self._order] = np.arange(len(self._order))

    def _text(self, proposals: Intervals, place: int, column: int) -> str:
        one = proposals[place]
        return {
            Column.CLASS: one.label,
            Column.SCORE: f"{one.score:.3f}",
            Column.START: f"{one.start_s:.3f}",
            Column.DURATION: f"{one.end_s - one.start_s:.3f}",
        }[Column(column)]

    def _draw_swatches(self) -> None:
        n_classes = len(self._proposals.classes) if self._proposals is not None else 0
        self._swatches = [swatch(class_color(k, n_classes, self._colors)) for k in range(n_classes)]
