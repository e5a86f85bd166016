"""Error spans as a table over columns: only what is in view becomes text."""

from __future__ import annotations

import enum
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, Qt

from core.review_marks import UNMARKED, verdicts_of
from core.review_rows import ORDERS, WantedErrors, find_errors, sort_errors
from core.review_states import (
    ANOTHER,
    STATES,
    changed_frames,
    is_changed,
    progress_in_words,
    states_of,
)
from gui.models.cells import LEFT, NOTHING, RIGHT, ROOT, AnyIndex, header_text
from gui.swatch import swatch
from gui.theme import class_color
from gui.views.time_text import time_text

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtCore import QObject
    from PySide6.QtGui import QPixmap

    from core.project_store import Mark
    from core.review import Review
    from gui.theme import PlotColors


class Column(enum.IntEnum):
    """The columns, in the order of `ORDERS` behind "worst"."""

    RECORDING = 0
    START = 1
    LENGTH = 2
    ANNOTATED = 3
    PREDICTED = 4
    SCORE = 5
    EDGE = 6
    MARK = 7
    STATE = 8


STATE_TIP = (
    "By what is annotated there now: the same (open; confirmed, where that is marked as right), "
    "what the model said (corrected), another class (relabelled), nothing (removed)"
)
_HEADERS = {
    Column.RECORDING: ("Recording", "Its name in tables"),
    Column.START: ("Start", "From the start of the recording"),
    Column.LENGTH: ("Length s", "Length in seconds"),
    Column.ANNOTATED: ("Annotated", "Class of the annotation"),
    Column.PREDICTED: ("Predicted", "Class that the model gave it"),
    Column.SCORE: ("Score", "Mean probability of the predicted class, 0 to 1"),
    Column.EDGE: (
        "Edge s",
        "How far from the nearest edge of an annotation its farthest frame is, in seconds",
    ),
    Column.MARK: ("Label", "What you think of the label; a note is shown here, too"),
    Column.STATE: ("State", STATE_TIP),
}

_ROLES = frozenset(
    {
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.TextAlignmentRole,
        Qt.ItemDataRole.DecorationRole,
        Qt.ItemDataRole.ToolTipRole,
    }
)


