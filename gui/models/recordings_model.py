"""The list of recordings as a table: a thin adapter over columns that are mapped from disk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication

from core.library import Recording
from core.recording_states import (
    LEFT_OUT,
    MISSING,
    REVIEWED,
    STATE_WORDS,
    TRANSCODED,
    state_ranks,
)
from gui.icons import icon

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QIcon

    from core.listing_files import ListingReader
    from core.recording_states import StatesReader

    Index = QModelIndex | QPersistentModelIndex

LONGEST_SHOWN = 200
"""Characters of a value that are drawn; the tool-tip has more."""

LONGEST_TIP = 2000
UNKNOWN = "…"
STATE_ICONS = (
    "missing",
    "missing",
    "left_out",
    "to_do",
    "transcoded",
    "fresh",
    "not_selected",
)
STATE_TIPS = (
    "The database has no usable path in this row.",
    "The file is not there.",
    "The pipeline left it out.",
    "The pipeline's query reads it; it is not transcoded yet.",
    "It is transcoded; features are not extracted yet.",
    "Features are extracted.",
    "It can be seen and heard; the pipeline's query does not read it.",
)


@dataclass(frozen=True)
class ListColumn:
    """A column: what it is called, explained by, and sorted by."""

    title: str
    tip: str
    order_by: str | int


_OURS = (
    ListColumn("State", "What became of the recording in the pipeline", "state"),
    ListColumn("Name", "Base name of the original file", "name"),
    ListColumn("Annotations", "Annotations that the table has of it", "annotations"),
    ListColumn("Errors", "Spans that the current model gets wrong", "errors"),
)
_REVIEWED = ListColumn("Reviewed", "Marked as reviewed in the database", "reviewed")


class RecordingsModel(QAbstractTableModel):
    """Recordings, all of them in the query's order or those of an index array."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reader: ListingReader | None = None
        self._states: StatesReader | None = None
        self._rows: NDArray[np.int32] | None = None
        self._n_rows = 0
        self._icons: list[QIcon] = []
        self.columns: tuple[ListColumn, ...] = _OURS
        self.refresh_icons()

    @property
    def n_listed(self) -> int:
        """Recordings of the list, shown or not."""
        return self._reader.n_rows if self._reader else 0

    def show_list(self, reader: ListingReader | None) -> None:
        """Show another list, all of it; nothing is known of its recordings yet."""
        self.beginResetModel()
        self._reader, self._states, self._rows = reader, None, None
        self._n_rows = reader.n_rows if reader else 0
        names = reader.meta.columns if reader else ()
        own = [
            ListColumn(name, f"{name}, as the database has it", k)
            for k, name in enumerate(names)
            if reader and name.lower() != reader.meta.reviewed.lower()
        ]
        reviewed = [_REVIEWED] if len(own) < len(names) else []
        self.columns = (*_OURS, *reviewed, *own)
        self.endResetModel()

    def show_rows(self, rows: NDArray[np.int32] | None) -> None:
        """Show these rows of the list, in this order; None: all, in the list's order."""
        self.beginResetModel()
        self._rows = rows
        self._n_rows = self.n_listed if rows is None else len(rows)
        self.endResetModel()

    def show_states(self, states: StatesReader | None) -> None:
        """Show what became of the recordings, as far as it is known."""
        self._states = states
        self._repaint()

    def grow(self) -> None:
        """Show what the list has more, unless only some rows are shown."""
        n_rows = self.n_listed
        if self._rows is None and n_rows > self._n_rows:
            self.beginInsertRows(QModelIndex(), self._n_rows, n_rows - 1)
            self._n_rows = n_rows
            self.endInsertRows()

    def refresh_icons(self) -> None:
        """Draw the icons in the colours of the palette as it is now."""
        self._icons = [icon(name) for name in STATE_ICONS]
        self._repaint()

    def listed_row(self, row: int) -> int:
        """Which row of the list is shown in a row."""
        return row if self._rows is None else int(self._rows[row])

    def shown_row(self, listed: int) -> int:
        """In which row a row of the list is shown; -1 if it is not."""
        if self._rows is None:
            return listed if 0 <= listed < self._n_rows else -1
        found = np.flatnonzero(self._rows == listed)
        return int(found[0]) if len(found) else -1

    def recording(self, listed: int) -> Recording | None:
        """The recording of a row of the list; None if it has no usable path."""
        reader = self._reader
        if reader is None or not (path := reader.text("located")[listed]):
            return None
        columns: dict[str, Any] = {
            name: reader.value(listed, k) for k, name in enumerate(reader.meta.columns)
        }
        return Recording(reader.text("path")[listed], Path(path), columns)

    def file_of(self, listed: int) -> Recording | None:
        """The same without the query's own columns, which take long to read for very many."""
        reader = self._reader
        if reader is None or not (path := reader.text("located")[listed]):
            return None
        return Recording(reader.text("path")[listed], Path(path))

    def path(self, listed: int) -> str:
        """Where the file of a row of the list is expected; empty if it has no usable path."""
        return self._reader.text("located")[listed] if self._reader else ""

    def database_path(self, listed: int) -> str:
        """What the database has as the path of a row of the list."""
        return self._reader.text("path")[listed] if self._reader else ""

    def is_missing(self, listed: int) -> bool:
        """Whether the file of a row of the list is known not to be there."""
        states = self._states
        return (
            states is not None and listed < states.n_rows and bool(states.flags[listed] & MISSING)
        )

    def rowCount(self, parent: Index | None = None) -> int:
        """Recordings that are shown."""
        return 0 if parent is not None and parent.isValid() else self._n_rows

    def columnCount(self, parent: Index | None = None) -> int:
        """Ours and the query's."""
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        """Titles and what they mean."""
        if orientation is Qt.Orientation.Vertical or not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{column.tip}. Click to sort; right-click to choose columns."
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """Texts, icons, alignment and tool-tips."""
        if not index.isValid() or self._reader is None or index.row() >= self._n_rows:
            return None
        reader, row = self._reader, self.listed_row(index.row())
        order_by = self.columns[index.column()].order_by
        result: Any = None
        if role == Qt.ItemDataRole.DisplayRole:
            result = self._text(reader, row, order_by)
        elif role == Qt.ItemDataRole.DecorationRole and order_by == "state":
            rank = self._state(row)
            result = None if rank is None else self._icons[rank]
        elif role == Qt.ItemDataRole.TextAlignmentRole:
            result = _alignment(reader, row, order_by)
        elif role == Qt.ItemDataRole.ToolTipRole:
            result = self._tip(reader, row, order_by)
        elif role == Qt.ItemDataRole.ForegroundRole and self.is_missing(row):
            # Paler where nothing can be heard; the state says it in words.
            result = QApplication.palette().color(QPalette.ColorRole.PlaceholderText)
        return result

    def _state(self, row: int) -> int | None:
        states = self._states
        if states is None or row >= states.n_rows:
            return None
        return int(state_ranks(states.flags[row : row + 1])[0])

    def _text(self, reader: ListingReader, row: int, order_by: str | int) -> str:
        states = self._states
        if isinstance(order_by, int):
            return _shown(reader.value(row, order_by))
        if order_by == "name":
            return _shown(reader.text("name")[row])
        if states is None or row >= states.n_rows:
            return UNKNOWN
        if order_by == "state":
            return STATE_WORDS[self._state(row) or 0]
        if order_by == "reviewed":
            return "\N{CHECK MARK}" if states.flags[row] & REVIEWED else ""
        count = int((states.annotations if order_by == "annotations" else states.errors)[row])
        return str(count) if count else ""

    def _tip(self, reader: ListingReader, row: int, order_by: str | int) -> str:
        if isinstance(order_by, int):
            value = reader.value(row, order_by)
            return _drawable(value[:LONGEST_TIP]) if isinstance(value, str) else ""
        lines = [self.path(row)]
        states, rank = self._states, self._state(row)
        if states is not None and rank is not None:
            lines.append(STATE_TIPS[rank])
            flags, reason = int(states.flags[row]), states.reasons[row]
            if flags & LEFT_OUT and reason:
                lines.append(reason)
            if flags & MISSING and flags & TRANSCODED:
                lines.append("It was transcoded while it was there.")
        return _drawable("\n".join(filter(None, lines)))

    def _repaint(self) -> None:
        if self._n_rows:
            last = self.index(self._n_rows - 1, len(self.columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)


def _alignment(reader: ListingReader, row: int, order_by: str | int) -> Qt.AlignmentFlag:
    is_number = order_by in {"annotations", "errors"}
    if isinstance(order_by, int):
        is_number = isinstance(reader.value(row, order_by), int | float)
    side = Qt.AlignmentFlag.AlignRight if is_number else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _shown(value: str | float | None) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.10g}"
    text = str(value)
    if len(text) > LONGEST_SHOWN:
        text = text[:LONGEST_SHOWN] + " …"
    # Bytes that are no text cannot be drawn, nor can a line's end in one line.
    return text if text.isprintable() else " ".join(_drawable(text).split())


def _drawable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
