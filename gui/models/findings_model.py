"""Findings as a table: what, in which recording, and when; of one recording or of all."""

from __future__ import annotations

import enum
from pathlib import PurePath
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt

from core.annotations.findings import Kind, Severity
from gui.models.cells import LEFT, RIGHT, AnyIndex, header_text
from gui.sentence import Tone

if TYPE_CHECKING:
    from collections.abc import Collection

    from PySide6.QtCore import QObject

    from core.annotations.findings import Finding
    from core.annotations.stored import Edit
    from core.project_lint import LintResult

TONES = {Severity.ERROR: Tone.WRONG, Severity.WARNING: Tone.ODD, Severity.NOTE: Tone.HELP}
"""How a severity looks where there is a sentence; its sign stands in the table, too."""

_PLACES = {kind: k for k, kind in enumerate(Kind)}


class Column(enum.IntEnum):
    """The columns, in their order."""

    KIND = 0
    START = 1
    RECORDING = 2


_HEADERS = (
    ("Finding", "What may be wrong; \N{BALLOT X}: left out of a dataset, !: changes it"),
    ("At s", "Where, in seconds from the start of the recording"),
    ("Recording", "The recording, or what the annotations call it"),
)


class FindingsModel(QAbstractTableModel):
    """Findings in an order of the user's choice, the worst first until then."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._result: LintResult | None = None
        self._findings: tuple[Finding, ...] = ()
        self._names: Collection[str] | None = None
        self._order: list[int] = []
        self._sorted_by: tuple[int, Qt.SortOrder] = (-1, Qt.SortOrder.AscendingOrder)

    @property
    def result(self) -> LintResult | None:
        """Whose findings they are."""
        return self._result

    def show(self, result: LintResult | None) -> None:
        """Show other findings, filtered and sorted as the last ones were."""
        self.beginResetModel()
        self._result = result
        self._findings = result.findings if result else ()
        self._arrange()
        self.endResetModel()

    def show_only(self, names: Collection[str] | None) -> None:
        """Show findings of the recording with these paths; None for those of all."""
        if names != self._names:
            self.beginResetModel()
            self._names = names
            self._arrange()
            self.endResetModel()

    def finding(self, row: int) -> Finding:
        """The finding in a row."""
        return self._findings[self._order[row]]

    def edit(self, row: int) -> Edit | None:
        """What would mend it; None if a person has to decide."""
        k, edits = self._order[row], self._result.edits if self._result else ()
        return edits[k] if k < len(edits) else None

    def row_of(self, finding: Finding) -> int:
        """Where a finding of this kind, about the same annotations, stands; -1 if nowhere."""
        wanted = (finding.kind, finding.ids, finding.recording, finding.file_name)
        for row, k in enumerate(self._order):
            found = self._findings[k]
            if (found.kind, found.ids, found.recording, found.file_name) == wanted:
                return row
        return -1

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008  as Qt has it
        """Findings that are shown."""
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008  as Qt has it
        """What is said of each."""
        return 0 if parent.isValid() else len(Column)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Name of a column, and what it means."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return LEFT
        return header_text(_HEADERS, section, orientation, role)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A cell."""
        if not index.isValid():
            return None
        finding, column = self.finding(index.row()), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return _text(finding, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return _printable(finding.text)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if column == Column.START else LEFT
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; a negative one brings the worst first again."""
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        keys = [(self._order[i.row()], i.column()) for i in before]
        self._sorted_by = (column, order)
        self._arrange()
        row_of = {k: row for row, k in enumerate(self._order)}
        self.changePersistentIndexList(before, [self.index(row_of[k], c) for k, c in keys])
        self.layoutChanged.emit()

    def _arrange(self) -> None:
        names = self._names
        found = enumerate(self._findings)
        self._order = [k for k, f in found if names is None or f.recording in names]
        column, order = self._sorted_by
        if not 0 <= column < len(Column):
            return
        keys = {
            Column.KIND: lambda k: _PLACES[self._findings[k].kind],
            Column.START: lambda k: _start(self._findings[k]),
            Column.RECORDING: lambda k: _name(self._findings[k]).casefold(),
        }
        is_falling = order == Qt.SortOrder.DescendingOrder
        self._order.sort(key=keys[Column(column)], reverse=is_falling)


def _text(finding: Finding, column: int) -> str:
    if column == Column.KIND:
        kind = str(finding.kind)
        return f"{TONES[finding.severity].value[0]}{kind[0].upper()}{kind[1:]}"
    if column == Column.START:
        return "" if finding.start_s is None else f"{finding.start_s:.3f}"
    return _printable(_name(finding))


def _name(finding: Finding) -> str:
    return PurePath(finding.recording).name or finding.file_name


def _start(finding: Finding) -> float:
    return float("-inf") if finding.start_s is None else finding.start_s


def _printable(text: str) -> str:
    """A name may be of any bytes; Qt's texts are Unicode."""
    return text.encode("utf-8", "backslashreplace").decode()
