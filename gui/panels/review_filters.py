"""The filters above the list of errors: cell, recording, mark, split, score, length, edges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QToolButton,
    QWidget,
)

from core.review_marks import VERDICTS
from core.review_rows import HELD_OUT, NO_MARK, TRAINED_ON, WantedErrors
from core.run_errors import BIN_EDGES
from gui.views.score_histogram import ScoreHistogram

if TYPE_CHECKING:
    from core.review import Review
    from gui.theme import PlotColors

    Cell = tuple[int | None, int | None]

TYPING_MS = 80
SPLITS = {"All recordings": "", "Held out": HELD_OUT, "Trained on": TRAINED_ON}
MARKS = {"Any mark": "", "Unmarked": NO_MARK} | {
    f"Label {verdict}": verdict for verdict in VERDICTS
}
ARROW = "\N{RIGHTWARDS ARROW}"
LONGEST_S = 3600.0


class ReviewFilters(QWidget):
    """Fields for all that can be asked of errors."""

    changed = Signal()
    """Other errors are wanted."""

    def __init__(self, colors: PlotColors) -> None:
        super().__init__()
        self._cells: list[Cell] = [(None, None)]
        self._review: Review | None = None
        self._typing = QTimer(self, interval=TYPING_MS, singleShot=True)
        self._typing.timeout.connect(self.changed)
        self.histogram = ScoreHistogram(colors)
        self.histogram.setObjectName("reviewHistogram")
        self.histogram.bin_chosen.connect(self._on_bin_chosen)
        self._cell = self._box("reviewCell", "Errors of a class, or of a cell of the matrix", 12)
        self._mark = self._box("reviewMark", "Errors with this mark", 8)
        self._mark.addItems(list(MARKS))
        self._split = self._box("reviewSplit", "Recordings that the model was trained on or not", 9)
        self._split.addItems(list(SPLITS))
        self._recording = QLineEdit()
        self._recording.setObjectName("reviewRecording")
        self._recording.setPlaceholderText("Recording")
        self._recording.setClearButtonEnabled(True)
        self._recording.setToolTip("A part of the recording's name")
        self._recording.setAccessibleName("Recording")
        self._recording.textChanged.connect(lambda _text: self._typing.start())
        self._score = self._number("reviewScore", "Least mean score, 0 to 1", 0.05, 1.0)
        self._score.valueChanged.connect(lambda _value: self.histogram.choose(-1))
        self._length = self._number("reviewLength", "Least length in seconds", 0.1, LONGEST_S)
        self._length.setSuffix(" s")
        self._clear = QToolButton()
        self._clear.setObjectName("reviewClear")
        self._clear.setText("\N{BALLOT X}")
        self._clear.setAccessibleName("Clear the filters")
        self._clear.setAutoRaise(True)
        self._clear.setToolTip("Ask for all errors of these recordings")
        self._clear.clicked.connect(self.clear)
        self._edges = QCheckBox("Off edges")
        self._edges.setObjectName("reviewEdges")
        self._edges.setToolTip(
            "Only errors away from edges: with a frame farther than 0.1 s from any"
        )
        self._edges.toggled.connect(lambda _on: self.changed.emit())
        self.open_only = QCheckBox("Open only")
        self.open_only.setObjectName("reviewOpenOnly")
        self.open_only.setToolTip(
            "Only errors that are neither corrected nor confirmed; what you deal with now stays "
            "listed until you ask for others"
        )
        self.open_only.toggled.connect(lambda _on: self.changed.emit())
        self.changed.connect(self._show_clear)
        self._lay_out()
        self.show_review(None)

    @property
    def wanted(self) -> WantedErrors:
        """What is asked for."""
        annotated, predicted = self._cells[max(0, self._cell.currentIndex())]
        place = self.histogram.chosen
        scores = (self._score.value(), 1.0)
        if place >= 0:
            scores = (BIN_EDGES[place], BIN_EDGES[place + 1])
        return WantedErrors(
            annotated=annotated,
            predicted=predicted,
            recording=self._recording.text().strip(),
            scores=scores,
            least_length_s=self._length.value(),
            away_from_edges=self._edges.isChecked(),
            mark=MARKS[self._mark.currentText()],
            split=self.split,
            open_only=self.open_only.isChecked(),
        )

    @property
    def split(self) -> str:
        """`HELD_OUT`, `TRAINED_ON`, or empty for both."""
        return SPLITS[self._split.currentText()]

    def show_review(self, review: Review | None) -> None:
        """Offer the classes of a review; where they are as before, what is chosen stays."""
        before = self._review.keys.classes if self._review else ()
        self._review = review
        classes = review.keys.classes if review else ()
        if classes != before or not classes:
            with QSignalBlocker(self._cell):
                self._offer(classes)
        if review and not before and not review.is_trained_on.all() and review.is_trained_on.any():
            # What the model has not seen tells how good it is; the metrics are of that, too.
            self.choose_split(HELD_OUT)
        self._count()
        self._show_clear()

    def choose_cell(self, annotated: int | None, predicted: int | None) -> None:
        """Ask for the errors of a cell; of a class where it is a right one."""
        predicted = None if predicted == annotated else predicted
        self._cell.setCurrentIndex(self._cells.index((annotated, predicted)))

    def choose_split(self, split: str) -> None:
        """Ask for the recordings that the model was trained on, or was not; or for all."""
        self._split.setCurrentIndex(list(SPLITS.values()).index(split))

    def clear(self) -> None:
        """Ask for everything but what the split leaves out."""
        for field in (self._recording, self._score, self._length):
            with QSignalBlocker(field):
                field.clear() if field is self._recording else field.setValue(0.0)  # pyright: ignore[reportAttributeAccessIssue]
        for box in (self._cell, self._mark):
            with QSignalBlocker(box):
                box.setCurrentIndex(0)
        for box in (self._edges, self.open_only):
            with QSignalBlocker(box):
                box.setChecked(False)
        self.histogram.choose(-1)
        self._count()
        self.changed.emit()

    def _show_clear(self) -> None:
        self._clear.setEnabled(self.wanted != WantedErrors(split=self.split))

    def _offer(self, classes: tuple[str, ...]) -> None:
        n = range(len(classes))
        texts = ["All errors"]
        self._cells = [(None, None)]
        for a in n:
            self._cells.append((a, None))
            texts.append(f"annotated {classes[a]}")
        for a in n:
            for p in n:
                if a != p:
                    self._cells.append((a, p))
                    texts.append(f"{classes[a]} {ARROW} {classes[p]}")
        self._cell.clear()
        self._cell.addItems(texts)

    def _on_bin_chosen(self, _place: int) -> None:
        with QSignalBlocker(self._score):
            self._score.setValue(0.0)
        self.changed.emit()

    def _on_box_changed(self) -> None:
        self._count()
        self.changed.emit()

    def _count(self) -> None:
        """Count the errors of the class that is chosen, by their score."""
        if self._review is None:
            self.histogram.show_counts(())
            return
        annotated, _ = self._cells[max(0, self._cell.currentIndex())]
        counts = self._review.histogram
        shown = counts.sum(axis=0) if annotated is None else counts[annotated]
        self.histogram.show_counts(shown.tolist())

    def _box(self, name: str, tip: str, n_letters: int) -> QComboBox:
        box = QComboBox()
        box.setObjectName(name)
        box.setToolTip(tip)
        box.setAccessibleName(tip)
        policy = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        box.setSizeAdjustPolicy(policy)
        box.setMinimumContentsLength(n_letters)
        box.currentIndexChanged.connect(lambda _place: self._on_box_changed())
        return box

    def _number(self, name: str, tip: str, step: float, most: float) -> QDoubleSpinBox:
        field = QDoubleSpinBox()
        field.setObjectName(name)
        field.setRange(0.0, most)
        field.setSingleStep(step)
        field.setDecimals(2)
        field.setToolTip(tip)
        field.setAccessibleName(tip)
        field.setKeyboardTracking(False)
        field.valueChanged.connect(lambda _value: self._typing.start())
        return field

    def _lay_out(self) -> None:
        above, below = QHBoxLayout(), QHBoxLayout()
        above.addWidget(self._cell, 4)
        above.addWidget(self._recording, 3)
        above.addWidget(self._mark, 2)
        above.addWidget(self._split, 3)
        below.addWidget(QLabel("Score \N{GREATER-THAN OR EQUAL TO}"))
        below.addWidget(self._score)
        below.addWidget(self.histogram, 1)
        below.addWidget(QLabel("Length \N{GREATER-THAN OR EQUAL TO}"))
        below.addWidget(self._length)
        below.addWidget(self._edges)
        below.addWidget(self._clear)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        for row, part in enumerate((above, below)):
            part.setSpacing(4)
            layout.addLayout(part, row, 0)