class ErrorSpansModel(QAbstractTableModel):
    """Those errors of a review that are wanted, worst first or sorted by a column."""

    def __init__(self, colors: PlotColors, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._colors = colors
        self._review: Review | None = None
        self._wanted = WantedErrors()
        self._order: tuple[str, bool] = ("worst", True)
        self._rows: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self._states: NDArray[np.int8] = np.empty(0, dtype=np.int8)
        self._swatches: list[QPixmap] = []

    @property
    def review(self) -> Review | None:
        """What the errors are of."""
        return self._review

    @property
    def n_frames(self) -> int:
        """Frames of all errors that are shown."""
        return int(self._review.errors.n_frames[self._rows].sum()) if self._review else 0

    @property
    def progress(self) -> str:
        """How many of those were looked at that the filters ask for, open or not."""
        if self._review is None:
            return ""
        rows = find_errors(self._review, replace(self._wanted, open_only=False))
        return progress_in_words(self._states[rows], verdicts_of(self._review)[rows])

    @property
    def changed_frames(self) -> NDArray[np.int64]:
        """By side and cell of the matrix, the frames that have another label now."""
        if self._review is None:
            return np.empty((2, 0, 0), dtype=np.int64)
        return changed_frames(self._review, self._states)

    def show(self, review: Review | None) -> None:
        """Show another review, filtered and sorted as the last one was."""
        self.beginResetModel()
        self._take(review)
        self._draw_swatches()
        self._choose()
        self.endResetModel()

    def show_marks(self, review: Review) -> None:
        """Show the same errors with other marks and states; what is listed stays, to go on with."""
        self._take(review)
        self._repaint()

    def want(self, wanted: WantedErrors) -> None:
        """Show other errors."""
        self._wanted = wanted
        self.beginResetModel()
        self._choose()
        self.endResetModel()

    def set_colors(self, colors: PlotColors) -> None:
        """Take the colours of the theme."""
        self._colors = colors
        self._draw_swatches()
        self._repaint()

    def error(self, row: int) -> int:
        """The place in the review of the error in a row."""
        return int(self._rows[row])

    def row_of(self, error: int) -> int:
        """The row of an error; -1 if it is not shown."""
        found = np.flatnonzero(self._rows == error)
        return int(found[0]) if len(found) else -1

    def mark(self, error: int) -> Mark | None:
        """The mark of an error."""
        review = self._review
        if review is None or (place := int(review.mark_of[error])) == UNMARKED:
            return None
        return review.marks[place]

    def rowCount(self, parent: AnyIndex = ROOT) -> int:
        """Errors that are shown."""
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
        # Of each cell Qt asks for seven roles, and time is what scrolling has none of.
        review = self._review
        is_asked = role in _ROLES and review is not None and index.isValid()
        if not is_asked or review is None or index.row() >= len(self._rows):
            return None
        error, column = int(self._rows[index.row()]), Column(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(review, error, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            numbers = (Column.START, Column.LENGTH, Column.SCORE, Column.EDGE)
            return RIGHT if column in numbers else LEFT
        if role == Qt.ItemDataRole.DecorationRole:
            return self._decoration(review, error, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(review, error, column)
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; -1 brings the worst first."""
        if not -1 <= column < len(Column):
            return
        descending = column < 0 or order == Qt.SortOrder.DescendingOrder
        self._order = (ORDERS[column + 1], descending)
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        keys = [(int(self._rows[i.row()]), i.column()) for i in before]
        self._choose()
        after = [self.index(self.row_of(error), c) for error, c in keys]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _take(self, review: Review | None) -> None:
        self._review = review
        self._states = np.empty(0, dtype=np.int8) if review is None else states_of(review)

    def _choose(self) -> None:
        review = self._review
        if review is None:
            self._rows = np.empty(0, dtype=np.int64)
            return
        rows = find_errors(review, self._wanted)
        order_by, descending = self._order
        if order_by != ORDERS[0]:
            rows = sort_errors(review, rows, order_by, descending=descending)
        self._rows = rows

    def _text(self, review: Review, error: int, column: Column) -> str:
        errors, keys = review.errors, review.keys
        match column:
            case Column.RECORDING:
                name = keys.recordings[int(errors.recording[error])]
                text = name.encode("utf-8", "replace").decode()
            case Column.START:
                text = time_text(float(review.start_s[error]), 3)
            case Column.LENGTH:
                text = f"{float(review.end_s[error] - review.start_s[error]):.3f}"
            case Column.ANNOTATED | Column.PREDICTED:
                classes = errors.annotated if column == Column.ANNOTATED else errors.predicted
                text = keys.classes[int(classes[error])]
            case Column.SCORE:
                text = f"{float(errors.score[error]):.2f}"
            case Column.EDGE:
                edge_s = float(review.edge_s[error])
                text = f"{edge_s:.3f}" if np.isfinite(edge_s) else NOTHING
            case Column.STATE:
                text = STATES[int(self._states[error])]
            case _:
                mark = self.mark(error)
                text = mark.verdict if mark else ""
        return text

    def _decoration(self, review: Review, error: int, column: Column) -> QPixmap | None:
        if column == Column.ANNOTATED:
            return self._swatches[int(review.errors.annotated[error])]
        if column == Column.PREDICTED:
            return self._swatches[int(review.errors.predicted[error])]
        return None

    def _tip(self, review: Review, error: int, column: Column) -> str | None:
        if column == Column.MARK:
            mark = self.mark(error)
            return (mark.note or None) if mark else None
        if column == Column.STATE and is_changed(self._states[error]):
            return f"{_label_now(review, error)} now".capitalize()
        if column == Column.LENGTH:
            n_frames = int(review.errors.n_frames[error])
            return f"{n_frames:,} frame{'' if n_frames == 1 else 's'}"
        return None

    def _draw_swatches(self) -> None:
        n_classes = len(self._review.keys.classes) if self._review else 0
        self._swatches = [swatch(class_color(k, n_classes, self._colors)) for k in range(n_classes)]

    def _repaint(self) -> None:
        if len(self._rows):
            last = self.index(len(self._rows) - 1, len(Column) - 1)
            self.dataChanged.emit(self.index(0, 0), last)


def _label_now(review: Review, error: int) -> str:
    now = int(review.annotated_now[error])
    if now == ANOTHER:
        return "annotated with a class that the model does not know"
    return f"annotated {review.keys.classes[now]}" if now >= 0 else "not annotated"
