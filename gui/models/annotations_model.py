"""The open recording's annotations as a table: class, edges, the frames that they take in."""

from __future__ import annotations

import enum
import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt, Signal

from core.timebase import frames_inside, seconds_to_samples
from gui.annotation_columns import columns_of
from gui.annotation_signature import author_text, gain_text, signature_text, time_text
from gui.models.cells import LEFT, NOTHING, RIGHT, AnyIndex, header_text
from gui.swatch import swatch
from gui.theme import class_color

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray
    from PySide6.QtCore import QObject
    from PySide6.QtGui import QPixmap

    from core.annotations.csv import Annotation
    from core.annotations.stored import StoredAnnotation
    from core.library import Recording
    from core.recording_details import RecordingDetails
    from gui.theme import PlotColors

NEAR_S = 1e-6
"""Times are compared to a thousandth of the shortest step that an annotation has."""


class Column(enum.IntEnum):
    """The columns, in their order."""

    CLASS = 0
    START = 1
    END = 2
    DURATION = 3
    FRAMES = 4
    LINE = 5
    AUTHOR = 6
    EDITED = 7
    GAIN = 8


EDITABLE = (Column.CLASS, Column.START, Column.END)
SIGNATURE = (Column.AUTHOR, Column.EDITED, Column.GAIN)
"""Whose the annotation is: shown where somebody wants to see it."""

HOW_TO_CHANGE = "Click once more, or press F2, to change it"

MOST_STEPS = 64
"""With more changes at once, all rows are new ones."""


_WORDS = (Column.CLASS, Column.AUTHOR)
_SECONDS: dict[Column, Callable[[Annotation], float]] = {
    Column.START: lambda a: a.start_s,
    Column.END: lambda a: a.end_s,
    Column.DURATION: lambda a: a.end_s - a.start_s,
}
_SIGNATURE = {Column.AUTHOR: author_text, Column.EDITED: time_text, Column.GAIN: gain_text}
_HEADERS = {
    Column.CLASS: ("Class", "Class of the annotation"),
    Column.START: ("Start s", "Start in seconds from the start of the recording"),
    Column.END: ("End s", "End in seconds from the start of the recording"),
    Column.DURATION: ("Length s", "Length in seconds"),
    Column.FRAMES: ("Frames", "Frames that lie whole inside: these are labelled by it"),
    Column.LINE: ("Line", "Line in the table of annotations"),
    Column.AUTHOR: ("Author", "Who edited it last"),
    Column.EDITED: ("Edited", "When it was edited last, in local time"),
    Column.GAIN: ("Gain dB", "How loud it was played when it was edited last"),
}


