"""The table of recordings: columns to choose, widths that are remembered, keys and menu."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QItemSelectionModel, QPoint, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QMenu, QTableView

from gui.icons import icon
from gui.preferences import preferences
from gui.table_rows import show_as_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.library import Recording
    from gui.actions import Actions
    from gui.models.recordings_model import RecordingsModel

LAYOUT_KEY = "library/columns"
WIDTHS_PX = {"state": 106, "name": 140, "annotations": 86, "errors": 56, "reviewed": 70}
OWN_WIDTH_PX = 100


class RecordingsTable(QTableView):
    """Shows recordings; the one that is open is the current row.

    Parameters
    ----------
    model : RecordingsModel
        The recordings.
    actions : Actions
        Of the window; some stand in the menu of a row.
    """

    chosen = Signal(int)
    """A row of the list, by mouse or key."""
    order_wanted = Signal(object, bool)
    """What to sort by, or None, and whether the largest come first."""

    def __init__(self, model: RecordingsModel, actions: Actions) -> None:
        super().__init__()
        self.setObjectName("recordingsTable")
        self._model, self._actions = model, actions
        self._is_following = False
        self._is_arranging = False
        self._order_by: str | int | None = None
        self._descending = False
        self.setModel(model)
        show_as_rows(self, several=True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)
        columns = self.horizontalHeader()
        columns.setSectionsClickable(True)
        columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        columns.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        columns.customContextMenuRequested.connect(self._show_columns_menu)
        columns.sectionClicked.connect(self._on_header_clicked)
        columns.sectionResized.connect(self._on_resized)
        self.selectionModel().selectionChanged.connect(self._on_selected)
        self.activated.connect(lambda index: self.chosen.emit(model.listed_row(index.row())))
        self._arrange()

    def show_order(self, order_by: str | int | None, descending: bool) -> None:  # noqa: FBT001  as in the signal
        """Mark the column that is sorted by."""
        self._order_by, self._descending = order_by, descending
        header = self.horizontalHeader()
        places = [k for k, c in enumerate(self._model.columns) if c.order_by == order_by]
        header.setSortIndicatorShown(bool(places))
        if places:
            order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
            header.setSortIndicator(places[0], order)

    def follow(self, listed: int | None) -> None:
        """Make a row of the list the current one, and bring it into view."""
        row = -1 if listed is None else self._model.shown_row(listed)
        self._is_following = True
        try:
            if row < 0:
                self.selectionModel().clear()
                return
            index = self._model.index(row, self._first_column())
            flags = QItemSelectionModel.SelectionFlag
            self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
            self._reveal(row)
        finally:
            self._is_following = False

    def step(self, by: int) -> None:
        """Choose the row so many below the current one, as far as there is one."""
        n_rows, current = self._model.rowCount(), self.currentIndex().row()
        if not n_rows:
            return
        row = min(max(current + by, 0), n_rows - 1)
        self.selectionModel().setCurrentIndex(
            self._model.index(row, self._first_column()),
            QItemSelectionModel.SelectionFlag.ClearAndSelect
            | QItemSelectionModel.SelectionFlag.Rows,
        )

    def selected_recordings(self) -> list[Recording]:
        """Those of the selected rows, from the top; rows without a usable path have none."""
        rows = self._selected_rows()
        found = (self._model.file_of(self._model.listed_row(row)) for row in rows)
        return [recording for recording in found if recording is not None]

    def selected_database_paths(self) -> list[str]:
        """What the database has for the selected rows, from the top."""
        rows = self._selected_rows()
        paths = (self._model.database_path(self._model.listed_row(row)) for row in rows)
        return [path for path in paths if path]

    def arrange(self) -> None:
        """Give the columns the widths they had, and hide those that were hidden."""
        self._arrange()

    def keyboardSearch(self, _search: str) -> None:
        """Typing finds nothing here: Qt would look at every row; the filter does it better."""

    def _reveal(self, row: int) -> None:
        top, bottom = self.rowAt(0), self.rowAt(self.viewport().height() - 1)
        is_seen = top <= row and (bottom < 0 or row < bottom) and top >= 0
        if not is_seen:
            index = self._model.index(row, self._first_column())
            self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)

    def _first_column(self) -> int:
        shown = (k for k in range(self._model.columnCount()) if not self.isColumnHidden(k))
        return next(shown, 0)

    def _selected_rows(self) -> Sequence[int]:
        """Rows from the top: by ranges, since Qt makes an object for each index."""
        chosen = self.selectionModel().selection()
        parts = [chosen.at(k) for k in range(chosen.count())]
        ranges = sorted((part.top(), part.bottom()) for part in parts)
        if len(ranges) == 1:
            return range(ranges[0][0], ranges[0][1] + 1)
        return [row for top, bottom in ranges for row in range(top, bottom + 1)]

    def _on_selected(self) -> None:
        # What is selected counts: Qt makes some row current whenever the table gets the focus. Of
        # several none is opened: they are selected to do something with all of them.
        rows = self._selected_rows()
        if len(rows) == 1 and not self._is_following:
            self.chosen.emit(self._model.listed_row(rows[0]))

    def _on_header_clicked(self, section: int) -> None:
        """Upwards, downwards, then the query's own order again."""
        order_by = self._model.columns[section].order_by
        if self._order_by != order_by:
            self.show_order(order_by, False)
        elif not self._descending:
            self.show_order(order_by, True)
        else:
            self.show_order(None, False)
        self.order_wanted.emit(self._order_by, self._descending)

    def _arrange(self) -> None:
        layout = _saved_layout()
        self._is_arranging = True
        for k, column in enumerate(self._model.columns):
            known = layout.get(column.title, {})
            usual = OWN_WIDTH_PX
            if isinstance(column.order_by, str):
                usual = WIDTHS_PX[column.order_by]
            self.setColumnWidth(k, int(known.get("width", usual)) or usual)
            self.setColumnHidden(k, bool(known.get("hidden", False)))
        self._is_arranging = False

    def _on_resized(self, section: int, _old: int, new: int) -> None:
        if not self._is_arranging and new and section < len(self._model.columns):
            _save_layout(self._model.columns[section].title, width=new)

    def _show_columns_menu(self, position: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setObjectName("recordingsColumns")
        for k, column in enumerate(self._model.columns):
            action = menu.addAction(column.title)
            action.setCheckable(True)
            action.setChecked(not self.isColumnHidden(k))
            # Without its name a recording cannot be told.
            action.setEnabled(column.order_by != "name")
            action.toggled.connect(lambda on, k=k: self._show_column(k, shown=on))
        menu.popup(self.horizontalHeader().mapToGlobal(position))

    def _show_column(self, column: int, *, shown: bool) -> None:
        self._is_arranging = True
        self.setColumnHidden(column, not shown)
        self._is_arranging = False
        _save_layout(self._model.columns[column].title, hidden=not shown)

    def _show_menu(self, position: QPoint) -> None:
        index = self.indexAt(position)
        if not index.isValid():
            return
        listed = self._model.listed_row(index.row())
        path = self._model.path(listed)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setObjectName("recordingMenu")
        copy = menu.addAction(icon("copy"), "Copy &path")
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(path))
        show = menu.addAction(icon("open"), "Show in &file manager")
        show.triggered.connect(lambda: _show_folder(path))
        for action in (copy, show):
            action.setEnabled(bool(path))
        menu.addSeparator()
        menu.addAction(self._actions["predict"])
        menu.addAction(self._actions["keep_for_validation"])
        menu.addAction(self._actions["relink"])
        menu.popup(self.viewport().mapToGlobal(position))


def _show_folder(path: str) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(path.rpartition("/")[0] or "/"))


def _saved_layout() -> dict[str, dict[str, Any]]:
    try:
        layout = json.loads(str(preferences().value(LAYOUT_KEY, "{}")))
    except ValueError:
        return {}
    # Anybody may have written into the file.
    pairs = cast("dict[str, Any]", layout).items() if isinstance(layout, dict) else ()
    return {title: known for title, known in pairs if isinstance(known, dict)}


def _save_layout(title: str, **changes: int | bool) -> None:
    layout = _saved_layout()
    layout[title] = {**layout.get(title, {}), **changes}
    preferences().setValue(LAYOUT_KEY, json.dumps(layout))
