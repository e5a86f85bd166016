"""What to annotate next, a recording in each row, the most uncertain first."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, Qt

from gui.models.cells import LEFT, RIGHT, ROOT, AnyIndex, header_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QObject

    from core.annotation_queue import QueueRow

SHARE_ROLE = Qt.ItemDataRole.UserRole
"""How full the bar of a cell is, 0 to 1; None where there is no bar."""

SHORTEST_SHARE = 0.005
"""What rounds to nothing is not expected."""

MINUTE_S = 60


UNCERTAINTY_TIP = (
    "How little the likeliest class is ahead of the next one, in the mean of the most uncertain "
    "5 s: 0 the model is sure, 1 it is undecided"
)


class Column(enum.IntEnum):
    """The columns, in their order."""

    RECORDING = 0
    UNCERTAINTY = 1
    PLACE = 2
    LENGTH = 3
    EXPECTED = 4


_HEADERS = {
    Column.RECORDING: ("Recording", "Its path in the database"),
    Column.UNCERTAINTY: ("Uncertainty", UNCERTAINTY_TIP),
    Column.PLACE: ("Most uncertain at", "The 5 s that the model is the least sure of"),
    Column.LENGTH: ("Length", "Of the recording, in minutes and seconds"),
    Column.EXPECTED: ("Expected", "The share of its frames that the model gives each class"),
}
_RIGHT_ALIGNED = {Column.UNCERTAINTY, Column.PLACE, Column.LENGTH}


class QueueModel(QAbstractTableModel):
    """Recordings that are to be annotated, in the order that core gives."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[QueueRow, ...] = ()
        self._places: dict[str, int] = {}

    def show(self, rows: Sequence[QueueRow]) -> None:
        """Show other recordings."""
        self.beginResetModel()
        self._rows = tuple(rows)
        self._places = {row.recording: k for k, row in enumerate(self._rows)}
        self.endResetModel()

    def item(self, row: int) -> QueueRow:
        """What a row is about."""
        return self._rows[row]

    def row_of(self, recording: str) -> int:
        """The row of a recording, or -1."""
        return self._places.get(recording, -1)

    def rowCount(self, parent: AnyIndex = ROOT) -> int:
        """One row for each recording."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: AnyIndex = ROOT) -> int:
        """One column for each property."""
        return 0 if parent.isValid() else len(Column)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Name of a column, and what it means."""
        return header_text(tuple(_HEADERS.values()), section, orientation, role)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A cell."""
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], Column(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return _text(row, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if column in _RIGHT_ALIGNED else LEFT
        if role == Qt.ItemDataRole.ToolTipRole:
            tips = {Column.RECORDING: row.recording, Column.EXPECTED: _expected(row)}
            return tips.get(column)
        if role == SHARE_ROLE and column is Column.UNCERTAINTY:
            return row.uncertainty
        return None


def _text(row: QueueRow, column: Column) -> str:
    texts = {
        Column.RECORDING: row.recording,
        Column.UNCERTAINTY: f"{row.uncertainty:.2f}",
        Column.PLACE: f"{_clock(row.start_s)} \N{EN DASH} {_clock(row.end_s)}",
        Column.LENGTH: _clock(row.length_s),
        Column.EXPECTED: _expected(row),
    }
    return texts[column]


def _expected(row: QueueRow) -> str:
    shares = ((name, share) for name, share in row.expected.items() if share >= SHORTEST_SHARE)
    return ", ".join(f"{name} {100 * share:.0f} %" for name, share in shares)


def _clock(time_s: float) -> str:
    """Minutes and seconds, such as ``1:05.3``."""
    tenths = round(10 * time_s)
    minutes, tenths = divmod(tenths, 10 * MINUTE_S)
    return f"{minutes}:{tenths / 10:04.1f}"