class AnnotationsModel(QAbstractTableModel):
    """Annotations of one recording, in an order of the user's choice.

    A cell that is edited says what is wanted, and shows it once it is so.
    """

    class_wanted = Signal(object, int)
    """An annotation, and the place of its new class in their order."""
    edges_wanted = Signal(object, object, object)
    """An annotation, and its new start and end in seconds; None where it stays."""
    refused = Signal(str)
    """What was typed makes no sense: one sentence."""

    def __init__(self, colors: PlotColors, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._colors = colors
        self._classes: tuple[str, ...] = ()
        self._annotations: tuple[Annotation, ...] = ()
        self._frames: list[int | None] = []
        self._order: list[int] = []
        self._swatches: list[QPixmap] = []
        self._edges: NDArray[np.float64] = np.empty((0, 2))
        self._targets: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self._keys: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self._stored: dict[int, StoredAnnotation] = {}
        self._sorted_by: tuple[int, Qt.SortOrder] = (Column.START, Qt.SortOrder.AscendingOrder)
        self._recording: Recording | None = None
        self.can_edit = False

    @property
    def classes(self) -> tuple[str, ...]:
        """From the quietest to the loudest."""
        return self._classes

    def show(self, details: RecordingDetails | None) -> None:
        """Show annotations, sorted as the last ones were; of the same recording, what changed."""
        recording = details.recording if details else None
        if details is not None and recording == self._recording and self._change(details):
            return
        self.beginResetModel()
        self._recording = recording
        self._take(details)
        self._order = self._ordered(*self._sorted_by)
        self.endResetModel()

    def _take(self, details: RecordingDetails | None) -> None:
        self._annotations = details.annotations if details else ()
        self._classes = details.classes if details else ()
        self._frames = _frames(details) if details else []
        columns = columns_of(self._annotations)
        self._edges = np.stack([columns.starts_s, columns.ends_s], axis=1)
        self._targets, self._keys = columns.targets, columns.keys
        self._stored = {a.id: a for a in details.stored_annotations} if details else {}
        self._draw_swatches()

    def _change(self, details: RecordingDetails) -> bool:
        """Go over to other annotations row by row, so that what is chosen stays so."""
        before, now = self._keys, columns_of(details.annotations).keys
        kept = np.isin(before, now)
        is_new = ~np.isin(now, before)
        n_steps = np.count_nonzero(~kept) + np.count_nonzero(is_new)
        if n_steps > MOST_STEPS or len(now) - np.count_nonzero(is_new) != np.count_nonzero(kept):
            return False
        for row in np.flatnonzero(~kept[self._order])[::-1].tolist():
            self.beginRemoveRows(QModelIndex(), row, row)
            del self._order[row]
            self.endRemoveRows()
        self.layoutAboutToBeChanged.emit()
        persistent = self.persistentIndexList()
        keys = [(int(before[self._order[i.row()]]), i.column()) for i in persistent]
        self._take(details)
        order = self._ordered(*self._sorted_by)
        self._order = [k for k in order if not is_new[k]] if is_new.any() else order
        row_of = {row: self.rows_of([row])[0] for row in {key for key, _ in keys}}
        self.changePersistentIndexList(persistent, [self.index(row_of[k], c) for k, c in keys])
        self.layoutChanged.emit()
        for row in np.flatnonzero(is_new[order]).tolist():
            self.beginInsertRows(QModelIndex(), row, row)
            self._order.insert(row, order[row])
            self.endInsertRows()
        return True

    def set_can_edit(self, on: bool) -> None:  # noqa: FBT001  as a signal has it
        """Say whether cells can be edited."""
        self.can_edit = on

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Class, start and end can be edited."""
        flags = super().flags(index)
        if index.isValid() and self.can_edit and index.column() in EDITABLE:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def setData(self, index: AnyIndex, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Ask for what was typed, or say why it makes no sense; nothing changes at once."""
        if role != Qt.ItemDataRole.EditRole or not index.isValid() or not self.can_edit:
            return False
        annotation, text = self.annotation(index.row()), str(value).strip()
        if text == str(self.data(index, Qt.ItemDataRole.EditRole)):
            return False
        if index.column() == Column.CLASS:
            why_not = self._want_class(annotation, text)
        else:
            why_not = self._want_edge(annotation, text, is_start=index.column() == Column.START)
        if why_not:
            self.refused.emit(why_not)
        return not why_not

    def _want_class(self, annotation: Annotation, text: str) -> str:
        """Ask for a class; or why there is none such."""
        if text not in self._classes:
            return f"There is no class {text}: choose {_listed(self._classes)}."
        self.class_wanted.emit(annotation, self._classes.index(text))
        return ""

    def _want_edge(self, annotation: Annotation, text: str, *, is_start: bool) -> str:
        """Ask for another start or end; or why there can be none such."""
        seconds = _to_seconds(text)
        if seconds is None:
            return f"“{text}” is no time: give seconds, such as 12.5."
        start_s = seconds if is_start else annotation.start_s
        end_s = annotation.end_s if is_start else seconds
        if start_s >= end_s:
            first, then = seconds_text(start_s), seconds_text(end_s)
            return f"It would start at {first} s and end at {then} s."
        new = (seconds, None) if is_start else (None, seconds)
        self.edges_wanted.emit(annotation, *new)
        return ""

    def rows_of(self, keys: Iterable[int]) -> list[int]:
        """The rows of annotations that are known by these keys."""
        wanted = np.fromiter(keys, np.int64)
        if not len(wanted) or not self._order:
            return []
        return np.flatnonzero(np.isin(self._keys[self._order], wanted)).tolist()

    def set_colors(self, colors: PlotColors) -> None:
        """Take the colours of the theme."""
        self._colors = colors
        self._draw_swatches()
        if self._order:
            last = self.index(len(self._order) - 1, Column.CLASS)
            role = Qt.ItemDataRole.DecorationRole
            self.dataChanged.emit(self.index(0, Column.CLASS), last, [role])

    def annotation(self, row: int) -> Annotation:
        """The annotation in a row."""
        return self._annotations[self._order[row]]

    def row_of(self, start_s: float, end_s: float, *, duration_s: float, prefer: int = -1) -> int:
        """The row of the annotation with these edges, as far as it lies in the recording, or -1.

        Where several have them, it is the row `prefer`, if that is one of them.
        """
        edges = np.clip(self._edges, 0.0, duration_s)
        near = np.abs(edges - (start_s, end_s)).max(axis=1, initial=0.0) <= NEAR_S
        found = set(np.flatnonzero(near).tolist())
        if not found:
            return -1
        if 0 <= prefer < len(self._order) and self._order[prefer] in found:
            return prefer
        return next(row for row, k in enumerate(self._order) if k in found)

    def counts(self) -> dict[str, int]:
        """How many annotations each class has."""
        counted = np.bincount(self._targets, minlength=len(self._classes)).tolist()
        return dict(zip(self._classes, counted, strict=False))

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008  as Qt has it
        """One row for each annotation."""
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008  as Qt has it
        """One column for each property."""
        return 0 if parent.isValid() else len(Column)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        """Name of a column, and what it means."""
        is_column = orientation is Qt.Orientation.Horizontal and section in _HEADERS
        if is_column and role == Qt.ItemDataRole.TextAlignmentRole:
            # In the middle, where the sorting arrow does not lie over it.
            return LEFT if section in _WORDS else Qt.AlignmentFlag.AlignCenter
        return header_text(tuple(_HEADERS.values()), section, orientation, role)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A cell."""
        if not index.isValid():
            return None
        k, column = self._order[index.row()], index.column()
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole}:
            return self._text(k, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return LEFT if column in _WORDS else RIGHT
        if role == Qt.ItemDataRole.DecorationRole and column == Column.CLASS:
            return self._swatches[self._annotations[k].target]
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(k, column)
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; equals stay by their start."""
        if not 0 <= column < len(Column):
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        keys = [(self._order[i.row()], i.column()) for i in before]
        self._sorted_by = (column, order)
        self._order = self._ordered(column, order)
        row_of = {k: row for row, k in enumerate(self._order)}
        self.changePersistentIndexList(before, [self.index(row_of[k], c) for k, c in keys])
        self.layoutChanged.emit()

    def _ordered(self, column: int, order: Qt.SortOrder) -> list[int]:
        annotations, (starts_s, ends_s) = self._annotations, self._edges.T
        by_start = np.argsort(starts_s, kind="stable")
        keys = {
            Column.CLASS: lambda: self._targets,
            Column.START: lambda: starts_s,
            Column.END: lambda: ends_s,
            Column.DURATION: lambda: ends_s - starts_s,
            Column.FRAMES: lambda: np.array([-1 if n is None else n for n in self._frames]),
            Column.LINE: lambda: np.array([a.line or math.inf for a in annotations]),
            Column.AUTHOR: lambda: self._ranks(author_text),
            Column.EDITED: lambda: self._ranks(lambda a: a.edited_at if a else ""),
            Column.GAIN: lambda: self._ranks(lambda a: float(gain_text(a) or "-inf")),
        }
        is_falling = order == Qt.SortOrder.DescendingOrder
        key = keys[Column(column)]() * (-1.0 if is_falling else 1.0)
        return by_start[np.argsort(key[by_start], kind="stable")].tolist()

    def _ranks(self, of: Callable[[StoredAnnotation | None], object]) -> NDArray[np.int64]:
        """Numbers in the order of what is said of each."""
        said = np.array([of(self._signed(k)) for k in range(len(self._annotations))])
        return np.unique(said, return_inverse=True)[1]

    def _text(self, k: int, column: int) -> str:
        annotation = self._annotations[k]
        if column == Column.CLASS:
            return self._class(annotation.target)
        if column in _SECONDS:
            return seconds_text(_SECONDS[Column(column)](annotation))
        if column in _SIGNATURE:
            return _SIGNATURE[Column(column)](self._signed(k)) or NOTHING
        if column == Column.LINE:
            return str(annotation.line) if annotation.line else NOTHING
        frames = self._frames[k]
        return NOTHING if frames is None else str(frames)

    def _tip(self, k: int, column: int) -> str | None:
        if column == Column.LINE and not self._annotations[k].line:
            return "Not in the table yet: it was made here"
        if column != Column.FRAMES:
            whose = signature_text(self._signed(k))
            is_changeable = self.can_edit and column in EDITABLE
            return f"{whose}\n{HOW_TO_CHANGE}" if whose and is_changeable else whose or None
        if self._frames[k] is None:
            return "Known once the features are extracted"
        return None if self._frames[k] else "It takes in no frame whole, so it labels nothing"

    def _signed(self, k: int) -> StoredAnnotation | None:
        return self._stored.get(int(self._keys[k]))

    def _class(self, target: int) -> str:
        return self._classes[target] if target < len(self._classes) else str(target)

    def _draw_swatches(self) -> None:
        n_classes = max(len(self._classes), 1 + int(self._targets.max(initial=0)))
        self._swatches = [
            swatch(class_color(target, n_classes, self._colors)) for target in range(n_classes)
        ]


def seconds_text(seconds: float) -> str:
    """Seconds to the millisecond, or as finely as they are given, to the nanosecond at most."""
    text = f"{seconds:.9f}".rstrip("0")
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals:0<3}"


def _to_seconds(text: str) -> float | None:
    """A number with a point or a comma; None if it is none."""
    try:
        seconds = math.nan if "_" in text else float(text.replace(",", ".", 1))
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) else None


def _listed(names: tuple[str, ...]) -> str:
    """Names as a choice."""
    return " or ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else ""


def _frames(details: RecordingDetails) -> list[int | None]:
    """How many frames lie whole inside each annotation; None where there are no features."""
    annotations = details.annotations
    if details.spec is None or not details.transcoded_rate:
        return [None] * len(annotations)
    # Far outside of a recording, a time need not fit into an integer.
    longest_s = (details.transcoded_samples + 1) / details.transcoded_rate
    columns = columns_of(annotations)
    edges_s = np.stack([columns.starts_s, columns.ends_s], axis=1)
    edges = seconds_to_samples(
        np.clip(edges_s, 0.0, longest_s), sample_rate=details.transcoded_rate
    )
    first, stop = frames_inside(
        edges[:, 0],
        edges[:, 1],
        frame_size=details.spec.frame_size,
        hop_size=details.spec.hop_size,
        n_frames=details.n_frames,
    )
    return (stop - first).tolist()
