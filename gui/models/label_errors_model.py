"""Probable label errors as a table, surest first, with what has become of each."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, Qt

from gui.models.annotations_model import swatch
from gui.models.cells import LEFT, RIGHT, ROOT, AnyIndex, header_text
from gui.theme import class_color
from gui.views.time_text import time_text

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from core.label_errors import KeptLabelErrors
    from core.label_judgement import LabelError
    from gui.theme import PlotColors

RIGHT_VERDICT = "right"
IS_RIGHT = "label is right"
GONE = "\N{CHECK MARK} no longer annotated"


class Column(enum.IntEnum):
    """The columns, in their order."""

    RECORDING = 0
    START = 1
    LENGTH = 2
    ANNOTATED = 3
    SUGGESTED = 4
    SCORE = 5
    STATE = 6


_HEADERS = {
    Column.RECORDING: ("Recording", "Its path in the database"),
    Column.START: ("Start", "From the start of the recording"),
    Column.LENGTH: ("Length s", "Length in seconds"),
    Column.ANNOTATED: ("Annotated", "Class that it was annotated with when errors were looked for"),
    Column.SUGGESTED: ("Suggested", "Class that is more probable"),
    Column.SCORE: (
        "Score",
        "How sure: 1 less the probability of the annotated class, by models of other recordings",
    ),
    Column.STATE: ("Now", "What has become of it: corrected, or marked"),
}
_NUMBERS = (Column.START, Column.LENGTH, Column.SCORE)


class LabelErrorsModel(QAbstractTableModel):
    """Spans whose label is probably wrong; those whose label was called right only if wanted."""

    def __init__(self, colors: PlotColors, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._colors = colors
        self._kept: KeptLabelErrors | None = None
        self._shows_right = False
        self._rows: list[int] = []

    @property
    def kept(self) -> KeptLabelErrors | None:
        """What is shown."""
        return self._kept

    def show(self, kept: KeptLabelErrors | None, *, shows_right: bool = False) -> None:
        """Show others, or the same with other states."""
        self.beginResetModel()
        self._kept, self._shows_right = kept, shows_right
        verdicts = kept.verdicts if kept else ()
        self._rows = [k for k, v in enumerate(verdicts) if shows_right or v != RIGHT_VERDICT]
        self.endResetModel()

    def set_colors(self, colors: PlotColors) -> None:
        """Take the colours of the theme."""
        self._colors = colors
        if self._rows:
            last = self.index(len(self._rows) - 1, len(Column) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def place(self, row: int) -> int:
        """The place of a row's span in what was found."""
        return self._rows[row]

    def row_of(self, place: int) -> int:
        """The row of a span; -1 if it is not listed."""
        return self._rows.index(place) if place in self._rows else -1

    def rowCount(self, parent: AnyIndex = ROOT) -> int:
        """Spans that are listed."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: AnyIndex = ROOT) -> int:
        """One for each property."""
        return 0 if parent.isValid() else len(Column)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Name of a column, and what it means."""
        return header_text(tuple(_HEADERS.values()), section, orientation, role)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """A cell."""
        kept = self._kept
        if kept is None or not index.isValid() or index.row() >= len(self._rows):
            return None
        place, column = self._rows[index.row()], Column(index.column())
        span = kept.found.spans[place]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._state(kept, place) if column is Column.STATE else _text(span, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if column in _NUMBERS else LEFT
        if role == Qt.ItemDataRole.DecorationRole:
            names = {Column.ANNOTATED: span.annotated, Column.SUGGESTED: span.suggested}
            return self._swatch(kept, names[column]) if column in names else None
        if role == Qt.ItemDataRole.ToolTipRole and column is Column.RECORDING:
            return _readable(span.path)
        return None

    def _state(self, kept: KeptLabelErrors, place: int) -> str:
        now, verdict = kept.now[place], kept.verdicts[place]
        if now != kept.found.spans[place].annotated:
            return f"\N{CHECK MARK} now {now}" if now else GONE
        if verdict == RIGHT_VERDICT:
            return IS_RIGHT
        return f"marked {verdict}" if verdict else ""

    def _swatch(self, kept: KeptLabelErrors, name: str) -> object:
        classes = kept.found.classes
        return swatch(class_color(classes.index(name), len(classes), self._colors))


def _text(span: LabelError, column: Column) -> str:
    texts = {
        Column.RECORDING: _readable(span.path),
        Column.START: time_text(span.start_s, 3),
        Column.LENGTH: f"{span.end_s - span.start_s:.3f}",
        Column.ANNOTATED: span.annotated,
        Column.SUGGESTED: span.suggested,
        Column.SCORE: f"{span.score:.2f}",
    }
    return texts[column]


def _readable(name: str) -> str:
    return name.encode("utf-8", "replace").decode()
