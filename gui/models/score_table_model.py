"""Rows of names and numbers that sort by their value; what cannot be said comes last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, Qt

from gui.models.cells import NOTHING, ROOT, AnyIndex, header_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QObject


@dataclass(frozen=True)
class ScoreColumn:
    """A column: its title, what it means, and whether it is a share of frames."""

    title: str
    tip: str
    is_percent: bool = False


class ScoreTableModel(QAbstractTableModel):
    """A table of texts, counts (int) and scores (float); None is a dash."""

    def __init__(self, columns: Sequence[ScoreColumn], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._given: list[tuple[Any, ...]] = []
        self._rows: list[tuple[Any, ...]] = []
        self._order: tuple[int, Qt.SortOrder] | None = None

    def show(self, rows: Sequence[tuple[Any, ...]], *, columns: Sequence[ScoreColumn] = ()) -> None:
        """Show other rows, sorted as before; under other columns, if any are given."""
        self.beginResetModel()
        if columns:
            self.columns = tuple(columns)
        self._given = list(rows)
        self._arrange()
        self.endResetModel()

    def row(self, row: int) -> tuple[Any, ...]:
        """The values of a row."""
        return self._rows[row]

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort; a negative column brings back the order that the rows came in."""
        self.beginResetModel()
        self._order = (column, order) if column >= 0 else None
        self._arrange()
        self.endResetModel()

    def as_text(self) -> str:
        """Everything as lines with tabs, for a spreadsheet."""
        lines = [[column.title for column in self.columns]]
        lines += [["" if v is None else str(v) for v in row] for row in self._rows]
        return "\n".join("\t".join(line) for line in lines)

    def rowCount(self, parent: AnyIndex = ROOT) -> int:
        """All rows."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: AnyIndex = ROOT) -> int:
        """All columns."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """The value in words, and as it is under the user's role."""
        if not index.isValid():
            return None
        value, column = self._rows[index.row()][index.column()], self.columns[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _text(value, is_percent=column.is_percent)
            case Qt.ItemDataRole.UserRole:
                return value
            case Qt.ItemDataRole.TextAlignmentRole:
                sides = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
                return sides[not isinstance(value, str)] | Qt.AlignmentFlag.AlignVCenter
            case Qt.ItemDataRole.ToolTipRole:
                return _text(value) if isinstance(value, str) else None
            case _:
                return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:  # noqa: ANN401
        """The titles, and what they mean."""
        headers = [(column.title, column.tip) for column in self.columns]
        return header_text(headers, section, orientation, role)

    def _arrange(self) -> None:
        self._rows = list(self._given)
        if self._order is None or self._order[0] >= len(self.columns):
            return
        column, order = self._order
        said = [row for row in self._rows if row[column] is not None]
        unsaid = [row for row in self._rows if row[column] is None]
        said.sort(key=lambda row: row[column], reverse=order is Qt.SortOrder.DescendingOrder)
        self._rows = said + unsaid


def _text(value: object, *, is_percent: bool = False) -> str:
    if value is None:
        return NOTHING
    if isinstance(value, float):
        return f"{100 * value:.1f} %" if is_percent else f"{value:.3f}"
    if isinstance(value, int):
        return f"{value:,}"
    # A name may be of any bytes; Qt's texts are Unicode.
    return str(value).encode("utf-8", "backslashreplace").decode()
