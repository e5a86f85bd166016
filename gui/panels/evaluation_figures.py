"""The key figures of a split with their intervals, and what was taken for what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from core.words import with_interval
from gui.elided_label import ElidedLabel
from gui.panels.pipeline_results import NUMBERS
from gui.sentence import Sentence, Tone
from gui.views.confusion import ConfusionView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gui.session import Session

NOTHING = "\N{EN DASH}"
LARGER = 1.3


class FiguresPage(QWidget):
    """Shows four figures and the confusion matrix."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.confusion = ConfusionView()
        self.confusion.setObjectName("evaluationConfusion")
        self.confusion.cell_clicked.connect(self._on_cell_clicked)
        self._what = ElidedLabel(n_lines=2)
        self._what.setObjectName("evaluationWhat")
        self._note = Sentence()
        self._note.setObjectName("evaluationNote")
        self._values: dict[str, QLabel] = {}
        left = QVBoxLayout()
        left.setSpacing(4)
        left.addWidget(self._what)
        left.addWidget(self._note)
        left.addLayout(self._make_numbers())
        left.addStretch(1)
        right = QVBoxLayout()
        right.setSpacing(2)
        right.addWidget(QLabel("Rows: annotated; columns: predicted"))
        right.addWidget(self.confusion, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 4)
        layout.setSpacing(16)
        layout.addLayout(left, 1)
        layout.addLayout(right, 1)

    def show_part(
        self, part: dict[str, Any], *, classes: Sequence[str], bootstrap: dict[str, Any]
    ) -> None:
        """Show another split."""
        for number in NUMBERS:
            value, interval = part[number.key], part["intervals"][number.key]
            label = self._values[number.key]
            label.setText(NOTHING if value is None else with_interval(value, interval))
            tip = number.tip if value is not None else f"{number.why_none}.\n{number.tip}"
            label.setToolTip(f"{tip}\n{_interval_in_words(interval, bootstrap)}")
        self.confusion.show_counts(classes, part["confusion"])

    def clear(self) -> None:
        """Show no figures."""
        for label in self._values.values():
            label.setText(NOTHING)
            label.setToolTip("")
        self.confusion.show_counts((), [])

    def say(self, what: str, *, note: str = "") -> None:
        """Say what the figures are of, and what to know of them."""
        self._what.setText(what)
        self._note.say(Tone.ODD, note)

    def refresh_colors(self) -> None:
        """Take the colours of the theme as it is now."""
        self.confusion.set_colors(self._session.theme.colors)

    def _make_numbers(self) -> QGridLayout:
        numbers = QGridLayout()
        numbers.setHorizontalSpacing(16)
        numbers.setVerticalSpacing(0)
        for k, number in enumerate(NUMBERS):
            value, name = QLabel(NOTHING), QLabel(number.title)
            value.setObjectName(f"figure_{number.key}")
            font = value.font()
            font.setPointSizeF(LARGER * font.pointSizeF())
            value.setFont(font)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            name.setToolTip(number.tip)
            name.setBuddy(value)
            numbers.addWidget(value, 2 * (k // 2), k % 2)
            numbers.addWidget(name, 2 * (k // 2) + 1, k % 2)
            self._values[number.key] = value
        return numbers

    def _on_cell_clicked(self, annotated: str, predicted: str) -> None:
        matrix = self.confusion.matrix
        row, column = matrix.classes.index(annotated), matrix.classes.index(predicted)
        self._session.say(matrix.in_words(row, column) + ".")


def _interval_in_words(interval: dict[str, Any] | None, bootstrap: dict[str, Any]) -> str:
    if interval is None:
        return "There are too few recordings for an interval."
    n, percent = bootstrap["n_resamples"], 100 * bootstrap["level"]
    left_out = interval["n_left_out"]
    text = f"In brackets: the {percent:.0f} % interval of {n:,} draws of as many recordings"
    return text + (f"; in {left_out:,} of them it cannot be said" if left_out else "")
