"""The key figures of a split with their intervals, and what was taken for what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from core.text_table import with_interval
from gui.elided_label import ElidedLabel
from gui.sentence import Sentence, Tone
from gui.views.confusion import ConfusionView
from gui.views.key_figures import FIGURES, KeyFigures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gui.session import Session

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
        self._figures = KeyFigures("figure", larger=LARGER)
        left = QVBoxLayout()
        left.setSpacing(4)
        left.addWidget(self._what)
        left.addWidget(self._note)
        left.addWidget(self._figures)
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
        intervals = part["intervals"]
        values = {figure.key: part[figure.key] for figure in FIGURES}
        self._figures.show_texts(
            {k: None if v is None else with_interval(v, intervals[k]) for k, v in values.items()},
            more={key: _interval_in_words(intervals[key], bootstrap) for key in values},
        )
        self.confusion.show_counts(classes, part["confusion"])

    def clear(self) -> None:
        """Show no figures."""
        self._figures.clear()
        self.confusion.show_counts((), [])

    def say(self, what: str, *, note: str = "") -> None:
        """Say what the figures are of, and what to know of them."""
        self._what.setText(what)
        self._note.say(Tone.ODD, note)

    def refresh_colors(self) -> None:
        """Take the colours of the theme as it is now."""
        self.confusion.set_colors(self._session.theme.colors)

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
