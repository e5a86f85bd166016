"""The list of what the stages went on without; each opens its recording."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from gui.models.left_out_model import WHAT, LeftOutModel
from gui.stage_runs import TITLES

if TYPE_CHECKING:
    from core.overview import ProjectOverview

NAME_WIDTH_PX = 320
EMPTY = "Nothing was left out."


class LeftOutPage(QWidget):
    """A tree of stages and what each left out, with a filter."""

    recording_wanted = Signal(object)
    """The name or the path of a recording, a str."""
    count_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = LeftOutModel(self)
        self.filter = QLineEdit()
        self.filter.setObjectName("leftOutFilter")
        self.filter.setPlaceholderText("Filter by name or reason")
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self._on_filter)
        self._count = QLabel()
        self._copy = QPushButton("Copy all")
        self._copy.setObjectName("leftOutCopy")
        self._copy.setToolTip("Copy what is listed, to be pasted into a spreadsheet")
        self._copy.clicked.connect(lambda: _copy(self.model.as_text()))
        self.view = QTreeView()
        self.view.setObjectName("leftOutTable")
        self.view.setModel(self.model)
        self.view.setUniformRowHeights(True)
        self.view.setAlternatingRowColors(True)
        self.view.setSelectionMode(QTreeView.SelectionMode.ExtendedSelection)
        header = self.view.header()
        header.setSortIndicatorClearable(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.view.setSortingEnabled(True)
        header.resizeSection(WHAT, NAME_WIDTH_PX)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.view.clicked.connect(self._open)
        self.view.activated.connect(self._open)
        copy = QAction("Copy", self.view)
        copy.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        copy.triggered.connect(self._copy_selected)
        self.view.addAction(copy)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self._empty = QLabel(EMPTY)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self.view)
        top = QHBoxLayout()
        top.addWidget(self.filter, 1)
        top.addWidget(self._count)
        top.addWidget(self._copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self._pages, 1)
        self.show_overview(None)

    def show_overview(self, overview: ProjectOverview | None) -> None:
        """List what the stages left out the last time they ran."""
        stages = overview.stages if overview else ()
        self.model.show((s.stage, TITLES[s.stage], s.left_out, s.n_left_out) for s in stages)
        self.count_changed.emit(self.model.n_all)
        has_run = any(s.finished_at for s in stages)
        self._empty.setText(EMPTY if has_run else "What a stage leaves out is listed here.")
        self._after_change()

    def _on_filter(self, text: str) -> None:
        self.model.set_filter(text)
        self._after_change()

    def _after_change(self) -> None:
        n_all, n_shown = self.model.n_all, self.model.n_shown
        self._pages.setCurrentIndex(1 if n_all else 0)
        self._count.setText(f"{n_shown:,} of {n_all:,}" if n_all else "")
        self._copy.setEnabled(n_shown > 0)
        for row in range(self.model.rowCount()):
            self.view.setFirstColumnSpanned(row, QModelIndex(), True)
        self.view.expandAll()

    def _open(self, index: QModelIndex) -> None:
        item = self.model.left_out(index)
        if item is not None:
            self.recording_wanted.emit(item.recording or item.name)

    def _copy_selected(self) -> None:
        _copy(self.model.as_text(self.view.selectionModel().selectedRows()))


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text.encode("utf-8", "backslashreplace").decode())
