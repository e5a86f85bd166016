"""Editors of settings that are several texts: a list in order, and a table of pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QListWidget,
    QListWidgetItem,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
    QVBoxLayout,
)

from core.errors import SettingsError
from gui.settings_fields import Field, showable

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from core.settings import Setting

SHOWN_ROWS = 4


class ListField(Field):
    """Texts in an order that matters."""

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self._given: tuple[str, ...] = ()
        self._shown: tuple[str, ...] = ()
        self._list = QListWidget()
        self._list.setObjectName(f"setting_{setting.key}")
        self._list.setToolTip("Double-click to rename")
        self._list.setFixedHeight(_height(self._list, SHOWN_ROWS))
        model = self._list.model()
        for signal in (model.dataChanged, model.rowsInserted, model.rowsRemoved, model.rowsMoved):
            signal.connect(self.changed)
        self._list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        _lay_out(
            self,
            self._list,
            ("add", "Add", "Add one at the end", self._add),
            ("remove", "Remove", "Remove the chosen one", self._remove),
            ("up", "Up", "Move the chosen one up", lambda: self._move(-1)),
            ("down", "Down", "Move the chosen one down", lambda: self._move(1)),
        )

    def value(self) -> object:
        """The texts in their order."""
        texts = self._texts()
        return self._given if texts == self._shown else texts

    def set_value(self, value: Any) -> None:  # noqa: ANN401
        """Show texts."""
        blocked = self.blockSignals(True)
        self._list.clear()
        for text in value:
            self._append(showable(text))
        self.blockSignals(blocked)
        self._given, self._shown = value, self._texts()

    def _texts(self) -> tuple[str, ...]:
        return tuple(self._list.item(row).text() for row in range(self._list.count()))

    def _append(self, text: str) -> QListWidgetItem:
        item = QListWidgetItem(text)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
        self._list.addItem(item)
        return item

    def _add(self) -> None:
        item = self._append("")
        self._list.setCurrentItem(item)
        self._list.editItem(item)

    def _remove(self) -> None:
        self._list.takeItem(self._list.currentRow())

    def _move(self, by: int) -> None:
        row = self._list.currentRow()
        if row >= 0 and 0 <= row + by < self._list.count():
            item = self._list.takeItem(row)
            self._list.insertItem(row + by, item)
            self._list.setCurrentRow(row + by)


class PairsField(Field):
    """Texts that stand for texts, in a table of two columns."""

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self._key = setting.key
        self._given: dict[str, str] = {}
        self._shown: list[tuple[str, str]] = []
        self._table = QTableWidget(0, 2)
        self._table.setObjectName(f"setting_{setting.key}")
        self._table.setHorizontalHeaderLabels(_headings(setting))
        header = self._table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self._table.verticalHeader().hide()
        self._table.setFixedHeight(_height(self._table, SHOWN_ROWS))
        self._table.setTabKeyNavigation(False)
        self._table.itemChanged.connect(self.changed)
        _lay_out(
            self,
            self._table,
            ("add", "Add", "Add a row", self._add),
            ("remove", "Remove", "Remove the chosen row", self._remove),
        )

    def value(self) -> object:
        """The pairs; `SettingsError` if a left side is empty or stands there twice."""
        pairs = self._pairs()
        if pairs == self._shown:
            return self._given
        pairs = [(a, b) for a, b in pairs if a or b]
        for place, (a, _) in enumerate(pairs):
            if not a:
                msg = f"{self._key} has a row without a left side"
                raise SettingsError(msg, hint="Fill in the left side, or remove the row.")
            if any(a == other for other, _ in pairs[:place]):
                msg = f"{self._key} has {a!r} twice"
                raise SettingsError(msg, hint=f"{a!r} stands there twice: remove one of them.")
        return dict(pairs)

    def set_value(self, value: Any) -> None:  # noqa: ANN401
        """Show pairs."""
        blocked = self._table.blockSignals(True)
        self._table.setRowCount(0)
        for pair in value.items():
            self._append(*map(showable, pair))
        self._table.blockSignals(blocked)
        self._given, self._shown = value, self._pairs()

    def _pairs(self) -> list[tuple[str, str]]:
        return [(self._text(r, 0), self._text(r, 1)) for r in range(self._table.rowCount())]

    def _text(self, row: int, column: int) -> str:
        item: QTableWidgetItem | None = self._table.item(row, column)
        return item.text() if item else ""

    def _append(self, a: str, b: str) -> int:
        row = self._table.rowCount()
        self._table.insertRow(row)
        self._table.setItem(row, 0, QTableWidgetItem(a))
        self._table.setItem(row, 1, QTableWidgetItem(b))
        return row

    def _add(self) -> None:
        row = self._append("", "")
        self._table.setCurrentCell(row, 0)
        self._table.edit(self._table.model().index(row, 0, QModelIndex()))

    def _remove(self) -> None:
        if self._table.currentRow() >= 0:
            self._table.removeRow(self._table.currentRow())
            self.changed.emit()


def _headings(setting: Setting) -> list[str]:
    """The two sides of the equals sign in the help."""
    left, _, right = setting.help.rstrip(".").split(": ")[-1].partition(" = ")
    return [left[:1].upper() + left[1:], right[:1].upper() + right[1:]] if right else ["", ""]


def _height(view: QAbstractItemView, n_rows: int) -> int:
    row = view.fontMetrics().height() + 6
    header = row if isinstance(view, QTableWidget) else 0
    return header + n_rows * row + 2 * view.frameWidth()


def _lay_out(
    field: Field, view: QWidget, *buttons: tuple[str, str, str, Callable[[], None]]
) -> None:
    layout = QHBoxLayout(field)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(view, stretch=1)
    column = QVBoxLayout()
    for name, text, tip, act in buttons:
        button = QToolButton()
        button.setObjectName(f"{view.objectName()}_{name}")
        button.setText(text)
        button.setToolTip(tip)
        button.setSizePolicy(
            button.sizePolicy().Policy.MinimumExpanding, button.sizePolicy().Policy.Fixed
        )
        button.clicked.connect(act)
        column.addWidget(button)
    column.addStretch()
    layout.addLayout(column)
    field.setFocusProxy(view)
