"""How good the model is: four numbers, each class, and what was taken for what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui.elided_label import ElidedLabel
from gui.models.cells import NOTHING, RIGHT
from gui.sentence import Sentence, Tone
from gui.theme import class_color
from gui.views.confusion import ConfusionView
from gui.views.key_figures import FIGURES, KeyFigures

if TYPE_CHECKING:
    from core.overview import RunResults
    from gui.session import Session

EMPTY = "Run all stages: how good the model is will stand here."
LARGER = 1.5
SWATCH_PX = 12
COLUMNS = ("Class", "Frames", "Recall", "Precision", "F1")
COLUMN_TIPS = (
    "Annotated class",
    "Annotated frames that were measured",
    "Share of the class's frames that the model found",
    "Share of what the model took for the class that is",
    "Harmonic mean of recall and precision",
)


class ResultsPage(QWidget):
    """Shows the metrics of a run."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._results: RunResults | None = None
        self.confusion = ConfusionView()
        self.confusion.cell_clicked.connect(self._on_cell_clicked)
        self._empty = QLabel(EMPTY)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self._make_page())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)
        self.refresh_colors()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return self._results is None

    def show_results(self, results: RunResults | None) -> None:
        """Show another run, or that there is none."""
        self._results = results
        self._pages.setCurrentIndex(0 if results is None else 1)
        if results is None:
            return
        metrics = results.metrics
        what = _what(results)
        self._what.setText(what, tip=f"{what}\nRun {results.run.name}")
        self._note.say(Tone.ODD, _note(results))
        values = {figure.key: metrics.get(figure.key) for figure in FIGURES}
        self._figures.show_texts(
            {key: None if value is None else _number(value) for key, value in values.items()}
        )
        edges = _edges(metrics)
        self._edges.setText(edges, tip=f"Balanced accuracy: {edges}")
        self._fill_classes(metrics.get("per_class", {}))
        self.confusion.show_counts(results.classes, metrics.get("confusion", []))

    def refresh_colors(self) -> None:
        """Take the colours of the theme as it is now."""
        self.confusion.set_colors(self._session.theme.colors)
        if self._results is not None:
            self._fill_classes(self._results.metrics.get("per_class", {}))

    def _make_page(self) -> QWidget:
        page = QWidget()
        self._what = ElidedLabel(n_lines=2)
        self._what.setObjectName("resultsWhat")
        self._note = Sentence()
        self._edges = ElidedLabel()
        self._edges.setObjectName("resultsEdges")
        self._figures = KeyFigures("metric", larger=LARGER)
        left = QVBoxLayout()
        left.setSpacing(4)
        left.addWidget(self._what)
        left.addWidget(self._note)
        left.addWidget(self._figures)
        left.addWidget(self._edges)
        left.addStretch(1)
        right = QVBoxLayout()
        right.setSpacing(2)
        right.addWidget(QLabel("Rows: annotated; columns: predicted"))
        right.addWidget(self.confusion, 1)
        layout = QHBoxLayout(page)
        layout.setContentsMargins(8, 4, 8, 4)
        layout.setSpacing(12)
        layout.addLayout(left, 4)
        layout.addWidget(self._make_classes(), 4)
        layout.addLayout(right, 4)
        return page

    def _make_classes(self) -> QTableWidget:
        table = self._classes = QTableWidget(0, len(COLUMNS))
        table.setObjectName("classMetrics")
        for k, (title, tip) in enumerate(zip(COLUMNS, COLUMN_TIPS, strict=True)):
            head = QTableWidgetItem(title)
            head.setToolTip(tip)
            table.setHorizontalHeaderItem(k, head)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.verticalHeader().hide()
        table.setTabKeyNavigation(False)
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        return table

    def _fill_classes(self, per_class: dict[str, dict[str, Any]]) -> None:
        colors = self._session.theme.colors
        self._classes.setRowCount(len(per_class))
        for row, (name, values) in enumerate(per_class.items()):
            texts = [f"{values['n_frames']:,}"]
            texts += [_number(values.get(key)) for key in ("recall", "precision", "f1")]
            first = QTableWidgetItem(name)
            swatch = QPixmap(SWATCH_PX, SWATCH_PX)
            swatch.fill(QColor(class_color(row, len(per_class), colors)))
            first.setIcon(swatch)
            self._classes.setItem(row, 0, first)
            for column, text in enumerate(texts, start=1):
                item = QTableWidgetItem(text)
                item.setTextAlignment(RIGHT)
                if text == NOTHING:
                    item.setToolTip(_why_no_number(name, values))
                self._classes.setItem(row, column, item)

    def _on_cell_clicked(self, annotated: str, predicted: str) -> None:
        matrix = self.confusion.matrix
        row, column = matrix.classes.index(annotated), matrix.classes.index(predicted)
        self._session.say(matrix.in_words(row, column) + ".")


def _number(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.3f}"


def _what(results: RunResults) -> str:
    metrics = results.metrics
    trained_on, measured_on = (
        f"{n:,} recording{'' if n == 1 else 's'}"
        for n in (results.n_trained_on, metrics.get("n_recordings", 0))
    )
    n_frames = metrics.get("n_frames", 0)
    held_out = "" if results.n_flattering else " that it does not know"
    return (
        f"{results.model}, trained on {trained_on}, "
        f"measured on {measured_on} ({n_frames:,} frames){held_out}"
    )


def _note(results: RunResults) -> str:
    if results.n_flattering:
        n = results.n_flattering
        return f"It was trained on {n:,} of these recordings, and does better on them."
    if not results.is_current:
        return "Dataset or settings have changed since: train again."
    return ""


def _edges(metrics: dict[str, Any]) -> str:
    near, inside = metrics.get("near_edge", {}), metrics.get("inside", {})
    if not near or not inside:
        return ""
    return (
        f"Within 0.1 s of an edge {_number(near.get('balanced_accuracy'))}, "
        f"elsewhere {_number(inside.get('balanced_accuracy'))}"
    )


def _why_no_number(name: str, values: dict[str, Any]) -> str:
    if not values["n_frames"]:
        return f"No frame that was measured is annotated {name}"
    return f"The model took no frame for {name}"
