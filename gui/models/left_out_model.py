"""What the stages went on without, grouped by stage."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt

from gui.models.cells import ROOT, AnyIndex

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from PySide6.QtCore import QObject

    from core.left_out import LeftOut


COLUMNS = ("Left out", "Why")
WHAT, WHY = range(2)


@dataclass
class _Group:
    """What a stage left out, and which of it is shown, in which order."""

    stage: str
    title: str
    items: Sequence[LeftOut]
    n_all: int
    texts: list[str]
    shown: list[int] = field(default_factory=list[int])


class LeftOutModel(QAbstractItemModel):
    """A tree of two levels: stages, and below each what it left out; filters and sorts itself."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: list[_Group] = []
        self._groups: list[_Group] = []
        self._needle = ""
        self._order: tuple[int, Qt.SortOrder] | None = None

    @property
    def n_all(self) -> int:
        """How much was left out by all stages."""
        return sum(group.n_all for group in self._all)

    @property
    def n_shown(self) -> int:
        """How much of it passes the filter."""
        return sum(len(group.shown) for group in self._groups)

    def show(self, stages: Iterable[tuple[str, str, Sequence[LeftOut], int]]) -> None:
        """Show other stages: of each id, title, what it left out, and how much in all."""
        self._all = [
            _Group(stage, title, items, n, [f"{i.name}\0{i.reason}".casefold() for i in items])
            for stage, title, items, n in stages
            if n
        ]
        self._refresh()

    def set_filter(self, text: str) -> None:
        """Show only what has all these words, in its name or its reason."""
        if text.casefold() != self._needle:
            self._needle = text.casefold()
            self._refresh()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort within each stage; a negative column brings back the order of the run."""
        wanted = (column, order) if column >= 0 else None
        if wanted != self._order:
            self._order = wanted
            self._refresh()

    def left_out(self, index: AnyIndex) -> LeftOut | None:
        """What stands in a row; None for a stage."""
        if not index.isValid() or not index.internalId():
            return None
        group = self._groups[index.internalId() - 1]
        return group.items[group.shown[index.row()]]

    def as_text(self, indexes: Iterable[AnyIndex] | None = None) -> str:
        """Rows as lines with tabs, for a spreadsheet; all that are shown if none are given."""
        chosen = None if indexes is None else {(i.internalId() - 1, i.row()) for i in indexes}
        lines: list[str] = []
        for g, group in enumerate(self._groups):
            for row, k in enumerate(group.shown):
                if chosen is None or (g, row) in chosen or (-1, g) in chosen:
                    item = group.items[k]
                    lines.append(f"{group.stage}\t{item.name}\t{item.reason}")
        return "\n".join(lines)

    def index(self, row: int, column: int, parent: AnyIndex = ROOT) -> QModelIndex:
        """A stage has the id 0, what it left out its stage's place from 1."""
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, parent.row() + 1 if parent.isValid() else 0)

    def parent(self, index: AnyIndex = ROOT) -> Any:  # noqa: ANN401  Qt has another of that name
        """The stage of a row."""
        if not index.isValid() or not index.internalId():
            return QModelIndex()
        return self.createIndex(index.internalId() - 1, 0, 0)

    def rowCount(self, parent: AnyIndex = ROOT) -> int:
        """Stages, or what one left out."""
        if not parent.isValid():
            return len(self._groups)
        if parent.internalId() or parent.column():
            return 0
        return len(self._groups[parent.row()].shown)

    def columnCount(self, parent: AnyIndex = ROOT) -> int:  # noqa: ARG002  the same for all
        """Name and reason."""
        return len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:  # noqa: ANN401
        """Names of the columns."""
        is_title = orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return COLUMNS[section] if is_title and 0 <= section < len(COLUMNS) else None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """The texts."""
        if not index.isValid():
            return None
        item = self.left_out(index)
        if item is None:
            return self._of_stage(index.row(), index.column(), role)
        if role == Qt.ItemDataRole.DisplayRole:
            return _printable(item.name if index.column() == WHAT else item.reason)
        if role == Qt.ItemDataRole.ToolTipRole:
            return _printable(f"{item.name}\n{item.reason}\nEnter opens the recording.")
        return None

    def _of_stage(self, row: int, column: int, role: int) -> str | None:
        if role != Qt.ItemDataRole.DisplayRole or column != WHAT:
            return None
        group = self._groups[row]
        n_listed = len(group.shown)
        count = (
            f"{group.n_all:,}" if n_listed == group.n_all else f"{n_listed:,} of {group.n_all:,}"
        )
        return f"{group.title}: {count}"

    def _refresh(self) -> None:
        self.beginResetModel()
        words = self._needle.split()
        for group in self._all:
            found = enumerate(group.texts)
            group.shown = [k for k, text in found if all(word in text for word in words)]
            if self._order is not None:
                column, order = self._order
                group.shown.sort(
                    key=lambda k: group.texts[k].split("\0", 1)[column],
                    reverse=order is Qt.SortOrder.DescendingOrder,
                )
        self._groups = [group for group in self._all if group.shown]
        self.endResetModel()


def _printable(text: str) -> str:
    """A name may be of any bytes; Qt's texts are Unicode."""
    return text.encode("utf-8", "backslashreplace").decode()
