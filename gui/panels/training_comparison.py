"""Two runs side by side: parameters and metrics, what differs marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.run_comparison import compare_runs
from gui.models.cells import NOTHING, RIGHT
from gui.models.runs_model import date_in_words
from gui.sentence import Sentence, Tone

if TYPE_CHECKING:
    from core.run_comparison import Metric, Parameter, RunComparison
    from core.run_summary import RunSummary

EMPTY = "Select two runs in the table (Ctrl and click) to lay them side by side."
DIFFERS, HIGHER = "\N{NOT EQUAL TO}", "\N{BLACK UP-POINTING TRIANGLE}"
THEN, NOW = "then", "now"
"""The labels before they were corrected, and as they are."""


class ComparisonPage(QWidget):
    """A table with a column for each of two runs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._empty = QLabel(EMPTY)
        self._empty.setObjectName("comparisonEmpty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._caution = Sentence()
        self._caution.setObjectName("comparisonCaution")
        self.table = self._make_table()
        self._fit_columns()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 4, 2, 2)
        layout.setSpacing(3)
        layout.addWidget(self._caution)
        layout.addWidget(self.table, 1)
        layout.addWidget(self._empty, 1)
        self.show_runs(None)

    def show_runs(self, runs: tuple[RunSummary, RunSummary] | None) -> None:
        """Show two runs, or how to choose them."""
        self._empty.setVisible(runs is None)
        self.table.setVisible(runs is not None)
        self._caution.say(Tone.ODD, "")
        self.table.setRowCount(0)
        if runs is None:
            return
        comparison = compare_runs(*runs)
        if comparison.note:
            self._caution.say(Tone.HELP, comparison.note)
        else:
            self._caution.say(Tone.ODD, comparison.caution)
        self._show_heads(runs, is_paired=bool(comparison.note))
        self._fill(comparison)

    def _show_heads(self, runs: tuple[RunSummary, RunSummary], *, is_paired: bool) -> None:
        """A column for each run; for the first two, where its labels were corrected since."""
        dates = [f"{k}: {date_in_words(run)}" for k, run in enumerate(runs, 1)]
        names = [run.name for run in runs]
        if is_paired:
            dates = [f"1: {THEN}", f"1: {NOW}", f"2: {NOW}"]
            names.insert(0, names[0])
        self.table.setColumnCount(len(dates) + 2)
        self._fit_columns()
        for column, text in enumerate(["", *dates, "Difference"]):
            head = QTableWidgetItem(text)
            if 0 < column <= len(names):
                head.setToolTip(names[column - 1])
            self.table.setHorizontalHeaderItem(column, head)

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(0, 4)
        table.setObjectName("comparisonTable")
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setAlternatingRowColors(True)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        rows = table.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(table.fontMetrics().height() + 6)
        return table

    def _fit_columns(self) -> None:
        columns = self.table.horizontalHeader()
        columns.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        # Names and differences are whole; the values share what is left, and have tool-tips.
        for column in range(1, self.table.columnCount() - 1):
            columns.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)

    def _fill(self, comparison: RunComparison) -> None:
        """What differs of the parameters, the metrics, and what is alike; paired metrics first."""
        differing = [p for p in comparison.parameters if p.differs]
        alike = [p for p in comparison.parameters if not p.differs]
        is_paired = bool(comparison.note)
        for parameter in () if is_paired else differing:
            self._add_parameter(parameter)
        for metric in comparison.metrics:
            self._add_metric(metric, is_paired=is_paired)
        for row in comparison.outcome:
            self._add_row(row.title, row.values, "")
        for parameter in differing if is_paired else ():
            self._add_parameter(parameter)
        for parameter in alike:
            self._add_parameter(parameter)

    def _add_parameter(self, parameter: Parameter) -> None:
        values = tuple(value or NOTHING for value in parameter.values)
        self._add_row(parameter.title, values, DIFFERS if parameter.differs else "")
        if parameter.differs:
            self._embolden(range(self.table.columnCount()))

    def _add_row(self, title: str, values: tuple[str, ...], last: str) -> None:
        """Values stand in the last columns of the runs; what is before them is empty."""
        free = [""] * (self.table.columnCount() - len(values) - 2)
        self._add([title, *free, *values, last])

    def _add_metric(self, metric: Metric, *, is_paired: bool) -> None:
        texts = [NOTHING if v is None else f"{v:.3f}" for v in metric.values]
        if metric.better is not None:
            texts[metric.better] += f" {HIGHER}"
        difference = metric.difference
        last = NOTHING if difference is None else f"{difference:+.3f} {metric.interval}".strip()
        before = [NOTHING if metric.then is None else f"{metric.then:.3f}"] if is_paired else []
        self._add([metric.title, *before, *texts, last])
        if metric.better is not None:
            n = self.table.columnCount()
            self._embolden([n - 3 + metric.better, n - 1])

    def _add(self, texts: list[str]) -> None:
        row = self.table.rowCount()
        self.table.insertRow(row)
        for column, text in enumerate(texts):
            item = QTableWidgetItem(text)
            item.setToolTip(text)
            if column:
                item.setTextAlignment(RIGHT)
            self.table.setItem(row, column, item)

    def _embolden(self, columns: range | list[int]) -> None:
        row = self.table.rowCount() - 1
        font = QFont(self.table.font())
        font.setBold(True)
        for column in columns:
            self.table.model().setData(
                self.table.model().index(row, column), font, Qt.ItemDataRole.FontRole
            )
