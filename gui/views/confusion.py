"""The confusion matrix: frames of each class, by the class that the model gave them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from gui.theme import LIGHT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QObject
    from PySide6.QtGui import QKeyEvent

    from gui.theme import PlotColors

    AnyIndex = QModelIndex | QPersistentModelIndex

ROOT = QModelIndex()
SMALLEST_PX = 34
CHANGED = "\N{LOWER RIGHT PENCIL}"
RIGHT_HUE, WRONG_HUE = "#2f6fb3", "#c2551e"
"""Blue for what is right, orange for what is wrong: told apart by the colour-blind."""


class ConfusionModel(QAbstractTableModel):
    """Counts, shares of their rows, and a colour for each cell."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.classes: tuple[str, ...] = ()
        self.counts: list[list[int]] = []
        self.changed: list[list[int]] = []
        """Frames of each cell that have another label since; empty where that is not asked."""
        self._background = LIGHT.background

    def show(
        self,
        classes: Sequence[str],
        counts: Sequence[Sequence[int]],
        changed: Sequence[Sequence[int]] = (),
    ) -> None:
        """Show another matrix: annotated class by row, predicted class by column."""
        self.beginResetModel()
        self.classes, self.counts = tuple(classes), [list(row) for row in counts]
        self.changed = [list(row) for row in changed]
        self.endResetModel()

    def show_changed(self, changed: Sequence[Sequence[int]]) -> None:
        """Say of how many frames of each cell the label is another since."""
        self.changed = [list(row) for row in changed]
        self._repaint()

    def set_background(self, background: QColor) -> None:
        """Colour the cells for a light or a dark window."""
        self._background = background
        self._repaint()

    def share(self, row: int, column: int) -> float | None:
        """Share of a row's frames, 0 to 1; None for a class without frames."""
        n = sum(self.counts[row])
        return self.counts[row][column] / n if n else None

    def in_words(self, row: int, column: int) -> str:
        """A cell as a sentence."""
        n, share = self.counts[row][column], self.share(row, column)
        percent = "" if share is None else f" ({100 * share:.1f} % of its frames)"
        annotated, predicted = self.classes[row], self.classes[column]
        verb = "rightly taken for" if row == column else "taken for"
        words = f"{n:,} frames annotated {annotated} were {verb} {predicted}{percent}"
        if n_changed := self._n_changed(row, column):
            words += f"; {n_changed:,} of them have another label now"
        return words

    def rowCount(self, parent: AnyIndex = ROOT) -> int:
        """One for each class."""
        return 0 if parent.isValid() else len(self.counts)

    def columnCount(self, parent: AnyIndex = ROOT) -> int:
        """One for each class."""
        return 0 if parent.isValid() else len(self.classes)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """Count and share; blue where the model is right, orange where not."""
        if not index.isValid():
            return None
        row, column = index.row(), index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(row, column)
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                return self.in_words(row, column)
            case Qt.ItemDataRole.BackgroundRole:
                return self._color(row, column)
            case Qt.ItemDataRole.ForegroundRole:
                return _readable_on(self._color(row, column))
            case _:
                is_place = role == Qt.ItemDataRole.TextAlignmentRole
                return Qt.AlignmentFlag.AlignCenter if is_place else None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:  # noqa: ANN401
        """The classes."""
        if not 0 <= section < len(self.classes):
            return None
        name = self.classes[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return name
        if role == Qt.ItemDataRole.ToolTipRole:
            is_column = orientation is Qt.Orientation.Horizontal
            return f"Frames that the model took for {name}" if is_column else f"Annotated {name}"
        return None

    def _text(self, row: int, column: int) -> str:
        share = self.share(row, column)
        percent = "\N{EN DASH}" if share is None else f"{100 * share:.1f} %"
        count = f"{self.counts[row][column]:,}"
        # The numbers stay those that were measured: what was mended since stands beside them.
        n_changed = self._n_changed(row, column)
        return f"{count} {CHANGED}{n_changed:,}\n{percent}" if n_changed else f"{count}\n{percent}"

    def _n_changed(self, row: int, column: int) -> int:
        return self.changed[row][column] if self.changed else 0

    def _repaint(self) -> None:
        if self.counts:
            last = self.index(len(self.counts) - 1, len(self.classes) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def _color(self, row: int, column: int) -> QColor:
        """From the background to full colour, by the share of the row."""
        share = self.share(row, column) or 0.0
        full = QColor(RIGHT_HUE if row == column else WRONG_HUE)
        return _mixed(self._background, full, share)


class ConfusionView(QTableView):
    """Rows: annotated; columns: predicted. A click, or Enter, tells the cell."""

    cell_clicked = Signal(str, str)
    """The annotated and the predicted class."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("confusionMatrix")
        self.setAccessibleName("Confusion matrix: rows annotated, columns predicted")
        self._model = ConfusionModel(self)
        self.setModel(self._model)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setMinimumSectionSize(SMALLEST_PX)
            header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
            header.setSectionsClickable(False)
            header.setHighlightSections(True)
        self.clicked.connect(self._tell)

    @property
    def matrix(self) -> ConfusionModel:
        """What is shown."""
        return self._model

    def show_counts(self, classes: Sequence[str], counts: Sequence[Sequence[int]]) -> None:
        """Show another matrix: annotated class by row, predicted class by column."""
        self._model.show(classes, counts)

    def set_colors(self, colors: PlotColors) -> None:
        """Take the colours of a light or a dark window."""
        self._model.set_background(colors.background)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter tells the cell, the arrows go to its neighbours."""
        current = self.currentIndex()
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and current.isValid():
            self._tell(current)
            return
        if event.matches(QKeySequence.StandardKey.Copy):
            self._copy()
            return
        super().keyPressEvent(event)

    def _tell(self, index: QModelIndex) -> None:
        classes = self._model.classes
        self.cell_clicked.emit(classes[index.row()], classes[index.column()])

    def _copy(self) -> None:
        classes = self._model.classes
        lines = ["\t".join(["annotated \\ predicted", *classes])]
        for name, counts in zip(classes, self._model.counts, strict=True):
            lines.append("\t".join([name, *map(str, counts)]))
        QGuiApplication.clipboard().setText("\n".join(lines))


def _mixed(a: QColor, b: QColor, share: float) -> QColor:
    parts = ((a.red(), b.red()), (a.green(), b.green()), (a.blue(), b.blue()))
    return QColor(*(round(x + share * (y - x)) for x, y in parts))


def _readable_on(background: QColor) -> QColor:
    """Black or white, whichever stands out more (WCAG 2.1, contrast by relative luminance)."""
    linear = [
        v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4  # noqa: PLR2004  sRGB's own
        for v in (background.redF(), background.greenF(), background.blueF())
    ]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    on_white, on_black = 1.05 / (luminance + 0.05), (luminance + 0.05) / 0.05
    return QColor("#ffffff") if on_white > on_black else QColor("#000000")
