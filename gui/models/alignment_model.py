"""How annotations lie to the sound, a recording in each row, the most suspicious first."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, Qt

from gui.models.cells import LEFT, NOTHING, RIGHT, ROOT, AnyIndex, header_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtCore import QObject

    from core.align_recording import RecordingAlignment

VERDICTS = {
    "aligned": "\N{CHECK MARK} aligned",
    "suspicious": "! suspicious",
    "cannot tell": "cannot tell",
}
LATE, OLD = "! audio is shifted", "… annotations have changed"


class Column(enum.IntEnum):
    """The columns, in their order."""

    RECORDING = 0
    VERDICT = 1
    SHIFT = 2
    INTERVAL = 3
    DRIFT = 4
    EDGES = 5
    LAG = 6


_HEADERS = {
    Column.RECORDING: ("Recording", "Its path in the database"),
    Column.VERDICT: ("Annotations", "Whether they lie where the sound changes"),
    Column.SHIFT: (
        "Shift s",
        "How much later than the annotations the sound changes, in seconds; negative: earlier",
    ),
    Column.INTERVAL: ("95 % interval s", "The shift lies within with a probability of 0.95"),
    Column.DRIFT: ("Drift %", "How much the shift grows over time; only where it is plain to see"),
    Column.EDGES: ("Edges", "Edges between a quieter and a louder class: what the shift is from"),
    Column.LAG: (
        "Audio lag s",
        "How much later the transcoded recording is than its original; it should be 0",
    ),
}
_LEFT_ALIGNED = {Column.RECORDING, Column.VERDICT}


class AlignmentModel(QAbstractTableModel):
    """Recordings of a check, in the order that it gives."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._found: tuple[RecordingAlignment, ...] = ()
        self._is_old: Callable[[str], bool] = lambda _name: False

    def show(
        self, found: Sequence[RecordingAlignment], is_old: Callable[[str], bool] | None = None
    ) -> None:
        """Show another check; `is_old` says which recordings' annotations have changed since."""
        self.beginResetModel()
        self._found = tuple(found)
        self._is_old = is_old or (lambda _name: False)
        self.endResetModel()

    def found(self, row: int) -> RecordingAlignment:
        """What a row is about."""
        return self._found[row]

    def row_of(self, recording: str) -> int:
        """The row of a recording, or -1."""
        return next((k for k, f in enumerate(self._found) if f.recording == recording), -1)

    def rowCount(self, parent: AnyIndex = ROOT) -> int:
        """One row for each recording."""
        return 0 if parent.isValid() else len(self._found)

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
        found, column = self._found[index.row()], Column(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(found, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return LEFT if column in _LEFT_ALIGNED else RIGHT
        if role == Qt.ItemDataRole.ToolTipRole:
            return found.recording if column is Column.RECORDING else found.lag_problem or None
        return None

    def _text(self, found: RecordingAlignment, column: Column) -> str:
        if column is Column.VERDICT:
            if self._is_old(found.recording):
                return OLD
            return LATE if found.is_late else VERDICTS[found.alignment.verdict]
        values = found.alignment
        is_told = values.verdict != "cannot tell"
        texts = {
            Column.RECORDING: found.recording,
            Column.SHIFT: _signed(values.shift_s if is_told else None),
            Column.INTERVAL: interval_text(found) if is_told else NOTHING,
            Column.DRIFT: _signed(None if values.drift is None else 100 * values.drift),
            Column.EDGES: f"{values.n_edges:,}",
            Column.LAG: NOTHING
            if found.transcode_lag_s is None
            else f"{found.transcode_lag_s:.3f}",
        }
        return texts[column]


def interval_text(found: RecordingAlignment) -> str:
    """Within what the shift lies, such as ``-0.02 to +0.11``."""
    values = found.alignment
    return f"{_signed(values.low_s)} to {_signed(values.high_s)}"


def _signed(value: float | None) -> str:
    # A shift that rounds to nothing has no sign.
    return NOTHING if value is None else f"{value:+.3f}" if abs(value) >= 0.0005 else "0.000"  # noqa: PLR2004
