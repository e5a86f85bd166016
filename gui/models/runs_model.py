"""Past runs as a table, the newest first unless the user wants another order."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, Qt, Signal
from PySide6.QtGui import QFont

from core.run_comparison import short_hash
from core.run_summary import ending_in_words
from core.settings import TrainConfig
from gui.models.cells import LEFT, NOTHING, RIGHT, ROOT, AnyIndex, header_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from PySide6.QtCore import QObject

    from core.run_summary import RunSummary


CURRENT, WRONG = "\N{CHECK MARK}", "\N{BALLOT X}"


class Column(enum.IntEnum):
    """The columns, in their order."""

    DATE = 0
    MODEL = 1
    EPOCHS = 2
    BEST = 3
    SCORE = 4
    KAPPA = 5
    AUC = 6
    NOTE = 7
    PARAMETERS = 8
    DATA = 9


_HEADERS = {
    Column.DATE: ("Date", "When it was trained; ✓ is of the dataset and the settings as they are"),
    Column.MODEL: ("Model", "Kind of the model"),
    Column.EPOCHS: ("Epochs", "Epochs that were trained, and whether it was stopped by hand"),
    Column.BEST: ("Best", "Epoch whose weights were kept"),
    Column.SCORE: ("Bal. acc.", "Balanced accuracy on the recordings kept for validation"),
    Column.KAPPA: ("Kappa", "Quadratic kappa on the recordings kept for validation"),
    Column.AUC: ("AUC", "AUC of the loudest class over the quietest"),
    Column.NOTE: ("Note", "What somebody wrote on it; F2 or a double click changes it"),
    Column.PARAMETERS: ("Parameters", "Parameters that differ from the defaults"),
    Column.DATA: ("Dataset", "Name and hash of what it was trained on"),
}
_METRICS = {
    Column.SCORE: "balanced_accuracy",
    Column.KAPPA: "quadratic_kappa",
    Column.AUC: "auc_audible_over_inaudible",
}
_LEFT_ALIGNED = {Column.DATE, Column.MODEL, Column.NOTE, Column.PARAMETERS, Column.DATA}


class RunsModel(QAbstractTableModel):
    """Runs of the open project; sorts itself."""

    note_edited = Signal(str, str)
    """Name of a run, and the note that the user wants on it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs: list[RunSummary] = []
        self._sorted_by = (int(Column.DATE), Qt.SortOrder.DescendingOrder)

    @property
    def runs(self) -> tuple[RunSummary, ...]:
        """In the order of the rows."""
        return tuple(self._runs)

    def show(self, runs: Iterable[RunSummary]) -> None:
        """Show other runs, sorted as the last ones were."""
        self.beginResetModel()
        self._runs = list(runs)
        self._sort()
        self.endResetModel()

    def run(self, row: int) -> RunSummary:
        """The run in a row."""
        return self._runs[row]

    def row_of(self, name: str) -> int:
        """The row of a run, or -1."""
        return next((k for k, run in enumerate(self._runs) if run.name == name), -1)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort; what a run has not comes last."""
        self.layoutAboutToBeChanged.emit()
        kept = [(index, self._runs[index.row()].name) for index in self.persistentIndexList()]
        self._sorted_by = (column, order)
        self._sort()
        for index, name in kept:
            moved = self.index(self.row_of(name), index.column())
            self.changePersistentIndex(index, moved)
        self.layoutChanged.emit()

    def rowCount(self, parent: AnyIndex = ROOT) -> int:
        """One row for each run."""
        return 0 if parent.isValid() else len(self._runs)

    def columnCount(self, parent: AnyIndex = ROOT) -> int:
        """One column for each property."""
        return 0 if parent.isValid() else len(Column)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Name of a column, and what it means."""
        return header_text(tuple(_HEADERS.values()), section, orientation, role)

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Notes can be edited where they stand."""
        flags = super().flags(index)
        is_note = index.isValid() and index.column() == Column.NOTE
        if is_note and self._runs[index.row()].model:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A cell."""
        if not index.isValid():
            return None
        run, column = self._runs[index.row()], Column(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return _text(run, column)
        if role == Qt.ItemDataRole.EditRole and column == Column.NOTE:
            return _one_line(run.note)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return LEFT if column in _LEFT_ALIGNED else RIGHT
        if role == Qt.ItemDataRole.ToolTipRole:
            return _tip(run)
        return _bold() if role == Qt.ItemDataRole.FontRole and run.is_current else None

    def setData(self, index: AnyIndex, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Ask for another note; it is shown once it is kept."""
        if role != Qt.ItemDataRole.EditRole or not self.flags(index) & Qt.ItemFlag.ItemIsEditable:
            return False
        run, text = self._runs[index.row()], str(value).strip()
        if text != _one_line(run.note):
            self.note_edited.emit(run.name, text)
        return True

    def _sort(self) -> None:
        column, order = self._sorted_by
        keys = {run.name: _key(run, column) for run in self._runs}
        have = [run for run in self._runs if keys[run.name] is not None]
        rest = [run for run in self._runs if keys[run.name] is None]
        # Of one column, and so of one type.
        have.sort(key=lambda run: keys[run.name], reverse=order is Qt.SortOrder.DescendingOrder)  # pyright: ignore[reportArgumentType, reportCallIssue]
        self._runs = have + rest


def _bold() -> QFont:
    font = QFont()
    font.setBold(True)
    return font


def parameters_in_words(config: dict[str, object]) -> str:
    """What differs from the defaults of a training."""
    default = TrainConfig().to_dict()
    changed = [f"{k.replace('_', ' ')} {v}" for k, v in config.items() if v != default.get(k)]
    return ", ".join(changed)


def date_in_words(run: RunSummary, *, seconds: bool = False) -> str:
    """When it was trained, on the clock of the user."""
    if not run.trained_at:
        return NOTHING
    moment = datetime.fromisoformat(run.trained_at).astimezone()
    return f"{moment:%Y-%m-%d %H:%M:%S}" if seconds else f"{moment:%Y-%m-%d %H:%M}"


def _text(run: RunSummary, column: Column) -> str:
    if column is Column.DATE:
        sign = f"{CURRENT} " if run.is_current else f"{WRONG} " if run.problem else ""
        return f"{sign}{date_in_words(run)}"
    if column in _METRICS:
        value = run.metrics.get(_METRICS[column])
        return NOTHING if value is None else f"{value:.3f}"
    return {
        Column.MODEL: run.model or NOTHING,
        Column.EPOCHS: _epochs(run),
        Column.BEST: f"{run.best_epoch:,}" if run.best_epoch else NOTHING,
        Column.NOTE: _one_line("; ".join(t for t in (run.note, run.problem) if t)),
        Column.PARAMETERS: parameters_in_words(run.config),
        Column.DATA: f"{run.dataset} {short_hash(run.dataset_sha256)}".strip() or NOTHING,
    }[column]


def _epochs(run: RunSummary) -> str:
    if not run.n_epochs:
        return NOTHING
    return f"stopped at {run.n_epochs:,}" if run.stopped_by_hand else f"{run.n_epochs:,}"


def _tip(run: RunSummary) -> str:
    lines = [run.name, date_in_words(run, seconds=True)]
    if run.is_current:
        lines.append("Of the dataset and the settings as they are now")
    if run.n_epochs:
        lines.append(f"Training {ending_in_words(run)}")
    if run.metrics and not run.is_evaluated:
        lines.append("Not evaluated yet: the figures are those of the training itself")
    if run.problem:
        lines.append(f"{WRONG} {run.problem}.")
    parameters: Sequence[str] = [f"{key} = {value}" for key, value in run.config.items()]
    return "\n".join([*lines, *parameters, *([run.note] if run.note else [])])


def _key(run: RunSummary, column: int) -> float | str | None:
    """What a run is sorted by; None if it has nothing."""
    if column in _METRICS:
        return run.metrics.get(_METRICS[Column(column)])
    found: dict[int, float | str] = {
        Column.DATE: f"{run.trained_at} {run.name}",
        Column.EPOCHS: run.n_epochs,
        Column.BEST: run.best_epoch,
    }
    if column in found:
        return found[column] or None
    text = _text(run, Column(column)).casefold()
    return text if text not in ("", NOTHING) else None


def _one_line(text: str) -> str:
    return " ".join(text.split())
