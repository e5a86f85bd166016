"""The four figures that tell how good a model is, each with what it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from gui.models.cells import NOTHING

if TYPE_CHECKING:
    from collections.abc import Mapping

N_BESIDE = 2
"""So many stand beside each other."""


@dataclass(frozen=True)
class Figure:
    """A figure: its key in `metrics.json`, and what users are told of it."""

    key: str
    title: str
    tip: str
    why_none: str


FIGURES = (
    Figure(
        "balanced_accuracy",
        "Balanced accuracy",
        "Mean of the classes' recalls: chance is 1 / number of classes, however rare a class is",
        "There was no frame to measure",
    ),
    Figure(
        "accuracy",
        "Accuracy",
        "Share of all frames that are right: flattered by a class that is frequent",
        "There was no frame to measure",
    ),
    Figure(
        "quadratic_kappa",
        "Quadratic kappa",
        "Agreement beyond chance; confusing the quietest with the loudest counts four times",
        "It needs frames of two annotated classes",
    ),
    Figure(
        "auc_audible_over_inaudible",
        "AUC, loudest over quietest",
        "How often a frame of the loudest class scores higher than one of the quietest; "
        "0.5 is chance",
        "It needs frames of the quietest and of the loudest class",
    ),
)


class KeyFigures(QWidget):
    """Shows the figures, large, with their names below them.

    Parameters
    ----------
    prefix : str
        Of the object names of the labels, which end in the figure's key.
    larger : float
        How many times as large as other text.
    """

    def __init__(self, prefix: str, *, larger: float) -> None:
        super().__init__()
        self._labels: dict[str, QLabel] = {}
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(16)
        layout.setVerticalSpacing(0)
        for k, figure in enumerate(FIGURES):
            value, name = QLabel(NOTHING), QLabel(figure.title)
            value.setObjectName(f"{prefix}_{figure.key}")
            font = value.font()
            font.setPointSizeF(larger * font.pointSizeF())
            value.setFont(font)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            name.setToolTip(figure.tip)
            name.setBuddy(value)
            row, column = divmod(k, N_BESIDE)
            layout.addWidget(value, 2 * row, column)
            layout.addWidget(name, 2 * row + 1, column)
            self._labels[figure.key] = value

    def show_texts(
        self, texts: Mapping[str, str | None], *, more: Mapping[str, str] | None = None
    ) -> None:
        """Show figures by their keys, and say why one is None; `more` ends their tips."""
        for figure in FIGURES:
            text, label = texts.get(figure.key), self._labels[figure.key]
            label.setText(NOTHING if text is None else text)
            lines = [] if text is not None else [f"{figure.why_none}."]
            lines += [figure.tip, *([more[figure.key]] if more else [])]
            label.setToolTip("\n".join(lines))

    def clear(self) -> None:
        """Show no figures."""
        for label in self._labels.values():
            label.setText(NOTHING)
            label.setToolTip("")
